import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { EvaluateConfig, RuleConfig } from '../../shared/contracts/config.js'
import { checkOf } from '../../shared/core/check.js'
import type { Problem } from '../../shared/core/errors.js'
import { formatInteger, plural, shortList } from '../../shared/report/format.js'
import { findMetric, type Metric, metricNames } from '../../shared/stats/metrics/index.js'
import type { Task } from '../../shared/stats/sample.js'
import type { Estimate } from '../../shared/stats/types.js'
import { type Claim, type Decision, type Demanded, decideAll, detectable, MIN_ROWS, tooFewRows } from './decide.js'
import { boundText, certaintyText, differenceText, subjectText, valueText } from './figures.js'
import type { Measurement, Measurer } from './measure.js'
import type { Slices } from './slices.js'

type Level = RuleConfig['level']
type Code = 'metric-min' | 'metric-max' | 'metric-loss' | 'metric-gain' | 'better-than-trivial'

/** One demand on one metric of one group of rows. */
export interface Demand {
  readonly code: Code
  readonly level: Level
  readonly measurement: Measurement
  /** The number that is judged: a value, or a difference. */
  readonly estimate: Estimate
  readonly demanded: Demanded
  /** The demand in words: `not below −0.02`. */
  readonly words: string
  /** Its line in plumbline.yml; null for one that nobody has written. */
  readonly where: Check['where']
}

/** The default margin of a metric between 0 and 1; of others it is this share of the baseline's value, twice. */
export const DEFAULT_MARGIN = 0.01

/** Mistakes in the rules: metrics that the task does not have, rules that demand nothing. */
export function ruleProblems(rules: readonly RuleConfig[], task: Task): Problem[] {
  return rules.flatMap((rule, i): Problem[] => {
    const where = `evaluate.rules[${i}]`
    if (findMetric(rule.metric, task) === undefined) {
      return [
        {
          where: `${where}.metric`,
          message: `there is no metric "${rule.metric}" for a ${task} model`,
          cure: `it is one of: ${metricNames(task).join(', ')}`,
        },
      ]
    }
    const demands = [rule.min, rule.max, rule['max-loss'], rule['min-gain']].filter((bound) => bound !== undefined)
    if (demands.length > 0) return []
    return [{ where, message: 'demands nothing', cure: 'add min, max, max-loss or min-gain' }]
  })
}

/** The rules that hold when none is written: the main metric is not worse than the baseline's beyond a small margin. */
export function defaultRules(main: Metric, baselineValue: number | null): RuleConfig[] {
  if (baselineValue === null) return []
  const bounded = Number.isFinite(main.range[0]) && Number.isFinite(main.range[1])
  const margin = bounded ? DEFAULT_MARGIN : Number((2 * DEFAULT_MARGIN * Math.abs(baselineValue)).toPrecision(3))
  return [{ metric: main.name, 'max-loss': margin, level: 'fail' }]
}

/**
 * Every demand of the rules, on all rows or on each judged slice of a column, and always that of the trivial model.
 * `placeOf` is the line of the i-th rule.
 */
export function demandsOf(
  rules: readonly RuleConfig[],
  task: Task,
  slices: Slices,
  measurer: Measurer,
  main: Metric,
  placeOf: (rule: number) => Check['where'],
): Demand[] {
  const demands = rules.flatMap((rule, i) => {
    const metric = findMetric(rule.metric, task) as Metric
    const groups = rule.slice === undefined ? [null] : slices.judged.filter(({ column }) => column === rule.slice)
    return groups.flatMap((slice) => demandsOfRule(rule, measurer.measure(metric, slice), placeOf(i)))
  })
  return [...demands, trivialDemand(measurer, main)]
}

function demandsOfRule(rule: RuleConfig, measurement: Measurement, where: Check['where']): Demand[] {
  const { candidate, difference, metric } = measurement
  const higher = metric.direction === 'higher-is-better'
  const { level } = rule
  const demands: Demand[] = []
  const value = (code: Code, side: Demanded['side'], bound: number, words: string) =>
    demands.push({ code, level, measurement, estimate: candidate, demanded: { side, bound }, words, where })
  const change = (code: Code, bound: number, words: string) => {
    // Without a baseline there is no difference to judge; what that means is said once, by a check of its own.
    if (difference === null) return
    const side = higher ? 'at-least' : 'at-most'
    demands.push({ code, level, measurement, estimate: difference, demanded: { side, bound }, words, where })
  }
  if (rule.min !== undefined) value('metric-min', 'at-least', rule.min, `at least ${boundText(rule.min)}`)
  if (rule.max !== undefined) value('metric-max', 'at-most', rule.max, `at most ${boundText(rule.max)}`)
  const loss = rule['max-loss']
  if (loss !== undefined) {
    const bound = higher ? -loss : loss
    change('metric-loss', bound, `not ${higher ? 'below' : 'above'} ${boundText(bound, true)}`)
  }
  const gain = rule['min-gain']
  if (gain !== undefined) {
    const bound = higher ? gain : -gain
    change('metric-gain', bound, `at ${higher ? 'least' : 'most'} ${boundText(bound, true)}`)
  }
  return demands
}

function trivialDemand(measurer: Measurer, main: Metric): Demand {
  return {
    code: 'better-than-trivial',
    level: 'fail',
    measurement: measurer.measure(main, null),
    estimate: measurer.overTrivial(main),
    demanded: { side: main.direction === 'higher-is-better' ? 'above' : 'below', bound: 0 },
    words: 'better than a trivial model',
    where: null,
  }
}

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

/** An undecided demand blocks like a broken one does: a rule that only warns never does more than warn. */
export function verdictOfDecision(decision: Decision, level: Level): Verdict {
  if (decision === 'kept') return 'pass'
  if (level === 'warn') return 'warn'
  return decision === 'broken' ? 'fail' : 'inconclusive'
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
  return checkOf(verdictOfDecision(decision, demand.level), {
    rule: code,
    subject: subjectText(metric.title, slice),
    message: `${finding(demand, baselineName)}; ${expectation(demand)}.${why}`,
    measured: Number.isFinite(estimate.value) ? Number(estimate.value.toPrecision(12)) : null,
    expected: demand.words,
    n: estimate.n,
    interval: estimate.interval && { ...estimate.interval },
    details: {
      metric: metric.name,
      definition: metric.definition,
      candidate: numberOrNull(measurement.candidate.value),
      baseline: numberOrNull(measurement.baseline?.value),
      trivial: numberOrNull(measurement.trivial.value),
      bound: demanded.bound,
      detectable: numberOrNull(seen),
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
  if (tooFewRows(claimOf(demand))) return `Fewer than ${minRowsOf(demand)} rows decide nothing.`
  if (corrected) {
    return `Alone this would count as broken; among ${demands} demands it may be chance (Holm).`
  }
  const rows = plural(estimate.n, 'row')
  return `The interval holds ${boundText(demanded.bound)}: a difference under ${valueText({ value: detectable(estimate) ?? Number.NaN, interval: estimate.interval })} cannot be seen in ${rows}.`
}

function openCure(demand: Demand, seen: number | null): string {
  const { estimate, demanded } = demand
  if (estimate.interval === null || seen === null) return 'judge it on rows where it is defined, or take another metric'
  if (tooFewRows(claimOf(demand))) return `give at least ${minRowsOf(demand)} rows`
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

/** A check for each rule on a slice column of which no slice is large enough: nothing was judged, so nothing passed. */
export function emptySliceChecks(
  config: EvaluateConfig,
  slices: Slices,
  placeOf: (rule: number) => Check['where'],
): Check[] {
  return (config.rules ?? []).flatMap((rule, i) => {
    const { slice } = rule
    if (slice === undefined || slices.judged.some(({ column }) => column === slice)) return []
    const small = slices.small.filter(({ column }) => column === slice).map(({ value, rows }) => `${value} (${rows})`)
    return [
      checkOf(rule.level === 'warn' ? 'warn' : 'inconclusive', {
        rule: 'slice-too-small',
        subject: `${rule.metric}, ${slice}`,
        message: `no value of ${slice} has ${slices.minRows.get(slice)} rows: ${shortList(small)}. The rule on ${rule.metric} was judged on none.`,
        expected: `at least one value with ${slices.minRows.get(slice)} rows`,
        cure: 'give more test rows, or lower min-rows of the slice',
        where: placeOf(i),
      }),
    ]
  })
}

function minRowsOf({ measurement }: Demand): number {
  return measurement.metric.minRows ?? MIN_ROWS
}

function numberOrNull(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(12)) : null
}

/** Two digits, upwards: nobody needs 1,237 rows rather than 1,300. */
function roundedUp(rows: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1)
  return formatInteger(Math.ceil(rows / unit) * unit)
}
