import type { PairTables } from '../../contracts/data-profile.js'
import { type Contingency, contingency } from '../../stats/association.js'
import type { Cell } from '../engine/engine.js'

/** Columns whose pairs are kept. */
export const MOST_TABLED = 20
/** Parts of equal mass that a number is cut into: few, so that each cell of two columns has rows enough. */
const PARTS = 5
/** Values that have a cell of their own: at most so many, each of at least this share of the rows. */
const MOST_VALUES = 9
const LEAST_SHARE = 0.05

/** How a column is cut into cells. */
export type Cells = PairTables['parts'][number]

/** How the categories of a column go together to cells: `of` is the cell of each. */
export interface Parts {
  readonly cells: Cells
  readonly of: Uint8Array
}

/** Cells of about equal mass out of finer ones, whose lower bounds but the first are `cuts`, and whose rows `counts`. */
export function numberParts(cuts: readonly number[], counts: Float64Array): Parts {
  const n = counts.reduce((sum, count) => sum + count, 0)
  const kept: number[] = []
  const of = new Uint8Array(counts.length)
  let [below, part] = [0, 0]
  counts.forEach((count, i) => {
    // A finer cell belongs to the part in which the middle of its rows lies.
    const own = Math.floor((PARTS * (below + count / 2)) / n)
    if (own > part && below > 0) kept.push(cuts[i - 1] as number)
    part = own
    below += count
    of[i] = kept.length
  })
  return { cells: { of: 'number', cuts: kept }, of }
}

/** A cell for each common value; `counts` are the rows of each of `values`. */
export function valueParts(values: readonly string[], counts: Float64Array): Parts {
  const n = counts.reduce((sum, count) => sum + count, 0)
  const common = values
    .map((value, i) => ({ value, i, count: counts[i] as number }))
    .filter(({ count }) => count >= LEAST_SHARE * n)
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_VALUES)
  const of = new Uint8Array(values.length).fill(common.length)
  common.forEach(({ i }, cell) => {
    of[i] = cell
  })
  return { cells: { of: 'value', values: common.map(({ value }) => value) }, of }
}

/** How many cells there are. */
export const sizeOf = (cells: Cells): number => (cells.of === 'number' ? cells.cuts : cells.values).length + 1

/** The cell of each value, −1 for a missing one. */
export function codesOf(cells: Cells, values: readonly Cell[]): Int32Array {
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

/** The counts of a table in the coarser cells of its rows and columns. */
export function countsInParts({ counts, columns }: Contingency, a: Parts, b: Parts): number[] {
  const wide = sizeOf(b.cells)
  const found = new Array<number>(sizeOf(a.cells) * wide).fill(0)
  counts.forEach((count, i) => {
    const at = (a.of[Math.floor(i / columns)] as number) * wide + (b.of[i % columns] as number)
    found[at] = (found[at] as number) + count
  })
  return found
}

/** How many different rows a sample is worth: all of them, or by their weights (Kish) where some of many contents were taken. */
export function effectiveRows(weights: Float64Array, isWhole: boolean): number {
  const [sum, squares] = [weights.reduce((n, w) => n + w, 0), weights.reduce((n, w) => n + w * w, 0)]
  return isWhole || squares === 0 ? sum : Math.round(sum ** 2 / squares)
}
