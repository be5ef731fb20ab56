import { type Arguments, createArguments, isRecord, type Scalar, shown } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { escapePattern } from '../foreign/pattern.js'
import { fromPythonRegex } from '../python-regex.js'

/** One check of a Pandera column, whichever of the three forms it was written in. */
export interface PanderaCheck {
  readonly name: string
  readonly values: Readonly<Record<string, unknown>>
  /** Path in the column, and from there to each value. */
  readonly path: readonly PropertyKey[]
}

type Translate = (args: Arguments, column: string) => CheckInput

interface Known {
  /** What an argument without a name is. */
  readonly sole: string
  readonly translate: Translate
  /** Whether a missing value fails where `ignore_na` is false. */
  readonly failsMissing: boolean
}

const known = (sole: string, translate: Translate, failsMissing = true): Known => ({ sole, translate, failsMissing })

/** The built-in checks (pandera.readthedocs.io, pandera.api.checks.Check). */
export const PANDERA_CHECKS: Readonly<Record<string, Known>> = {
  equal_to: known('value', (args, column) => {
    const value = scalar(args, 'value')
    return typeof value === 'number'
      ? { check: 'range', column, min: value, max: value }
      : { check: 'values', column, values: [value] }
  }),
  not_equal_to: known(
    'value',
    (args, column) => ({ check: 'forbidden', column, values: [scalar(args, 'value')] }),
    false,
  ),
  greater_than: known('min_value', (args, column) => ({
    check: 'range',
    column,
    min: bound(args, 'min_value'),
    'strict-min': true,
  })),
  greater_than_or_equal_to: known('min_value', (args, column) => ({
    check: 'range',
    column,
    min: bound(args, 'min_value'),
  })),
  less_than: known('max_value', (args, column) => ({
    check: 'range',
    column,
    max: bound(args, 'max_value'),
    'strict-max': true,
  })),
  less_than_or_equal_to: known('max_value', (args, column) => ({
    check: 'range',
    column,
    max: bound(args, 'max_value'),
  })),
  in_range: known('min_value', (args, column) => {
    const [min, max] = [bound(args, 'min_value'), bound(args, 'max_value')]
    if (min > max) args.mistake('min_value', '`min_value` is larger than `max_value`', 'exchange them')
    return {
      check: 'range',
      column,
      min,
      max,
      'strict-min': !args.flag('include_min', true),
      'strict-max': !args.flag('include_max', true),
    }
  }),
  isin: known('allowed_values', (args, column) => ({
    check: 'values',
    column,
    values: args.scalars('allowed_values'),
  })),
  notin: known(
    'forbidden_values',
    (args, column) => ({ check: 'forbidden', column, values: args.scalars('forbidden_values') }),
    false,
  ),
  // re.match: from the start, not to the end.
  str_matches: known('pattern', (args, column) => pattern(args, column, (text) => `^(?:${text})`)),
  str_contains: known('pattern', (args, column) => pattern(args, column, (text) => text)),
  str_startswith: known('string', (args, column) => verbatim(args, column, (text) => `^${text}`)),
  str_endswith: known('string', (args, column) => verbatim(args, column, (text) => `${text}\\z`)),
  str_length: known('exact_value', lengths),
  unique_values_eq: known(
    'values',
    (args, column) => ({
      check: 'value-set',
      column,
      values: args.scalars('values'),
      relation: 'equal',
      'on-empty': 'fail',
    }),
    false,
  ),
}

const ALIASES: Readonly<Record<string, string>> = {
  eq: 'equal_to',
  ne: 'not_equal_to',
  gt: 'greater_than',
  ge: 'greater_than_or_equal_to',
  lt: 'less_than',
  le: 'less_than_or_equal_to',
  between: 'in_range',
}

export function knownCheck(name: string): Known | undefined {
  const full = Object.hasOwn(ALIASES, name) ? (ALIASES[name] as string) : name
  return Object.hasOwn(PANDERA_CHECKS, full) ? PANDERA_CHECKS[full] : undefined
}

/** Keys that say how failures are told. */
const QUIET = [
  'check_name',
  'error',
  'title',
  'description',
  'n_failure_cases',
  'determined_by_unique',
  'element_wise',
  'options',
]

/**
 * The checks that one check of a column means; `known` is its kind. `report` puts a message at a value.
 * Missing values are passed over; with `ignore_na: false` they fail where a comparison with them is false.
 */
export function translateCheck(
  { name, values }: PanderaCheck,
  kind: Known,
  column: string,
  report: (key: string | null, message: string, cure: string) => void,
): CheckInput[] {
  const args = createArguments(`${column}: ${name}`, values, report)
  args.ignore(...QUIET)
  const check = kind.translate(args, column)
  const warns = args.flag('raise_warning', false)
  const missing = !args.flag('ignore_na', true) && kind.failsMissing
  const label = args.textOr('name')
  for (const key of ['groupby', 'groups']) {
    if (args.has(key))
      args.mistake(key, `\`${key}\` cannot be honoured: built-in checks look at all values`, 'remove it')
  }
  args.finish()
  if (args.failed) return []
  const more = { ...(label === undefined ? {} : { name: label }), ...(warns ? { level: 'warn' as const } : {}) }
  const all: CheckInput[] = missing ? [check, { check: 'missing', column }] : [check]
  return all.map((one) => ({ 'on-empty': 'pass', ...one, ...more }) as CheckInput)
}

/** The arguments of a check by name: what was written without a name is `sole`, in `value` or not. */
export function argumentsOf(written: unknown, sole: string): Record<string, unknown> {
  if (!isRecord(written)) return { [sole]: written }
  const { options, ...rest } = written
  const named = isRecord(options) ? { ...rest, ...options } : rest
  const { value, ...others } = named
  return value === undefined || sole === 'value' ? named : { ...others, [sole]: value }
}

function scalar(args: Arguments, key: string): Scalar {
  const value = args.raw(key)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  args.mistake(null, `\`${key}\` is missing`, 'write a text, a number or a boolean')
  return ''
}

function bound(args: Arguments, key: string): number | string {
  const value = args.raw(key)
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}([T ][\d:.]+)?$/.test(value)) {
    return value.replace('T', ' ').replace(/ 00:00:00(\.0+)?$/, '')
  }
  args.mistake(
    value === undefined ? null : key,
    value === undefined ? `\`${key}\` is missing` : `\`${key}\` has to be a number or an ISO date, not ${shown(value)}`,
    'write a number or a date such as 2024-01-31',
  )
  return 0
}

function pattern(args: Arguments, column: string, place: (text: string) => string): CheckInput {
  const text = args.text('pattern')
  const translated = fromPythonRegex(text)
  if (translated.problem !== undefined) {
    args.mistake('pattern', `the pattern ${shown(text)} cannot be honoured: ${translated.problem}`, 'write it without')
    return { check: 'pattern', column, patterns: [''] }
  }
  return { check: 'pattern', column, patterns: [place(translated.pattern)], match: 'anywhere' }
}

function verbatim(args: Arguments, column: string, place: (text: string) => string): CheckInput {
  return { check: 'pattern', column, patterns: [place(escapePattern(args.text('string')))], match: 'anywhere' }
}

function lengths(args: Arguments, column: string): CheckInput {
  const exact = args.numberOr('exact_value')
  const [min, max] = [exact ?? args.numberOr('min_value'), exact ?? args.numberOr('max_value')]
  if (min === undefined && max === undefined)
    args.mistake(null, 'neither a least nor a greatest length is given', 'write one')
  return { check: 'length', column, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}
