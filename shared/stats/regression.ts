import type { Numbers } from './numeric.js'

/** 2 |y − ŷ| / (|y| + |ŷ|), between 0 and 2; 0 when both are 0. */
export function symmetricPercentageOf(truth: number, predicted: number): number {
  const size = Math.abs(truth) + Math.abs(predicted)
  return size === 0 ? 0 : (2 * Math.abs(truth - predicted)) / size
}

/** Pinball loss of a predicted quantile: max(α e, (α − 1) e) with e = y − ŷ. */
export function pinballOf(residual: number, alpha: number): number {
  return Math.max(alpha * residual, (alpha - 1) * residual)
}

/** Tweedie deviance of a row: 0 is the squared error, 1 Poisson's, 2 the gamma distribution's; none between 0 and 1. */
export function tweedieDevianceOf(truth: number, predicted: number, power: number): number {
  if (power === 0) return (truth - predicted) ** 2
  if (power === 1) return 2 * ((truth === 0 ? 0 : truth * Math.log(truth / predicted)) - truth + predicted)
  if (power === 2) return 2 * (Math.log(predicted / truth) + truth / predicted - 1)
  return (
    2 *
    (Math.max(truth, 0) ** (2 - power) / ((1 - power) * (2 - power)) -
      (truth * predicted ** (1 - power)) / (1 - power) +
      predicted ** (2 - power) / (2 - power))
  )
}

/** Why a Tweedie deviance is refused, or null. */
export function devianceReason(truth: Numbers, predicted: Numbers, power: number): string | null {
  if (power === 0) return null
  const low = count(predicted, (value) => value <= 0)
  if (low > 0) return `${low} of ${predicted.length} predictions are 0 or less, and the deviance takes their logarithm`
  if (power < 0) return null
  const unfit = power < 2 ? count(truth, (value) => value < 0) : count(truth, (value) => value <= 0)
  const what = power < 2 ? 'negative' : '0 or less'
  return unfit > 0 ? `${unfit} of ${truth.length} true values are ${what}, and this distribution has none` : null
}

/** Why a logarithm of 1 + value is refused, or null when no value is negative. */
export function negativeReason(truth: Numbers, predicted: Numbers): string | null {
  for (const [values, what] of [
    [truth, 'true values'],
    [predicted, 'predictions'],
  ] as const) {
    const negatives = count(values, (value) => value < 0)
    if (negatives > 0) return `${negatives} of ${values.length} ${what} are negative, and this error takes logarithms`
  }
  return null
}

/** Why a relative error is refused, or null when no true value is 0. */
export function zeroTruthReason(truth: Numbers): string | null {
  const zeros = count(truth, (value) => value === 0)
  return zeros === 0 ? null : `${zeros} of ${truth.length} true values are 0, and a relative error divides by them`
}

function count(values: Numbers, test: (value: number) => boolean): number {
  let found = 0
  for (let i = 0; i < values.length; i++) if (test(values[i] as number)) found += 1
  return found
}
