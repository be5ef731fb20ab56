import { identifier } from '../../../../shared/data/engine/sql.js'
import type { Arguments } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { columnOf, type DbtContext, type DbtTranslate } from './core.js'
import type { DbtTest } from './severity.js'
import { groupBy } from './utils.js'

/** `strictly`: both bounds are outside. */
export function strictness(args: Arguments): { 'strict-min'?: true; 'strict-max'?: true } {
  return args.flag('strictly', false) ? { 'strict-min': true, 'strict-max': true } : {}
}

/** The number of different values within bounds. */
export function distinct(args: Arguments, context: DbtContext, bounds: object): DbtTest {
  const check = { check: 'statistic', column: columnOf(args, context), statistic: 'distinct', ...bounds }
  return { check: { ...check, ...groupBy(args, 'group_by') } as CheckInput, failures: null }
}

/** Each value against the one before it in the order of `sort_column`; strictly unless said otherwise, as there. */
export function sorted(sign: '<' | '>'): DbtTranslate {
  return (args, context) => {
    const value = identifier(columnOf(args, context))
    const sort = args.textOr('sort_column')
    const by = sort === undefined ? value : identifier(sort)
    if (args.has('step')) args.mistake('step', '`step` cannot be honoured', 'remove it, or write a check `sql`')
    const groups = groupBy(args, 'group_by')['group-by']?.map(identifier) ?? []
    const window = `${groups.length === 0 ? '' : `PARTITION BY ${groups.join(', ')} `}ORDER BY ${by}`
    const operator = args.flag('strictly', true) ? sign : `${sign}=`
    const query = `SELECT * FROM (SELECT *, lag(${value}) OVER (${window}) AS previous FROM ${context.rows}) WHERE previous IS NOT NULL AND NOT (${value} ${operator} previous)`
    return [{ check: { check: 'sql', query }, failures: query }]
  }
}

/** Values that differ in case alone. */
export function casing(args: Arguments, context: DbtContext): DbtTest[] {
  args.ignore('display_inconsistent_columns')
  const value = identifier(columnOf(args, context))
  const query = `SELECT lower(${value}) AS value, count(DISTINCT ${value}) AS forms FROM ${context.rows} WHERE ${value} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT ${value}) > 1`
  return [{ check: { check: 'sql', query }, failures: null }]
}
