import { type Numbers, quantileSorted } from './numeric.js'
import { defined, undefinedBecause, type Value } from './types.js'

/** How scores are put into bins. */
export interface Binning {
  /** `equal-width`: [0, 1] cut into equal parts. `equal-mass`: at quantiles of the scores; equal scores stay together. */
  readonly binning: 'equal-width' | 'equal-mass'
  readonly bins: number
  /** `right-closed`: (a, b], with 0 in the first bin. `left-closed`: [a, b), with 1 in the last one. */
  readonly edges: 'right-closed' | 'left-closed'
}

export const DEFAULT_BINNING: Binning = { binning: 'equal-mass', bins: 15, edges: 'right-closed' }

/** One bin of a reliability curve. Both means are NaN in an empty bin. */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  readonly n: number
  /** Mean score. */
  readonly score: number
  /** Share of rows where the event happened. */
  readonly rate: number
}

/** A confidence per row and whether its event happened (1) or not (0). */
export interface Confidence {
  readonly score: Float64Array
  readonly event: Uint8Array
}

/** Kind `binary`: the score of the positive class against the truth. */
export function binaryConfidence(truth: Numbers, score: Numbers): Confidence {
  return { score: Float64Array.from(score), event: Uint8Array.from(truth) }
}

/** Kind `top-label`: the highest probability of each row against whether that class was right; the first at a tie. */
export function topLabelConfidence(truth: Numbers, probabilities: Numbers, classes: number): Confidence {
  const score = new Float64Array(truth.length)
  const event = new Uint8Array(truth.length)
  for (let i = 0; i < truth.length; i++) {
    let best = 0
    for (let k = 1; k < classes; k++) {
      if ((probabilities[i * classes + k] as number) > (probabilities[i * classes + best] as number)) best = k
    }
    score[i] = probabilities[i * classes + best] as number
    event[i] = Number(best === truth[i])
  }
  return { score, event }
}

/** Ascending edges, one more than bins; fewer bins when equal scores span several of them. */
export function binEdges(score: Numbers, options: Binning): Float64Array {
  if (options.binning === 'equal-width') {
    return Float64Array.from({ length: options.bins + 1 }, (_, i) => i / options.bins)
  }
  const sorted = Float64Array.from(score).sort()
  const inner: number[] = []
  for (let i = 1; i < options.bins; i++) {
    const edge = quantileSorted(sorted, i / options.bins)
    // Scores pile up at exactly 0 and 1: the closed side gives them a bin of their own, the open side an empty one.
    const useful = options.edges === 'right-closed' ? edge < 1 : edge > 0
    if (useful && edge !== inner[inner.length - 1]) inner.push(edge)
  }
  return Float64Array.from([0, ...inner, 1])
}

/** Bin of a score in [0, 1]. */
export function binOf(score: number, edges: Float64Array, closed: Binning['edges']): number {
  let low = 0
  let high = edges.length - 2
  while (low < high) {
    const middle = (low + high) >>> 1
    const edge = edges[middle + 1] as number
    if (closed === 'right-closed' ? score <= edge : score < edge) high = middle
    else low = middle + 1
  }
  return low
}

export function calibrationBins({ score, event }: Confidence, options: Binning = DEFAULT_BINNING): CalibrationBin[] {
  const edges = binEdges(score, options)
  const sums = new Float64Array((edges.length - 1) * 3)
  for (let i = 0; i < score.length; i++) {
    const offset = 3 * binOf(score[i] as number, edges, options.edges)
    sums[offset] = (sums[offset] as number) + 1
    sums[offset + 1] = (sums[offset + 1] as number) + (score[i] as number)
    sums[offset + 2] = (sums[offset + 2] as number) + (event[i] as number)
  }
  return Array.from({ length: edges.length - 1 }, (_, bin) => {
    const n = sums[3 * bin] as number
    return {
      low: edges[bin] as number,
      high: edges[bin + 1] as number,
      n,
      score: (sums[3 * bin + 1] as number) / n,
      rate: (sums[3 * bin + 2] as number) / n,
    }
  })
}

/** Expected calibration error: the gap between score and rate, averaged over bins with their rows as weights. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): Value {
  let gaps = 0
  let rows = 0
  for (const bin of bins) {
    if (bin.n === 0) continue
    gaps += bin.n * Math.abs(bin.rate - bin.score)
    rows += bin.n
  }
  return rows === 0 ? undefinedBecause('there are no rows') : defined(gaps / rows)
}

/** Maximum calibration error: the largest gap of a bin that has rows. */
export function maximumCalibrationError(bins: readonly CalibrationBin[]): Value {
  const gaps = bins.filter((bin) => bin.n > 0).map((bin) => Math.abs(bin.rate - bin.score))
  return gaps.length === 0 ? undefinedBecause('there are no rows') : defined(Math.max(...gaps))
}
