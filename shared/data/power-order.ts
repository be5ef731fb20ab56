import { asNumber, isNumeric, isTemporal } from './column-types.js'
import type { DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { meanPower } from './power-measures.js'
import { keepSample, type PowerTables } from './power-sample.js'

/** Rows that are put in order; more would not tell a leak any better. */
const ROWS = 50_000
const FEWEST = 20

/** Takes rows out of a sample for `orderPower`, the same ones every time. The name of their table: the sample's own where it is small. */
export async function sampleForOrder(
  engine: DataEngine,
  columns: readonly DatasetColumn[],
  rows: string,
  store: string | null,
): Promise<string> {
  const [row] = await engine.all(`SELECT count(*) AS n FROM ${rows}`)
  const step = Math.max(1, Math.ceil(Number(row?.n ?? 0) / ROWS))
  if (step === 1) return rows
  const selected = ['y', 'fold', ...columns.map(({ sql }) => sql)].join(', ')
  return keepSample(engine, 'power_order', `SELECT ${selected} FROM ${rows} WHERE (h // 7) % ${step} = 0`, store)
}

/**
 * How well the order of a number or time alone tells the label, which cells of equal mass blur: |2·AUC − 1| of the values,
 * as `meanPower` of the classes; for a numeric label the square of the rank correlation (Spearman). Of a text the first
 * number in it counts, as in "EUR 1,200.50". Null for other columns, and where fewer than 20 rows, or fewer than half of
 * them, have a value.
 */
export async function orderPower(
  engine: DataEngine,
  { type, sql }: DatasetColumn,
  kind: 'class' | 'value',
  { order }: PowerTables,
): Promise<number | null> {
  if (!isNumeric(type) && !isTemporal(type) && type !== 'string') return null
  const from = `(SELECT ${type === 'string' ? numberIn(sql) : asNumber(type, sql)} AS x, y FROM ${order})`
  return kind === 'class' ? ofClasses(engine, from) : ofValues(engine, from)
}

/** SQL for the first number in a text, with commas between thousands. */
const numberIn = (text: string): string =>
  `TRY_CAST(replace(regexp_extract(${text}, '-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?|-?[0-9]+(\\.[0-9]+)?'), ',', '') AS DOUBLE)`

/** SQL for the rank of a row, the mean one among equals. */
const rank = (column: string) => `rank() OVER (ORDER BY ${column}) + (count(*) OVER (PARTITION BY ${column}) - 1) / 2.0`

async function ofClasses(engine: DataEngine, from: string): Promise<number | null> {
  // Equal rows are put in order once, for both sums: those up to a value, and those that are equal to it.
  const ranked =
    `SELECT *, sum(c) OVER (ORDER BY x NULLS LAST) - (sum(c) OVER (ORDER BY x NULLS LAST RANGE BETWEEN CURRENT ROW AND CURRENT ROW) - 1) / 2.0 AS r ` +
    `FROM (SELECT x, y, count(*) AS c FROM ${from} GROUP BY x, y)`
  const valued = 'FILTER (WHERE x IS NOT NULL)'
  const rows = await engine.all(
    `SELECT y, coalesce(sum(c) ${valued}, 0)::BIGINT AS n, sum(c)::BIGINT AS seen, sum(c * r) ${valued} AS ranks FROM (${ranked}) GROUP BY y ORDER BY y`,
  )
  const classes = rows.map((row) => ({ n: Number(row.n), seen: Number(row.seen), ranks: Number(row.ranks ?? 0) }))
  const n = classes.reduce((sum, one) => sum + one.n, 0)
  const seen = classes.reduce((sum, one) => sum + one.seen, 0)
  if (2 * n < seen) return null
  const judged = classes.filter((one) => one.n >= FEWEST && n - one.n >= FEWEST)
  if (judged.length === 0) return null
  const powerOf = (one: (typeof judged)[number]) =>
    Math.abs((2 * (one.ranks - (one.n * (one.n + 1)) / 2)) / (one.n * (n - one.n)) - 1)
  return meanPower(judged.map((one) => ({ n: one.n, power: powerOf(one) })))
}

/** Ranks are multiples of a half, so that their sums are exact whatever the threads. */
async function ofValues(engine: DataEngine, from: string): Promise<number | null> {
  const [row = {}] = await engine.all(
    `SELECT (SELECT count(*) FROM ${from}) AS seen, count(*) AS n, sum(a * b) AS ab, sum(a * a) AS aa, sum(b * b) AS bb
     FROM (SELECT ${rank('x')} AS a, ${rank('y')} AS b FROM ${from} WHERE x IS NOT NULL)`,
  )
  const n = Number(row.n)
  if (n < FEWEST || 2 * n < Number(row.seen)) return null
  const centre = (n * (n + 1) ** 2) / 4
  const [ab, aa, bb] = [row.ab, row.aa, row.bb].map((sum) => Number(sum) - centre) as [number, number, number]
  return aa > 0 && bb > 0 ? ab ** 2 / (aa * bb) : null
}
