import { newcombeDifference, wilson } from '../intervals.js'
import { type Estimate, type Interval, undefinedBecause } from '../types.js'
import { methodOf, type Proportion, rowsOf, weightBelow } from './rates.js'

/**
 * A group against a reference. With `overlaps` the reference is all rows, the group among them: `other` then holds the
 * rows that are not in the group, so that what is compared stays independent.
 */
export interface Contrast {
  readonly group: Proportion
  readonly other: Proportion
  readonly overlaps: boolean
}

/** The rate that the group is compared with. Of effective counts, which do not add up, it is that of both by their weights. */
function referenceOf(contrast: Contrast): Proportion {
  const { group, other, overlaps } = contrast
  if (!overlaps) return other
  const n = group.n + other.n
  if (group.design === undefined || other.n === 0) return { hits: group.hits + other.hits, n }
  const weight = weightOf(contrast)
  return { hits: (weight * (group.hits / group.n) + (1 - weight) * (other.hits / other.n)) * n, n }
}

/**
 * Rate of the group minus that of the reference, with Newcombe's hybrid score interval. Against all rows the difference is
 * 1 − w of that to the other rows, w the group's share of them, and so is the interval.
 */
export function differenceOf(contrast: Contrast, level: number): Estimate {
  const { group, other } = contrast
  const reference = referenceOf(contrast)
  const n = rowsOf(group) + rowsOf(other)
  const reason = reasonWithout(contrast)
  if (reason !== null) return { ...undefinedBecause(reason), n, interval: null }
  const value = group.hits / group.n - reference.hits / reference.n
  const interval = newcombeDifference(group, other, level)
  if (interval === null) return { value, reason: 'all rows are of this group', n, interval }
  const factor = 1 - weightOf(contrast)
  const method = methodOf(interval.method, [group, other])
  const scaled = { ...interval, low: factor * interval.low, high: factor * interval.high, method }
  return { value, reason: null, n, interval: scaled }
}

/**
 * Rate of the group divided by that of the reference; undefined for 0/0 and x/0. Its interval takes Wilson's limits of
 * both rates as independent and adds their distances in squares on the log scale (Zou and Donner 2008), so that it has a
 * width also where a rate is 0 or 1. Against all rows it is the interval of the ratio ρ to the other rows, mapped by
 * 1 / (w + (1 − w) / ρ), w the group's share of them.
 */
export function ratioOf(contrast: Contrast, level: number): Estimate {
  const { group, other } = contrast
  const reference = referenceOf(contrast)
  const n = rowsOf(group) + rowsOf(other)
  const reason = reasonWithout(contrast) ?? (reference.hits === 0 ? 'the rate of the reference is 0' : null)
  if (reason !== null) return { ...undefinedBecause(reason), n, interval: null }
  // One division of whole numbers, so that 12/20 of 30/40 is 0.8 and not 0.7999….
  const value = (group.hits * reference.n) / (group.n * reference.hits)
  const interval = ratioInterval(contrast, level)
  return { value, reason: interval === null ? 'all rows are of this group' : null, n, interval }
}

/**
 * One-sided p-value of "the ratio lies within tau … 1/tau": the half level at which the interval of the ratio just reaches
 * the nearer bound, not below 1e-12. 1 when the ratio lies within, NaN when it is undefined.
 */
export function chanceWithin(contrast: Contrast, tau: number): number {
  const { value, interval } = ratioOf(contrast, 0.5)
  if (Number.isNaN(value) || interval === null) return Number.NaN
  if (value >= tau && value <= 1 / tau) return 1
  const reaches = (p: number) => {
    const { low, high } = ratioInterval(contrast, 1 - 2 * p) as Interval
    return value < tau ? high >= tau : low <= 1 / tau
  }
  let [least, most] = [Math.log(1e-12), Math.log(0.5)]
  if (!reaches(Math.exp(least))) return 1e-12
  for (let step = 0; step < 50; step++) {
    const middle = (least + most) / 2
    if (reaches(Math.exp(middle))) least = middle
    else most = middle
  }
  return Math.exp(least)
}

function reasonWithout({ group, other, overlaps }: Contrast): string | null {
  if (group.n === 0) return 'the group has none of the rows that the rate is a share of'
  return !overlaps && other.n === 0 ? 'the reference has none of the rows that the rate is a share of' : null
}

function weightOf({ group, other, overlaps }: Contrast): number {
  return overlaps ? weightBelow(group) / (weightBelow(group) + weightBelow(other)) : 0
}

/** Null when there is nobody else to compare with. */
function ratioInterval(contrast: Contrast, level: number): Interval | null {
  const { group, other } = contrast
  const [ofGroup, ofOther] = [wilson(group.hits, group.n, level), wilson(other.hits, other.n, level)]
  if (ofGroup === null || ofOther === null) return null
  const [a, b] = [group.hits / group.n, other.hits / other.n]
  // Where a rate is 0 its logarithm says nothing: the limits themselves are divided, which is never narrower.
  const regular = a > 0 && b > 0
  const low =
    group.hits === 0
      ? 0
      : regular
        ? (a / b) * Math.exp(-logHypot(a / ofGroup.low, ofOther.high / b))
        : ofGroup.low / ofOther.high
  const high = regular
    ? (a / b) * Math.exp(logHypot(ofGroup.high / a, b / ofOther.low))
    : ofOther.low === 0
      ? Number.POSITIVE_INFINITY
      : ofGroup.high / ofOther.low
  const weight = weightOf(contrast)
  const mapped = (rho: number) => (weight === 0 ? rho : 1 / (weight + (1 - weight) / rho))
  const method = methodOf('Wilson limits, squares added on the log scale', [group, other])
  return { low: mapped(low), high: mapped(high), level, method }
}

function logHypot(a: number, b: number): number {
  return Math.hypot(Math.log(a), Math.log(b))
}
