import { asNumber } from './column-types.js'
import type { DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine/engine.js'
import { double } from './engine/sql.js'

/** Parts of equal mass: 50 values each where there are enough, between 5 and `most` parts. */
export const binCount = (values: number, most = 20): number => Math.max(5, Math.min(most, Math.floor(values / 50)))

/** Values that make up more than one part alone, so that several cuts fall on them; not the largest value. */
export function massPoints(min: number, cuts: readonly number[], max: number): number[] {
  const all = [min, ...cuts]
  return [...new Set(all.filter((value, i) => value === all[i + 1] && value !== max))]
}

/**
 * Ascending edges from the smallest to the largest value. Equal cuts fall together; `after` holds the next larger value of
 * each mass point, which gets a bin of its own. Where the largest value is a mass point, or the only value, the last bin
 * has no width.
 */
export function edgesOf(min: number, cuts: readonly number[], max: number, after: readonly number[] = []): number[] {
  const inner = [...new Set([...cuts, ...after])].filter((cut) => cut > min && cut <= max).sort((a, b) => a - b)
  return [min, ...inner, max]
}

/**
 * Finite values of a column in the bins [a, b) of given edges, the last bin closed; what lies outside falls into the
 * first and the last bin, so that nothing is lost.
 */
export async function countByEdges(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  edges: readonly number[],
): Promise<number[]> {
  const inner = edges.slice(1, -1)
  const x = asNumber(type, sql)
  // The engine's bins are closed above; negated, they are closed below.
  const cuts = inner.map((edge) => double(-edge)).reverse()
  const [row = {}] = await engine.all(
    `SELECT count(x) AS n, CAST(to_json(map_values(histogram(-x, [${cuts.join(', ')}]::DOUBLE[]))) AS VARCHAR) AS counts FROM (SELECT ${x} AS x FROM ${table})`,
  )
  const above = (JSON.parse(String(row.counts ?? '[]')) as number[]).slice(0, inner.length).reverse()
  const counted = inner.map((_, i) => above[i] ?? 0)
  return [Number(row.n) - counted.reduce((sum, count) => sum + count, 0), ...counted]
}

/** A number with no more different values than this is compared value by value, not by its histogram. */
export const HISTOGRAM_DISTINCT = 20
