import type { ColumnProfile } from '../../contracts/data-profile.js'
import { total } from '../../stats/numeric.js'
import { countsBelow, crowdedIn, slack } from './quantile-bounds.js'

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
  readonly below?: { readonly low: readonly number[]; readonly high: readonly number[] }
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
  const n = total(histogram.counts)
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
