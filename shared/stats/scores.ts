import { clamp, type Numbers } from './numeric.js'
import { rankedAuc } from './ranked/auc.js'
import { classWeights, missingClass, rankDescending, weightsInOrder } from './ranked/ranking.js'
import { defined, undefinedBecause, type Value } from './types.js'

/** Probabilities are clipped to [EPSILON, 1 − EPSILON] before the logarithm (2⁻⁵², as scikit-learn does since 1.2). */
export const EPSILON = Number.EPSILON

/** The same for probabilities that are float32: 2⁻²³. */
export const EPSILON_FLOAT32 = 2 ** -23

/** −ln of the probability given to what happened. */
export function logLossOf(probability: number, epsilon = EPSILON): number {
  return -Math.log(clamp(probability, epsilon, 1 - epsilon))
}

/** Squared distance of a row's probabilities from its true class, summed over classes: between 0 and 2. */
export function brierOfRow(probabilities: Numbers, row: number, classes: number, truth: number): number {
  let sum = 0
  for (let k = 0; k < classes; k++) sum += (at(probabilities, row * classes + k) - Number(k === truth)) ** 2
  return sum
}

/**
 * Hinge loss of a row by Crammer and Singer: max(0, 1 − (probability of the true class − highest other one)); for two
 * classes that is max(0, 1 − y (2p − 1)) with y = ±1.
 */
export function hingeOfRow(probabilities: Numbers, row: number, classes: number, truth: number): number {
  let other = Number.NEGATIVE_INFINITY
  for (let k = 0; k < classes; k++) {
    if (k !== truth) other = Math.max(other, at(probabilities, row * classes + k))
  }
  return Math.max(0, 1 - (at(probabilities, row * classes + truth) - other))
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

/** Area under the ROC curve, exact with ties; `truth` is 0 or 1. */
export function rocAuc(truth: Numbers, score: Numbers, weights: Numbers | null = null): Value {
  const ranking = rankDescending(truth, score)
  const ordered = weightsInOrder(ranking.order, weights)
  const reason = missingClass(classWeights(ranking, ordered))
  return reason === null ? defined(rankedAuc(ranking, ordered)) : undefinedBecause(reason)
}

function at(values: Numbers, index: number): number {
  return values[index] as number
}
