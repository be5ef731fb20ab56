import { mean } from '../../../shared/stats/numeric.js'
import { intervalFromReplicates, withBlockWeights } from '../../../shared/stats/sampling/bootstrap.js'
import type { Estimate, IntervalSettings } from '../../../shared/stats/types.js'
import { betweenStarts, byStart } from './between.js'
import type { Times } from './measure.js'
import { latenciesOf } from './percentiles.js'

/** A percentile of the ratio needs so many values above it, or chance alone makes it. */
const MIN_ABOVE = 5
const MIN_BLOCKS = 10
const MOST_BLOCKS = 1024
const METHOD = 'block bootstrap of rounds, percentile'

/**
 * Ratio of a percentile of two models over the same rounds. Rounds that follow each other are alike, so blocks of n^⅓ of
 * them are resampled (Künsch 1989), both models together.
 */
export function percentileRatio(
  candidate: Times,
  baseline: Times,
  share: number,
  settings: IntervalSettings,
): Estimate {
  const n = candidate.values.length
  if (n === 0) return NO_ROUNDS
  const [a, b] = [ascending(candidate.values), ascending(baseline.values)]
  const blocks = blocksOf(candidate)
  const ratio = (weights: Uint8Array | null) =>
    quantile(candidate.values, a, share, weights, blocks) / quantile(baseline.values, b, share, weights, blocks)
  if (n * (1 - share) < MIN_ABOVE) {
    const reason = `${n} rounds are too few for a percentile so high: ${Math.ceil(MIN_ABOVE / (1 - share))} are needed`
    return { value: ratio(null), n, interval: null, reason }
  }
  const within = estimated(ratio, n, blocks, settings)
  const of = (a: Float64Array, b: Float64Array) => latenciesOf(a).at(share) / latenciesOf(b).at(share)
  return paired(within, candidate, baseline, of, settings.level)
}

/** Rows per second of requests one after the other; `batch` rows each. */
export function throughputOf(times: Times, batch: number, settings: IntervalSettings): Estimate {
  const n = times.values.length
  if (n === 0) return { ...NO_ROUNDS, reason: 'there were no requests' }
  const blocks = blocksOf(times)
  const rate = (weights: Uint8Array | null) => (1000 * batch) / weightedMean(times.values, weights, blocks)
  const ofStarts = byStart(times).map((part) => (1000 * batch) / mean(part))
  return betweenStarts(estimated(rate, n, blocks, settings), ofStarts, settings.level)
}

/** Ratio of the throughputs over the same rounds: mean latency of the baseline by that of the candidate. */
export function throughputRatio(candidate: Times, baseline: Times, settings: IntervalSettings): Estimate {
  const n = candidate.values.length
  if (n === 0) return NO_ROUNDS
  const blocks = blocksOf(candidate)
  const ratio = (weights: Uint8Array | null) =>
    weightedMean(baseline.values, weights, blocks) / weightedMean(candidate.values, weights, blocks)
  const of = (a: Float64Array, b: Float64Array) => mean(b) / mean(a)
  return paired(estimated(ratio, n, blocks, settings), candidate, baseline, of, settings.level)
}

/** Ratio of two independent estimates: the ends of both intervals, each made at half the error (Bonferroni). */
export function ratioOfEstimates(candidate: Estimate, baseline: Estimate, level: number): Estimate {
  const value = candidate.value / baseline.value
  const n = Math.min(candidate.n, baseline.n)
  const [a, b] = [candidate.interval, baseline.interval]
  const reason = candidate.reason ?? baseline.reason
  if (a === null || b === null || reason !== null) return { value, n, interval: null, reason }
  const method = `${a.method}, of both at half the error`
  return { value, n, interval: { low: a.low / b.high, high: a.high / b.low, level, method }, reason: null }
}

const NO_ROUNDS: Estimate = { value: Number.NaN, n: 0, interval: null, reason: 'there were no rounds' }

function estimated(
  statistic: (weights: Uint8Array | null) => number,
  n: number,
  blocks: Uint16Array,
  settings: IntervalSettings,
): Estimate {
  const value = statistic(null)
  const count = (blocks[n - 1] as number) + 1
  if (count < MIN_BLOCKS) {
    return { value, n, interval: null, reason: `${n} rounds are too few to know how they differ` }
  }
  const replicates = withBlockWeights(settings, statistic)
  return { value, n, ...intervalFromReplicates(replicates, settings.level, METHOD) }
}

/** Both models of a start together; two processes say nothing of another two. */
function paired(
  within: Estimate,
  candidate: Times,
  baseline: Times,
  of: (candidate: Float64Array, baseline: Float64Array) => number,
  level: number,
): Estimate {
  const [ours, theirs] = [byStart(candidate), byStart(baseline)]
  if (ours.length < 2) {
    const reason = 'processes of one model differ, and each was started only once'
    return { ...within, interval: null, reason: within.reason ?? reason }
  }
  const ratios = ours.map((times, start) => of(times, theirs[start] as Float64Array))
  return betweenStarts(within, ratios, level)
}

/** Block of each round, one after the other and none over two starts; at most 1,024. */
function blocksOf({ values, starts }: Times): Uint16Array {
  const n = values.length
  const count = (starts[n - 1] as number) + 1
  const length = Math.max(Math.floor(Math.cbrt(n)), Math.ceil(n / Math.max(1, MOST_BLOCKS - count)), 1)
  const blocks = new Uint16Array(n)
  let [block, used] = [0, 0]
  for (let round = 0; round < n; round++) {
    if (round > 0 && (used === length || starts[round] !== starts[round - 1])) {
      block += 1
      used = 0
    }
    blocks[round] = block
    used += 1
  }
  return blocks
}

function ascending(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b)
}

/** The value of weighted rank ⌈share × Σw⌉; NaN without weight. */
function quantile(
  values: Float64Array,
  order: Uint32Array,
  share: number,
  weights: Uint8Array | null,
  blocks: Uint16Array,
): number {
  const weightOf = (round: number) => (weights === null ? 1 : (weights[blocks[round] as number] as number))
  let total = 0
  for (let round = 0; round < values.length; round++) total += weightOf(round)
  // Rounding of the product must not skip a rank.
  const rank = Math.max(1, Math.ceil(share * total - 1e-9))
  let sum = 0
  for (const round of order) {
    sum += weightOf(round)
    if (sum >= rank) return values[round] as number
  }
  return Number.NaN
}

function weightedMean(values: Float64Array, weights: Uint8Array | null, blocks: Uint16Array): number {
  let [sum, total] = [0, 0]
  for (let round = 0; round < values.length; round++) {
    const weight = weights === null ? 1 : (weights[blocks[round] as number] as number)
    sum += weight * (values[round] as number)
    total += weight
  }
  return sum / total
}
