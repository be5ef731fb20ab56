import { bootstrapBlocks } from '../../sampling/bootstrap.js'
import type { IntervalSettings } from '../../types.js'
import { type BinSums, filledBins } from './bin-sums.js'

/**
 * How gaps of bins become one number. `ece`: their mean with the weights of the bins; `ace`: their plain mean over bins
 * that have rows; `rmsce`: the root of the weighted mean of their squares; `mce`: the largest.
 */
export type Norm = 'ece' | 'ace' | 'rmsce' | 'mce'

/** More bins than this, over all classes, have no interval: their replicates would not fit into a second. */
export const MOST_BINS = 1500
/** Bins × replicates. */
const MOST_NUMBERS = 300_000

/** Signed parts of an error, one for each bin, scaled so that `normOf` makes the error of them. */
export function partsOf(sums: BinSums, norm: Norm): Float64Array {
  const parts = new Float64Array(sums.weight.length)
  writeParts(sums, norm, sums.residual, sums.weight, parts)
  return parts
}

/** The error of parts: the mean over confidences of what the norm makes of each one’s bins. */
export function normOf(parts: Float64Array, norm: Norm, starts: readonly number[], offset = 0): number {
  const confidences = starts.length - 1
  let sum = 0
  for (let one = 0; one < confidences; one++) {
    const [from, to] = [offset + (starts[one] as number), offset + (starts[one + 1] as number)]
    let own = 0
    for (let bin = from; bin < to; bin++) {
      const part = parts[bin] as number
      if (norm === 'rmsce') own += part * part
      else if (norm === 'mce') own = Math.max(own, Math.abs(part))
      else own += Math.abs(part)
    }
    sum += norm === 'rmsce' ? Math.sqrt(own) : own
  }
  return sum / confidences
}

/** What each replicate adds to the parts: replicates × bins. A bin that a replicate leaves empty adds nothing. */
export function noiseOf(sums: BinSums, norm: Norm, settings: IntervalSettings): Float64Array {
  const bins = sums.weight.length
  const replicates = Math.min(settings.replicates, Math.max(100, Math.floor(MOST_NUMBERS / bins)))
  const parts = partsOf(sums, norm)
  const noise = new Float64Array(replicates * bins)
  const drawn = new Float64Array(bins)
  let at = 0
  const ofReplicate = (totals: Float64Array): number => {
    writeParts(sums, norm, totals.subarray(0, bins), totals.subarray(bins), drawn)
    for (let bin = 0; bin < bins; bin++) {
      const part = drawn[bin] as number
      noise[at++] = Number.isFinite(part) ? part - (parts[bin] as number) : 0
    }
    return 0
  }
  bootstrapBlocks(sums.blocks, 2 * bins, ofReplicate, { ...settings, replicates })
  return noise
}

function writeParts(
  sums: BinSums,
  norm: Norm,
  residual: Float64Array,
  weight: Float64Array,
  parts: Float64Array,
): void {
  const { starts } = sums
  for (let one = 0; one < starts.length - 1; one++) {
    const [from, to] = [starts[one] as number, starts[one + 1] as number]
    const filled = norm === 'ace' ? filledBins(sums, from, to) : 0
    let total = 0
    for (let bin = from; bin < to; bin++) total += weight[bin] as number
    for (let bin = from; bin < to; bin++) {
      const [gap, own] = [residual[bin] as number, weight[bin] as number]
      if (sums.rows[bin] === 0) parts[bin] = 0
      else if (norm === 'ece') parts[bin] = gap / total
      else if (norm === 'ace') parts[bin] = gap / own / filled
      else if (norm === 'rmsce') parts[bin] = gap / Math.sqrt(own * total)
      else parts[bin] = gap / own
    }
  }
}
