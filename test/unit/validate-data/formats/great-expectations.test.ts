import { EXPECTATION_NAMES } from '../../../../actions/validate-data/formats/great-expectations/expectation.js'
import { greatExpectations } from '../../../../actions/validate-data/formats/great-expectations/read.js'
import { UserError } from '../../../../shared/core/errors.js'

type Kwargs = Readonly<Record<string, unknown>>

const suite = (type: string, kwargs: Kwargs, more: Kwargs = {}) =>
  JSON.stringify({ name: 's', expectations: [{ type, kwargs, ...more }] })
/** The checks without what is theirs by default. */
function read(text: string): Record<string, unknown>[] {
  return greatExpectations.read(text, 'suite.json', {}).contract.checks.map((check) => {
    const plain: Record<string, unknown> = { ...check }
    const silent = {
      level: 'fail',
      'strict-min': false,
      'strict-max': false,
      nearest: false,
      syntax: 'regex',
      not: false,
    }
    for (const [key, value] of Object.entries(silent)) if (plain[key] === value) delete plain[key]
    return plain
  })
}
function problems(text: string): string[] {
  try {
    greatExpectations.read(text, 'suite.json', {})
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    for (const { cure } of error.problems) expect(cure ?? '').not.toBe('')
    return error.problems.map(({ where, message }) => `${where}: ${message}`)
  }
  return []
}
const problemOf = (type: string, kwargs: Kwargs, more: Kwargs = {}) => problems(suite(type, kwargs, more))[0]

const PASS = { 'on-empty': 'pass' }
const FAIL = { 'on-empty': 'fail' }
const OPEN = { 'on-empty': 'inconclusive' }
const a = { column: 'a' }
const AB = { column_A: 'a', column_B: 'b' }
const LIST = { column_list: ['a', 'b'] }
const PATTERN = { match: 'whole', of: 'any' }
const RANGE = { min_value: 1, max_value: 5 }

/** Every expectation with one set of arguments, and the checks that it means. */
const TABLE: Readonly<Record<string, readonly [kwargs: Kwargs, ...checks: Kwargs[]]>> = {
  expect_column_values_to_not_be_null: [
    { ...a, mostly: 0.9 },
    { check: 'missing', ...a, mostly: 0.9, ...PASS },
  ],
  expect_column_values_to_be_null: [a, { check: 'empty', ...a, ...PASS }],
  expect_column_values_to_be_unique: [a, { check: 'unique', ...a, count: 'members', ...PASS }],
  expect_column_values_to_be_in_set: [
    { ...a, value_set: [1, 'x', true, null] },
    { check: 'values', ...a, values: ['1', 'x', 'true'], ...PASS },
  ],
  expect_column_values_to_not_be_in_set: [
    { ...a, value_set: ['x'] },
    { check: 'forbidden', ...a, values: ['x'], ...PASS },
  ],
  expect_column_values_to_be_between: [
    { ...a, ...RANGE, strict_max: true },
    { check: 'range', ...a, min: 1, max: 5, 'strict-max': true, ...PASS },
  ],
  expect_column_values_to_be_of_type: [
    { ...a, type_: 'INTEGER' },
    { check: 'type', ...a, types: ['integer'], ...PASS },
  ],
  expect_column_values_to_be_in_type_list: [
    { ...a, type_list: ['int64', 'float64'] },
    { check: 'type', ...a, types: ['integer', 'number'], ...PASS },
  ],
  expect_column_type_to_be: [
    { ...a, type_: 'DateType' },
    { check: 'type', ...a, types: ['date'], ...OPEN },
  ],
  expect_column_values_to_be_increasing: [
    { ...a, strictly: true },
    { check: 'order', ...a, direction: 'increasing', strictly: true, ...PASS },
  ],
  expect_column_values_to_be_decreasing: [
    a,
    { check: 'order', ...a, direction: 'decreasing', strictly: false, ...PASS },
  ],
  expect_column_value_lengths_to_equal: [
    { ...a, value: 3 },
    { check: 'length', ...a, min: 3, max: 3, ...PASS },
  ],
  expect_column_value_lengths_to_be_between: [
    { ...a, ...RANGE, strict_min: true, strict_max: true },
    { check: 'length', ...a, min: 2, max: 4, ...PASS },
  ],
  expect_column_values_to_match_regex: [
    { ...a, regex: '^x' },
    { check: 'pattern', ...a, patterns: ['^x'], ...PATTERN, match: 'anywhere', ...PASS },
  ],
  expect_column_values_to_not_match_regex: [
    { ...a, regex: 'x' },
    { check: 'pattern', ...a, patterns: ['x'], ...PATTERN, match: 'anywhere', not: true, ...PASS },
  ],
  expect_column_values_to_match_regex_list: [
    { ...a, regex_list: ['x', 'y'], match_on: 'all' },
    { check: 'pattern', ...a, patterns: ['x', 'y'], match: 'anywhere', of: 'all', ...PASS },
  ],
  expect_column_values_to_not_match_regex_list: [
    { ...a, regex_list: ['x', 'y'] },
    { check: 'pattern', ...a, patterns: ['x', 'y'], ...PATTERN, match: 'anywhere', not: true, ...PASS },
  ],
  expect_column_values_to_match_like_pattern: [
    { ...a, like_pattern: 'x%' },
    { check: 'pattern', ...a, patterns: ['x%'], syntax: 'like', ...PATTERN, ...PASS },
  ],
  expect_column_values_to_not_match_like_pattern: [
    { ...a, like_pattern: 'x%' },
    { check: 'pattern', ...a, patterns: ['x%'], syntax: 'like', ...PATTERN, not: true, ...PASS },
  ],
  expect_column_values_to_match_like_pattern_list: [
    { ...a, like_pattern_list: ['x!%_%', 'y'], escape: '!', match_on: 'all' },
    { check: 'pattern', ...a, patterns: ['(?s)x%..*', '(?s)y'], match: 'whole', of: 'all', ...PASS },
  ],
  expect_column_values_to_not_match_like_pattern_list: [
    { ...a, like_pattern_list: ['x', 'y'] },
    { check: 'pattern', ...a, patterns: ['x', 'y'], syntax: 'like', ...PATTERN, not: true, ...PASS },
  ],
  expect_column_values_to_match_strftime_format: [
    { ...a, strftime_format: '%d/%m/%Y' },
    { check: 'date-format', ...a, format: '%d/%m/%Y', ...PASS },
  ],
  expect_column_values_to_be_dateutil_parseable: [a, { check: 'date-format', ...a, ...PASS }],
  expect_column_values_to_be_json_parseable: [a, { check: 'json', ...a, ...PASS }],
  expect_column_values_to_match_json_schema: [
    { ...a, json_schema: { type: 'object' } },
    { check: 'json', ...a, schema: { type: 'object' }, ...PASS },
  ],
  expect_column_value_z_scores_to_be_less_than: [
    { ...a, threshold: -3, double_sided: true },
    { check: 'outliers', ...a, method: 'z', limit: 3, side: 'both', strict: true, ...PASS },
  ],
  expect_column_values_to_not_be_outliers: [
    { ...a, method: 'std', multiplier: 3 },
    { check: 'outliers', ...a, method: 'z', limit: 3, side: 'both', strict: true, ...PASS },
  ],
  expect_column_pair_values_a_to_be_greater_than_b: [
    { ...AB, or_equal: true },
    { check: 'compare', columns: ['a', 'b'], operator: '>=', 'pass-over': 'all-missing', ...PASS },
  ],
  expect_column_pair_values_to_be_equal: [
    { ...AB, ignore_row_if: 'either_value_is_missing' },
    { check: 'compare', columns: ['a', 'b'], operator: '=', 'pass-over': 'any-missing', ...PASS },
  ],
  expect_column_pair_values_to_be_in_set: [
    {
      ...AB,
      value_pairs_set: [
        ['x', 1],
        [null, 'y'],
      ],
      ignore_row_if: 'neither',
    },
    {
      check: 'pairs',
      columns: ['a', 'b'],
      pairs: [
        ['x', '1'],
        [null, 'y'],
      ],
      'pass-over': 'never',
      ...PASS,
    },
  ],
  expect_compound_columns_to_be_unique: [
    LIST,
    { check: 'key', columns: ['a', 'b'], 'pass-over': 'all-missing', count: 'members', ...PASS },
  ],
  expect_select_column_values_to_be_unique_within_record: [
    { ...LIST, ignore_row_if: 'any_value_is_missing' },
    { check: 'differ', columns: ['a', 'b'], 'pass-over': 'any-missing', ...PASS },
  ],
  expect_multicolumn_values_to_be_unique: [
    LIST,
    { check: 'differ', columns: ['a', 'b'], 'pass-over': 'all-missing', ...PASS },
  ],
  expect_multicolumn_values_to_be_equal: [
    { column_list: ['a', 'b"'] },
    {
      check: 'rows',
      condition: 'CASE WHEN NOT ("a" IS NULL AND "b""" IS NULL) THEN "a" IS NOT DISTINCT FROM "b""" END',
      ...PASS,
    },
  ],
  expect_multicolumn_sum_to_equal: [
    { ...LIST, sum_total: 5 },
    { check: 'sum', columns: ['a', 'b'], total: 5, tolerance: 0, 'pass-over': 'all-missing', ...PASS },
  ],
  expect_column_min_to_be_between: [
    { ...a, min_value: '2024-01-01T00:00:00' },
    { check: 'statistic', ...a, statistic: 'min', min: '2024-01-01', ...FAIL },
  ],
  expect_column_max_to_be_between: [
    { ...a, max_value: '2024-01-01T10:00:00' },
    { check: 'statistic', ...a, statistic: 'max', max: '2024-01-01 10:00:00', ...FAIL },
  ],
  expect_column_mean_to_be_between: [
    { ...a, ...RANGE, strict_min: true },
    { check: 'statistic', ...a, statistic: 'mean', min: 1, max: 5, 'strict-min': true, ...FAIL },
  ],
  expect_column_median_to_be_between: [
    { ...a, ...RANGE },
    { check: 'statistic', ...a, statistic: 'median', min: 1, max: 5, ...FAIL },
  ],
  expect_column_stdev_to_be_between: [
    { ...a, ...RANGE },
    { check: 'statistic', ...a, statistic: 'sd', min: 1, max: 5, ...FAIL },
  ],
  expect_column_sum_to_be_between: [
    { ...a, max_value: 5 },
    { check: 'statistic', ...a, statistic: 'sum', max: 5, ...PASS },
  ],
  expect_column_unique_value_count_to_be_between: [
    { ...a, ...RANGE },
    { check: 'statistic', ...a, statistic: 'distinct', min: 1, max: 5, ...FAIL },
  ],
  expect_column_proportion_of_unique_values_to_be_between: [
    { ...a, min_value: 0.5 },
    { check: 'statistic', ...a, statistic: 'distinct-share', min: 0.5, ...FAIL },
  ],
  expect_column_proportion_of_non_null_values_to_be_between: [
    { ...a, max_value: 0.5 },
    { check: 'statistic', ...a, statistic: 'present-share', max: 0.5, ...PASS },
  ],
  // GX takes a quantile that np.isclose (rtol 1e-4, atol 1e-8) calls equal to a bound.
  expect_column_quantile_values_to_be_between: [
    {
      ...a,
      quantile_ranges: {
        quantiles: [0.25, 0.5],
        value_ranges: [
          [0, 100],
          [null, 10],
        ],
      },
    },
    {
      check: 'statistic',
      ...a,
      statistic: 'quantile',
      quantile: 0.25,
      nearest: true,
      min: -1e-8,
      max: 100.01000001,
      ...FAIL,
    },
    { check: 'statistic', ...a, statistic: 'quantile', quantile: 0.5, nearest: true, max: 10.00100001, ...FAIL },
  ],
  expect_column_most_common_value_to_be_in_set: [
    { ...a, value_set: ['x'], ties_okay: true },
    { check: 'most-common', ...a, values: ['x'], ties: true, ...FAIL },
  ],
  expect_column_distinct_values_to_be_in_set: [
    { ...a, value_set: ['x'] },
    { check: 'value-set', ...a, values: ['x'], relation: 'subset', ...PASS },
  ],
  expect_column_distinct_values_to_equal_set: [
    { ...a, value_set: ['x'] },
    { check: 'value-set', ...a, values: ['x'], relation: 'equal', ...FAIL },
  ],
  expect_column_distinct_values_to_contain_set: [
    { ...a, value_set: ['x'] },
    { check: 'value-set', ...a, values: ['x'], relation: 'superset', ...FAIL },
  ],
  expect_column_kl_divergence_to_be_less_than: [
    {
      ...a,
      partition_object: { bins: ['-Infinity', 0, 5], weights: [0.4, 0.6] },
      threshold: 0.1,
      internal_weight_holdout: 0.01,
    },
    {
      check: 'divergence',
      ...a,
      expected: { bins: [null, 0, 5], weights: [0.4, 0.6] },
      'tail-holdout': 0,
      'inner-holdout': 0.01,
      max: 0.1,
      ...FAIL,
    },
  ],
  expect_column_pair_cramers_phi_value_to_be_less_than: [
    AB,
    { check: 'correlation', columns: ['a', 'b'], method: 'cramers-v', max: 0.1, ...FAIL },
  ],
  expect_table_row_count_to_be_between: [
    { min_value: 1, strict_min: true },
    { check: 'row-count', min: 1, 'strict-min': true, ...FAIL },
  ],
  expect_table_row_count_to_equal: [{ value: 3 }, { check: 'row-count', min: 3, max: 3, ...FAIL }],
  expect_table_row_count_to_equal_other_table: [
    { other_table_name: 'data/b.csv' },
    { check: 'row-count', 'equals-rows-of': 'data/b.csv', ...FAIL },
  ],
  expect_table_column_count_to_be_between: [{ max_value: 3 }, { check: 'column-count', max: 3, ...OPEN }],
  expect_table_column_count_to_equal: [{ value: 3 }, { check: 'column-count', min: 3, max: 3, ...OPEN }],
  expect_column_to_exist: [
    { ...a, column_index: 2 },
    { check: 'column', ...a, index: 2, ...OPEN },
  ],
  expect_table_columns_to_match_ordered_list: [
    LIST,
    { check: 'columns', columns: ['a', 'b'], match: 'exact', ordered: true, ...OPEN },
  ],
  expect_table_columns_to_match_set: [
    { column_set: ['a'], exact_match: false },
    { check: 'columns', columns: ['a'], match: 'superset', ordered: false, ...OPEN },
  ],
  unexpected_rows_expectation: [
    { unexpected_rows_query: "SELECT * FROM {batch} WHERE a = '{{}}';\n" },
    { check: 'sql', query: "SELECT * FROM data WHERE a = '{}'", ...PASS },
  ],
}

const REFUSED = [
  'expect_column_bootstrapped_ks_test_p_value_to_be_greater_than',
  'expect_column_chisquare_test_p_value_to_be_greater_than',
  'expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than',
  'expect_query_results_to_match_comparison',
]

// File names of great_expectations/expectations/core in the wheels of 0.18.22 and 1.24.1 (1.x adds the five of `ADDED`).
const IN_0_18 =
  `bootstrapped_ks_test_p_value_to_be_greater_than chisquare_test_p_value_to_be_greater_than distinct_values_to_be_in_set
  distinct_values_to_contain_set distinct_values_to_equal_set kl_divergence_to_be_less_than max_to_be_between mean_to_be_between
  median_to_be_between min_to_be_between most_common_value_to_be_in_set pair_cramers_phi_value_to_be_less_than
  pair_values_a_to_be_greater_than_b pair_values_to_be_equal pair_values_to_be_in_set
  parameterized_distribution_ks_test_p_value_to_be_greater_than proportion_of_unique_values_to_be_between
  quantile_values_to_be_between stdev_to_be_between sum_to_be_between to_exist unique_value_count_to_be_between
  value_lengths_to_be_between value_lengths_to_equal value_z_scores_to_be_less_than values_to_be_between
  values_to_be_dateutil_parseable values_to_be_decreasing values_to_be_in_set values_to_be_in_type_list values_to_be_increasing
  values_to_be_json_parseable values_to_be_null values_to_be_of_type values_to_be_unique values_to_match_json_schema
  values_to_match_like_pattern values_to_match_like_pattern_list values_to_match_regex values_to_match_regex_list
  values_to_match_strftime_format values_to_not_be_in_set values_to_not_be_null values_to_not_match_like_pattern
  values_to_not_match_like_pattern_list values_to_not_match_regex values_to_not_match_regex_list`
    .split(/\s+/)
    .map((name) => `expect_column_${name}`)
const OTHERS = [
  'expect_compound_columns_to_be_unique',
  'expect_multicolumn_sum_to_equal',
  'expect_multicolumn_values_to_be_unique',
  'expect_select_column_values_to_be_unique_within_record',
  'expect_table_column_count_to_be_between',
  'expect_table_column_count_to_equal',
  'expect_table_columns_to_match_ordered_list',
  'expect_table_columns_to_match_set',
  'expect_table_row_count_to_be_between',
  'expect_table_row_count_to_equal',
  'expect_table_row_count_to_equal_other_table',
  'unexpected_rows_expectation',
]
const ADDED = [
  'expect_column_proportion_of_non_null_values_to_be_between',
  'expect_column_type_to_be',
  'expect_column_values_to_not_be_outliers',
  'expect_multicolumn_values_to_be_equal',
  'expect_query_results_to_match_comparison',
]

describe('every core expectation', () => {
  test('of 0.18 and 1.x has a check, or a reason why not', () => {
    expect([...IN_0_18, ...OTHERS, ...ADDED].sort()).toEqual(EXPECTATION_NAMES)
    expect([...Object.keys(TABLE), ...REFUSED].sort()).toEqual(EXPECTATION_NAMES)
  })

  test.each(Object.entries(TABLE))('%s', (type, [kwargs, ...checks]) => {
    expect(read(suite(type, kwargs))).toEqual(checks)
    const old = JSON.stringify({
      expectation_suite_name: 's',
      data_asset_type: null,
      ge_cloud_id: null,
      meta: { great_expectations_version: '0.18.22' },
      expectations: [
        { expectation_type: type, kwargs: { ...kwargs, batch_id: 'x', result_format: 'BASIC' }, meta: {} },
      ],
    })
    expect(read(old)).toEqual(checks)
  })

  test.each(REFUSED)('%s is an error with its line', (type) => {
    const [problem] = problems(`{ "name": "s",\n "expectations": [\n { "type": "${type}", "kwargs": {} } ] }`)
    expect(problem).toMatch(new RegExp(`^suite.json:3: ${type}: it `))
  })
})

describe('what every expectation may say', () => {
  const NOT_NULL = 'expect_column_values_to_not_be_null'

  test('severity is the level, and a description the name', () => {
    const level = (severity: unknown) => read(suite(NOT_NULL, a, { severity }))[0]?.level
    expect([level('critical'), level('warning'), level('info'), level(null)]).toEqual([
      undefined,
      'warn',
      'warn',
      undefined,
    ])
    expect(problemOf(NOT_NULL, a, { severity: 'fatal' })).toBe(
      `suite.json:1: ${NOT_NULL}: \`severity\` has to be critical, warning or info`,
    )
    expect(read(suite(NOT_NULL, a, { description: 'ids are known' }))[0]?.name).toBe('ids are known')
  })

  test('what says nothing about the data is read and left', () => {
    const more = { id: 'x', meta: { why: 1 }, notes: ['n'], rendered_content: null, success_on_last_run: true }
    const kwargs = {
      ...a,
      result_format: { result_format: 'COMPLETE' },
      catch_exceptions: true,
      include_config: false,
      auto: true,
      profiler_config: {},
    }
    expect(read(suite(NOT_NULL, kwargs, more))).toEqual([{ check: 'missing', ...a, ...PASS }])
  })

  test('parameters take their value from the suite or from themselves, and are an error without one', () => {
    const kwargs = { ...a, min_value: { $PARAMETER: 'least' }, max_value: { $PARAMETER: 'most', '$PARAMETER.most': 9 } }
    const item = { type: 'expect_column_values_to_be_between', kwargs }
    const range = { check: 'range', ...a, min: 2, max: 9, ...PASS }
    expect(read(JSON.stringify({ suite_parameters: { least: 2 }, expectations: [item] }))).toEqual([range])
    expect(read(JSON.stringify({ evaluation_parameters: { least: 2 }, expectations: [item] }))).toEqual([range])
    expect(problems(JSON.stringify({ expectations: [item] }))).toEqual([
      'suite.json:1: expect_column_values_to_be_between: the parameter "least" of `min_value` has no value',
    ])
  })

  test('an expectation that asks for nothing passes under a name that says so', () => {
    const asked = (type: string, kwargs: Kwargs) => read(suite(type, kwargs))[0]
    const nothing = (name: string) => expect.objectContaining({ check: 'column-count', name })
    expect(asked('expect_column_values_to_be_in_set', { ...a, value_set: null })).toEqual(
      nothing('expect_column_values_to_be_in_set (`value_set` is null: it asks for nothing)'),
    )
    expect(asked('expect_table_columns_to_match_ordered_list', { column_list: null })).toEqual(
      nothing('expect_table_columns_to_match_ordered_list (`column_list` is null: it asks for nothing)'),
    )
    // GX: a null set that has to match exactly allows no column.
    expect(asked('expect_table_columns_to_match_set', { column_set: null })).toMatchObject({
      columns: [],
      match: 'exact',
    })
  })

  // Great Expectations passes it whatever the data: (success, observed) is (True, 1.33).
  test('a statistic without bounds asks for nothing, and says so', () => {
    expect(read(suite('expect_column_mean_to_be_between', a))).toMatchObject([
      {
        check: 'column-count',
        min: 0,
        name: 'expect_column_mean_to_be_between (it has no bounds: it asks for nothing)',
      },
    ])
  })
})

describe('row conditions', () => {
  const where = (row_condition: unknown, condition_parser?: string) =>
    read(suite('expect_column_values_to_not_be_null', { ...a, row_condition, condition_parser }))[0]?.where
  const column = { name: 'b' }

  test.each([
    ['col("b") > 5', '"b" > 5'],
    ['col("b")==\'x y\'', '"b" = \'x y\''],
    ['col("b") != "it\'s"', "\"b\" <> 'it''s'"],
    ['col("b").notnull()', '"b" IS NOT NULL'],
    ['col("b").notNull()', '"b" IS NOT NULL'],
    ['col("b") <= date("2024-01-31")', '"b" <= CAST(\'2024-01-31\' AS DATE)'],
    ['col("b") >= -1.5e3', '"b" >= -1500'],
  ])('great_expectations: %s', (text, sql) => {
    expect(where(text, 'great_expectations')).toBe(sql)
    expect(where(text, 'great_expectations__experimental__')).toBe(sql)
  })

  test('the dictionaries of 1.x', () => {
    const big = { type: 'comparison', column, operator: '>', parameter: 5 }
    const there = { type: 'nullity', column: { name: 'c"' }, is_null: false }
    const among = { type: 'comparison', column, operator: 'NOT_IN', parameter: ['x', "y'"] }
    expect(where(big)).toBe('"b" > 5')
    expect(where({ ...there, is_null: true })).toBe('"c""" IS NULL')
    expect(where({ type: 'and', conditions: [big, { type: 'or', conditions: [there, among] }] })).toBe(
      '("b" > 5) AND (("c""" IS NOT NULL) OR (NOT ("b" IN (\'x\', \'y\'\'\'))))',
    )
    expect(where({ type: 'pass_through', pass_through_filter: 'b > 3' }, 'pandas')).toBe('"b" > 3')
    expect(where({ type: 'comparison', column, operator: 'IN', parameter: [] })).toBe('false')
  })

  test('spark is SQL, with its quotes', () => {
    expect(where('`my col` > 5 AND b LIKE "x"', 'spark')).toBe('"my col" > 5 AND b LIKE "x"')
  })

  test.each([
    ['b > 5', undefined, '`condition_parser` is missing'],
    ['b > 5', 'sql', '`condition_parser` has to be pandas, spark or great_expectations, not "sql"'],
    ['col("b") > 5; DROP TABLE x', 'great_expectations', 'it is not like `col("x") > 5`'],
    ['@limit > 5', 'pandas', '"@limit > 5" is not understood'],
    ['__import__("os").system("x")', 'pandas', '"(" is not expected there'],
    ['b.str.contains("x")', 'pandas', '`(` is missing'],
    ['b.abs() > 1', 'pandas', 'the method "abs" is not understood'],
    ['b > 1 # x', 'pandas', '"# x" is not understood'],
    ['b', 'pandas', 'it is no condition'],
    ['b in c', 'pandas', '`in` needs a list of values'],
    ['b > ', 'pandas', 'it ends too soon'],
    [`${'('.repeat(1000)}b`, 'pandas', 'it is nested too deeply'],
    [{ type: 'comparison', column, operator: 'LIKE', parameter: 1 }, undefined, 'the operator "LIKE" is not known'],
    [{ type: 'xor', column }, undefined, 'its type "xor" is not known'],
  ])('%j is refused', (row_condition, condition_parser, reason) => {
    const [problem] = problems(suite('expect_column_values_to_not_be_null', { ...a, row_condition, condition_parser }))
    expect(problem).toContain(`cannot be honoured: ${reason}`)
  })

  test('means nothing where there are no rows', () => {
    expect(problemOf('expect_column_to_exist', { ...a, row_condition: 'a > 1', condition_parser: 'pandas' })).toBe(
      'suite.json:1: expect_column_to_exist: it is not about rows, so that `row_condition` means nothing',
    )
  })
})

describe('mistakes', () => {
  const between = 'expect_column_values_to_be_between'

  test('come all at once, each with its line', () => {
    const text = `{
  "name": "s",
  "surprise": 1,
  "expectations": [
    { "type": "expect_column_values_to_be_nul", "kwargs": { "column": "a" } },
    {
      "type": "${between}",
      "kwargs": {
        "min_value": 5,
        "max_value": 1,
        "mostly": 1.5,
        "minimum": 3
      }
    },
    "expect_x",
    { "kwargs": {} }
  ]
}`
    expect(problems(text)).toEqual([
      'suite.json:3: `surprise` is not known in a suite',
      'suite.json:5: expect_column_values_to_be_nul: this expectation is not known',
      `suite.json:11: ${between}: \`mostly\` has to lie between 0 and 1, not 1.5`,
      `suite.json:6: ${between}: \`column\` is missing`,
      `suite.json:9: ${between}: \`min_value\` is larger than \`max_value\``,
      `suite.json:12: ${between}: \`minimum\` is not known here`,
      'suite.json:15: an expectation is "expect_x"',
      'suite.json:16: an expectation has no `type`',
    ])
  })

  test.each<[string, Kwargs, string]>([
    [between, a, '`min_value` and `max_value` are both missing'],
    [between, { ...a, min_value: 'abc' }, '`min_value` has to be a number or an ISO date, not "abc"'],
    [between, { ...a, min_value: 1, max_value: '2024-01-01' }, '`min_value` and `max_value` are of different kinds'],
    [between, { ...a, min_value: 1, mostly: 'most' }, '`mostly` has to be a number, not "most"'],
    [
      'expect_column_mean_to_be_between',
      { ...a, min_value: '2024-01-01' },
      '`min_value` has to be a number, not "2024-01-01"',
    ],
    [
      'expect_column_values_to_be_in_set',
      { ...a, value_set: 'x' },
      '`value_set` has to be a list of texts, numbers or booleans, not "x"',
    ],
    [
      'expect_column_values_to_be_in_set',
      { ...a, value_set: [2 ** 60] },
      '`value_set` holds a whole number that is too large to be read exactly',
    ],
    [
      'expect_column_values_to_be_in_set',
      { ...a, value_set: ['2024-01-01'], parse_strings_as_datetimes: true },
      '`parse_strings_as_datetimes` cannot be honoured with a set: values are compared as they are written',
    ],
    [
      'expect_column_values_to_be_of_type',
      { ...a, type_: 'category' },
      'the type "category" cannot be honoured: it does not say how values are written',
    ],
    [
      'expect_column_values_to_match_regex',
      { ...a, regex: '(?=x)' },
      'the pattern "(?=x)" cannot be honoured: it has a look-ahead, which RE2 cannot match',
    ],
    ['expect_column_values_to_match_regex_list', { ...a, regex_list: [] }, '`regex_list` is empty'],
    [
      'expect_column_values_to_match_like_pattern',
      { ...a, like_pattern: 'x', escape: '!!' },
      '`escape` has to be one character',
    ],
    [
      'expect_column_values_to_match_strftime_format',
      { ...a, strftime_format: '%Q' },
      '"%Q" is no directive of strptime',
    ],
    ['expect_column_value_lengths_to_equal', { ...a, value: 1.5 }, '`value` has to be a whole number from 0, not 1.5'],
    [
      'expect_column_value_lengths_to_be_between',
      { ...a, max_value: 0, strict_max: true },
      'no text is shorter than nothing',
    ],
    [
      'expect_column_value_z_scores_to_be_less_than',
      { ...a, threshold: -1, double_sided: false },
      '`threshold` has to be above 0, not -1',
    ],
    [
      'expect_column_values_to_not_be_outliers',
      { ...a, method: 'mad' },
      '`method` has to be one of iqr, std, not "mad"',
    ],
    [
      'expect_column_pair_values_to_be_equal',
      { ...AB, ignore_row_if: 'never_mind' },
      '`ignore_row_if` has to be one of all_values_are_missing, both_values_are_missing, any_value_is_missing, either_value_is_missing, neither, never, not "never_mind"',
    ],
    [
      'expect_column_pair_values_to_be_in_set',
      { ...AB, value_pairs_set: [['x']] },
      '`value_pairs_set` has to be a list of pairs of values',
    ],
    [
      'expect_select_column_values_to_be_unique_within_record',
      { column_list: ['a'] },
      '`column_list` has to name 2 columns at least',
    ],
    [
      'expect_column_quantile_values_to_be_between',
      { ...a, quantile_ranges: { quantiles: [2], value_ranges: [[1, 2]] } },
      '`quantile_ranges` has to hold `quantiles` between 0 and 1 and as many `value_ranges` of two numbers',
    ],
    [
      'expect_column_kl_divergence_to_be_less_than',
      { ...a, partition_object: { bins: [3, 1], weights: [1] }, threshold: 1 },
      '`partition_object` has to have one more edge in `bins` than `weights`',
    ],
    [
      'expect_column_kl_divergence_to_be_less_than',
      { ...a, partition_object: { values: ['x'], weights: [1] } },
      '`threshold` is missing',
    ],
    ['expect_column_pair_cramers_phi_value_to_be_less_than', { ...AB, bins_A: [1] }, '`bins_A` is not known here'],
    ['expect_column_to_exist', { ...a, column_index: -1 }, '`column_index` has to be a whole number from 0, not -1'],
    [
      'unexpected_rows_expectation',
      { unexpected_rows_query: 'SELECT {column} FROM {batch}' },
      'the query has "{column}", and only {batch} is known',
    ],
    [
      'expect_column_values_to_not_be_null',
      { ...a, windows: [{ range: 5 }] },
      '`windows` takes its bounds from earlier runs of Great Expectations, which are not known here',
    ],
  ])('%s %j', (type, kwargs, message) => {
    expect(problemOf(type, kwargs)).toBe(`suite.json:1: ${type}: ${message}`)
  })

  test('a suite without expectations, or no suite', () => {
    expect(problems('{ "name": "s", "expectations": [] }')).toEqual(['suite.json:1: the suite expects nothing'])
    expect(problems('{ "name": "s" }')).toEqual(['suite.json:1: `expectations` is undefined'])
    expect(problems('{ "expectations": [')[0]).toMatch(/^suite.json:1: /)
    expect(problems('[]')).toEqual(['suite.json:1: `expectations` is undefined'])
  })
})

describe('the file', () => {
  test('is told by its contents', () => {
    const is = (text: string, path = 'x.json') => greatExpectations.detect(path, text)
    expect(is('{"expectation_suite_name": "s", "expectations": []}')).toBe(true)
    expect(is('{"name":"s","expectations":[{"type":"expect_column_to_exist","kwargs":{}}]}')).toBe(true)
    expect(is('name: s\nexpectations:\n  - type: unexpected_rows_expectation\n', 'x.yml')).toBe(true)
    expect(is('{"name":"s","expectations":[]}', 'x.txt')).toBe(false)
    expect(is('{"type": "object", "properties": {"expectations": {"type": "string"}}}')).toBe(false)
    expect(is('schema: plumbline.data-contract/1\n', 'x.yml')).toBe(false)
    expect(is('\0\0{')).toBe(false)
  })

  test('keeps the line of each expectation', () => {
    const text =
      '{ "expectations": [\n{ "type": "expect_table_row_count_to_equal", "kwargs": { "value": 1 } },\n\t{ "type": "expect_column_to_exist", "kwargs": { "column": "a" } }\n] }'
    const { line } = greatExpectations.read(text, 'suite.json', {})
    expect([line(['checks', 0]), line(['checks', 1, 'column'])]).toEqual([2, 3])
  })

  test('indented with tabs, with escapes of JSON', () => {
    const text =
      '{\n\t"name": "s",\n\t"expectations": [\n\t\t{\n\t\t\t"type": "expect_column_values_to_be_in_set",\n\t\t\t"kwargs": { "column": "a\\/\\u00e9", "value_set": ["\\ud83d\\ude00", "::set-output", "<b>", "\\u0000"] }\n\t\t}\n\t]\n}'
    expect(read(text)).toEqual([
      { check: 'values', column: 'a/é', values: ['😀', '::set-output', '<b>', '\0'], ...PASS },
    ])
  })

  test('names of JavaScript’s own are names like others', () => {
    expect(problemOf('constructor', {})).toBe('suite.json:1: constructor: this expectation is not known')
    expect(problemOf('expect_column_to_exist', { ...a, toString: 1 })).toBe(
      'suite.json:1: expect_column_to_exist: `toString` is not known here',
    )
  })
})
