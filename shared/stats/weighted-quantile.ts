/** Values in ascending order with the weights up to and including each. */
export interface Cumulated {
  readonly sorted: Float64Array
  /** Null when every value weighs 1. */
  readonly cumulated: Float64Array | null
}

/**
 * The value at a share p of the weight: the first with at least that much weight up to it, and the mean of it and the
 * next where that is exactly so much (averaged inverted CDF: the median of an even number is the mean of the middle two;
 * scikit-learn's _weighted_percentile(average=True)). NaN without weight.
 */
export function weightedQuantile({ sorted, cumulated }: Cumulated, p: number): number {
  const n = sorted.length
  const upTo = (i: number) => (cumulated === null ? i + 1 : (cumulated[i] as number))
  const whole = n === 0 ? 0 : upTo(n - 1)
  if (!(whole > 0)) return Number.NaN
  const wanted = Math.max(p * whole, Number.MIN_VALUE)
  let [low, high] = [0, n - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (upTo(middle) >= wanted) high = middle
    else low = middle + 1
  }
  const value = sorted[low] as number
  if (upTo(low) - wanted > Number.EPSILON) return value
  let next = low + 1
  while (next < n && upTo(next) === upTo(low)) next += 1
  return next < n ? (value + (sorted[next] as number)) / 2 : value
}
