import { asNumber } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import { double } from './sql.js'

/** A number with no more different values than this is compared value by value, not by its histogram. */
export const HISTOGRAM_DISTINCT = 20

/** Parts of equal mass: 50 values each where there are enough, between 5 and 20 parts. */
export const binCount = (values: number): number => Math.max(5, Math.min(20, Math.floor(values / 50)))

/** Ascending edges from the smallest to the largest value; equal cuts fall together. One value has one bin of no width. */
export function edgesOf(min: number, cuts: readonly number[], max: number): number[] {
  const edges = [min]
  for (const cut of [...cuts, max]) if (cut > (edges.at(-1) as number)) edges.push(cut)
  return edges.length === 1 ? [min, max] : edges
}

const BATCH = 20

/**
 * Values in the bins [a, b) of given edges, the last bin closed; what lies outside falls into the first and the last bin,
 * so that nothing is lost.
 */
export async function countsOfEdges(
  engine: DataEngine,
  dataset: Dataset,
  edges: ReadonlyMap<DatasetColumn, readonly number[]>,
): Promise<Map<DatasetColumn, number[]>> {
  const entries = [...edges]
  const counts = new Map<DatasetColumn, number[]>()
  for (let from = 0; from < entries.length; from += BATCH) {
    const batch = entries.slice(from, from + BATCH)
    const parts = batch.flatMap(([, list], i) => [
      `count(x${i}) AS n_${i}`,
      ...list.slice(1, -1).map((edge, k) => `count(*) FILTER (WHERE x${i} < ${double(edge)}) AS e_${i}_${k}`),
    ])
    const columns = batch.map(([{ type, sql }], i) => `${asNumber(type, sql)} AS x${i}`)
    const [row = {}] = await engine.all(
      `SELECT ${parts.join(', ')} FROM (SELECT ${columns.join(', ')} FROM ${dataset.table})`,
    )
    batch.forEach(([column, list], i) => {
      const below = [...list.slice(1, -1).map((_, k) => Number(row[`e_${i}_${k}`])), Number(row[`n_${i}`])]
      counts.set(
        column,
        below.map((count, k) => count - (below[k - 1] ?? 0)),
      )
    })
  }
  return counts
}
