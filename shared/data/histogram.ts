import type { Cell } from './engine/engine.js'
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

/** SQL for the counts from each cut on, as JSON. The engine's bins are closed above; negated, they are closed below. */
export const histogramSql = (x: string, cuts: readonly number[]): string =>
  `CAST(to_json(map_values(histogram(-${x}, [${[...cuts]
    .reverse()
    .map((cut) => double(-cut))
    .join(', ')}]::DOUBLE[]))) AS VARCHAR)`

/** The counts that `histogramSql` gives, in the order of the cells. `finite`: all values. */
export function histogramCounts(json: Cell | undefined, cuts: number, finite: number): number[] {
  const above = (JSON.parse(String(json ?? '[]')) as number[]).slice(0, cuts).reverse()
  const counted = Array.from({ length: cuts }, (_, i) => above[i] ?? 0)
  return [finite - counted.reduce((sum, count) => sum + count, 0), ...counted]
}

/** A number with no more different values than this is compared value by value, not by its histogram. */
export const HISTOGRAM_DISTINCT = 20
