import type { ColumnProfile } from '../../contracts/data-profile.js'
import { asNumber, isNumeric, isTemporal } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { HISTOGRAM_DISTINCT } from '../histogram.js'
import type { CellCount } from './measures.js'
import type { OrderPowers } from './order.js'
import type { PowerTables } from './sample.js'

/** Cells of a table that are pulled at once. */
const MOST_CELLS = 8_000_000

/** The label of the rows of a sample: its number, or the index of its class. */
export interface Labels {
  readonly kind: 'class' | 'value'
  /** SQL for it. */
  readonly sql: string
  /** In ascending order of their text; none for a number. */
  readonly classes: readonly string[]
}

/** The label of a sample that has it as `y`, and how many rows the sample has. */
export async function labelsOf(
  engine: DataEngine,
  rows: string,
  kind: Labels['kind'],
): Promise<{ readonly labels: Labels; readonly size: number }> {
  if (kind === 'value') {
    const [found] = await engine.all(`SELECT count(*) AS n FROM ${rows}`)
    return { labels: { kind, sql: 'CAST(y AS DOUBLE)', classes: [] }, size: Number(found?.n) }
  }
  const found = await engine.all(`SELECT y, count(*) AS n FROM ${rows} GROUP BY y ORDER BY y`)
  const classes = found.map(({ y }) => String(y))
  const sql = `CAST(list_position(${literalList(classes)}, y) - 1 AS DOUBLE)`
  return { labels: { kind, sql, classes }, size: found.reduce((sum, { n }) => sum + Number(n), 0) }
}

/** Whether the cells of a column are the bins of its histogram. */
export const isBinned = ({ type }: DatasetColumn, { numeric, distinct }: ColumnProfile): boolean =>
  numeric !== null && (isNumeric(type) || isTemporal(type)) && distinct > HISTOGRAM_DISTINCT

/** A feature and what its profile says of it. */
export interface Told {
  readonly column: DatasetColumn
  readonly facts: ColumnProfile
}

/**
 * One pass over numbers and times, a batch at a time: rows in cell, fold and class of those whose cells are bins, by column;
 * what is put in order goes to `powers`.
 */
export async function countNumbers(
  engine: DataEngine,
  { rows, size, inOrder, ordered }: PowerTables,
  labels: Labels,
  columns: readonly Told[],
  powers: OrderPowers,
): Promise<Map<DatasetColumn, CellCount[]>> {
  const counted = new Map<DatasetColumn, CellCount[]>()
  for (const batch of inCells(columns, size)) {
    const binned = batch.map(({ column, facts }) =>
      isBinned(column, facts) ? new Binned(facts.numeric?.histogram.edges ?? [], labels) : null,
    )
    const xs = batch.map(({ column }) => asDouble(asNumber(column.type, column.sql)))
    const [ys, ...kepts] = Array.from({ length: 1 + batch.length }, () => new Float64Array(ordered))
    let kept = 0
    await engine.numbers(
      `SELECT ${labels.sql} AS label, CAST(fold AS DOUBLE) AS fold, CAST(${inOrder} AS DOUBLE) AS o, ${xs.join(', ')} FROM ${rows}`,
      ([label, fold, isOrdered, ...values], n) => {
        const [y, own, chosen] = [label, fold, isOrdered] as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>]
        for (const [i, x] of values.entries()) {
          binned[i]?.add(y, own, x, n)
          keepChosen(chosen, x, n, kepts[i] as Float64Array, kept)
        }
        kept = keepChosen(chosen, y, n, ys as Float64Array, kept)
      },
    )
    for (const [i, { column }] of batch.entries()) {
      const cells = binned[i]
      if (cells) counted.set(column, cells.counts)
    }
    await powers.add(
      batch.map(({ column }, i) => [column, (kepts[i] as Float64Array).subarray(0, kept)] as const),
      (ys as Float64Array).subarray(0, kept),
    )
  }
  return counted
}

/** Puts the values of chosen rows at a place and behind it; returns the place behind them. */
function keepChosen(
  chosen: ArrayLike<number>,
  values: ArrayLike<number>,
  rows: number,
  into: Float64Array,
  from: number,
): number {
  let at = from
  for (let i = 0; i < rows; i++) {
    if (chosen[i] === 0) continue
    into[at] = values[i] as number
    at += 1
  }
  return at
}

/** SQL for numbers without gaps: NaN stands for a missing one. */
export const asDouble = (sql: string): string => `coalesce(CAST(${sql} AS DOUBLE), 'nan'::DOUBLE)`

export function inCells<T>(columns: readonly T[], rows: number): T[][] {
  const size = Math.max(1, Math.floor(MOST_CELLS / Math.max(1, rows)))
  return Array.from({ length: Math.ceil(columns.length / size) }, (_, i) => columns.slice(i * size, (i + 1) * size))
}

/** Most folds that a sample is cut into. */
const FOLDS = 8

/** Counts of one column by cell, fold and class: those of bins, and the last for missing values. */
class Binned {
  readonly #cuts: Float64Array
  readonly #labels: Labels
  readonly #classes: number
  readonly #n: Float64Array
  readonly #totals: Float64Array
  readonly #squares: Float64Array

  constructor(edges: readonly number[], labels: Labels) {
    this.#cuts = Float64Array.from(edges.slice(1, -1))
    this.#labels = labels
    this.#classes = Math.max(1, labels.classes.length)
    const size = (this.#cuts.length + 2) * FOLDS * this.#classes
    this.#n = new Float64Array(size)
    this.#totals = new Float64Array(labels.kind === 'value' ? size : 0)
    this.#squares = new Float64Array(labels.kind === 'value' ? size : 0)
  }

  add(label: ArrayLike<number>, fold: ArrayLike<number>, values: ArrayLike<number>, rows: number): void {
    const isClass = this.#labels.kind === 'class'
    for (let i = 0; i < rows; i++) {
      const y = label[i] as number
      const at = (this.#cellOf(values[i] as number) * FOLDS + (fold[i] as number)) * this.#classes + (isClass ? y : 0)
      this.#n[at] = (this.#n[at] as number) + 1
      if (isClass) continue
      this.#totals[at] = (this.#totals[at] as number) + y
      this.#squares[at] = (this.#squares[at] as number) + y * y
    }
  }

  /** The number of cuts at or below a value. */
  #cellOf(value: number): number {
    const cuts = this.#cuts
    if (Number.isNaN(value)) return cuts.length + 1
    let [low, high] = [0, cuts.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (value < (cuts[middle] as number)) high = middle
      else low = middle + 1
    }
    return low
  }

  get counts(): CellCount[] {
    const counts: CellCount[] = []
    this.#n.forEach((n, at) => {
      if (n === 0) return
      const cell = Math.floor(at / this.#classes / FOLDS)
      counts.push({
        cell,
        fold: Math.floor(at / this.#classes) % FOLDS,
        class: this.#labels.classes[at % this.#classes] ?? '',
        n,
        total: this.#totals[at] ?? 0,
        squares: this.#squares[at] ?? 0,
      })
    })
    return counts
  }
}
