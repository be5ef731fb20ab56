import { plainError } from '../../../actions/post-mortem-report/incident.js'
import { LogReader } from '../../../actions/post-mortem-report/log-excerpt.js'

const STEP = { startedAt: '2026-02-01T12:00:10Z', completedAt: '2026-02-01T12:00:20Z' }

function read(lines: readonly (readonly [second: number, text: string])[], step = STEP) {
  const reader = new LogReader(step)
  for (const [second, text] of lines) {
    const time = `2026-02-01T12:00:${String(second).padStart(2, '0')}.1234567Z`
    if (!reader.take(`${time} ${text}`)) break
  }
  return reader.facts()
}

const RUN = [
  [10, '##[group]Run python train.py'],
  [10, 'shell: /usr/bin/bash -e {0}'],
  [10, 'env: ERROR: none of this counts'],
  [10, '##[endgroup]'],
] as const

test('the command, the first error with the lines around it, and the exit code', () => {
  const facts = read([
    [5, 'RuntimeError: of another step'],
    ...RUN,
    [11, 'loading'],
    [12, 'Traceback (most recent call last):'],
    [12, '  File "src/train.py", line 7, in <module>'],
    [12, 'KeyError: "price"'],
    [13, 'cleaning up'],
    [13, 'ValueError: an aftermath'],
    [14, '##[error]Process completed with exit code 1.'],
    [15, '##[group]Run echo after'],
    [15, 'Error: never seen'],
  ])
  expect(facts).toMatchObject({ command: 'python train.py', exitCode: 1, error: 'KeyError: "price"' })
  expect(facts.excerpt).toContain('src/train.py')
  expect(facts.excerpt).not.toMatch(/another step|never seen|none of this/)
})

test('the cause at line 12 of thousands, not the tail', () => {
  const noise = Array.from({ length: 8000 }, (_, i) => [13, `teardown ${i}`] as const)
  const { error, excerpt } = read([
    ...RUN,
    [12, 'OSError: disk gone'],
    ...noise,
    [14, '##[error]Process completed with exit code 1.'],
  ])
  expect(error).toBe('OSError: disk gone')
  expect(excerpt).toMatch(/OSError: disk gone[\s\S]*…\nteardown 7994\n/)
  expect(excerpt?.length).toBeLessThan(8001)
})

test('a step of the same second before it and one after it are told apart by their commands', () => {
  const facts = read([
    [10, '##[group]Run ./before'],
    [10, '##[endgroup]'],
    [10, 'Error: shown, but the step went on'],
    ...RUN,
    [10, '##[error]The action failed'],
    [20, '##[group]Run ./always'],
    [20, '##[error]Other'],
  ])
  expect(facts).toMatchObject({ command: 'python train.py', error: 'The action failed', exitCode: null })
})

test('without an error the end of the step is shown, and nothing is invented', () => {
  const facts = read([...RUN, [11, 'a'], [12, 'b'], [13, '##[error]Process completed with exit code 137.']])
  expect(facts).toEqual({ command: 'python train.py', exitCode: 137, error: null, excerpt: 'a\nb' })
  expect(read([])).toEqual({ command: null, exitCode: null, error: null, excerpt: null })
})

test('secrets are masked on the way out', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  const facts = read([
    [10, `##[group]Run curl -H "Authorization: Bearer ${token}" https://user:hunter22@example.org`],
    [10, '##[endgroup]'],
    [11, `Error: password=hunter22 and ${token}`],
  ])
  expect(JSON.stringify(facts)).not.toMatch(/hunter22|a1B2/)
})

test('a log without times is read whole', () => {
  const reader = new LogReader(STEP)
  for (const line of ['##[group]Run x', '##[endgroup]', 'TypeError: bad']) reader.take(line)
  expect(reader.facts()).toMatchObject({ command: 'x', error: 'TypeError: bad' })
})

test('what changes from run to run is no part of a signature', () => {
  const errors = [
    'OSError: /tmp/run-17/a.txt of 3f2504e0-4f89-11d3-9a0c-0305e82c3301 at 2026-02-01T12:00:00.1Z port 5432',
    'OSError: /tmp/run-99/b.txt of 9f2504e0-4f89-41d3-9a0c-0305e82c3302 at 2026-03-05T01:00:00.9Z port 61000',
  ]
  expect(new Set(errors.map(plainError)).size).toBe(1)
  expect(plainError('KeyError: price')).not.toBe(plainError('KeyError: stock'))
})
