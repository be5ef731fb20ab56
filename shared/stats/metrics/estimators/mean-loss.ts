import { tQuantile } from '../../distributions.js'
import { Accumulator } from '../../numeric.js'
import type { Sample } from '../../sample.js'
import type { Interval, IntervalSettings } from '../../types.js'
import { isPlain } from '../evidence.js'
import type { Estimator } from '../metric.js'
import { bounds, perSample } from './common.js'
import { ofSums } from './sums.js'

const NO_SPREAD = 'every row gives the same number: the spread is unknown'
const SINGLE = 'Student t'
const PAIRED = 'Student t of the paired differences'

/**
 * The weighted mean of a loss per row. Student's t on independent rows that count once each; otherwise a bootstrap of
 * blocks.
 */
export function meanLoss<S extends Sample>(spec: {
  loss(sample: S, row: number): number
  /** Why the metric is refused for these rows, or null. */
  refuse?(sample: S): string | null
}): Estimator<S> {
  const resampled = ofSums<S>({
    sums: (sample) => ({
      width: 2,
      terms: (out, at, row) => {
        out[at] = 1
        out[at + 1] = spec.loss(sample, row)
      },
      of: ([weight, sum]) => (sum as number) / (weight as number),
    }),
  })
  const moments = perSample((sample: S) => momentsOf(sample.n, (row) => spec.loss(sample, row)))
  return {
    methods: { single: SINGLE, difference: PAIRED },
    rows: resampled.rows,
    value: (sample) => {
      const reason = spec.refuse?.(sample) ?? null
      if (reason !== null) return { value: Number.NaN, reason }
      return isPlain(sample) ? { value: moments(sample).mean, reason: null } : resampled.value(sample)
    },
    interval: (sample, value, settings) =>
      isPlain(sample)
        ? bounds(tInterval(moments(sample), settings, SINGLE), NO_SPREAD)
        : resampled.interval(sample, value, settings),
    differenceInterval: (a, b, value, settings) => {
      if (!isPlain(a)) return resampled.differenceInterval(a, b, value, settings)
      const paired = momentsOf(a.n, (row) => spec.loss(a, row) - spec.loss(b, row))
      return bounds(tInterval(paired, settings, PAIRED), NO_SPREAD)
    },
  }
}

interface Moments {
  readonly n: number
  readonly mean: number
  /** With n − 1. */
  readonly variance: number
}

/** Mean and variance in one pass; in two when the mean is so far from 0 that the squares would lose the spread. */
function momentsOf(n: number, of: (row: number) => number): Moments {
  const [sum, squares] = [new Accumulator(), new Accumulator()]
  const first = n > 0 ? of(0) : 0
  let constant = true
  for (let i = 0; i < n; i++) {
    const value = of(i)
    if (value !== first) constant = false
    sum.add(value)
    squares.add(value * value)
  }
  const mean = sum.sum / n
  if (constant) return { n, mean, variance: 0 }
  const spread = squares.sum - mean * sum.sum
  if (spread > 1e-3 * squares.sum) return { n, mean, variance: spread / (n - 1) }
  const deviations = new Accumulator()
  for (let i = 0; i < n; i++) deviations.add((of(i) - mean) ** 2)
  return { n, mean, variance: deviations.sum / (n - 1) }
}

function tInterval({ n, mean, variance }: Moments, { level }: IntervalSettings, method: string): Interval | null {
  if (n < 2 || variance === 0) return null
  const half = tQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance / n)
  return { low: mean - half, high: mean + half, level, method }
}
