/** What the parts take that nobody can do without: reading, joining and counting in DuckDB; an order of the scores. */
import { join } from 'node:path'
import { FEATURES } from './inputs.mjs'

/** SQL that joins the three files by id and sums losses of both models, on the whole and by each feature. */
export function scan(folder) {
  const [test, candidate, baseline] = ['test', 'candidate', 'baseline'].map((name) => `'${join(folder, name)}.parquet'`)
  const sets = ['()', ...FEATURES.map((name) => `(${name})`)].join(', ')
  return [
    `SELECT ${FEATURES.join(', ')}, count(*), avg((a.score - y) ** 2), avg((b.score - y) ** 2), avg(ln(1 - abs(a.score - y))), avg(ln(1 - abs(b.score - y)))
    FROM ${test} JOIN ${candidate} a USING (id) JOIN ${baseline} b USING (id) GROUP BY GROUPING SETS (${sets})`,
  ]
}
