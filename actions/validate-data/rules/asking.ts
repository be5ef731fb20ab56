import type { Check } from '../../../shared/contracts/common.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { columnsOf } from './judge-rows.js'
import type { TableFacts } from './judge-table.js'
import type { TestScope } from './row-test.js'
import { ROW_TESTS, type RowCheckName } from './row-tests.js'
import type { Rule } from './rule.js'
import type { Scope } from './scope.js'

/** A finding about rows, for the list of all bad rows. */
export interface BadRows {
  readonly check: Check
  readonly column: string | null
  /** Columns that `shown` is made of. */
  readonly reads: readonly string[]
  /** Relation with the columns of the scope. */
  readonly from: string
  /** Index of the row, from 0, in `from`. */
  readonly row: string
  readonly shown: string
}

export interface Asked {
  readonly checks: readonly Check[]
  readonly badRows: readonly BadRows[]
}

export interface Asking {
  readonly engine: DataEngine
  readonly scope: Scope
  /** Other datasets that checks name; null for one that is not configured. */
  reference(name: string): Scope | null
  readonly facts: Omit<TableFacts, 'rowsOf'>
  /** Line of a key of the contract. */
  place(at: readonly PropertyKey[]): Check['where']
  /** Column that names a row, for examples. */
  readonly id: string | undefined
  /** Columns whose values are not shown. */
  readonly sensitive: ReadonlySet<string>
  /** Folder of the workspace, to keep it out of messages. */
  readonly root: string
}

/** The answer to a rule; with where its bad rows are found, when it has some. */
export type Answer = Check | { readonly check: Check; readonly bad: BadRows }

/** Other datasets that a check names. */
export function otherData(check: Rule['check']): string[] {
  if (check.check === 'foreign-key') return [check.to.data]
  return check.check === 'row-count' && check['equals-rows-of'] !== undefined ? [check['equals-rows-of']] : []
}

/** Another dataset that a check names and nobody has configured. */
export const unreadData = ({ check }: Rule, { reference }: Asking): string | undefined =>
  otherData(check).find((name) => reference(name) === null)

export const isRowCheck = (name: string): name is RowCheckName => name in ROW_TESTS

/** Columns that a check names and the data do not have. */
export function absentColumns({ check }: Rule, { scope, reference }: Asking): string[] {
  const needed = check.check === 'columns' || check.check === 'column' ? [] : columnsOf(check)
  const total = check.check === 'sum' && typeof check.total === 'string' ? [check.total] : []
  const absent = [...needed, ...total, ...(check['group-by'] ?? [])].filter((name) => !scope.columns.has(name))
  if (check.check !== 'foreign-key') return absent
  const other = reference(check.to.data)
  const wanted = check.to.columns ?? check.columns
  return [...absent, ...(other === null ? [] : wanted.filter((name) => !other.columns.has(name)))]
}

/** The rows and groups that a check is asked for. */
export function testScope({ check }: Rule, { scope, reference }: Asking): TestScope {
  const column = (name: string) => {
    const found = scope.columns.get(name)
    if (found === undefined) throw new Error(`column ${name} is not there`)
    return found
  }
  return {
    scope,
    source: scope.where(check.where),
    isWhole: check.where === undefined && check['group-by'] === undefined,
    groups: (check['group-by'] ?? []).map((name) => column(name).text),
    column,
    reference(name) {
      const other = reference(name)
      if (other === null) throw new Error(`${name} is not read`)
      return other
    },
  }
}
