import type { Arguments } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { writtenAs } from '../foreign/types.js'
import { fromLike } from '../python-regex.js'
import { nothingAsked, perRow, readPatterns, readSet, readSomeBounds, type Translate } from './common.js'

/** Expectations on each value of one column. */
export const COLUMN_EXPECTATIONS: Readonly<Record<string, Translate>> = {
  expect_column_values_to_not_be_null: perRow((args) => [{ check: 'missing', column: args.text('column') }]),
  expect_column_values_to_be_null: perRow((args) => [{ check: 'empty', column: args.text('column') }]),
  expect_column_values_to_be_unique: perRow((args) => {
    args.ignore('parse_strings_as_datetimes')
    return [{ check: 'unique', column: args.text('column'), count: 'members' }]
  }),
  expect_column_values_to_be_in_set: perRow((args) => inSet(args, 'values')),
  expect_column_values_to_not_be_in_set: perRow((args) => inSet(args, 'forbidden')),
  expect_column_values_to_be_between: perRow((args) => {
    args.ignore('parse_strings_as_datetimes', 'allow_cross_type_comparisons', 'output_strftime_format')
    return [{ check: 'range', column: args.text('column'), ...readSomeBounds(args) }]
  }),
  expect_column_values_to_be_of_type: perRow((args) => typed(args, [args.text('type_')], 'type_')),
  expect_column_values_to_be_in_type_list: perRow((args) =>
    args.has('type_list')
      ? typed(args, args.texts('type_list'), 'type_list')
      : [nothingAsked(args, '`type_list` is null')],
  ),
  expect_column_type_to_be: (args) => typed(args, [args.text('type_')], 'type_'),
  expect_column_values_to_be_increasing: perRow((args) => ordered(args, 'increasing')),
  expect_column_values_to_be_decreasing: perRow((args) => ordered(args, 'decreasing')),
  expect_column_value_lengths_to_equal: perRow((args) => {
    args.ignore('parse_strings_as_datetimes')
    const value = args.number('value')
    if (!Number.isInteger(value) || value < 0) {
      args.mistake('value', `\`value\` has to be a whole number from 0, not ${value}`, 'correct it')
      return []
    }
    return [{ check: 'length', column: args.text('column'), min: value, max: value }]
  }),
  expect_column_value_lengths_to_be_between: perRow(lengths),
  expect_column_values_to_match_regex: perRow((args) => [
    regex(args, args.has('regex') ? readPatterns(args, 'regex') : ['(?s).*']),
  ]),
  expect_column_values_to_not_match_regex: perRow((args) => [regex(args, readPatterns(args, 'regex'), { not: true })]),
  expect_column_values_to_match_regex_list: perRow((args) => [
    regex(args, readPatterns(args, 'regex_list'), matchOn(args)),
  ]),
  expect_column_values_to_not_match_regex_list: perRow((args) => [
    regex(args, readPatterns(args, 'regex_list'), { not: true }),
  ]),
  expect_column_values_to_match_like_pattern: perRow((args) => [like(args, 'like_pattern')]),
  expect_column_values_to_not_match_like_pattern: perRow((args) => [like(args, 'like_pattern', { not: true })]),
  expect_column_values_to_match_like_pattern_list: perRow((args) => [like(args, 'like_pattern_list', matchOn(args))]),
  expect_column_values_to_not_match_like_pattern_list: perRow((args) => [
    like(args, 'like_pattern_list', { not: true }),
  ]),
  expect_column_values_to_match_strftime_format: perRow((args) => [
    { check: 'date-format', column: args.text('column'), format: strftime(args) },
  ]),
  expect_column_values_to_be_dateutil_parseable: perRow((args) => [
    { check: 'date-format', column: args.text('column') },
  ]),
  expect_column_values_to_be_json_parseable: perRow((args) => [{ check: 'json', column: args.text('column') }]),
  expect_column_values_to_match_json_schema: perRow((args) => [
    { check: 'json', column: args.text('column'), schema: args.record('json_schema') },
  ]),
  expect_column_value_z_scores_to_be_less_than: perRow(zScores),
  expect_column_values_to_not_be_outliers: perRow((args) => {
    const method = args.choice('method', ['iqr', 'std'], 'iqr')
    const limit = args.numberOr('multiplier') ?? 1.5
    if (limit <= 0) args.mistake('multiplier', `\`multiplier\` has to be above 0, not ${limit}`, 'correct it')
    // Tukey’s fence itself is inside; a value at the distance in standard deviations is out.
    return [
      {
        check: 'outliers',
        column: args.text('column'),
        method: method === 'std' ? 'z' : 'iqr',
        limit,
        strict: method === 'std',
      },
    ]
  }),
}

function inSet(args: Arguments, check: 'values' | 'forbidden'): CheckInput[] {
  refuseParsedDates(args)
  const values = readSet(args)
  return values === null
    ? [nothingAsked(args, '`value_set` is null')]
    : [{ check, column: args.text('column'), values }]
}

/** Sets hold values as the data write them: nothing is parsed before it is compared. */
export function refuseParsedDates(args: Arguments): void {
  if (!args.flag('parse_strings_as_datetimes', false)) return
  args.mistake(
    'parse_strings_as_datetimes',
    '`parse_strings_as_datetimes` cannot be honoured with a set: values are compared as they are written',
    'write the dates as the data have them, and remove the key',
  )
}

function typed(args: Arguments, names: readonly string[], key: string): CheckInput[] {
  const types = names.flatMap((name) => {
    const found = writtenAs(name)
    if (found === null && name !== '') {
      args.mistake(
        key,
        `the type ${JSON.stringify(name)} cannot be honoured: it does not say how values are written`,
        'name one of integers, numbers, booleans, texts, dates or timestamps, such as int64 or VARCHAR',
      )
    }
    return found ?? []
  })
  return [{ check: 'type', column: args.text('column'), types: [...new Set(types)] }]
}

function ordered(args: Arguments, direction: 'increasing' | 'decreasing'): CheckInput[] {
  args.ignore('parse_strings_as_datetimes')
  return [{ check: 'order', column: args.text('column'), direction, strictly: args.flag('strictly', false) }]
}

function lengths(args: Arguments): CheckInput[] {
  const { min, max, ...strict } = readSomeBounds(args)
  if (typeof min === 'string' || typeof max === 'string') {
    args.mistake(typeof min === 'string' ? 'min_value' : 'max_value', 'a length is a number', 'write a whole number')
    return []
  }
  // Lengths are whole: a strict bound is the next one.
  const least = min === undefined ? undefined : strict['strict-min'] ? Math.floor(min) + 1 : Math.ceil(min)
  const most = max === undefined ? undefined : strict['strict-max'] ? Math.ceil(max) - 1 : Math.floor(max)
  if (most !== undefined && most < 0) args.mistake('max_value', 'no text is shorter than nothing', 'correct it')
  return [
    {
      check: 'length',
      column: args.text('column'),
      ...(least === undefined ? {} : { min: Math.max(0, least) }),
      ...(most === undefined ? {} : { max: most }),
    },
  ]
}

type Turn = { readonly not?: boolean; readonly of?: 'any' | 'all' }

const matchOn = (args: Arguments): Turn => ({ of: args.choice('match_on', ['any', 'all'], 'any') })

const regex = (args: Arguments, patterns: string[], turn: Turn = {}): CheckInput => ({
  check: 'pattern',
  column: args.text('column'),
  patterns,
  match: 'anywhere',
  ...turn,
})

function like(args: Arguments, key: string, turn: Turn = {}): CheckInput {
  const patterns = key.endsWith('_list') ? args.texts(key) : [args.text(key)]
  if (patterns.length === 0 && args.has(key)) args.mistake(key, `\`${key}\` is empty`, 'write one pattern at least')
  const mark = args.textOr('escape')
  const column = args.text('column')
  if (mark === undefined) return { check: 'pattern', column, patterns, syntax: 'like', ...turn }
  if ([...mark].length !== 1) args.mistake('escape', '`escape` has to be one character', 'correct it')
  return { check: 'pattern', column, patterns: patterns.map((pattern) => fromLike(pattern, mark)), ...turn }
}

const DIRECTIVES = 'aAwdbBmyYHIpMSfzZjUWcxXGuV%'

function strftime(args: Arguments): string {
  const format = args.text('strftime_format')
  const unknown = [...format.matchAll(/%(.?)/gs)].find(([, letter]) => !letter || !DIRECTIVES.includes(letter))
  if (unknown)
    args.mistake('strftime_format', `${JSON.stringify(unknown[0])} is no directive of strptime`, 'correct it')
  return format
}

function zScores(args: Arguments): CheckInput[] {
  const threshold = args.number('threshold')
  const both = args.flag('double_sided', true)
  const limit = both ? Math.abs(threshold) : threshold
  if (limit <= 0 && !args.failed)
    args.mistake('threshold', `\`threshold\` has to be above 0, not ${threshold}`, 'correct it')
  // |z| < threshold: a value at the threshold is out.
  return [
    { check: 'outliers', column: args.text('column'), method: 'z', limit, side: both ? 'both' : 'above', strict: true },
  ]
}
