import type { Check } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import { formatInteger, plural } from '../../shared/report/format.js'
import {
  type Claim,
  type Decision,
  decideAll,
  detectable,
  discordanceText,
  missingEvidence,
  missingText,
} from './decide.js'
import { boundText, certaintyText, differenceText, subjectText, valueText } from './figures.js'
import { roundedOrNull } from './rounding.js'
import type { Demand } from './rules.js'
import { verdictOfDecision } from './verdicts.js'

/** A demand with what came of it. */
export interface Judged {
  readonly demand: Demand
  readonly decision: Decision
  readonly check: Check
}

/** Decides all demands together. Demands that only warn do not count for the correction. */
export function judgeDemands(demands: readonly Demand[], baselineName: string): Judged[] {
  const decided = new Map<Demand, { decision: Decision; corrected: boolean }>()
  for (const level of ['fail', 'warn'] as const) {
    const some = demands.filter((demand) => demand.level === level)
    decideAll(some.map(claimOf)).forEach((result, i) => {
      decided.set(some[i] as Demand, result)
    })
  }
  const counted = demands.filter(({ level }) => level === 'fail').length
  return demands.map((demand) => {
    const { decision, corrected } = decided.get(demand) as { decision: Decision; corrected: boolean }
    return { demand, decision, check: checkOfDemand(demand, decision, corrected, counted, baselineName) }
  })
}

function claimOf({ estimate, demanded, measurement }: Demand): Claim {
  return { estimate, demanded, minRows: measurement.metric.minRows }
}

function checkOfDemand(
  demand: Demand,
  decision: Decision,
  corrected: boolean,
  demands: number,
  baselineName: string,
): Check {
  const { measurement, estimate, demanded, code } = demand
  const { metric, slice } = measurement
  const why = decision === 'open' ? ` ${whyOpen(demand, corrected, demands)}` : ''
  const seen = detectable(estimate)
  return checkOf(verdictOfDecision(decision, demand.level, demand.open), {
    rule: code,
    subject: subjectText(metric.title, slice),
    message: `${finding(demand, baselineName)}; ${expectation(demand)}.${why}`,
    measured: roundedOrNull(estimate.value),
    expected: demand.words,
    n: estimate.n,
    interval: estimate.interval && { ...estimate.interval },
    details: {
      metric: metric.name,
      definition: metric.definition,
      candidate: roundedOrNull(measurement.candidate.value),
      baseline: roundedOrNull(measurement.baseline?.value),
      trivial: roundedOrNull(measurement.trivial.value),
      bound: demanded.bound,
      detectable: roundedOrNull(seen),
      ...evidenceOf(demand.estimate),
      level: demand.level,
      comparisons: demands,
    },
    cure: decision === 'open' ? openCure(demand, seen) : brokenCure(demand),
    where: demand.where,
  })
}

function finding({ code, measurement, estimate }: Demand, baselineName: string): string {
  const { metric, slice, candidate, baseline, trivial } = measurement
  const subject = subjectText(metric.title, slice)
  if (Number.isNaN(estimate.value)) return `${subject} is undefined: ${estimate.reason ?? 'unknown'}`
  if (code === 'metric-min' || code === 'metric-max') {
    return `${subject} is ${valueText(candidate)} (${certaintyText(candidate, false)})`
  }
  const other = code === 'better-than-trivial' ? trivial : baseline
  const whose = code === 'better-than-trivial' ? 'of a trivial model' : `of ${baselineName}`
  // Values that are compared are shown with the same decimals.
  const shown = (value: number) => valueText({ value, interval: estimate.interval ?? candidate.interval })
  const values = `${shown(candidate.value)} against ${shown(other?.value ?? Number.NaN)} ${whose}`
  return `${subject} is ${values}: ${differenceText(estimate)} (${certaintyText(estimate, true)})`
}

function expectation({ code, words, measurement }: Demand): string {
  const direction = measurement.metric.direction === 'higher-is-better' ? 'higher' : 'lower'
  if (code === 'better-than-trivial') return `it has to be ${direction}`
  return code === 'metric-min' || code === 'metric-max' ? `it has to be ${words}` : `the difference has to be ${words}`
}

function whyOpen(demand: Demand, corrected: boolean, demands: number): string {
  const { estimate, demanded } = demand
  if (estimate.interval === null) return 'Nothing is proven without an interval.'
  const missing = missingEvidence(claimOf(demand))
  if (missing !== null) return missingText(missing)
  if (corrected) {
    return `Alone this would count as broken; among ${demands} demands it may be chance (Holm).`
  }
  const discordance = discordanceText(claimOf(demand))
  if (discordance !== null) return discordance
  const rows = plural(estimate.n, 'row')
  return `The interval holds ${boundText(demanded.bound)}: a difference under ${valueText({ value: detectable(estimate) ?? Number.NaN, interval: estimate.interval })} cannot be seen in ${rows}.`
}

function openCure(demand: Demand, seen: number | null): string {
  const { estimate, demanded } = demand
  if (estimate.interval === null || seen === null) return 'judge it on rows where it is defined, or take another metric'
  const missing = missingEvidence(claimOf(demand))
  if (missing !== null) {
    const what = missing.what === 'clusters' ? 'clusters (data.group)' : 'rows'
    return `give at least ${missing.needed} ${what}`
  }
  // From the bound to the value, the room shrinks with the root of the rows.
  const needed = Math.ceil(estimate.n * (seen / Math.abs(estimate.value - demanded.bound)) ** 2)
  if (!(needed < 1e7)) return 'widen the bound of this rule, or give many more test rows'
  return `give more test rows: if the value stays as it is, about ${roundedUp(needed)} would decide; or widen the bound`
}

function brokenCure({ code, measurement }: Demand): string {
  const rows = measurement.slice === null ? 'the rows that got worse' : 'the rows of this slice that got worse'
  if (code === 'metric-loss') return `look at ${rows}; if this loss is meant, raise max-loss of the rule`
  if (code === 'metric-gain') return 'keep the deployed model, or lower min-gain of the rule'
  if (code === 'better-than-trivial')
    return 'check that features and labels belong to the same rows, and that it trained'
  return 'improve the model, or change the bound of the rule'
}

/** What the number is made from besides rows, where there is such. */
function evidenceOf({ clusters, effective, discordant }: Demand['estimate']): Check['details'] {
  return {
    ...(clusters === undefined ? {} : { clusters }),
    ...(effective === undefined ? {} : { effective: Number(effective.toPrecision(6)) }),
    ...(discordant === undefined ? {} : { discordant }),
  }
}

/** Two digits, upwards: nobody needs 1,237 rows rather than 1,300. */
function roundedUp(rows: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1)
  return formatInteger(Math.ceil(rows / unit) * unit)
}
