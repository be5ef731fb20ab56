import type { BinarySample, Sample } from '../../sample.js'
import type { Interval } from '../../types.js'
import { clustersOf } from '../evidence.js'
import type { Bounds } from '../metric.js'

export function bounds(interval: Interval | null, reason = 'there are too few rows for an interval'): Bounds {
  return interval === null ? { interval, reason } : { interval, reason: null }
}

/** Computes something once per sample and keeps it as long as the sample lives. */
export function perSample<S extends Sample, T>(compute: (sample: S) => T): (sample: S) => T {
  const known = new WeakMap<S, { readonly result: T }>()
  return (sample) => {
    const found = known.get(sample)
    if (found !== undefined) return found.result
    const result = compute(sample)
    known.set(sample, { result })
    return result
  }
}

/** Blocks with rows: the units that a bootstrap resamples. */
export const filledBlocks: (sample: Sample) => number = perSample((sample: Sample) => clustersOf(sample))

/** Name of a bootstrap of blocks for these rows. */
export function blockMethod({ clustered }: Sample): string {
  return clustered ? 'Poisson bootstrap of clusters' : 'Poisson bootstrap of row blocks'
}

/** Scores of a sample that `metric` has checked to have them. */
export function scoreOf(sample: BinarySample): Float64Array {
  return sample.score as Float64Array
}

/** The interval of b − a from that of a − b. */
export function negated({ low, high, ...rest }: Interval): Interval {
  return { ...rest, low: -high, high: -low }
}

/** An interval about 0 of the same length. */
export function symmetric({ low, high, ...rest }: Interval): Interval {
  const half = (high - low) / 2
  return { ...rest, low: -half, high: half }
}
