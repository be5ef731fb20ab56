import type { ColumnProfile } from '../../contracts/data-profile.js'
import { asNumber } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { double } from '../engine/sql.js'
import { countsBelow, crowdedIn, slack } from './grid.js'

/** Columns of one scan. */
const COLUMNS_AT_ONCE = 20
/** Two samples of numbers, counted in the same cells [edge i, edge i + 1). */
export interface NumberCells {
  /** Ascending, one more than there are cells; the outer ones are the smallest and the largest value of both sides. */
  readonly edges: readonly number[]
  readonly before: readonly number[]
  readonly now: readonly number[]
  /** Whether all values of a cell are one value, so that nothing is unknown about their places. */
  readonly atoms: readonly boolean[]
  /** Standard deviation of the baseline with divisor n. */
  readonly spread: number
  /** Where the counts of the baseline are known by bounds only: its values below the end of each cell but the last. */
  readonly below?: { readonly low: readonly number[]; readonly high: readonly number[] }
  /** What the counts of the baseline come from; absent in tests of others. */
  readonly basis?: Basis
  /** From every value of both sides, where both were in reach; else the cells are all there is. */
  readonly exact?: { readonly ks: number; readonly wasserstein: number }
}

/**
 * `counts`: every value with its count; `quantiles`: so many exact ones; `bins`: so many of a histogram; `profiles`: so many places at
 * which several profiles were put together.
 */
export interface Basis {
  readonly of: 'counts' | 'quantiles' | 'bins' | 'profiles'
  readonly points: number
  readonly profiles?: number
}

/** Where a baseline can be cut: cells (−∞, c₀), [c₀, c₁), …, [cₖ, ∞) with the counts of the baseline in them. */
export interface Cuts {
  readonly cuts: readonly number[]
  readonly counts: readonly number[]
  readonly atoms: readonly boolean[]
  readonly below?: NonNullable<NumberCells['below']>
  readonly basis: Basis
}

/** What several profiles tell together, where a column is of more than one. */
interface Pooled {
  readonly pooled?: { readonly numbers: Cuts | null }
}

/**
 * Cuts of a baseline profile: around every value where the profile lists all of them, so that nothing is lost, else around
 * its quantiles, and at the edges of its histogram. Null for a column without numbers.
 */
export function cutsOf(column: ColumnProfile & Pooled): Cuts | null {
  const { numeric } = column
  if (numeric === null) return null
  const { edges, counts } = numeric.histogram
  const listed = listedNumbers(column)
  if (listed === null && column.pooled?.numbers) return column.pooled.numbers
  if (listed === null && numeric.grid !== undefined) return cutsOfGrid(column.type, numeric, numeric.grid)
  const around =
    listed === null
      ? [numeric.max + slack(numeric.max)]
      : listed.flatMap(({ value }) => [value - slack(value), value + slack(value)])
  const cuts = [...new Set([...edges.slice(0, -1), ...around])].filter(Number.isFinite).sort((a, b) => a - b)
  const starts = [Number.NEGATIVE_INFINITY, ...cuts]
  const found = new Array<number>(starts.length).fill(0)
  const put = (at: number, count: number) => {
    const cell = cellOf(cuts, at)
    found[cell] = (found[cell] as number) + count
  }
  if (listed !== null) for (const { value, count } of listed) put(value, count)
  else counts.forEach((count, i) => void put(edges[i] as number, count))
  const basis: Basis = listed === null ? { of: 'bins', points: counts.length } : { of: 'counts', points: listed.length }
  const crowded = crowdedIn(column.type, listed ?? [], starts)
  const atoms = atomsOf(column.type, cuts).map((atom, i) => atom && !crowded[i])
  return { cuts, counts: found, atoms, basis }
}

/** Whether a cell is so narrow, or holds only the whole number that it begins with, that its values have one place. */
export function atomsOf(type: ColumnProfile['type'], cuts: readonly number[]): boolean[] {
  return [Number.NEGATIVE_INFINITY, ...cuts].map((start, i) => {
    const end = cuts[i]
    if (end === undefined || start === Number.NEGATIVE_INFINITY) return false
    if (end - start <= 3 * slack(start)) return true
    const [first, last] = [Math.ceil(start), Math.ceil(end) - 1]
    return type === 'integer' && (last < first || (last === first && first === start))
  })
}

/** Around every quantile of the grid, where counts are known to the step of the grid, and exactly at the edges of the histogram. */
function cutsOfGrid(type: ColumnProfile['type'], { histogram, ...numeric }: Numeric, grid: readonly number[]): Cuts {
  const n = histogram.counts.reduce((sum, count) => sum + count, 0)
  const quantiles = grid.map((value, i) => ({ p: i / (grid.length - 1), value }))
  let count = 0
  const edges = histogram.edges.slice(0, -1).map((cut, i) => {
    const below = { cut, count }
    count += histogram.counts[i] ?? 0
    return below
  })
  const ends = [{ cut: numeric.max + slack(numeric.max), count: n }]
  const { cuts, low, high, likely } = countsBelow(n, quantiles, [...edges, ...ends])
  const counts = [...likely, n].map((below, i) => below - (i === 0 ? 0 : (likely[i - 1] as number)))
  const basis: Basis = { of: 'quantiles', points: grid.length }
  return { cuts, counts, atoms: atomsOf(type, cuts), below: { low, high }, basis }
}

type Numeric = NonNullable<ColumnProfile['numeric']>

/** Every value with its count, times in days; null when the profile does not list all of them. */
function listedNumbers(column: ColumnProfile): { value: number; count: number }[] | null {
  if (column.counts !== undefined && column.type !== 'string' && column.type !== 'boolean') {
    const { values, counts } = column.counts
    if (values.every((value) => typeof value === 'number')) {
      return values.map((value, i) => ({ value: value as number, count: counts[i] ?? 0 }))
    }
  }
  // Texts of times are not numbers.
  if (column.type !== 'integer' && column.type !== 'number') return null
  if (column.otherCount > 0 || column.top.length === 0) return null
  const listed = column.top.map(({ value, count }) => ({ value: Number(value), count }))
  return listed.every(({ value }) => Number.isFinite(value)) ? listed : null
}

/** Index of the cell that a value falls into: how many cuts are at most the value. */
export function cellOf(cuts: readonly number[], value: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cuts[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}

export interface Counted {
  /** Values that are there, NaN and infinities among them. */
  readonly present: number
  readonly finite: number
  /** Null without finite values. */
  readonly min: number | null
  readonly max: number | null
  /** One more than there are cuts. */
  readonly counts: readonly number[]
}

/** Counts of many columns in the cells of their cuts; twenty columns a scan. */
export async function countNumbers(
  engine: DataEngine,
  table: string,
  columns: readonly { readonly column: DatasetColumn; readonly cuts: readonly number[] }[],
): Promise<Counted[]> {
  const found: Counted[] = []
  for (let from = 0; from < columns.length; from += COLUMNS_AT_ONCE) {
    const batch = columns.slice(from, from + COLUMNS_AT_ONCE)
    const numbers = batch.map(({ column: { type, sql } }, i) => `${sql} AS v${i}, ${asNumber(type, sql)} AS x${i}`)
    const parts = batch.map(
      ({ cuts }, i) =>
        `count(v${i}) AS p${i}, count(x${i}) AS n${i}, min(x${i}) AS lo${i}, max(x${i}) AS hi${i}, ${histogramSql(`x${i}`, cuts)} AS h${i}`,
    )
    const [row = {}] = await engine.all(`SELECT ${parts.join(', ')} FROM (SELECT ${numbers.join(', ')} FROM ${table})`)
    batch.forEach(({ cuts }, i) => {
      const finite = Number(row[`n${i}`])
      found.push({
        present: Number(row[`p${i}`]),
        finite,
        min: numberOrNull(row[`lo${i}`]),
        max: numberOrNull(row[`hi${i}`]),
        counts: countsOf(row[`h${i}`], cuts.length, finite),
      })
    })
  }
  return found
}

/** SQL for the counts from each cut on, as JSON. The engine's bins are closed above; negated, they are closed below. */
export const histogramSql = (x: string, cuts: readonly number[]): string =>
  `CAST(to_json(map_values(histogram(-${x}, [${[...cuts]
    .reverse()
    .map((cut) => double(-cut))
    .join(', ')}]::DOUBLE[]))) AS VARCHAR)`

/** The counts that `histogramSql` gives, in the order of the cells. `finite`: all values. */
export function countsOf(json: Cell | undefined, cuts: number, finite: number): number[] {
  const above = (JSON.parse(String(json ?? '[]')) as number[]).slice(0, cuts).reverse()
  const counted = Array.from({ length: cuts }, (_, i) => above[i] ?? 0)
  return [finite - counted.reduce((sum, count) => sum + count, 0), ...counted]
}

const numberOrNull = (cell: Cell | undefined): number | null => (cell == null ? null : Number(cell))

/** Both sides in the cells of the baseline, the outer cells ending at the smallest and the largest value of both. */
export function numberCells(
  before: ColumnProfile,
  { cuts, counts, atoms, below, basis }: Cuts,
  now: Counted,
): NumberCells {
  const numeric = before.numeric as Numeric
  const [first, last] = [cuts[0] as number, cuts[cuts.length - 1] as number]
  const edges = [Math.min(first, numeric.min, now.min ?? first), ...cuts, Math.max(last, numeric.max, now.max ?? last)]
  const n = counts.reduce((sum, count) => sum + count, 0)
  return {
    edges,
    before: counts,
    now: now.counts,
    atoms: atoms.map((atom, i) => atom || edges[i] === edges[i + 1]),
    spread: n < 2 ? 0 : numeric.sd * Math.sqrt((n - 1) / n),
    ...(below === undefined ? {} : { below }),
    basis,
  }
}

/** Counts of the current side in the bins of a histogram; what lies outside falls into the first and the last. */
export function regroup(cuts: readonly number[], counts: readonly number[], edges: readonly number[]): number[] {
  const inner = edges.slice(1, -1)
  const bins = new Array<number>(Math.max(1, edges.length - 1)).fill(0)
  counts.forEach((count, i) => {
    const bin = i === 0 ? 0 : cellOf(inner, cuts[i - 1] as number)
    bins[bin] = (bins[bin] as number) + count
  })
  return bins
}
