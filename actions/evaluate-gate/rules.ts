import type { Check } from '../../shared/contracts/common.js'
import type { RuleConfig } from '../../shared/contracts/config.js'
import type { Problem } from '../../shared/core/errors.js'
import { nearestNames } from '../../shared/core/nearest.js'
import { shortList } from '../../shared/report/format.js'
import { IDEALS } from '../../shared/stats/metrics/calibration/index.js'
import { findMetric, type Metric, metricNames } from '../../shared/stats/metrics/index.js'
import type { Task } from '../../shared/stats/sample.js'
import { type Estimate, undefinedBecause } from '../../shared/stats/types.js'
import type { Demanded } from './decide.js'
import { boundText } from './figures.js'
import type { Measurement, Measurer } from './measure.js'
import type { Slice } from './slices/slices.js'
import type { OpenPolicy } from './verdicts.js'

type Code = 'metric-min' | 'metric-max' | 'metric-loss' | 'metric-gain' | 'better-than-trivial'

/** One demand on one metric of one group of rows. */
export interface Demand {
  readonly code: Code
  readonly level: RuleConfig['level']
  readonly open: OpenPolicy
  readonly measurement: Measurement
  /** The number that is judged: a value, or a difference. */
  readonly estimate: Estimate
  readonly demanded: Demanded
  /** The demand in words: `not below −0.02`. */
  readonly words: string
  /** Its line in plumbline.yml; null for one that nobody has written. */
  readonly where: Check['where']
}

/** A rule with the metrics that it names, and the rows that each is judged on; null is all of them. */
export interface ReadyRule {
  readonly rule: RuleConfig
  readonly metrics: readonly Metric[]
  readonly groups: readonly (Slice | null)[]
  readonly where: Check['where']
}

/** What metrics there are: those of the task, and the user's own. */
export interface MetricBook {
  find(name: string): Metric | undefined
  readonly names: readonly string[]
}

/** The default margin of a metric between 0 and 1; of others it is this share of the baseline's value, twice. */
const DEFAULT_MARGIN = 0.01

/** Name of the metric of one class: `recall_of:Large`. */
const ofClass = (metric: string, name: string): string => `${metric}_of:${name}`

/** The metrics that a rule may name: those of the user, then ours of the task. */
export function metricBook(task: Task, own: readonly Metric[]): MetricBook {
  return {
    find: (name) => own.find((metric) => metric.name === name) ?? findMetric(name, task),
    names: [...own.map(({ name }) => name), ...metricNames(task)],
  }
}

/** Mistakes in the rules: metrics and classes that there are not, rules that demand nothing. Classes are null while they are not known. */
export function ruleProblems(
  rules: readonly RuleConfig[],
  task: Task,
  known: readonly string[] | null,
  book: MetricBook,
): Problem[] {
  return rules.flatMap((rule, i): Problem[] => {
    const where = `evaluate.rules[${i}]`
    const problems: Problem[] = []
    const classes = known ?? (rule.class === undefined ? [] : [rule.class])
    const found = book.find(rule.metric)
    const ofClasses = rule.class === undefined ? [] : classes.filter((name) => book.find(ofClass(rule.metric, name)))
    if (found === undefined && ofClasses.length === 0) {
      const [near] = nearestNames(rule.metric, book.names)
      problems.push({
        where: `${where}.metric`,
        message: `there is no metric "${rule.metric}" for a ${task} model`,
        cure: `${near === undefined ? '' : `did you mean "${near}"? `}it is one of: ${book.names.join(', ')}`,
      })
    } else if (rule.class !== undefined && classes.length === 0) {
      problems.push({ where: `${where}.class`, message: `a ${task} model has no classes`, cure: 'take it out' })
    } else if (rule.class !== undefined && ofClasses.length === 0) {
      problems.push({
        where: `${where}.class`,
        message: `"${rule.metric}" is not measured by class`,
        cure: 'take precision, recall, f1, specificity, roc_auc or their like',
      })
    } else if (rule.class !== undefined && rule.class !== 'each' && !classes.includes(rule.class)) {
      problems.push({
        where: `${where}.class`,
        message: `there is no class "${rule.class}"`,
        cure: `write each, or one of: ${shortList(classes, 20)}`,
      })
    }
    const named = found?.ofClass
    if (named !== undefined && known !== null && !known.includes(named)) {
      problems.push({
        where: `${where}.metric`,
        message: `there is no class "${named}"`,
        cure: `it is one of: ${shortList(known, 20)}`,
      })
    }
    if (IDEALS.has(rule.metric) && (rule['max-loss'] ?? rule['min-gain']) !== undefined) {
      problems.push({
        where: `${where}.metric`,
        message: `"${rule.metric}" is best at ${IDEALS.get(rule.metric)}, so more of it is neither a loss nor a gain`,
        cure: `take ${rule.metric}_error, its distance from that`,
      })
    }
    const demands = [rule.min, rule.max, rule['max-loss'], rule['min-gain']].filter((bound) => bound !== undefined)
    if (demands.length === 0) {
      problems.push({ where, message: 'demands nothing', cure: 'add min, max, max-loss or min-gain' })
    }
    return problems
  })
}

/** Metrics of a rule without mistakes: its own, or that of each class. */
export function metricsOf({ metric, class: name }: RuleConfig, classes: readonly string[], book: MetricBook): Metric[] {
  const names =
    name === undefined
      ? [metric]
      : (name === 'each' && !classes.includes('each') ? classes : [name]).map((one) => ofClass(metric, one))
  return names.map((one) => book.find(one) as Metric)
}

/** Margin of the main metric when no rule is written; null without a value of the baseline. */
export function defaultMargin(main: Metric, baselineValue: number | null): number | null {
  if (baselineValue === null) return null
  const bounded = Number.isFinite(main.range[0]) && Number.isFinite(main.range[1])
  return bounded ? DEFAULT_MARGIN : Number((2 * DEFAULT_MARGIN * Math.abs(baselineValue)).toPrecision(3))
}

/** Every demand of the rules on each of their groups of rows, and always that of the trivial model, where there is one. */
export function demandsOf(rules: readonly ReadyRule[], measurer: Measurer, main: Metric, open: OpenPolicy): Demand[] {
  const demands = rules.flatMap(({ rule, metrics, groups, where }) =>
    groups.flatMap((slice) =>
      metrics.flatMap((metric) =>
        demandsOfRule(rule, measurer.measure(metric, slice), rule.inconclusive ?? open, where),
      ),
    ),
  )
  const trivial = trivialDemand(measurer, main, open)
  return trivial === null ? demands : [...demands, trivial]
}

function demandsOfRule(rule: RuleConfig, measurement: Measurement, open: OpenPolicy, where: Check['where']): Demand[] {
  const { candidate, difference, metric } = measurement
  const higher = metric.direction === 'higher-is-better'
  const { level } = rule
  const demands: Demand[] = []
  const value = (code: Code, side: Demanded['side'], bound: number, words: string) =>
    demands.push({ code, level, open, measurement, estimate: candidate, demanded: { side, bound }, words, where })
  const change = (code: Code, given: number | string, sign: 1 | -1, words: string) => {
    // Without a baseline there is no difference to judge; what that means is said once, by a check of its own.
    if (difference === null) return
    const amount = amountOf(given, measurement)
    const bound = (higher ? sign : -sign) * (amount ?? 0)
    demands.push({
      code,
      level,
      open,
      measurement,
      estimate: amount === null ? { ...difference, ...NO_SHARE, interval: null } : difference,
      demanded: { side: higher ? 'at-least' : 'at-most', bound },
      words: `${words} ${marginText(given, bound)}`,
      where,
    })
  }
  if (rule.min !== undefined) value('metric-min', 'at-least', rule.min, `at least ${boundText(rule.min)}`)
  if (rule.max !== undefined) value('metric-max', 'at-most', rule.max, `at most ${boundText(rule.max)}`)
  const loss = rule['max-loss']
  if (loss !== undefined) change('metric-loss', loss, -1, `not ${higher ? 'below' : 'above'}`)
  const gain = rule['min-gain']
  if (gain !== undefined) change('metric-gain', gain, 1, `at ${higher ? 'least' : 'most'}`)
  return demands
}

/** A baseline's value that is so near to 0 has no shares. */
const NEARLY_NOTHING = 1e-12
const NO_SHARE = undefinedBecause('the baseline’s value is 0 or undefined, so there is no share of it')

/** A margin in the metric's own unit: a number as it is, `2%` of the size of the baseline's value on these rows. */
function amountOf(given: number | string, { baseline }: Measurement): number | null {
  if (typeof given === 'number') return given
  const size = Math.abs(baseline?.value ?? Number.NaN)
  return size >= NEARLY_NOTHING ? (Number.parseFloat(given) / 100) * size : null
}

/** `−0.02`, or `−0.013 (2% of the baseline’s)`. */
function marginText(given: number | string, bound: number): string {
  if (typeof given === 'number') return boundText(bound, true)
  return `${boundText(Number(bound.toPrecision(3)), true)} (${given} of the baseline’s)`
}

function trivialDemand(measurer: Measurer, main: Metric, open: OpenPolicy): Demand | null {
  const estimate = measurer.overTrivial(main)
  if (estimate === null) return null
  return {
    code: 'better-than-trivial',
    level: 'fail',
    open,
    measurement: measurer.measure(main, null),
    estimate,
    demanded: { side: main.direction === 'higher-is-better' ? 'above' : 'below', bound: 0 },
    words: 'better than a trivial model',
    where: null,
  }
}
