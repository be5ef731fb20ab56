import { isNumeric, isTemporal } from '../../../shared/data/column-types.js'
import { double, literal } from '../../../shared/data/engine/sql.js'
import {
  type CheckOf,
  type GroupedTest,
  notPassedOver,
  plain,
  present,
  type RowTest,
  shownRow,
  type TestScope,
  type Unfit,
} from './row-test.js'
import { isVoid, type ScopedColumn } from './scope.js'

/** Columns shown of a row when the check does not say which it is about. */
export const SHOWN = 6

const columnsOf = (names: readonly string[], at: TestScope): ScopedColumn[] => names.map((name) => at.column(name))

export function keyTest(check: CheckOf<'key'>, at: TestScope): GroupedTest {
  const columns = columnsOf(check.columns, at)
  return {
    kind: 'grouped',
    judged: notPassedOver(columns, check['pass-over']),
    keys: columns.map(({ value }) => value),
    count: check.count,
    shown: shownRow(columns),
  }
}

/** Values are compared as text: 7 and 7.0 are the same key, whatever type each side has. */
export function foreignKeyTest(check: CheckOf<'foreign-key'>, at: TestScope): RowTest {
  const columns = columnsOf(check.columns, at)
  const other = at.reference(check.to.data)
  const wanted = (check.to.columns ?? check.columns).map((name) => other.columns.get(name) as ScopedColumn)
  const hash = (list: readonly ScopedColumn[]) => `hash(${list.map(({ text }) => text).join(', ')})`
  const known = `SELECT ${hash(wanted)} FROM ${other.from} WHERE ${wanted.map(present).join(' AND ')}`
  return plain(notPassedOver(columns, 'any-missing'), `${hash(columns)} NOT IN (${known})`, shownRow(columns))
}

/** Numbers as numbers, times as times, everything else as text. */
function comparable(a: ScopedColumn, b: ScopedColumn): [string, string] | null {
  if (isNumeric(a.type) && isNumeric(b.type)) {
    return a.type === b.type ? [a.value, b.value] : [a.number as string, b.number as string]
  }
  if (isTemporal(a.type) && isTemporal(b.type)) {
    return [`CAST(${a.sql} AS TIMESTAMP)`, `CAST(${b.sql} AS TIMESTAMP)`]
  }
  return a.type === b.type || isVoid(a) || isVoid(b) ? [a.text, b.text] : null
}

export function compareTest(check: CheckOf<'compare'>, at: TestScope): RowTest | Unfit {
  const [a, b] = check.columns.map((name) => at.column(name)) as [ScopedColumn, ScopedColumn]
  const equality = check.operator === '=' || check.operator === '!='
  const sides = comparable(a, b) ?? (equality ? [a.text, b.text] : null)
  if (sides === null) {
    return {
      kind: 'unfit',
      column: b.name,
      what: `the comparison with ${JSON.stringify(a.name)}`,
      needs: a.type,
      has: b.type,
    }
  }
  const holds = `${sides[0]} ${check.operator === '!=' ? '<>' : check.operator} ${sides[1]}`
  return plain(notPassedOver([a, b], check['pass-over']), `NOT coalesce(${holds}, false)`, shownRow([a, b]))
}

export function pairsTest(check: CheckOf<'pairs'>, at: TestScope): RowTest {
  const [a, b] = check.columns.map((name) => at.column(name)) as [ScopedColumn, ScopedColumn]
  const is = ({ text }: ScopedColumn, value: string | null) =>
    value === null ? `${text} IS NULL` : `${text} IS NOT DISTINCT FROM ${literal(value)}`
  const any = check.pairs.map(([x, y]) => `(${is(a, x)} AND ${is(b, y)})`).join(' OR ')
  return plain(notPassedOver([a, b], check['pass-over']), `NOT (${any})`, shownRow([a, b]))
}

export function sumTest(check: CheckOf<'sum'>, at: TestScope): RowTest | Unfit {
  const columns = columnsOf(check.columns, at)
  const total = typeof check.total === 'number' ? null : at.column(check.total)
  const all = total === null ? columns : [...columns, total]
  const unfit = all.find((column) => !isNumeric(column.type) && !isVoid(column))
  if (unfit !== undefined) {
    return { kind: 'unfit', column: unfit.name, what: 'the sum', needs: 'numbers', has: unfit.type }
  }
  const numberOf = ({ type, number }: ScopedColumn) => (isNumeric(type) ? number : 'NULL::DOUBLE')
  const sum = columns.map(numberOf).join(' + ')
  const wanted = total === null ? double(check.total as number) : numberOf(total)
  const bad = `NOT coalesce(abs(${sum} - ${wanted}) <= ${double(check.tolerance)} * greatest(1, abs(${wanted})), false)`
  return plain(notPassedOver(all, check['pass-over']), bad, shownRow(all))
}

export function differTest(check: CheckOf<'differ'>, at: TestScope): RowTest {
  const columns = columnsOf(check.columns, at)
  const equal = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => `${a.text} IS NOT DISTINCT FROM ${b.text}`))
  return plain(notPassedOver(columns, check['pass-over']), equal.join(' OR '), shownRow(columns))
}

/** As SQL's own CHECK: a row for which the condition is unknown does not break it. */
export function rowsTest(check: CheckOf<'rows'>, at: TestScope): RowTest {
  // The condition is in the names of the files.
  const source = check.where === undefined ? at.scope.where('true') : at.source
  const holds = at.scope.own('holds')
  const columns = [...at.scope.columns.values()].slice(0, SHOWN)
  const from = `(SELECT *, (${check.condition}\n) AS ${holds} FROM ${source})`
  return plain(`${holds} IS NOT NULL`, `NOT ${holds}`, shownRow(columns), from)
}
