import { identifier } from '../../../../shared/data/engine/sql.js'
import { type Arguments, isScalar } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { sqlMissing } from '../sql-text.js'
import { nothingAsked, perRow, readPassOver, type Translate } from './common.js'

/** Expectations on several columns of each row. */
export const MANY_EXPECTATIONS: Readonly<Record<string, Translate>> = {
  expect_column_pair_values_a_to_be_greater_than_b: perRow((args) => {
    args.ignore('parse_strings_as_datetimes', 'allow_cross_type_comparisons')
    return [
      {
        check: 'compare',
        columns: pair(args),
        operator: args.flag('or_equal', false) ? '>=' : '>',
        ...readPassOver(args),
      },
    ]
  }),
  expect_column_pair_values_to_be_equal: perRow((args) => [
    { check: 'compare', columns: pair(args), operator: '=', ...readPassOver(args) },
  ]),
  expect_column_pair_values_to_be_in_set: perRow((args) => {
    const columns = pair(args)
    const passOver = readPassOver(args)
    if (!args.has('value_pairs_set')) return [nothingAsked(args, '`value_pairs_set` is null')]
    return [{ check: 'pairs', columns, pairs: valuePairs(args), ...passOver }]
  }),
  expect_compound_columns_to_be_unique: perRow((args) => [
    { check: 'key', columns: columnList(args, 1), count: 'members', ...readPassOver(args) },
  ]),
  expect_select_column_values_to_be_unique_within_record: perRow(differ),
  expect_multicolumn_values_to_be_unique: perRow((args) => {
    // The base class of GX asks for a column that it does not use.
    args.ignore('column')
    return differ(args)
  }),
  expect_multicolumn_values_to_be_equal: perRow((args) => {
    const columns = columnList(args, 1)
    const passed = sqlMissing(columns, readPassOver(args)['pass-over'])
    const [first = '', ...others] = columns.map(identifier)
    const equal = others.map((other) => `${first} IS NOT DISTINCT FROM ${other}`).join(' AND ') || 'true'
    // A row whose condition is NULL is passed over.
    return [{ check: 'rows', condition: passed === null ? equal : `CASE WHEN NOT (${passed}) THEN ${equal} END` }]
  }),
  expect_multicolumn_sum_to_equal: perRow((args) => [
    {
      check: 'sum',
      columns: columnList(args, 1),
      total: args.number('sum_total'),
      tolerance: 0,
      ...readPassOver(args),
    },
  ]),
}

function differ(args: Arguments): CheckInput[] {
  return [{ check: 'differ', columns: columnList(args, 2), ...readPassOver(args) }]
}

const pair = (args: Arguments): [string, string] => [args.text('column_A'), args.text('column_B')]

export function columnList(args: Arguments, least: number): string[] {
  const columns = args.texts('column_list')
  if (columns.length < least && args.has('column_list')) {
    args.mistake('column_list', `\`column_list\` has to name ${least} columns at least`, 'name them')
  }
  return columns
}

type Value = string | number | boolean | null

function valuePairs(args: Arguments): [Value, Value][] {
  const pairs = args.raw('value_pairs_set')
  const isValue = (value: unknown): value is Value => value === null || isScalar(value)
  const isPair = (item: unknown): item is [Value, Value] =>
    Array.isArray(item) && item.length === 2 && isValue(item[0]) && isValue(item[1])
  if (Array.isArray(pairs) && pairs.length > 0 && pairs.every(isPair)) return pairs
  args.mistake('value_pairs_set', '`value_pairs_set` has to be a list of pairs of values', 'write [[a, b], …]')
  return []
}
