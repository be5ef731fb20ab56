import { parseAnnotations, parseEnvFile } from '../../support/runner-files.js'

test('values of several lines end at their own delimiter', () => {
  expect(parseEnvFile('a<<X\none\nb=2\nX\nverdict=pass\n')).toEqual({ a: 'one\nb=2', verdict: 'pass' })
})

test('a value without end and a line that is no assignment are refused, as the runner does', () => {
  expect(() => parseEnvFile('a<<X\none\n')).toThrow('the value of a has no end')
  expect(() => parseEnvFile('free text\n')).toThrow('neither name=value')
})

test('annotations carry place and message, unescaped', () => {
  const log = 'plain\n::error file=a%3Ab.yml,line=3,title=Bad%2C very::100%25%0Atwo ::x\n::warning::w\n::group::g\n'
  expect(parseAnnotations(log)).toEqual([
    { level: 'error', file: 'a:b.yml', line: 3, title: 'Bad, very', message: '100%\ntwo ::x' },
    { level: 'warning', message: 'w' },
  ])
})
