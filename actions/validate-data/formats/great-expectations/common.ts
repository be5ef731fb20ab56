import { type Arguments, isRecord, type Scalar, shown } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { fromPythonRegex } from '../python-regex.js'

/** What one expectation asks, before what all of them may say (level, rows, name) is added. */
export type Translate = (args: Arguments, generation: Generation) => CheckInput[]
/** 0.18 names its rules `expectation_type`; 1.x `type`. */
export type Generation = '0.18' | '1.x'

const NEVER_FAILS = 'it asks for nothing'

/** Keys that a check leaves out where they are not given. */
export function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value })
}

/** Success without any value, as in Great Expectations. */
const VACUOUS = { 'on-empty': 'pass' } as const

/** `mostly`: the share of the rows judged that has to hold. */
export function readMostly(args: Arguments): { mostly?: number } {
  const mostly = args.numberOr('mostly')
  if (mostly === undefined || mostly === 1) return {}
  if (mostly < 0 || mostly > 1)
    args.mistake('mostly', `\`mostly\` has to lie between 0 and 1, not ${mostly}`, 'correct it')
  return { mostly }
}

/** A check on each row, with `mostly`, that succeeds where there is no value. */
export const perRow =
  (translate: (args: Arguments, generation: Generation) => CheckInput[]): Translate =>
  (args, generation) => {
    const mostly = readMostly(args)
    return translate(args, generation).map(
      (check) => ({ ...check, ...(check.check === 'column-count' ? {} : mostly), ...VACUOUS }) as CheckInput,
    )
  }

/** A check that always holds, for an expectation that asks for nothing; its name says so. */
export function nothingAsked(args: Arguments, why: string): CheckInput {
  args.ignore('column', 'exact_match')
  return { check: 'column-count', min: 0, name: `${args.subject} (${why}: ${NEVER_FAILS})` }
}

/** `value_set`; null where it is null, which asks for nothing. */
export function readSet(args: Arguments, key = 'value_set'): Scalar[] | null {
  return args.has(key) ? args.scalars(key) : null
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

export interface ReadBounds {
  min?: number | string
  max?: number | string
  'strict-min'?: true
  'strict-max'?: true
}

/** `min_value`, `max_value`, `strict_min`, `strict_max`: numbers, or ISO texts of dates. */
export function readBounds(args: Arguments, { dates = true } = {}): ReadBounds {
  const min = readBound(args, 'min_value', dates)
  const max = readBound(args, 'max_value', dates)
  const strictMin = args.flag('strict_min', false)
  const strictMax = args.flag('strict_max', false)
  if (min !== undefined && max !== undefined) {
    if (typeof min !== typeof max) {
      args.mistake('max_value', '`min_value` and `max_value` are of different kinds', 'write two numbers or two dates')
    } else if (min > max) {
      args.mistake('min_value', '`min_value` is larger than `max_value`', 'exchange them')
    }
  }
  return {
    ...given('min', min),
    ...given('max', max),
    ...(strictMin && min !== undefined ? { 'strict-min': true } : {}),
    ...(strictMax && max !== undefined ? { 'strict-max': true } : {}),
  }
}

function readBound(args: Arguments, key: string, dates: boolean): number | string | undefined {
  const value = args.raw(key)
  if (value === undefined) return undefined
  if (typeof value === 'number') return value
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
  if (dates && typeof value === 'string' && ISO.test(value))
    return value.replace('T', ' ').replace(/ 00:00(:00(\.0+)?)?$/, '')
  args.mistake(
    key,
    `\`${key}\` has to be a number${dates ? ' or an ISO date' : ''}, not ${shown(value)}`,
    dates ? 'texts are not compared by their letters; write a number or a date such as 2024-01-31' : 'write a number',
  )
  return undefined
}

/** Bounds that need one of them. */
export function readSomeBounds(args: Arguments): ReadBounds {
  const bounds = readBounds(args)
  if (bounds.min === undefined && bounds.max === undefined && !args.failed) {
    args.mistake(null, '`min_value` and `max_value` are both missing', 'write one of them')
  }
  return bounds
}

/** A list of regular expressions of Python for RE2. */
export function readPatterns(args: Arguments, key: string): string[] {
  const patterns = key.endsWith('_list') ? args.texts(key) : [args.text(key)]
  if (patterns.length === 0 && args.has(key)) args.mistake(key, `\`${key}\` is empty`, 'write one pattern at least')
  return patterns.map((pattern) => {
    const translated = fromPythonRegex(pattern)
    if (translated.problem === undefined) return translated.pattern
    args.mistake(
      key,
      `the pattern ${shown(pattern)} cannot be honoured: ${translated.problem}`,
      'write it without, or as two expectations',
    )
    return pattern
  })
}

const PASS_OVER = {
  all_values_are_missing: 'all-missing',
  both_values_are_missing: 'all-missing',
  any_value_is_missing: 'any-missing',
  either_value_is_missing: 'any-missing',
  neither: 'never',
  never: 'never',
} as const

/** `ignore_row_if`, whose words differ between pairs and lists of columns. */
export function readPassOver(args: Arguments): { 'pass-over': 'any-missing' | 'all-missing' | 'never' } {
  const names = Object.keys(PASS_OVER) as (keyof typeof PASS_OVER)[]
  return { 'pass-over': PASS_OVER[args.choice('ignore_row_if', names, 'all_values_are_missing')] }
}

/** `{ "$PARAMETER": "limit", "$PARAMETER.limit": 5 }` or a value of the suite’s parameters in place of the parameter. */
export function withParameters(
  value: unknown,
  parameters: Readonly<Record<string, unknown>>,
  lacking: (name: string) => void,
): unknown {
  if (Array.isArray(value)) return value.map((item) => withParameters(item, parameters, lacking))
  if (!isRecord(value)) return value
  if (!Object.hasOwn(value, '$PARAMETER')) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withParameters(item, parameters, lacking)]),
    )
  }
  const name = String(value.$PARAMETER)
  const own = value[`$PARAMETER.${name}`]
  if (own !== undefined) return own
  if (Object.hasOwn(parameters, name)) return parameters[name]
  lacking(name)
  return undefined
}
