import type { ModelRef, Verdict } from '../../shared/contracts/common.js'
import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import { verdictOf } from '../../shared/core/verdict.js'
import { requireTag } from '../../shared/registry/names.js'
import type { Attempt, Request } from './attempt.js'
import { describeServing } from './plan.js'
import type { Serving, Version } from './targets/target.js'

/** A version of a tag as a link to it. */
export function refOf({ tag, digest }: Version): ModelRef {
  const { model, version } = requireTag(tag)
  return { model, version, tag, digest }
}

/** The version that serves, null when none does or it could not be told. */
export const servingRef = (serving: Serving | null): ModelRef | null =>
  serving?.state === 'serving' ? serving.version : null

export interface Conclusion {
  readonly verdict: Verdict
  readonly summary: string
  readonly action: 'deploy' | 'rollback' | 'none'
}

/** Verdict and its reason in a sentence. Green only when the target itself has confirmed the wanted version. */
export function conclude(done: Attempt, { environment, wanted: asked, dryRun }: Request): Conclusion {
  const verdict = verdictOf(done.checks)
  const rule = (name: string) => done.checks.find((check) => check.rule === name)
  const action = done.switched ? (asked === null ? 'rollback' : 'deploy') : 'none'
  const say = (summary: string): Conclusion => ({ verdict, action, summary })
  const reason = earliest(done) ?? ''

  if (done.wanted === null || rule('target-usable') !== undefined) return say(`${environment}: ${reason}`)
  const { tag } = done.wanted
  if (rule('already-serving')) return say(`${tag} serves already in ${environment}; nothing was changed`)
  if (dryRun)
    return say(
      `${tag} would ${asked === null ? 'be returned to' : 'serve'} in ${environment}, after ${describe(done.before)}; nothing was changed`,
    )
  if (verdict === 'pass' || verdict === 'warn') {
    const words = asked === null ? `${environment} was rolled back to ${tag}` : `${tag} serves in ${environment}`
    const golden =
      done.golden?.after == null
        ? 'no golden rows'
        : `${done.golden.after} of ${done.golden.rows} golden rows as recorded`
    return say(`${words}, confirmed by the target itself; ${golden}; before: ${describe(done.before)}`)
  }
  if (!done.switched) {
    const still = done.confirmed ? `${describe(done.serving)} serves as before` : 'what serves now is not confirmed'
    return say(`${tag} was not switched to in ${environment}: ${reason}; ${still}`)
  }
  return say(`${tag} failed in ${environment}: ${reason}; ${rule('rolled-back')?.message ?? 'it was not rolled back'}`)
}

/** What went wrong first: the rest follows from it. */
function earliest({ checks }: Attempt): string | null {
  return checks.find(({ verdict }) => verdict === 'fail' || verdict === 'error')?.message ?? null
}

const describe = (serving: Serving | null): string => (serving === null ? 'unknown' : describeServing(serving))

/** The line of the environment's history, null when nothing was tried. */
export function recordOf(done: Attempt, request: Request, conclusion: Conclusion, at: Date): DeploymentRecord | null {
  if (!done.tried || done.wanted === null) return null
  const good = conclusion.verdict === 'pass' || conclusion.verdict === 'warn'
  return {
    environment: request.environment,
    tag: done.wanted.tag,
    manifestDigest: done.wanted.digest,
    action: request.wanted === null ? 'rollback' : 'deploy',
    state: good && done.confirmed ? 'success' : done.rolledBack ? 'rolled-back' : 'failure',
    at: at.toISOString(),
    reason: good ? null : (earliest(done) ?? conclusion.summary),
  }
}
