import { type Numbers, quantileSorted, sumOf } from './numeric.js'
import { defined, ratio, undefinedBecause, type Value } from './types.js'

const NO_ROWS = 'there are no rows'

export function meanAbsoluteError(truth: Numbers, predicted: Numbers): Value {
  return meanOf(truth, (i) => Math.abs(error(truth, predicted, i)))
}

export function meanSquaredError(truth: Numbers, predicted: Numbers): Value {
  return meanOf(truth, (i) => error(truth, predicted, i) ** 2)
}

export function rootMeanSquaredError(truth: Numbers, predicted: Numbers): Value {
  const { value, reason } = meanSquaredError(truth, predicted)
  return { value: Math.sqrt(value), reason }
}

/**
 * R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)². With a constant truth it is undefined, unless `forceFinite` asks for scikit-learn's
 * convention: 1 when every prediction is right, else 0.
 */
export function rSquared(truth: Numbers, predicted: Numbers, forceFinite = false): Value {
  const n = truth.length
  if (n < 2) return undefinedBecause('R² needs at least two rows')
  const centre = sumOf(n, (i) => truth[i] as number) / n
  const residual = sumOf(n, (i) => error(truth, predicted, i) ** 2)
  const total = sumOf(n, (i) => ((truth[i] as number) - centre) ** 2)
  if (isConstant(truth)) {
    return forceFinite ? defined(residual === 0 ? 1 : 0) : undefinedBecause('every true value is the same')
  }
  return defined(1 - residual / total)
}

/** Mean of |y − ŷ| / |y|, as a fraction; refused when a true value is 0, as any stand-in for 0 decides the result. */
export function meanAbsolutePercentageError(truth: Numbers, predicted: Numbers): Value {
  const reason = zeroTruthReason(truth)
  if (reason !== null) return undefinedBecause(reason)
  return meanOf(truth, (i) => Math.abs(error(truth, predicted, i) / (truth[i] as number)))
}

/** Mean of 2 |y − ŷ| / (|y| + |ŷ|), between 0 and 2; a row with both 0 counts 0. */
export function symmetricMeanAbsolutePercentageError(truth: Numbers, predicted: Numbers): Value {
  return meanOf(truth, (i) => symmetricPercentageOf(truth[i] as number, predicted[i] as number))
}

export function symmetricPercentageOf(truth: number, predicted: number): number {
  const size = Math.abs(truth) + Math.abs(predicted)
  return size === 0 ? 0 : (2 * Math.abs(truth - predicted)) / size
}

export function medianAbsoluteError(truth: Numbers, predicted: Numbers): Value {
  const errors = Float64Array.from({ length: truth.length }, (_, i) => Math.abs(error(truth, predicted, i))).sort()
  return errors.length === 0 ? undefinedBecause(NO_ROWS) : defined(quantileSorted(errors, 0.5))
}

/** Mean of ŷ − y: above 0 when the model says too much. */
export function bias(truth: Numbers, predicted: Numbers): Value {
  return meanOf(truth, (i) => -error(truth, predicted, i))
}

/** Mean pinball loss of a predicted quantile: max(α e, (α − 1) e) with e = y − ŷ. */
export function pinballLoss(truth: Numbers, predicted: Numbers, alpha: number): Value {
  return meanOf(truth, (i) => pinballOf(error(truth, predicted, i), alpha))
}

export function pinballOf(residual: number, alpha: number): number {
  return Math.max(alpha * residual, (alpha - 1) * residual)
}

/** Why a relative error is refused, or null when no true value is 0. */
export function zeroTruthReason(truth: Numbers): string | null {
  let zeros = 0
  for (let i = 0; i < truth.length; i++) zeros += Number(truth[i] === 0)
  return zeros === 0 ? null : `${zeros} of ${truth.length} true values are 0, and a relative error divides by them`
}

export function isConstant(values: Numbers): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}

function error(truth: Numbers, predicted: Numbers, i: number): number {
  return (truth[i] as number) - (predicted[i] as number)
}

function meanOf(truth: Numbers, term: (i: number) => number): Value {
  return ratio(sumOf(truth.length, term), truth.length, NO_ROWS)
}
