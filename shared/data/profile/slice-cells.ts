import type { ColumnProfile, SliceCells } from '../../contracts/data-profile.js'
import { total } from '../../stats/numeric.js'
import { round12 } from '../engine/sql.js'
import { cutsOf } from './cuts.js'
import { slack } from './quantile-bounds.js'

/** Cells of all slices of a profile: some 200 kB of JSON. */
const MOST_CELLS = 5_000
/** Cells of one column in one slice: as many as fit, between these. */
const MOST_OF_ONE = 40
const FEWEST_OF_ONE = 8
/** Numbers of so many values are cut around each of them, others at about two hundred places. */
const FEW_NUMBERS = 100
const MOST_CUTS = 200
/** Texts with more different values are told by their length. */
export const MOST_TEXTS = 10_000
const UNITS = 65_536
/** The largest whole number: its square has 62 bits. */
export const FARTHEST = 2 ** 31

/** What is counted of a column in every slice; derived from its profile alone. */
export type CellPlan =
  | {
      readonly of: 'number' | 'length'
      readonly cuts: readonly number[]
      /** For the standard deviation values become whole numbers: (x − centre) / unit, rounded. Unit 0: they are all equal. */
      readonly centre: number
      readonly unit: number
      /** Whether some of these whole numbers may be larger than `FARTHEST`, and are cut. */
      readonly isFar: boolean
      /** Whether the column has few values, so that it is counted value by value. */
      readonly isFew: boolean
    }
  | { readonly of: 'value'; readonly values: readonly string[] }

/** What was counted by a plan in one slice. `counts` by cells between the cuts, or by values. */
export type CountedCells =
  | {
      readonly of: 'number' | 'length'
      readonly counts: readonly number[]
      readonly min: number
      readonly max: number
      /** Sums of the whole numbers and of their squares. */
      readonly sum: bigint
      readonly squares: bigint
    }
  | { readonly of: 'value'; readonly counts: readonly number[]; readonly other: number }

/** The plan for a column; null for one whose values stay out of the profile, that has none, or of which too little is known. */
export function planOf(column: ColumnProfile): CellPlan | null {
  const { numeric, sensitive, top, distinct, length, lengths } = column
  if (sensitive) return null
  if (numeric !== null) {
    const { mean: centre, min, max } = numeric
    const unit = numeric.sd / UNITS
    const isFar = unit > 0 && !(Math.max(centre - min, max - centre) / unit < FARTHEST - 1)
    return { of: 'number', cuts: numberCuts(column, numeric), centre, unit, isFar, isFew: column.counts !== undefined }
  }
  if (top.length > 0 && distinct <= MOST_TEXTS) {
    return { of: 'value', values: top.slice(0, MOST_OF_ONE).map(({ value }) => value) }
  }
  if (length === null || lengths === undefined) return null
  const places = [lengths.p05, lengths.p25, lengths.p50, lengths.p75, lengths.p95].map(Math.ceil)
  const cuts = ascending(places.flatMap((place) => [place, place + 1]))
  return { of: 'length', cuts, centre: 0, unit: 1, isFar: false, isFew: false }
}

type Numeric = NonNullable<ColumnProfile['numeric']>

/** Around every value where they are few, else at quantiles; a value that stands there often has both its sides cut. */
function numberCuts(column: ColumnProfile, { grid, min, max }: Numeric): number[] {
  const around = (value: number) =>
    column.type === 'integer' ? [value, value + 1] : [value - slack(value), value + slack(value)]
  if (column.counts !== undefined && column.counts.values.length <= FEW_NUMBERS) {
    return ascending(column.counts.values.flatMap((value) => around(Number(value))))
  }
  if (grid !== undefined) {
    return ascending(
      grid.flatMap((value, i) => (value === grid[i - 1] || value === grid[i + 1] ? around(value) : [value])),
    )
  }
  const known = cutsOf(column)
  if (known === null) return ascending([min, ...around(max)])
  return coarsest(known.counts, MOST_CUTS).map((i) => known.cuts[i] as number)
}

const ascending = (cuts: readonly number[]): number[] =>
  [...new Set(cuts)].filter(Number.isFinite).sort((a, b) => a - b)

/** How many cells each column of each slice may have, and how many pairs of column and slice have any. */
export function shareCells(pairs: number): { readonly most: number; readonly pairs: number } {
  const most = Math.max(FEWEST_OF_ONE, Math.min(MOST_OF_ONE, Math.floor(MOST_CELLS / Math.max(1, pairs))))
  return { most, pairs: Math.floor(MOST_CELLS / most) }
}

/** Counts as a profile keeps them, in at most `most` cells; undefined where there is no value. */
export function keptCells(plan: CellPlan, counted: CountedCells, most: number): SliceCells | undefined {
  if (counted.of === 'value') {
    const rest = counted.counts.slice(most).reduce((sum, count) => sum + count, counted.other)
    const counts = counted.counts.slice(0, most)
    return rest + total(counts) === 0 ? undefined : { of: 'value', counts, other: rest }
  }
  const n = total(counted.counts)
  if (n === 0 || plan.of === 'value') return undefined
  const kept = coarsest(counted.counts, most)
  const { min, max, sum, squares } = counted
  return {
    of: plan.of,
    min,
    max,
    sd: round12(plan.unit * deviation(n, sum, squares)),
    cuts: kept.map((i) => plan.cuts[i] as number),
    counts: merged(counted.counts, kept),
  }
}

/** The sample standard deviation of n whole numbers with these sums. */
function deviation(n: number, sum: bigint, squares: bigint): number {
  if (n < 2) return 0
  const spread = BigInt(n) * squares - sum * sum
  return Math.sqrt(Number(spread) / n / (n - 1))
}

/** Counts with the cells between kept cuts put together. */
export const merged = (counts: readonly number[], kept: readonly number[]): number[] =>
  [...kept, counts.length - 1].map((end, i) => total(counts.slice(i === 0 ? 0 : (kept[i - 1] as number) + 1, end + 1)))

/**
 * Which cuts to keep for at most `most` cells, so that the largest of those that are put together is as small as it can be; cut i
 * ends cell i. A cell larger than that stays alone.
 */
export function coarsest(counts: readonly number[], most: number): number[] {
  let [low, high] = [0, total(counts)]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (closed(counts, middle).length < most) high = middle
    else low = middle + 1
  }
  return closed(counts, low)
}

/** Ends of runs of cells that hold at most a limit together, or are one cell that holds more. */
function closed(counts: readonly number[], limit: number): number[] {
  const ends: number[] = []
  let held = 0
  counts.forEach((count, i) => {
    if (i > 0 && held + count > limit) {
      ends.push(i - 1)
      held = 0
    }
    held += count
  })
  return ends
}
