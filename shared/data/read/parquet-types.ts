import type { ColumnType } from '../../contracts/data-contract.js'
import { logicalType } from '../column-types.js'

/** What the values of a column need beside its type: wide numbers may or may not fit a number of ours. */
export type Width = 'plain' | 'wide-integer' | 'wide-decimal' | 'nanoseconds'

/** A column of a table that has types: its logical type, and SQL for its value in that type. */
export interface TypedColumn {
  readonly type: ColumnType
  readonly width: Width
}

/**
 * How a column of an SQL type is read. Integers beyond 64 bits, decimals of more than 15 digits and nanoseconds are
 * looked at value by value: see `widthFacts`.
 */
export function typedColumn(sqlType: string): TypedColumn {
  const name = sqlType.toUpperCase()
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(name)
  if (decimal !== null) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])]
    // Up to 15 digits a double holds every decimal; a decimal without fraction is an integer when it fits.
    if (scale === 0) return { type: 'integer', width: precision <= 18 ? 'plain' : 'wide-integer' }
    return { type: 'number', width: precision <= 15 ? 'plain' : 'wide-decimal' }
  }
  if (/^(UBIGINT|U?HUGEINT)$/.test(name)) return { type: 'integer', width: 'wide-integer' }
  if (name === 'TIMESTAMP_NS') return { type: 'timestamp', width: 'nanoseconds' }
  return { type: logicalType(sqlType), width: 'plain' }
}

/** SQL for a value of a typed column, given the type that it was found to have. */
export function valueIn({ width }: TypedColumn, type: ColumnType, column: string): string {
  if (type === 'integer') return `CAST(${column} AS BIGINT)`
  // By its text, a wide decimal becomes the nearest double; by arithmetic it would be rounded twice.
  if (type === 'number')
    return width === 'plain' ? `CAST(${column} AS DOUBLE)` : `CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`
  // The session is in UTC, so that a zoned timestamp becomes UTC.
  if (type === 'timestamp') return `CAST(${column} AS TIMESTAMP)`
  return type === 'string' ? `CAST(${column} AS VARCHAR)` : column
}

/**
 * SQL for a date or timestamp, NULL for the infinite ones that Parquet and Postgres have, and for dates that no timestamp reaches
 * (beyond the years 290,309 BC and 294,246): they lie in no period, and what counts days would take some for 1970. Those alone
 * have no seconds since then as a timestamp.
 */
export const finiteTime = (value: string): string =>
  `CASE WHEN epoch(TRY_CAST(${value} AS TIMESTAMP)) IS NOT NULL THEN ${value} END`

/** SQL aggregates over a wide column: whether every value is a 64-bit integer, and how many values are not kept to the digit. */
export function widthFacts({ width }: TypedColumn, column: string, sqlType: string): { fits: string; lossy: string } {
  if (width === 'nanoseconds')
    return {
      fits: 'true',
      lossy: `count(*) FILTER (WHERE epoch_ns(${column}) % 1000 <> 0 AND epoch(CAST(${column} AS TIMESTAMP)) IS NOT NULL)`,
    }
  const there = `${column} IS NOT NULL`
  return {
    fits:
      width === 'wide-integer'
        ? `bool_and(TRY_CAST(${column} AS BIGINT) IS NOT NULL) FILTER (WHERE ${there})`
        : 'false',
    lossy: `count(*) FILTER (WHERE ${there} AND TRY_CAST(CAST(CAST(${column} AS VARCHAR) AS DOUBLE) AS ${sqlType}) IS DISTINCT FROM ${column})`,
  }
}

const FAMILIES: readonly RegExp[] = [
  /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/,
  /^(FLOAT|DOUBLE)$/,
  /^TIMESTAMP(_S|_MS|_NS)?$/,
]

/** Whether two files may have these types in one column: the wider one keeps every value of the other. */
export function fitTogether(a: string, b: string): boolean {
  if (a === b) return true
  if (FAMILIES.some((family) => family.test(a) && family.test(b))) return true
  const scale = (type: string) => /^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1]
  return scale(a) !== undefined && scale(a) === scale(b)
}
