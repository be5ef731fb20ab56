import { asNumber } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { round12 } from '../engine/sql.js'

interface Side {
  readonly table: string
  readonly column: DatasetColumn
}

/**
 * The Kolmogorov–Smirnov statistic and the Wasserstein distance of two columns of numbers from every value of both, in one
 * query that spills to disk: scipy.stats.ks_2samp and scipy.stats.wasserstein_distance. Null when a side has no finite value.
 */
export async function exactDistances(
  engine: DataEngine,
  before: Side,
  now: Side,
): Promise<{ ks: number; wasserstein: number } | null> {
  const counted = ({ table, column }: Side, counts: string) =>
    `SELECT x, ${counts} FROM (SELECT ${asNumber(column.type, column.sql)} AS x FROM ${table}) WHERE x IS NOT NULL GROUP BY x`
  const [row = {}] = await engine.all(
    `WITH counted AS (SELECT x, sum(b)::BIGINT AS b, sum(c)::BIGINT AS c FROM (
       ${counted(before, 'count(*) AS b, 0 AS c')} UNION ALL ${counted(now, '0 AS b, count(*) AS c')}) GROUP BY x),
     totals AS (SELECT sum(b) AS n, sum(c) AS m FROM counted),
     steps AS (SELECT x, lead(x) OVER w AS next, sum(b) OVER w AS f, sum(c) OVER w AS g FROM counted WINDOW w AS (ORDER BY x))
     SELECT any_value(n)::DOUBLE AS n, any_value(m)::DOUBLE AS m, max(abs(f * m - g * n))::DOUBLE AS gap,
       sum(abs(f * m - g * n)::DOUBLE / n::DOUBLE / m::DOUBLE * (next - x)) AS distance
     FROM steps, totals WHERE n > 0 AND m > 0`,
  )
  if (row.n == null) return null
  const [n, m] = [Number(row.n), Number(row.m)]
  return { ks: Number(row.gap) / n / m, wasserstein: round12(Number(row.distance ?? 0)) }
}
