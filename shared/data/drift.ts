import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import { chisquareTail } from '../stats/distributions.js'
import { populationStabilityIndex } from '../stats/drift.js'
import { clamp, quantileSorted } from '../stats/numeric.js'
import { seededRandom } from '../stats/sampling/rng.js'
import { asText, isNumeric, isTemporal } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { countByEdges, HISTOGRAM_DISTINCT } from './histogram.js'
import { literalList } from './sql.js'

/** Values with a cell of their own; the others share one. */
const NAMED_VALUES = 20
/**
 * A value seen less often has no cell of its own: which rare values a sample holds is chance, and a list of the commonest
 * is one of those that were lucky.
 */
const FEWEST_SEEN = 10
const SIMULATIONS = 500
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
 * with at most 20 values by the commonest 20 of the baseline that both sides can be expected to hold ten times, the others
 * that its profile lists, and values that it does not list; missing is a cell of its own.
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
      : await valueCells(engine, dataset, now, before)
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
  return { psi: index.value, chance: chanceOf(used), reason: null }
}

/** The index that two samples of one distribution, that of both together, stay below in 99 of 100 cases. */
function chanceOf(cells: readonly DriftCell[]): number {
  const n = cells.reduce((sum, { baseline }) => sum + baseline, 0)
  const m = cells.reduce((sum, { current }) => sum + current, 0)
  const shares = cells.map(({ baseline, current }) => (baseline + current) / (n + m))
  const fewest = Math.min(...shares) * Math.min(n, m)
  return fewest >= FEWEST_SEEN ? chanceIndex(cells.length, n, m) : simulatedChance(shares, n, m)
}

/** For cells of few rows, in which the index is larger than chi-square knows. */
function simulatedChance(shares: readonly number[], n: number, m: number): number {
  const random = seededRandom('chance')
  const draw = (rows: number) => shares.map((share) => random.poisson(share * rows))
  const indices = Float64Array.from({ length: SIMULATIONS }, () => populationStabilityIndex(draw(n), draw(m)).value)
  const known = indices.filter(Number.isFinite).sort()
  return known.length === 0 ? 0 : quantileSorted(known, 1 - CHANCE)
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

/**
 * A fresh sample brings values that the baseline does not list, as the baseline itself has values that stood there by one
 * row: leave that row out, and its value is not listed. So many are expected (Good and Turing); the same rows again bring
 * none of them. Between the two nothing has drifted.
 */
async function valueCells(
  engine: DataEngine,
  { table, rows: rowsNow }: Dataset,
  { type, sql }: DatasetColumn,
  { top, otherCount, rows: rowsBefore }: ColumnProfile,
): Promise<DriftCell[]> {
  const isSeen = ({ count }: Listed) => Math.min(count, (count / rowsBefore) * rowsNow) >= FEWEST_SEEN
  const named = top.slice(0, NAMED_VALUES).filter(isSeen)
  // Of the values as rare as the last one of a list that was cut, some are listed and some are not.
  const listedFrom = otherCount === 0 ? 1 : (top.at(-1)?.count ?? 0) + 1
  const pooled = top.slice(named.length).filter(({ count }) => count >= listedFrom)
  const rows = await engine.all(
    `SELECT CASE WHEN list_contains(${literalList(named.map(({ value }) => value))}, v) THEN v END AS value,
       list_contains(${literalList(pooled.map(({ value }) => value))}, v) AS pooled, sum(n)::BIGINT AS n
     FROM (SELECT ${asText(type, 'c')} AS v, n FROM (SELECT ${sql} AS c, count(*) AS n FROM ${table} GROUP BY 1)) WHERE v IS NOT NULL GROUP BY ALL`,
  )
  const now = new Map(rows.map(({ value, n }) => [value, Number(n)]))
  const rest = (known: boolean) => Number(rows.find((row) => row.value === null && row.pooled === known)?.n ?? 0)
  const unlisted = countOf(top) + otherCount - countOf(named) - countOf(pooled)
  const atEdge = countOf(pooled.filter(({ count }) => count === listedFrom))
  const expected = Math.round(clamp((rest(false) / Math.max(1, rowsNow)) * rowsBefore, unlisted, unlisted + atEdge))
  return [
    ...named.map(({ value, count }) => ({ label: value, baseline: count, current: now.get(value) ?? 0 })),
    { label: 'other values', baseline: countOf(pooled) - (expected - unlisted), current: rest(true) },
    // Newcomers hide among the many of "other values"; here they show.
    { label: 'values not listed in the baseline', baseline: expected, current: rest(false) },
  ]
}

type Listed = ColumnProfile['top'][number]

const countOf = (values: readonly Listed[]): number => values.reduce((sum, { count }) => sum + count, 0)
