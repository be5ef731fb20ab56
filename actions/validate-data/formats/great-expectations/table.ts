import type { Arguments } from '../arguments.js'
import { nothingAsked, readBounds, type Translate } from './common.js'

/** Expectations on the table as a whole. */
export const TABLE_EXPECTATIONS: Readonly<Record<string, Translate>> = {
  expect_table_row_count_to_be_between: (args) => {
    const bounds = numberBounds(args)
    if (bounds.min === undefined && bounds.max === undefined && !args.failed)
      return [nothingAsked(args, 'it has no bounds')]
    return [{ check: 'row-count', ...bounds, 'on-empty': 'fail' }]
  },
  expect_table_row_count_to_equal: (args) => [{ check: 'row-count', ...exactly(args), 'on-empty': 'fail' }],
  expect_table_row_count_to_equal_other_table: (args) => [
    { check: 'row-count', 'equals-rows-of': args.text('other_table_name'), 'on-empty': 'fail' },
  ],
  expect_table_column_count_to_be_between: (args) => [{ check: 'column-count', ...numberBounds(args) }],
  expect_table_column_count_to_equal: (args) => [{ check: 'column-count', ...exactly(args) }],
  expect_column_to_exist: (args) => {
    const index = args.numberOr('column_index')
    if (index !== undefined && (!Number.isInteger(index) || index < 0)) {
      args.mistake('column_index', `\`column_index\` has to be a whole number from 0, not ${index}`, 'correct it')
    }
    return [{ check: 'column', column: args.text('column'), ...(index === undefined ? {} : { index }) }]
  },
  expect_table_columns_to_match_ordered_list: (args) =>
    args.has('column_list')
      ? [{ check: 'columns', columns: args.texts('column_list'), match: 'exact', ordered: true }]
      : [nothingAsked(args, '`column_list` is null')],
  expect_table_columns_to_match_set: (args) => {
    const exact = args.flag('exact_match', true)
    if (!args.has('column_set') && !exact) return [nothingAsked(args, '`column_set` is null')]
    // Without a set no column may be there.
    const columns = args.has('column_set') ? args.texts('column_set') : []
    return [{ check: 'columns', columns, match: exact ? 'exact' : 'superset' }]
  },
  unexpected_rows_expectation: (args) => [{ check: 'sql', query: query(args), 'on-empty': 'pass' }],
}

function numberBounds(args: Arguments): { min?: number; max?: number } {
  return readBounds(args, { dates: false }) as { min?: number; max?: number }
}

function exactly(args: Arguments): { min: number; max: number } {
  const value = args.number('value')
  return { min: value, max: value }
}

/** `{batch}` is the data; doubled braces stand for themselves, as in Python’s `format`. */
function query(args: Arguments): string {
  const text = args.text('unexpected_rows_query')
  let lacking: string | undefined
  const sql = text.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (part, name: string | undefined) => {
    if (part === '{{' || part === '}}') return part.charAt(0)
    if (name === 'batch') return 'data'
    lacking ??= part
    return part
  })
  if (lacking !== undefined) {
    args.mistake(
      'unexpected_rows_query',
      `the query has ${JSON.stringify(lacking)}, and only {batch} is known`,
      'write the data as {batch}, and a brace of its own twice',
    )
  }
  return sql.replace(/[;\s]+$/, '')
}
