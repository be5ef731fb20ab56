import { double, literal } from '../../../../shared/data/engine/sql.js'
import type { ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'

export const OPERATORS = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const
type Operator = (typeof OPERATORS)[number]
type Value = number | boolean | string

/** An operator with its one or two values. `between` includes both ends, and `not between` excludes both. */
export interface Comparison {
  readonly operator: Operator
  readonly values: readonly Value[]
}

/** The operator of a rule; null without one. Two of them, or wrong values, are problems. */
export function readComparison(rule: Cursor, builder: ContractBuilder): Comparison | null {
  const found = OPERATORS.filter((operator) => rule.has(operator))
  rule.skip(...OPERATORS)
  const [operator, other] = found
  if (operator === undefined) return null
  if (other !== undefined)
    builder.problem(rule.lineOf(other), `the rule has ${found.join(' and ')}`, 'write a rule for each of them')
  const values = [rule.raw(operator)].flat()
  const pair = operator.endsWith('Between')
  const isValue = (value: unknown): value is Value =>
    typeof value === 'number' ||
    (!pair && /^must(Not)?Be$/.test(operator) && ['boolean', 'string'].includes(typeof value))
  if (values.length !== (pair ? 2 : 1) || !values.every(isValue)) {
    builder.problem(
      rule.lineOf(operator),
      `\`${operator}\` is ${show(rule.raw(operator))}`,
      pair ? 'write two numbers, such as [0, 10]' : 'write a number',
    )
    return { operator: 'mustBe', values: [0] }
  }
  return { operator, values }
}

/** The largest number that passes when all from 0 to it do, and nothing else; null for other comparisons. */
export function atMost({ operator, values }: Comparison): { readonly limit: number; readonly strict: boolean } | null {
  const [first, second] = values.map(Number) as [number, number]
  if (operator === 'mustBe' && values[0] === 0) return { limit: 0, strict: false }
  if (operator === 'mustBeLessThan') return { limit: first, strict: true }
  if (operator === 'mustBeLessOrEqualTo') return { limit: first, strict: false }
  if (operator === 'mustBeBetween' && first <= 0) return { limit: second, strict: false }
  return null
}

/** SQL that is true when a value passes, NULL when it is unknown. */
export function comparisonSql({ operator, values }: Comparison, value: string): string {
  const [first, second] = values.map((one) =>
    typeof one === 'number' ? double(one) : typeof one === 'boolean' ? String(one) : literal(one),
  ) as [string, string]
  switch (operator) {
    case 'mustBe':
      return `${value} = ${first}`
    case 'mustNotBe':
      return `${value} <> ${first}`
    case 'mustBeGreaterThan':
      return `${value} > ${first}`
    case 'mustBeGreaterOrEqualTo':
      return `${value} >= ${first}`
    case 'mustBeLessThan':
      return `${value} < ${first}`
    case 'mustBeLessOrEqualTo':
      return `${value} <= ${first}`
    case 'mustBeBetween':
      return `${value} BETWEEN ${first} AND ${second}`
    default:
      return `${value} NOT BETWEEN ${first} AND ${second}`
  }
}
