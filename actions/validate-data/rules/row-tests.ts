import type { DataCheckName } from '../../../shared/contracts/data-checks.js'
import { isNumeric, isTemporal, typedValue } from '../../../shared/data/column-types.js'
import { double, literal, literalList } from '../../../shared/data/engine/sql.js'
import { formatCondition } from '../../../shared/data/formats.js'
import { timeSql } from '../../../shared/data/written-time.js'
import { type CheckOf, type GroupedTest, plain, present, type RowTest, type TestScope, type Unfit } from './row-test.js'
import { compareTest, differTest, foreignKeyTest, keyTest, pairsTest, rowsTest, sumTest } from './row-tests-many.js'
import { orderTest, outlierTest } from './row-tests-order.js'
import { variantTest } from './row-tests-variants.js'
import { listedTexts, type ScopedColumn } from './scope.js'

type Maker<Name extends DataCheckName> = (check: CheckOf<Name>, at: TestScope) => RowTest | Unfit

/** The test of each check that is decided by rows, on the type that its column has. */
export const ROW_TESTS = {
  missing(check, at) {
    const { missing, type, sql } = at.column(check.column)
    return plain('true', missing, type === 'number' ? `CAST(${sql} AS VARCHAR)` : 'NULL')
  },
  empty(check, at) {
    const { missing, text, invalid } = at.column(check.column)
    return plain('true', `NOT ${missing}`, invalid === null ? text : `coalesce(${text}, ${invalid})`)
  },
  type(check, at) {
    const column = at.column(check.column)
    const { sql, type, text, invalid } = column
    const judged = invalid === null ? `${sql} IS NOT NULL` : `(${sql} IS NOT NULL OR ${invalid} IS NOT NULL)`
    const shown = invalid === null ? text : `coalesce(${invalid}, ${text})`
    const bad = [
      ...(invalid === null ? [] : [`${invalid} IS NOT NULL`]),
      ...(check.types.some((wanted) => holds(type, wanted))
        ? []
        : [`(${sql} IS NOT NULL AND NOT (${check.types.map((wanted) => isWritten(wanted, column)).join(' OR ')}))`]),
    ]
    return plain(judged, bad.length === 0 ? 'false' : bad.join(' OR '), shown)
  },
  values: (check, at) => listed(at.column(check.column), check.values, false),
  forbidden: (check, at) => listed(at.column(check.column), check.values, true),
  range: rangeTest,
  length(check, at) {
    const column = at.column(check.column)
    const parts = [
      ...(check.min === undefined ? [] : [`length(${column.text}) < ${check.min}`]),
      ...(check.max === undefined ? [] : [`length(${column.text}) > ${check.max}`]),
    ]
    return plain(present(column), parts.length === 0 ? 'false' : parts.join(' OR '), column.text)
  },
  pattern(check, at) {
    const column = at.column(check.column)
    const match = (pattern: string) =>
      check.syntax === 'like'
        ? `${column.text} LIKE ${literal(pattern)}`
        : `${check.match === 'whole' ? 'regexp_full_match' : 'regexp_matches'}(${column.text}, ${literal(pattern)})`
    const matched = `(${check.patterns.map(match).join(check.of === 'any' ? ' OR ' : ' AND ')})`
    return plain(present(column), check.not ? matched : `NOT ${matched}`, column.text)
  },
  format(check, at) {
    const column = at.column(check.column)
    return plain(present(column), `NOT (${formatCondition(check.format, column.text)})`, column.text)
  },
  'date-format'(check, at) {
    const column = at.column(check.column)
    if (isTemporal(column.type) && check.format === undefined) return plain(present(column), 'false', column.text)
    const [zoned, plainly] = [USUAL_DATES.filter(hasZone), USUAL_DATES.filter((format) => !hasZone(format))]
    const times =
      check.format === undefined
        ? [literalList(plainly), ...zoned.map(literal)].map((format) => `try_strptime(${column.text}, ${format})`)
        : [timeSql(column.text, check.format)]
    const unread = times.map((time) => `${time} IS NULL`)
    return plain(present(column), unread.join(' AND '), column.text)
  },
  json(check, at) {
    const { text } = at.column(check.column)
    return plain(`${text} IS NOT NULL`, `NOT (${formatCondition('json', text)})`, text)
  },
  unique(check, at): GroupedTest {
    const column = at.column(check.column)
    return {
      kind: 'grouped',
      judged: present(column),
      keys: [column.value],
      count: check.count,
      shown: column.text,
    }
  },
  order: orderTest,
  outliers: outlierTest,
  variants: (check, at) => variantTest(at.column(check.column), at),
  key: keyTest,
  'foreign-key': foreignKeyTest,
  compare: compareTest,
  pairs: pairsTest,
  sum: sumTest,
  differ: differTest,
  rows: rowsTest,
} satisfies { [Name in DataCheckName]?: Maker<Name> }

export type RowCheckName = keyof typeof ROW_TESTS

export function rowTest(check: CheckOf<RowCheckName>, at: TestScope): RowTest | Unfit {
  return (ROW_TESTS[check.check] as Maker<RowCheckName>)(check, at)
}

/** Ways to write a date that people use, without such as two years or months could be read from. */
const USUAL_DATES = [
  '%Y-%m-%d',
  '%Y-%m-%dT%H:%M:%S',
  '%Y-%m-%dT%H:%M:%SZ',
  '%Y-%m-%dT%H:%M:%S%z',
  '%Y-%m-%d %H:%M:%S',
  '%Y-%m-%d %H:%M:%S%z',
  '%Y-%m-%d %H:%M',
  '%Y-%m-%dT%H:%M:%S.%f',
  '%Y-%m-%d %H:%M:%S.%f',
  '%Y/%m/%d',
  '%Y%m%d',
  '%m/%d/%Y',
  '%d/%m/%Y',
  '%d.%m.%Y',
  '%d-%b-%Y',
  '%d %b %Y',
  '%d %B %Y',
  '%b %d, %Y',
  '%B %d, %Y',
  '%m/%d/%Y %H:%M:%S',
  '%m/%d/%Y %H:%M',
]

/** In a list with one of these the engine takes 30 February for 1 March, so each is asked alone. */
const hasZone = (format: string): boolean => format.endsWith('%z')

/** Whether every value of a type is one of another: an integer is a number, a day a timestamp. */
export const holds = (type: ScopedColumn['type'], wanted: ScopedColumn['type']): boolean =>
  type === wanted || (type === 'integer' && wanted === 'number') || (type === 'date' && wanted === 'timestamp')

function isWritten(wanted: ScopedColumn['type'], { type, text, sql }: ScopedColumn): string {
  if (wanted === 'string') return type === 'string' ? 'true' : 'false'
  // What was read as a number may still be whole.
  if (wanted === 'integer' && type === 'number') return `${sql} = trunc(${sql})`
  return type === 'string' ? `${typedValue(wanted, text)} IS NOT NULL` : 'false'
}

function listed(column: ScopedColumn, values: readonly string[], forbidden: boolean): RowTest {
  // A subquery is a hash join; a long list of constants would be searched for each row.
  const among = `coalesce(${column.text} IN (SELECT unnest(${listedTexts(column, values)})), false)`
  const isIn = values.length === 0 ? 'false' : among
  return plain(ordered(column), forbidden ? isIn : `NOT ${isIn}`, shownWithInfinity(column))
}

function rangeTest(check: CheckOf<'range'>, at: TestScope): RowTest | Unfit {
  const column = at.column(check.column)
  const { min, max } = check
  const bound = min ?? max
  const isNumber = typeof bound === 'number'
  const written = check['date-format']
  if (isNumber ? !isNumeric(column.type) : written === undefined && !isTemporal(column.type)) {
    const needs = isNumber ? 'numbers' : 'dates'
    return { kind: 'unfit', column: column.name, what: 'the range', needs, has: column.type }
  }
  const time = written === undefined ? column.sql : timeSql(column.text, written)
  // Infinity lies beyond every bound.
  const x = isNumber
    ? column.type === 'number'
      ? column.sql
      : (column.number as string)
    : `CAST(${time} AS TIMESTAMP)`
  const sqlOf = (value: number | string) =>
    typeof value === 'number' ? double(value) : `(${typedValue('timestamp', literal(value))})`
  const parts: string[] = []
  if (min !== undefined) parts.push(`${x} ${check['strict-min'] ? '<=' : '<'} ${sqlOf(min)}`)
  if (max !== undefined) {
    // A day as upper bound ends with the day, not with its midnight.
    const isDay = typeof max === 'string' && max.length === 10 && !check['strict-max']
    parts.push(
      isDay ? `${x} >= ${sqlOf(max)} + INTERVAL 1 DAY` : `${x} ${check['strict-max'] ? '>=' : '>'} ${sqlOf(max)}`,
    )
  }
  return plain(ordered(column), parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`, shownWithInfinity(column))
}

/** Whether there is a value that others can be compared with: infinity is one, NaN is none. */
const ordered = (column: ScopedColumn): string =>
  column.type === 'number' ? `(${column.sql} IS NOT NULL AND NOT isnan(${column.sql}))` : present(column)

const shownWithInfinity = ({ type, text, sql }: ScopedColumn): string =>
  type === 'number' ? `coalesce(${text}, CAST(${sql} AS VARCHAR))` : text
