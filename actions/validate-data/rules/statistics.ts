import type { StatisticName } from '../../../shared/contracts/data-checks.js'
import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isNumeric, isTemporal } from '../../../shared/data/column-types.js'
import { type Cell, type DataEngine, EngineError } from '../../../shared/data/engine/engine.js'
import { round12 } from '../../../shared/data/engine/sql.js'
import { type CheckOf, present, type TestScope, type Unfit } from './row-test.js'
import { isVoid, type ScopedColumn } from './scope.js'

/** A statistic of the rows, or of one group of them. */
export interface GroupValue {
  readonly group: readonly (string | null)[]
  /** Rows or values that it is made of. */
  readonly n: number
  /** Days since 1970 for dates; null where it is undefined. */
  readonly value: number | string | null
}

type Kind = 'number' | 'ordered' | 'any' | 'text'

interface Statistic {
  /** What kind of column it needs. */
  readonly needs: Kind
  /** Aggregate over the rows; `n` is made of rows instead of values where `ofRows`. */
  sql(column: ScopedColumn, check: CheckOf<'statistic'>): string
  readonly ofRows?: true
  /** The same out of the profile, which holds for all rows together. */
  known?(facts: ColumnProfile): number | null | undefined
}

const numberOf = ({ number, sql, type }: ScopedColumn): string =>
  type === 'boolean' ? `CAST(${sql} AS INTEGER)` : `${number}`
const orderedOf = (column: ScopedColumn): string => (column.type === 'string' ? column.text : numberOf(column))
const shareOf = (condition: string, n: string): string =>
  `count(*) FILTER (WHERE ${condition}) / nullif(${n}, 0)::DOUBLE`
const distinct = ({ value, type }: ScopedColumn): string =>
  type === 'string' ? `count(DISTINCT hash(${value})) FILTER (WHERE ${value} IS NOT NULL)` : `count(DISTINCT ${value})`
const count = (column: ScopedColumn): string => `count(*) FILTER (WHERE ${present(column)})`

const STATISTICS: Readonly<Record<StatisticName, Statistic>> = {
  min: { needs: 'ordered', sql: (c) => `min(${orderedOf(c)})`, known: ({ numeric }) => numeric?.min },
  max: { needs: 'ordered', sql: (c) => `max(${orderedOf(c)})`, known: ({ numeric }) => numeric?.max },
  mean: { needs: 'number', sql: (c) => `avg(${numberOf(c)})`, known: ({ numeric }) => numeric?.mean },
  median: {
    needs: 'number',
    sql: (c, { nearest }) => `${nearest ? 'quantile_disc' : 'quantile_cont'}(${numberOf(c)}, 0.5)`,
  },
  sd: { needs: 'number', sql: (c) => `stddev_samp(${numberOf(c)})`, known: ({ numeric }) => numeric?.sd },
  sum: { needs: 'number', sql: (c) => `CAST(sum(${c.type === 'integer' ? c.sql : numberOf(c)}) AS DOUBLE)` },
  quantile: {
    needs: 'number',
    sql: (c, { nearest, quantile = 0.5 }) =>
      `${nearest ? 'quantile_disc' : 'quantile_cont'}(${numberOf(c)}, ${quantile})`,
  },
  skewness: { needs: 'number', sql: (c) => `skewness(${numberOf(c)})` },
  kurtosis: { needs: 'number', sql: (c) => `kurtosis(${numberOf(c)})` },
  distinct: { needs: 'any', sql: distinct, known: ({ distinct: n }) => n },
  'distinct-share': { needs: 'any', sql: (c) => `${distinct(c)} / nullif(${count(c)}, 0)::DOUBLE` },
  duplicated: { needs: 'any', sql: (c) => `${count(c)} - ${distinct(c)}` },
  missing: { needs: 'any', ofRows: true, sql: (c) => `count(*) FILTER (WHERE ${c.missing})` },
  'missing-share': { needs: 'any', ofRows: true, sql: (c) => shareOf(c.missing, 'count(*)') },
  'present-share': { needs: 'any', ofRows: true, sql: (c) => shareOf(`NOT ${c.missing}`, 'count(*)') },
  'zero-share': { needs: 'number', sql: (c) => shareOf(`${numberOf(c)} = 0`, count(c)) },
  'negative-share': { needs: 'number', sql: (c) => shareOf(`${numberOf(c)} < 0`, count(c)) },
  'min-length': { needs: 'text', sql: (c) => `min(length(${c.text}))` },
  'max-length': { needs: 'text', sql: (c) => `max(length(${c.text}))` },
  'mean-length': { needs: 'text', sql: (c) => `avg(length(${c.text}))` },
}

/** Whether bounds of a check are dates: the statistic is one of a column of dates. */
export const isOfDates = ({ statistic }: CheckOf<'statistic'>, { type }: ScopedColumn): boolean =>
  isTemporal(type) && ['min', 'max', 'mean', 'median', 'quantile'].includes(statistic)

/** Measures a statistic in each group. Rounded to twelve digits, so that the order of a parallel sum does not show. */
export async function measureStatistic(
  engine: DataEngine,
  check: CheckOf<'statistic'>,
  at: TestScope,
): Promise<GroupValue[] | Unfit> {
  const column = at.column(check.column)
  const statistic = STATISTICS[check.statistic]
  if (!suits(statistic.needs, column, check.statistic)) {
    if (isVoid(column)) return []
    const needs = statistic.needs === 'text' ? 'text' : 'numbers'
    return { kind: 'unfit', column: column.name, what: `the ${spoken(check)}`, needs, has: column.type }
  }
  if (isOfDates(check, column) && (typeof check.min === 'number' || typeof check.max === 'number')) {
    const what = `a number as bound of the ${spoken(check)}`
    return { kind: 'unfit', column: column.name, what, needs: 'numbers', has: column.type }
  }
  const { facts } = column
  const n = facts.rows - facts.missing - facts.invalid - facts.nonFinite
  const known = at.isWhole ? statistic.known?.(facts) : undefined
  if (known !== undefined && known !== null && n > 0 && !(check.statistic === 'sd' && n < 2)) {
    return [{ group: [], n, value: known }]
  }
  return perGroup(engine, at, {
    n: statistic.ofRows ? 'count(*)' : count(column),
    value: statistic.sql(column, check),
  })
}

function suits(needs: Kind, { type, number }: ScopedColumn, statistic: StatisticName): boolean {
  if (needs === 'number') {
    const ofMoments = ['sd', 'sum', 'skewness', 'kurtosis', 'zero-share', 'negative-share'].includes(statistic)
    return type === 'boolean' || (ofMoments ? isNumeric(type) : number !== null)
  }
  return needs !== 'ordered' || number !== null || type === 'string' || type === 'boolean'
}

/** The statistic as people say it: `mean`, `0.9 quantile`, `share of different values`. */
export function spoken({ statistic, quantile }: CheckOf<'statistic'>): string {
  const words: Partial<Record<StatisticName, string>> = {
    min: 'smallest value',
    max: 'largest value',
    sd: 'standard deviation',
    quantile: `${quantile ?? 0.5} quantile`,
    distinct: 'number of different values',
    'distinct-share': 'share of different values',
    duplicated: 'number of repeated values',
    missing: 'number of missing values',
    'missing-share': 'share of missing values',
    'present-share': 'share of values that are there',
    'zero-share': 'share of zeros',
    'negative-share': 'share of negative values',
    'min-length': 'smallest length',
    'max-length': 'largest length',
    'mean-length': 'mean length',
  }
  return words[statistic] ?? statistic
}

/** Aggregates over the rows of a check, one row for each of its groups. A number that the engine cannot hold is undefined. */
export async function perGroup(
  engine: DataEngine,
  at: TestScope,
  select: { readonly n: string; readonly value: string },
): Promise<GroupValue[]> {
  const names = at.groups.map((_, i) => `g${i}`)
  const columns = [...at.groups.map((sql, i) => `${sql} AS g${i}`), `${select.n} AS n`, `${select.value} AS value`]
  const by = names.length === 0 ? '' : ' GROUP BY ALL ORDER BY ALL'
  try {
    const rows = await engine.all(`SELECT ${columns.join(', ')} FROM ${at.source}${by}`)
    return rows.map((row) => ({
      group: names.map((name) => (row[name] == null ? null : String(row[name]))),
      n: Number(row.n ?? 0),
      value: cellValue(row.value ?? null),
    }))
  } catch (error) {
    // Squares of huge numbers leave the range of floating point, and the engine refuses the whole query.
    if (error instanceof EngineError && /out of range/i.test(error.message)) return [{ group: [], n: 0, value: null }]
    throw error
  }
}

function cellValue(cell: Cell): number | string | null {
  if (cell === null || typeof cell === 'string') return cell
  const value = Number(cell)
  return Number.isFinite(value) ? round12(value) : null
}
