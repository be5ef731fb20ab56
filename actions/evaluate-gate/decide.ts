import { normalCdf, twoSidedZ } from '../../shared/stats/distributions.js'
import { detectableDifference } from '../../shared/stats/intervals.js'
import { holm } from '../../shared/stats/multiple.js'
import type { Estimate, Interval } from '../../shared/stats/types.js'

/** What is demanded of a number: `at-least` and `at-most` include the bound, `above` and `below` do not. */
export interface Demanded {
  readonly side: 'at-least' | 'at-most' | 'above' | 'below'
  readonly bound: number
}

/** `kept` and `broken` are proven by the whole interval; everything else is `open`. */
export type Decision = 'kept' | 'broken' | 'open'

/** Fewer rows than this decide nothing, but for intervals that are made for few rows. */
const MIN_ROWS = 30
/** A bootstrap of fewer clusters than this knows too little of their spread to decide by it. */
export const MIN_CLUSTERS = 30
const MADE_FOR_FEW_ROWS = ['Wilson score', 'paired Wald, Bonett–Price adjusted']

/** A demand on a number. */
export interface Claim {
  readonly estimate: Estimate
  readonly demanded: Demanded
  /** Rows below which the number decides nothing. Default `MIN_ROWS`. */
  readonly minRows?: number | undefined
}

/** Whether the interval proves the demand kept or broken. An undefined number proves nothing. */
export function decide(claim: Claim): Decision {
  const { demanded } = claim
  const interval = provingInterval(claim.estimate)
  if (interval === null || tooFewRows(claim)) return 'open'
  const { low, high } = interval
  const { bound } = demanded
  switch (demanded.side) {
    case 'at-least':
      return low >= bound ? 'kept' : high < bound ? 'broken' : 'open'
    case 'at-most':
      return high <= bound ? 'kept' : low > bound ? 'broken' : 'open'
    case 'above':
      return low > bound ? 'kept' : high <= bound ? 'broken' : 'open'
    case 'below':
      return high < bound ? 'kept' : low >= bound ? 'broken' : 'open'
  }
}

/** Whether there is too little evidence to decide a claim, whatever its interval; see {@link missingEvidence}. */
export function tooFewRows(claim: Claim): boolean {
  return missingEvidence(claim) !== null
}

/** What there is too little of to decide. */
export interface MissingEvidence {
  readonly what: 'rows' | 'effective rows' | 'clusters'
  readonly have: number
  readonly needed: number
}

/** What a claim with an interval lacks to be decided, or null. Weighted rows count by their effective size (Kish). */
export function missingEvidence({ estimate, minRows = MIN_ROWS }: Claim): MissingEvidence | null {
  const { n, interval, clusters, effective } = estimate
  if (interval === null) return null
  if (clusters !== undefined && clusters < MIN_CLUSTERS) {
    return { what: 'clusters', have: clusters, needed: MIN_CLUSTERS }
  }
  if (MADE_FOR_FEW_ROWS.includes(interval.method)) return null
  if (n < minRows) return { what: 'rows', have: n, needed: minRows }
  if (effective !== undefined && effective < minRows) {
    return { what: 'effective rows', have: effective, needed: minRows }
  }
  return null
}

/** What is missing, as a sentence: `Fewer than 30 clusters decide nothing: there are 12.` */
export function missingText({ what, have, needed }: MissingEvidence): string {
  if (what === 'rows') return `Fewer than ${needed} rows decide nothing.`
  if (what === 'clusters')
    return `Fewer than ${needed} clusters decide nothing, and rows of one depend on each other: there are ${have}.`
  return `By their weights the rows count like ${Number(have.toPrecision(2))}, and fewer than ${needed} decide nothing.`
}

/**
 * The fewest rows on which two models can disagree and one still be proven better: below it even the most one-sided
 * outcome, all of them for one model, has a chance of 2 · ½^m above 1 − level in the exact sign test. At 95 % that is 6.
 */
export function discordantFloor(level: number): number {
  return Math.ceil(1 - Math.log2(1 - level) - 1e-9)
}

/**
 * The interval by which a demand is decided. With fewer discordant rows than `discordantFloor` it is stretched to hold 0:
 * a handful of rows can show that two models are nearly the same, but proves neither a gain nor a loss. A gate that took
 * such intervals for proof turned over on one run in four of the same model (dotnet/skills #952).
 */
export function provingInterval({ interval, discordant }: Estimate): Interval | null {
  if (interval === null || discordant === undefined || discordant >= discordantFloor(interval.level)) return interval
  return { ...interval, low: Math.min(interval.low, 0), high: Math.max(interval.high, 0) }
}

/** Why a demand stays open although the shown interval would decide it, as a sentence; null when that is not so. */
export function discordanceText({ estimate }: Claim): string | null {
  const { interval, discordant } = estimate
  const proving = provingInterval(estimate)
  if (interval === null || proving === null || discordant === undefined) return null
  if (proving.low === interval.low && proving.high === interval.high) return null
  const rows = discordant === 1 ? 'one row tells' : `${discordant} rows tell`
  return `Only ${rows} the models apart: fewer than ${discordantFloor(interval.level)} prove neither a gain nor a loss.`
}

/**
 * Decisions of several demands together. All have to be kept, so a proof of keeping needs no correction; but any one can
 * be broken by chance, so a demand counts as broken only if it is so by Holm's procedure over all of them, at the
 * one-sided level of the interval. `corrected` marks those that are broken alone but not together.
 */
export function decideAll(claims: readonly Claim[]): { decision: Decision; corrected: boolean }[] {
  const decisions = claims.map(decide)
  const adjusted = holm(
    claims.map((claim) => {
      const interval = provingInterval(claim.estimate)
      return interval === null || tooFewRows(claim) ? Number.NaN : chanceOfBreaking(claim, interval)
    }),
  )
  return decisions.map((decision, i) => {
    const level = claims[i]?.estimate.interval?.level ?? 0.95
    // A hair of room: for one demand alone the corrected decision is that of its interval.
    const corrected = decision === 'broken' && (adjusted[i] as number) > ((1 - level) / 2) * (1 + 1e-9)
    return { decision: corrected ? 'open' : decision, corrected }
  })
}

/**
 * One-sided p-value of "the demand is kept": the interval taken as a normal one of the value and its bound on the side of
 * the demand, since an interval of a share, or one cut to the range of its metric, has sides of different length.
 */
function chanceOfBreaking({ estimate: { value }, demanded: { side, bound } }: Claim, interval: Interval): number {
  const { low, high, level } = interval
  const wantsHigh = side === 'at-least' || side === 'above'
  const faces = wantsHigh ? value >= low && value < high : value > low && value <= high
  const from = faces ? value : (low + high) / 2
  const [distance, length] = wantsHigh ? [from - bound, high - from] : [bound - from, from - low]
  if (length > 0) return normalCdf((distance / length) * twoSidedZ(level))
  return distance < 0 || (distance === 0 && (side === 'above' || side === 'below')) ? 0 : 1
}

/** The smallest difference that the rows would show four times in five. */
export function detectable({ value, interval }: Pick<Estimate, 'value' | 'interval'>): number | null {
  if (interval === null) return null
  const { low, high, level } = interval
  const half = value >= low && value <= high ? Math.max(value - low, high - value) : (high - low) / 2
  return detectableDifference(half / twoSidedZ(level), level)
}
