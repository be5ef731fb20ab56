import type { PairTables } from '../../contracts/data-profile.js'
import { type Contingency, contingency } from '../../stats/association.js'

/** Columns whose pairs are kept. */
export const MOST_TABLED = 20
/** Parts of equal mass that a number is cut into: few, so that each cell of two columns has rows enough. */
const PARTS = 5
/** Values that have a cell of their own: at most so many, each of at least this share of the rows. */
const MOST_VALUES = 9
const LEAST_SHARE = 0.05

/** How a column is cut into cells. */
export type Cells = PairTables['parts'][number]

/** Different numbers, ascending, and how many rows have each. */
export interface Masses {
  readonly different: readonly number[]
  readonly counts: readonly number[]
}

/** Cells of about equal mass; equal numbers stay together, so that there may be fewer. */
export function numberCells({ different, counts }: Masses): Cells {
  const n = counts.reduce((sum, count) => sum + count, 0)
  const cuts: number[] = []
  let [below, part] = [0, 0]
  different.forEach((value, i) => {
    // A number belongs to the part in which the middle of its rows lies.
    const own = Math.floor((PARTS * (below + (counts[i] as number) / 2)) / n)
    if (own > part && below > 0) cuts.push(value)
    part = own
    below += counts[i] as number
  })
  return { of: 'number', cuts }
}

/** A cell for each common value. */
export function valueCells(values: readonly (string | null)[], weights: Float64Array): Cells {
  const counts = new Map<string, number>()
  let n = 0
  values.forEach((value, i) => {
    if (value === null) return
    counts.set(value, (counts.get(value) ?? 0) + (weights[i] as number))
    n += weights[i] as number
  })
  const common = [...counts]
    .filter(([, count]) => count >= LEAST_SHARE * n)
    .sort(([a, m], [b, k]) => k - m || (a < b ? -1 : 1))
  return { of: 'value', values: common.slice(0, MOST_VALUES).map(([value]) => value) }
}

/** How many cells there are. */
export const sizeOf = (cells: Cells): number => (cells.of === 'number' ? cells.cuts : cells.values).length + 1

/** The cell of each value, −1 for a missing one. */
export function codesOf(cells: Cells, values: readonly (number | string | null)[]): Int32Array {
  if (cells.of === 'value') {
    const index = new Map(cells.values.map((value, i) => [value, i]))
    return Int32Array.from(values, (value) => (value === null ? -1 : (index.get(String(value)) ?? cells.values.length)))
  }
  const { cuts } = cells
  return Int32Array.from(values, (value) => {
    if (value === null) return -1
    let cell = 0
    while (cell < cuts.length && Number(value) >= (cuts[cell] as number)) cell += 1
    return cell
  })
}

/** Rows by the cells of two columns. */
export const tableOf = (a: Coded, b: Coded, weights: ArrayLike<number>): Contingency =>
  contingency(a.codes, b.codes, weights, [sizeOf(a.cells), sizeOf(b.cells)])

/** A column of the sample in its cells. */
export interface Coded {
  readonly cells: Cells
  readonly codes: Int32Array
}

/** The tables of all pairs. Equal rows are one, as often as `weights` says; `isWhole`: no row was left out of the sample. */
export function pairTables(columns: readonly Coded[], weights: Float64Array, isWhole: boolean): PairTables {
  const pairs = columns.flatMap((one, a) =>
    columns.slice(a + 1).map((other, i) => ({ a, b: a + 1 + i, counts: [...tableOf(one, other, weights).counts] })),
  )
  const [sum, squares] = [weights.reduce((n, w) => n + w, 0), weights.reduce((n, w) => n + w * w, 0)]
  const effective = isWhole || squares === 0 ? sum : Math.round(sum ** 2 / squares)
  return { effective, parts: columns.map(({ cells }) => cells), pairs }
}
