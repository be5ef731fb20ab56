import type { ColumnProfile } from '../../contracts/data-profile.js'
import { total } from '../../stats/numeric.js'
import { asNumber } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { histogramCounts, histogramSql } from '../histogram.js'
import { type Basis, type Cuts, cellOf } from '../profile/cuts.js'

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
        counts: histogramCounts(row[`h${i}`], cuts.length, finite),
      })
    })
  }
  return found
}

const numberOrNull = (cell: Cell | undefined): number | null => (cell == null ? null : Number(cell))

/** Both sides in the cells of the baseline, the outer cells ending at the smallest and the largest value of both. */
export function numberCells(
  before: ColumnProfile,
  { cuts, counts, atoms, below, basis }: Cuts,
  now: Counted,
): NumberCells {
  const numeric = before.numeric as NonNullable<ColumnProfile['numeric']>
  const [first, last] = [cuts[0] as number, cuts[cuts.length - 1] as number]
  const edges = [Math.min(first, numeric.min, now.min ?? first), ...cuts, Math.max(last, numeric.max, now.max ?? last)]
  const n = total(counts)
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
