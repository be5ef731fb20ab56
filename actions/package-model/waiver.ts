import type { Context } from '../../shared/core/context.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'

/** A person answers for publishing a model that is refused. */
export interface Waiver {
  readonly reason: string
  readonly actor: string
}

export interface WaiverInputs {
  readonly 'override-reason': string | undefined
  readonly 'override-actor': string | undefined
}

/**
 * Who sets refusals aside and why; null when nobody does. On GitHub it is who started the run, whatever else is said;
 * elsewhere the person has to be named. Throws one UserError for what is missing or does not fit.
 */
export function readWaiver(inputs: WaiverInputs, { run, env }: Pick<Context, 'run' | 'env'>): Waiver | null {
  const { 'override-reason': reason, 'override-actor': named } = inputs
  const started = run.kind === 'github' ? env.GITHUB_ACTOR?.trim() || undefined : undefined
  const actor = started ?? named
  const problems: Problem[] = []
  const where = (name: keyof WaiverInputs) => (run.kind === 'github' ? `input "${name}"` : `--${name}`)
  if (reason === undefined && named !== undefined) {
    problems.push({
      where: where('override-reason'),
      message: `is missing, but ${where('override-actor')} is ${JSON.stringify(named)}: nothing is set aside without a reason`,
      cure: 'say why, or leave the name out',
    })
  }
  if (reason !== undefined && actor === undefined) {
    problems.push({
      where: where('override-actor'),
      message: `is missing: ${where('override-reason')} sets a refusal aside, and nobody is named who answers for it`,
      cure: 'name the person, such as "Ada Lovelace"',
    })
  }
  if (started !== undefined && named !== undefined && named !== started) {
    problems.push({
      where: where('override-actor'),
      message: `is ${JSON.stringify(named)}, but ${JSON.stringify(started)} started this run`,
      cure: 'leave it out: on GitHub who started the run answers for it',
    })
  }
  if (problems.length > 0) throw problemsError('the override cannot be taken', problems)
  return reason === undefined || actor === undefined ? null : { reason, actor }
}
