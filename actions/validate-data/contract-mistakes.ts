import type { ColumnType, DataCheck } from '../../shared/contracts/data-checks.js'
import type { ColumnRule, DataContract } from '../../shared/contracts/data-contract.js'
import type { Problem } from '../../shared/core/errors.js'
import { plural } from '../../shared/report/format.js'
import { dateIsWritten } from './dates.js'

/** A mistake that no schema sees, at a key of the contract. */
export type Mistake = Problem & { readonly key: readonly PropertyKey[] }

/** Keys that contradict each other or say nothing, all of them. Pure. */
export function contractMistakes(contract: DataContract): Mistake[] {
  return [
    ...contract.columns.flatMap((rule, i) => under(['columns', i], mistakes(rule, contract.columns.slice(0, i)))),
    ...(contract.rows.min !== undefined && contract.rows.max !== undefined && contract.rows.min > contract.rows.max
      ? [{ key: ['rows'], message: '`rows.min` is larger than `rows.max`', cure: 'exchange them' }]
      : []),
    ...(contract.drift.warn > contract.drift.fail
      ? [{ key: ['drift'], message: '`drift.warn` is larger than `drift.fail`', cure: 'exchange them' }]
      : []),
    ...contract.checks.flatMap((check, i) => under(['checks', i], checkMistakes(check))),
  ]
}

const under = (parent: readonly PropertyKey[], found: readonly Mistake[]): Mistake[] =>
  found.map((mistake) => ({ ...mistake, key: [...parent, ...mistake.key] }))

/** What a check of the list lacks, or says twice. */
function checkMistakes(check: DataCheck): Mistake[] {
  const found: Mistake[] = []
  const add = (key: string, message: string, cure: string) => found.push({ key: [key], message, cure })
  if ('mostly' in check && check.mostly !== undefined && check['max-bad'] !== undefined) {
    add('mostly', `the check ${check.check} has both \`mostly\` and \`max-bad\``, 'keep one of them')
  }
  const { min, max } = check as { min?: number | string; max?: number | string }
  const needsBound = ['range', 'statistic', 'correlation', 'length', 'column-count'].includes(check.check)
  if (needsBound && min === undefined && max === undefined) {
    add('check', `the check ${check.check} has neither min nor max`, 'write one of them')
  }
  if (typeof min === typeof max && min !== undefined && max !== undefined && min > max) {
    add('min', `\`min\` of the check ${check.check} is larger than \`max\``, 'exchange them')
  }
  if (check.check === 'statistic' && check.statistic === 'quantile' && check.quantile === undefined) {
    add('statistic', 'the statistic quantile lacks `quantile`', 'write which one, such as `quantile: 0.9`')
  }
  const isOfTable = ['column', 'columns', 'column-count', 'volume', 'sql'].includes(check.check)
  for (const key of ['where', 'group-by'] as const) {
    if (isOfTable && check[key] !== undefined) {
      add(key, `\`${key}\` says nothing to the check ${check.check}`, 'take it out, or write it into the query')
    }
  }
  if (check.check === 'divergence') {
    const { expected } = check
    const cells = 'bins' in expected ? expected.bins.length - 1 : expected.values.length
    if (cells !== expected.weights.length) {
      add(
        'expected',
        `the partition has ${plural(cells, 'cell')} and ${plural(expected.weights.length, 'weight')}`,
        'give each cell one weight',
      )
    }
  }
  if (check.check === 'volume' && check['max-decrease'] === undefined && check['max-increase'] === undefined) {
    add('check', 'the check volume has no limit', 'write `max-decrease` or `max-increase`')
  }
  return found
}

/** What contradicts itself in one column. */
function mistakes(rule: ColumnRule, earlier: readonly ColumnRule[]): Mistake[] {
  const name = JSON.stringify(rule.name)
  const found: Mistake[] = []
  if (earlier.some((other) => other.name === rule.name)) {
    found.push({ key: ['name'], message: `column ${name} is declared twice`, cure: 'keep one of them' })
  }
  if (rule.range !== undefined) found.push(...rangeMistakes(rule, name))
  if (rule.length !== undefined) {
    const { min, max } = rule.length
    if (rule.type !== undefined && rule.type !== 'string') {
      found.push({
        key: ['length'],
        message: `column ${name} has a length, but its type is ${rule.type}`,
        cure: 'only text has a length',
      })
    }
    if (min !== undefined && max !== undefined && min > max) {
      found.push({
        key: ['length'],
        message: `\`length.min\` of ${name} is larger than \`length.max\``,
        cure: 'exchange them',
      })
    }
  }
  if (rule.outliers !== undefined && rule.type !== undefined && !['integer', 'number'].includes(rule.type)) {
    found.push({
      key: ['outliers'],
      message: `column ${name} has outliers, but its type is ${rule.type}`,
      cure: 'only numbers have outliers',
    })
  }
  if (rule.values !== undefined && new Set(rule.values).size < rule.values.length) {
    found.push({ key: ['values'], message: `\`values\` of ${name} names a value twice`, cure: 'name each value once' })
  }
  return found
}

function rangeMistakes({ range, type }: ColumnRule, name: string): Mistake[] {
  const bounds = [range?.min, range?.max].filter((bound) => bound !== undefined)
  const key = ['range'] as const
  if (bounds.length === 0)
    return [{ key, message: `the range of ${name} has neither min nor max`, cure: 'write one of them' }]
  const wanted = kindOfRange(type)
  if (wanted === null) {
    return [
      {
        key,
        message: `column ${name} has a range, but its type is ${type}`,
        cure: 'only numbers, dates and timestamps have a range',
      },
    ]
  }
  const kinds = bounds.map((bound) => (typeof bound === 'number' ? 'number' : dateIsWritten(bound) ? 'time' : 'other'))
  if (kinds.includes('other') || new Set(kinds).size > 1 || (wanted !== 'any' && kinds[0] !== wanted)) {
    return [
      {
        key,
        message: `the range of ${name} is ${bounds.map((bound) => JSON.stringify(bound)).join(' to ')}`,
        cure:
          wanted === 'number'
            ? 'write numbers'
            : wanted === 'time'
              ? 'write ISO dates such as "2024-01-31"'
              : 'write two numbers, or two ISO dates such as "2024-01-31"',
      },
    ]
  }
  const [min, max] = bounds
  if (min !== undefined && max !== undefined && min > max) {
    return [{ key, message: `\`range.min\` of ${name} is larger than \`range.max\``, cure: 'exchange them' }]
  }
  return []
}

/** What kind of bounds a type takes; null when it has no range. */
function kindOfRange(type: ColumnType | undefined): 'number' | 'time' | 'any' | null {
  if (type === undefined) return 'any'
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'date' || type === 'timestamp' ? 'time' : null
}
