import { ratioOf } from '../bias/compare.js'
import { normalCdf, tCdf, tQuantile } from '../distributions.js'
import { newcombeDifference, pairedProportionDifference } from '../intervals.js'
import type { Estimate, Interval } from '../types.js'
import type { SliceKind } from './search.js'
import type { Side, Sides } from './sides.js'

/** How the rows of a test are. */
export interface Terms {
  /** Of the intervals, two-sided. */
  readonly level: number
  /** Whether every loss is 0 or 1. */
  readonly zeroOne: boolean
  readonly weighted: boolean
  readonly clustered: boolean
  /** What a regression is tested against: no change, or the change of the other rows. */
  readonly changeAgainst: 'zero' | 'rest'
  /** Standard deviations over all rows of the test. */
  readonly sd: { readonly loss: number; readonly change: number }
}

/** What rows that had no part in finding a slice say of it. */
export interface Contrast {
  readonly rows: number
  readonly loss: number
  /** Mean loss of the other rows; of the baseline on the same rows for a regression. */
  readonly against: number
  /** Loss minus `against`. */
  readonly difference: Estimate
  /** `difference` in standard deviations; NaN when there is no spread. */
  readonly effect: number
  /** Loss as a multiple of that of all rows; of the baseline's on the same rows for a regression. */
  readonly lift: { readonly value: number; readonly interval: Interval | null }
  /** One-sided p-value of "no larger"; NaN when it was not tested. */
  readonly p: number
  /** Why it was not tested. */
  readonly reason: string | null
}

/** Fewer rows, or clusters, decide nothing. */
export const FEWEST = 30

/** Tests one slice: Welch's t on the loss, or Newcombe's interval where losses are 0 and 1 and rows are independent. */
export function contrastOf(kind: SliceKind, sides: Sides, all: Side, terms: Terms): Contrast {
  return kind === 'weak' ? weakContrast(sides, all, terms) : regressionContrast(sides, terms)
}

function weakContrast(sides: Sides, all: Side, terms: Terms): Contrast {
  const { slice, rest } = sides
  const value = slice.loss - rest.loss
  const facts = { rows: slice.rows, loss: slice.loss, against: rest.loss, effect: value / terms.sd.loss }
  const lift = slice.loss / all.loss
  const few = tooFew(slice, 'the slice', terms) ?? tooFew(rest, 'the rows beside it', terms)
  if (few !== null) return untested(facts, value, lift, few)
  if (terms.zeroOne && !terms.weighted && !terms.clustered) return proportions(sides, facts, terms.level)
  const error = Math.sqrt(sides.variance([1, 0], [-1, 0]))
  if (!(error > ROUNDING * terms.sd.loss)) return untested(facts, value, lift, NO_SPREAD)
  const degrees = terms.clustered ? slice.effective - 1 : welch(sides, [1, 0])
  const half = tQuantile(0.5 + terms.level / 2, degrees)
  const method = terms.clustered ? 'cluster-robust t of block sums' : 'Welch t'
  return {
    ...facts,
    difference: estimateOf(value, slice.rows, half * error, terms.level, method),
    lift: { value: lift, interval: liftInterval(sides, all, half, terms.level) },
    p: tCdf(-value / error, degrees),
    reason: null,
  }
}

function regressionContrast(sides: Sides, terms: Terms): Contrast {
  const { slice, rest } = sides
  const before = slice.loss - slice.change
  const facts = { rows: slice.rows, loss: slice.loss, against: before, effect: slice.change / terms.sd.change }
  const lift = slice.loss / before
  const againstRest = terms.changeAgainst === 'rest'
  const few = tooFew(slice, 'the slice', terms) ?? (againstRest ? tooFew(rest, 'the rows beside it', terms) : null)
  if (few !== null) return untested(facts, slice.change, lift, few)
  const own = Math.sqrt(sides.variance([0, 1], NOTHING))
  const error = againstRest ? Math.sqrt(sides.variance([0, 1], [0, -1])) : own
  if (!(own > ROUNDING * terms.sd.change)) return untested(facts, slice.change, lift, NO_SPREAD)
  const degrees = slice.effective - 1
  const half = tQuantile(0.5 + terms.level / 2, degrees)
  const paired = terms.zeroOne && !terms.weighted && !terms.clustered ? pairedCounts(slice, own) : null
  const interval = paired && pairedProportionDifference(paired, terms.level)
  const method = terms.clustered ? 'cluster-robust t of block sums of paired differences' : 'paired t'
  const difference =
    interval === null
      ? estimateOf(slice.change, slice.rows, half * own, terms.level, method)
      : { value: slice.change, reason: null, n: slice.rows, interval }
  const excess = slice.change - (againstRest ? rest.change : 0)
  const tested = againstRest && !terms.clustered ? welch(sides, [0, 1]) : degrees
  const p = paired !== null && !againstRest ? pairedChance(paired) : tCdf(-excess / error, tested)
  const isRatio = before > 0 && slice.loss > 0
  const spread = isRatio
    ? Math.sqrt(Math.max(0, sides.variance([1 / slice.loss - 1 / before, 1 / before], NOTHING)))
    : 0
  return {
    ...facts,
    difference,
    lift: { value: lift, interval: spread > NO_WIDTH ? logInterval(lift, half * spread, terms.level) : null },
    p,
    reason: null,
  }
}

type Facts = Pick<Contrast, 'rows' | 'loss' | 'against' | 'effect'>

const NOTHING = [0, 0] as const
/** A standard error of so little of the standard deviation is what rounding left of none. */
const ROUNDING = 1e-8
/** The same of the log of a ratio: where every row has the same ratio, an interval of no width would look like proof. */
const NO_WIDTH = 1e-6
const NO_SPREAD = 'every row has the same loss: the spread is unknown'

function tooFew(side: Side, name: string, { clustered, weighted }: Terms): string | null {
  if (side.rows < FEWEST)
    return `${name} has ${side.rows} rows in the testing half: fewer than ${FEWEST} decide nothing`
  if (side.effective >= FEWEST || !(clustered || weighted)) return null
  const many = Math.floor(side.effective)
  return clustered
    ? `the rows of ${name} are of ${many} clusters in the testing half: fewer than ${FEWEST} decide nothing`
    : `the weights of ${name} leave ${many} effective rows in the testing half: fewer than ${FEWEST} decide nothing`
}

function untested(facts: Facts, value: number, lift: number, reason: string): Contrast {
  const difference = { value, reason, n: facts.rows, interval: null }
  return { ...facts, difference, lift: { value: lift, interval: null }, p: Number.NaN, reason }
}

function estimateOf(value: number, n: number, half: number, level: number, method: string): Estimate {
  return { value, reason: null, n, interval: { low: value - half, high: value + half, level, method } }
}

/** Welch and Satterthwaite's degrees of freedom of a difference of means. */
function welch({ slice, rest, variance }: Sides, of: readonly [number, number]): number {
  const [a, b] = [variance(of, NOTHING), variance(NOTHING, of)]
  return (a + b) ** 2 / (a ** 2 / (slice.effective - 1) + b ** 2 / (rest.effective - 1))
}

function proportions({ slice, rest }: Sides, facts: Facts, level: number): Contrast {
  const group = { hits: Math.round(slice.loss * slice.rows), n: slice.rows }
  const other = { hits: Math.round(rest.loss * rest.rows), n: rest.rows }
  const { value, interval } = ratioOf({ group, other, overlaps: true }, level)
  const bounds = interval !== null && Number.isFinite(interval.high) ? interval : null
  return {
    ...facts,
    difference: {
      value: slice.loss - rest.loss,
      reason: null,
      n: slice.rows,
      interval: newcombeDifference(group, other, level),
    },
    lift: { value, interval: bounds },
    p: newcombeChance(group, other),
    reason: null,
  }
}

/** One-sided p-value of "a is no larger than b": the half level at which Newcombe's interval just reaches 0, from 1e-12 on. */
export function newcombeChance(
  a: { readonly hits: number; readonly n: number },
  b: { readonly hits: number; readonly n: number },
): number {
  const low = (p: number) => newcombeDifference(a, b, 1 - 2 * p)?.low ?? Number.NaN
  if (!(a.hits / a.n > b.hits / b.n)) return 1
  let [least, most] = [Math.log(1e-12), Math.log(0.5)]
  if (low(Math.exp(least)) > 0) return 1e-12
  for (let step = 0; step < 50; step++) {
    const middle = (least + most) / 2
    if (low(Math.exp(middle)) <= 0) least = middle
    else most = middle
  }
  return Math.exp(least)
}

/** Rows on which only one of the models is wrong, from the mean and the variance of the differences −1, 0 and 1. */
function pairedCounts({ rows: n, change }: Side, error: number): { n: number; onlyA: number; onlyB: number } {
  const discordant = Math.round(error ** 2 * n * (n - 1) + n * change ** 2)
  const surplus = Math.round(change * n)
  return { n, onlyA: (discordant + surplus) / 2, onlyB: (discordant - surplus) / 2 }
}

/** One-sided p-value by the statistic of Bonett and Price's interval. */
function pairedChance({ n, onlyA, onlyB }: { n: number; onlyA: number; onlyB: number }): number {
  const [a, b] = [(onlyA + 1) / (n + 2), (onlyB + 1) / (n + 2)]
  return normalCdf(-(a - b) / Math.sqrt((a + b - (a - b) ** 2) / (n + 2)))
}

/**
 * Interval of ē_S / ē from that of the log of r = ē_rest / ē_S by the delta method: with w the slice's share of the weight, the
 * lift is 1 / (w + (1 − w) r), so that slice and all rows, which hold it, are not taken as independent.
 */
function liftInterval({ slice, rest, variance }: Sides, all: Side, half: number, level: number): Interval | null {
  if (!(slice.loss > 0) || !(rest.loss > 0)) return null
  const error = Math.sqrt(variance([1 / slice.loss, 0], [-1 / rest.loss, 0]))
  const share = slice.weight / all.weight
  const ratio = rest.loss / slice.loss
  const at = (steps: number) => 1 / (share + (1 - share) * ratio * Math.exp(steps * error))
  return { low: at(half), high: at(-half), level, method: 'delta method on the log of the ratio to the other rows' }
}

function logInterval(value: number, half: number, level: number): Interval {
  const method = 'delta method on the log of the ratio'
  return { low: value * Math.exp(-half), high: value * Math.exp(half), level, method }
}
