import { identifier } from '../../../../shared/data/engine/sql.js'
import type { CheckInput, ContractBuilder } from '../builder.js'
import type { Cursor } from '../cursor.js'
import { type Comparison, comparisonSql } from './comparison.js'
import type { QualitySubject } from './quality.js'

/**
 * A query of one value and what it has to be. `{object}` and `{property}`, also `${table}`, `${column}` and the like, stand
 * for the data and the column; quotes around them are dropped. A value that is NULL does not pass.
 */
export function readQuery(
  rule: Cursor,
  { column }: QualitySubject,
  comparison: Comparison,
  common: Pick<CheckInput, 'name' | 'level'>,
  builder: ContractBuilder,
): void {
  const query = rule.text('query')?.trim().replace(/;\s*$/, '')
  const line = rule.lineOf('query')
  if (query === undefined || query === '') {
    builder.problem(rule.line, 'the rule has no query', 'add `query:`')
    return
  }
  if (!/^\s*(select|with|from|\()/i.test(query.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' '))) {
    builder.problem(line, 'the query is no SELECT', 'write a SELECT that returns one value')
    return
  }
  let failed = false
  const filled = query.replaceAll(/(["`]?)\$?\{\s*([A-Za-z_]+)\s*\}\1/g, (found, _, name: string) => {
    if (/^(object|table|model|schema|dataset)$/i.test(name)) return 'data'
    if (/^(property|column|field)$/i.test(name) && column !== null) return identifier(column)
    failed = true
    builder.problem(line, `the query has ${found}, which stands for nothing here`, 'write the name itself')
    return found
  })
  if (failed) return
  builder.check(
    {
      check: 'sql',
      ...common,
      query: `SELECT * FROM (\n${filled}\n) AS q(value) WHERE (${comparisonSql(comparison, 'value')}) IS NOT TRUE`,
    },
    line,
  )
}
