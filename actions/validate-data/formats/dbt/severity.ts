import type { Arguments } from '../arguments.js'
import type { CheckInput } from '../builder.js'
import { allOf } from '../sql-text.js'

/** What a test of dbt asks. */
export interface DbtTest {
  readonly check: CheckInput
  /**
   * What dbt counts as its failures: `rows` are the bad rows of the check; an SQL query on `data` returns them where they are something
   * else (groups, values); null where there is one failure or none.
   */
  readonly failures: 'rows' | string | null
}

type Condition = { readonly above: number; readonly sql?: never } | { readonly sql: string; readonly above?: never }

/** `config` of a test: what decides. */
export interface DbtConfig {
  readonly enabled: boolean
  readonly where: string | undefined
  readonly severity: 'error' | 'warn'
  readonly errorIf: Condition
  readonly warnIf: Condition
}

/** Keys of a test’s `config` that say how dbt stores or names it, and nothing about the data. */
const QUIET = ['store_failures', 'store_failures_as', 'tags', 'meta', 'alias', 'schema', 'database', 'group', 'docs']
const OPERATORS = { '=': '=', '==': '=', '!=': '<>', '<>': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const

/** Reads what `config` says (docs.getdbt.com/reference/data-test-configs). */
export function readConfig(args: Arguments): DbtConfig {
  args.ignore(...QUIET)
  const severity = (args.textOr('severity') ?? 'error').toLowerCase()
  if (severity !== 'error' && severity !== 'warn') {
    args.mistake('severity', `\`severity\` has to be error or warn, not ${JSON.stringify(severity)}`, 'correct it')
  }
  const calculation = args.textOr('fail_calc')
  if (calculation !== undefined && !/^count\(\s*\*\s*\)$/i.test(calculation)) {
    args.mistake(
      'fail_calc',
      '`fail_calc` cannot be honoured: failures are counted',
      'remove it, or write a check `sql`',
    )
  }
  const errorIf = readCondition(args, 'error_if')
  const warnIf = readCondition(args, 'warn_if')
  const limit = args.numberOr('limit')
  // dbt counts no more failures than its limit.
  if (limit !== undefined && [errorIf, warnIf].some(({ above }) => above === undefined || above >= limit)) {
    args.mistake(
      'limit',
      '`limit` keeps the count of failures below the threshold, so that it is never reached',
      'raise it',
    )
  }
  return {
    enabled: args.flag('enabled', true),
    where: args.textOr('where'),
    severity: severity === 'warn' ? 'warn' : 'error',
    errorIf,
    warnIf,
  }
}

function readCondition(args: Arguments, key: string): Condition {
  const text = args.textOr(key)
  if (text === undefined) return { above: 0 }
  const between = /^\s*between\s+(\d+)\s+and\s+(\d+)\s*$/i.exec(text)
  if (between) return { sql: `BETWEEN ${between[1]} AND ${between[2]}` }
  const found = /^\s*(==|!=|<>|<=|>=|<|>|=)\s*(\d+)\s*$/.exec(text)
  if (!found) {
    args.mistake(
      key,
      `\`${key}\` ${JSON.stringify(text)} is not understood`,
      'write it like ">10", "!=0" or "between 1 and 5"',
    )
    return { above: 0 }
  }
  const [, sign, digits] = found as unknown as [string, keyof typeof OPERATORS, string]
  const operator = OPERATORS[sign]
  const number = Number(digits)
  if (operator === '>') return { above: number }
  if (operator === '>=' && number > 0) return { above: number - 1 }
  if (operator === '<>' && number === 0) return { above: 0 }
  return { sql: `${operator} ${number}` }
}

/**
 * The checks of one test: with `severity: error` what `error_if` says fails, and what only `warn_if` says warns; with
 * `severity: warn` `error_if` is not looked at. A test without failures passes, also when it has seen no row.
 */
export function withSeverity(
  test: DbtTest,
  config: DbtConfig,
  where: string | undefined,
  args: Arguments,
): CheckInput[] {
  const asked: [Condition, 'fail' | 'warn'][] =
    config.severity === 'warn'
      ? [[config.warnIf, 'warn']]
      : [
          [config.errorIf, 'fail'],
          ...(isStricter(config.warnIf, config.errorIf) ? [[config.warnIf, 'warn'] as [Condition, 'warn']] : []),
        ]
  return asked.flatMap(([condition, level]) => {
    const check = atThreshold(test, condition, where)
    if (check === null) {
      args.mistake(
        null,
        'a threshold on the number of failures cannot be honoured: this test fails once or not at all',
        'remove `error_if` and `warn_if`',
      )
      return []
    }
    return [{ 'on-empty': 'pass', ...check, ...(level === 'warn' ? { level } : {}) } as CheckInput]
  })
}

const isStricter = (warn: Condition, error: Condition): boolean =>
  warn.above === undefined || (error.above !== undefined ? warn.above < error.above : true)

function atThreshold({ check, failures }: DbtTest, condition: Condition, where: string | undefined): CheckInput | null {
  const rows = check.check === 'sql' || where === undefined ? {} : { where: allOf([where, check.where]) }
  if (condition.above === 0) return { ...check, ...rows } as CheckInput
  if (failures === null) return null
  if (failures === 'rows') {
    if (condition.above === undefined) return null
    return { ...check, ...rows, 'max-bad': condition.above } as CheckInput
  }
  const test = condition.above === undefined ? condition.sql : `> ${condition.above}`
  return {
    check: 'sql',
    query: `SELECT count(*) AS failures FROM (${failures}) HAVING count(*) ${test}`,
    ...(check.name === undefined ? {} : { name: check.name }),
  }
}
