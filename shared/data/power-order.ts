import { asNumber, isNumeric, isTemporal } from './column-types.js'
import type { DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'

/** Rows that are put in order; more would not tell a leak any better. */
const ROWS = 50_000
const FEWEST = 20

/** Takes rows out of `power_rows` for `orderPower`, the same ones every time. */
export async function sampleForOrder(engine: DataEngine, columns: readonly DatasetColumn[]): Promise<void> {
  const [row] = await engine.all('SELECT count(*) AS n FROM power_rows')
  const step = Math.max(1, Math.ceil(Number(row?.n ?? 0) / ROWS))
  const selected = ['y', ...columns.map(({ sql }) => sql)].join(', ')
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE power_order AS SELECT ${selected} FROM power_rows${step === 1 ? '' : ` WHERE (h // 7) % ${step} = 0`}`,
  )
}

/**
 * How well the order of a number or time alone tells the label, which cells of equal mass blur: |2·AUC − 1| of the values,
 * the largest over the classes; for a numeric label the square of the rank correlation (Spearman). Null for other columns,
 * and where fewer than 20 rows, or fewer than half of them, have a value.
 */
export async function orderPower(
  engine: DataEngine,
  { type, sql }: DatasetColumn,
  kind: 'class' | 'value',
): Promise<number | null> {
  if (!isNumeric(type) && !isTemporal(type)) return null
  const from = `(SELECT ${asNumber(type, sql)} AS x, y FROM power_order)`
  return kind === 'class' ? ofClasses(engine, from) : ofValues(engine, from)
}

/** SQL for the rank of a row, the mean one among equals. */
const rank = (column: string) => `rank() OVER (ORDER BY ${column}) + (count(*) OVER (PARTITION BY ${column}) - 1) / 2.0`

async function ofClasses(engine: DataEngine, from: string): Promise<number | null> {
  const rows = await engine.all(
    `SELECT y, count(x) AS n, count(*) AS seen, sum(r) AS ranks FROM (SELECT x, y, ${rank('x')} AS r FROM ${from} WHERE x IS NOT NULL UNION ALL SELECT NULL, y, NULL FROM ${from} WHERE x IS NULL) GROUP BY y ORDER BY y`,
  )
  const classes = rows.map((row) => ({ n: Number(row.n), seen: Number(row.seen), ranks: Number(row.ranks ?? 0) }))
  const n = classes.reduce((sum, one) => sum + one.n, 0)
  const seen = classes.reduce((sum, one) => sum + one.seen, 0)
  if (2 * n < seen) return null
  const judged = classes.filter((one) => one.n >= FEWEST && n - one.n >= FEWEST)
  if (judged.length === 0) return null
  return Math.max(
    ...judged.map((one) => Math.abs((2 * (one.ranks - (one.n * (one.n + 1)) / 2)) / (one.n * (n - one.n)) - 1)),
  )
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
