import type { StatisticName } from '../../../../shared/contracts/data-checks.js'
import { type Arguments, isRecord } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { refuseParsedDates } from './columns.js'
import { given, nothingAsked, type ReadBounds, readBounds, readSet, type Translate } from './common.js'

/** Relative and absolute tolerance that GX grants a quantile at its bounds. */
const QUANTILE_RTOL = 1e-4
const QUANTILE_ATOL = 1e-8

/** Expectations on a number, or a set, over all values of one column. */
export const STATISTIC_EXPECTATIONS: Readonly<Record<string, Translate>> = {
  expect_column_min_to_be_between: between('min', { dates: true }),
  expect_column_max_to_be_between: between('max', { dates: true }),
  expect_column_mean_to_be_between: between('mean'),
  expect_column_median_to_be_between: between('median'),
  expect_column_stdev_to_be_between: between('sd'),
  expect_column_sum_to_be_between: between('sum', { empty: 0 }),
  expect_column_unique_value_count_to_be_between: between('distinct', { empty: 0 }),
  expect_column_proportion_of_unique_values_to_be_between: between('distinct-share', { empty: 0 }),
  expect_column_proportion_of_non_null_values_to_be_between: between('present-share', { empty: 0 }),
  expect_column_quantile_values_to_be_between: quantiles,
  expect_column_most_common_value_to_be_in_set: (args) => {
    const values = args.scalars('value_set')
    if (values.length === 0 && args.has('value_set')) {
      args.mistake('value_set', '`value_set` is empty, so that no value is in it', 'name the values')
    }
    return [
      {
        check: 'most-common',
        column: args.text('column'),
        values,
        ties: args.flag('ties_okay', false),
        'on-empty': 'fail',
      },
    ]
  },
  expect_column_distinct_values_to_be_in_set: (args) => {
    refuseParsedDates(args)
    const column = args.text('column')
    const values = readSet(args)
    if (values === null || values.length === 0) return [nothingAsked(args, '`value_set` is empty')]
    return [{ check: 'value-set', column, values, relation: 'subset', 'on-empty': 'pass' }]
  },
  expect_column_distinct_values_to_equal_set: (args) => setOf(args, 'equal'),
  expect_column_distinct_values_to_contain_set: (args) => setOf(args, 'superset'),
  expect_column_kl_divergence_to_be_less_than: divergence,
  expect_column_pair_cramers_phi_value_to_be_less_than: (args) => [
    {
      check: 'correlation',
      columns: [args.text('column_A'), args.text('column_B')],
      method: 'cramers-v',
      max: args.numberOr('threshold') ?? 0.1,
      'on-empty': 'fail',
    },
  ],
}

/** `empty`: what GX measures where there is no value; without it such a column fails. */
function between(
  statistic: StatisticName,
  { dates = false, empty }: { dates?: boolean; empty?: number } = {},
): Translate {
  return (args) => {
    args.ignore('parse_strings_as_datetimes', 'output_strftime_format')
    const bounds = readBounds(args, { dates })
    if (bounds.min === undefined && bounds.max === undefined && !args.failed) {
      args.text('column')
      return [nothingAsked(args, 'it has no bounds')]
    }
    const vacuous = empty !== undefined && holds(empty, bounds)
    return [
      { check: 'statistic', column: args.text('column'), statistic, ...bounds, 'on-empty': vacuous ? 'pass' : 'fail' },
    ]
  }
}

const holds = (value: number, { min, max, ...strict }: ReadBounds): boolean =>
  (min === undefined || (strict['strict-min'] ? value > Number(min) : value >= Number(min))) &&
  (max === undefined || (strict['strict-max'] ? value < Number(max) : value <= Number(max)))

function setOf(args: Arguments, relation: 'equal' | 'superset'): CheckInput[] {
  refuseParsedDates(args)
  const values = args.scalars('value_set')
  return [
    {
      check: 'value-set',
      column: args.text('column'),
      values,
      relation,
      'on-empty': values.length === 0 ? 'pass' : 'fail',
    },
  ]
}

function quantiles(args: Arguments): CheckInput[] {
  const column = args.text('column')
  // Which approximation a database may use; here quantiles are exact.
  args.ignore('allow_relative_error')
  const { quantiles: shares, value_ranges: ranges } = args.record('quantile_ranges')
  const isRange = (range: unknown): range is [number | null, number | null] =>
    Array.isArray(range) && range.length === 2 && range.every((edge) => edge === null || typeof edge === 'number')
  const fits =
    Array.isArray(shares) &&
    Array.isArray(ranges) &&
    shares.length === ranges.length &&
    shares.every((share) => typeof share === 'number' && share >= 0 && share <= 1) &&
    ranges.every(isRange)
  if (!fits) {
    if (args.has('quantile_ranges')) {
      args.mistake(
        'quantile_ranges',
        '`quantile_ranges` has to hold `quantiles` between 0 and 1 and as many `value_ranges` of two numbers',
        'correct it',
      )
    }
    return []
  }
  return ranges.map(([low, high], i) => {
    if (low !== null && high !== null && low > high) {
      args.mistake('quantile_ranges', `the range of quantile ${shares[i]} ends before it begins`, 'exchange its bounds')
    }
    return {
      check: 'statistic',
      column,
      statistic: 'quantile',
      quantile: shares[i] as number,
      nearest: true,
      ...given('min', low === null ? undefined : low - slack(low)),
      ...given('max', high === null ? undefined : high + slack(high)),
      'on-empty': 'fail',
    }
  })
}

const slack = (bound: number): number => QUANTILE_ATOL + QUANTILE_RTOL * Math.abs(bound)

function divergence(args: Arguments): CheckInput[] {
  const column = args.text('column')
  const partition = args.record('partition_object')
  const max = args.number('threshold')
  if (max < 0) args.mistake('threshold', `\`threshold\` has to be 0 or more, not ${max}`, 'correct it')
  const tail = holdout(args, 'tail_weight_holdout')
  const inner = holdout(args, 'internal_weight_holdout')
  const bucketize = args.flag('bucketize_data', true)
  for (const key of ['min_value', 'max_value']) {
    if (args.has(key)) args.mistake(key, `\`${key}\` says nothing about a divergence`, 'remove it')
  }
  if (args.failed) return []
  const weights = numbers(partition.weights)
  if (weights === null || weights.some((weight) => weight < 0)) return invalid(args, '`weights` from 0')
  const more = { ...given('tail-holdout', tail || undefined), ...given('inner-holdout', inner || undefined) }
  if (Array.isArray(partition.values)) {
    if (partition.values.length !== weights.length) return invalid(args, 'as many `values` as `weights`')
    if (inner > 0) {
      args.mistake('internal_weight_holdout', '`internal_weight_holdout` is for bins, not for values', 'remove it')
    }
    const values = partition.values as string[]
    return [{ check: 'divergence', column, expected: { values, weights }, ...more, max, 'on-empty': 'fail' }]
  }
  if (!bucketize) args.mistake('bucketize_data', 'bins need `bucketize_data`', 'remove `bucketize_data: false`')
  const bins = edges(partition.bins)
  if (bins === null || bins.length !== weights.length + 1)
    return invalid(args, 'one more edge in `bins` than `weights`')
  const tails = partition.tail_weights === undefined ? undefined : numbers(partition.tail_weights)
  if (tails === null || (tails !== undefined && tails.length !== 2)) return invalid(args, 'two `tail_weights`')
  if (tails !== undefined && (tail > 0 || bins.includes(null))) {
    args.mistake(
      'partition_object',
      '`tail_weights` go neither with a holdout for tails nor with infinite bins',
      'keep one',
    )
  }
  if (tail > 0 && bins[0] === null && bins.at(-1) === null) {
    args.mistake('tail_weight_holdout', 'nothing lies outside bins that are infinite on both sides', 'remove it')
  }
  const expected = { bins, weights, ...given('tails', tails as [number, number] | undefined) }
  return [{ check: 'divergence', column, expected, ...more, max, 'on-empty': 'fail' }]
}

function holdout(args: Arguments, key: string): number {
  const value = args.numberOr(key) ?? 0
  if (value < 0 || value > 1) args.mistake(key, `\`${key}\` has to lie between 0 and 1, not ${value}`, 'correct it')
  return value
}

function invalid(args: Arguments, wanted: string): [] {
  args.mistake('partition_object', `\`partition_object\` has to have ${wanted}`, 'correct it')
  return []
}

const numbers = (list: unknown): number[] | null =>
  Array.isArray(list) && list.every((item) => typeof item === 'number') ? list : null

/** Edges of bins; what Python writes as Infinity, or YAML as .inf, is null at an end. */
function edges(list: unknown): (number | null)[] | null {
  if (!Array.isArray(list) || isRecord(list)) return null
  const read = list.map((edge, i) => {
    const low = edge === '-Infinity' || edge === Number.NEGATIVE_INFINITY
    const high = edge === 'Infinity' || edge === Number.POSITIVE_INFINITY
    if ((low && i === 0) || (high && i === list.length - 1)) return null
    return typeof edge === 'number' && Number.isFinite(edge) ? edge : Number.NaN
  })
  const finite = read.filter((edge) => edge !== null)
  const rises = finite.every((edge, i) => i === 0 || edge > (finite[i - 1] as number))
  return finite.some(Number.isNaN) || !rises ? null : read
}
