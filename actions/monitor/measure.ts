import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import type { SloConfig } from '../../shared/contracts/monitor-config.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { identifier, literal } from '../../shared/data/engine/sql.js'
import { conditionSql, VIEW } from './log.js'

/** What the log is about, as far as its times can be read. */
export interface Extent {
  readonly rows: number
  /** Rows without a time that can be read; they are left out. */
  readonly untimed: number
  /** Of the rows up to now: milliseconds since 1970, null when there is none. */
  readonly newest: number | null
  /** Rows that are dated after now, and the latest of them; they are left out. */
  readonly future: { readonly rows: number; readonly latest: number } | null
}

/** Counts of one slice and one version. */
export interface SliceCounts {
  /** Start of the slice in milliseconds since 1970. */
  readonly at: number
  readonly version: string | null
  readonly good: number
  readonly total: number
  readonly undecided: number
}

/** One version as the log shows it. */
export interface Served {
  readonly version: string
  readonly rows: number
  readonly from: number
  readonly to: number
}

/** SQL for the time of a row in seconds since 1970. */
const seconds = (time: string): string => `epoch(${identifier(time)})`

/** `now` in milliseconds since 1970; null takes the newest row as now. */
export async function extentOf(engine: DataEngine, time: string, now: number | null): Promise<Extent> {
  const isPast = now === null ? 'true' : between({ time, after: null, until: now })
  const [row] = await engine.all(
    `SELECT count(*) AS n, count(_seconds) AS timed, max(_seconds) FILTER (_past) AS newest,
       count(*) FILTER (NOT _past) AS future, max(_seconds) FILTER (NOT _past) AS latest
     FROM (SELECT ${seconds(time)} AS _seconds, ${isPast} AS _past FROM ${VIEW})`,
  )
  const rows = Number(row?.n ?? 0)
  return {
    rows,
    untimed: rows - Number(row?.timed ?? 0),
    newest: row?.newest == null ? null : Number(row.newest) * 1000,
    future: row?.latest == null ? null : { rows: Number(row.future), latest: Number(row.latest) * 1000 },
  }
}

/**
 * SQL for the version of a row: its column, or else the release that was deployed at its time, so that logs without
 * that column can be told apart too.
 */
export function versionSql(column: string | null, time: string, history: readonly DeploymentRecord[]): string {
  if (column !== null) return identifier(column)
  const served = history.filter(({ state }) => state === 'success')
  if (served.length === 0) return 'NULL::VARCHAR'
  const cases = served.map(
    ({ at, tag }) => `WHEN ${identifier(time)} >= ${literal(at)}::TIMESTAMPTZ AT TIME ZONE 'UTC' THEN ${literal(tag)}`,
  )
  return `CASE ${cases.join(' ')} END`
}

/** Where slices begin: at full minutes, hours and days of UTC, weeks on Monday. */
function sliceSql(time: string, width: number): string {
  const monday = width % 604_800 === 0 ? 345_600 : 0
  return `(floor((${seconds(time)} - ${monday}) / ${width}) * ${width} + ${monday}) * 1000`
}

/** Rows that count for an objective in a window, whether it is known that they are good or not. */
export async function countValid(
  engine: DataEngine,
  slo: SloConfig,
  how: { time: string; after: number; until: number },
): Promise<number> {
  const [row] = await engine.all(
    `SELECT count(*) AS n FROM ${VIEW} WHERE ${conditionSql(slo.valid)} AND ${between(how)}`,
  )
  return Number(row?.n ?? 0)
}

/** Good, counted and undecided rows by slice and version, up to and including `until` (milliseconds since 1970). */
export async function countSlices(
  engine: DataEngine,
  slo: SloConfig,
  how: { time: string; version: string; width: number; after: number | null; until: number },
): Promise<SliceCounts[]> {
  const rows = await engine.all(`
    SELECT _slice AS slice, _version AS version, count(*) FILTER (_good) AS good,
           count(*) FILTER (_good IS NOT NULL) AS total, count(*) FILTER (_good IS NULL) AS undecided
    FROM (SELECT ${sliceSql(how.time, how.width)} AS _slice, ${how.version} AS _version, ${conditionSql(slo.good)} AS _good
          FROM ${VIEW} WHERE ${conditionSql(slo.valid)} AND ${between(how)})
    GROUP BY _slice, _version ORDER BY _slice, _version`)
  return rows.map((row) => ({
    at: Number(row.slice),
    version: versionOf(row.version),
    good: Number(row.good),
    total: Number(row.total),
    undecided: Number(row.undecided),
  }))
}

const versionOf = (cell: unknown): string | null => (cell === null || cell === undefined ? null : String(cell))

/** SQL for the rows after one time (exclusive) and up to another (inclusive). */
export function between({ time, after, until }: { time: string; after: number | null; until: number }): string {
  const upper = `${seconds(time)} * 1000 <= ${until}`
  return after === null ? upper : `${seconds(time)} * 1000 > ${after} AND ${upper}`
}

/** Versions in the log, the one with the newest row first. */
export async function servedVersions(
  engine: DataEngine,
  how: { time: string; version: string; until: number },
): Promise<Served[]> {
  const rows = await engine.all(`
    SELECT _version AS version, count(*) AS n, min(_time) AS oldest, max(_time) AS newest
    FROM (SELECT ${how.version} AS _version, ${seconds(how.time)} * 1000 AS _time FROM ${VIEW} WHERE ${between({ ...how, after: null })})
    WHERE _version IS NOT NULL GROUP BY _version ORDER BY newest DESC, version`)
  return rows.map((row) => ({
    version: String(row.version),
    rows: Number(row.n),
    from: Number(row.oldest),
    to: Number(row.newest),
  }))
}

/** Rows and present values of one column by slice and version, over the whole log. */
export async function countPresent(
  engine: DataEngine,
  column: string,
  how: { time: string; version: string; width: number; until: number },
): Promise<{ at: number; version: string | null; rows: number; missing: number }[]> {
  const rows = await engine.all(`
    SELECT _slice AS slice, _version AS version, count(*) AS n, count(*) - count(_value) AS missing
    FROM (SELECT ${sliceSql(how.time, how.width)} AS _slice, ${how.version} AS _version, ${identifier(column)} AS _value
          FROM ${VIEW} WHERE ${between({ ...how, after: null })})
    GROUP BY _slice, _version ORDER BY _slice, _version`)
  return rows.map((row) => ({
    at: Number(row.slice),
    version: versionOf(row.version),
    rows: Number(row.n),
    missing: Number(row.missing),
  }))
}
