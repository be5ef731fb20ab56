import { isTemporal } from '../column-types.js'
import { type Dataset, storedColumns } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { literal } from '../engine/sql.js'

export type Season = 'year' | 'month' | 'week'

let tables = 0

/** Days of a dataset, as ISO text; null without a column of that name that holds dates. */
export async function daysOf(
  engine: DataEngine,
  { table, columns }: Dataset,
  time: string,
): Promise<{ first: string; last: string } | null> {
  const clock = columns.find(({ name, type }) => name === time && isTemporal(type))
  if (clock === undefined) return null
  const day = (of: string) => `strftime(${of}(${clock.sql}), '%Y-%m-%d')`
  const [row = {}] = await engine.all(`SELECT ${day('min')} AS first, ${day('max')} AS last FROM ${table}`)
  return row.first == null ? null : { first: String(row.first), last: String(row.last) }
}

/**
 * The rows of a baseline of the same time one season before: for `year` the same months a year earlier, for `month` the same days
 * a month earlier, for `week` those seven days earlier. Both ends belong to it. The dataset has no rows when there are none.
 */
export async function rowsOfSeason(
  engine: DataEngine,
  baseline: Dataset,
  time: string,
  days: { readonly first: string; readonly last: string },
  season: Season,
): Promise<{ dataset: Dataset; from: string; to: string } | null> {
  const clock = baseline.columns.find(({ name, type }) => name === time && isTemporal(type))
  if (clock === undefined) return null
  const day = (text: string) => `CAST(${literal(text)} AS DATE)`
  const back = `INTERVAL 1 ${season.toUpperCase() as 'YEAR' | 'MONTH' | 'WEEK'}`
  const [from, to] =
    season === 'year'
      ? [`date_trunc('month', ${day(days.first)}) - ${back}`, `last_day(CAST(${day(days.last)} - ${back} AS DATE))`]
      : [`${day(days.first)} - ${back}`, `${day(days.last)} - ${back}`]
  const [range = {}] = await engine.all(
    `SELECT strftime(${from}, '%Y-%m-%d') AS "from", strftime(${to}, '%Y-%m-%d') AS "to"`,
  )
  tables += 1
  const table = `season_${tables}`
  await engine.run(
    `CREATE TABLE ${table} AS SELECT ${storedColumns(baseline)} FROM ${baseline.table}
     WHERE CAST(${clock.sql} AS DATE) BETWEEN ${day(String(range.from))} AND ${day(String(range.to))} ORDER BY rowid`,
  )
  const [counted] = await engine.all(`SELECT count(*) AS n FROM ${table}`)
  const dataset = { ...baseline, table, rows: Number(counted?.n ?? 0), parts: [] }
  return { dataset, from: String(range.from), to: String(range.to) }
}
