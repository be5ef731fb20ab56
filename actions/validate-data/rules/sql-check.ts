import type { Check } from '../../../shared/contracts/common.js'
import { checkOf } from '../../../shared/core/check.js'
import { createView } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { plural } from '../../../shared/report/format.js'
import { type Place, subjectOf } from './judge-rows.js'
import type { CheckOf } from './row-test.js'
import { CODES, type Rule } from './rule.js'
import type { Scope } from './scope.js'

/** Rows shown of what a query returns, and characters of each. */
const EXAMPLES = 5
const LENGTH = 200

export interface SqlRows {
  readonly bad: number
  readonly rows: number
  readonly first: readonly string[]
}

/** Runs a query of the user on views of the datasets, the judged one first; it is one SELECT, for it stands in brackets. */
export async function measureSql(
  engine: DataEngine,
  { query }: CheckOf<'sql'>,
  scopes: readonly Scope[],
): Promise<SqlRows> {
  const [{ dataset }] = scopes as [Scope]
  await createView(engine, dataset, 'data')
  for (const one of scopes)
    if (['train', 'test'].includes(one.dataset.name)) await createView(engine, one.dataset, one.dataset.name)
  const body = query.trim().replace(/;\s*$/, '')
  await engine.run(`CREATE OR REPLACE TEMP TABLE sql_rows AS SELECT * FROM (${body}\n)`)
  const [row = {}] = await engine.all('SELECT count(*) AS n FROM sql_rows')
  const first = await engine.all(
    `SELECT left(CAST(to_json(r) AS VARCHAR), ${LENGTH}) AS text FROM sql_rows AS r LIMIT ${EXAMPLES}`,
  )
  await engine.run('DROP TABLE sql_rows')
  return { bad: Number(row.n), rows: dataset.rows, first: first.map(({ text }) => String(text)) }
}

export function judgeSql(rule: Rule, { bad, rows, first }: SqlRows, place: Place): Check {
  return checkOf(bad === 0 ? 'pass' : rule.check.level, {
    rule: CODES.sql,
    subject: subjectOf(rule, place),
    message: bad === 0 ? 'the query returns no row' : `the query returns ${plural(bad, 'row')}`,
    measured: bad,
    expected: 'no row',
    n: rows,
    examples: first.map((value, i) => ({ where: `row ${i + 1} of the query`, value })),
    cure: 'mend the rows that it names, or correct the query',
    where: place.where,
  })
}
