import type { BiasConfig } from '../../../shared/contracts/bias.js'
import type { Check } from '../../../shared/contracts/common.js'
import { type Proportion, type Rate, rowsOf } from '../../../shared/stats/bias/rates.js'
import { holm } from '../../../shared/stats/multiple.js'
import { type Decision, MIN_CLUSTERS } from '../decide.js'
import { verdictOfDecision } from '../verdicts.js'
import type { Comparison, Measured } from './measure.js'

/** Whether the whole interval of the ratio lies within tau … 1/tau, or outside of it; everything else is open. */
export type Outcome = 'within' | 'outside' | 'open'

/** Why a comparison is open. */
export type Open =
  | ({ readonly kind: 'few'; readonly who: 'group' | 'reference'; readonly rows: number } & Few)
  | { readonly kind: 'small-reference'; readonly rows: number }
  | { readonly kind: 'undefined'; readonly reason: string }
  | { readonly kind: 'interval' }
  | { readonly kind: 'chance' }

/** What there are too few of, below the line: rows, what weights and clusters leave of them, or clusters. */
export interface Few {
  readonly what: 'rows' | 'effective rows' | 'clusters'
  readonly have: number
  readonly least: number
}

export interface JudgedComparison extends Comparison {
  readonly outcome: Outcome
  readonly open: Open | null
}

/** A rate of all groups and classes of one part of `evaluate.bias`: the unit of its checks. */
export interface JudgedRate {
  readonly measured: Measured
  readonly rate: Rate
  /** The one that speaks for all first: outside before open before within, the furthest from 1 first. */
  readonly comparisons: readonly JudgedComparison[]
  /** Comparisons of the same level, which Holm's correction is over. */
  readonly family: number
}

/**
 * Decides every comparison of the candidate's declared rates. Within needs no correction, since all have to be; outside has
 * to stand Holm's correction over all comparisons of its level, at the one-sided level of the interval.
 */
export function judgeBias(all: readonly Measured[], level: number): JudgedRate[] {
  const families = new Map<BiasConfig['level'], Map<Comparison, JudgedComparison>>()
  for (const severity of ['fail', 'warn'] as const) {
    const family = all
      .filter(({ grouping }) => grouping.config.level === severity)
      .flatMap((measured) => declared(measured).map((comparison) => ({ comparison, measured })))
    const alone = family.map(({ comparison, measured }) => decideAlone(comparison, measured.grouping.config))
    const adjusted = holm(
      family.map(({ comparison }, i) => (isUndecidable(alone[i] as Decided) ? Number.NaN : comparison.chance)),
    )
    const judged = family.map(({ comparison }, i): [Comparison, JudgedComparison] => {
      const decided = alone[i] as Decided
      const byChance = decided.outcome === 'outside' && (adjusted[i] as number) > ((1 - level) / 2) * (1 + 1e-9)
      const result: Decided = byChance ? { outcome: 'open', open: { kind: 'chance' } } : decided
      return [comparison, { ...comparison, ...result }]
    })
    families.set(severity, new Map(judged))
  }
  return all.flatMap((measured) => {
    const { config } = measured.grouping
    const family = families.get(config.level) as Map<Comparison, JudgedComparison>
    const own = declared(measured).map((comparison) => family.get(comparison) as JudgedComparison)
    return measuresOf(config).map((rate) => ({
      measured,
      rate,
      comparisons: own.filter((one) => one.rate === rate).sort(bySeverity),
      family: family.size,
    }))
  })
}

/** The worst of several outcomes: outside wins over open, open over within; without any it is open. */
export function outcomeOf(comparisons: readonly JudgedComparison[]): Outcome {
  return comparisons[0]?.outcome ?? 'open'
}

/** The declared rates, each once. */
function measuresOf({ measures }: BiasConfig): Rate[] {
  return [...new Set(measures)]
}

/** Verdict of an outcome: a part that only warns never does more than warn. */
export function verdictOfOutcome(outcome: Outcome, level: BiasConfig['level']): Check['verdict'] {
  return verdictOfDecision(DECISIONS[outcome], level)
}

const DECISIONS: Readonly<Record<Outcome, Decision>> = { within: 'kept', outside: 'broken', open: 'open' }

interface Decided {
  readonly outcome: Outcome
  readonly open: Open | null
}

function declared({ classes, grouping }: Measured): Comparison[] {
  const measures = measuresOf(grouping.config)
  return classes.flatMap(({ comparisons }) => comparisons.filter(({ rate }) => measures.includes(rate)))
}

function decideAlone(comparison: Comparison, config: BiasConfig): Decided {
  const { below, ratio, referenceRows } = comparison
  const least = config['min-rows']
  if (comparison.reference !== null && referenceRows < least) {
    return { outcome: 'open', open: { kind: 'small-reference', rows: referenceRows } }
  }
  for (const who of ['group', 'reference'] as const) {
    const few = tooFew(below[who], least)
    if (few !== null) return { outcome: 'open', open: { kind: 'few', who, rows: rowsOf(below[who]), ...few } }
  }
  const { interval, reason } = ratio.candidate
  if (interval === null) return { outcome: 'open', open: { kind: 'undefined', reason: reason ?? 'unknown' } }
  const { tau } = config
  if (interval.low >= tau && interval.high <= 1 / tau) return { outcome: 'within', open: null }
  if (interval.high < tau || interval.low > 1 / tau) return { outcome: 'outside', open: null }
  return { outcome: 'open', open: { kind: 'interval' } }
}

function tooFew(share: Proportion, least: number): Few | null {
  const [rows, clusters] = [rowsOf(share), share.design?.clusters ?? null]
  if (rows < least) return { what: 'rows', have: rows, least }
  if (clusters !== null && clusters < MIN_CLUSTERS) return { what: 'clusters', have: clusters, least: MIN_CLUSTERS }
  return share.n < least ? { what: 'effective rows', have: share.n, least } : null
}

function isUndecidable({ open }: Decided): boolean {
  return open !== null && open.kind !== 'interval'
}

const SEVERITY: readonly Outcome[] = ['outside', 'open', 'within']

function bySeverity(a: JudgedComparison, b: JudgedComparison): number {
  const rank = SEVERITY.indexOf(a.outcome) - SEVERITY.indexOf(b.outcome)
  return rank !== 0 ? rank : furthest(b) - furthest(a) || 0
}

/** Distance of a ratio from 1 on the log scale; below all others when it is undefined. */
function furthest({ ratio }: Comparison): number {
  const { value } = ratio.candidate
  if (Number.isNaN(value)) return -1
  return value === 0 ? Number.MAX_VALUE : Math.abs(Math.log(value))
}
