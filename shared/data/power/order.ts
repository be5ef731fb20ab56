import { setImmediate } from 'node:timers/promises'
import { ascendingOrder, forEachTie } from '../../stats/order.js'
import { isNumeric, isTemporal } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { meanPower } from './measures.js'
import { asDouble, inCells, type Labels } from './numbers.js'
import type { PowerTables } from './sample.js'

/** Rows that are put in order: an AUC of two classes is known to less than 0.004 by them, and a leak is far from every limit. */
const ROWS = 25_000
const FEWEST = 20
/** Values that wait to be put in order. */
const MOST_WAITING = 4_000_000

/** SQL for whether a row of a sample of so many is put in order: the same rows every time, all of them where they are few. */
export function isPutInOrder(size: number): string {
  const step = Math.max(1, Math.ceil(size / ROWS))
  return step === 1 ? 'true' : `(h // 7) % ${step} = 0`
}

/** Columns whose order may tell something. */
export const hasOrder = ({ type }: DatasetColumn): boolean => isNumeric(type) || isTemporal(type) || type === 'string'

/**
 * How well the order of a number or time alone tells the label, which cells of equal mass blur: |2·AUC − 1| of the values,
 * as `meanPower` of the classes; for a numeric label the square of the rank correlation (Spearman). Null where fewer than
 * 20 rows, or fewer than half of them, have a value. It is worked out without the engine, so that queries may run meanwhile:
 * what is added waits until there is more, or until all is asked for.
 */
export class OrderPowers {
  readonly #labels: Labels
  readonly #powers = new Map<DatasetColumn, number | null>()
  #waiting: { readonly column: DatasetColumn; readonly values: Float64Array; readonly ys: Float64Array }[] = []

  constructor(labels: Labels) {
    this.#labels = labels
  }

  /** Columns of the same rows; values are NaN where they are missing. */
  async add(columns: readonly (readonly [DatasetColumn, Float64Array])[], ys: Float64Array): Promise<void> {
    if ((this.#waiting.length + columns.length) * ys.length > MOST_WAITING) await this.finish()
    this.#waiting.push(...columns.map(([column, values]) => ({ column, values, ys })))
  }

  /** The powers of all columns so far. */
  async finish(): Promise<ReadonlyMap<DatasetColumn, number | null>> {
    const waiting = this.#waiting
    this.#waiting = []
    const { kind, classes } = this.#labels
    for (const { column, values, ys } of waiting) {
      // Whoever waits for the engine has a turn.
      await setImmediate()
      this.#powers.set(column, kind === 'class' ? ofClasses(values, ys, classes.length) : ofValues(values, ys))
    }
    return this.#powers
  }
}

/** Of a text the first number in it counts, as in "EUR 1,200.50". */
export async function addTexts(
  engine: DataEngine,
  columns: readonly DatasetColumn[],
  labels: Labels,
  { order, size, ordered }: PowerTables,
  powers: OrderPowers,
): Promise<void> {
  for (const batch of inCells(columns, size)) {
    const xs = batch.map(({ sql }) => asDouble(numberIn(sql)))
    const [ys, ...values] = await pull(engine, `SELECT ${labels.sql} AS label, ${xs.join(', ')} FROM ${order}`, ordered)
    if (ys === undefined) continue
    await powers.add(
      batch.map((column, i) => [column, values[i] as Float64Array] as const),
      ys,
    )
  }
}

async function pull(engine: DataEngine, sql: string, rows: number): Promise<Float64Array[]> {
  const pulled: Float64Array[] = []
  let at = 0
  await engine.numbers(sql, (columns, size) => {
    for (const [k, column] of columns.entries()) {
      const values = pulled[k] ?? new Float64Array(rows)
      pulled[k] = values
      values.set(column, at)
    }
    at += size
  })
  return pulled.map((values) => values.subarray(0, at))
}

/** SQL for the first number in a text, with commas between thousands. */
const numberIn = (text: string): string =>
  `TRY_CAST(replace(regexp_extract(${text}, '-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?|-?[0-9]+(\\.[0-9]+)?'), ',', '') AS DOUBLE)`

/** Ranks of numbers from 1, the mean one among equals: multiples of a half, so that their sums are exact. */
function ranksOf(values: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length)
  const order = ascendingOrder(values)
  forEachTie(values, order, (from, to) => {
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + 1 + to) / 2
  })
  return ranks
}

function ofClasses(x: Float64Array, y: Float64Array, classes: number): number | null {
  const [values, labels] = present(x, y)
  const n = values.length
  if (n === 0 || 2 * n < x.length) return null
  const ranks = ranksOf(values)
  const [sizes, sums] = [new Float64Array(classes), new Float64Array(classes)]
  for (let i = 0; i < n; i++) {
    const at = labels[i] as number
    sizes[at] = (sizes[at] as number) + 1
    sums[at] = (sums[at] as number) + (ranks[i] as number)
  }
  const judged = [...sizes.keys()].filter(
    (at) => (sizes[at] as number) >= FEWEST && n - (sizes[at] as number) >= FEWEST,
  )
  if (judged.length === 0) return null
  return meanPower(
    judged.map((at) => {
      const [own, ranked] = [sizes[at] as number, sums[at] as number]
      return { n: own, power: Math.abs((2 * (ranked - (own * (own + 1)) / 2)) / (own * (n - own)) - 1) }
    }),
  )
}

function ofValues(x: Float64Array, y: Float64Array): number | null {
  const [values, labels] = present(x, y)
  const n = values.length
  if (n < FEWEST || 2 * n < x.length) return null
  const [a, b] = [ranksOf(values), ranksOf(labels)]
  const centre = (n * (n + 1) ** 2) / 4
  const product = (u: Float64Array, v: Float64Array) => u.reduce((sum, rank, i) => sum + rank * (v[i] as number), 0)
  const [ab, aa, bb] = [product(a, b) - centre, product(a, a) - centre, product(b, b) - centre]
  return aa > 0 && bb > 0 ? ab ** 2 / (aa * bb) : null
}

/** The pairs with a value. */
function present(x: Float64Array, y: Float64Array): [values: Float64Array, labels: Float64Array] {
  const [values, labels] = [new Float64Array(x.length), new Float64Array(x.length)]
  let n = 0
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) continue
    values[n] = x[i] as number
    labels[n] = y[i] as number
    n += 1
  }
  return [values.subarray(0, n), labels.subarray(0, n)]
}
