import { populationStabilityIndex } from '../../stats/drift.js'
import { type BelowBounds, ksBounds, ksCritical } from '../../stats/two-sample/kolmogorov-smirnov.js'
import { asNumber, asText, isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import { type ColumnDrift, chanceIndex, type DriftCell } from '../drift.js'
import type { DataEngine } from '../engine/engine.js'
import { literal, literalList } from '../engine/sql.js'
import { countsOf, histogramSql } from './numbers.js'
import type { Parts } from './since-text.js'

/** Periods with fewer rows say nothing of shares. */
export const FEWEST_ROWS = 50
/** The shortest unit whose periods have so many rows on average is taken: in fewer, chance alone looks like drift. */
const WANTED_ROWS = 200
const MOST_PERIODS = 400
/** A gap that chance alone exceeds once in a hundred times is not told from chance, as with the index. */
const CHANCE = 0.01
const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const

export interface Period {
  /** First day, such as `2024-02-01`. */
  readonly from: string
  readonly counts: readonly number[]
}

export interface Since {
  /** First day of the first period from which on every later one has drifted; null when the last one has not. */
  readonly since: string | null
  /** Whether the first period that could be judged has drifted too: it began before the data do. */
  readonly fromStart: boolean
  readonly unit: Unit
  readonly periods: number
}

export type Unit = (typeof UNITS)[number]

/**
 * Since when a column is off: the first period from which on the index of every later one is at least `limit` and beyond chance.
 * An older excursion that was over again is not the one at hand. Periods with fewer than 50 rows are passed over, and so are those
 * whose index is above the limit and within chance. With bounds of the baseline, which an index of likely counts would be mistaken
 * by, it is the gap of the cumulative shares that all counts between them leave. Null when no period could be judged.
 */
export function sinceOf(
  baseline: readonly number[],
  periods: readonly Period[],
  limit: number,
  unit: Unit,
  below?: BelowBounds,
): Since | null {
  const n = baseline.reduce((sum, count) => sum + count, 0)
  const judged = [...periods]
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .flatMap(({ from, counts }) => {
      const rows = counts.reduce((sum, count) => sum + count, 0)
      if (rows < FEWEST_ROWS) return []
      if (below !== undefined) {
        const gap = ksBounds(baseline, counts, () => false, below)?.low ?? 0
        if (gap < limit) return [{ from, bad: false }]
        return gap >= ksCritical(CHANCE, n, rows) ? [{ from, bad: true }] : []
      }
      const used = baseline.filter((count, i) => count + (counts[i] as number) > 0).length
      const index = populationStabilityIndex(baseline, counts).value
      if (index < limit) return [{ from, bad: false }]
      return index >= chanceIndex(used, n, rows) ? [{ from, bad: true }] : []
    })
  return lastRun(judged, unit)
}

/** The first of the periods, in their order, from which on all are bad; null without a period. */
export function lastRun(judged: readonly { readonly from: string; readonly bad: boolean }[], unit: Unit): Since | null {
  if (judged.length === 0) return null
  const first = judged.map(({ bad }) => bad).lastIndexOf(false) + 1
  return { since: judged[first]?.from ?? null, fromStart: first === 0, unit, periods: judged.length }
}

/** A column that has drifted. `edges`: of its bins, null where it is compared by value; `parts`: what is counted instead of its cells. */
export interface Drifted {
  readonly drift: ColumnDrift
  readonly edges: readonly number[] | null
  readonly parts?: Parts
}

/** The cells of drifted columns by period of the time column; null when the data are not dated. */
export async function measureSince(
  engine: DataEngine,
  dataset: Dataset,
  time: string | DatasetColumn | undefined,
  drifted: readonly Drifted[],
  limit: number,
): Promise<Map<string, Since>> {
  const found = new Map<string, Since>()
  const clock = typeof time === 'object' ? time : dataset.columns.find(({ name }) => name === time)
  if (clock === undefined || !isTemporal(clock.type) || drifted.length === 0) return found
  const unit = await unitOf(engine, dataset, clock)
  if (unit === null) return found
  for (const { drift, edges, parts } of drifted) {
    const column = dataset.columns.find(({ name }) => name === drift.column)
    if (column === undefined || column.name === clock.name) continue
    if (parts !== undefined) {
      const told = await periodsOfParts(engine, dataset, clock, unit, parts)
      const since = sinceOf(parts.baseline, told, limit, unit, parts.below)
      if (since !== null) found.set(drift.column, since)
      continue
    }
    const periods = await periodsOf(engine, dataset, clock, unit, column, drift.cells, edges)
    const before = drift.cells.map(({ baseline }) => baseline)
    const since = sinceOf(edges === null ? joined(before) : before, periods, limit, unit)
    if (since !== null) found.set(drift.column, since)
  }
  return found
}

async function periodsOfParts(
  engine: DataEngine,
  { table }: Dataset,
  clock: DatasetColumn,
  unit: Unit,
  { baseline, sql }: Parts,
): Promise<Period[]> {
  const period = periodSql(unit, clock)
  const rows = await engine.all(
    `SELECT p, cell, count(*) AS n FROM (SELECT ${period} AS p, ${sql} AS cell FROM ${table}) WHERE p IS NOT NULL AND cell IS NOT NULL GROUP BY ALL`,
  )
  const byPeriod = new Map<string, number[]>()
  for (const { p, cell, n } of rows) {
    const counts = byPeriod.get(String(p)) ?? baseline.map(() => 0)
    counts[Number(cell)] = Number(n)
    byPeriod.set(String(p), counts)
  }
  return [...byPeriod].map(([from, counts]) => ({ from, counts }))
}

/** Other values and those that the baseline does not list in one cell: by period the latter are too few to be expected. */
const joined = (counts: readonly number[]): number[] => {
  const [others = 0, unlisted = 0, missing = 0] = counts.slice(-3)
  return [...counts.slice(0, -3), others + unlisted, missing]
}

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

/** Rows by period and cell, in the order of the cells of the column; the last one is missing. */
async function periodsOf(
  engine: DataEngine,
  { table }: Dataset,
  clock: DatasetColumn,
  unit: Unit,
  column: DatasetColumn,
  cells: readonly DriftCell[],
  edges: readonly number[] | null,
): Promise<Period[]> {
  const period = periodSql(unit, clock)
  if (edges !== null) {
    const inner = edges.slice(1, -1)
    const rows = await engine.all(
      `SELECT p, count(*) AS n, count(x) AS finite, ${histogramSql('x', inner)} AS h
       FROM (SELECT ${period} AS p, ${asNumber(column.type, column.sql)} AS x FROM ${table}) WHERE p IS NOT NULL GROUP BY p`,
    )
    return rows.map(({ p, n, finite, h }) => ({
      from: String(p),
      counts: [...countsOf(h, inner.length, Number(finite)), Number(n) - Number(finite)],
    }))
  }
  // The last three cells are other values, those that the baseline does not list, and missing.
  const values = cells.slice(0, -3).map(({ label }) => label)
  const rows = await engine.all(
    `SELECT p, CASE WHEN v IS NULL THEN -1 ELSE list_position(${literalList(values)}, v) END AS cell, count(*) AS n
     FROM (SELECT ${period} AS p, ${asText(column.type, column.sql)} AS v FROM ${table}) WHERE p IS NOT NULL GROUP BY ALL`,
  )
  const byPeriod = new Map<string, number[]>()
  for (const { p, cell, n } of rows) {
    const counts = byPeriod.get(String(p)) ?? new Array<number>(values.length + 2).fill(0)
    const at =
      cell === null || Number(cell) === 0 ? values.length : Number(cell) === -1 ? values.length + 1 : Number(cell) - 1
    counts[at] = (counts[at] as number) + Number(n)
    byPeriod.set(String(p), counts)
  }
  return [...byPeriod].map(([from, counts]) => ({ from, counts }))
}
