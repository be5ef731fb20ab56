import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import type { Frame } from './answers/sample.js'
import { assess } from './assess.js'
import type { Subjects } from './compare.js'
import { evaluationBody } from './document.js'
import { settleRows } from './frame.js'
import { type Baseline, findBaseline } from './models/baseline.js'
import { findCandidate } from './models/candidate.js'
import type { Model } from './models/model.js'
import { type Answered, askModels } from './models/models.js'
import { applyOverride } from './override.js'
import { measureOwn } from './own-metrics/run.js'
import { planGate, withAllMistakes } from './plan.js'
import { writeReports } from './report/write.js'
import { keepAnswers } from './stored.js'
import { openTestSet, type TestSet } from './test-set.js'
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
    const { evaluate, model } = ctx.config
    const profile = await readDocument(ctx, DataProfile)
    const training = await readDocument(ctx, TrainingRun)
    const set = await openTestSet(ctx, profile?.document ?? null)
    const { test } = set
    const folder = await mkdtemp(join(ctx.env.RUNNER_TEMP ?? tmpdir(), 'plumbline-baseline-'))
    try {
      const found = await withAllMistakes(ctx, set, findModels(ctx, set, folder))
      const { candidate, baseline: wanted, settled } = found
      const planned = await planGate(ctx, settled.frame)
      const answered = await askModels(ctx, settled, candidate, wanted)
      const { frame } = answered
      const plan = isSettled(settled.frame, frame) ? planned : await planGate(ctx, frame)
      const subjects = await subjectsOf(ctx, answered, wanted)
      const settings = { level: evaluate.confidence, seed: frame.digest, replicates: REPLICATES }
      const ports = { now: () => performance.now(), memory: createMemoryProbe(ctx.exec), thread: threadProgram() }
      const came = await assess(ctx, { plan, answered, subjects, settings }, ports)
      const stored = await keepAnswers(ctx, frame, answered.candidate.answers)

      const place = ctx.configPlace(['evaluate', 'override'])
      const overridden = applyOverride(evaluate.override, verdictOf(came.checks), candidate.ref.digest, place)
      const body = evaluationBody({
        sources: {
          config: ctx.configRef,
          test: test.dataset.files,
          profile: profile?.ref ?? null,
          training: training?.ref ?? null,
        },
        settled,
        wanted,
        answered,
        plan,
        subjects,
        came,
        overridden,
        stored,
        confidence: settings.level,
      })
      const { comment, page, junit } = await writeReports(ctx, {
        ...body,
        model,
        baselineName: came.baselineName ?? answered.none?.name ?? 'none',
        environment: wanted.status === 'compared' ? wanted.environment : null,
        testFiles: test.dataset.files.map(({ name }) => name),
        trivialName: trivialName(subjects.candidate),
        came,
      })
      const { path } = await writeDocument(ctx, Evaluation, body, comment)

      const { verdict, summary, checks } = body
      annotate(ctx, 'evaluate-gate', checks)
      const fails = failsStep(verdict, inputs['fail-on'])
      const said = { stage: 'evaluate-gate', verdict, report: comment, checks, fails }
      await keepComment(ctx, inputs.comment, said)
      return {
        verdict,
        summary,
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
async function findModels(ctx: Context, set: TestSet, folder: string) {
  const { test, question } = set
  const candidate = await findCandidate(ctx, set)
  const baseline = await findBaseline(ctx, set, candidate, folder)
  const settled = await settleRows(ctx.config, question, test, filesOf(candidate, baseline))
  return { candidate, baseline, settled }
}

function filesOf(candidate: Model, baseline: Baseline) {
  return [candidate.file, baseline.status === 'compared' ? baseline.model.file : null].filter((file) => file !== null)
}

/** Whether the answers told nothing new: the queries of a ranking, and the classes of a multilabel model, come with them. */
function isSettled(before: Frame, after: Frame): boolean {
  return before.units === after.units && before.question.classes.length > 0 === after.question.classes.length > 0
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

function numberOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
