import { tQuantile } from '../../../shared/stats/distributions.js'
import { mean, variance } from '../../../shared/stats/numeric.js'
import type { Estimate } from '../../../shared/stats/types.js'
import type { Times } from './measure.js'

/** Values of each start, one after the other. */
export function byStart({ values, starts }: Times): Float64Array[] {
  const parts: Float64Array[] = []
  for (let from = 0; from < values.length; ) {
    let end = from + 1
    while (end < values.length && starts[end] === starts[from]) end += 1
    parts.push(values.subarray(from, end))
    from = end
  }
  return parts
}

/**
 * The same estimate with an interval that also covers how processes of one model differ: at least Student t on the log of
 * the number in each start, as it is for runs that are repeated (Kalibera and Jones, Rigorous benchmarking in reasonable
 * time, 2013). `ofStarts` has the number of each start, above 0.
 */
export function betweenStarts(estimate: Estimate, ofStarts: readonly number[], level: number): Estimate {
  const { interval } = estimate
  const k = ofStarts.length
  if (interval === null || k < 2) return estimate
  const logs = ofStarts.map(Math.log)
  const centre = mean(logs)
  if (!Number.isFinite(centre)) return estimate
  const half = tQuantile((1 + level) / 2, k - 1) * Math.sqrt(variance(logs) / k)
  return {
    ...estimate,
    interval: {
      ...interval,
      low: Math.min(interval.low, Math.exp(centre - half)),
      high: Math.max(interval.high, Math.exp(centre + half)),
      method: `${interval.method}, at least Student t between starts`,
    },
  }
}
