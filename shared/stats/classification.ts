import { type Numbers, Tally } from './numeric.js'
import { defined, ratio, undefinedBecause, type Value } from './types.js'

/** What most measures of labels are made of: sums over rows by class. Weights may be fractions. */
export interface Margins {
  readonly classes: number
  readonly total: number
  /** Rows of each true class. */
  readonly truth: Float64Array
  /** Rows of each predicted class. */
  readonly predicted: Float64Array
  /** Rows of each class that are predicted right. */
  readonly hits: Float64Array
  /** Σ |truth − prediction| over the rows, in places of the order of the classes. */
  readonly distance: number
  /** Σ (truth − prediction)². */
  readonly squaredDistance: number
}

/** Counts of rows by true class (row of the matrix) and predicted class (column), row-major. */
export interface Confusion extends Margins {
  readonly counts: Float64Array
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

/**
 * Rows, or their weights, by truth and prediction.
 * @throws RangeError when a class index is not in [0, classes).
 */
export function confusion(
  truth: Numbers,
  predicted: Numbers,
  classes: number,
  weights: Numbers | null = null,
): Confusion {
  const cellOf = (i: number): number => {
    const t = truth[i] as number
    const p = predicted[i] as number
    if (!(t >= 0 && t < classes && p >= 0 && p < classes)) {
      throw new RangeError(`row ${i} has class ${t} and prediction ${p}, but there are ${classes} classes`)
    }
    return t * classes + p
  }
  if (weights !== null) {
    const tally = new Tally(classes * classes)
    for (let i = 0; i < truth.length; i++) tally.add(cellOf(i), weights[i] as number)
    return confusionOf(tally.values(), classes)
  }
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i < truth.length; i++) {
    const cell = cellOf(i)
    counts[cell] = (counts[cell] as number) + 1
  }
  return confusionOf(counts, classes)
}

/** A confusion matrix from its counts; they may be fractions. */
export function confusionOf(counts: Float64Array, classes: number): Confusion {
  const truth = new Float64Array(classes)
  const predicted = new Float64Array(classes)
  const hits = new Float64Array(classes)
  let total = 0
  let distance = 0
  let squaredDistance = 0
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const count = counts[t * classes + p] as number
      truth[t] = (truth[t] as number) + count
      predicted[p] = (predicted[p] as number) + count
      total += count
      distance += Math.abs(t - p) * count
      squaredDistance += (t - p) * (t - p) * count
    }
    hits[t] = counts[t * classes + t] as number
  }
  return { classes, counts, total, truth, predicted, hits, distance, squaredDistance }
}

const NO_ROWS = 'there are no rows'

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

/** Why a comparison of classes is undefined, or null when at least two classes occur in the truth. */
function oneClassReason(c: Margins): string | null {
  if (c.total === 0) return NO_ROWS
  return isOneClass(c.truth) ? 'all rows are of one class' : null
}

function isOneClass(counts: Float64Array): boolean {
  let present = 0
  for (const count of counts) if (count > 0) present += 1
  return present < 2
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

function allHits(c: Margins): number {
  let sum = 0
  for (let k = 0; k < c.classes; k++) sum += at(c.hits, k)
  return sum
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i)
  return sum
}

function at(values: Float64Array, index: number): number {
  return values[index] as number
}
