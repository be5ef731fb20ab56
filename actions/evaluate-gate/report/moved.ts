import { normalCdf, twoSidedZ } from '../../../shared/stats/distributions.js'
import { holm } from '../../../shared/stats/multiple.js'
import type { Estimate, Interval } from '../../../shared/stats/types.js'
import { provingInterval, tooFewRows } from '../decide.js'
import type { Measurement } from '../measure.js'

/** A comparison of both models on one slice. */
export interface Moved {
  readonly measurement: Measurement
  readonly difference: Estimate
  /** Towards the better: positive is a gain, whatever the direction of the metric. */
  readonly gain: number
  /** Two-sided, by Holm over all comparisons on slices; NaN without an interval or with too few rows. */
  readonly p: number
  readonly verdict: 'worse' | 'better' | 'unmoved'
}

/**
 * All comparisons on slices, the worst first: those that are proven worse by how much they have lost at least, then those
 * that nothing is proven of by their value, then those that are proven better. Proven: the p-value that belongs to the
 * interval, taken as a normal one, is below 1 − its level by Holm's procedure over all of them.
 */
export function movedSlices(measurements: readonly Measurement[]): Moved[] {
  const compared = measurements.flatMap((measurement) => {
    const { slice, difference } = measurement
    return slice === null || difference === null ? [] : [{ measurement, difference }]
  })
  const adjusted = holm(compared.map(({ measurement, difference }) => chanceOf(measurement, difference)))
  const moved = compared.map(({ measurement, difference }, i): Moved => {
    const gain = measurement.metric.direction === 'higher-is-better' ? difference.value : -difference.value
    const p = adjusted[i] as number
    const proven = p < 1 - (difference.interval?.level ?? 1)
    return { measurement, difference, gain, p, verdict: !proven ? 'unmoved' : gain < 0 ? 'worse' : 'better' }
  })
  return moved
    .map((one, place) => ({ one, place }))
    .sort((a, b) => rank(a.one) - rank(b.one) || keyOf(a.one) - keyOf(b.one) || a.place - b.place)
    .map(({ one }) => one)
}

/** What got worse comes first, then what did not move, what cannot be told, what got better. */
function rank({ verdict, gain }: Moved): number {
  if (verdict === 'worse') return 0
  if (verdict === 'better') return 3
  return Number.isNaN(gain) ? 2 : 1
}

/** The end of the interval that is nearest to nothing, as a gain. */
function keyOf({ gain, difference: { interval, value }, verdict }: Moved): number {
  if (verdict !== 'worse' || interval === null) return Number.isNaN(gain) ? 0 : gain
  const least = Math.min(Math.abs(interval.low), Math.abs(interval.high), Math.abs(value))
  return -least
}

/** p-value of "no difference" that belongs to an interval: its side towards 0, taken as that of a normal one. */
function chanceOf({ metric }: Measurement, difference: Estimate): number {
  const { value, interval } = difference
  const demanded = { side: 'at-least', bound: 0 } as const
  if (interval === null || tooFewRows({ estimate: difference, demanded, minRows: metric.minRows })) return Number.NaN
  const proving = provingInterval(difference)
  const holds = (bounds: Interval | null) => bounds !== null && bounds.low <= 0 && bounds.high >= 0
  // A handful of rows that tell the models apart prove nothing, however short the interval.
  if (value === 0 || (holds(proving) && !holds(interval))) return 1
  const side = value > 0 ? value - interval.low : interval.high - value
  if (!(side > 0)) return Number.NaN
  return 2 * normalCdf(-(Math.abs(value) / side) * twoSidedZ(interval.level))
}
