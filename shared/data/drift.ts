import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import { chisquareTail } from '../stats/distributions.js'
import { populationStabilityIndex } from '../stats/drift.js'
import { asText, isNumeric, isTemporal } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { countByEdges, HISTOGRAM_DISTINCT } from './histogram.js'
import { literalList } from './sql.js'

/** Values with a cell of their own; the others share one. */
const NAMED_VALUES = 20
/** An index that chance alone exceeds once in a hundred times is not told from chance. */
const CHANCE = 0.01

/** The reason for columns that have nothing which could drift. */
export const FREE_TEXT = 'its values are identifiers or free text'

export interface DriftCell {
  /** `12 … 15`, a value, `other values`, `values not listed in the baseline`, or `missing`. */
  readonly label: string
  readonly baseline: number
  readonly current: number
}

export interface ColumnDrift {
  readonly column: string
  /** Counts of rows, the missing ones (with NaN, infinities and invalid values) as the last cell. */
  readonly cells: readonly DriftCell[]
  /** Population stability index; null when `reason` says why there is none. */
  readonly psi: number | null
  /** Index that equal data of these sizes stay below in 99 of 100 cases; null without an index. */
  readonly chance: number | null
  readonly reason: string | null
}

/**
 * PSI of each column against its baseline profile: numbers in the bins of the baseline's histogram, text and numbers
 * with at most 20 values by the commonest 20 of the baseline, the others that its profile lists, and values that it does
 * not list; missing is a cell of its own.
 */
export async function measureDrift(
  engine: DataEngine,
  dataset: Dataset,
  baseline: DatasetProfile,
  names: readonly string[],
): Promise<ColumnDrift[]> {
  const drifts: ColumnDrift[] = []
  for (const name of names) {
    const before = baseline.columns.find((column) => column.name === name)
    const now = dataset.columns.find((column) => column.name === name)
    if (before === undefined) drifts.push(unmeasured(name, 'the baseline has no such column'))
    else if (now === undefined) drifts.push(unmeasured(name, 'the data have no such column'))
    else drifts.push(await driftOf(engine, dataset, now, before))
  }
  return drifts
}

const unmeasured = (column: string, reason: string): ColumnDrift => ({
  column,
  cells: [],
  psi: null,
  chance: null,
  reason,
})

async function driftOf(
  engine: DataEngine,
  dataset: Dataset,
  now: DatasetColumn,
  before: ColumnProfile,
): Promise<ColumnDrift> {
  if (kindOf(now.type) !== kindOf(before.type)) {
    return unmeasured(now.name, `the type was ${before.type} and is ${now.type}`)
  }
  const cells =
    before.numeric !== null && before.distinct > HISTOGRAM_DISTINCT
      ? await histogramCells(engine, dataset.table, now, before.numeric.histogram)
      : await valueCells(engine, dataset.table, now, before)
  const counted = cells.reduce((sum, { current }) => sum + current, 0)
  const values = before.rows - before.missing - before.invalid - before.nonFinite
  cells.push({ label: 'missing', baseline: before.rows - values, current: dataset.rows - counted })
  if (before.top.length === 0 && before.numeric === null && before.distinct > 0) {
    return { ...unmeasured(now.name, FREE_TEXT), cells }
  }
  return { column: now.name, cells, ...indexOf(cells) }
}

/** The index of given cells, and how large it gets by chance. */
export function indexOf(cells: readonly DriftCell[]): Pick<ColumnDrift, 'psi' | 'chance' | 'reason'> {
  const used = cells.filter(({ baseline, current }) => baseline + current > 0)
  const index = populationStabilityIndex(
    used.map(({ baseline }) => baseline),
    used.map(({ current }) => current),
  )
  if (index.reason !== null) return { psi: null, chance: null, reason: index.reason }
  const n = used.reduce((sum, { baseline }) => sum + baseline, 0)
  const m = used.reduce((sum, { current }) => sum + current, 0)
  return { psi: index.value, chance: chanceIndex(used.length, n, m), reason: null }
}

/**
 * The 99 % quantile of the index of two samples of one distribution with n and m rows in k cells: PSI · nm/(n + m) is
 * then about chi-square with k − 1 degrees of freedom (Yurdakul 2018).
 */
export function chanceIndex(k: number, n: number, m: number): number {
  if (k < 2) return 0
  let [low, high] = [0, 10 * k + 100]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (chisquareTail(middle, k - 1) > CHANCE) low = middle
    else high = middle
  }
  return low * (1 / n + 1 / m)
}

const kindOf = (type: ColumnProfile['type']): string => (isNumeric(type) ? 'number' : isTemporal(type) ? 'time' : type)

async function histogramCells(
  engine: DataEngine,
  table: string,
  column: DatasetColumn,
  { edges, counts }: NonNullable<ColumnProfile['numeric']>['histogram'],
): Promise<DriftCell[]> {
  const now = await countByEdges(engine, table, column, edges)
  return counts.map((baseline, i) => ({ label: `${edges[i]} … ${edges[i + 1]}`, baseline, current: now[i] ?? 0 }))
}

async function valueCells(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  { top, otherCount }: ColumnProfile,
): Promise<DriftCell[]> {
  const named = top.slice(0, NAMED_VALUES)
  const pooled = top.slice(NAMED_VALUES)
  const rows = await engine.all(
    `SELECT CASE WHEN list_contains(${literalList(named.map(({ value }) => value))}, v) THEN v END AS value,
       list_contains(${literalList(pooled.map(({ value }) => value))}, v) AS pooled, sum(n)::BIGINT AS n
     FROM (SELECT ${asText(type, 'c')} AS v, n FROM (SELECT ${sql} AS c, count(*) AS n FROM ${table} GROUP BY 1)) WHERE v IS NOT NULL GROUP BY ALL`,
  )
  const now = new Map(rows.map(({ value, n }) => [value, Number(n)]))
  const rest = (known: boolean) => Number(rows.find((row) => row.value === null && row.pooled === known)?.n ?? 0)
  return [
    ...named.map(({ value, count }) => ({ label: value, baseline: count, current: now.get(value) ?? 0 })),
    { label: 'other values', baseline: pooled.reduce((sum, { count }) => sum + count, 0), current: rest(true) },
    // Newcomers hide among the many of "other values"; here they show.
    { label: 'values not listed in the baseline', baseline: otherCount, current: rest(false) },
  ]
}
