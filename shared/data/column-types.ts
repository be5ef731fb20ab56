import type { ColumnType } from '../contracts/data-contract.js'

/**
 * Our own strict reading of text. DuckDB's casts turn '3.99' into 4, '0x1F' into 31 and 'infinity' into a date; here a
 * value has a type only when it is written the way that type is written.
 *
 * integer    digits with an optional minus, no leading zero, within 64 bits
 * number     decimal or exponent form, no leading zero; nan, inf and infinity in any case
 * boolean    true, false, True, False, TRUE, FALSE
 * date       YYYY-MM-DD, a day that exists
 * timestamp  a date, or date and time with T or a space; fraction, and Z or an offset
 *            such as +05:30, optional; offsets become UTC
 */
const NUMBER = '[+-]?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(?i:nan|inf|infinity)'
const TIMESTAMP =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:[0-9]{2})?)?)?'

/** Types that a text column is tried for, the most specific first. */
export const TRIED: readonly ColumnType[] = ['integer', 'number', 'boolean', 'date', 'timestamp']

/** SQL for the cast of a text that `typedValue` looks at more than once; null where it does not. */
export function castOf(type: ColumnType, text: string): string | null {
  const name = { integer: 'BIGINT', date: 'DATE', timestamp: 'TIMESTAMP', number: null, boolean: null, string: null }[
    type
  ]
  return name === null ? null : `TRY_CAST(${text} AS ${name})`
}

/**
 * SQL for the value of a text: NULL when the text is NULL or is not written as the type. `cast` is SQL for its `castOf`,
 * where that is a column already.
 */
export function typedValue(type: ColumnType, text: string, cast = castOf(type, text)): string {
  switch (type) {
    case 'integer':
      // Writing it back is a strict check, and twice as fast as a regular expression.
      return `CASE WHEN TRY_CAST(${cast} AS VARCHAR) = ${text} THEN ${cast} END`
    case 'number':
      return `CASE WHEN regexp_full_match(${text}, '${NUMBER}') THEN TRY_CAST(${text} AS DOUBLE) END`
    case 'boolean':
      return `CASE WHEN ${text} IN ('true', 'True', 'TRUE') THEN true WHEN ${text} IN ('false', 'False', 'FALSE') THEN false END`
    case 'date':
      return `CASE WHEN strlen(${text}) = 10 AND TRY_CAST(${cast} AS VARCHAR) = ${text} THEN ${cast} END`
    case 'timestamp':
      // A plain TIMESTAMP cast drops an offset in silence, so texts with one take the way over TIMESTAMPTZ.
      return `CASE WHEN strlen(${text}) = 19 AND TRY_CAST(${cast} AS VARCHAR) = ${text} THEN ${cast} WHEN regexp_full_match(${text}, '${TIMESTAMP}') THEN TRY_CAST(${text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END`
    default:
      return text
  }
}

/** The type to try next when some values are not of the type, or null: then the column is text. */
export const wider = (type: ColumnType): ColumnType | null =>
  type === 'integer' ? 'number' : type === 'date' ? 'timestamp' : null

/** Logical type of a column that has one already, such as in Parquet. Anything nested or binary is text. */
export function logicalType(sqlType: string): ColumnType {
  const name = sqlType.toUpperCase()
  if (name.endsWith(']')) return 'string'
  if (/^(U?(TINY|SMALL)INT|U?INTEGER|BIGINT)$/.test(name)) return 'integer'
  // Integers beyond 64 bits are numbers too: rounded, but never lost.
  if (/^(FLOAT|REAL|DOUBLE|DECIMAL|NUMERIC|UBIGINT|U?HUGEINT)/.test(name)) return 'number'
  if (name === 'BOOLEAN') return 'boolean'
  if (name === 'DATE') return 'date'
  return name.startsWith('TIMESTAMP') ? 'timestamp' : 'string'
}

export const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number'
export const isTemporal = (type: ColumnType): boolean => type === 'date' || type === 'timestamp'

/** SQL for a typed column as DOUBLE: dates and timestamps in days since 1970-01-01. NULL for non-finite numbers. */
export function asNumber(type: ColumnType, column: string): string {
  if (type === 'integer') return `CAST(${column} AS DOUBLE)`
  if (type === 'number') return `CASE WHEN isfinite(${column}) THEN ${column} END`
  return `epoch(${column}) / 86400.0`
}

/** SQL for a typed column as the text that stands in profiles and contracts: 3.0 and 3 are the same number. */
export function asText(type: ColumnType, column: string): string {
  if (type === 'string') return column
  if (type !== 'number') return `CAST(${column} AS VARCHAR)`
  return `CASE WHEN isfinite(${column}) THEN CASE WHEN ${column} = trunc(${column}) AND abs(${column}) < 1e15 THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR) ELSE CAST(${column} AS VARCHAR) END END`
}
