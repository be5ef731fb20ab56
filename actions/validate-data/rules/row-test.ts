import type { DataCheck } from '../../../shared/contracts/data-checks.js'
import type { Scope, ScopedColumn } from './scope.js'

export type CheckOf<Name extends DataCheck['check']> = Extract<DataCheck, { check: Name }>

/** SQL that finds the rows which break a check. */
export type RowTest = PlainTest | GroupedTest

/** Decided row by row. */
export interface PlainTest {
  readonly kind: 'plain'
  /** Relation with the columns of the scope; null for the scope's own, so that many tests share one look at the rows. */
  readonly from: string | null
  /** True for a row that is judged. */
  readonly judged: string
  /** True for a judged row that breaks the check. */
  readonly bad: string
  /** Text shown of a bad row. */
  readonly shown: string
}

/** Decided by how often the same values stand in the rows. */
export interface GroupedTest {
  readonly kind: 'grouped'
  readonly judged: string
  /** What rows with the same values have in common. */
  readonly keys: readonly string[]
  /** What is bad: extra copies, or every row of a group. */
  readonly count: 'copies' | 'members'
  readonly shown: string
}

/** Why a check cannot be asked of a column of this type. */
export interface Unfit {
  readonly kind: 'unfit'
  readonly column: string
  /** What of the check does not fit, such as `the range`. */
  readonly what: string
  /** What it needs, such as `numbers`. */
  readonly needs: string
  readonly has: string
}

/** Where a test stands: the scope, and the rows and groups that the check names. */
export interface TestScope {
  readonly scope: Scope
  /** The relation of the rows that `where` leaves. */
  readonly source: string
  /** Whether all rows are judged together, so that facts of the profile hold. */
  readonly isWhole: boolean
  /** SQL of the columns in `group-by`. */
  readonly groups: readonly string[]
  column(name: string): ScopedColumn
  /** The relation that another dataset was read into: `train`, `test` or a path. */
  reference(name: string): Scope
}

export const plain = (judged: string, bad: string, shown: string, from: string | null = null): PlainTest => ({
  kind: 'plain',
  from,
  judged,
  bad,
  shown,
})

export const present = ({ text, number }: ScopedColumn): string => `${number ?? text} IS NOT NULL`

/** Whether a row is judged by a check of several columns, by what of them is there. */
export function notPassedOver(
  columns: readonly ScopedColumn[],
  passOver: 'any-missing' | 'all-missing' | 'never',
): string {
  if (passOver === 'never') return 'true'
  const word = passOver === 'any-missing' ? ' AND ' : ' OR '
  return `(${columns.map(present).join(word)})`
}

/** The values of several columns of a row: `a = 1, b = x`. */
export const shownRow = (columns: readonly ScopedColumn[]): string =>
  `concat_ws(', ', ${columns.map(({ name, text }) => `'${name.replaceAll("'", "''").replaceAll('\0', '')} = ' || coalesce(${text}, 'missing')`).join(', ')})`
