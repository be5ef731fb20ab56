import { identifier } from '../../../../shared/data/engine/sql.js'
import type { Arguments } from '../arguments.js'
import { given, readBounds } from '../great-expectations/common.js'
import { among, columnOf, type DbtContext, type DbtTranslate } from './core.js'
import type { DbtTest } from './severity.js'

/** Tests of the package dbt_utils 1.x (hub.getdbt.com/dbt-labs/dbt_utils). */
export const UTILS_TESTS: Readonly<Record<string, DbtTranslate>> = {
  unique_combination_of_columns: (args, { rows }) => {
    args.ignore('quote_columns')
    const columns = args.texts('combination_of_columns')
    const names = columns.map(identifier).join(', ')
    return [
      {
        // Missing values are alike in GROUP BY.
        check: { check: 'key', columns, 'pass-over': 'never' },
        failures: `SELECT ${names} FROM ${rows} GROUP BY ${names} HAVING count(*) > 1`,
      },
    ]
  },
  not_constant: (args, context) => [
    { check: { check: 'not-constant', column: columnOf(args, context), ...groupBy(args) }, failures: null },
  ],
  at_least_one: (args, context) => [
    {
      check: {
        check: 'statistic',
        column: columnOf(args, context),
        statistic: 'present-share',
        min: 0,
        'strict-min': true,
        'on-empty': 'fail',
        ...groupBy(args),
      },
      failures: null,
    },
  ],
  not_null_proportion: (args, context) => [
    {
      check: {
        check: 'statistic',
        column: columnOf(args, context),
        statistic: 'present-share',
        min: args.number('at_least'),
        ...given('max', args.numberOr('at_most')),
        ...groupBy(args),
      },
      failures: null,
    },
  ],
  not_empty_string: (args, context) => [
    {
      check: {
        check: 'pattern',
        column: columnOf(args, context),
        patterns: [args.flag('trim_whitespace', true) ? ' *' : ''],
        not: true,
      },
      failures: 'rows',
    },
  ],
  not_accepted_values: (args, context) => {
    args.ignore('quote')
    return [among(args, context, 'forbidden')]
  },
  accepted_range: (args, context) => {
    const column = columnOf(args, context)
    const bounds = readBounds(args)
    const strict = !args.flag('inclusive', true)
    if (bounds.min === undefined && bounds.max === undefined) {
      if (!args.failed) args.mistake(null, '`min_value` and `max_value` are both missing', 'write one of them')
      return []
    }
    const edges = strict ? { 'strict-min': true, 'strict-max': true } : {}
    return [{ check: { check: 'range', column, ...bounds, ...edges }, failures: 'rows' }]
  },
  expression_is_true: (args, { column }) => {
    const at = args.textOr('column_name') ?? column
    const expression = args.text('expression')
    const condition = at === null ? expression : `${identifier(at)} ${expression}`
    return [{ check: { check: 'rows', condition }, failures: 'rows' }]
  },
  relationships_where: (args, context) => {
    const from = args.textOr('from_condition')
    const to = args.textOr('to_condition')
    if (to !== undefined && to.replace(/\s/g, '') !== '1=1') {
      args.mistake(
        'to_condition',
        '`to_condition` cannot be honoured: all rows of the other table are taken',
        'remove it',
      )
    }
    return [
      {
        check: {
          check: 'foreign-key',
          columns: [columnOf(args, context)],
          to: { data: context.reference('to'), columns: [args.text('field')] },
          ...given('where', from?.replace(/\s/g, '') === '1=1' ? undefined : from),
        },
        failures: 'rows',
      },
    ]
  },
  equal_rowcount: (args, context) => {
    refuseGroups(args)
    return [{ check: { check: 'row-count', 'equals-rows-of': context.reference('compare_model') }, failures: null }]
  },
  recency: (args) => {
    // Days count to their end here as well.
    args.ignore('ignore_time_component')
    const check = { check: 'freshness' as const, column: args.text('field'), 'max-age': maxAge(args), ...groupBy(args) }
    return [{ check, failures: null }]
  },
  sequential_values: sequential,
  mutually_exclusive_ranges: ranges,
}

/** Why tests of dbt_utils cannot be honoured. */
export const UTILS_REFUSED: Readonly<Record<string, string>> = {
  equality: 'it compares whole tables row by row',
  fewer_rows_than: 'it compares the rows of two tables, and only equality of them is known here',
  cardinality_equality: 'it compares how often each value stands in two tables',
}

/** `group_by_columns` as `group-by`. */
export function groupBy(args: Arguments, key = 'group_by_columns'): { 'group-by'?: string[] } {
  const columns = args.has(key) ? args.texts(key) : []
  return columns.length === 0 ? {} : { 'group-by': columns }
}

function refuseGroups(args: Arguments): void {
  if (Object.keys(groupBy(args)).length === 0) return
  args.mistake('group_by_columns', '`group_by_columns` cannot be honoured: rows are counted as a whole', 'remove it')
}

const AGES: Readonly<Record<string, string>> = { minute: 'm', hour: 'h', day: 'd', week: 'w' }

/** `datepart` and `interval` as an age. */
export function maxAge(args: Arguments): string {
  const part = args.text('datepart').toLowerCase()
  const count = args.number('interval')
  const unit = Object.hasOwn(AGES, part) ? AGES[part] : undefined
  if (unit === undefined && part !== '') {
    args.mistake('datepart', `\`datepart\` ${JSON.stringify(part)} cannot be honoured`, 'use minute, hour, day or week')
  }
  if (!Number.isInteger(count) || count < 1) {
    if (args.has('interval'))
      args.mistake('interval', `\`interval\` has to be a whole number from 1, not ${count}`, 'correct it')
    return '1d'
  }
  return `${count}${unit ?? 'd'}`
}

const PARTS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']

function sequential(args: Arguments, context: DbtContext): DbtTest[] {
  const column = identifier(columnOf(args, context))
  const step = args.numberOr('interval') ?? 1
  const part = args.textOr('datepart')?.toLowerCase()
  if (part !== undefined && !PARTS.includes(part)) {
    args.mistake('datepart', `\`datepart\` ${JSON.stringify(part)} cannot be honoured`, `use ${PARTS.join(', ')}`)
  }
  if (!Number.isSafeInteger(step) || step < 1) {
    args.mistake('interval', `\`interval\` has to be a whole number from 1, not ${step}`, 'correct it')
  }
  const groups = groupBy(args)['group-by']?.map(identifier) ?? []
  const window = `${groups.length === 0 ? '' : `PARTITION BY ${groups.join(', ')} `}ORDER BY ${column}`
  const next = part === undefined ? `previous + ${step}` : `previous + INTERVAL ${step} ${part}`
  const query = `SELECT * FROM (SELECT *, lag(${column}) OVER (${window}) AS previous FROM ${context.rows}) WHERE NOT (${column} = ${next})`
  return [{ check: { check: 'sql', query }, failures: query }]
}

const GAPS = { allowed: '<=', not_allowed: '=', required: '<' } as const

function ranges(args: Arguments, { rows }: DbtContext): DbtTest[] {
  const lower = identifier(args.text('lower_bound_column'))
  const upper = identifier(args.text('upper_bound_column'))
  const partition = args.textOr('partition_by')
  const gaps = GAPS[args.choice('gaps', Object.keys(GAPS) as (keyof typeof GAPS)[], 'allowed')]
  const own = args.flag('zero_length_range_allowed', false) ? '<=' : '<'
  const window = `OVER (${partition === undefined ? '' : `PARTITION BY ${partition} `}ORDER BY ${lower}, ${upper})`
  const numbered = `SELECT *, lead(${lower}) ${window} AS next_lower, lead(1) ${window} IS NULL AS is_last FROM ${rows}`
  const query = `SELECT * FROM (${numbered}) WHERE NOT coalesce(${lower} ${own} ${upper}, false) OR NOT coalesce(${upper} ${gaps} next_lower, is_last, false)`
  return [{ check: { check: 'sql', query }, failures: query }]
}
