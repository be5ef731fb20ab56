import {
  type BrierParts,
  brierParts,
  isotonicMeans,
  isotonicSteps,
  partOf,
  poolRoom,
} from '../../calibration-isotonic.js'
import type { ClassSample } from '../../sample.js'
import { bootstrapBlocks, intervalFromReplicates } from '../../sampling/bootstrap.js'
import type { IntervalSettings } from '../../types.js'
import type { Estimator } from '../metric.js'
import { type BinSums, binSumsOf } from './bin-sums.js'
import { bootstrapName } from './block-terms.js'
import { confidencesOf } from './confidence.js'
import { combined, type Sized, withoutSpread } from './errors.js'
import { MOST_BINS, noiseOf, partsOf } from './gaps.js'
import { sizeOf } from './inversion.js'

/** Groups of rows that replicates of an isotonic fit are made of: the cost of one does not grow with the rows. */
const GROUPS = 60

const MISCALIBRATION = 'isotonic fits of 60 groups of scores, inverted in the size of the gaps'
const DISCRIMINATION = 'isotonic fits of 60 groups of scores, basic'

/** Parts of the Brier score of a sample with scores: of the positive class, or summed over classes. Read once. */
function brierPartsOf(sample: ClassSample): BrierParts | null {
  if (known.has(sample)) return known.get(sample) as BrierParts | null
  const kind = sample.task === 'binary' ? 'positive' : 'classwise'
  const all = confidencesOf(sample, kind).map((confidence) => brierParts(confidence, isotonicSteps(confidence)))
  const parts = all.includes(null) ? null : (all as BrierParts[]).reduce(added)
  known.set(sample, parts)
  return parts
}

const known = new WeakMap<ClassSample, BrierParts | null>()

function added(a: BrierParts, b: BrierParts): BrierParts {
  return {
    brier: a.brier + b.brier,
    miscalibration: a.miscalibration + b.miscalibration,
    discrimination: a.discrimination + b.discrimination,
    uncertainty: a.uncertainty + b.uncertainty,
  }
}

/**
 * What isotonic recalibration would gain. Noise adds to it as it does to an ECE, and the interval knows it.
 *
 * Measured on the worlds of `calibrationError`: 95 % intervals hold the true value in 94 to 99 % of samples of 1,000 rows, in
 * 86 to 94 % of those of 300.
 */
export const miscalibration: Estimator<ClassSample> = {
  methods: {
    single: `${bootstrapName({ clustered: false })}, ${MISCALIBRATION}`,
    difference: `${bootstrapName({ clustered: false })}, ${MISCALIBRATION}, combined`,
  },
  rows: (sample) => sample.n,
  value: (sample) => partOf(brierPartsOf(sample), 'miscalibration'),
  interval(sample, value, settings) {
    const { size, reason } = miscalibrationSize(sample, value, settings)
    if (size === null) return { interval: null, reason }
    const method = `${bootstrapName(sample)}, ${MISCALIBRATION}`
    return { interval: { low: size.low, high: size.high, level: settings.level, method }, reason: null }
  },
  differenceInterval(a, b, difference, settings) {
    const [ofA, ofB] = [a, b].map((sample) =>
      miscalibrationSize(sample, partOf(brierPartsOf(sample), 'miscalibration').value, settings),
    ) as [Sized, Sized]
    if (ofA.size === null || ofB.size === null) return { interval: null, reason: ofA.reason ?? ofB.reason }
    const method = `${bootstrapName(a)}, ${MISCALIBRATION}, combined`
    return combined(ofA.size, ofB.size, difference, method, settings)
  },
}

/** What the recalibrated scores gain over the event rate. */
export const discrimination: Estimator<ClassSample> = {
  methods: {
    single: `${bootstrapName({ clustered: false })}, ${DISCRIMINATION}`,
    difference: `${bootstrapName({ clustered: false })}, ${DISCRIMINATION}`,
  },
  rows: (sample) => sample.n,
  value: (sample) => partOf(brierPartsOf(sample), 'discrimination'),
  interval: (sample, value, settings) => basic(discriminationReplicates(sample, settings), value, sample, settings),
  differenceInterval(a, b, difference, settings) {
    const [ofA, ofB] = [discriminationReplicates(a, settings), discriminationReplicates(b, settings)]
    if (ofA === null || ofB === null) return tooManyGroups()
    return basic(
      { whole: ofA.whole - ofB.whole, drawn: ofA.drawn.map((one, i) => one - (ofB.drawn[i] as number)) },
      difference,
      a,
      settings,
    )
  },
}

/** Scores in groups of equal mass, fewer of them for each class when there are many. */
function groupsOf(sample: ClassSample): BinSums | null {
  const classes = sample.task === 'binary' ? 1 : sample.classes.length
  const bins = Math.min(GROUPS, Math.floor(MOST_BINS / 5 / classes))
  if (bins < 10) return null
  const kind = sample.task === 'binary' ? 'positive' : 'classwise'
  return binSumsOf(sample, kind, { binning: 'equal-mass', bins, edges: 'right-closed' })
}

const tooManyGroups = () => ({ interval: null, reason: 'there are too many classes for an interval' })

function miscalibrationSize(sample: ClassSample, value: number, settings: IntervalSettings): Sized {
  const sums = groupsOf(sample)
  if (sums === null) return { size: null, reason: tooManyGroups().reason }
  const noise = noiseOf(sums, 'mce', settings)
  const unknown = withoutSpread(noise)
  if (unknown !== null) return unknown
  const gaps = partsOf(sums, 'mce')
  const fit = isotonicGroups(sums)
  const error = { parts: gaps, noise, of: (some: Float64Array) => fit.miscalibration(some) }
  const measured = fit.miscalibration(gaps)
  const size = sizeOf(error, measured, settings.level, fit.gapsOfFit(gaps), [])
  return { size: { ...size, low: Math.min(size.low, value), high: Math.max(size.high, value) }, reason: null }
}

function discriminationReplicates(
  sample: ClassSample,
  settings: IntervalSettings,
): { whole: number; drawn: Float64Array } | null {
  const sums = groupsOf(sample)
  if (sums === null) return null
  const bins = sums.weight.length
  const fit = isotonicGroups(sums)
  const gaps = new Float64Array(bins)
  const of = (residual: Float64Array, weight: Float64Array) => {
    for (let bin = 0; bin < bins; bin++) {
      const own = weight[bin] as number
      gaps[bin] = own > 0 ? (residual[bin] as number) / own : 0
    }
    return fit.discrimination(gaps, weight)
  }
  const whole = of(sums.residual, sums.weight)
  const drawn = bootstrapBlocks(
    sums.blocks,
    2 * bins,
    (totals) => of(totals.subarray(0, bins), totals.subarray(bins)),
    settings,
  )
  return { whole, drawn }
}

/** The basic bootstrap interval 2θ − θ*: a fit to a replicate gains from noise twice, and the reflection takes it away. */
function basic(
  replicates: { whole: number; drawn: Float64Array } | null,
  value: number,
  sample: ClassSample,
  settings: IntervalSettings,
) {
  if (replicates === null) return tooManyGroups()
  const { whole, drawn } = replicates
  const method = `${bootstrapName(sample)}, ${DISCRIMINATION}`
  const { interval, reason } = intervalFromReplicates(
    drawn.map((one) => value + whole - one),
    settings.level,
    method,
  )
  if (interval === null) return { interval, reason }
  return { interval: { ...interval, low: Math.min(interval.low, value), high: Math.max(interval.high, value) }, reason }
}

/** Isotonic fits of grouped rows whose mean events are their mean scores plus a gap. */
function isotonicGroups({ starts, score, weight }: BinSums) {
  const bins = score.length
  const fitted = new Float64Array(bins)
  const room = poolRoom(bins)
  const means = new Float64Array(bins)
  const pool = (gaps: Float64Array, weights: Float64Array) => {
    for (let bin = 0; bin < bins; bin++) means[bin] = (score[bin] as number) + (gaps[bin] as number)
    for (let one = 0; one < starts.length - 1; one++) {
      const [from, to] = [starts[one] as number, starts[one + 1] as number]
      isotonicMeans(means.subarray(from, to), weights.subarray(from, to), fitted.subarray(from, to), room)
    }
  }
  /** Sum over confidences of the weighted mean of a term over their groups, which may use the mean of their events. */
  const summed = (weights: Float64Array, term: (bin: number, mean: number) => number) => {
    let sum = 0
    for (let one = 0; one < starts.length - 1; one++) {
      const [from, to] = [starts[one] as number, starts[one + 1] as number]
      let [total, events, own] = [0, 0, 0]
      for (let bin = from; bin < to; bin++) {
        total += weights[bin] as number
        if ((weights[bin] as number) > 0) events += (weights[bin] as number) * (means[bin] as number)
      }
      for (let bin = from; bin < to; bin++) {
        if ((weights[bin] as number) > 0) own += (weights[bin] as number) * term(bin, events / total)
      }
      sum += own / total
    }
    return sum
  }
  return {
    miscalibration(gaps: Float64Array): number {
      pool(gaps, weight)
      let sum = 0
      for (let one = 0; one < starts.length - 1; one++) {
        let [own, total] = [0, 0]
        for (let bin = starts[one] as number; bin < (starts[one + 1] as number); bin++) {
          const weightOfBin = weight[bin] as number
          if (!(weightOfBin > 0)) continue
          const [gap, away] = [gaps[bin] as number, (fitted[bin] as number) - (means[bin] as number)]
          own += weightOfBin * (gap * gap - away * away)
          total += weightOfBin
        }
        sum += own / total
      }
      return sum
    },
    /** Gaps of the fit rather than of the groups: what of them is not noise. */
    gapsOfFit(gaps: Float64Array): Float64Array {
      pool(gaps, weight)
      return fitted.map((rate, bin) => rate - (score[bin] as number))
    },
    /** The variance of the fitted rates. */
    discrimination(gaps: Float64Array, weights: Float64Array): number {
      pool(gaps, weights)
      return summed(weights, (bin, mean) => ((fitted[bin] as number) - mean) ** 2)
    },
  }
}
