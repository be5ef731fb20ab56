import { twoSidedZ } from './distributions.js'
import { squareAndAdd } from './intervals.js'
import { Accumulator, clamp, type Numbers } from './numeric.js'
import { rankedAuc } from './ranked/auc.js'
import { type ClassWeights, classWeights, missingClass, type Ranking, rankDescending } from './ranked/ranking.js'
import type { Interval } from './types.js'

const DELONG = 'DeLong'

/** `rankedAucInterval` of scores; `truth` is 0 or 1. */
export function aucInterval(truth: Numbers, score: Numbers, level: number): Interval | null {
  return rankedAucInterval(rankDescending(truth, score), level)
}

/**
 * Interval of an ROC AUC by DeLong, DeLong and Clarke-Pearson (1988), from placements in O(n log n); cut to [0, 1].
 * Where that has no variance (perfect separation, a single row of a class), Newcombe's score interval for the
 * Mann–Whitney statistic. Null when a class is missing.
 */
export function rankedAucInterval(ranking: Ranking, level: number): Interval | null {
  const sizes = classWeights(ranking, null)
  if (missingClass(sizes) !== null) return null
  const auc = rankedAuc(ranking, null)
  const error = errorOf(ranking, sizes, auc)
  if (!(error > 0)) return mannWhitneyScoreInterval(auc, sizes.positives, sizes.negatives, level)
  const half = twoSidedZ(level) * error
  return { low: clamp(auc - half, 0, 1), high: clamp(auc + half, 0, 1), level, method: DELONG }
}

/**
 * Interval of AUC(a) − AUC(b) on the same rows (paired DeLong). Two models that place every row alike, such as one and
 * its recalibration, differ by exactly 0. Where there is no variance at all (both separate perfectly, a single row of a
 * class), from the two single score intervals as if the models were independent, which is wider. Null when a class is
 * missing.
 */
export function rankedAucDifferenceInterval(a: Ranking, b: Ranking, level: number): Interval | null {
  const sizes = classWeights(a, null)
  if (missingClass(sizes) !== null) return null
  const [aucA, aucB] = [rankedAuc(a, null), rankedAuc(b, null)]
  const centre = aucA - aucB
  const { error, alike } =
    isLevel(a) !== isLevel(b)
      ? // A model that gives every row the same score places every row alike, and only the other one spreads.
        { error: isLevel(a) ? errorOf(b, sizes, aucB) : errorOf(a, sizes, aucA), alike: false }
      : errorOfDifference(placements(a, sizes), placements(b, sizes), sizes, centre)
  if (alike && errorOf(a, sizes, aucA) > 0) return { low: 0, high: 0, level, method: 'same placement of every row' }
  if (error > 0 && !alike) {
    const half = twoSidedZ(level) * error
    return { low: clamp(centre - half, -1, 1), high: clamp(centre + half, -1, 1), level, method: `paired ${DELONG}` }
  }
  return squareAndAdd(
    aucA,
    mannWhitneyScoreInterval(aucA, sizes.positives, sizes.negatives, level),
    aucB,
    mannWhitneyScoreInterval(aucB, sizes.positives, sizes.negatives, level),
    'square-and-add of Mann–Whitney score intervals',
  )
}

/** Whether every row has the same score. */
function isLevel({ last }: Ranking): boolean {
  return last.indexOf(1) === last.length - 1
}

/**
 * Twice the placement of each row, by row, and in the last bit whether it is positive. Written by row for both models and
 * then read in order: to fetch one in the order of the other takes six times as long.
 */
function placements(ranking: Ranking, sizes: ClassWeights): Uint32Array {
  const { order, positive } = ranking
  const placed = new Uint32Array(order.length)
  const walk = new TieWalk(ranking, sizes)
  while (walk.next()) {
    const [ofPositive, ofNegative] = [2 * walk.twiceBelow + 1, 2 * walk.twiceAbove]
    for (let i = walk.from; i < walk.to; i++) placed[order[i] as number] = positive[i] === 1 ? ofPositive : ofNegative
  }
  return placed
}

/** Standard error of an AUC; NaN with a single row of a class. */
function errorOf(ranking: Ranking, sizes: ClassWeights, auc: number): number {
  const [ofPositives, ofNegatives] = [new Accumulator(), new Accumulator()]
  const walk = new TieWalk(ranking, sizes)
  while (walk.next()) {
    if (walk.tied > 0) ofPositives.add(walk.tied * (walk.twiceBelow / (2 * sizes.negatives) - auc) ** 2)
    const negatives = walk.to - walk.from - walk.tied
    if (negatives > 0) ofNegatives.add(negatives * (walk.twiceAbove / (2 * sizes.positives) - auc) ** 2)
  }
  return combined(ofPositives.sum, ofNegatives.sum, sizes)
}

/** Standard error of the difference of two AUCs, and whether both models place every row alike. */
function errorOfDifference(a: Uint32Array, b: Uint32Array, sizes: ClassWeights, centre: number) {
  const [ofPositives, ofNegatives] = [new Accumulator(), new Accumulator()]
  const [twicePositives, twiceNegatives] = [2 * sizes.positives, 2 * sizes.negatives]
  let alike = true
  for (let row = 0; row < a.length; row++) {
    const [placedA, placedB] = [a[row] as number, b[row] as number]
    if (placedA !== placedB) alike = false
    const twice = (placedA >>> 1) - (placedB >>> 1)
    if ((placedA & 1) === 1) ofPositives.add((twice / twiceNegatives - centre) ** 2)
    else ofNegatives.add((twice / twicePositives - centre) ** 2)
  }
  return { error: combined(ofPositives.sum, ofNegatives.sum, sizes), alike }
}

/** √(S₁₀ / P + S₀₁ / N) from the sums of squared deviations of each class. */
function combined(ofPositives: number, ofNegatives: number, { positives, negatives }: ClassWeights): number {
  return Math.sqrt(ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives)
}

/**
 * Runs of equal scores of rows that count once each, from the highest, with the placements of their rows: of a positive
 * one the negatives with a lower score, of a negative one the positives with a higher one; ties count half.
 */
class TieWalk {
  from = 0
  to = 0
  /** Positive rows of the run. */
  tied = 0
  /** Twice the placement of its positive rows: an integer. */
  twiceBelow = 0
  /** Twice the placement of its negative rows. */
  twiceAbove = 0
  private above = 0
  private negativesAbove = 0
  private readonly ranking: Ranking
  private readonly sizes: ClassWeights

  constructor(ranking: Ranking, sizes: ClassWeights) {
    this.ranking = ranking
    this.sizes = sizes
  }

  next(): boolean {
    const { positive, last } = this.ranking
    if (this.to === positive.length) return false
    this.from = this.to
    let tied = 0
    let i = this.from
    do tied += positive[i] as number
    while (last[i++] === 0)
    const tiedNegatives = i - this.from - tied
    this.to = i
    this.tied = tied
    this.twiceBelow = 2 * (this.sizes.negatives - this.negativesAbove) - tiedNegatives
    this.twiceAbove = 2 * this.above + tied
    this.above += tied
    this.negativesAbove += tiedNegatives
    return true
  }
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
