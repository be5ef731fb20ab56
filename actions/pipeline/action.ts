import { Chain } from '../../shared/contracts/chain.js'
import type { Verdict } from '../../shared/contracts/common.js'
import {
  type Action,
  type ActionInputs,
  defaultInputs,
  defineAction,
  input,
  override,
  type Publishing,
  text,
} from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { writeDocument } from '../../shared/core/documents.js'
import { describeError, messageOf, UserError } from '../../shared/core/errors.js'
import { publish } from '../../shared/core/publish.js'
import { failsStep, worst } from '../../shared/core/verdict.js'
import type { UploadedArtifact } from '../../shared/github/artifacts.js'
import type { CommentMode } from '../../shared/github/comments.js'
import { REPORT_INPUTS, REPORT_OUTPUTS, REPORT_PERMISSIONS } from '../../shared/github/inputs.js'
import { commentReport, keepComment } from '../../shared/github/report-comment.js'
import { chainReport } from './render.js'

type Loader = () => Promise<Action>
type StageResult = Chain['stages'][number] & { error?: unknown }

/** What the stages left beside their results. */
interface Left {
  readonly outputs: Record<string, unknown>
  readonly unpublished: { readonly stage: string; readonly outcome: Publishing<Record<string, string>> }[]
  /** Stages that tell a pull request of themselves. */
  readonly speaking: Set<string>
}

const DEFAULT_STAGES = 'validate-data, train, evaluate-gate, package-model, deploy'

/** The whole chain as one step. The stages are handed in, for no action knows another. */
export function createPipeline(stages: Readonly<Record<string, Loader>>) {
  return defineAction({
    name: 'pipeline',
    title: 'Plumbline',
    description:
      'Validates data, trains, gates, packages and deploys a model in one step, and writes a post-mortem when something fails.',
    icon: 'git-merge',
    color: 'blue',
    permissions: {
      contents: 'write, to make the release; `read` is enough without package-model',
      deployments: 'write, to keep the history of the environment; `read` is enough without deploy',
      ...REPORT_PERMISSIONS,
    },
    inputs: {
      stages: input(stageList(Object.keys(stages)), {
        description: 'Stages to run, in this order. post-mortem-report runs by itself when one fails.',
        default: DEFAULT_STAGES,
      }),
      model: override('model', 'Name of the model.'),
      seed: override('train.seed', 'Seed of the training.'),
      environment: override('deploy.environment', 'Environment to deploy to.'),
      ...REPORT_INPUTS,
    },
    outputs: {
      'failed-stage': 'First stage that failed, empty when none did.',
      tag: 'Release tag of the packaged model version, empty when none was packaged.',
      ...REPORT_OUTPUTS,
    },
    async run(inputs, ctx) {
      const results: StageResult[] = []
      const left: Left = { outputs: {}, unpublished: [], speaking: new Set() }
      for (const name of inputs.stages) {
        if (results.some((result) => result.verdict !== null && stops(result.verdict, inputs['fail-on'])))
          results.push(skipped(name))
        else results.push(await runStage(name, stages[name] as Loader, inputs, ctx, left))
      }
      const verdict = worst(results.flatMap((result) => result.verdict ?? []))
      const failed = results.find((result) => result.verdict !== null && stops(result.verdict, inputs['fail-on']))
      const summary = failed
        ? `${failed.stage}: ${failed.summary}`
        : summaryOf(results, verdict, String(left.outputs.tag ?? ''))
      await writeChain(ctx, results, verdict, summary)
      const reporter = stages['post-mortem-report']
      if (failed && reporter && !inputs.stages.includes('post-mortem-report'))
        await runStage('post-mortem-report', reporter, inputs, ctx, left)
      await speak(inputs.comment, ctx, { results, verdict, summary, failed: failed?.stage ?? null }, left)
      if (failed && failed.error !== undefined && !(failed.error instanceof UserError)) {
        await publishAll(left, ctx, null)
        throw failed.error
      }
      return {
        verdict,
        summary,
        outputs: {
          'failed-stage': failed?.stage ?? '',
          tag: String(left.outputs.tag ?? ''),
          'comment-url': null,
          'check-run-url': null,
        },
        publish: (artifact) => publishAll(left, ctx, artifact),
      }
    },
  })
}

function stageList(known: readonly string[]) {
  return text().transform((value, issues) => {
    const names = value.split(/[\s,]+/).filter(Boolean)
    for (const name of names.filter((item) => !known.includes(item))) {
      issues.addIssue({ code: 'custom', message: `stages out of ${known.join(', ')}; "${name}" is none` })
    }
    return names
  })
}

/** What came of it, and the worst that was found on the way. */
function summaryOf(results: readonly StageResult[], verdict: Verdict, tag: string): string {
  const done = `${results.map(({ stage }) => stage).join(', ')} done${tag === '' ? '' : `, version ${tag}`}`
  const first = verdict === 'pass' ? undefined : results.find((result) => result.verdict === verdict)
  return first === undefined ? done : `${done}; ${first.stage}: ${first.summary}`
}

const stops = (verdict: Verdict, failOn: Parameters<typeof failsStep>[1]) => failsStep(verdict, failOn)

const skipped = (stage: string): StageResult => ({
  stage,
  verdict: null,
  summary: 'not run, because an earlier stage failed',
  startedAt: null,
})

/** One stage in this process, as a log group. What it throws becomes its result, so that the post-mortem can tell. */
async function runStage(
  name: string,
  load: Loader,
  inputs: ActionInputs,
  ctx: Context,
  left: Left,
): Promise<StageResult> {
  return ctx.log.group(name, async () => {
    const startedAt = ctx.now().toISOString()
    let onError: (error: unknown) => Promise<Publishing<Record<string, string>>> = async () => ({})
    try {
      const action = await load()
      if ('comment' in action.inputs) left.speaking.add(name)
      // Inputs that the stage shares with the chain are handed on; what overrides a key is in `ctx.config` already.
      const own = { ...defaultInputs(action), ...inputs }
      onError = async (error) => (await action.onError?.(own, ctx, error)) ?? {}
      const outcome = await action.run(own, ctx)
      for (const [key, value] of Object.entries(outcome.outputs)) left.outputs[key] ??= value
      left.unpublished.push({ stage: name, outcome })
      ctx.log.info(`${name}: ${outcome.verdict}: ${outcome.summary}`)
      return { stage: name, verdict: outcome.verdict, summary: outcome.summary, startedAt }
    } catch (error) {
      const summary =
        error instanceof UserError ? error.problems.map((problem) => problem.message).join('; ') : messageOf(error)
      ctx.log.error(`${name}: ${describeError(error)}`)
      left.unpublished.push({ stage: name, outcome: await onError(error).catch(() => ({})) })
      return { stage: name, verdict: 'error', summary, startedAt, error }
    }
  })
}

/** A stage that stopped the chain and does not tell a pull request of itself is told of by the chain. */
async function speak(
  mode: CommentMode,
  ctx: Context,
  chain: Parameters<typeof chainReport>[0],
  { speaking, unpublished }: Left,
): Promise<void> {
  const quiet = chain.failed === null || speaking.has(chain.failed)
  const said = { stage: 'pipeline', verdict: chain.verdict, quiet, report: chainReport(chain) }
  await keepComment(ctx, mode, said)
  const publish = async (artifact: UploadedArtifact | null) => ({
    'comment-url': await commentReport(ctx, mode, said, artifact),
  })
  unpublished.push({ stage: 'pipeline', outcome: { publish } })
}

/** Publishes what the stages could not: it may be refused, so it waits until the outputs of the chain are written. */
async function publishAll({ unpublished }: Left, ctx: Context, artifact: UploadedArtifact | null) {
  const outputs: Record<string, unknown> = {}
  for (const { stage, outcome } of unpublished) {
    const published = await publish(stage, outcome, ctx.log, artifact)
    for (const [name, value] of Object.entries(published)) if (value) outputs[name] = value
  }
  const addressOf = (name: string) => (outputs[name] === undefined ? null : String(outputs[name]))
  return { 'comment-url': addressOf('comment-url'), 'check-run-url': addressOf('check-run-url') }
}

async function writeChain(
  ctx: Context,
  results: readonly StageResult[],
  verdict: Verdict,
  summary: string,
): Promise<void> {
  const stages = results.map(({ stage, verdict, summary, startedAt }) => ({ stage, verdict, summary, startedAt }))
  await writeDocument(ctx, Chain, {
    verdict,
    summary,
    inputs: ctx.configRef ? [ctx.configRef] : [],
    checks: [],
    stages,
  })
}
