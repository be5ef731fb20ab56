import type { BinarySample, Sample } from '../../sample.js'
import type { Interval } from '../../types.js'
import { clustersOf } from '../evidence.js'
import type { Bounds } from '../metric.js'

/** An interval, or the reason why there is none. */
export function bounds(interval: Interval | null, reason = 'there are too few rows for an interval'): Bounds {
  return interval === null ? { interval, reason } : { interval, reason: null }
}

const kept = new WeakMap<Sample, Map<unknown, unknown>>()

/** Computes something once per sample and keeps it as long as the sample lives, or until `letGo`. */
export function perSample<S extends Sample, T>(compute: (sample: S) => T): (sample: S) => T {
  return (sample) => {
    let known = kept.get(sample) as Map<unknown, T> | undefined
    if (known === undefined) {
      known = new Map()
      kept.set(sample, known)
    }
    if (known.has(compute)) return known.get(compute) as T
    const result = compute(sample)
    known.set(compute, result)
    return result
  }
}

/** Lets go of everything that was kept of a sample, such as the order of its rows; it is computed again when asked for. */
export function letGo(sample: Sample): void {
  kept.delete(sample)
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
