import { setImmediate } from 'node:timers/promises'
import { ascendingOrder, forEachTie } from '../stats/order.js'
import { asNumber, isNumeric, isTemporal } from './column-types.js'
import type { DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { meanPower } from './power-measures.js'
import { asDouble, inCells, type Labels } from './power-numbers.js'
import type { PowerTables } from './power-sample.js'

/** Rows that are put in order; more would not tell a leak any better. */
const ROWS = 50_000
const FEWEST = 20

/** What stands behind FROM for `orderPowers`: rows of a sample of so many, the same ones every time, all of them where they are few. */
export function rowsForOrder(rows: string, size: number): string {
  const step = Math.max(1, Math.ceil(size / ROWS))
  return step === 1 ? rows : `(SELECT * FROM ${rows} WHERE (h // 7) % ${step} = 0)`
}

/**
 * How well the order of a number or time alone tells the label, which cells of equal mass blur: |2·AUC − 1| of the values,
 * as `meanPower` of the classes; for a numeric label the square of the rank correlation (Spearman). Of a text the first
 * number in it counts, as in "EUR 1,200.50". Null for other columns, and where fewer than 20 rows, or fewer than half of
 * them, have a value. What is returned works out the rest without the engine, so that queries may run meanwhile.
 */
export async function orderPowers(
  engine: DataEngine,
  columns: readonly DatasetColumn[],
  labels: Labels,
  { order, size }: PowerTables,
): Promise<() => Promise<Map<DatasetColumn, number | null>>> {
  const powers = new Map<DatasetColumn, number | null>()
  let finish = async () => {}
  const able = columns.filter(({ type }) => isNumeric(type) || isTemporal(type) || type === 'string')
  for (const batch of inCells(able, size)) {
    const xs = batch.map(({ type, sql }) => asDouble(type === 'string' ? numberIn(sql) : asNumber(type, sql)))
    await finish()
    const [ys, ...values] = await pull(engine, `SELECT ${labels.sql} AS label, ${xs.join(', ')} FROM ${order}`, size)
    finish = async () => {
      for (const [i, column] of batch.entries()) {
        const x = values[i]
        if (x === undefined || ys === undefined) continue
        powers.set(column, labels.kind === 'class' ? ofClasses(x, ys, labels.classes.length) : ofValues(x, ys))
        // Whoever waits for the engine has a turn.
        await setImmediate()
      }
    }
  }
  return async () => {
    await finish()
    return powers
  }
}

async function pull(engine: DataEngine, sql: string, rows: number): Promise<Float64Array[]> {
  const pulled: Float64Array[] = []
  let at = 0
  await engine.numbers(sql, (columns, size) => {
    for (const [k, column] of columns.entries()) {
      const values = pulled[k] ?? new Float64Array(rows)
      pulled[k] = values
      for (let i = 0; i < size; i++) values[at + i] = column[i] as number
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
