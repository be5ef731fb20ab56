import type { ColumnType } from '../../../shared/contracts/data-checks.js'
import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { asNumber, asText, isNumeric, isTemporal, typedValue } from '../../../shared/data/column-types.js'
import { type Dataset, requireNames } from '../../../shared/data/dataset.js'
import { identifier, literal } from '../../../shared/data/engine/sql.js'

/** A column as checks see it. All fields but `name` and `facts` are SQL over `Scope.from`. */
export interface ScopedColumn {
  readonly name: string
  readonly type: ColumnType
  /** Its value; NULL is missing or not of the declared type. */
  readonly sql: string
  /** Its finite value as text. */
  readonly text: string
  /** Its finite value as a number, dates in days since 1970; null for other types. */
  readonly number: string | null
  /** Its finite value, to be compared and counted: a number, or what it is. */
  readonly value: string
  /** The text of a value that is not of the declared type, null when every one is. */
  readonly invalid: string | null
  /** True where there is neither a value nor a wrongly written one; NaN and infinities count as missing. */
  readonly missing: string
  readonly facts: ColumnProfile
}

/** Whether a column has no value at all, not even a wrongly written one: then its type says nothing. */
export const isVoid = ({ facts }: ScopedColumn): boolean => facts.rows === facts.missing

/** Texts that are already those of the value that they stand for. */
const PLAIN: Readonly<Record<ColumnType, RegExp>> = {
  string: /^/,
  integer: /^/,
  number: /^(0|-?[1-9][0-9]{0,14})$/,
  boolean: /^(true|false)$/,
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  timestamp: /^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/,
}

/**
 * SQL for the text that a listed value has in a column: in one of numbers 1.50 stands for 1.5, in one of timestamps a day
 * for its midnight. What is no value of its type stays as it is written, and equals none.
 */
export function listedText({ type }: ScopedColumn, value: string): string {
  if (PLAIN[type].test(value)) return literal(value)
  return `coalesce(${asText(type, `(${typedValue(type, literal(value))})`)}, ${literal(value)})`
}

/** The same of a list, as SQL for a list. */
export const listedTexts = (column: ScopedColumn, values: readonly string[]): string =>
  `[${values.map((value) => listedText(column, value)).join(', ')}]`

/** One dataset for SQL: its typed columns under names that no data can have, and those of the files beside them. */
export interface Scope {
  readonly dataset: Dataset
  readonly profile: DatasetProfile
  readonly columns: ReadonlyMap<string, ScopedColumn>
  /** The relation without the names of the files. */
  readonly from: string
  /** Index of a row, from 0. */
  readonly row: string
  /** Text of a row as it stands in its file; null where its columns say all. */
  readonly whole: string | null
  /** A name for a column that a test adds, which no data can have. */
  own(name: string): string
  /**
   * Rows for which a condition of the user holds, as a relation like `from`; `from` itself without one. Throws UserError
   * when two names differ in case alone.
   */
  where(condition: string | undefined): string
  /**
   * SQL in which `from` stands for no more columns than it or `outside`, what else is asked of it, names. Of thousands that each query
   * listed, the engine planned ten times as long as it ran. SQL whose columns nobody names, as `SELECT *`, must name them in `outside`.
   */
  narrow(sql: string, ...outside: readonly (string | null)[]): string
}

/** Names of ours begin with it; no name of the data does. */
function prefixFor(dataset: Dataset): string {
  let prefix = 'plumbline_'
  while (dataset.columns.some(({ name }) => name.toLowerCase().startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

export function scopeOf(dataset: Dataset, profile: DatasetProfile): Scope {
  const prefix = prefixFor(dataset)
  const hasBad = dataset.columns.some(({ badIndex }) => badIndex !== null)
  const raw = [
    `rowid AS ${prefix}row`,
    ...dataset.columns.map(({ sql }) => `${sql} AS ${prefix}${sql}`),
    ...(hasBad ? [`bad AS ${prefix}bad`] : []),
    ...(dataset.hasWhole === true ? [`whole AS ${prefix}whole`] : []),
  ]
  const named = dataset.columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`)
  const from = `(SELECT ${raw.join(', ')} FROM ${dataset.table})`
  const columns = dataset.columns.map(({ name, type, sql: own, badIndex }, i): ScopedColumn => {
    const sql = `${prefix}${own}`
    const number = isNumeric(type) || isTemporal(type) ? asNumber(type, sql) : null
    const invalid = badIndex === null ? null : `${prefix}bad[${badIndex}]`
    const empty = invalid === null ? `${sql} IS NULL` : `(${sql} IS NULL AND ${invalid} IS NULL)`
    return {
      name,
      type,
      sql,
      text: asText(type, sql),
      number,
      value: type === 'number' ? asNumber(type, sql) : sql,
      invalid,
      missing: type === 'number' ? `(${empty} OR NOT isfinite(${sql}))` : empty,
      facts: profile.columns[i] as ColumnProfile,
    }
  })
  return {
    dataset,
    profile,
    columns: new Map(columns.map((column) => [column.name, column])),
    from,
    row: `${prefix}row`,
    whole: dataset.hasWhole === true ? `${prefix}whole` : null,
    own: (name) => `${prefix}${name}`,
    where(condition) {
      if (condition === undefined) return from
      requireNames(dataset)
      return `(SELECT * FROM (SELECT ${[...raw, ...named].join(', ')} FROM ${dataset.table}) WHERE (${condition}\n))`
    },
    narrow(sql, ...outside) {
      const parts = sql.split(from)
      if (parts.length === 1) return sql
      const words = new Set([...parts, ...outside].flatMap((text) => text?.match(/\w+/g) ?? []))
      const used = raw.filter((one) => words.has(one.slice(one.lastIndexOf(' ') + 1)))
      return parts.join(`(SELECT ${(used.length === 0 ? raw.slice(0, 1) : used).join(', ')} FROM ${dataset.table})`)
    },
  }
}
