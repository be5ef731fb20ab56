import type { DataCheck, DataCheckName, StatisticName } from '../../../shared/contracts/data-checks.js'
import type { ColumnRule, DataContract } from '../../../shared/contracts/data-contract.js'

/** One question of a contract: a check, with the line that asks it. */
export interface Rule {
  readonly check: DataCheck
  /** Path of its line in the contract. */
  readonly at: readonly PropertyKey[]
  /** Whether the contract says in so many words that the column may be empty. */
  readonly mayBeEmpty: boolean
}

/** Codes that findings of a check carry: Frictionless's where it has one, else in its manner. */
export const CODES: Readonly<Record<DataCheckName, string>> = {
  missing: 'missing-value',
  empty: 'unexpected-value',
  type: 'type-error',
  values: 'allowed-values',
  forbidden: 'forbidden-value',
  range: 'value-range',
  length: 'value-length',
  pattern: 'value-pattern',
  format: 'value-format',
  'date-format': 'date-format',
  json: 'json-error',
  unique: 'unique-error',
  order: 'sequential-value',
  outliers: 'deviated-value',
  variants: 'string-variants',
  key: 'primary-key',
  'foreign-key': 'foreign-key',
  compare: 'column-comparison',
  pairs: 'column-pairs',
  sum: 'column-sum',
  differ: 'equal-columns',
  rows: 'row-constraint',
  'row-schema': 'row-schema',
  statistic: 'statistic-range',
  'value-set': 'value-set',
  'most-common': 'most-common-value',
  divergence: 'value-divergence',
  correlation: 'column-correlation',
  'row-count': 'row-count',
  'column-count': 'field-count',
  column: 'missing-label',
  columns: 'incorrect-label',
  volume: 'row-volume',
  freshness: 'freshness',
  'not-constant': 'constant-column',
  sql: 'sql-rows',
}

/** The checks of a contract in the order of its lines: those that columns are short for, then the table's, then `checks`. */
export function rulesOf(contract: DataContract, time: string | undefined): Rule[] {
  return [
    ...contract.columns.flatMap((rule, i) =>
      columnChecks(rule).map(
        ([key, check]): Rule => ({
          check: { ...check, level: rule.level, 'on-empty': 'inconclusive' },
          at: ['columns', i, ...key],
          mayBeEmpty: rule.missing?.['max-share'] === 1,
        }),
      ),
    ),
    ...tableRules(contract, time),
    ...contract.checks.map(
      (check, i): Rule => ({ check, at: ['checks', i], mayBeEmpty: check['on-empty'] === 'pass' }),
    ),
  ]
}

/** A check as a key of the contract asks it: what the list `checks` may say besides is left out. */
type Short = { [Name in DataCheckName]: Omit<Extract<DataCheck, { check: Name }>, 'level' | 'on-empty'> }[DataCheckName]
type Keyed = readonly [key: readonly PropertyKey[], check: Short]

const strictness = (range: NonNullable<ColumnRule['range']>) => ({
  'strict-min': range['strict-min'] ?? false,
  'strict-max': range['strict-max'] ?? false,
})
const holding = (bad: number | undefined) => (bad === undefined ? {} : { mostly: 1 - bad })

/** What the keys of a column are short for. */
function columnChecks(rule: ColumnRule): Keyed[] {
  const column = rule.name
  const some = holding(rule['max-unknown'])
  const { type, missing, values, forbidden, range, length, format, pattern, outliers, order, statistics = {} } = rule
  const dates = rule['date-format']
  const asked: Keyed[] = []
  const ask = (key: PropertyKey, check: Short) => asked.push([[key], check])
  // Dates that are written in a way of their own are judged by it.
  if (type && dates === undefined) ask('type', { check: 'type', column, types: [type] })
  if (missing) {
    const most = missing['max-count']
    ask('missing', {
      check: 'missing',
      column,
      ...holding(missing['max-share']),
      ...(most === undefined ? {} : { 'max-bad': most }),
    })
  }
  if (rule.unique) ask('unique', { check: 'unique', column, count: 'copies' })
  if (values) ask('values', { check: 'values', column, values, ...some })
  if (forbidden) ask('forbidden', { check: 'forbidden', column, values: forbidden })
  if (range) {
    const written = dates === undefined ? {} : { 'date-format': dates }
    ask('range', { check: 'range', column, ...range, ...strictness(range), ...written, ...some })
  }
  if (length) ask('length', { check: 'length', column, ...length, ...some })
  if (format) ask('format', { check: 'format', column, format, ...some })
  if (pattern !== undefined) {
    ask('pattern', {
      check: 'pattern',
      column,
      patterns: [pattern],
      syntax: 'regex',
      match: 'whole',
      of: 'any',
      not: false,
      ...some,
    })
  }
  if (dates !== undefined) ask('date-format', { check: 'date-format', column, format: dates, ...some })
  if (outliers) {
    const { z: limit, 'max-share': most } = outliers
    ask('outliers', { check: 'outliers', column, method: 'z', limit, side: 'both', strict: false, ...holding(most) })
  }
  if (order) {
    const direction = order.endsWith('increasing') ? 'increasing' : 'decreasing'
    ask('order', { check: 'order', column, direction, strictly: order.startsWith('strictly') })
  }
  for (const [name, bounds] of Object.entries(statistics)) {
    const statistic = name as StatisticName
    const check = {
      check: 'statistic',
      column,
      statistic,
      nearest: false,
      'strict-min': false,
      'strict-max': false,
    } as const
    asked.push([['statistics', name], { ...check, ...bounds }])
  }
  return asked
}

function tableRules({ key, freshness, volume }: DataContract, time: string | undefined): Rule[] {
  const newest = freshness?.column ?? time
  const on = { 'on-empty': 'inconclusive', level: 'fail' } as const
  const asked: [PropertyKey, DataCheck][] = []
  for (const column of key ?? []) asked.push(['key', { check: 'missing', column, ...on }])
  if (key) asked.push(['key', { check: 'key', columns: key, 'pass-over': 'never', count: 'copies', ...on }])
  if (freshness && newest !== undefined) {
    asked.push(['freshness', { check: 'freshness', ...on, ...freshness, column: newest }])
  }
  if (volume) asked.push(['volume', { check: 'volume', ...on, ...volume }])
  return asked.map(([at, check]) => ({ check, at: [at], mayBeEmpty: false }))
}

interface Tolerance {
  readonly mostly?: number | undefined
  readonly 'max-bad'?: number | undefined
}

/**
 * Rows that may break a check, of n that are judged: `floor((1 − mostly)·n)`, or `max-bad`. Counts are compared, never
 * shares, so that 0.9 of 10 allows one.
 */
export function allowedRows({ mostly = 1, 'max-bad': most }: Tolerance, n: number): number {
  const share = Math.floor((1 - mostly) * n * (1 + 1e-12) + 1e-9)
  return most === undefined ? share : mostly < 1 ? Math.min(most, share) : most
}

/** Share of bad rows that is tolerated, without the noise of 1 − 0.9. */
export const badShare = ({ mostly = 1 }: Tolerance): number => Number((1 - mostly).toPrecision(12))
