import { Chain } from '../../shared/contracts/chain.js'
import type { Verdict } from '../../shared/contracts/common.js'
import {
  type Action,
  type ActionInputs,
  defaultInputs,
  defineAction,
  input,
  type Outcome,
  override,
  text,
} from '../../shared/core/action.js'
import type { Context } from '../../shared/core/context.js'
import { writeDocument } from '../../shared/core/documents.js'
import { describeProblems, messageOf, UserError } from '../../shared/core/errors.js'
import { publish } from '../../shared/core/publish.js'
import { failsStep, worst } from '../../shared/core/verdict.js'
import { COMMENT_INPUTS, COMMENT_PERMISSION } from '../../shared/github/inputs.js'

type Loader = () => Promise<Action>
type StageResult = Chain['stages'][number] & { error?: unknown }

/** What the stages left beside their results. */
interface Left {
  readonly outputs: Record<string, unknown>
  readonly unpublished: { readonly stage: string; readonly outcome: Outcome<Record<string, string>> }[]
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
    permissions: { contents: 'read, to check out the repository', ...COMMENT_PERMISSION },
    inputs: {
      stages: input(stageList(Object.keys(stages)), {
        description: 'Stages to run, in this order. post-mortem-report runs by itself when one fails.',
        default: DEFAULT_STAGES,
      }),
      model: override('model', 'Name of the model.'),
      seed: override('train.seed', 'Seed of the training.'),
      environment: override('deploy.environment', 'Environment to deploy to.'),
      ...COMMENT_INPUTS,
    },
    outputs: {
      'failed-stage': 'First stage that failed, empty when none did.',
      tag: 'Release tag of the packaged model version, empty when none was packaged.',
      'comment-url': 'Address of the comment; empty when there is none.',
    },
    async run(inputs, ctx) {
      const results: StageResult[] = []
      const left: Left = { outputs: {}, unpublished: [] }
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
      if (failed && failed.error !== undefined && !(failed.error instanceof UserError)) {
        await publishAll(left, ctx)
        throw failed.error
      }
      return {
        verdict,
        summary,
        outputs: { 'failed-stage': failed?.stage ?? '', tag: String(left.outputs.tag ?? ''), 'comment-url': null },
        publish: () => publishAll(left, ctx),
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
    try {
      const action = await load()
      // Inputs that the stage shares with the chain are handed on; what overrides a key is in `ctx.config` already.
      const outcome = await action.run({ ...defaultInputs(action), ...inputs }, ctx)
      for (const [key, value] of Object.entries(outcome.outputs)) left.outputs[key] ??= value
      left.unpublished.push({ stage: name, outcome })
      ctx.log.info(`${name}: ${outcome.verdict}: ${outcome.summary}`)
      return { stage: name, verdict: outcome.verdict, summary: outcome.summary, startedAt }
    } catch (error) {
      const summary =
        error instanceof UserError ? error.problems.map((problem) => problem.message).join('; ') : messageOf(error)
      ctx.log.error(`${name}: ${error instanceof UserError ? describeProblems(error.problems) : summary}`)
      return { stage: name, verdict: 'error', summary, startedAt, error }
    }
  })
}

/** Publishes what the stages could not: it may be refused, so it waits until the outputs of the chain are written. */
async function publishAll({ unpublished }: Left, ctx: Context): Promise<{ 'comment-url': string | null }> {
  const outputs: Record<string, unknown> = {}
  for (const { stage, outcome } of unpublished) Object.assign(outputs, await publish(stage, outcome, ctx.log))
  return { 'comment-url': outputs['comment-url'] ? String(outputs['comment-url']) : null }
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
