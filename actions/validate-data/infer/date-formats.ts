import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { asText } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { literal } from '../../../shared/data/engine/sql.js'

/** Different values that have to be written so: fewer may be so by accident. */
const FEWEST = 10
const SAMPLE = 1000

/** Day, month and year in every order that people write; the first of a pair names the day first. */
const DAYS = ['%Y/%m/%d', '%Y.%m.%d', '%d.%m.%Y', '%d/%m/%Y', '%m/%d/%Y', '%d-%m-%Y', '%m-%d-%Y'] as const
const NAMED = [
  '%d %b %Y',
  '%b %d %Y',
  '%b %d, %Y',
  '%d-%b-%Y',
  '%d %B %Y',
  '%B %d %Y',
  '%B %d, %Y',
  '%d-%B-%Y',
] as const
const TIMES = ['', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p'] as const
const COMPACT = '%Y%m%d'

/** Formats that differ in the order of day and month alone. */
const TWINS: readonly (readonly [string, string])[] = [
  ['%d/%m/%Y', '%m/%d/%Y'],
  ['%d-%m-%Y', '%m-%d-%Y'],
]

/** How the dates of a column are written: `format`, or the formats that all of its values fit alike. */
export type Written =
  | { readonly format: string; readonly ambiguous?: undefined }
  | { readonly format?: undefined; readonly ambiguous: readonly [string, string] }

/** Names of columns of days: `date`, `order_day`, `createdAt`. */
const namesDay = (name: string): boolean =>
  /(^|[^a-z])(date|dates|day|dt|datum|fecha|ymd|yyyymmdd)([^a-z]|$)/i.test(name) || /[a-z](Date|Day|At|On)$/.test(name)

/** Eight digits are a day where the name says so, or where all of them fall into half a century. */
function mayBeCompact({ name, type, numeric }: ColumnProfile): boolean {
  if (type !== 'integer' || numeric === null) return false
  const [first, last] = [Math.floor(numeric.min / 10_000), Math.floor(numeric.max / 10_000)]
  return first >= 1900 && last <= 2100 && (namesDay(name) || last - first <= 50)
}

function candidates(column: ColumnProfile): readonly string[] {
  if (column.distinct < FEWEST) return []
  if (mayBeCompact(column)) return [COMPACT]
  if (column.type !== 'string') return []
  return [...DAYS, ...NAMED].flatMap((day) => TIMES.map((time) => `${day}${time}`))
}

/** SQL: whether a text is written so. A year has four digits; the engine would read two as one of the first century. */
const isWritten = (format: string, text: string): string =>
  `coalesce(date_part('year', try_strptime(${text}, ${literal(format)})) >= 1000${format === COMPACT ? ` AND length(${text}) = 8` : ''}, false)`

/** The format of dates that every value of a column has, by name; where day and month cannot be told apart, both that fit. */
export async function findDateFormats(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
): Promise<Map<string, Written>> {
  const found = new Map<string, Written>()
  for (const [i, column] of dataset.columns.entries()) {
    const formats = candidates(profile.columns[i] as ColumnProfile)
    if (formats.length === 0) continue
    const first = `(SELECT ${column.sql} FROM ${dataset.table} WHERE ${column.sql} IS NOT NULL LIMIT ${SAMPLE})`
    const some = await thatHold(engine, first, column, formats)
    const all = some.length === 0 ? [] : await thatHold(engine, dataset.table, column, some)
    const [format] = all
    if (format === undefined) continue
    const other = all.find((one) => one !== format && isTwin(format, one))
    // A short month is read where the format has a long one, so that the first that holds is enough.
    found.set(column.name, other === undefined ? { format } : { ambiguous: [format, other] })
  }
  return found
}

const isTwin = (a: string, b: string): boolean =>
  TWINS.some(
    ([day, month]) =>
      (a.startsWith(day) && b === a.replace(day, month)) || (b.startsWith(day) && a === b.replace(day, month)),
  )

async function thatHold(
  engine: DataEngine,
  from: string,
  { sql, type }: DatasetColumn,
  formats: readonly string[],
): Promise<string[]> {
  const select = formats.map((format, i) => `bool_and(${isWritten(format, 't')}) AS f${i}`)
  const [row = {}] = await engine.all(
    `SELECT ${select.join(', ')} FROM (SELECT ${asText(type, sql)} AS t FROM ${from}) WHERE t IS NOT NULL`,
  )
  return formats.filter((_, i) => row[`f${i}`] === true)
}
