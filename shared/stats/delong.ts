import { twoSidedZ } from './distributions.js'
import { squareAndAdd } from './intervals.js'
import { clamp, mean, type Numbers, variance } from './numeric.js'
import { countOnes, placements } from './scores.js'
import type { Interval } from './types.js'

const DELONG = 'DeLong'

/**
 * Interval of an ROC AUC by DeLong, DeLong and Clarke-Pearson (1988), from placements in O(n log n); cut to [0, 1].
 * Where that has no variance (perfect separation, a single row of a class), Newcombe's score interval for the
 * Mann–Whitney statistic. Null when a class is missing.
 */
export function aucInterval(truth: Numbers, score: Numbers, level: number): Interval | null {
  const placed = placements(truth, score)
  if (placed === null) return null
  const { ofPositives, ofNegatives } = split(truth, placed)
  const auc = mean(ofPositives)
  const error = standardError(ofPositives, ofNegatives)
  if (!(error > 0)) return mannWhitneyScoreInterval(auc, ofPositives.length, ofNegatives.length, level)
  const half = twoSidedZ(level) * error
  return { low: clamp(auc - half, 0, 1), high: clamp(auc + half, 0, 1), level, method: DELONG }
}

/**
 * Interval of AUC(a) − AUC(b) on the same rows (paired DeLong). Two models that place every row alike, such as one and
 * its recalibration, differ by exactly 0. Where there is no variance at all (both separate perfectly, a single row of a
 * class), from the two single score intervals as if the models were independent, which is wider. Null when a class is
 * missing.
 */
export function aucDifferenceInterval(truth: Numbers, a: Numbers, b: Numbers, level: number): Interval | null {
  const [placedA, placedB] = [placements(truth, a), placements(truth, b)]
  if (placedA === null || placedB === null) return null
  const difference = split(
    truth,
    placedA.map((value, i) => value - (placedB[i] as number)),
  )
  const error = standardError(difference.ofPositives, difference.ofNegatives)
  const centre = mean(difference.ofPositives)
  if (error > 0) {
    const half = twoSidedZ(level) * error
    return { low: clamp(centre - half, -1, 1), high: clamp(centre + half, -1, 1), level, method: `paired ${DELONG}` }
  }
  if (placedA.every((value, i) => value === placedB[i]) && hasVariance(truth, placedA)) {
    return { low: 0, high: 0, level, method: 'same placement of every row' }
  }
  const positives = difference.ofPositives.length
  const negatives = difference.ofNegatives.length
  const aucOf = (placed: Float64Array) => mean(split(truth, placed).ofPositives)
  const [aucA, aucB] = [aucOf(placedA), aucOf(placedB)]
  return squareAndAdd(
    aucA,
    mannWhitneyScoreInterval(aucA, positives, negatives, level),
    aucB,
    mannWhitneyScoreInterval(aucB, positives, negatives, level),
    'square-and-add of Mann–Whitney score intervals',
  )
}

function hasVariance(truth: Numbers, placed: Float64Array): boolean {
  const { ofPositives, ofNegatives } = split(truth, placed)
  return standardError(ofPositives, ofNegatives) > 0
}

/** √(S₁₀ / P + S₀₁ / N); NaN with a single row of a class. */
function standardError(ofPositives: Float64Array, ofNegatives: Float64Array): number {
  return Math.sqrt(variance(ofPositives) / ofPositives.length + variance(ofNegatives) / ofNegatives.length)
}

/**
 * Newcombe (2006, method 5): the θ with (θ̂ − θ)² = z² θ (1 − θ) (1 + N* (1 − θ) / (2 − θ) + N* θ / (1 + θ)) / (P N),
 * where N* = (P + N) / 2 − 1.
 */
export function mannWhitneyScoreInterval(auc: number, positives: number, negatives: number, level: number): Interval {
  const z = twoSidedZ(level)
  const star = (positives + negatives) / 2 - 1
  const outside = (theta: number) =>
    (auc - theta) ** 2 >
    (z * z * theta * (1 - theta) * (1 + (star * (1 - theta)) / (2 - theta) + (star * theta) / (1 + theta))) /
      (positives * negatives)
  const edge = (far: number) => {
    if (auc === far) return far
    let inside = auc
    let beyond = far
    for (let step = 0; step < 60; step++) {
      const middle = (inside + beyond) / 2
      if (outside(middle)) beyond = middle
      else inside = middle
    }
    return (inside + beyond) / 2
  }
  return { low: edge(0), high: edge(1), level, method: 'Mann–Whitney score (Newcombe)' }
}

function split(truth: Numbers, placed: Float64Array): { ofPositives: Float64Array; ofNegatives: Float64Array } {
  const positives = countOnes(truth)
  const ofPositives = new Float64Array(positives)
  const ofNegatives = new Float64Array(placed.length - positives)
  let p = 0
  let q = 0
  for (let i = 0; i < placed.length; i++) {
    if (truth[i] === 1) ofPositives[p++] = placed[i] as number
    else ofNegatives[q++] = placed[i] as number
  }
  return { ofPositives, ofNegatives }
}
