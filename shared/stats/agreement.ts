import { allHits, at, isOneClass, type Margins, oneClassReason } from './confusion.js'
import { defined, ratio, undefinedBecause, type Value } from './types.js'

/**
 * Matthews correlation coefficient, for any number of classes (Gorodkin's R_K). Undefined when the truth has one class;
 * 0 when every prediction is the same, as in scikit-learn.
 */
export function matthews(c: Margins): Value {
  const reason = oneClassReason(c)
  if (reason !== null) return undefinedBecause(reason)
  const square = c.total * c.total
  const spreadTruth = square - dot(c.truth, c.truth)
  const spreadPredicted = square - dot(c.predicted, c.predicted)
  if (isOneClass(c.predicted)) return defined(0)
  return defined((allHits(c) * c.total - dot(c.truth, c.predicted)) / Math.sqrt(spreadTruth * spreadPredicted))
}

/**
 * Cohen's κ: agreement beyond what the class sizes alone would give. `linear` and `quadratic` weigh a disagreement by
 * its distance in the order of the classes. Undefined when truth has one class.
 */
export function cohenKappa(c: Margins, weights: 'none' | 'linear' | 'quadratic' = 'none'): Value {
  const reason = oneClassReason(c)
  if (reason !== null) return undefinedBecause(reason)
  const [observed, expected] = disagreement(c, weights)
  return ratio(expected - observed, expected, 'truth and predictions are of one and the same class')
}

/** Weighted disagreement as it is, and as the class sizes alone would give it. */
function disagreement(c: Margins, weights: 'none' | 'linear' | 'quadratic'): [observed: number, expected: number] {
  if (weights === 'none') return [c.total - allHits(c), c.total - dot(c.truth, c.predicted) / c.total]
  if (weights === 'linear') {
    // |t − p| counts the cuts between two neighbouring classes that part t from p.
    let expected = 0
    let [truthBelow, predictedBelow] = [0, 0]
    for (let k = 0; k + 1 < c.classes; k++) {
      truthBelow += at(c.truth, k)
      predictedBelow += at(c.predicted, k)
      expected += truthBelow * (c.total - predictedBelow) + predictedBelow * (c.total - truthBelow)
    }
    return [c.distance, expected / c.total]
  }
  let [truth1, truth2, predicted1, predicted2] = [0, 0, 0, 0]
  for (let k = 0; k < c.classes; k++) {
    truth1 += k * at(c.truth, k)
    truth2 += k * k * at(c.truth, k)
    predicted1 += k * at(c.predicted, k)
    predicted2 += k * k * at(c.predicted, k)
  }
  return [c.squaredDistance, truth2 + predicted2 - (2 * truth1 * predicted1) / c.total]
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i)
  return sum
}
