import { clamp, type Numbers, sumOf } from './numeric.js'
import { ascendingOrder, forEachTie } from './order.js'
import { defined, ratio, undefinedBecause, type Value } from './types.js'

/** Probabilities are clipped to [EPSILON, 1 − EPSILON] before the logarithm (2⁻⁵², as scikit-learn does since 1.2). */
export const EPSILON = Number.EPSILON

/** −ln of the probability given to what happened. */
export function logLossOf(probability: number): number {
  return -Math.log(clamp(probability, EPSILON, 1 - EPSILON))
}

/** Mean log loss of a binary score; `truth` is 0 or 1. */
export function logLoss(truth: Numbers, score: Numbers): Value {
  const n = truth.length
  const sum = sumOf(n, (i) => logLossOf(truth[i] === 1 ? at(score, i) : 1 - at(score, i)))
  return ratio(sum, n, 'there are no rows')
}

/** Mean squared error of a binary score, between 0 and 1. */
export function brier(truth: Numbers, score: Numbers): Value {
  const n = truth.length
  return ratio(
    sumOf(n, (i) => (at(score, i) - at(truth, i)) ** 2),
    n,
    'there are no rows',
  )
}

/** Squared distance of a row's probabilities from its true class, summed over classes: between 0 and 2. */
export function brierOfRow(probabilities: Numbers, row: number, classes: number, truth: number): number {
  let sum = 0
  for (let k = 0; k < classes; k++) sum += (at(probabilities, row * classes + k) - Number(k === truth)) ** 2
  return sum
}

/**
 * Rank of the true class of a row among its probabilities, 0 for the highest. At equal probabilities the class with the
 * higher index comes first, as in scikit-learn.
 */
export function rankOfTruth(probabilities: Numbers, row: number, classes: number, truth: number): number {
  const own = at(probabilities, row * classes + truth)
  let rank = 0
  for (let k = 0; k < classes; k++) {
    const other = at(probabilities, row * classes + k)
    if (other > own || (other === own && k > truth)) rank += 1
  }
  return rank
}

/**
 * Placement of each row: for a positive, the share of negatives with a lower score; for a negative, the share of
 * positives with a higher one. Ties count half. Null when a class is missing.
 */
export function placements(truth: Numbers, score: Numbers): Float64Array | null {
  const n = truth.length
  const positives = countOnes(truth)
  const negatives = n - positives
  if (positives === 0 || negatives === 0) return null
  const result = new Float64Array(n)
  const order = ascendingOrder(score)
  let positivesBelow = 0
  let negativesBelow = 0
  forEachTie(score, order, (from, to) => {
    let tied = 0
    for (let i = from; i < to; i++) tied += truth[order[i] as number] as number
    const tiedNegatives = to - from - tied
    const ofPositive = (negativesBelow + tiedNegatives / 2) / negatives
    const ofNegative = (positives - positivesBelow - tied / 2) / positives
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      result[row] = truth[row] === 1 ? ofPositive : ofNegative
    }
    positivesBelow += tied
    negativesBelow += tiedNegatives
  })
  return result
}

/** Area under the ROC curve, exact with ties: P(score⁺ > score⁻) + ½ P(score⁺ = score⁻). */
export function rocAuc(truth: Numbers, score: Numbers): Value {
  const n = truth.length
  const positives = countOnes(truth)
  const negatives = n - positives
  if (positives === 0 || negatives === 0) return undefinedBecause(oneClass(n, positives))
  const order = ascendingOrder(score)
  let negativesBelow = 0
  // Twice the number of pairs in the right order: an integer, so exact below 2⁵³.
  let twiceWins = 0
  forEachTie(score, order, (from, to) => {
    let tied = 0
    for (let i = from; i < to; i++) tied += truth[order[i] as number] as number
    const tiedNegatives = to - from - tied
    twiceWins += tied * (2 * negativesBelow + tiedNegatives)
    negativesBelow += tiedNegatives
  })
  return defined(twiceWins / (2 * positives * negatives))
}

/** Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over distinct scores from the highest, in steps, without interpolation. */
export function averagePrecision(truth: Numbers, score: Numbers): Value {
  return averagePrecisionOf(rankDescending(truth, score), new Uint16Array(truth.length), Uint8Array.of(1))
}

/** Rows from the highest score to the lowest. */
export interface Ranking {
  readonly order: Uint32Array
  /** 1 where the row is positive. */
  readonly positive: Uint8Array
  /** 1 at the last row of each score. */
  readonly last: Uint8Array
}

export function rankDescending(truth: Numbers, score: Numbers): Ranking {
  const order = ascendingOrder(score).reverse()
  const n = order.length
  return {
    order,
    positive: Uint8Array.from(order, (row) => at(truth, row)),
    last: Uint8Array.from(order, (row, i) =>
      Number(i === n - 1 || at(score, row) !== at(score, order[i + 1] as number)),
    ),
  }
}

/**
 * Average precision with whole weights: the row at place i of the ranking counts `weights[keys[i]]` times. It walks the
 * rows in memory order, because a bootstrap does so a thousand times.
 */
export function averagePrecisionOf(ranking: Ranking, keys: Uint16Array, weights: Uint8Array): Value {
  const { positive, last } = ranking
  let sum = 0
  let rowsAbove = 0
  let positivesAbove = 0
  let hits = 0
  for (let i = 0; i < positive.length; i++) {
    const weight = weights[keys[i] as number] as number
    rowsAbove += weight
    if (positive[i] === 1) hits += weight
    if (last[i] === 1 && hits > 0) {
      positivesAbove += hits
      sum += (hits * positivesAbove) / rowsAbove
      hits = 0
    }
  }
  if (positivesAbove > 0) return defined(sum / positivesAbove)
  return undefinedBecause(rowsAbove === 0 ? 'there are no rows' : 'no row is of the positive class')
}

export function countOnes(truth: Numbers): number {
  let ones = 0
  for (let i = 0; i < truth.length; i++) ones += at(truth, i)
  return ones
}

function oneClass(n: number, positives: number): string {
  if (n === 0) return 'there are no rows'
  return positives === 0 ? 'no row is of the positive class' : 'every row is of the positive class'
}

function at(values: Numbers, index: number): number {
  return values[index] as number
}
