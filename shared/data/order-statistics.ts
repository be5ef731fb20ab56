/**
 * Quantiles by linear interpolation between the two nearest order statistics (Hyndman and Fan's type 7, the default of
 * numpy): the position of p among n ascending values is (n − 1)·p.
 */
export function quantileRanks(n: number, p: number): { low: number; high: number; weight: number } {
  const position = (n - 1) * p
  const low = Math.floor(position + 1e-9)
  return { low, high: Math.min(n - 1, low + 1), weight: Math.max(0, position - low) }
}

/** The quantile out of the values at its ranks (from 0). */
export function interpolate(n: number, p: number, at: (rank: number) => number): number {
  const { low, high, weight } = quantileRanks(n, p)
  const from = at(low)
  return weight === 0 ? from : from + (at(high) - from) * weight
}

/** Value at each rank (from 0) of ascending different values with their counts. */
export function ranksOfCounts(values: readonly number[], counts: readonly number[]): (rank: number) => number {
  const ends: number[] = []
  let total = 0
  for (const count of counts) {
    total += count
    ends.push(total)
  }
  return (rank) => {
    let low = 0
    let high = ends.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ends[middle] as number) > rank) high = middle
      else low = middle + 1
    }
    return values[low] as number
  }
}

/** Counts of weighted values in the bins [a, b) of ascending edges; what lies outside falls into the first and the last. */
export function binCounts(values: readonly number[], counts: readonly number[], edges: readonly number[]): number[] {
  const bins = new Array<number>(Math.max(1, edges.length - 1)).fill(0)
  let bin = 0
  values.forEach((value, i) => {
    while (bin < bins.length - 1 && value >= (edges[bin + 1] as number)) bin += 1
    bins[bin] = (bins[bin] as number) + (counts[i] as number)
  })
  return bins
}
