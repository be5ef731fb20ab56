// The part alone: the whole also loads compression and WebAssembly, which nothing here needs.
import exported from 'hdr-histogram-js/dist/Int32Histogram.js'
import { binomialCdf } from '../../../shared/stats/distributions.js'
import type { Estimate } from '../../../shared/stats/types.js'

/** Latencies in milliseconds as an HDR histogram of microseconds with three significant digits. */
export interface Latencies {
  readonly n: number
  /** Milliseconds. */
  readonly max: number
  /** The latency of rank ⌈share × n⌉, as the largest value that its bucket stands for. */
  at(share: number): number
}

// At run time the import is all that the CommonJS module exports, where its types tell of its default alone.
const Int32Histogram = (exported as unknown as { readonly default: typeof exported }).default

const SCALE = 1000
const HOUR = 3600 * 1000 * SCALE
const DIGITS = 3

/** Percentiles of latencies in milliseconds by an HDR histogram, which keeps three digits of each; `max` is exact. */
export function latenciesOf(milliseconds: Float64Array): Latencies {
  const histogram = new Int32Histogram(1, HOUR, DIGITS)
  histogram.autoResize = true
  let max = 0
  for (const latency of milliseconds) {
    histogram.recordValue(Math.max(0, Math.round(latency * SCALE)))
    max = Math.max(max, latency)
  }
  return { n: milliseconds.length, max, at: (share) => histogram.getValueAtPercentile(100 * share) / SCALE }
}

/** Ranks from 1 between which a quantile lies; 0 or n + 1 where there is no bound on that side. */
export interface Ranks {
  readonly low: number
  readonly high: number
}

/**
 * Ranks of the distribution-free interval of a quantile from n independent values: the number of values below it is
 * binomial, and each side keeps (1 − level) / 2 (David and Nagaraja, Order Statistics, 7.1).
 */
export function quantileRanks(n: number, share: number, level: number): Ranks {
  const tail = (1 - level) / 2
  // The quantile lies below the value of rank r when fewer than r values do: P(X ≤ r − 1).
  const below = firstWhere(n + 1, (r) => binomialCdf(r, n, share) > tail)
  const above = firstWhere(n + 1, (r) => 1 - binomialCdf(r - 1, n, share) <= tail)
  return { low: below, high: above }
}

/** Values that a quantile needs for a bound on both sides. */
function valuesNeeded(share: number, level: number): number {
  return Math.ceil(Math.log((1 - level) / 2) / Math.log(Math.max(share, 1 - share)))
}

const METHOD = 'order statistics, binomial'

/** A percentile of latencies with its interval; a side without a bound is Infinity, or 0 below. */
export function percentileOf(latencies: Latencies, share: number, level: number): Estimate {
  const { n } = latencies
  if (n === 0) return { value: Number.NaN, n, interval: null, reason: 'there were no requests' }
  const { low, high } = quantileRanks(n, share, level)
  const value = latencies.at(share)
  const interval = {
    low: low === 0 ? 0 : latencies.at(low / n),
    high: high > n ? Number.POSITIVE_INFINITY : latencies.at(high / n),
    level,
    method: METHOD,
  }
  const needed = valuesNeeded(share, level)
  const reason =
    n < needed ? `${n === 1 ? 'one value has' : `${n} values have`} no bound on both sides: ${needed} are needed` : null
  return { value, n, interval, reason }
}

/** The smallest whole number from 0 to n that a condition holds for, which then holds for all above; n if for none. */
function firstWhere(n: number, holds: (number: number) => boolean): number {
  let [low, high] = [0, n]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
