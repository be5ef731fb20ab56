import { readCondition } from '../../../shared/data/engine/condition.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { queryProblem } from '../../../shared/data/engine/query.js'
import { pureFunctions, queryFunctions, queryTree, syntaxTree } from '../../../shared/data/engine/syntax.js'
import type { Rule } from './rule.js'

/** Views that a query of the user may read. */
const TABLES = new Set(['data', 'train', 'test'])

/**
 * What is wrong with the SQL of the user in some rules, in words that follow the name of its key. Conditions look at one
 * row, queries at the data alone: none reads a file or changes anything.
 */
export async function sqlProblems(engine: DataEngine, rules: readonly Rule[]): Promise<Map<Rule, string>> {
  const problems = new Map<Rule, string>()
  const conditions = rules.flatMap((rule) => conditionsOf(rule).map(([key, sql]) => ({ rule, key, sql })))
  if (conditions.length > 0) {
    const functions = await pureFunctions(engine)
    for (const { rule, key, sql } of conditions) {
      const read = readCondition(sql, await syntaxTree(engine, sql), functions)
      if ('problem' in read) problems.set(rule, `\`${key}\` ${read.problem}`)
    }
  }
  const queries = rules.flatMap(({ check }, i) =>
    check.check === 'sql' ? [{ rule: rules[i] as Rule, sql: check.query }] : [],
  )
  if (queries.length > 0) {
    const functions = await queryFunctions(engine)
    for (const { rule, sql } of queries) {
      const problem = queryProblem(await queryTree(engine, sql), functions, TABLES)
      if (problem !== null) problems.set(rule, `\`query\` ${problem}`)
    }
  }
  return problems
}

function conditionsOf({ check }: Rule): [key: string, sql: string][] {
  return [
    ...(check.where === undefined ? [] : [['where', check.where] as [string, string]]),
    ...(check.check === 'rows' ? [['condition', check.condition] as [string, string]] : []),
  ]
}
