import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import { lastSuccess } from '../../shared/registry/resolve.js'
import type { Version } from './targets/target.js'

export interface Refused {
  readonly tag: string
  readonly reason: string
}

export interface Candidates {
  /** Versions that served with success, the one to try first first. */
  readonly candidates: readonly Version[]
  readonly refused: readonly Refused[]
}

/**
 * Versions that a rollback may return to, from the history of an environment (newest first): each that served with
 * success, the most recent first, unless it is the one that serves, its last deployment failed, or people have rolled
 * back from it since.
 */
export function rollbackCandidates(history: readonly DeploymentRecord[], servingDigest: string | null): Candidates {
  const left = leftByRollback(history)
  const candidates: Version[] = []
  const refused: Refused[] = []
  const seen = new Set<string>()
  for (const { tag, manifestDigest: digest, state, at, reason } of history) {
    if (seen.has(digest)) continue
    seen.add(digest)
    const leftAt = left.get(digest)
    if (digest === servingDigest) refused.push({ tag, reason: 'it serves now' })
    else if (state !== 'success') {
      refused.push({ tag, reason: `its last deployment, at ${at}, failed${reason === null ? '' : `: ${reason}`}` })
    } else if (leftAt !== undefined) refused.push({ tag, reason: `it was rolled back from at ${leftAt}` })
    else candidates.push({ tag, digest })
  }
  return { candidates, refused }
}

/**
 * The last success, when a newer run has made it with another version: ids of runs grow. A run that waited, or is run
 * again, would take the environment back without anybody having said so. Null on a laptop.
 */
export function newerRun(
  history: readonly DeploymentRecord[],
  wanted: Version,
  run: string | null,
): (DeploymentRecord & { readonly run: string }) | null {
  const last = lastSuccess(history)
  if (run === null || last?.run === undefined || last.manifestDigest === wanted.digest) return null
  return Number(last.run) > Number(run) ? { ...last, run: last.run } : null
}

/** Digest of each version that a rollback has left, and that was not deployed again since, with the time. */
function leftByRollback(history: readonly DeploymentRecord[]): Map<string, string> {
  const left = new Map<string, string>()
  let serving: string | null = null
  for (const { manifestDigest, action, state, at } of [...history].reverse()) {
    if (state !== 'success') continue
    if (action === 'rollback' && serving !== null && serving !== manifestDigest) left.set(serving, at)
    left.delete(manifestDigest)
    serving = manifestDigest
  }
  return left
}
