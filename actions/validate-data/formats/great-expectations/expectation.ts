import type { Level } from '../../../../shared/contracts/data-checks.js'
import { nearestNames } from '../../../../shared/core/nearest.js'
import { type Arguments, createArguments, isRecord, shown } from '../arguments.js'
import type { CheckInput, ContractBuilder } from '../builder.js'
import { COLUMN_EXPECTATIONS } from './columns.js'
import { type Generation, given, type Translate, withParameters } from './common.js'
import { readRowCondition } from './conditions.js'
import { MANY_EXPECTATIONS } from './many.js'
import { STATISTIC_EXPECTATIONS } from './statistics.js'
import { TABLE_EXPECTATIONS } from './table.js'

const EXPECTATIONS: Readonly<Record<string, Translate>> = {
  ...COLUMN_EXPECTATIONS,
  ...MANY_EXPECTATIONS,
  ...STATISTIC_EXPECTATIONS,
  ...TABLE_EXPECTATIONS,
}

/** Names that exist in Great Expectations and cannot be honoured, with the reason and a cure. */
const REFUSED: Readonly<Record<string, readonly [reason: string, cure: string]>> = {
  expect_column_chisquare_test_p_value_to_be_greater_than: stub(),
  expect_column_bootstrapped_ks_test_p_value_to_be_greater_than: stub(),
  expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than: stub(),
  expect_query_results_to_match_comparison: [
    'it asks another data source of Great Expectations, which is not known here',
    'write the comparison as `unexpected_rows_expectation`, or as a check `sql`',
  ],
}

function stub(): readonly [string, string] {
  return [
    'it is a name without code in Great Expectations 0.18 and 1.x, which cannot run it either',
    'use expect_column_kl_divergence_to_be_less_than, or the drift checks of a Plumbline contract',
  ]
}

/** Every name of an expectation that is understood: translated, or refused with its reason. */
export const EXPECTATION_NAMES: readonly string[] = [...Object.keys(EXPECTATIONS), ...Object.keys(REFUSED)].sort()

/** Characters of an unknown name in a message. */
const LONGEST_NAME = 100

/** The table as such has no rows to choose from. */
const WITHOUT_ROWS = new Set([
  'expect_column_to_exist',
  'expect_column_type_to_be',
  'expect_table_column_count_to_be_between',
  'expect_table_column_count_to_equal',
  'expect_table_columns_to_match_ordered_list',
  'expect_table_columns_to_match_set',
  'unexpected_rows_expectation',
])

const LEVELS: Readonly<Record<string, Level>> = { critical: 'fail', warning: 'warn', info: 'warn' }
/** Say how results are told, or how the expectation came about; nothing about the data. */
const UNSPOKEN = ['result_format', 'include_config', 'catch_exceptions', 'meta', 'batch_id', 'table', 'notes', 'id']
const GUESSED = [
  'auto',
  'profiler_config',
  'column_unique_values_range_estimator',
  'quantile_value_ranges_estimator',
  'table_row_count_range_estimator',
]
const KEYS = ['type', 'expectation_type', 'kwargs', 'severity', 'description', 'windows']
const QUIET_KEYS = [
  'id',
  'meta',
  'notes',
  'rendered_content',
  'expectation_context',
  'ge_cloud_id',
  'success_on_last_run',
]

/** Where an expectation stands. */
export interface ExpectationPlace {
  readonly parameters: Readonly<Record<string, unknown>>
  /** `data.contract-references`: where other tables lie. */
  readonly references: Readonly<Record<string, string>>
  /** Line of a key of the expectation, or of one of its kwargs. */
  line(path: readonly PropertyKey[]): number
}

/** Adds the checks of one item of `expectations`, or its problems. */
export function readExpectation(item: unknown, place: ExpectationPlace, builder: ContractBuilder): void {
  const line = place.line([])
  if (!isRecord(item)) {
    builder.problem(line, `an expectation is ${shown(item)}`, 'write a mapping with `type` and `kwargs`')
    return
  }
  const generation: Generation = 'expectation_type' in item ? '0.18' : '1.x'
  const type = item.expectation_type ?? item.type
  if (typeof type !== 'string') {
    builder.problem(line, 'an expectation has no `type`', 'name it, such as expect_column_values_to_not_be_null')
    return
  }
  const refused = Object.hasOwn(REFUSED, type) ? REFUSED[type] : undefined
  const translate = Object.hasOwn(EXPECTATIONS, type) ? EXPECTATIONS[type] : undefined
  if (translate === undefined) {
    const [near] = nearestNames(type, EXPECTATION_NAMES)
    builder.problem(
      line,
      `${type.slice(0, LONGEST_NAME)}: ${refused?.[0] ?? 'this expectation is not known'}`,
      refused?.[1] ??
        (near === undefined ? 'write it as a check of a Plumbline contract, or remove it' : `did you mean ${near}?`),
    )
    return
  }
  const args = argumentsOf(item, type, place, builder)
  const more = common(item, type, args, (key) => place.line([key]), builder)
  const checks = translate(args, generation).map((check) => withPath(check, place.references, args))
  args.finish()
  if (args.failed) return
  const { where, ...others } = more
  for (const check of checks) {
    // What asks for nothing asks it of all rows.
    builder.check(
      { ...check, ...others, ...(check.check === 'column-count' ? {} : given('where', where)) } as CheckInput,
      line,
    )
  }
}

/** A check of another table with the path of its data: a name that is no path has to be among the references. */
function withPath(check: CheckInput, references: ExpectationPlace['references'], args: Arguments): CheckInput {
  const name = 'equals-rows-of' in check ? check['equals-rows-of'] : undefined
  if (name === undefined || name === '') return check
  if (Object.hasOwn(references, name)) return { ...check, 'equals-rows-of': references[name] as string } as CheckInput
  if (!/[\\/.*]/.test(name) && name !== 'train' && name !== 'test') {
    args.mistake(
      'other_table_name',
      `where the data of ${JSON.stringify(name)} lie is not known`,
      `name their path in plumbline.yml: data.contract-references: { ${JSON.stringify(name)}: … }`,
    )
  }
  return check
}

function argumentsOf(
  item: Readonly<Record<string, unknown>>,
  type: string,
  place: ExpectationPlace,
  builder: ContractBuilder,
): Arguments {
  const report = (key: string | null, message: string, cure: string) =>
    builder.problem(place.line(key === null ? [] : ['kwargs', key]), message, cure)
  const kwargs = item.kwargs ?? {}
  if (!isRecord(kwargs)) report(null, `${type}: \`kwargs\` has to be a mapping`, 'write the arguments by name')
  const lacking: [key: string, name: string][] = []
  const values = Object.fromEntries(
    Object.entries(isRecord(kwargs) ? kwargs : {}).map(([key, value]) => [
      key,
      withParameters(value, place.parameters, (name) => lacking.push([key, name])),
    ]),
  )
  const args = createArguments(type, values, report)
  for (const [key, name] of lacking) {
    args.mistake(
      key,
      `the parameter ${JSON.stringify(name)} of \`${key}\` has no value`,
      'give it in `suite_parameters` (0.18: `evaluation_parameters`) of the suite, or write the value here',
    )
  }
  args.ignore(...UNSPOKEN, ...GUESSED)
  return args
}

/** What every expectation may say: its rows, its severity, what people call it. */
function common(
  item: Readonly<Record<string, unknown>>,
  type: string,
  args: Arguments,
  line: (key: string) => number,
  builder: ContractBuilder,
): { where?: string; level?: Level; name?: string } {
  const where = readRowCondition(args)
  if (where !== undefined && WITHOUT_ROWS.has(type)) {
    args.mistake('row_condition', 'it is not about rows, so that `row_condition` means nothing', 'remove it')
  }
  const severity = item.severity ?? args.raw('severity')
  args.ignore('severity', 'description')
  const level = severity === undefined || severity === null ? 'fail' : LEVELS[String(severity)]
  if (level === undefined) {
    builder.problem(line('severity'), `${type}: \`severity\` has to be critical, warning or info`, 'correct it')
  }
  const windows = item.windows ?? args.raw('windows')
  if (Array.isArray(windows) ? windows.length > 0 : windows !== undefined && windows !== null) {
    args.mistake(
      'windows' in item ? null : 'windows',
      '`windows` takes its bounds from earlier runs of Great Expectations, which are not known here',
      'write the bounds, or use the drift checks of a Plumbline contract',
    )
  }
  for (const key of Object.keys(item)) {
    if (!KEYS.includes(key) && !QUIET_KEYS.includes(key)) {
      builder.problem(line(key), `${type}: \`${key}\` is not known here`, 'remove it: nothing would check it')
    }
  }
  const name = item.description
  return {
    ...given('where', where),
    ...(level === 'warn' ? { level } : {}),
    ...(typeof name === 'string' && name.trim() !== '' ? { name } : {}),
  }
}
