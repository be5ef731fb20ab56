import { dbt } from '../../../../actions/validate-data/formats/dbt/read.js'
import { DBT_TEST_NAMES } from '../../../../actions/validate-data/formats/dbt/tests.js'
import type { ReadOptions } from '../../../../actions/validate-data/formats/format.js'
import { UserError } from '../../../../shared/core/errors.js'
import { type Bench, openBench } from '../../data/support.js'

type Args = Readonly<Record<string, unknown>>
const OPTIONS: ReadOptions = { references: { customers: 'data/customers.csv', 'shop.stores': 'data/stores.parquet' } }

/** A model with one test at column `a`, or at the model. */
const model = (test: unknown, at: 'column' | 'model' = 'column') =>
  JSON.stringify({
    version: 2,
    models: [
      at === 'column' ? { name: 'm', columns: [{ name: 'a', data_tests: [test] }] } : { name: 'm', data_tests: [test] },
    ],
  })

/** The checks without what is theirs by default. */
function read(text: string, options = OPTIONS): Record<string, unknown>[] {
  return dbt.read(text, 'schema.yml', options).contract.checks.map((check) => {
    const plain: Record<string, unknown> = { ...check }
    const silent = {
      level: 'fail',
      'strict-min': false,
      'strict-max': false,
      nearest: false,
      syntax: 'regex',
      not: false,
      'on-empty': 'pass',
    }
    for (const [key, value] of Object.entries(silent)) if (plain[key] === value) delete plain[key]
    return plain
  })
}
function problems(text: string, options = OPTIONS): string[] {
  try {
    dbt.read(text, 'schema.yml', options)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    for (const { cure } of error.problems) expect(cure ?? '').not.toBe('')
    return error.problems.map(({ where, message }) => `${where}: ${message}`)
  }
  return []
}

const a = { column: 'a' }
const AB = { columns: ['a', 'b'] }
const OTHER = "ref('customers')"
const PATTERN = { match: 'anywhere', of: 'any' }
const LIKE = { syntax: 'like', match: 'whole', of: 'any' }
const LIST = { column_list: ['a', 'b'] }
const RANGE = { min_value: 1, max_value: 5 }
const WITHIN = { min: 1, max: 5 }
const STRICT = { 'strict-min': true, 'strict-max': true }
const INCREASING =
  'SELECT * FROM (SELECT *, lag("a") OVER (ORDER BY "t") AS previous FROM data) WHERE previous IS NOT NULL AND NOT ("a" >= previous)'
const DECREASING =
  'SELECT * FROM (SELECT *, lag("a") OVER (PARTITION BY "g" ORDER BY "a") AS previous FROM data) WHERE previous IS NOT NULL AND NOT ("a" < previous)'
const CASING =
  'SELECT lower("a") AS value, count(DISTINCT "a") AS forms FROM data WHERE "a" IS NOT NULL GROUP BY 1 HAVING count(DISTINCT "a") > 1'
const SEQUENCE =
  'SELECT * FROM (SELECT *, lag("a") OVER (PARTITION BY "g" ORDER BY "a") AS previous FROM data) WHERE NOT ("a" = previous + INTERVAL 2 hour)'
const EXCLUSIVE =
  'SELECT * FROM (SELECT *, lead("s") OVER (PARTITION BY k ORDER BY "s", "e") AS next_lower, lead(1) OVER (PARTITION BY k ORDER BY "s", "e") IS NULL AS is_last FROM data) WHERE NOT coalesce("s" <= "e", false) OR NOT coalesce("e" = next_lower, is_last, false)'

/** Every test with one set of arguments, at column `a`, and the check that it means. */
const TABLE: Readonly<Record<string, readonly [args: Args | null, check: Args]>> = {
  not_null: [null, { check: 'missing', ...a }],
  unique: [null, { check: 'unique', ...a, count: 'copies' }],
  accepted_values: [
    { values: [1, 'x', true], quote: false },
    { check: 'values', ...a, values: ['1', 'x', 'true'] },
  ],
  relationships: [
    { to: OTHER, field: 'id' },
    { check: 'foreign-key', columns: ['a'], to: { data: 'data/customers.csv', columns: ['id'] } },
  ],
  'dbt_utils.unique_combination_of_columns': [
    { combination_of_columns: ['a', 'b'] },
    { check: 'key', ...AB, 'pass-over': 'never', count: 'copies' },
  ],
  'dbt_utils.not_constant': [{ group_by_columns: ['g'] }, { check: 'not-constant', ...a, 'group-by': ['g'] }],
  'dbt_utils.at_least_one': [
    null,
    { check: 'statistic', ...a, statistic: 'present-share', min: 0, 'strict-min': true, 'on-empty': 'fail' },
  ],
  'dbt_utils.not_null_proportion': [
    { at_least: 0.95 },
    { check: 'statistic', ...a, statistic: 'present-share', min: 0.95 },
  ],
  'dbt_utils.not_empty_string': [
    { trim_whitespace: false },
    { check: 'pattern', ...a, patterns: [''], match: 'whole', of: 'any', not: true },
  ],
  'dbt_utils.not_accepted_values': [{ values: ['x'] }, { check: 'forbidden', ...a, values: ['x'] }],
  'dbt_utils.accepted_range': [
    { ...RANGE, inclusive: false },
    { check: 'range', ...a, ...WITHIN, ...STRICT },
  ],
  'dbt_utils.expression_is_true': [{ expression: '> b + 1' }, { check: 'rows', condition: '"a" > b + 1' }],
  'dbt_utils.relationships_where': [
    { to: "source('shop', 'stores')", field: 'id', from_condition: 'b > 1', to_condition: '1=1' },
    { check: 'foreign-key', columns: ['a'], to: { data: 'data/stores.parquet', columns: ['id'] }, where: 'b > 1' },
  ],
  'dbt_utils.equal_rowcount': [
    { compare_model: OTHER },
    { check: 'row-count', 'equals-rows-of': 'data/customers.csv' },
  ],
  'dbt_utils.recency': [
    { datepart: 'day', field: 't', interval: 2 },
    { check: 'freshness', column: 't', 'max-age': '2d' },
  ],
  'dbt_utils.sequential_values': [
    { interval: 2, datepart: 'hour', group_by_columns: ['g'] },
    { check: 'sql', query: SEQUENCE },
  ],
  'dbt_utils.mutually_exclusive_ranges': [
    {
      lower_bound_column: 's',
      upper_bound_column: 'e',
      partition_by: 'k',
      gaps: 'not_allowed',
      zero_length_range_allowed: true,
    },
    { check: 'sql', query: EXCLUSIVE },
  ],
  'dbt_expectations.expect_column_values_to_be_null': [null, { check: 'empty', ...a }],
  'dbt_expectations.expect_column_values_to_not_be_null': [
    { row_condition: 'b > 1' },
    { check: 'missing', ...a, where: 'b > 1' },
  ],
  'dbt_expectations.expect_column_values_to_be_unique': [null, { check: 'unique', ...a, count: 'members' }],
  'dbt_expectations.expect_column_values_to_be_in_set': [
    { value_set: ['x'], quote_values: true },
    { check: 'values', ...a, values: ['x'] },
  ],
  'dbt_expectations.expect_column_values_to_not_be_in_set': [
    { value_set: ['x'] },
    { check: 'forbidden', ...a, values: ['x'] },
  ],
  'dbt_expectations.expect_column_values_to_be_between': [
    { ...RANGE, strictly: true },
    { check: 'range', ...a, ...WITHIN, ...STRICT },
  ],
  'dbt_expectations.expect_column_value_lengths_to_be_between': [RANGE, { check: 'length', ...a, ...WITHIN }],
  'dbt_expectations.expect_column_value_lengths_to_equal': [{ value: 3 }, { check: 'length', ...a, min: 3, max: 3 }],
  'dbt_expectations.expect_column_values_to_match_regex': [
    { regex: '^x', flags: 'i' },
    { check: 'pattern', ...a, patterns: ['(?i)^x'], ...PATTERN },
  ],
  'dbt_expectations.expect_column_values_to_not_match_regex': [
    { regex: 'x', is_raw: true },
    { check: 'pattern', ...a, patterns: ['x'], ...PATTERN, not: true },
  ],
  'dbt_expectations.expect_column_values_to_match_regex_list': [
    { regex_list: ['x', 'y'], match_on: 'all' },
    { check: 'pattern', ...a, patterns: ['x', 'y'], ...PATTERN, of: 'all' },
  ],
  'dbt_expectations.expect_column_values_to_not_match_regex_list': [
    { regex_list: ['x'] },
    { check: 'pattern', ...a, patterns: ['x'], ...PATTERN, not: true },
  ],
  'dbt_expectations.expect_column_values_to_match_like_pattern': [
    { like_pattern: 'x%' },
    { check: 'pattern', ...a, patterns: ['x%'], ...LIKE },
  ],
  'dbt_expectations.expect_column_values_to_not_match_like_pattern': [
    { like_pattern: 'x%' },
    { check: 'pattern', ...a, patterns: ['x%'], ...LIKE, not: true },
  ],
  'dbt_expectations.expect_column_values_to_match_like_pattern_list': [
    { like_pattern_list: ['x%'] },
    { check: 'pattern', ...a, patterns: ['x%'], ...LIKE },
  ],
  'dbt_expectations.expect_column_values_to_not_match_like_pattern_list': [
    { like_pattern_list: ['x%'] },
    { check: 'pattern', ...a, patterns: ['x%'], ...LIKE, not: true },
  ],
  'dbt_expectations.expect_column_values_to_be_of_type': [
    { column_type: 'varchar(10)' },
    { check: 'type', ...a, types: ['string', 'integer', 'number', 'boolean', 'date', 'timestamp'] },
  ],
  'dbt_expectations.expect_column_values_to_be_in_type_list': [
    { column_type_list: ['date', 'timestamp with time zone'] },
    { check: 'type', ...a, types: ['date', 'timestamp'] },
  ],
  'dbt_expectations.expect_column_values_to_be_increasing': [
    { sort_column: 't', strictly: false },
    { check: 'sql', query: INCREASING },
  ],
  'dbt_expectations.expect_column_values_to_be_decreasing': [{ group_by: ['g'] }, { check: 'sql', query: DECREASING }],
  'dbt_expectations.expect_column_values_to_have_consistent_casing': [null, { check: 'sql', query: CASING }],
  'dbt_expectations.expect_column_min_to_be_between': [
    RANGE,
    { check: 'statistic', ...a, statistic: 'min', ...WITHIN },
  ],
  'dbt_expectations.expect_column_max_to_be_between': [
    { max_value: '2024-01-31' },
    { check: 'statistic', ...a, statistic: 'max', max: '2024-01-31' },
  ],
  'dbt_expectations.expect_column_mean_to_be_between': [
    { ...RANGE, group_by: ['g'] },
    { check: 'statistic', ...a, statistic: 'mean', ...WITHIN, 'group-by': ['g'] },
  ],
  'dbt_expectations.expect_column_median_to_be_between': [
    RANGE,
    { check: 'statistic', ...a, statistic: 'median', ...WITHIN },
  ],
  'dbt_expectations.expect_column_stdev_to_be_between': [
    { ...RANGE, strictly: true },
    { check: 'statistic', ...a, statistic: 'sd', ...WITHIN, ...STRICT },
  ],
  'dbt_expectations.expect_column_sum_to_be_between': [
    RANGE,
    { check: 'statistic', ...a, statistic: 'sum', ...WITHIN },
  ],
  'dbt_expectations.expect_column_unique_value_count_to_be_between': [
    RANGE,
    { check: 'statistic', ...a, statistic: 'distinct', ...WITHIN },
  ],
  'dbt_expectations.expect_column_proportion_of_unique_values_to_be_between': [
    { min_value: 0.5 },
    { check: 'statistic', ...a, statistic: 'distinct-share', min: 0.5 },
  ],
  'dbt_expectations.expect_column_distinct_values_to_be_in_set': [
    { value_set: ['x'] },
    { check: 'value-set', ...a, values: ['x'], relation: 'subset' },
  ],
  'dbt_expectations.expect_column_distinct_values_to_contain_set': [
    { value_set: ['x'] },
    { check: 'value-set', ...a, values: ['x'], relation: 'superset' },
  ],
  'dbt_expectations.expect_column_distinct_values_to_equal_set': [
    { value_set: ['x'] },
    { check: 'value-set', ...a, values: ['x'], relation: 'equal' },
  ],
  'dbt_expectations.expect_column_most_common_value_to_be_in_set': [
    { value_set: ['x'], top_n: 1, data_type: 'varchar' },
    { check: 'most-common', ...a, values: ['x'], ties: false },
  ],
  'dbt_expectations.expect_column_quantile_values_to_be_between': [
    { quantile: 0.95, min_value: 2 },
    { check: 'statistic', ...a, statistic: 'quantile', quantile: 0.95, min: 2 },
  ],
  'dbt_expectations.expect_column_distinct_count_to_equal': [
    { value: 3 },
    { check: 'statistic', ...a, statistic: 'distinct', min: 3, max: 3 },
  ],
  'dbt_expectations.expect_column_distinct_count_to_be_greater_than': [
    { value: 3 },
    { check: 'statistic', ...a, statistic: 'distinct', min: 3, 'strict-min': true },
  ],
  'dbt_expectations.expect_column_distinct_count_to_be_less_than': [
    { value: 3 },
    { check: 'statistic', ...a, statistic: 'distinct', max: 3, 'strict-max': true },
  ],
  'dbt_expectations.expect_column_pair_values_A_to_be_greater_than_B': [
    { column_A: 'a', column_B: 'b', or_equal: true },
    { check: 'compare', ...AB, operator: '>=', 'pass-over': 'all-missing' },
  ],
  'dbt_expectations.expect_column_pair_values_to_be_equal': [
    { column_A: 'a', column_B: 'b' },
    { check: 'compare', ...AB, operator: '=', 'pass-over': 'all-missing' },
  ],
  'dbt_expectations.expect_column_pair_values_to_be_in_set': [
    { column_A: 'a', column_B: 'b', value_pairs_set: [[1, 2]] },
    { check: 'pairs', ...AB, pairs: [['1', '2']], 'pass-over': 'all-missing' },
  ],
  'dbt_expectations.expect_multicolumn_sum_to_equal': [
    { ...LIST, sum_total: 5 },
    { check: 'sum', ...AB, total: 5, tolerance: 0, 'pass-over': 'all-missing' },
  ],
  'dbt_expectations.expect_select_column_values_to_be_unique_within_record': [
    { ...LIST, ignore_row_if: 'any_value_is_missing' },
    { check: 'differ', ...AB, 'pass-over': 'any-missing' },
  ],
  'dbt_expectations.expect_compound_columns_to_be_unique': [
    { ...LIST, quote_columns: false },
    { check: 'key', ...AB, 'pass-over': 'all-missing', count: 'members' },
  ],
  'dbt_expectations.expect_column_to_exist': [{ column_index: 1 }, { check: 'column', ...a, index: 0 }],
  'dbt_expectations.expect_table_row_count_to_be_between': [RANGE, { check: 'row-count', ...WITHIN }],
  'dbt_expectations.expect_table_row_count_to_equal': [{ value: 3 }, { check: 'row-count', min: 3, max: 3 }],
  'dbt_expectations.expect_table_column_count_to_be_between': [RANGE, { check: 'column-count', ...WITHIN }],
  'dbt_expectations.expect_table_column_count_to_equal': [{ value: 3 }, { check: 'column-count', min: 3, max: 3 }],
  'dbt_expectations.expect_table_columns_to_match_ordered_list': [
    { ...LIST, transform: 'upper' },
    { check: 'columns', ...AB, match: 'exact', ordered: true },
  ],
  'dbt_expectations.expect_table_columns_to_match_set': [
    LIST,
    { check: 'columns', ...AB, match: 'exact', ordered: false },
  ],
  'dbt_expectations.expect_table_columns_to_contain_set': [
    LIST,
    { check: 'columns', ...AB, match: 'superset', ordered: false },
  ],
  'dbt_expectations.expect_table_row_count_to_equal_other_table': [
    { compare_model: "{{ ref('customers') }}" },
    { check: 'row-count', 'equals-rows-of': 'data/customers.csv' },
  ],
  'dbt_expectations.expect_row_values_to_have_recent_data': [
    { datepart: 'hour', interval: 6 },
    { check: 'freshness', ...a, 'max-age': '6h', 'on-empty': 'fail' },
  ],
  'dbt_expectations.expect_grouped_row_values_to_have_recent_data': [
    { group_by: ['g'], timestamp_column: 't', datepart: 'day', interval: 1 },
    { check: 'freshness', column: 't', 'max-age': '1d', 'group-by': ['g'] },
  ],
  'dbt_expectations.expression_is_true': [{ expression: 'a > b' }, { check: 'rows', condition: 'a > b' }],
}

const REFUSED = [
  'dbt_expectations.expect_column_distinct_count_to_equal_other_table',
  'dbt_expectations.expect_column_values_to_be_within_n_moving_stdevs',
  'dbt_expectations.expect_column_values_to_be_within_n_stdevs',
  'dbt_expectations.expect_row_values_to_have_data_for_every_n_datepart',
  'dbt_expectations.expect_table_aggregation_to_equal_other_table',
  'dbt_expectations.expect_table_column_count_to_equal_other_table',
  'dbt_expectations.expect_table_row_count_to_equal_other_table_times_factor',
  'dbt_utils.cardinality_equality',
  'dbt_utils.equality',
  'dbt_utils.fewer_rows_than',
]

describe('every test', () => {
  test('is in the table, or refused with a reason', () => {
    expect([...Object.keys(TABLE), ...REFUSED].sort()).toEqual(DBT_TEST_NAMES)
    for (const name of REFUSED) {
      expect(problems(model({ [name]: { compare_model: OTHER } }))[0]).toMatch(
        `schema.yml:1: ${name}: it cannot be honoured: it `,
      )
    }
  })

  test.each(Object.entries(TABLE))('%s', (name, [args, check]) => {
    expect(read(model(args === null ? name : { [name]: args }))).toEqual([check])
    // dbt 1.10 keeps arguments apart; `test_name` is the other form.
    expect(read(model({ [name]: { arguments: args ?? {} } }))).toEqual([check])
    expect(read(model({ test_name: name, ...args, config: { tags: ['x'] } }))).toEqual([check])
  })

  test('at the model an expression is the whole condition', () => {
    expect(read(model({ 'dbt_utils.expression_is_true': { expression: 'a + b = c' } }, 'model'))).toEqual([
      { check: 'rows', condition: 'a + b = c' },
    ])
    expect(problems(model('not_null', 'model'))).toEqual(['schema.yml:1: not_null: it stands at no column'])
    expect(read(model({ unique: { column_name: 'x' } }, 'model'))).toEqual([
      { check: 'unique', column: 'x', count: 'copies' },
    ])
  })
})

describe('queries that stand for a test run on DuckDB', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench()
    await bench.engine.run(`CREATE TABLE data AS SELECT * FROM (VALUES
      (1, 1, 'x', TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 02:00:00', 'k', 'Ab'),
      (2, 1, 'x', TIMESTAMP '2024-01-01 02:00:00', TIMESTAMP '2024-01-01 04:00:00', 'k', 'ab'),
      (4, 1, 'x', TIMESTAMP '2024-01-01 05:00:00', TIMESTAMP '2024-01-01 05:00:00', 'k', 'c')
    ) AS v(a, g, b, s, e, k, word)`)
  })
  afterAll(() => bench.close())

  const rows = async (name: string, args: Args, column = 'a') => {
    const text = JSON.stringify({ models: [{ name: 'm', columns: [{ name: column, tests: [{ [name]: args }] }] }] })
    const [check] = read(text)
    return (await bench.engine.all(String(check?.query))).length
  }
  const ranges = { lower_bound_column: 's', upper_bound_column: 'e', partition_by: 'k' }

  // Counted by hand from the definitions in the packages.
  test.each<[string, Args, string, number]>([
    ['dbt_utils.sequential_values', {}, 'a', 1],
    ['dbt_utils.sequential_values', { interval: 2, datepart: 'hour' }, 's', 1],
    ['dbt_utils.mutually_exclusive_ranges', ranges, 'a', 1],
    ['dbt_utils.mutually_exclusive_ranges', { ...ranges, zero_length_range_allowed: true }, 'a', 0],
    [
      'dbt_utils.mutually_exclusive_ranges',
      { ...ranges, zero_length_range_allowed: true, gaps: 'not_allowed' },
      'a',
      1,
    ],
    ['dbt_utils.mutually_exclusive_ranges', { ...ranges, zero_length_range_allowed: true, gaps: 'required' }, 'a', 1],
    ['dbt_expectations.expect_column_values_to_be_increasing', { sort_column: 's' }, 'a', 0],
    ['dbt_expectations.expect_column_values_to_be_increasing', { sort_column: 's' }, 'g', 2],
    ['dbt_expectations.expect_column_values_to_be_increasing', { sort_column: 's', strictly: false }, 'g', 0],
    ['dbt_expectations.expect_column_values_to_be_decreasing', { sort_column: 's' }, 'a', 2],
    ['dbt_expectations.expect_column_values_to_have_consistent_casing', {}, 'word', 1],
  ])('%s %j of %s', async (name, args, column, found) => {
    expect(await rows(name, args, column)).toBe(found)
  })
})

describe('severity and thresholds', () => {
  const asked = (test: string, config: Args) => read(model({ [test]: { config } }))
  const missing = { check: 'missing', ...a }

  test.each<[Args, ...Args[]]>([
    [{ severity: 'WARN' }, { ...missing, level: 'warn' }],
    [{ error_if: '>10' }, { ...missing, 'max-bad': 10 }, { ...missing, level: 'warn' }],
    [
      { error_if: '>=10', warn_if: '>5' },
      { ...missing, 'max-bad': 9 },
      { ...missing, 'max-bad': 5, level: 'warn' },
    ],
    [
      { error_if: '>10', warn_if: '>10' },
      { ...missing, 'max-bad': 10 },
    ],
    [{ warn_if: '>10' }, missing],
    [
      { severity: 'warn', warn_if: '> 3' },
      { ...missing, 'max-bad': 3, level: 'warn' },
    ],
    [{ error_if: '!=0', store_failures: true, limit: 5, tags: 'x', meta: {} }, missing],
    [{ where: "b = 'x'" }, { ...missing, where: "b = 'x'" }],
  ])('not_null %j', (config, ...checks) => {
    expect(asked('not_null', config)).toEqual(checks)
  })

  test('a test that counts groups or values keeps that count', () => {
    expect(asked('unique', { error_if: '>2', warn_if: '>2', where: 'b > 1' })).toEqual([
      {
        check: 'sql',
        query:
          'SELECT count(*) AS failures FROM (SELECT "a" FROM (SELECT * FROM data WHERE b > 1\n) WHERE "a" IS NOT NULL GROUP BY 1 HAVING count(*) > 1) HAVING count(*) > 2',
      },
    ])
    const text = model({
      accepted_values: { values: ["it's"], config: { error_if: 'between 2 and 5', warn_if: '=1' } },
    })
    const failures =
      'SELECT count(*) AS failures FROM (SELECT "a" FROM data WHERE "a" IS NOT NULL AND NOT (CAST("a" AS VARCHAR) IN (\'it\'\'s\')) GROUP BY 1) HAVING count(*)'
    expect(read(text)).toEqual([
      { check: 'sql', query: `${failures} BETWEEN 2 AND 5` },
      { check: 'sql', query: `${failures} = 1`, level: 'warn' },
    ])
  })

  test.each<[Args, string]>([
    [{ severity: 'fatal' }, '`severity` has to be error or warn, not "fatal"'],
    [{ error_if: 'lots' }, '`error_if` "lots" is not understood'],
    [{ error_if: '> 1; DROP TABLE x' }, '`error_if` "> 1; DROP TABLE x" is not understood'],
    [
      { limit: 10, error_if: '>10' },
      '`limit` keeps the count of failures below the threshold, so that it is never reached',
    ],
    [{ fail_calc: 'sum(n)' }, '`fail_calc` cannot be honoured: failures are counted'],
    [
      { error_if: 'between 1 and 3' },
      'a threshold on the number of failures cannot be honoured: this test fails once or not at all',
    ],
    [{ enabled: 'no' }, '`enabled` has to be true or false, not "no"'],
    [{ surprise: 1 }, '`surprise` is not known here'],
    [{ where: 'day = \'{{ var("day") }}\'' }, '`where` has Jinja in it, which is known to dbt alone'],
  ])('%j is refused', (config, message) => {
    expect(problems(model({ not_null: { config } }))[0]).toBe(`schema.yml:1: not_null: ${message}`)
  })

  test('a test that is switched off asks nothing', () => {
    expect(asked('not_null', { enabled: false })).toEqual([])
  })
})

describe('the file', () => {
  const FILE = `version: 2
models:
  - name: orders
    description: Orders.
    config: { contract: { enforced: true }, materialized: table }
    constraints:
      - { type: primary_key, columns: [id] }
      - type: check
        expression: amount > 0
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          combination_of_columns: [id, day]
    columns:
      - name: id
        data_type: bigint
        constraints: [{ type: not_null }]
        tests:
          - unique
          - not_null:
              severity: warn
      - name: amount
        data_type: numeric(10, 2)
  - name: customers
sources:
  - name: shop
    loaded_at_field: loaded
    freshness: { error_after: { count: 2, period: day }, warn_after: { count: 12, period: hour } }
    tables:
      - name: stores
        columns: [{ name: id, tests: [unique] }]
      - { name: old, freshness: null, columns: [{ name: id, tests: [unique] }] }
`

  test('the wanted table is read, with lines', () => {
    const { contract, line } = dbt.read(FILE, 'schema.yml', { table: 'orders' })
    const lines = contract.checks.map((check, i) => [check.check, line(['checks', i]), check.level])
    expect(lines).toEqual([
      ['key', 11, 'fail'],
      ['columns', 5, 'fail'],
      ['key', 7, 'fail'],
      ['missing', 7, 'fail'],
      ['rows', 8, 'fail'],
      ['unique', 18, 'fail'],
      ['missing', 19, 'warn'],
      ['missing', 16, 'fail'],
      ['type', 15, 'fail'],
      ['type', 22, 'fail'],
    ])
    expect(contract['extra-columns']).toBe('allow')
  })

  test('a source table inherits its freshness', () => {
    const fresh = { check: 'freshness', column: 'loaded', 'on-empty': 'inconclusive' }
    expect(read(FILE, { table: 'shop.stores' })).toEqual([
      { check: 'unique', column: 'id', count: 'copies' },
      { ...fresh, 'max-age': '2d' },
      { ...fresh, 'max-age': '12h', level: 'warn' },
    ])
    expect(read(FILE, { table: 'old' })).toEqual([{ check: 'unique', column: 'id', count: 'copies' }])
  })

  test('the table is chosen by the name of the data, or asked for', () => {
    expect(read(FILE, { data: 'data/stores.csv.gz' })).toHaveLength(3)
    expect(problems(FILE, {})).toEqual([
      'schema.yml:3: it describes 4 tables: "orders", "customers", "shop.stores", "shop.old"',
    ])
    expect(problems(FILE, { table: 'x' })).toEqual(['schema.yml:3: there is no table "x" in this file'])
  })

  test('everything wrong comes at once, each with its line', () => {
    const text = `version: 2
mdels: []
models:
  - name: m
    surprise: 1
    tests:
      - not_nul
      - 5
      - { unique: null, not_null: null }
      - relationships: { to: ref('nowhere'), field: id }
    constraints:
      - type: foreign_key
        expression: other (id)
    columns:
      - name: a
        colour: red
        tests:
          - accepted_values:
              arguments:
                value: [x]
          - dbt_utils.recency: { field: t, datepart: month, interval: 1 }
          - my_own_test
      - tests: [unique]
`
    expect(problems(text)).toEqual([
      'schema.yml:2: `mdels` is not known in properties of dbt',
      'schema.yml:7: not_nul: this test is not known',
      'schema.yml:8: a test is 5',
      'schema.yml:9: a test is {"unique":null,"not_null":null}',
      'schema.yml:10: relationships: it stands at no column',
      'schema.yml:10: relationships: where the data of "nowhere" lie is not known',
      'schema.yml:12: the constraint {"type":"foreign_key"} cannot be honoured',
      'schema.yml:18: accepted_values: `values` is missing',
      'schema.yml:20: accepted_values: `value` is not known here',
      'schema.yml:21: dbt_utils.recency: `datepart` "month" cannot be honoured',
      'schema.yml:22: my_own_test: this test is not known',
      'schema.yml:16: `colour` of "a" is not known here',
      'schema.yml:23: a column is {"tests":["unique"]}',
      'schema.yml:5: `surprise` is not known here',
    ])
  })

  test('is told by its contents', () => {
    expect(dbt.detect('models/schema.yml', FILE)).toBe(true)
    expect(dbt.detect('schema.yml', 'sources:\n  - name: s\n    tables:\n      - name: t\n')).toBe(true)
    expect(dbt.detect('dbt_project.yml', 'name: p\nmodels:\n  p:\n    materialized: table\n')).toBe(false)
    expect(dbt.detect('plumbline.yml', 'model: { name: m }\ndata: { train: x.csv }\n')).toBe(false)
    expect(dbt.detect('schema.json', FILE)).toBe(false)
    expect(dbt.detect('x.yml', '\0: [')).toBe(false)
  })

  test('hostile names and values stay what they are', () => {
    const name = 'a"; DROP TABLE data; --\n::set-output name=x::y'
    const text = JSON.stringify({
      models: [
        { name: 'm', columns: [{ name, tests: [{ unique: { error_if: '>1', warn_if: '>1' } }, 'constructor'] }] },
      ],
    })
    expect(problems(text)).toEqual(['schema.yml:1: constructor: this test is not known'])
    const [check] = read(text.replace(',"constructor"', ''))
    expect(check?.query).toContain('SELECT "a""; DROP TABLE data; --\n::set-output name=x::y" FROM data')
  })
})
