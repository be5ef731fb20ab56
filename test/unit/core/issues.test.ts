import * as z from 'zod'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { describeProblems } from '../../../shared/core/errors.js'
import { parseYaml } from '../../../shared/core/yaml.js'

const told = (schema: z.ZodType, text: string): string => {
  const { problems } = parseYaml(schema, text, 'f.yml')
  if (problems === undefined) throw new Error('there is no mistake')
  return describeProblems(problems)
}
const contract = (lines: string) => told(DataContract, `schema: plumbline.data-contract/1\n${lines}`)

describe('what may stand at a place', () => {
  test('the kind of a check that is nearly written comes before the list of all', () => {
    expect(contract('checks:\n  - check: rnage\n    column: a\n')).toMatch(
      /^f\.yml:3: `checks\.0\.check` is "rnage"\n {4}→ did you mean `range`\? The others are `missing`, `empty`, `type`, /,
    )
  })

  test('a kind that is like none is followed by the whole list', () => {
    expect(contract('checks:\n  - check: telepathy\n')).toMatch(/→ write one of `missing`, `empty`, /)
  })

  test.each([
    ['columns: [{ name: a, type: int }]', 'did you mean `integer`? The others are `number`, `boolean`, `date`'],
    ['columns: [{ name: a, type: Sting }]', 'did you mean `string`?'],
    ['columns: [{ name: a, format: e-mail }]', 'did you mean `email`?'],
    ['extra-columns: wran', 'did you mean `warn`? The others are `allow`, `fail`'],
    ['columns: [{ name: a, sensitive: hsah }]', 'did you mean `hash`? The others are `omit`'],
    ['columns: [{ name: a, sensitive: perhaps }]', 'write true or false, or one of `hash`, `omit`'],
    ['drift: { method: 3 }', 'write one of `auto`, `psi`'],
    ["checks: [{ check: compare, columns: [a, b], operator: '==' }]", 'write one of `<`, `<=`, `=`'],
    ['checks: [{ check: compare, columns: [a, b], operator: x }]', 'write one of `<`, `<=`'],
  ])('%s', (line, cure) => expect(contract(line)).toContain(cure))

  test('a lone choice has no others', () => {
    expect(told(z.strictObject({ a: z.literal('train') }), 'a: trian')).toBe(
      'f.yml:1: `a` is "trian"\n    → did you mean `train`?',
    )
  })

  test.each(['\n::set-output name=x::y', '<script>', '\u0000', 'x'.repeat(100_000)])('hostile text %#', (value) => {
    const text = contract(`extra-columns: ${JSON.stringify(value)}`)
    expect(text).toMatch(/→ write one of `allow`, `warn`, `fail`$/)
    expect(text.length).toBeLessThan(250)
    expect(text.split('\n')).toHaveLength(2)
  })
})
