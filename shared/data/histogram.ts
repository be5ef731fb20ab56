import { asNumber } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { double } from './sql.js'

/** Parts of equal mass: 50 values each where there are enough, between 5 and 20 parts. */
export const binCount = (values: number): number => Math.max(5, Math.min(20, Math.floor(values / 50)))

/** Ascending edges from the smallest to the largest value; equal cuts fall together. One value has one bin of no width. */
export function edgesOf(min: number, cuts: readonly number[], max: number): number[] {
  const edges = [min]
  for (const cut of [...cuts, max]) if (cut > (edges.at(-1) as number)) edges.push(cut)
  return edges.length === 1 ? [min, max] : edges
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

/** `countByEdges` for several columns. */
export async function countsOfEdges(
  engine: DataEngine,
  { table }: Pick<Dataset, 'table'>,
  edges: ReadonlyMap<DatasetColumn, readonly number[]>,
): Promise<Map<DatasetColumn, number[]>> {
  const counts = new Map<DatasetColumn, number[]>()
  for (const [column, list] of edges) counts.set(column, await countByEdges(engine, table, column, list))
  return counts
}
