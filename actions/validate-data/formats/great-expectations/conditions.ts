import { identifier, literal } from '../../../../shared/data/engine/sql.js'
import { type Arguments, isRecord, isScalar, type Scalar, shown } from '../arguments.js'
import { sqlIn, sqlScalar } from '../sql-text.js'
import { fromPandasQuery } from './pandas.js'
import { NoCondition } from './pandas-sql.js'

const OPERATORS: Readonly<Record<string, string>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}
const DEEPEST = 50
const COLUMN_CONDITION =
  /^\s*col\("((?:[^"\\]|\\.)+)"\)\s*(?:(\.notnull\(\))|(==|!=|<=|>=|<|>)\s*(?:([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(date\()?\s*(?:"([^"]+)"|'([^']+)')\s*(\))?))\s*$/i

/**
 * `row_condition` and `condition_parser` as the SQL condition of `where`: the dictionaries of GX 1.x, `col("x") > 5` of
 * `great_expectations`, a subset of `DataFrame.query` of `pandas`, and `spark`, whose text is SQL already. Undefined when there is none.
 */
export function readRowCondition(args: Arguments): string | undefined {
  const given = args.raw('row_condition')
  const parser = args.textOr('condition_parser')
  if (given === undefined || given === '') return undefined
  try {
    if (typeof given === 'string') return ofText(given, parser)
    return ofCondition(given, parser, 0)
  } catch (error) {
    if (!(error instanceof NoCondition)) throw error
    args.mistake(
      'row_condition',
      `\`row_condition\` ${shown(given)} cannot be honoured: ${error.message}`,
      'write it with comparisons, `and`, `or`, `not`, `in`, or with `condition_parser: spark` as SQL',
    )
    return undefined
  }
}

function ofText(text: string, parser: string | undefined): string {
  switch (parser) {
    case 'pandas':
      return fromPandasQuery(text)
    case 'spark':
      // Spark quotes names with back-quotes.
      return text.replace(/`([^`]+)`/g, (_, name: string) => identifier(name))
    case 'great_expectations':
    case 'great_expectations__experimental__':
      return ofColumnCondition(text)
    case undefined:
      throw new NoCondition('`condition_parser` is missing')
    default:
      throw new NoCondition(`\`condition_parser\` has to be pandas, spark or great_expectations, not ${shown(parser)}`)
  }
}

/** `col("a") > 5`, `col("a") == "x"`, `col("a") < date("2024-01-01")`, `col("a").notnull()`. */
function ofColumnCondition(text: string): string {
  const found = COLUMN_CONDITION.exec(text)
  if (found === null) throw new NoCondition('it is not like `col("x") > 5`')
  const [, column = '', notNull, operator = '', number, date, double, single, closed] = found
  if ((date === undefined) !== (closed === undefined)) throw new NoCondition('a parenthesis is missing')
  const name = identifier(column.replace(/\\(.)/g, '$1'))
  if (notNull !== undefined) return `${name} IS NOT NULL`
  const value = number === undefined ? literal(double ?? single ?? '') : sqlScalar(Number(number))
  return `${name} ${OPERATORS[operator]} ${date === undefined ? value : `CAST(${value} AS DATE)`}`
}

function ofCondition(condition: unknown, parser: string | undefined, depth: number): string {
  if (!isRecord(condition)) throw new NoCondition('it is neither a text nor a mapping')
  if (depth > DEEPEST) throw new NoCondition('it is nested too deeply')
  const { type } = condition
  if (type === 'pass_through') {
    const filter = condition.pass_through_filter
    if (typeof filter !== 'string') throw new NoCondition('`pass_through_filter` has to be a text')
    return ofText(filter, parser ?? 'pandas')
  }
  if (type === 'and' || type === 'or') {
    const { conditions } = condition
    if (!Array.isArray(conditions) || conditions.length === 0) throw new NoCondition('`conditions` are missing')
    return conditions.map((one) => `(${ofCondition(one, parser, depth + 1)})`).join(type === 'and' ? ' AND ' : ' OR ')
  }
  const column = isRecord(condition.column) ? condition.column.name : condition.column
  if (typeof column !== 'string') throw new NoCondition('it names no column')
  const name = identifier(column)
  if (type === 'nullity' && typeof condition.is_null !== 'boolean') throw new NoCondition('`is_null` is missing')
  if (type === 'nullity') return `${name} IS ${condition.is_null === true ? '' : 'NOT '}NULL`
  if (type !== 'comparison') throw new NoCondition(`its type ${shown(type)} is not known`)
  return comparison(name, condition.operator, condition.parameter)
}

function comparison(name: string, operator: unknown, parameter: unknown): string {
  if (operator === 'IN' || operator === 'NOT_IN') {
    if (!Array.isArray(parameter) || !parameter.every(isScalar)) throw new NoCondition('`parameter` has to be a list')
    const among = sqlIn(name, parameter as Scalar[])
    return operator === 'IN' ? among : `NOT (${among})`
  }
  const sign = Object.hasOwn(OPERATORS, String(operator)) ? OPERATORS[String(operator)] : undefined
  if (sign === undefined) throw new NoCondition(`the operator ${shown(operator ?? null)} is not known`)
  if (!isScalar(parameter)) throw new NoCondition('`parameter` has to be a text, a number or a boolean')
  return `${name} ${sign} ${sqlScalar(parameter)}`
}
