import { scoreQuantiles } from './calibration-quantiles.js'
import type { Numbers } from './numeric.js'

/** How scores are put into bins. */
export interface Binning {
  /** `equal-width`: [0, 1] cut into equal parts. `equal-mass`: at quantiles of the scores; equal scores stay together. */
  readonly binning: 'equal-width' | 'equal-mass'
  readonly bins: number
  /**
   * `right-closed`: (a, b], with 0 in the first bin (scikit-learn; Guo et al. 2017). `left-closed`: [a, b), with 1 in the
   * last one (numpy, netcal). `half-open`: [a, b), with 1 in a bin of its own (torchmetrics).
   *
   * Edges of equal width are the fractions i / bins. Libraries that make them by steps, as numpy.linspace does, are off by
   * the last bit for some: 0.30000000000000004.
   */
  readonly edges: 'right-closed' | 'left-closed' | 'half-open'
}

export const DEFAULT_BINNING: Binning = { binning: 'equal-mass', bins: 15, edges: 'right-closed' }

/** One bin of a reliability curve. Both means are NaN in an empty bin. */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  /** Rows. */
  readonly n: number
  /** Their weight: `n` without weights. */
  readonly weight: number
  /** Mean score. */
  readonly score: number
  /** Share of rows where the event happened. */
  readonly rate: number
}

/** A confidence per row in [0, 1] and whether its event happened (1) or not (0). Without weights every row counts once. */
export interface Confidence {
  readonly score: Float64Array
  readonly event: Uint8Array
  readonly weights?: Float64Array | null
}

/** Kind `positive`: the score of the positive class against the truth. */
export function binaryConfidence(truth: Numbers, score: Numbers, weights: Float64Array | null = null): Confidence {
  return {
    score: score instanceof Float64Array ? score : new Float64Array(score),
    event: new Uint8Array(truth),
    weights,
  }
}

/** Kind `toplabel`: the highest probability of each row against whether that class was right; the first at a tie. */
export function topLabelConfidence(
  truth: Numbers,
  probabilities: Numbers,
  classes: number,
  weights: Float64Array | null = null,
): Confidence {
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
  return { score, event, weights }
}

/** The probability of one class against whether a row is of it. */
export function classConfidence(
  truth: Numbers,
  probabilities: Numbers,
  classes: number,
  one: number,
  weights: Float64Array | null = null,
): Confidence {
  const score = new Float64Array(truth.length)
  const event = new Uint8Array(truth.length)
  for (let i = 0; i < truth.length; i++) {
    score[i] = probabilities[i * classes + one] as number
    event[i] = Number(truth[i] === one)
  }
  return { score, event, weights }
}

/** Ascending edges, one more than bins; fewer bins when equal scores span several of them. */
export function binEdges(score: Numbers, options: Binning, weights: Float64Array | null = null): Float64Array {
  const { bins, edges, binning } = options
  const ends = edges === 'half-open' ? [1, 1] : [1]
  const shares = Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins)
  if (binning === 'equal-width') return Float64Array.from([0, ...shares, ...ends])
  const inner: number[] = []
  for (const edge of scoreQuantiles(score, weights, shares)) {
    // Scores pile up at exactly 0 and 1: the closed side gives them a bin of their own, the open side an empty one.
    const useful = edges === 'right-closed' ? edge < 1 : edge > 0 && (edges === 'left-closed' || edge < 1)
    if (useful && edge !== inner[inner.length - 1]) inner.push(edge)
  }
  return Float64Array.from([0, ...inner, ...ends])
}

/** Bin of a score in [0, 1]. */
function binOf(score: number, edges: Float64Array, closed: Binning['edges']): number {
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

/** Cells of the table, for few scores and for many. */
const [CELLS, MANY_CELLS] = [1 << 12, 1 << 16]
const MANY = 1_000_000

/** `binOf` for many scores: most are found by one look into a table of equal cells. */
export function binsOf(score: Float64Array, edges: Float64Array, closed: Binning['edges']): Uint16Array {
  const count = score.length > MANY ? MANY_CELLS : CELLS
  const cells = new Int32Array(count + 1)
  for (let cell = 0; cell <= count; cell++) {
    const [first, last] = [binOf(cell / count, edges, closed), binOf(Math.min(1, (cell + 1) / count), edges, closed)]
    cells[cell] = first === last ? first : -1
  }
  const bins = new Uint16Array(score.length)
  for (let i = 0; i < bins.length; i++) {
    const value = score[i] as number
    const found = cells[Math.floor(value * count)] as number
    bins[i] = found >= 0 ? found : binOf(value, edges, closed)
  }
  return bins
}

const known = new WeakMap<Confidence, Map<string, CalibrationBin[]>>()

/** Bins of a reliability curve, empty ones among them; made once for a confidence. */
export function calibrationBins(confidence: Confidence, options: Binning = DEFAULT_BINNING): CalibrationBin[] {
  const key = `${options.binning} ${options.bins} ${options.edges}`
  const ofConfidence = known.get(confidence) ?? new Map<string, CalibrationBin[]>()
  known.set(confidence, ofConfidence)
  const found = ofConfidence.get(key) ?? summed(confidence, options)
  ofConfidence.set(key, found)
  return found
}

function summed({ score, event, weights = null }: Confidence, options: Binning): CalibrationBin[] {
  const edges = binEdges(score, options, weights)
  const bins = binsOf(score, edges, options.edges)
  const sums = new Float64Array((edges.length - 1) * 4)
  for (let i = 0; i < score.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (!(weight > 0)) continue
    const offset = 4 * (bins[i] as number)
    sums[offset] = (sums[offset] as number) + 1
    sums[offset + 1] = (sums[offset + 1] as number) + weight * (score[i] as number)
    sums[offset + 2] = (sums[offset + 2] as number) + weight * (event[i] as number)
    sums[offset + 3] = (sums[offset + 3] as number) + weight
  }
  return Array.from({ length: edges.length - 1 }, (_, bin) => {
    const weight = sums[4 * bin + 3] as number
    return {
      low: edges[bin] as number,
      high: edges[bin + 1] as number,
      n: sums[4 * bin] as number,
      weight,
      score: (sums[4 * bin + 1] as number) / weight,
      rate: (sums[4 * bin + 2] as number) / weight,
    }
  })
}
