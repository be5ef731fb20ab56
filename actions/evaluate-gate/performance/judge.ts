import type { Check } from '../../../shared/contracts/common.js'
import type {
  PerformanceConfig,
  PerformanceMeasure,
  PerformanceRule,
} from '../../../shared/contracts/evaluate-performance.js'
import { checkOf } from '../../../shared/core/check.js'
import { formatPercent, plural } from '../../../shared/report/format.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { type Claim, type Decision, type Demanded, decideAll } from '../decide.js'
import { boundText } from '../figures.js'
import { verdictOfDecision } from '../verdicts.js'
import { BY_VALUE, type Estimates, type Measurement, OF_BATCH } from './estimates.js'
import { amountText, boundOf, estimateText, rangeText, ratioText, subjectOf } from './words.js'

/** Order statistics and blocks tell by themselves when there are too few; they are exact for any number. */
const MIN_ROUNDS = 6

/** One demand of a rule on one number. */
export interface PerformanceDemand {
  readonly kind: 'value' | 'ratio'
  readonly measure: PerformanceMeasure
  readonly batch: number | null
  readonly estimate: Estimate
  readonly demanded: Demanded
  readonly level: 'fail' | 'warn'
  /** Index of its rule. */
  readonly rule: number
}

/** Every demand of the rules, on each batch size that is meant. */
function demandsOf(config: PerformanceConfig, estimates: Estimates): PerformanceDemand[] {
  return config.rules.flatMap((rule, i) =>
    batchesOf(rule, config).flatMap((batch): PerformanceDemand[] => {
      const { measure, level } = rule
      const faster = measure === 'throughput'
      const side = faster ? 'at-least' : 'at-most'
      const bound = faster ? rule.min : rule.max
      const ratio = faster ? rule['min-ratio'] : rule['max-ratio']
      const more = { measure, batch, level, rule: i }
      const demands: PerformanceDemand[] = []
      if (bound !== undefined) {
        const estimate = estimates.of(estimates.candidate, measure, batch)
        demands.push({ ...more, kind: 'value', estimate, demanded: { side, bound } })
      }
      const estimate = ratio === undefined ? null : estimates.ratio(measure, batch)
      if (ratio !== undefined && estimate !== null) {
        demands.push({ ...more, kind: 'ratio', estimate, demanded: { side, bound: ratio } })
      }
      return demands
    }),
  )
}

/** A check with what was found, in short; null where nothing was. */
export interface JudgedPerformance {
  readonly check: Check
  readonly found: string | null
}

/** Decides all demands together; a rule on a ratio without a measured baseline stays open. */
export function judgePerformance(
  config: PerformanceConfig,
  estimates: Estimates,
  baseline: Measurement['baseline'],
  placeOf: (rule: number) => Check['where'],
): JudgedPerformance[] {
  const demands = demandsOf(config, estimates)
  const decisions = decideAll(demands.map(claimOf))
  const open =
    baseline !== null && 'because' in baseline
      ? config.rules.flatMap((rule, i) => (hasRatio(rule) ? [{ rule, because: baseline.because, i }] : []))
      : []
  return [
    ...demands.map((demand, i) => {
      const { decision, corrected } = decisions[i] as { decision: Decision; corrected: boolean }
      return judgedDemand(
        demand,
        BY_VALUE.includes(demand.measure) ? decideValue(demand) : decision,
        corrected,
        placeOf,
      )
    }),
    ...open.map(({ rule, because, i }) => ({
      check: unmeasured(rule, because, 'make the baseline answer here, or compare with another one', placeOf(i)),
      found: null,
    })),
  ]
}

/** A rule whose models could not be measured. */
export function unmeasured(rule: PerformanceRule, because: string, cure: string, where: Check['where']): Check {
  const subject = subjectOf(rule.measure, rule.batch ?? null)
  return checkOf(verdictOfDecision('open', rule.level), {
    rule: 'performance-untested',
    subject,
    message: `${subject}: not measured, because ${because}`,
    expected: 'models that can be asked in this run',
    cure,
    where,
  })
}

/** Whether a rule compares with the baseline. */
export function hasRatio(rule: PerformanceRule): boolean {
  return rule['max-ratio'] !== undefined || rule['min-ratio'] !== undefined
}

function batchesOf(rule: PerformanceRule, config: PerformanceConfig): (number | null)[] {
  if (!OF_BATCH.includes(rule.measure)) return [null]
  return rule.batch === undefined ? [...new Set(config['batch-sizes'])] : [rule.batch]
}

function claimOf({ estimate, demanded }: PerformanceDemand): Claim {
  return { estimate, demanded, minRows: MIN_ROUNDS }
}

/** Of what is known as it is: size exactly, peak memory as the most that was seen. */
function decideValue({ estimate: { value }, demanded: { side, bound } }: PerformanceDemand): Decision {
  if (Number.isNaN(value)) return 'open'
  return (side === 'at-most' ? value <= bound : value >= bound) ? 'kept' : 'broken'
}

function judgedDemand(
  demand: PerformanceDemand,
  decision: Decision,
  corrected: boolean,
  placeOf: (rule: number) => Check['where'],
): JudgedPerformance {
  const { kind, measure, batch, estimate, demanded, level, rule } = demand
  const textOf = (value: number) =>
    kind === 'ratio' ? ratioText(value, estimate.interval) : amountText(measure, value)
  const side = demanded.side === 'at-least' ? 'at least' : 'at most'
  const bound = kind === 'ratio' ? `${boundText(demanded.bound)}× the baseline` : boundOf(measure, demanded.bound)
  const subject = subjectOf(measure, batch)
  const found = Number.isNaN(estimate.value)
    ? `not known: ${estimate.reason ?? 'unknown'}`
    : `${textOf(estimate.value)}${kind === 'ratio' ? ' the baseline' : ''}${certaintyOf(demand, textOf)}`
  const finite = estimate.interval !== null && Number.isFinite(estimate.interval.high)
  const check = checkOf(verdictOfDecision(decision, level), {
    rule: kind === 'ratio' ? 'performance-ratio' : 'performance-bound',
    subject,
    message: `${subject}: ${found}; wanted ${side} ${bound}`,
    measured: Number.isNaN(estimate.value) ? null : estimate.value,
    expected: `${side} ${bound}`,
    n: estimate.n,
    interval: finite && estimate.interval !== null ? { ...estimate.interval } : null,
    details: { ...(corrected ? { 'broken alone, not with Holm’s correction': true } : {}) },
    cure: decision === 'open' ? openCure(demand) : 'make the model faster or smaller, or move the bound',
    where: placeOf(rule),
  })
  return { check, found: estimateText(estimate, textOf) }
}

function certaintyOf({ measure, kind, estimate }: PerformanceDemand, textOf: (value: number) => string): string {
  const { interval, n, reason } = estimate
  if (BY_VALUE.includes(measure)) return ''
  const unit = measure === 'cold_start' ? 'start' : kind === 'ratio' ? 'round' : 'request'
  const counted = plural(n, unit)
  if (interval === null) return ` (no interval: ${reason ?? 'unknown'}; ${counted})`
  return ` (${formatPercent(interval.level)} interval ${rangeText(interval, textOf)}, ${counted}${reason === null ? '' : `; ${reason}`})`
}

function openCure({ measure, estimate }: PerformanceDemand): string {
  if (BY_VALUE.includes(measure)) return `take the rule away: ${estimate.reason ?? 'it is not known'}`
  if (measure === 'cold_start') return 'raise `starts`, or move the bound'
  return 'raise `requests` and `seconds`, run on a quieter machine, or move the bound'
}
