import type { Numbers } from './numeric.js'
import { Accumulator } from './numeric.js'

/** One side of a correlation, made ready for every other side of the same rows. */
export interface Deviations {
  /** Numbers as parts of the largest, less their mean. */
  readonly values: Float64Array
  /** The weighted sum of their squares; null where they have no spread. */
  readonly squares: number | null
}

/** The deviations of weighted numbers from their mean. */
export function deviationsOf(x: Numbers, weights: Numbers): Deviations {
  const n = sumOf(weights)
  const values = new Float64Array(x.length)
  if (!(n > 1)) return { values, squares: null }
  const scale = largest(x)
  const total = new Accumulator()
  for (let i = 0; i < x.length; i++) total.add(((x[i] as number) / scale) * (weights[i] as number))
  const mean = total.sum / n
  const squares = new Accumulator()
  for (let i = 0; i < x.length; i++) {
    const a = (x[i] as number) / scale - mean
    values[i] = a
    squares.add(a * a * (weights[i] as number))
  }
  // Deviations that are the rounding of the mean are no spread.
  return { values, squares: squares.sum / n > (Number.EPSILON * mean) ** 2 ? squares.sum : null }
}

/** Weighted Pearson correlation of two sides of the same rows; null where one has no spread. */
export function correlationOf(x: Deviations, y: Deviations, weights: Numbers): number | null {
  if (x.squares === null || y.squares === null) return null
  const [a, b] = [x.values, y.values]
  const products = new Accumulator()
  for (let i = 0; i < a.length; i++) products.add((a[i] as number) * (b[i] as number) * (weights[i] as number))
  return Math.max(-1, Math.min(1, products.sum / (Math.sqrt(x.squares) * Math.sqrt(y.squares))))
}

/** Weighted Pearson correlation; null where one side has no spread. `scipy.stats.pearsonr`. */
export const pearson = (x: Numbers, y: Numbers, weights: Numbers): number | null =>
  correlationOf(deviationsOf(x, weights), deviationsOf(y, weights), weights)

/** Ranks from 1 of weighted values, ties by their mean rank. `order` puts the values in ascending order. */
export function weightedRanks(values: Numbers, weights: Numbers, order: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length)
  let before = 0
  for (let from = 0; from < order.length; ) {
    let [to, tied] = [from, 0]
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) {
      tied += weights[order[to] as number] as number
      to += 1
    }
    for (let i = from; i < to; i++) ranks[order[i] as number] = before + (tied + 1) / 2
    before += tied
    from = to
  }
  return ranks
}

/** Counts of two categories, row-major; a row or column may be empty. */
export interface Contingency {
  readonly rows: number
  readonly columns: number
  readonly counts: Float64Array
}

/** Counts of pairs of codes from 0; a row with a code below 0 is left out. */
export function contingency(
  a: Int32Array,
  b: Int32Array,
  weights: Numbers,
  [rows, columns]: readonly [number, number],
): Contingency {
  const counts = new Float64Array(rows * columns)
  for (let i = 0; i < a.length; i++) {
    const [row, column] = [a[i] as number, b[i] as number]
    if (row < 0 || column < 0) continue
    const at = row * columns + column
    counts[at] = (counts[at] as number) + (weights[i] as number)
  }
  return { rows, columns, counts }
}

/**
 * Cramér's V with the correction of its bias: Bergsma, Journal of the Korean Statistical Society 42 (2013) 323–328. Null
 * where one side has one category only.
 */
export function cramersV(table: Contingency): number | null {
  const { n, rows, columns, used } = margins(table)
  const [r, k] = used
  if (r < 2 || k < 2 || n < 2) return null
  const phi2 =
    sum(table.counts, (count, i) => {
      const expected = ((rows[Math.floor(i / table.columns)] as number) * (columns[i % table.columns] as number)) / n
      return expected === 0 ? 0 : (count - expected) ** 2 / expected
    }) / n
  const corrected = Math.max(0, phi2 - ((r - 1) * (k - 1)) / (n - 1))
  const smallest = Math.min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
  return smallest > 0 ? Math.min(1, Math.sqrt(corrected / smallest)) : null
}

/** Mutual information in nats, 0 or more: `sklearn.metrics.mutual_info_score`. Null without rows. */
export function mutualInformation(table: Contingency): number | null {
  const { n, rows, columns } = margins(table)
  if (n === 0) return null
  const information = sum(table.counts, (count, i) => {
    if (count === 0) return 0
    const expected = (rows[Math.floor(i / table.columns)] as number) * (columns[i % table.columns] as number)
    return (count / n) * Math.log((count * n) / expected)
  })
  return Math.max(0, information)
}

function margins(table: Contingency) {
  const rows = new Float64Array(table.rows)
  const columns = new Float64Array(table.columns)
  let n = 0
  table.counts.forEach((count, i) => {
    const [row, column] = [Math.floor(i / table.columns), i % table.columns]
    rows[row] = (rows[row] as number) + count
    columns[column] = (columns[column] as number) + count
    n += count
  })
  const filled = (counts: Float64Array) => counts.filter((count) => count > 0).length
  return { n, rows, columns, used: [filled(rows), filled(columns)] as const }
}

function sum(values: Numbers, term: (value: number, index: number) => number): number {
  const total = new Accumulator()
  for (let i = 0; i < values.length; i++) total.add(term(values[i] as number, i))
  return total.sum
}

function sumOf(values: Numbers): number {
  const total = new Accumulator()
  for (let i = 0; i < values.length; i++) total.add(values[i] as number)
  return total.sum
}

function largest(values: Numbers): number {
  let found = 0
  for (let i = 0; i < values.length; i++) found = Math.max(found, Math.abs(values[i] as number))
  return found === 0 ? 1 : found
}
