import type { Numbers } from './numeric.js'
import { defined, ratio, undefinedBecause, type Value } from './types.js'

/** Counts of rows by true class (row of the matrix) and predicted class (column), row-major. */
export interface Confusion {
  readonly classes: number
  readonly counts: Float64Array
  readonly total: number
  /** Rows of each true class. */
  readonly truth: Float64Array
  /** Rows of each predicted class. */
  readonly predicted: Float64Array
}

/**
 * How the values of several classes become one: for one class, from pooled counts, as the plain mean over classes, or
 * as the mean weighted by the rows of each true class.
 */
export type Averaging = { readonly positive: number } | 'micro' | 'macro' | 'weighted'

/**
 * Value of 0/0: 0 or 1, or NaN to leave it undefined: for one class the result then carries a reason, and in a mean the
 * class is left out. scikit-learn's default is 0.
 */
export type ZeroDivision = number

/** @throws RangeError when a class index is not in [0, classes). */
export function confusion(truth: Numbers, predicted: Numbers, classes: number): Confusion {
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i < truth.length; i++) {
    const t = truth[i] as number
    const p = predicted[i] as number
    if (!(t >= 0 && t < classes && p >= 0 && p < classes)) {
      throw new RangeError(`row ${i} has class ${t} and prediction ${p}, but there are ${classes} classes`)
    }
    const cell = t * classes + p
    counts[cell] = (counts[cell] as number) + 1
  }
  return confusionOf(counts, classes)
}

/** A confusion matrix from its counts; they may be fractions. */
export function confusionOf(counts: Float64Array, classes: number): Confusion {
  const truth = new Float64Array(classes)
  const predicted = new Float64Array(classes)
  let total = 0
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const count = counts[t * classes + p] as number
      truth[t] = (truth[t] as number) + count
      predicted[p] = (predicted[p] as number) + count
      total += count
    }
  }
  return { classes, counts, total, truth, predicted }
}

const NO_ROWS = 'there are no rows'

export function accuracy(c: Confusion): Value {
  return ratio(hits(c), c.total, NO_ROWS)
}

/** Mean recall over the classes that occur in the truth; undefined when only one does. */
export function balancedAccuracy(c: Confusion): Value {
  const reason = oneClassReason(c)
  if (reason !== null) return undefinedBecause(reason)
  return mean(recalls(c, Number.NaN))
}

/** True positives among predicted positives. */
export function precision(c: Confusion, averaging: Averaging, zeroDivision: ZeroDivision = Number.NaN): Value {
  return averaged(c, averaging, zeroDivision, 'no row was predicted positive', (k) => [hit(c, k), at(c.predicted, k)])
}

/** True positives among actual positives. */
export function recall(c: Confusion, averaging: Averaging, zeroDivision: ZeroDivision = Number.NaN): Value {
  return averaged(c, averaging, zeroDivision, 'no row is of the positive class', (k) => [hit(c, k), at(c.truth, k)])
}

/** F-beta = (1 + β²) tp / ((1 + β²) tp + β² fn + fp): recall counts β times as much as precision. */
export function fBeta(
  c: Confusion,
  beta: number,
  averaging: Averaging,
  zeroDivision: ZeroDivision = Number.NaN,
): Value {
  const square = beta * beta
  const reason = 'no row is of the positive class and none was predicted positive'
  return averaged(c, averaging, zeroDivision, reason, (k) => [
    (1 + square) * hit(c, k),
    square * at(c.truth, k) + at(c.predicted, k),
  ])
}

/** True negatives among actual negatives of one class. */
export function specificity(c: Confusion, positive: number): Value {
  const negatives = c.total - at(c.truth, positive)
  const falsePositives = at(c.predicted, positive) - hit(c, positive)
  return ratio(negatives - falsePositives, negatives, 'every row is of the positive class')
}

/**
 * Matthews correlation coefficient, for any number of classes (Gorodkin's R_K). Undefined when the truth has one class;
 * 0 when every prediction is the same, as in scikit-learn.
 */
export function matthews(c: Confusion): Value {
  const reason = oneClassReason(c)
  if (reason !== null) return undefinedBecause(reason)
  const square = c.total * c.total
  const spreadTruth = square - dot(c.truth, c.truth)
  const spreadPredicted = square - dot(c.predicted, c.predicted)
  if (spreadPredicted === 0) return defined(0)
  return defined((hits(c) * c.total - dot(c.truth, c.predicted)) / Math.sqrt(spreadTruth * spreadPredicted))
}

/**
 * Cohen's κ: agreement beyond what the class sizes alone would give. `linear` and `quadratic` weigh a disagreement by
 * its distance in the order of the classes. Undefined when truth has one class.
 */
export function cohenKappa(c: Confusion, weights: 'none' | 'linear' | 'quadratic' = 'none'): Value {
  const reason = oneClassReason(c)
  if (reason !== null) return undefinedBecause(reason)
  let observed = 0
  let expected = 0
  for (let t = 0; t < c.classes; t++) {
    for (let p = 0; p < c.classes; p++) {
      const distance = Math.abs(t - p)
      const weight = weights === 'none' ? Number(t !== p) : weights === 'linear' ? distance : distance * distance
      observed += weight * at(c.counts, t * c.classes + p)
      expected += (weight * at(c.truth, t) * at(c.predicted, p)) / c.total
    }
  }
  return ratio(expected - observed, expected, 'truth and predictions are of one and the same class')
}

/** Why a comparison of classes is undefined, or null when at least two classes occur in the truth. */
function oneClassReason(c: Confusion): string | null {
  if (c.total === 0) return NO_ROWS
  let present = 0
  for (const count of c.truth) if (count > 0) present += 1
  return present < 2 ? 'all rows are of one class' : null
}

function averaged(
  c: Confusion,
  averaging: Averaging,
  zeroDivision: ZeroDivision,
  reason: string,
  part: (k: number) => readonly [numerator: number, denominator: number],
): Value {
  if (c.total === 0) return undefinedBecause(NO_ROWS)
  if (typeof averaging === 'object') {
    const [numerator, denominator] = part(averaging.positive)
    if (denominator === 0 && !Number.isNaN(zeroDivision)) return defined(zeroDivision)
    return ratio(numerator, denominator, reason)
  }
  let numerators = 0
  let denominators = 0
  let sum = 0
  let weights = 0
  for (let k = 0; k < c.classes; k++) {
    // A class in neither truth nor predictions has no part in the mean (scikit-learn's labels are the union of both).
    if (at(c.truth, k) + at(c.predicted, k) === 0) continue
    const [numerator, denominator] = part(k)
    numerators += numerator
    denominators += denominator
    const value = denominator === 0 ? zeroDivision : numerator / denominator
    if (Number.isNaN(value)) continue
    const weight = averaging === 'weighted' ? at(c.truth, k) : 1
    sum += weight * value
    weights += weight
  }
  return averaging === 'micro' ? ratio(numerators, denominators, reason) : ratio(sum, weights, reason)
}

function recalls(c: Confusion, zeroDivision: ZeroDivision): number[] {
  return Array.from({ length: c.classes }, (_, k) => recall(c, { positive: k }, zeroDivision).value)
}

function mean(values: readonly number[]): Value {
  const known = values.filter((value) => !Number.isNaN(value))
  return ratio(
    known.reduce((sum, value) => sum + value, 0),
    known.length,
    NO_ROWS,
  )
}

function hits(c: Confusion): number {
  let sum = 0
  for (let k = 0; k < c.classes; k++) sum += hit(c, k)
  return sum
}

function hit(c: Confusion, k: number): number {
  return at(c.counts, k * c.classes + k)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i)
  return sum
}

function at(values: Float64Array, index: number): number {
  return values[index] as number
}
