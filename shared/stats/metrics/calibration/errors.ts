import type { Binning } from '../../calibration.js'
import { twoSidedZ } from '../../distributions.js'
import type { ClassSample } from '../../sample.js'
import { type IntervalSettings, undefinedBecause } from '../../types.js'
import type { Bounds, Estimator } from '../metric.js'
import { type BinSums, binSumsOf } from './bin-sums.js'
import { type ConfidenceKind, usualKind } from './confidence.js'
import { MOST_BINS, type Norm, noiseOf, normOf, partsOf } from './gaps.js'
import { noiseByBin, type Size, sizeDifference, sizeOf } from './inversion.js'

/** A gap of fewer rows is unknown, and two norms let it count like those of many. */
const LEAST_ROWS = 20

/** How a calibration error is made. */
export interface ErrorSpec {
  readonly norm: Norm
  readonly binning: Binning
  /** Null: `positive` for two classes, `toplabel` for more. */
  readonly kind: ConfidenceKind | null
}

/** Name of the method of an interval of one model. */
function errorMethod(norm: Norm, clustered: boolean): string {
  const bootstrap = `bootstrap of ${clustered ? 'clusters' : 'row blocks'}`
  return norm === 'mce' ? `${bootstrap}, largest studentised gap` : `${bootstrap}, inverted in the size of the gaps`
}

/**
 * An error of bins with an interval that knows of its bias.
 *
 * Measured with `ece` on calibrated, sharp, shifted and rare scores: 95 % intervals hold the true value in 93 to 98 % of
 * samples of 300 and 1,000 rows, in 90 % of those of 300 rows with 20 positive ones. On 500 rows, 60 samples each: `ace` and
 * `rmsce` in 88 to 98 %, `mce` in 99 to 100 %.
 */
export function calibrationError(spec: ErrorSpec): Estimator<ClassSample> {
  const { norm } = spec
  const sums = (sample: ClassSample) => binSumsOf(sample, spec.kind ?? usualKind(sample.task), spec.binning)
  const value = (sample: ClassSample) => {
    const own = sums(sample)
    if (!own.rows.some((rows) => rows > 0)) return undefinedBecause('there are no rows')
    return { value: normOf(partsOf(own, norm), norm, own.starts), reason: null }
  }
  const single = errorMethod(norm, false)
  return {
    methods: { single, difference: `${single}, combined` },
    rows: (sample) => sample.n,
    value,
    interval(sample, measured, settings) {
      const { size, reason } = boundedSize(sums(sample), norm, measured, settings)
      if (size === null) return { interval: null, reason }
      const method = errorMethod(norm, sample.clustered)
      return { interval: { low: size.low, high: size.high, level: settings.level, method }, reason: null }
    },
    differenceInterval(a, b, difference, settings) {
      const [ofA, ofB] = [a, b].map((sample) => boundedSize(sums(sample), norm, value(sample).value, settings)) as [
        Sized,
        Sized,
      ]
      if (ofA.size === null || ofB.size === null) return { interval: null, reason: ofA.reason ?? ofB.reason }
      return combined(ofA.size, ofB.size, difference, `${errorMethod(norm, a.clustered)}, combined`, settings)
    },
  }
}

/** The interval of a difference of two sizes, which holds the measured one. */
export function combined(a: Size, b: Size, difference: number, method: string, settings: IntervalSettings): Bounds {
  const { low, high } = sizeDifference(a, b)
  const interval = { low: Math.min(low, difference), high: Math.max(high, difference), level: settings.level, method }
  return { interval, reason: null }
}

export type Sized =
  | { readonly size: Size; readonly reason: null }
  | { readonly size: null; readonly reason: string | null }

/** Whether the noise of parts is known at all: an interval of no width would look like proof. */
export function withoutSpread(noise: Float64Array): Sized | null {
  if (noise.some((part) => part !== 0)) return null
  return { size: null, reason: 'all bootstrap replicates are equal: too few rows to know the spread' }
}

const known = new WeakMap<BinSums, Map<string, Sized>>()

/** Made once: an interval of one model and that of a difference both need it. */
function boundedSize(sums: BinSums, norm: Norm, value: number, settings: IntervalSettings): Sized {
  const key = JSON.stringify([norm, value, settings.level, settings.seed, settings.replicates])
  const ofSums = known.get(sums) ?? new Map<string, Sized>()
  known.set(sums, ofSums)
  const found = ofSums.get(key) ?? bounded(sums, norm, value, settings)
  ofSums.set(key, found)
  return found
}

function bounded(sums: BinSums, norm: Norm, value: number, settings: IntervalSettings): Sized {
  const bins = sums.weight.length
  if (bins > MOST_BINS)
    return { size: null, reason: `there are ${bins} bins, and intervals are made of ${MOST_BINS} at most` }
  const small = norm === 'mce' || norm === 'ace' ? smallestBin(sums) : null
  if (small !== null) {
    return { size: null, reason: `a bin has ${small} rows, and the gap of fewer than ${LEAST_ROWS} is unknown` }
  }
  const noise = noiseOf(sums, norm, settings)
  const unknown = withoutSpread(noise)
  if (unknown !== null) return unknown
  const parts = partsOf(sums, norm)
  if (norm === 'mce') return { size: largestGap(sums, parts, noise, value, settings.level), reason: null }
  const error = { parts, noise, of: (some: Float64Array, offset: number) => normOf(some, norm, sums.starts, offset) }
  // Noise adds least where every gap stands equally clear of it: the upper bound has to hold there too.
  const deviations = noiseByBin(noise, bins)
  const even = parts.map((part, bin) => (part < 0 ? -1 : 1) * (deviations[bin] as number))
  return { size: sizeOf(error, value, settings.level, parts, [even]), reason: null }
}

/** Rows of the smallest bin that has some, when they are too few; else null. */
function smallestBin({ rows }: BinSums): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const own of rows) if (own > 0) least = Math.min(least, own)
  return least < LEAST_ROWS ? least : null
}

/**
 * Bounds of the largest gap. Above: the largest of the bins’ own upper bounds, which hold the bin that is truly the
 * largest. Below: the largest of lower bounds that hold for all bins at once, by the largest studentised noise. No bin’s
 * noise is taken for less than its scores would make if they were true: thirty rows without an event are not certain.
 */
function largestGap(sums: BinSums, parts: Float64Array, noise: Float64Array, value: number, level: number): Size {
  const bins = parts.length
  const replicates = noise.length / bins
  const deviations = noiseByBin(noise, bins).map((own, bin) => Math.max(own, ownNoise(sums, bin)))
  const tail = (1 - level) / 2
  const quantile = (values: Float64Array, p: number) => values.sort()[Math.ceil(p * (values.length - 1))] as number
  const largest = new Float64Array(replicates)
  const shown = new Float64Array(replicates)
  const drawn = new Float64Array(bins)
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let bin = 0; bin < bins; bin++) {
      const own = noise[replicate * bins + bin] as number
      const deviation = deviations[bin] as number
      if (deviation > 0) largest[replicate] = Math.max(largest[replicate] as number, Math.abs(own) / deviation)
      drawn[bin] = (parts[bin] as number) + own
    }
    shown[replicate] = normOf(drawn, 'mce', sums.starts)
  }
  const together = quantile(largest, 1 - tail)
  const ofBin = new Float64Array(replicates)
  const [low, high] = [new Float64Array(bins), new Float64Array(bins)]
  for (let bin = 0; bin < bins; bin++) {
    for (let replicate = 0; replicate < replicates; replicate++) {
      ofBin[replicate] = Math.abs(noise[replicate * bins + bin] as number)
    }
    const gap = Math.abs(parts[bin] as number)
    low[bin] = Math.max(0, gap - together * (deviations[bin] as number))
    high[bin] = gap + Math.max(quantile(ofBin, 1 - 2 * tail), twoSidedZ(level) * ownNoise(sums, bin))
  }
  const of = (gaps: Float64Array) => normOf(gaps, 'mce', sums.starts)
  return { low: of(low), middle: value, high: Math.max(value, of(high)), replicates: shown }
}

/** Standard deviation of the gap of a bin whose scores are true. */
function ownNoise({ score, rows }: BinSums, bin: number): number {
  const n = rows[bin] as number
  if (n === 0) return 0
  const mean = score[bin] as number
  return Math.sqrt((mean * (1 - mean)) / n)
}
