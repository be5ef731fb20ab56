import { type Numbers, Tally } from './numeric.js'

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

/** Why a measure is undefined. */
export const NO_ROWS = 'there are no rows'

/** Why a comparison of classes is undefined, or null when at least two classes occur in the truth. */
export function oneClassReason(c: Margins): string | null {
  if (c.total === 0) return NO_ROWS
  return isOneClass(c.truth) ? 'all rows are of one class' : null
}

/** Whether fewer than two classes have rows. */
export function isOneClass(counts: Float64Array): boolean {
  let present = 0
  for (const count of counts) if (count > 0) present += 1
  return present < 2
}

/** Rows with the right label. */
export function allHits(c: Margins): number {
  let sum = 0
  for (let k = 0; k < c.classes; k++) sum += at(c.hits, k)
  return sum
}

/** A number of an array that is as long as it has to be. */
export function at(values: Float64Array, index: number): number {
  return values[index] as number
}
