import { identifier } from '../../../../shared/data/engine/sql.js'
import type { Arguments } from '../arguments.js'
import { sqlIn } from '../sql-text.js'
import type { DbtTest } from './severity.js'

/** Where a test stands and what it can ask. */
export interface DbtContext {
  /** The column that the test is written at; null at the table. */
  readonly column: string | null
  /** The rows to look at: `data`, or a query in parentheses where the test has a `where`. */
  readonly rows: string
  /** Path of another table, by `ref('…')` or `source('…', '…')`; empty after a problem. */
  reference(key: string): string
}

export type DbtTranslate = (args: Arguments, context: DbtContext) => DbtTest[]

/** The column that a test is about: the one that it is written at, or `column_name`. */
export function columnOf(args: Arguments, { column }: DbtContext): string {
  const named = args.textOr('column_name')
  if (column === null && named === undefined) {
    args.mistake(null, 'it stands at no column', 'write it at a column, or name one in `column_name`')
  }
  return named ?? column ?? ''
}

/** The tests that dbt itself has. */
export const CORE_TESTS: Readonly<Record<string, DbtTranslate>> = {
  not_null: (args, context) => [{ check: { check: 'missing', column: columnOf(args, context) }, failures: 'rows' }],
  unique: (args, context) => {
    const column = columnOf(args, context)
    const name = identifier(column)
    return [
      {
        check: { check: 'unique', column },
        // One failure for each value that stands more than once.
        failures: `SELECT ${name} FROM ${context.rows} WHERE ${name} IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
      },
    ]
  },
  accepted_values: (args, context) => {
    args.ignore('quote')
    return [among(args, context, 'values')]
  },
  relationships: (args, context) => [
    {
      check: {
        check: 'foreign-key',
        columns: [columnOf(args, context)],
        to: { data: context.reference('to'), columns: [args.text('field')] },
      },
      failures: 'rows',
    },
  ],
}

/** Values among a list, or not: one failure for each different value that is bad. */
export function among(args: Arguments, context: DbtContext, check: 'values' | 'forbidden'): DbtTest {
  const column = columnOf(args, context)
  const given = args.scalars('values')
  const values = given.map(String)
  const name = identifier(column)
  // As text the number 1 of a column of fractions would be 1.0.
  const isNumbers = given.length > 0 && given.every((value) => typeof value === 'number')
  const isIn = isNumbers
    ? `coalesce(${sqlIn(`TRY_CAST(${name} AS DOUBLE)`, given)}, false)`
    : sqlIn(`CAST(${name} AS VARCHAR)`, values)
  const bad = check === 'values' ? `NOT (${isIn})` : isIn
  return {
    check: { check, column, values },
    failures: `SELECT ${name} FROM ${context.rows} WHERE ${name} IS NOT NULL AND ${bad} GROUP BY 1`,
  }
}
