import { tQuantile, twoSidedZ } from './distributions.js'
import { mean, type Numbers, variance } from './numeric.js'
import type { Interval } from './types.js'

/** Wilson's score interval of a proportion; null without rows. */
export function wilson(hits: number, n: number, level: number): Interval | null {
  if (n === 0) return null
  const z = twoSidedZ(level)
  const share = hits / n
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  // At 0 and n the formula gives exactly 0 and 1, but for rounding.
  const low = hits === 0 ? 0 : centre - half
  const high = hits === n ? 1 : centre + half
  return { low, high, level, method: 'Wilson score' }
}

/**
 * Newcombe's hybrid score interval of a − b for two independent proportions (method 10 of 1998, without continuity
 * correction); null when a side has no rows.
 */
export function newcombeDifference(
  a: { readonly hits: number; readonly n: number },
  b: { readonly hits: number; readonly n: number },
  level: number,
): Interval | null {
  const [ofA, ofB] = [wilson(a.hits, a.n, level), wilson(b.hits, b.n, level)]
  if (ofA === null || ofB === null) return null
  const [shareA, shareB] = [a.hits / a.n, b.hits / b.n]
  return squareAndAdd(shareA, ofA, shareB, ofB, 'Newcombe hybrid score')
}

/** Bounds of a − b from the bounds of a and b, taken as independent. */
export function squareAndAdd(a: number, ofA: Interval, b: number, ofB: Interval, method: string): Interval {
  const low = a - b - Math.hypot(a - ofA.low, ofB.high - b)
  const high = a - b + Math.hypot(ofA.high - a, b - ofB.low)
  return { low, high, level: ofA.level, method }
}

/** Rows that two models answer, by who is right. */
export interface PairedCounts {
  readonly n: number
  readonly onlyA: number
  readonly onlyB: number
}

/**
 * Interval of the difference of two proportions on the same rows, (onlyA − onlyB) / n: Wald with one row added to each
 * discordant cell (Bonett and Price 2012). Unlike McNemar's own variance it never has a width of zero: on n rows without
 * a disagreement it is about ± 2.8 / n at 95 %. Null without rows.
 */
export function pairedProportionDifference({ n, onlyA, onlyB }: PairedCounts, level: number): Interval | null {
  if (n === 0) return null
  const a = (onlyA + 1) / (n + 2)
  const b = (onlyB + 1) / (n + 2)
  const half = twoSidedZ(level) * Math.sqrt((a + b - (a - b) ** 2) / (n + 2))
  const method = 'paired Wald, Bonett–Price adjusted'
  return { low: Math.max(-1, a - b - half), high: Math.min(1, a - b + half), level, method }
}

/** Student's t interval of a mean; null below two values, or when all are equal and the spread is unknown. */
export function meanInterval(values: Numbers, level: number): Interval | null {
  const n = values.length
  const spread = variance(values)
  if (n < 2 || spread === 0) return null
  const half = tQuantile(0.5 + level / 2, n - 1) * Math.sqrt(spread / n)
  const centre = mean(values)
  return { low: centre - half, high: centre + half, level, method: 'Student t' }
}

/** Probability with which a difference of the told size would be found. */
const POWER = 0.8

/**
 * The smallest difference that n rows would show: a true difference of this size is found in four of five samples by a
 * two-sided test at `level`, given the standard error of the difference.
 */
export function detectableDifference(standardError: number, level: number): number {
  return (twoSidedZ(level) + twoSidedZ(2 * POWER - 1)) * standardError
}
