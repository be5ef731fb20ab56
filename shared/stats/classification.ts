import { allHits, at, type Margins, NO_ROWS, oneClassReason } from './confusion.js'
import { defined, ratio, undefinedBecause, type Value } from './types.js'

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

/** Share of rows with the right label, between 0 and 1. */
export function accuracy(c: Margins): Value {
  return ratio(allHits(c), c.total, NO_ROWS)
}

/** Share of rows with a wrong label. */
export function hammingLoss(c: Margins): Value {
  return ratio(c.total - allHits(c), c.total, NO_ROWS)
}

/**
 * Mean recall over the classes that occur in the truth; undefined when only one does. `adjusted` puts the recall of
 * guessing at 0: (mean − 1/K) / (1 − 1/K) with the K classes that occur.
 */
export function balancedAccuracy(c: Margins, adjusted = false): Value {
  const reason = oneClassReason(c)
  if (reason !== null) return undefinedBecause(reason)
  let sum = 0
  let present = 0
  for (let k = 0; k < c.classes; k++) {
    if (at(c.truth, k) === 0) continue
    sum += at(c.hits, k) / at(c.truth, k)
    present += 1
  }
  const mean = sum / present
  return defined(adjusted ? (mean - 1 / present) / (1 - 1 / present) : mean)
}

/** True positives among predicted positives. */
export function precision(c: Margins, averaging: Averaging, zeroDivision: ZeroDivision = Number.NaN): Value {
  return averaged(c, averaging, zeroDivision, 'no row was predicted positive', at2(c.hits, c.predicted))
}

/** True positives among actual positives. */
export function recall(c: Margins, averaging: Averaging, zeroDivision: ZeroDivision = Number.NaN): Value {
  return averaged(c, averaging, zeroDivision, 'no row is of the positive class', at2(c.hits, c.truth))
}

const NEITHER = 'no row is of the positive class and none was predicted positive'

/** F-beta = (1 + β²) tp / ((1 + β²) tp + β² fn + fp): recall counts β times as much as precision. */
export function fBeta(c: Margins, beta: number, averaging: Averaging, zeroDivision: ZeroDivision = Number.NaN): Value {
  const square = beta * beta
  return averaged(c, averaging, zeroDivision, NEITHER, (k) => [
    (1 + square) * at(c.hits, k),
    square * at(c.truth, k) + at(c.predicted, k),
  ])
}

/** Jaccard index = tp / (tp + fp + fn). */
export function jaccard(c: Margins, averaging: Averaging, zeroDivision: ZeroDivision = Number.NaN): Value {
  return averaged(c, averaging, zeroDivision, NEITHER, (k) => [
    at(c.hits, k),
    at(c.truth, k) + at(c.predicted, k) - at(c.hits, k),
  ])
}

/** Counts of one class against all others. */
export interface OneClass {
  readonly tp: number
  readonly fp: number
  readonly fn: number
  readonly tn: number
}

/** Counts of one class against the rest; weighted when the margins are. */
export function oneClass(c: Margins, positive: number): OneClass {
  const tp = at(c.hits, positive)
  const fp = at(c.predicted, positive) - tp
  const fn = at(c.truth, positive) - tp
  return { tp, fp, fn, tn: c.total - tp - fp - fn }
}

/** True negatives among actual negatives of one class. */
export function specificity(c: Margins, positive: number): Value {
  const { fp, tn } = oneClass(c, positive)
  return ratio(tn, tn + fp, 'every row is of the positive class')
}

/**
 * LR+ = recall / false-positive rate and LR− = (1 − recall) / specificity of one class (scikit-learn's
 * class_likelihood_ratios). Undefined where a class is missing or the divisor is 0.
 */
export function likelihoodRatio(c: Margins, positive: number, which: 'positive' | 'negative'): Value {
  const { tp, fp, fn, tn } = oneClass(c, positive)
  if (tp + fn === 0) return undefinedBecause('no row is of the positive class')
  if (fp + tn === 0) return undefinedBecause('every row is of the positive class')
  const [part, whole] = which === 'positive' ? [tp, fp] : [fn, tn]
  const reason = which === 'positive' ? 'there is no false positive' : 'there is no true negative'
  return ratio(part * (fp + tn), whole * (tp + fn), reason)
}

/** Fowlkes–Mallows index of one class: the geometric mean of precision and recall, tp / √((tp + fp)(tp + fn)). */
export function fowlkesMallows(c: Margins, positive: number): Value {
  const { tp, fp, fn } = oneClass(c, positive)
  if (tp + fn === 0) return undefinedBecause('no row is of the positive class')
  return ratio(tp, Math.sqrt((tp + fp) * (tp + fn)), 'no row was predicted positive')
}

/**
 * Prevalence threshold (Balayla 2020), (√(TPR · FPR) − FPR) / (TPR − FPR) = √FPR / (√TPR + √FPR): below this prevalence
 * the precision falls off steeply.
 */
export function prevalenceThreshold(c: Margins, positive: number): Value {
  const { tp, fp, fn, tn } = oneClass(c, positive)
  if (tp + fn === 0) return undefinedBecause('no row is of the positive class')
  if (fp + tn === 0) return undefinedBecause('every row is of the positive class')
  const [tpr, fpr] = [Math.sqrt(tp / (tp + fn)), Math.sqrt(fp / (fp + tn))]
  return ratio(fpr, tpr + fpr, 'no row was predicted positive')
}

function averaged(
  c: Margins,
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

function at2(numerators: Float64Array, denominators: Float64Array) {
  return (k: number) => [at(numerators, k), at(denominators, k)] as const
}
