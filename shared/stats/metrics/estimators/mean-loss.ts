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
  /** The losses of all rows at once, for metrics of very many. */
  losses?(sample: S): Float64Array
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
  const losses = (sample: S) => spec.losses?.(sample) ?? columnOf(sample.n, (row) => spec.loss(sample, row))
  const moments = perSample((sample: S) => momentsOf(losses(sample), null))
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
      const paired = momentsOf(losses(a), losses(b))
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

function columnOf(n: number, loss: (row: number) => number): Float64Array {
  const losses = new Float64Array(n)
  for (let row = 0; row < n; row++) losses[row] = loss(row)
  return losses
}

/**
 * Mean and variance of numbers, less others row by row, in one pass; in two when the mean is so far from 0 that the squares
 * would lose the spread.
 */
function momentsOf(values: Float64Array, less: Float64Array | null): Moments {
  const n = values.length
  const [sum, squares] = [new Accumulator(), new Accumulator()]
  const first = n === 0 ? 0 : (values[0] as number) - (less === null ? 0 : (less[0] as number))
  let constant = true
  for (let i = 0; i < n; i++) {
    const value = less === null ? (values[i] as number) : (values[i] as number) - (less[i] as number)
    if (value !== first) constant = false
    sum.add(value)
    squares.add(value * value)
  }
  const mean = sum.sum / n
  if (constant) return { n, mean, variance: 0 }
  const spread = squares.sum - mean * sum.sum
  if (spread > 1e-3 * squares.sum) return { n, mean, variance: spread / (n - 1) }
  const deviations = new Accumulator()
  for (let i = 0; i < n; i++) {
    const value = less === null ? (values[i] as number) : (values[i] as number) - (less[i] as number)
    deviations.add((value - mean) ** 2)
  }
  return { n, mean, variance: deviations.sum / (n - 1) }
}

function tInterval({ n, mean, variance }: Moments, { level }: IntervalSettings, method: string): Interval | null {
  if (n < 2 || variance === 0) return null
  const half = tQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance / n)
  return { low: mean - half, high: mean + half, level, method }
}
