import type { DataCheck } from '../../shared/contracts/data-checks.js'
import type { DataContract } from '../../shared/contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../../shared/contracts/data-profile.js'
import { asNumber, asText, isTemporal } from '../../shared/data/column-types.js'
import type { Dataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { profileColumn } from '../../shared/data/profile/column.js'
import { detailFor } from '../../shared/data/profile/detail.js'
import { isReadable, writtenTime } from '../../shared/data/written-time.js'
import type { Profiled } from './read-data.js'
import type { Rule } from './rules/rule.js'
import type { Scope } from './rules/scope.js'

export type DateFormats = ReadonlyMap<string, string>

/** Formats of columns whose dates are not written in ISO: they are read as text, and as time where time is asked for. */
export const dateFormats = ({ columns }: Pick<DataContract, 'columns'>): DateFormats =>
  new Map(columns.flatMap(({ name, 'date-format': format }) => (format === undefined ? [] : [[name, format]])))

/** A dataset with some columns read as the times that their texts say; texts that say none are NULL. */
export async function withTimes(engine: DataEngine, dataset: Dataset, formats: DateFormats): Promise<Dataset> {
  const columns = []
  for (const column of dataset.columns) {
    const format = formats.get(column.name)
    const isText = format !== undefined && !isTemporal(column.type) && (await isReadable(engine, format))
    columns.push(isText ? writtenTime({ ...column, sql: asText(column.type, column.sql) }, format) : column)
  }
  return { ...dataset, columns }
}

/** {@link withTimes} with the profiles of these columns as times: texts that say none count as invalid. */
export async function profiledTimes(engine: DataEngine, one: Profiled, formats: DateFormats): Promise<Profiled> {
  const dataset = await withTimes(engine, one.dataset, formats)
  const columns: ColumnProfile[] = []
  for (const [i, column] of dataset.columns.entries()) {
    const known = one.profile.columns[i] as ColumnProfile
    columns.push(column === one.dataset.columns[i] ? known : await profileTime(engine, dataset, i, known))
  }
  return { dataset, profile: { ...one.profile, columns } }
}

async function profileTime(
  engine: DataEngine,
  { table, columns, rows }: Dataset,
  at: number,
  text: ColumnProfile,
): Promise<ColumnProfile> {
  const { name, type, sql } = columns[at] as Dataset['columns'][number]
  const raw = `SELECT ${sql} AS v, 1 AS n FROM ${table}`
  const [counted] = await engine.all(`SELECT count(v) AS n FROM (${raw})`)
  const found = await profileColumn(
    engine,
    {
      name,
      type,
      raw,
      values: `SELECT v, sum(n)::BIGINT AS n FROM (${raw}) GROUP BY 1`,
      rows,
      invalid: rows - text.missing - Number(counted?.n ?? 0),
    },
    // Whether it is sensitive is known already.
    { detail: detailFor(1), sensitive: new Map([[name, 'none' as const]]) },
  )
  return { ...found, sensitive: text.sensitive ?? null }
}

const OF_TIME = ['min', 'max', 'mean', 'median', 'quantile']

/** Whether a check asks a column for its time, and not for how it is written. */
export function asksTime(check: DataCheck, formats: DateFormats): boolean {
  switch (check.check) {
    case 'freshness':
      return check.column !== undefined && formats.has(check.column)
    case 'order':
      return formats.has(check.column)
    case 'range':
      return formats.has(check.column) && check['date-format'] === undefined
    case 'statistic':
      return formats.has(check.column) && OF_TIME.includes(check.statistic)
    case 'compare':
      return check.columns.some((name) => formats.has(name))
    default:
      return false
  }
}

/** Rules that are asked of the texts, and those that are asked of the times. */
export function partByTime(rules: readonly Rule[], formats: DateFormats): { texts: Rule[]; times: Rule[] } {
  const times = rules.filter(({ check }) => asksTime(check, formats))
  return { texts: rules.filter((rule) => !times.includes(rule)), times }
}

/** A scope in which columns are times that {@link profiledTimes} has read; a value is shown as it is written. */
export function scopeOfTimes(scope: Scope, { dataset, profile }: { dataset: Dataset; profile: DatasetProfile }): Scope {
  const columns = new Map(scope.columns)
  dataset.columns.forEach((column, i) => {
    const text = scope.columns.get(column.name)
    const own = scope.dataset.columns[i]
    if (text === undefined || own === undefined || column === own) return
    // The relation of a scope has the columns of the table under names of its own.
    const sql = column.sql.replace(own.sql, () => text.sql)
    const number = asNumber(column.type, sql)
    const facts = profile.columns[i] as ColumnProfile
    columns.set(column.name, { ...text, type: column.type, sql, number, value: number, facts })
  })
  return { ...scope, profile, columns }
}
