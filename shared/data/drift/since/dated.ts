import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { literal } from '../../engine/sql.js'
import { MOST_ROWS, sampleRows } from '../sample.js'
import { UNITS, type Unit } from './periods.js'

/** The shortest unit whose periods have so many rows on average is taken: in fewer, chance alone looks like drift. */
const WANTED_ROWS = 200
const MOST_PERIODS = 400

/** SQL for the first day of the period that a time lies in. */
export const periodSql = (unit: Unit, { sql }: Pick<DatasetColumn, 'sql'>): string =>
  `strftime(date_trunc(${literal(unit)}, ${sql}), '%Y-%m-%d')`

/** The shortest unit whose periods have rows enough on average; null when there is none. */
export async function unitOf(
  engine: DataEngine,
  { table, rows }: Pick<Dataset, 'table' | 'rows'>,
  { sql }: Pick<DatasetColumn, 'sql'>,
): Promise<Unit | null> {
  const [row = {}] = await engine.all(
    `SELECT ${UNITS.map((unit) => `count(DISTINCT date_trunc(${literal(unit)}, ${sql})) AS ${unit}`).join(', ')} FROM ${table}`,
  )
  const fits = (periods: number) => periods > 1 && periods <= MOST_PERIODS && rows / periods >= WANTED_ROWS
  return UNITS.find((unit) => fits(Number(row[unit]))) ?? null
}

/** The period of each of the `rows` that `sampleRows` takes, null where it has no date; null where they make no periods. */
export async function sampledPeriods(
  engine: DataEngine,
  dataset: Dataset,
  clock: DatasetColumn,
  rows: number,
): Promise<{ readonly unit: Unit; readonly periods: readonly (string | null)[] } | null> {
  const unit = await unitOf(engine, { table: dataset.table, rows }, clock)
  if (unit === null) return null
  const [periods = []] = await sampleRows(engine, dataset, [periodSql(unit, clock)], MOST_ROWS)
  return { unit, periods: periods.map((period) => (period === null ? null : String(period))) }
}
