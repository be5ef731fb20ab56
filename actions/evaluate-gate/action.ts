import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InputRef, Verdict } from '../../shared/contracts/common.js'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import { Evaluation } from '../../shared/contracts/evaluation.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import { defineAction, override } from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { readDocument, writeDocument } from '../../shared/core/documents.js'
import { failsStep, verdictOf } from '../../shared/core/verdict.js'
import { annotate } from '../../shared/github/annotations.js'
import { REPORT_INPUTS, REPORT_OUTPUTS, REPORT_PERMISSIONS } from '../../shared/github/inputs.js'
import { publishReport, reportError } from '../../shared/github/report.js'
import { keepComment } from '../../shared/github/report-comment.js'
import { createMemoryProbe } from '../../shared/predict/memory.js'
import type { IntervalSettings } from '../../shared/stats/types.js'
import { assess } from './assess.js'
import type { Subjects } from './compare.js'
import { settleRows } from './frame.js'
import { countChanges, metricResult, reliabilityOf } from './measure.js'
import { type Baseline, findBaseline } from './models/baseline.js'
import { findCandidate } from './models/candidate.js'
import type { Model } from './models/model.js'
import { type Answered, askModels } from './models/models.js'
import { applyOverride } from './override.js'
import { measureOwn } from './own-metrics/run.js'
import { planGate, withAllMistakes } from './plan.js'
import type { Question } from './question.js'
import { summaryOf } from './report/words.js'
import { writeReports } from './report/write.js'
import { partitionPart } from './slices/partition.js'
import { discoveryPart } from './slices/result.js'
import { smallSliceNotes } from './slices/slices.js'
import { thinNotes } from './slices/thin.js'
import { keepAnswers } from './stored.js'
import type { Keyed } from './test-data.js'
import { openTestSet } from './test-set.js'
import { threadProgram } from './threads/beside.js'
import { trivialName } from './trivial.js'

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
    baseline: override(
      'evaluate.baseline',
      'What to compare with: `deployed`, `latest`, `trivial`, `none`, a tag, or a file.',
    ),
    threshold: override('evaluate.threshold', 'A score above it is the positive class.'),
    confidence: override('evaluate.confidence', 'Level of every interval.'),
    'override-reason': override(
      'evaluate.override.reason',
      'Why a refused model may pass all the same; it is printed in every later document.',
    ),
    'override-actor': override('evaluate.override.actor', 'Who answers for that.'),
    ...REPORT_INPUTS,
  },
  outputs: {
    document: 'Path of evaluation.json.',
    report: 'Path of the HTML report.',
    junit: 'Path of the checks as JUnit XML.',
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
    const { test, question } = await openTestSet(ctx, profile?.document ?? null)
    const folder = await mkdtemp(join(ctx.env.RUNNER_TEMP ?? tmpdir(), 'plumbline-baseline-'))
    try {
      const { candidate, baseline, settled } = await withAllMistakes(
        ctx,
        question,
        test,
        findModels(ctx, question, test, folder),
      )
      const wanted = await planGate(ctx, settled.frame)
      const answered = await askModels(ctx, settled, candidate, baseline)
      const { frame } = answered
      // The queries of a ranking, and the classes of a multilabel model, are known by now.
      const isSettled =
        frame.units === settled.frame.units &&
        frame.question.classes.length > 0 === settled.frame.question.classes.length > 0
      const plan = isSettled ? wanted : await planGate(ctx, frame)
      const settings: IntervalSettings = {
        level: config.evaluate.confidence,
        seed: frame.digest,
        replicates: REPLICATES,
      }
      const subjects = await subjectsOf(ctx, answered, baseline)
      const ports = { now: () => performance.now(), memory: createMemoryProbe(ctx.exec), thread: threadProgram() }
      const came = await assess(ctx, frame, plan, answered, subjects, settings, ports)
      const stored = await keepAnswers(ctx, frame, answered.candidate.answers)

      const refused = verdictOf(came.checks)
      const digest = candidate.ref.digest
      const set = applyOverride(config.evaluate.override, refused, digest, ctx.configPlace(['evaluate', 'override']))
      const checks = [...set.checks, ...came.checks]
      const verdict: Verdict = set.override === undefined ? verdictOf(checks) : 'warn'
      const { question: asked } = frame
      const body = {
        verdict,
        summary: summaryOf(checks, came.judged, came.main, set.override),
        inputs: [
          ctx.configRef,
          ...test.dataset.files,
          ...answered.refs,
          profile?.ref,
          training?.ref,
          ...candidate.refs,
          ...(answered.baseline?.model.refs ?? []),
        ].filter((ref): ref is InputRef => ref != null),
        checks,
        task: asked.task,
        target: asked.target,
        positive: asked.positive,
        classes: asked.classes.length === 0 ? null : [...asked.classes],
        threshold: asked.threshold,
        confidence: settings.level,
        rows: frame.rows.n,
        rowsDigest: frame.digest,
        candidate: candidate.ref,
        baseline: answered.baseline?.model.ref ?? answered.none?.ref ?? null,
        baselineStatus: statusOf(answered, baseline),
        metrics: came.measurements.map(metricResult),
        changes: countChanges(subjects),
        reliability: reliability(subjects),
        behaviour: [...came.behaviour.results],
        ...(came.performance.result === null ? {} : { performance: came.performance.result }),
        ...(plan.slices.partitions.length === 0 ? {} : { slices: plan.slices.partitions.map(partitionPart) }),
        ...(came.discovery === null ? {} : { discovery: discoveryPart(came.discovery) }),
        ...(came.calibration === null ? {} : { calibration: came.calibration }),
        ...(came.selfTest === null ? {} : { selfTest: came.selfTest }),
        ...(came.bias.results.length === 0 ? {} : { bias: [...came.bias.results] }),
        ...(set.override === undefined ? {} : { override: set.override }),
        ...(stored.file === null ? {} : { answers: stored.file }),
        notMeasured: [
          ...settled.notes,
          ...answered.notes,
          ...smallSliceNotes(plan.slices),
          ...thinNotes(came.measurements, plan.slices),
          ...came.behaviour.notes,
          ...came.bias.notes,
          ...came.performance.notes,
          ...stored.notes,
        ],
      }
      const { comment, page, junit } = await writeReports(ctx, {
        ...body,
        model: config.model,
        baselineName: came.baselineName ?? answered.none?.name ?? 'none',
        environment: baseline.status === 'compared' ? baseline.environment : null,
        testFiles: test.dataset.files.map(({ name }) => name),
        trivialName: trivialName(subjects.candidate),
        came,
        discovery: came.discovery,
        calibration: came.calibration,
        selfTest: came.selfTest,
      })
      const { path } = await writeDocument(ctx, Evaluation, body, comment)

      annotate(ctx, 'evaluate-gate', checks)
      const said = {
        stage: 'evaluate-gate',
        verdict,
        report: comment,
        checks,
        fails: failsStep(verdict, inputs['fail-on']),
      }
      await keepComment(ctx, inputs.comment, said)
      return {
        verdict,
        summary: body.summary,
        outputs: {
          document: path,
          report: page,
          junit,
          baseline: answered.baseline?.model.name ?? '',
          metric: came.main.metric.name,
          value: numberOrNull(came.main.candidate.value),
          difference: numberOrNull(came.main.difference?.value),
          'comment-url': null,
          'check-run-url': null,
        },
        publish: (artifact) => publishReport(ctx, inputs, said, artifact),
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
  onError: (inputs, ctx, error) => reportError(ctx, inputs, 'evaluate-gate', error),
})

/** Both models, and the rows that they are judged on. Throws UserError for what cannot be read or joined. */
async function findModels(ctx: Context, question: Question, test: Keyed, folder: string) {
  const candidate = await findCandidate(ctx, question, test)
  const baseline = await findBaseline(ctx, question, test, candidate, folder)
  const settled = await settleRows(ctx.config, question, test, filesOf(candidate, baseline))
  return { candidate, baseline, settled }
}

function filesOf(candidate: Model, baseline: Baseline) {
  return [candidate.file, baseline.status === 'compared' ? baseline.model.file : null].filter((file) => file !== null)
}

/** What is measured: the models' samples, with what the user's own metrics say of them. */
async function subjectsOf(
  ctx: Context,
  { frame, candidate, baseline, trivial }: Answered,
  wanted: Baseline,
): Promise<Subjects> {
  const { metrics } = ctx.config.evaluate
  return {
    candidate: await measureOwn(ctx, metrics, frame, candidate.sample, candidate.answers),
    baseline:
      wanted.status === 'trivial'
        ? (trivial?.whole() ?? null)
        : baseline && (await measureOwn(ctx, metrics, frame, baseline.sample, baseline.answers)),
    trivial,
  }
}

function statusOf({ none, baseline }: Answered, wanted: Baseline): Evaluation['baselineStatus'] {
  return none?.status ?? (baseline === null ? wanted.status : 'compared')
}

function reliability(subjects: Subjects): Evaluation['reliability'] {
  const candidate = reliabilityOf(subjects.candidate)
  return candidate && { candidate, baseline: subjects.baseline && reliabilityOf(subjects.baseline) }
}

function numberOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
