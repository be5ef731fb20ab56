import type { Check } from '../../shared/contracts/common.js'
import type { RuleConfig } from '../../shared/contracts/config.js'
import { checkOf } from '../../shared/core/check.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError, UserError } from '../../shared/core/errors.js'
import { shortList } from '../../shared/report/format.js'
import type { Metric } from '../../shared/stats/metrics/index.js'
import type { Frame } from './answers/sample.js'
import { type CaseFile, readCases } from './behaviour/case-files.js'
import { behaviourProblems } from './behaviour/problems.js'
import { cutGroups, type Grouping, groupColumns } from './bias/groups.js'
import { engineRows, tableRows } from './engine-rows.js'
import type { Measurer } from './measure.js'
import { ownMetric } from './own-metrics/metric.js'
import { performanceProblems } from './performance/run.js'
import { defaultMargin, type MetricBook, metricBook, metricsOf, type ReadyRule, ruleProblems } from './rules.js'
import { discoveryProblems } from './slices/discover.js'
import { cutSlices, type Slices } from './slices/slices.js'
import { openKeyed } from './test-data.js'
import type { TestSet } from './test-set.js'

/** What the configuration asks for, held against the test data. */
export interface Plan {
  readonly slices: Slices
  readonly groupings: readonly Grouping[]
  readonly cases: readonly CaseFile[]
  readonly own: readonly Metric[]
  readonly book: MetricBook
}

/**
 * What comes of `work`, which needs the files of predictions. When it fails for mistakes in those, the mistakes in the
 * configuration are told with them.
 */
export async function withAllMistakes<T>(ctx: Context, { test, question }: TestSet, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const rows = engineRows(test.engine, test.dataset, { n: test.dataset.rows, places: null }, question.id)
    const more = await planGate(ctx, { question, rows, units: rows }).then(
      () => [],
      (other: unknown) => (other instanceof UserError ? other.problems : []),
    )
    throw more.length === 0 ? error : problemsError(error.message, [...error.problems, ...more])
  }
}

/** Settles what is judged. Throws one UserError with every mistake, before any model is asked. */
export async function planGate(
  ctx: Context,
  { question, rows, units }: Pick<Frame, 'question' | 'rows' | 'units'>,
): Promise<Plan> {
  const { evaluate } = ctx.config
  const own = evaluate.metrics.map((metric) => ownMetric(metric, question.task))
  const book = metricBook(question.task, own)
  const slices = await cutSlices(units, evaluate)
  const groups = cutGroups(question, await groupColumns(units, evaluate.bias), evaluate.bias)
  const cases = await readCases(evaluate.cases, question, {
    readText: (path) => ctx.files.readText(path),
    readTable: async (path) => tableRows(await openKeyed(ctx, 'cases', path, 'evaluate.cases', null)),
  })
  const problems: Problem[] = [
    ...ruleProblems(evaluate.rules ?? [], question.task, isOpen(question) ? null : question.classes, book),
    ...ownProblems(evaluate.metrics, question.task),
    ...slices.problems,
    ...groups.problems,
    ...behaviourProblems(evaluate, rows, question),
    ...cases.problems,
    ...performanceProblems(evaluate.performance ?? null),
    ...(evaluate['discover-slices'] === null ? [] : discoveryProblems(evaluate['discover-slices'], rows.columns)),
  ]
  if (problems.length > 0) throw problemsError('The rules cannot be applied to the test data.', problems)
  return { slices, groupings: groups.groupings, cases: cases.files, own, book }
}

/** Whether only the answers tell all the classes. */
function isOpen({ task, classes }: Frame['question']): boolean {
  return task === 'multilabel' && classes.length === 0
}

function ownProblems(metrics: Context['config']['evaluate']['metrics'], task: Frame['question']['task']): Problem[] {
  const known = metricBook(task, [])
  return metrics.flatMap(({ name, command }, i): Problem[] => {
    const where = `evaluate.metrics[${i}]`
    const words = typeof command === 'string' ? [command] : command
    const problems: Problem[] = []
    if (known.find(name) !== undefined) {
      problems.push({ where: `${where}.name`, message: `"${name}" is a metric already`, cure: 'give it another name' })
    }
    if (metrics.findIndex((metric) => metric.name === name) !== i) {
      problems.push({ where: `${where}.name`, message: `"${name}" is declared twice`, cure: 'give it another name' })
    }
    if (!words.some((word) => word.includes('{input}'))) {
      problems.push({
        where: `${where}.command`,
        message: 'does not name {input}, the file with the rows and the answers',
        cure: 'write its place: python metric.py {input}',
      })
    }
    return problems
  })
}

/** The rules with their metrics and rows: those that are written, else the default ones. */
export function readyRules(
  ctx: Context,
  { slices, book }: Plan,
  classes: readonly string[],
  main: Metric,
  measurer: Measurer,
): ReadyRule[] {
  const written = ctx.config.evaluate.rules
  if (written !== undefined) {
    return written.map((rule, i) => ({
      rule,
      metrics: metricsOf(rule, classes, book),
      groups: rule.slice === undefined ? [null] : slices.choose(rule.slice).judged,
      where: ctx.configPlace(['evaluate', 'rules', i]),
    }))
  }
  const value = measurer.measure(main, null).baseline?.value ?? null
  const margin = defaultMargin(main, value)
  if (margin === null) return []
  return [
    { rule: notWorse(main, margin), metrics: [main], groups: [null], where: null },
    ...slices.partitions.map(
      (partition): ReadyRule => ({
        // A slice of few rows proves little: that alone is no reason to stop a model.
        rule: { ...notWorse(main, COLLAPSE * margin), inconclusive: 'warn' },
        metrics: [main],
        groups: slices.choose(partition.name).judged,
        where: null,
      }),
    ),
  ]
}

/** A slice breaks down when it loses so many times the margin of the whole: smaller losses are noise on so few rows. */
const COLLAPSE = 5

function notWorse({ name }: Metric, margin: number): RuleConfig {
  return { metric: name, 'max-loss': Number(margin.toPrecision(3)), level: 'fail' }
}

/** A check for each rule on slices of which none is large enough: nothing was judged, so nothing passed. */
export function emptySliceChecks(ctx: Context, { slices }: Plan): Check[] {
  const { rules = [], inconclusive } = ctx.config.evaluate
  return rules.flatMap((rule, i): Check[] => {
    if (rule.slice === undefined) return []
    const { partition, judged, small } = slices.choose(rule.slice)
    if (judged.length > 0 || partition === null) return []
    const { name, minRows } = partition
    const values = small.map(({ value, rows }) => `${value} (${rows})`)
    const open = (rule.inconclusive ?? inconclusive) === 'warn' || rule.level === 'warn'
    return [
      checkOf(open ? 'warn' : 'inconclusive', {
        rule: 'slice-too-small',
        subject: `${rule.metric}, ${name}`,
        message: `no value of ${name} has ${minRows} rows: ${shortList(values)}. The rule on ${rule.metric} was judged on none.`,
        expected: `at least one value with ${minRows} rows`,
        cure: 'give more test rows, or lower min-rows of the slice',
        where: ctx.configPlace(['evaluate', 'rules', i]),
      }),
    ]
  })
}
