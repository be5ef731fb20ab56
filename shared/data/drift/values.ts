import type { ColumnProfile } from '../../contracts/data-profile.js'
import { clamp } from '../../stats/numeric.js'
import { asText } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import type { DriftCell } from './types.js'

/** Values with a cell of their own; the others share one. */
const NAMED_VALUES = 20
/**
 * A value seen less often has no cell of its own: which rare values a sample holds is chance, and a list of the commonest
 * is one of those that were lucky.
 */
export const FEWEST_SEEN = 10
export const UNLISTED = 'values not listed in the baseline'

type Listed = ColumnProfile['top'][number]

/** Whether the values of a baseline are not told at all: texts that hardly repeat, which are compared in other ways. */
export const isUntold = ({ top, numeric, distinct }: ColumnProfile): boolean =>
  top.length === 0 && numeric === null && distinct > 0

/** The values of a baseline that have a cell of their own when as many rows are judged, and those that share one. */
export function listedValues(
  { top, otherCount, rows: rowsBefore }: ColumnProfile,
  rowsNow: number,
): { named: Listed[]; pooled: Listed[]; listedFrom: number } {
  const isSeen = ({ count }: Listed) => Math.min(count, (count / rowsBefore) * rowsNow) >= FEWEST_SEEN
  const named = top.slice(0, NAMED_VALUES).filter(isSeen)
  // Of the values as rare as the last one of a list that was cut, some are listed and some are not.
  const listedFrom = otherCount === 0 ? 1 : (top.at(-1)?.count ?? 0) + 1
  return { named, pooled: top.slice(named.length).filter(({ count }) => count >= listedFrom), listedFrom }
}

/**
 * A fresh sample brings values that the baseline does not list, as the baseline itself has values that stood there by one
 * row: leave that row out, and its value is not listed. So many are expected (Good and Turing); the same rows again bring
 * none of them. Between the two nothing has drifted. `unlisted`: different values that the baseline does not list; 0 where it lists none.
 */
export async function valueCells(
  engine: DataEngine,
  { table, rows: rowsNow }: Dataset,
  { type, sql }: DatasetColumn,
  before: ColumnProfile,
): Promise<{ cells: DriftCell[]; unlisted: number }> {
  const { top, otherCount, rows: rowsBefore } = before
  const { named, pooled, listedFrom } = listedValues(before, rowsNow)
  if (isUntold(before)) {
    const [row] = await engine.all(`SELECT count(${sql}) AS n FROM ${table}`)
    return { cells: [{ label: UNLISTED, baseline: otherCount, current: Number(row?.n) }], unlisted: 0 }
  }
  const rows = await engine.all(
    `SELECT CASE WHEN list_contains(${literalList(named.map(({ value }) => value))}, v) THEN v END AS value,
       list_contains(${literalList(pooled.map(({ value }) => value))}, v) AS pooled, sum(n)::BIGINT AS n, count(*) AS k
     FROM (SELECT ${asText(type, 'c')} AS v, n FROM (SELECT ${sql} AS c, count(*) AS n FROM ${table} GROUP BY 1)) WHERE v IS NOT NULL GROUP BY ALL`,
  )
  const now = new Map(rows.map(({ value, n }) => [value, Number(n)]))
  const others = (known: boolean) => rows.find((row) => row.value === null && row.pooled === known)
  const rest = (known: boolean) => Number(others(known)?.n ?? 0)
  const unlisted = countOf(top) + otherCount - countOf(named) - countOf(pooled)
  const atEdge = countOf(pooled.filter(({ count }) => count === listedFrom))
  const expected = Math.round(clamp((rest(false) / Math.max(1, rowsNow)) * rowsBefore, unlisted, unlisted + atEdge))
  const cells = [
    ...named.map(({ value, count }) => ({ label: value, baseline: count, current: now.get(value) ?? 0 })),
    { label: 'other values', baseline: countOf(pooled) - (expected - unlisted), current: rest(true) },
    // Newcomers hide among the many of "other values"; here they show.
    { label: UNLISTED, baseline: expected, current: rest(false) },
  ]
  return { cells, unlisted: Number(others(false)?.k ?? 0) }
}

const countOf = (values: readonly Listed[]): number => values.reduce((sum, { count }) => sum + count, 0)

/** The commonest values that the baseline does not list, with their rows; only those of a baseline that lists all of its own. */
export async function newValues(
  engine: DataEngine,
  { table }: Dataset,
  { type, sql }: DatasetColumn,
  { top, otherCount }: ColumnProfile,
  most: number,
): Promise<{ value: string; count: number }[]> {
  if (otherCount > 0) return []
  const known = literalList(top.map(({ value }) => value))
  const rows = await engine.all(
    `SELECT v, n FROM (SELECT ${asText(type, 'c')} AS v, n FROM (SELECT ${sql} AS c, count(*) AS n FROM ${table} GROUP BY 1))
     WHERE v IS NOT NULL AND NOT list_contains(${known}, v) ORDER BY n DESC, v LIMIT ${most}`,
  )
  return rows.map(({ v, n }) => ({ value: String(v), count: Number(n) }))
}
