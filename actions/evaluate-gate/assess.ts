import type { Check } from '../../shared/contracts/common.js'
import type { RuleConfig } from '../../shared/contracts/config.js'
import type { CalibrationResult } from '../../shared/contracts/evaluate-calibration.js'
import type { SelfTestConfig, SelfTestResult } from '../../shared/contracts/evaluate-self-test.js'
import type { SliceRef } from '../../shared/contracts/evaluation.js'
import type { Context } from '../../shared/core/context.js'
import { letGo } from '../../shared/stats/metrics/estimators/common.js'
import type { Metric } from '../../shared/stats/metrics/index.js'
import type { Sample } from '../../shared/stats/sample.js'
import { lossKindOf, rowLosses } from '../../shared/stats/slices/loss.js'
import type { IntervalSettings } from '../../shared/stats/types.js'
import type { Frame } from './answers/sample.js'
import { baselineCheck, sameAnswersCheck } from './baseline-check.js'
import { type BehaviourReport, runBehaviour } from './behaviour/run.js'
import { type BiasReport, runBias } from './bias/run.js'
import { calibrationCurves, calibrationFigures, calibrationReport } from './calibration/report.js'
import { allRowsOf, type Subjects } from './compare.js'
import { type Judged, judgeDemands } from './judge.js'
import { createMeasurer, type Measurement, type Measurer, usualMetrics } from './measure.js'
import type { NoBaseline } from './models/baseline.js'
import type { Answered } from './models/models.js'
import type { PerformancePorts } from './performance/measure.js'
import { type PerformanceReport, runPerformance } from './performance/run.js'
import { emptySliceChecks, type Plan, readyRules } from './plan.js'
import { lossesOf } from './report/losses.js'
import { type Examples, findExamples } from './report/worst.js'
import { type Demand, demandsOf } from './rules.js'
import { scoresCheck } from './scores.js'
import { comparedWithItself, trialDemands, trialJudge } from './self-test/demands.js'
import { runSelfTest } from './self-test/run.js'
import { selfTestChecks } from './self-test/words.js'
import { type Discovery, discoverSlices } from './slices/discover.js'
import { discoveryChecks } from './slices/judge.js'
import type { Slice } from './slices/slices.js'
import { measureWhile } from './threads/beside.js'
import type { Task } from './threads/job.js'

/** Everything that was measured and judged. */
export interface Assessment {
  readonly subjects: Subjects
  /** What the candidate was compared with; null when it was judged alone. */
  readonly baselineName: string | null
  readonly none: NoBaseline | null
  readonly main: Measurement
  readonly measurements: readonly Measurement[]
  readonly judged: readonly Judged[]
  readonly behaviour: BehaviourReport
  readonly bias: BiasReport
  readonly performance: PerformanceReport
  /** What the search for weak slices found; null when nothing was searched. */
  readonly discovery: Discovery | null
  /** Null without scores of classes. */
  readonly calibration: CalibrationResult | null
  /** Rows that tell most; null of a task that has none to name. */
  readonly examples: Examples | null
  /** Null when none was asked for. */
  readonly selfTest: SelfTestResult | null
  readonly checks: readonly Check[]
}

export interface Ports extends PerformancePorts {
  /** File that a second thread runs; null for none. */
  readonly thread: string | null
}

/** What is judged, by what, and how sure an interval has to be. */
export interface ToAssess {
  readonly plan: Plan
  readonly answered: Answered
  readonly subjects: Subjects
  readonly settings: IntervalSettings
}

/** Measures the models on the judged rows, judges every rule, and asks the models again where a test wants it. */
export async function assess(ctx: Context, given: ToAssess, ports: Ports): Promise<Assessment> {
  const { plan, answered, subjects, settings } = given
  const { evaluate } = ctx.config
  const { frame, none } = answered
  const { candidate, baseline } = subjects
  const isTrivial = evaluate.baseline === 'trivial'
  const baselineName = isTrivial ? 'a trivial model' : (answered.baseline?.model.name ?? null)
  const usual = [...usualMetrics(candidate), ...plan.own]
  const main = usual[0] as Metric
  const soft = softener(ctx)
  const { behaviour, performance } = await askAgain(ctx, given, ports)
  const all = allRowsOf(subjects, settings)
  const tasks = tasksOf(usual, evaluate.rules ?? [], candidate)
  // The models have been timed: from here on a second thread may be busy.
  const { bias, discovery, curves, examples } = await measureWhile(
    { subjects, settings, threshold: frame.question.threshold, tasks, program: ports.thread },
    all,
    async () => ({
      bias: soft(runBias(plan.groupings, subjects, settings.level, (part) => placeOf(ctx, 'bias', part))),
      discovery: await searchSlices(ctx, frame, subjects, settings),
      curves: calibrationCurves(subjects, settings),
      examples: await findExamples(candidate, lossesOf(subjects), frame.units, slicedBy(plan)),
    }),
  )
  const measurer = createMeasurer(subjects, settings, plan.slices.rowsOf, all)
  for (const metric of usual) measurer.measure(metric, null)
  for (const slice of plan.slices.judged) measurer.measure(main, slice)
  const demandsBy = (by: Measurer) =>
    demandsOf(readyRules(ctx, plan, frame.question.classes, main, by), by, main, evaluate.inconclusive)
  const demands = demandsBy(measurer)
  const judged = judgeDemands(demands, baselineName ?? none?.name ?? 'none')
  const calibration = calibrationReport(candidate, curves, all.compare)
  // The order of the rows by score has served; of very many it takes much memory.
  for (const sample of [candidate, baseline]) if (sample !== null) letGo(sample)
  const itself = evaluate['self-test'] !== null && baseline === null ? comparedWithItself(measurer) : null
  const selfTest = testItself(ctx, given, itself === null ? demands : demandsBy(itself))
  const checks: Check[] = [
    ...judged.map(({ check }) => check),
    ...emptySliceChecks(ctx, plan),
    ...scoresCheck(candidate),
    ...behaviour.checks,
    ...bias.checks,
    ...performance.checks,
    ...(discovery === null ? [] : soft({ checks: discoveryChecks(discovery) }).checks),
    ...(selfTest === null
      ? []
      : selfTestChecks(selfTest, evaluate['self-test'] as NonNullable<SelfTestConfig>, placeOf(ctx, 'self-test'))),
    ...(none === null ? [] : soft({ checks: [baselineCheck(none)] }).checks),
    ...(baselineName === null || isTrivial ? [] : sameAnswersCheck(candidate, baseline, baselineName)),
  ]
  return {
    subjects,
    baselineName,
    none,
    main: measurer.measure(main, null),
    measurements: measurer.all(),
    judged,
    behaviour,
    bias,
    performance,
    discovery,
    calibration,
    examples,
    selfTest,
    checks,
  }
}

/** Where a key of `evaluate` stands. */
const placeOf = (ctx: Context, ...keys: PropertyKey[]) => ctx.configPlace(['evaluate', ...keys])

/** What needs the models themselves: how they answer changed rows, and how fast. */
async function askAgain(ctx: Context, { plan, answered, settings }: ToAssess, ports: Ports) {
  const { evaluate } = ctx.config
  const { candidate, baseline, frame } = answered
  const { question, rows } = frame
  const soft = softener(ctx)
  const askable = {
    candidate: candidate.model.askable,
    baseline: baseline?.model.askable ?? null,
    compared: evaluate.baseline !== 'trivial' && baseline !== null,
  }
  const behaviour = await runBehaviour(
    evaluate,
    { question, rows, blocks: frame.clustered ? frame.blocks : null, cases: plan.cases, ...askable },
    {
      level: settings.level,
      seed: settings.seed,
      placeOf: (at) => ctx.configPlace(at),
      progress: (text) => ctx.log.progress(text),
    },
  )
  const performance = await runPerformance(
    evaluate.performance ?? null,
    { rows, id: question.id, ...askable },
    settings,
    ports,
    (rule) => placeOf(ctx, 'performance', 'rules', rule),
  )
  return { behaviour: soft(behaviour), performance: soft(performance) }
}

/** Columns that slices are cut by. */
const slicedBy = ({ slices }: Plan): string[] => slices.partitions.flatMap(({ columns }) => columns)

/** What is known to be asked of all rows, with what has much in common side by side. */
function tasksOf(usual: readonly Metric[], rules: readonly RuleConfig[], candidate: Sample): Task[] {
  const [main, ...others] = usual.map(({ name }) => name)
  const ruled = rules.filter((rule) => rule.slice === undefined && rule.class === undefined).map(({ metric }) => metric)
  const names = [...others, ...ruled, ...calibrationFigures(candidate)]
  return [
    // Before the rows of the baseline have an order, too: that is when memory is wanted most.
    { metric: main as string, of: 'trivial' },
    { metric: main as string, of: 'models' },
    ...names.map((metric): Task => ({ metric, of: 'models' })),
  ]
}

/** Searches for weak slices among all columns that are no names, targets or weights. */
async function searchSlices(
  ctx: Context,
  { question, units }: Frame,
  { candidate, baseline }: Subjects,
  settings: IntervalSettings,
): Promise<Discovery | null> {
  const { evaluate, data } = ctx.config
  const options = evaluate['discover-slices']
  if (options === null) return null
  const { id, weight, time, query, item, targets = [], group = [] } = data
  const apart = new Set([question.target, id, weight, time, query, item, ...targets, ...group])
  const kind = lossKindOf(baseline === null ? [candidate] : [candidate, baseline])
  return discoverSlices({
    rows: units,
    columns: units.columns.map(({ name }) => name).filter((name) => !apart.has(name)),
    kind,
    loss: rowLosses(candidate, kind),
    baseline: baseline && rowLosses(baseline, kind),
    weights: candidate.weights,
    blocks: candidate.blocks,
    clustered: candidate.clustered,
    level: settings.level,
    options,
  })
}

/** The gate on models that are equal. Metrics of the user are left out: their commands would have to run for each seed. */
function testItself(
  ctx: Context,
  { plan: { slices, own }, subjects, settings: { level, seed } }: ToAssess,
  demands: readonly Demand[],
): SelfTestResult | null {
  const config = ctx.config.evaluate['self-test']
  if (config === null) return null
  const rowsOf = ({ column, value }: SliceRef) =>
    slices.rowsOf(slices.judged.find((slice) => slice.column === column && slice.value === value) as Slice)
  const trial = trialDemands(demands, rowsOf, (metric) => own.includes(metric))
  return runSelfTest(subjects, trial.length, trialJudge(trial, level), { seeds: config.seeds, confidence: level, seed })
}

/** What is open passes with a warning when the configuration says so; a rule has a say of its own. */
function softener(ctx: Context): <T extends Softened>(report: T) => T {
  return ctx.config.evaluate.inconclusive === 'warn' ? softened : (report) => report
}

interface Softened {
  readonly checks: readonly Check[]
  readonly judged?: readonly unknown[]
}

function softened<T extends Softened>(report: T): T {
  const checks = report.checks.map(soften)
  return report.judged === undefined ? { ...report, checks } : { ...report, checks, judged: report.judged.map(soften) }
}

function soften<T>(check: T): T {
  const { verdict } = check as { verdict?: string }
  return verdict === 'inconclusive' ? { ...check, verdict: 'warn' } : check
}
