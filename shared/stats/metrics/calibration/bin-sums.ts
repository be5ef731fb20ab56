import { type Binning, binEdges, binsOf, type Confidence } from '../../calibration.js'
import type { ClassSample } from '../../sample.js'
import { BlockSums, totalsOf } from './block-terms.js'
import { type ConfidenceKind, confidencesOf } from './confidence.js'

/** Sums of a sample by bin, enough for every calibration error and its bootstrap. Bins of several classes stand side by side. */
export interface BinSums {
  /** Bins of each confidence: those of the i-th one are from `starts[i]` to `starts[i + 1]`. */
  readonly starts: readonly number[]
  /** Rows in each bin. */
  readonly rows: Float64Array
  /** Weighted sum of event − score in each bin. */
  readonly residual: Float64Array
  readonly weight: Float64Array
  /** Weighted mean score of each bin; NaN in an empty one. */
  readonly score: Float64Array
  /** Blocks × (residual of each bin, then weight of each bin). */
  readonly blocks: Float64Array
}

const known = new WeakMap<ClassSample, Map<string, BinSums>>()

/** Sums of a sample with scores, read once for each way of binning. */
export function binSumsOf(sample: ClassSample, kind: ConfidenceKind, binning: Binning): BinSums {
  const key = `${kind} ${binning.binning} ${binning.bins} ${binning.edges}`
  const ofSample = known.get(sample) ?? new Map<string, BinSums>()
  known.set(sample, ofSample)
  const found = ofSample.get(key) ?? summed(sample, confidencesOf(sample, kind), binning)
  ofSample.set(key, found)
  return found
}

/** Number of bins that have rows, of those from `from` to `to`. */
export function filledBins({ rows }: BinSums, from: number, to: number): number {
  let filled = 0
  for (let bin = from; bin < to; bin++) filled += Number((rows[bin] as number) > 0)
  return filled
}

function summed(sample: ClassSample, confidences: readonly Confidence[], binning: Binning): BinSums {
  const edges = confidences.map(({ score, weights }) => binEdges(score, binning, weights))
  const starts = [0]
  for (const own of edges) starts.push((starts[starts.length - 1] as number) + own.length - 1)
  const bins = starts[starts.length - 1] as number
  const rows = new Float64Array(bins)
  const scores = new Float64Array(bins)
  const sums = new BlockSums(2 * bins)
  confidences.forEach(({ score, event }, one) => {
    const found = binsOf(score, edges[one] as Float64Array, binning.edges)
    const start = starts[one] as number
    for (let row = 0; row < sample.n; row++) {
      const weight = sample.weights === null ? 1 : (sample.weights[row] as number)
      if (!(weight > 0)) continue
      const bin = start + (found[row] as number)
      const block = sample.blocks[row] as number
      sums.add(block, bin, weight * ((event[row] as number) - (score[row] as number)))
      sums.add(block, bins + bin, weight)
      rows[bin] = (rows[bin] as number) + 1
      scores[bin] = (scores[bin] as number) + weight * (score[row] as number)
    }
  })
  const blocks = sums.finished()
  const totals = totalsOf(blocks)
  const weight = totals.slice(bins)
  return {
    starts,
    rows,
    residual: totals.slice(0, bins),
    weight,
    score: scores.map((sum, bin) => sum / (weight[bin] as number)),
    blocks,
  }
}
