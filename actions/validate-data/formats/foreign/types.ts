import type { ColumnType } from '../../../../shared/contracts/data-checks.js'

const INTEGER = ['integer'] as const
const NUMBER = ['number', 'integer'] as const
const BOOLEAN = ['boolean'] as const
const DATE = ['date'] as const
const TIMESTAMP = ['timestamp', 'date'] as const
const ANY_TEXT = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp'] as const

const NAMES: readonly (readonly [names: string, types: readonly ColumnType[]])[] = [
  // Python, numpy, pandas, polars, pyarrow.
  ['int int_ intc intp int8 int16 int32 int64 uint uint8 uint16 uint32 uint64', INTEGER],
  [
    'float float_ float16 float32 float64 float128 half single double longdouble decimal.decimal decimal numeric',
    NUMBER,
  ],
  ['bool bool_ boolean', BOOLEAN],
  ['str str_ string string_ unicode unicode_ utf8 string[python] string[pyarrow] string[pyarrow_numpy]', ANY_TEXT],
  ['datetime datetime64 datetime64[ns] datetime64[us] datetime64[ms] datetime64[s] timestamp', TIMESTAMP],
  ['date date32 date64', DATE],
  // SQL.
  ['tinyint smallint mediumint integer bigint hugeint int2 int4 serial bigserial smallserial byteint', INTEGER],
  ['utinyint usmallint uinteger ubigint long short byte', INTEGER],
  ['real float4 float8 bigdecimal bignumeric number money double_precision', NUMBER],
  ['char varchar nchar nvarchar text tinytext mediumtext longtext clob bpchar character character_varying', ANY_TEXT],
  ['timestamptz timestamp_ntz timestamp_ltz timestamp_tz datetime2 smalldatetime datetimeoffset', TIMESTAMP],
  ['timestamp_with_time_zone timestamp_without_time_zone', TIMESTAMP],
  // pyspark.sql.types.
  ['bytetype shorttype integertype longtype', INTEGER],
  ['floattype doubletype decimaltype', NUMBER],
  ['booleantype', BOOLEAN],
  ['stringtype varchartype chartype', ANY_TEXT],
  ['timestamptype timestampntztype', TIMESTAMP],
  ['datetype', DATE],
]

const TYPES: ReadonlyMap<string, readonly ColumnType[]> = new Map(
  NAMES.flatMap(([names, types]) => names.split(' ').map((name) => [name, types] as const)),
)

/**
 * How values of a type are written, by its name in Python, numpy, pandas, SQL or Spark, whatever its case, length, precision or time zone.
 * A column of floats may hold whole numbers and one of timestamps days; in text anything may stand. Null for types without such a form.
 */
export function writtenAs(name: string): readonly ColumnType[] | null {
  const whole = name.trim().toLowerCase()
  const bare = whole
    .replace(/^(np|numpy|pd|pandas|pa|pl|polars|pyarrow|datetime|sa|sqlalchemy)\./, '')
    .replace(/^(datetime64\[\w+),.*\]$/, '$1]')
    .replace(/\(.*\)/, '')
    .trim()
    .replace(/\s+/g, '_')
  return TYPES.get(whole) ?? TYPES.get(bare) ?? null
}
