import type { RetrainConfig } from '../../shared/contracts/monitor-config.js'
import type { Monitoring, Retraining } from '../../shared/contracts/monitoring.js'
import type { Context } from '../../shared/core/context.js'
import { type Problem, UserError } from '../../shared/core/errors.js'
import { type Clock, startWorkflow } from '../../shared/github/dispatches.js'
import { code, type Inline, link } from '../../shared/report/blocks.js'
import { formatTime } from '../../shared/report/format.js'
import { durationSeconds } from './duration.js'

/** What is to be asked of GitHub, before it is asked; null when nothing is. */
export function plannedRetraining(ctx: Context, action: Monitoring['decision']['action']): Retraining | null {
  const { retrain } = ctx.config.monitor
  if (retrain === undefined || action !== 'retrain') return null
  return { workflow: retrain.workflow, ref: refOf(ctx, retrain), state: 'pending', run: null, reason: null }
}

function refOf({ run }: Context, { ref }: RetrainConfig): string {
  return ref ?? (run.kind === 'github' ? run.ref : 'main')
}

/** Starts the training that was planned, at most one. A refusal is told in the result and as problems. */
export async function retrain(
  ctx: Context,
  planned: Retraining,
  pause: Clock['pause'],
): Promise<{ retraining: Retraining; problems: readonly Problem[] }> {
  const { inputs, cooldown } = ctx.config.monitor.retrain as RetrainConfig
  const github = await ctx.github()
  const notAsked = (reason: string) => ({
    retraining: { ...planned, state: 'not-asked' as const, reason },
    problems: [],
  })
  if (github === null) return notAsked('not on GitHub, or without a token')
  if (github.pullRequest !== null) return notAsked('a pull request starts no training')
  const own = ctx.run.kind === 'github' ? Number(ctx.run.runId) : 0
  const start = { ...planned, inputs, cooldown: durationSeconds(cooldown) * 1000, own }
  try {
    const { state, run } = await startWorkflow(github, start, { now: ctx.now, pause })
    const retraining: Retraining = { ...planned, state, run }
    ctx.log.info(`retraining: ${state}${run === null ? '' : `: ${run.url}`}`)
    return { retraining, problems: [] }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const reason = error.problems.map(({ message }) => message).join('; ')
    return { retraining: { ...planned, state: 'refused', reason }, problems: error.problems }
  }
}

/** What became of it, in a sentence of a report. */
export function describeRetraining({ state, workflow, ref, run, reason }: Retraining): Inline {
  const shown = run === null ? [] : [link(run.url, `run ${run.id}`), ` of ${formatTime(run.at)}`]
  switch (state) {
    case 'pending':
      return ['Training is to be started by ', code(workflow), ' on ', code(ref), '.']
    case 'started':
      return [
        'Training was started by ',
        code(workflow),
        ' on ',
        code(ref),
        ...(shown.length > 0 ? [': ', ...shown] : []),
        '.',
      ]
    case 'in-flight':
      return ['No training was started: one by ', code(workflow), ' goes on, ', ...shown, '.']
    case 'cooling-down':
      return ['No training was started: one by ', code(workflow), ' was started a short time ago, ', ...shown, '.']
    case 'not-asked':
    case 'refused':
      return ['No training was started by ', code(workflow), `: ${reason ?? ''}.`]
  }
}
