import type { Contingency } from '../association.js'
import { chisquareTail } from '../distributions.js'

const MOST_ROUNDS = 500
const CLOSE = 1e-9

/** Whether two variables depend on each other in one sample as in another, whatever their own distributions do. */
export interface DependenceChange {
  /** Pearson's X² of both tables against the model without a three-way interaction. */
  readonly statistic: number
  readonly degrees: number
  readonly pValue: number
  /**
   * √((X² − degrees) / (4nm / (n + m))), at least 0: Cohen's w of samples of equal size, without what chance adds. In fifths
   * of normal variables 0.1 is a correlation of 0.2 that was not there or of 0.5 that is 0.3 now, 0.4 one of 0.8 that is gone.
   */
  readonly effect: number
  /** What the second table would hold if the variables depended on each other as in both together. */
  readonly expected: Float64Array
}

/**
 * Tests that the odds ratios of two tables of the same categories are equal: the log-linear model with all two-way margins, fitted
 * by iterative proportional fitting (Deming and Stephan, Annals of Mathematical Statistics 11 (1940) 427–444), against which
 * Pearson's X² has (r − 1)(c − 1) degrees of freedom (Agresti, Categorical Data Analysis, 3rd ed., 9.2). Categories that one side
 * has none of say nothing and are left out, and so is a degree for each cell that is empty on both sides. Null when fewer than
 * two categories a side are left. Counts may be fractions.
 */
export function dependenceChange(before: Contingency, now: Contingency): DependenceChange | null {
  const [rows, columns] = [before.rows, before.columns]
  const used = usedCells(before, now)
  const tables = [before, now].map(({ counts }) => counts.map((count, i) => (used.cells[i] === 1 ? count : 0)))
  const [a, b] = tables as [Float64Array, Float64Array]
  const empty = a.reduce((sum, count, i) => sum + (used.cells[i] === 1 && count + (b[i] as number) === 0 ? 1 : 0), 0)
  const degrees = (used.rows - 1) * (used.columns - 1) - empty
  if (used.rows < 2 || used.columns < 2) return null
  // Both tables are empty in the same cells, which leaves nothing that could differ.
  if (degrees < 1) return { statistic: 0, degrees: 0, pValue: 1, effect: 0, expected: b }
  const [x, y] = fitted(a, b, rows, columns)
  let statistic = 0
  for (let i = 0; i < a.length; i++) {
    for (const [seen, fit] of [[a[i], x[i]] as const, [b[i], y[i]] as const]) {
      if ((fit as number) > 0) statistic += ((seen as number) - (fit as number)) ** 2 / (fit as number)
    }
  }
  const [n, m] = [sumOf(a), sumOf(b)]
  return {
    statistic,
    degrees,
    pValue: chisquareTail(statistic, degrees),
    effect: Math.sqrt(Math.max(0, statistic - degrees) / ((4 * n * m) / (n + m))),
    expected: y,
  }
}

/** Cells whose row and column both tables have. */
function usedCells({ rows, columns, counts }: Contingency, other: Contingency) {
  const [inRows, inColumns] = [new Uint8Array(rows), new Uint8Array(columns)]
  // To leave out a column may empty a row.
  let before = -1
  let left = rows * columns
  inRows.fill(1)
  inColumns.fill(1)
  while (left !== before) {
    before = left
    const marginsOf = (table: Float64Array) => {
      const [r, c] = [new Float64Array(rows), new Float64Array(columns)]
      table.forEach((count, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns]
        if (inRows[row] === 0 || inColumns[column] === 0) return
        r[row] = (r[row] as number) + count
        c[column] = (c[column] as number) + count
      })
      return { r, c }
    }
    const [p, q] = [marginsOf(counts), marginsOf(other.counts)]
    for (let row = 0; row < rows; row++) if (p.r[row] === 0 || q.r[row] === 0) inRows[row] = 0
    for (let column = 0; column < columns; column++) if (p.c[column] === 0 || q.c[column] === 0) inColumns[column] = 0
    left = count(inRows) * count(inColumns)
  }
  const cells = Uint8Array.from(
    counts,
    (_, i) => (inRows[Math.floor(i / columns)] as number) & (inColumns[i % columns] as number),
  )
  return { cells, rows: count(inRows), columns: count(inColumns) }
}

const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0)
const sumOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n, 0)

/** Both tables with the margins that they have, and equal odds ratios. */
function fitted(a: Float64Array, b: Float64Array, rows: number, columns: number): [Float64Array, Float64Array] {
  const [x, y] = [new Float64Array(a.length), new Float64Array(a.length)]
  for (let i = 0; i < a.length; i++) if ((a[i] as number) + (b[i] as number) > 0) x[i] = y[i] = 1
  const scale = (fit: Float64Array, seen: Float64Array, cells: readonly number[]): number => {
    let [is, wanted] = [0, 0]
    for (const i of cells) {
      is += fit[i] as number
      wanted += seen[i] as number
    }
    const factor = is === 0 ? 0 : wanted / is
    for (const i of cells) fit[i] = (fit[i] as number) * factor
    return Math.abs(is - wanted)
  }
  const lines = [
    ...Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => r * columns + c)),
    ...Array.from({ length: columns }, (_, c) => Array.from({ length: rows }, (_, r) => r * columns + c)),
  ]
  const total = sumOf(a) + sumOf(b)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let off = 0
    for (const line of lines) off = Math.max(off, scale(x, a, line), scale(y, b, line))
    for (let i = 0; i < a.length; i++) {
      const is = (x[i] as number) + (y[i] as number)
      if (is === 0) continue
      const factor = ((a[i] as number) + (b[i] as number)) / is
      x[i] = (x[i] as number) * factor
      y[i] = (y[i] as number) * factor
    }
    if (off < CLOSE * total) break
  }
  return [x, y]
}
