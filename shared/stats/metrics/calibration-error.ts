import {
  binaryConfidence,
  binEdges,
  binOf,
  type Confidence,
  calibrationBins,
  DEFAULT_BINNING,
  expectedCalibrationError,
  topLabelConfidence,
} from '../calibration.js'
import { mean, quantileSorted, variance } from '../numeric.js'
import type { ClassSample } from '../sample.js'
import { bootstrapBlocks, intervalFromReplicates } from '../sampling/bootstrap.js'
import type { Interval, IntervalSettings } from '../types.js'
import { blockSums, scoreOf } from './estimators.js'
import type { Estimator } from './metric.js'

const SINGLE = 'bootstrap of row blocks, inverted in the size of the gaps'
const DIFFERENCE = `${SINGLE}, combined`

/**
 * Noise adds to an ECE: a perfectly calibrated model shows 0.07 on 300 rows, and replicates carry that noise twice. So
 * the interval holds the sizes of the true gaps which, with the noise of the bins, would give the measured value.
 *
 * Measured on calibrated, sharp, shifted and rare scores: 95 % intervals hold the true value in 93 to 98 % of samples of
 * 300 and 1,000 rows, in 90 % of those of 300 rows with 20 positive ones.
 */
export const calibrationError: Estimator<ClassSample> = {
  methods: { single: SINGLE, difference: DIFFERENCE },
  rows: (sample) => sample.n,
  value: (sample) => expectedCalibrationError(calibrationBins(confidenceOf(sample))),
  interval: (sample, value, settings) => {
    const { size, reason } = sizeOf(sample, value, settings)
    if (size === null) return { interval: null, reason }
    return { interval: { low: size.low, high: size.high, level: settings.level, method: SINGLE }, reason: null }
  },
  differenceInterval: (a, b, value, settings) => {
    const [ofA, ofB] = [a, b].map((sample) => {
      return sizeOf(sample, calibrationError.value(sample).value, settings)
    }) as [Sized, Sized]
    if (ofA.size === null || ofB.size === null) return { interval: null, reason: ofA.reason ?? ofB.reason }
    const { low, high } = differenceOf(ofA.size, ofB.size)
    const interval: Interval = {
      low: Math.min(low, value),
      high: Math.max(high, value),
      level: settings.level,
      method: DIFFERENCE,
    }
    return { interval, reason: null }
  },
}

/** Confidence of a sample with scores: `binary` for two classes, `top-label` for more. */
export function confidenceOf(sample: ClassSample): Confidence {
  return sample.task === 'binary'
    ? binaryConfidence(sample.truth, scoreOf(sample))
    : topLabelConfidence(sample.truth, sample.probabilities as Float64Array, sample.classes.length)
}

/** Bounds of the true error, its middle, and what replicates of an error of that size would show. */
interface Size {
  readonly low: number
  readonly middle: number
  readonly high: number
  readonly replicates: Float64Array
}

type Sized = { readonly size: Size; readonly reason: null } | { readonly size: null; readonly reason: string | null }

function sizeOf(sample: ClassSample, value: number, settings: IntervalSettings): Sized {
  const { gaps, noise, replicates } = gapsOf(sample, settings)
  const plain = intervalFromReplicates(replicates, settings.level, SINGLE)
  if (plain.interval === null) return { size: null, reason: plain.reason }
  const shown = (direction: Float64Array) => (size: number) => errorsOf(direction, size, noise)
  const along = shown(shareOf(gaps))
  // Noise adds least where every gap stands equally clear of it: the upper bound has to hold there too.
  const even = shown(shareOf(gaps.map((gap, bin) => (gap < 0 ? -1 : 1) * noiseOfBin(noise, gaps.length, bin))))
  const half = (1 - settings.level) / 2
  const middle = sizeAt(along, 0.5, value)
  const low = Math.min(value, sizeAt(along, 1 - half, value))
  const high = Math.max(value, sizeAt(even, half, value))
  return { size: { low, middle, high, replicates: along(middle) }, reason: null }
}

/**
 * Of errors both proven above 0: square-and-add, with the correlation of the models on the same rows (Zou 2007). Next to
 * 0 an error is not normal, and the bounds themselves are subtracted.
 */
function differenceOf(a: Size, b: Size): { low: number; high: number } {
  if (a.low === 0 || b.low === 0) return { low: a.low - b.high, high: a.high - b.low }
  const shared = 2 * correlation(a.replicates, b.replicates)
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y - shared * x * y))
  const centre = a.middle - b.middle
  return {
    low: centre - reach(a.middle - a.low, b.high - b.middle),
    high: centre + reach(a.high - a.middle, b.middle - b.low),
  }
}

/** Gaps of the bins, weighted by their rows, and what each replicate adds to them: bins side by side. */
function gapsOf(sample: ClassSample, settings: IntervalSettings) {
  const { score, event } = confidenceOf(sample)
  const edges = binEdges(score, DEFAULT_BINNING)
  const bins = Uint16Array.from(score, (value) => binOf(value, edges, DEFAULT_BINNING.edges))
  const last = edges.length - 1
  const add = (sums: Float64Array, offset: number, row: number) => {
    const bin = offset + (bins[row] as number)
    sums[bin] = (sums[bin] as number) + (event[row] as number) - (score[row] as number)
    sums[offset + last] = (sums[offset + last] as number) + 1
  }
  const gaps = new Float64Array(last + 1)
  for (let row = 0; row < sample.n; row++) add(gaps, 0, row)
  const whole = gaps.subarray(0, last).map((gap) => gap / sample.n)
  const noise = new Float64Array(settings.replicates * last)
  let at = 0
  const ofReplicate = (totals: Float64Array): number => {
    let error = 0
    for (let bin = 0; bin < last; bin++) {
      const gap = (totals[bin] as number) / (totals[last] as number)
      noise[at++] = gap - (whole[bin] as number)
      error += Math.abs(gap)
    }
    return error
  }
  const replicates = bootstrapBlocks(blockSums(sample, [{ width: last + 1, add }]), last + 1, ofReplicate, settings)
  return { gaps: whole, noise, replicates }
}

/** Errors that gaps of a size would show, one per replicate; NaN where a replicate is undefined. */
function errorsOf(direction: Float64Array, size: number, noise: Float64Array): Float64Array {
  const bins = direction.length
  return Float64Array.from({ length: noise.length / bins }, (_, replicate) => {
    let error = 0
    for (let bin = 0; bin < bins; bin++) {
      error += Math.abs(size * (direction[bin] as number) + (noise[replicate * bins + bin] as number))
    }
    return error
  })
}

/** The size in [0, 1] of which the share `p` of the replicates shows less than the value; 0 where even none shows more. */
function sizeAt(shown: (size: number) => Float64Array, p: number, value: number): number {
  const quantile = (size: number) => quantileSorted(shown(size).filter(Number.isFinite).sort(), p)
  if (quantile(0) >= value) return 0
  let [below, above] = [0, 1]
  for (let step = 0; step < 30; step++) {
    const middle = (below + above) / 2
    if (quantile(middle) < value) below = middle
    else above = middle
  }
  return (below + above) / 2
}

/** Numbers scaled so that their absolute values sum to 1; all 0 when they are. */
function shareOf(numbers: Float64Array): Float64Array {
  const sum = numbers.reduce((total, number) => total + Math.abs(number), 0)
  return sum === 0 ? numbers : numbers.map((number) => number / sum)
}

function noiseOfBin(noise: Float64Array, bins: number, bin: number): number {
  const ofBin = Float64Array.from({ length: noise.length / bins }, (_, replicate) => noise[replicate * bins + bin] ?? 0)
  return Math.sqrt(variance(ofBin.filter(Number.isFinite)))
}

function correlation(a: Float64Array, b: Float64Array): number {
  const known = Array.from(a.keys()).filter((i) => Number.isFinite(a[i]) && Number.isFinite(b[i]))
  const [x, y] = [Float64Array.from(known, (i) => a[i] as number), Float64Array.from(known, (i) => b[i] as number)]
  const [ofX, ofY] = [mean(x), mean(y)]
  const product = mean(x.map((value, i) => (value - ofX) * ((y[i] as number) - ofY)))
  const spread = Math.sqrt(variance(x) * variance(y))
  return spread > 0 ? product / spread : 0
}
