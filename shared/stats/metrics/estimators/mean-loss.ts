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
  /** Losses of as many rows as there is room for, from one on: what metrics of very many rows take less time by. */
  fill?(sample: S, from: number, into: Float64Array): void
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
  const lossesOf = (sample: S): Losses => ({
    n: sample.n,
    fill(from, into) {
      if (spec.fill !== undefined) spec.fill(sample, from, into)
      else for (let i = 0; i < into.length; i++) into[i] = spec.loss(sample, from + i)
    },
  })
  const moments = perSample((sample: S) => momentsOf(lossesOf(sample), null))
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
      const paired = momentsOf(lossesOf(a), lossesOf(b))
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

/** A number for each row. */
interface Losses {
  readonly n: number
  fill(from: number, into: Float64Array): void
}

/** Rows that are looked at together. */
const CHUNK = 8192

/**
 * Mean and variance of numbers, less others row by row, in one pass; in two when the mean is so far from 0 that the squares
 * would lose the spread.
 */
function momentsOf(values: Losses, less: Losses | null): Moments {
  const { n } = values
  const [sum, squares] = [new Accumulator(), new Accumulator()]
  let first = Number.NaN
  let constant = true
  eachChunk(values, less, (chunk) => {
    if (Number.isNaN(first)) first = chunk[0] as number
    for (let i = 0; i < chunk.length; i++) {
      const value = chunk[i] as number
      if (value !== first) constant = false
      sum.add(value)
      squares.add(value * value)
    }
  })
  const mean = sum.sum / n
  if (constant) return { n, mean, variance: 0 }
  const spread = squares.sum - mean * sum.sum
  if (spread > 1e-3 * squares.sum) return { n, mean, variance: spread / (n - 1) }
  const deviations = new Accumulator()
  eachChunk(values, less, (chunk) => {
    for (let i = 0; i < chunk.length; i++) deviations.add(((chunk[i] as number) - mean) ** 2)
  })
  return { n, mean, variance: deviations.sum / (n - 1) }
}

/** Calls `visit` with the numbers, less the others, so many at once. */
function eachChunk({ n, fill }: Losses, less: Losses | null, visit: (chunk: Float64Array) => void): void {
  const [values, others] = [new Float64Array(Math.min(n, CHUNK)), new Float64Array(Math.min(n, CHUNK))]
  for (let from = 0; from < n; from += CHUNK) {
    const size = Math.min(CHUNK, n - from)
    const chunk = values.subarray(0, size)
    fill(from, chunk)
    if (less !== null) {
      const other = others.subarray(0, size)
      less.fill(from, other)
      for (let i = 0; i < size; i++) chunk[i] = (chunk[i] as number) - (other[i] as number)
    }
    visit(chunk)
  }
}

function tInterval({ n, mean, variance }: Moments, { level }: IntervalSettings, method: string): Interval | null {
  if (n < 2 || variance === 0) return null
  const half = tQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance / n)
  return { low: mean - half, high: mean + half, level, method }
}
