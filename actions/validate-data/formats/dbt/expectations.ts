import { type Arguments, createArguments } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { COLUMN_EXPECTATIONS } from '../great-expectations/columns.js'
import { readBounds, type Translate } from '../great-expectations/common.js'
import { MANY_EXPECTATIONS } from '../great-expectations/many.js'
import { STATISTIC_EXPECTATIONS } from '../great-expectations/statistics.js'
import { TABLE_EXPECTATIONS } from '../great-expectations/table.js'
import { columnOf, type DbtTranslate } from './core.js'
import { casing, distinct, sorted, strictness } from './expectations-own.js'
import type { DbtTest } from './severity.js'
import { groupBy, maxAge } from './utils.js'

/** Names of arguments that differ from those of Great Expectations: theirs → dbt_expectations’. */
type Renamed = Readonly<Record<string, string>>

/** An expectation whose arguments are those of Great Expectations, with `strictly` for both strict bounds. */
function like(translate: Translate | undefined, failures: DbtTest['failures'], renamed: Renamed = {}): DbtTranslate {
  return (args, context) => {
    const values: Record<string, unknown> = {}
    for (const key of [...FORWARDED, ...Object.keys(renamed)]) {
      const value = args.raw(renamed[key] ?? key)
      if (value !== undefined) values[key] = value
    }
    if (context.column !== null && !args.has('column')) values.column = context.column
    if (args.flag('strictly', false)) Object.assign(values, { strict_min: true, strict_max: true })
    args.ignore('quote_values', 'quote_columns', 'is_raw', 'transform', 'data_type')
    withFlags(args, values)
    const subject = args.subject
    const inner = createArguments(subject, values, (key, message, cure) =>
      args.mistake(key, message.slice(subject.length + 2), cure),
    )
    const groups = groupBy(args, 'group_by')
    const checks = (translate as Translate)(inner, '1.x')
    return checks.map((check) => ({ check: { ...check, 'on-empty': 'pass', ...groups } as CheckInput, failures }))
  }
}

const FORWARDED = [
  'column',
  'column_A',
  'column_B',
  'column_list',
  'column_set',
  'value',
  'value_set',
  'value_pairs_set',
  'min_value',
  'max_value',
  'or_equal',
  'ignore_row_if',
  'regex',
  'regex_list',
  'like_pattern',
  'like_pattern_list',
  'match_on',
  'sum_total',
]

/** `flags` of a regular expression as `(?i)` in front of it. */
function withFlags(args: Arguments, values: Record<string, unknown>): void {
  const flags = args.textOr('flags')
  if (flags === undefined || flags === '') return
  if (!/^[ims]+$/.test(flags)) {
    args.mistake('flags', `\`flags\` ${JSON.stringify(flags)} cannot be honoured`, 'use i, m and s')
    return
  }
  const flagged = (pattern: unknown) => (typeof pattern === 'string' ? `(?${flags})${pattern}` : pattern)
  if ('regex' in values) values.regex = flagged(values.regex)
  if (Array.isArray(values.regex_list)) values.regex_list = values.regex_list.map(flagged)
}

const column = (name: string, renamed?: Renamed) => like(COLUMN_EXPECTATIONS[name], 'rows', renamed)
const many = (name: string) => like(MANY_EXPECTATIONS[name], 'rows')
const statistic = (name: string) => like(STATISTIC_EXPECTATIONS[name], null)
const table = (name: string, renamed?: Renamed) => like(TABLE_EXPECTATIONS[name], null, renamed)
const same = (names: readonly string[], make: (name: string) => DbtTranslate) =>
  Object.fromEntries(names.map((name) => [name, make(name)]))

/** Tests of the package dbt_expectations 0.10 (hub.getdbt.com/metaplane/dbt_expectations). */
export const DBT_EXPECTATIONS: Readonly<Record<string, DbtTranslate>> = {
  ...same(
    [
      'expect_column_values_to_be_null',
      'expect_column_values_to_not_be_null',
      'expect_column_values_to_be_in_set',
      'expect_column_values_to_not_be_in_set',
      'expect_column_values_to_be_between',
      'expect_column_value_lengths_to_be_between',
      'expect_column_value_lengths_to_equal',
      'expect_column_values_to_match_regex',
      'expect_column_values_to_not_match_regex',
      'expect_column_values_to_match_regex_list',
      'expect_column_values_to_not_match_regex_list',
      'expect_column_values_to_match_like_pattern',
      'expect_column_values_to_not_match_like_pattern',
      'expect_column_values_to_match_like_pattern_list',
      'expect_column_values_to_not_match_like_pattern_list',
    ],
    (name) => column(name),
  ),
  // One failure for each value that stands twice, not for each row.
  expect_column_values_to_be_unique: like(COLUMN_EXPECTATIONS.expect_column_values_to_be_unique, null),
  expect_column_values_to_be_of_type: like(COLUMN_EXPECTATIONS.expect_column_values_to_be_of_type, null, {
    type_: 'column_type',
  }),
  expect_column_values_to_be_in_type_list: like(COLUMN_EXPECTATIONS.expect_column_values_to_be_in_type_list, null, {
    type_list: 'column_type_list',
  }),
  expect_column_values_to_be_increasing: sorted('>'),
  expect_column_values_to_be_decreasing: sorted('<'),
  expect_column_values_to_have_consistent_casing: casing,
  ...same(
    [
      'expect_column_min_to_be_between',
      'expect_column_max_to_be_between',
      'expect_column_mean_to_be_between',
      'expect_column_median_to_be_between',
      'expect_column_stdev_to_be_between',
      'expect_column_sum_to_be_between',
      'expect_column_unique_value_count_to_be_between',
      'expect_column_proportion_of_unique_values_to_be_between',
      'expect_column_distinct_values_to_be_in_set',
      'expect_column_distinct_values_to_contain_set',
      'expect_column_distinct_values_to_equal_set',
    ],
    statistic,
  ),
  expect_column_most_common_value_to_be_in_set: (args, context) => {
    if ((args.numberOr('top_n') ?? 1) !== 1) {
      args.mistake(
        'top_n',
        '`top_n` other than 1 cannot be honoured',
        'remove it: the most frequent value is asked for',
      )
    }
    return statistic('expect_column_most_common_value_to_be_in_set')(args, context)
  },
  expect_column_quantile_values_to_be_between: (args, context) => [
    {
      check: {
        check: 'statistic',
        column: columnOf(args, context),
        statistic: 'quantile',
        quantile: args.number('quantile'),
        ...readBounds(args),
        ...strictness(args),
        ...groupBy(args, 'group_by'),
      },
      failures: null,
    },
  ],
  expect_column_distinct_count_to_equal: (args, context) => {
    args.ignore('quote_values')
    const value = args.number('value')
    return [distinct(args, context, { min: value, max: value })]
  },
  expect_column_distinct_count_to_be_greater_than: (args, context) => {
    args.ignore('quote_values')
    return [distinct(args, context, { min: args.number('value'), 'strict-min': true })]
  },
  expect_column_distinct_count_to_be_less_than: (args, context) => {
    args.ignore('quote_values')
    return [distinct(args, context, { max: args.number('value'), 'strict-max': true })]
  },
  expect_column_pair_values_A_to_be_greater_than_B: many('expect_column_pair_values_a_to_be_greater_than_b'),
  ...same(
    [
      'expect_column_pair_values_to_be_equal',
      'expect_column_pair_values_to_be_in_set',
      'expect_multicolumn_sum_to_equal',
      'expect_select_column_values_to_be_unique_within_record',
    ],
    many,
  ),
  expect_compound_columns_to_be_unique: like(MANY_EXPECTATIONS.expect_compound_columns_to_be_unique, null),
  expect_column_to_exist: (args, context) => {
    args.ignore('transform')
    const place = args.numberOr('column_index')
    if (place !== undefined && (!Number.isInteger(place) || place < 1)) {
      args.mistake('column_index', `\`column_index\` counts from 1, and is ${place}`, 'correct it')
      return []
    }
    const index = place === undefined ? {} : { index: place - 1 }
    return [{ check: { check: 'column', column: columnOf(args, context), ...index }, failures: null }]
  },
  ...same(
    [
      'expect_table_row_count_to_be_between',
      'expect_table_row_count_to_equal',
      'expect_table_column_count_to_be_between',
      'expect_table_column_count_to_equal',
      'expect_table_columns_to_match_ordered_list',
    ],
    (name) => table(name),
  ),
  expect_table_columns_to_match_set: table('expect_table_columns_to_match_set', { column_set: 'column_list' }),
  expect_table_columns_to_contain_set: (args) => {
    args.ignore('transform')
    return [{ check: { check: 'columns', columns: args.texts('column_list'), match: 'superset' }, failures: null }]
  },
  expect_table_row_count_to_equal_other_table: (args, context) => {
    const factor = args.numberOr('factor') ?? 1
    if (factor !== 1) args.mistake('factor', `\`factor\` ${factor} cannot be honoured`, 'remove it')
    for (const key of ['group_by', 'compare_group_by', 'compare_row_condition']) {
      if (args.has(key)) args.mistake(key, `\`${key}\` cannot be honoured: all rows are counted`, 'remove it')
    }
    return [{ check: { check: 'row-count', 'equals-rows-of': context.reference('compare_model') }, failures: null }]
  },
  expect_row_values_to_have_recent_data: (args, context) => [
    {
      check: { check: 'freshness', column: columnOf(args, context), 'max-age': maxAge(args), 'on-empty': 'fail' },
      failures: null,
    },
  ],
  expect_grouped_row_values_to_have_recent_data: (args) => [
    {
      check: {
        check: 'freshness',
        column: args.text('timestamp_column'),
        'max-age': maxAge(args),
        ...groupBy(args, 'group_by'),
      },
      failures: null,
    },
  ],
  expression_is_true: (args) => [{ check: { check: 'rows', condition: args.text('expression') }, failures: 'rows' }],
}

const OTHER_TABLE = 'it compares the table with another one'
const SERIES = 'it follows a series over time'

/** Why tests of dbt_expectations cannot be honoured. */
export const DBT_EXPECTATIONS_REFUSED: Readonly<Record<string, string>> = {
  expect_column_distinct_count_to_equal_other_table: OTHER_TABLE,
  expect_table_aggregation_to_equal_other_table: OTHER_TABLE,
  expect_table_column_count_to_equal_other_table: OTHER_TABLE,
  expect_table_row_count_to_equal_other_table_times_factor: OTHER_TABLE,
  expect_column_values_to_be_within_n_moving_stdevs: SERIES,
  expect_column_values_to_be_within_n_stdevs: SERIES,
  expect_row_values_to_have_data_for_every_n_datepart: SERIES,
}
