import { posix } from 'node:path'
import type { Check, InputRef } from '../../shared/contracts/common.js'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import { Evaluation } from '../../shared/contracts/evaluation.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import { defineAction, override } from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { readDocument, writeDocument } from '../../shared/core/documents.js'
import { type Problem, problemsError, UserError } from '../../shared/core/errors.js'
import { verdictOf } from '../../shared/core/verdict.js'
import { annotate } from '../../shared/github/annotations.js'
import { REPORT_INPUTS, REPORT_OUTPUTS, REPORT_PERMISSIONS } from '../../shared/github/inputs.js'
import { publishReport, reportError } from '../../shared/github/report.js'
import { keepComment } from '../../shared/github/report-comment.js'
import type { IntervalSettings } from '../../shared/stats/types.js'
import { baselineCheck } from './baseline.js'
import { behaviourProblems } from './behaviour.js'
import { runBehaviour } from './behaviour-run.js'
import { cutGroups } from './bias/groups.js'
import { runBias } from './bias/run.js'
import { chartsOf } from './charts.js'
import { classesOfPredictions, sampleOf } from './join.js'
import { countChanges, createMeasurer, metricResult, reliabilityOf, type Subjects, usualMetrics } from './measure.js'
import { askBaseline, askCandidate, type Baseline } from './models.js'
import { frameQuestion, type Question, withClasses } from './question.js'
import { type Facts, renderComment, renderFull, summaryOf } from './render.js'
import { readTable } from './rows.js'
import { defaultRules, demandsOf, emptySliceChecks, judgeDemands, ruleProblems } from './rules.js'
import { scoresCheck } from './scores.js'
import { cutSlices, type Slices, smallSliceNotes } from './slices.js'
import { trivialName, trivialSample } from './trivial.js'

const REPLICATES = 1000

export const evaluateGate = defineAction({
  name: 'evaluate-gate',
  title: 'Plumbline: evaluate-gate',
  description: 'Decides whether a candidate model may replace the deployed one, on the same rows, with intervals.',
  icon: 'shield',
  color: 'blue',
  permissions: {
    contents: 'read, to check out the repository and read the released version to compare with',
    deployments: 'read, to know which release is deployed',
    ...REPORT_PERMISSIONS,
  },
  inputs: {
    predictions: override('evaluate.predictions', 'File of the candidate’s predictions, joined by id.'),
    baseline: override('evaluate.baseline', 'What to compare with: `deployed`, `latest`, `none`, a tag, or a file.'),
    threshold: override('evaluate.threshold', 'A score above it is the positive class.'),
    confidence: override('evaluate.confidence', 'Level of every interval.'),
    ...REPORT_INPUTS,
  },
  outputs: {
    document: 'Path of evaluation.json.',
    report: 'Path of the HTML report.',
    baseline: 'Tag or file that the candidate was compared with; empty when there was none.',
    metric: 'Name of the main metric.',
    value: 'Its value of the candidate; empty when undefined.',
    difference: 'Candidate minus baseline of the main metric; empty without a baseline.',
    ...REPORT_OUTPUTS,
  },
  async run(inputs, ctx) {
    const { config } = ctx
    const profile = await readDocument(ctx, DataProfile)
    const training = await readDocument(ctx, TrainingRun)
    const table = await readTable(ctx, 'test', testSource(ctx), 'data.test', config.data.id ?? null)
    const asked = frameQuestion(config, table, classesOfTraining(profile?.document ?? null))
    const slices = cutSlices(asked.rows, table.columns, config.evaluate)
    const groups = cutGroups(asked, table.columns, config.evaluate.bias)
    refuseMistakes(ctx, asked, table.columns, [...slices.problems, ...groups.problems])

    const candidate = await askCandidate(ctx, asked)
    const baseline = await askBaseline(ctx, asked, candidate.model)
    const compared = baseline.status === 'compared' ? baseline.answers : null
    const question = withClasses(asked, [
      ...classesOfPredictions(candidate.predictions),
      ...classesOfPredictions(compared?.predictions ?? []),
    ])
    const candidateSample = sampleOf(question, candidate.predictions, 'candidate')
    const subjects: Subjects = {
      candidate: candidateSample,
      baseline: compared && sampleOf(question, compared.predictions, compared.name),
      trivial: trivialSample(candidateSample, question.threshold),
    }

    const settings: IntervalSettings = {
      level: config.evaluate.confidence,
      seed: question.rowsDigest,
      replicates: REPLICATES,
    }
    const measurer = createMeasurer(subjects, settings)
    const usual = usualMetrics(candidateSample)
    const main = usual[0] as (typeof usual)[number]
    for (const metric of usual) measurer.measure(metric, null)
    for (const slice of slices.judged) measurer.measure(main, slice)
    const rules = config.evaluate.rules ?? defaultRules(main, measurer.measure(main, null).baseline?.value ?? null)
    const placeOf = (rule: number) => (config.evaluate.rules ? ctx.configPlace(['evaluate', 'rules', rule]) : null)
    const demands = demandsOf(rules, question.task, slices, measurer, main, placeOf)
    const judged = judgeDemands(demands, nameOf(baseline))
    const behaviour = await runBehaviour(config.evaluate, question, candidate, question.rowsDigest, ctx.configPlace)
    const bias = runBias(groups.groupings, subjects, settings.level, (part) =>
      ctx.configPlace(['evaluate', 'bias', part]),
    )
    const checks: Check[] = [
      ...judged.map(({ check }) => check),
      ...emptySliceChecks(config.evaluate, slices, placeOf),
      ...scoresCheck(candidateSample),
      ...behaviour.checks,
      ...bias.checks,
      ...baselineCheck(baseline),
    ]

    const measurements = measurer.all()
    const body = {
      verdict: verdictOf(checks),
      summary: summaryOf(checks, judged, measurer.measure(main, null)),
      inputs: [
        ctx.configRef,
        ...table.files,
        profile?.ref,
        training?.ref,
        ...candidate.refs,
        ...(compared?.refs ?? []),
      ].filter((ref): ref is InputRef => ref != null),
      checks,
      task: question.task,
      target: question.target,
      positive: question.positive,
      classes: question.task === 'regression' ? null : [...question.classes],
      threshold: question.threshold,
      confidence: settings.level,
      rows: candidateSample.n,
      rowsDigest: question.rowsDigest,
      candidate: candidate.model,
      baseline: baseline.status === 'compared' ? baseline.answers.model : baseline.model,
      baselineStatus: baseline.status,
      metrics: measurements.map(metricResult),
      changes: countChanges(subjects),
      reliability: reliability(subjects),
      behaviour: behaviour.results,
      ...(bias.results.length === 0 ? {} : { bias: [...bias.results] }),
      notMeasured: [
        ...notesOf(question, baseline, slices),
        ...candidate.notes,
        ...(compared?.notes ?? []),
        ...behaviour.notes,
        ...bias.notes,
      ],
    }
    const htmlPath = posix.join(ctx.runDirectory, 'evaluation.html')
    const facts: Facts = {
      ...body,
      model: config.model,
      baselineName: nameOf(baseline),
      environment: config.deploy.environment,
      deployed: config.evaluate.baseline === 'deployed' && baseline.status === 'compared' && baseline.note === null,
      testFiles: table.files.map(({ name }) => name),
      trivialName: trivialName(candidateSample),
      htmlPath,
      judged,
      measurements,
      biasReport: bias,
    }
    const charts = chartsOf(subjects, nameOf(baseline), body.reliability, measurements, settings.level)
    const report = renderComment(facts, charts.few)
    const { path } = await writeDocument(ctx, Evaluation, body, report)
    const { renderHtml } = await import('../../shared/report/html.js')
    await ctx.files.write(htmlPath, await renderHtml(renderFull(facts, charts.all)))

    annotate(ctx, 'evaluate-gate', checks)
    const said = { stage: 'evaluate-gate', verdict: body.verdict, report, checks }
    await keepComment(ctx, inputs.comment, said)
    const result = measurer.measure(main, null)
    return {
      verdict: body.verdict,
      summary: body.summary,
      outputs: {
        document: path,
        report: htmlPath,
        baseline: compared?.name ?? '',
        metric: main.name,
        value: numberOrNull(result.candidate.value),
        difference: numberOrNull(result.difference?.value),
        'comment-url': null,
        'check-run-url': null,
      },
      publish: (artifact) => publishReport(ctx, inputs, said, artifact),
    }
  },
  onError: (inputs, ctx, error) => reportError(ctx, inputs, 'evaluate-gate', error),
})

function testSource(ctx: Context) {
  const { test } = ctx.config.data
  if (test !== undefined) return test
  throw new UserError('`data.test` is missing: there are no rows to judge a model on', {
    cure: 'add to plumbline.yml:  data: { test: data/test.csv }, rows that the model has never seen',
  })
}

/** Every mistake in rules, slices, groups (`cuts`) and behaviour tests, before any model is asked. */
function refuseMistakes(ctx: Context, question: Question, columns: readonly string[], cuts: readonly Problem[]): void {
  const { evaluate } = ctx.config
  const problems = [
    ...ruleProblems(evaluate.rules ?? [], question.task),
    ...cuts,
    ...behaviourProblems(evaluate, question, columns),
  ]
  if (problems.length > 0) throw problemsError('The rules cannot be applied to the test data.', problems)
}

/** Values of the target in the training data, when the profile has all of them. */
function classesOfTraining(profile: DataProfile | null): string[] {
  const column = profile?.datasets
    .find(({ name }) => name === 'train')
    ?.columns.find(({ name }) => name === profile.target)
  return column !== undefined && column.otherCount === 0 ? column.top.map(({ value }) => value) : []
}

function reliability(subjects: Subjects): Evaluation['reliability'] {
  const candidate = reliabilityOf(subjects.candidate)
  return candidate && { candidate, baseline: subjects.baseline && reliabilityOf(subjects.baseline) }
}

function notesOf(question: Question, baseline: Baseline, slices: Slices): string[] {
  return [
    ...(question.withoutTruth === 0 ? [] : [`${question.withoutTruth} rows have no value of ${question.target}.`]),
    ...(baseline.status === 'compared' && baseline.note !== null ? [baseline.note] : []),
    ...smallSliceNotes(slices),
  ]
}

function nameOf(baseline: Baseline): string {
  return baseline.status === 'compared' ? baseline.answers.name : baseline.name
}

function numberOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
