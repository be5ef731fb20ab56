import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import { lastSuccess } from '../../shared/registry/resolve.js'
import type { Serving, Version } from './targets/target.js'

export interface Plan {
  /**
   * `nothing`: it serves already and that is on record. `finish`: it serves, but the run that switched to it never said
   * so; what is left is to prove it. `switch`: something else serves, or nothing.
   */
  readonly kind: 'nothing' | 'finish' | 'switch'
  /** The version to return to when the new one fails; null: there has been none. */
  readonly previous: Version | null
}

/** What is to be done so that `wanted` serves. The history is that of the environment, newest first. */
export function planDeployment(serving: Serving, wanted: Version, history: readonly DeploymentRecord[]): Plan {
  const good = lastSuccess(history)
  const isServing = serving.state === 'serving' && serving.version.digest === wanted.digest && serving.ready
  if (isServing && good?.manifestDigest === wanted.digest) return { kind: 'nothing', previous: null }
  return { kind: isServing ? 'finish' : 'switch', previous: previousOf(serving, wanted, history) }
}

/** The version that serves, if it is proven or nothing is; else the last one that was proven. */
function previousOf(serving: Serving, wanted: Version, history: readonly DeploymentRecord[]): Version | null {
  const proven = history
    .filter(({ state }) => state === 'success')
    .map(({ tag, manifestDigest: digest }): Version => ({ tag, digest }))
  const now = serving.state === 'serving' ? serving.version : null
  const isProven = now !== null && proven[0]?.digest === now.digest
  const order = isProven ? [now, ...proven] : [...proven, ...(now === null ? [] : [now])]
  const found = order.find(({ digest }) => digest !== wanted.digest)
  return found === undefined ? null : { tag: found.tag, digest: found.digest }
}

/** What serves, in a few words. */
export function describeServing(serving: Serving): string {
  if (serving.state === 'nothing') return 'nothing'
  if (serving.state === 'damaged') return 'something damaged'
  return `${serving.version.tag}${serving.ready ? '' : ', which is not ready'}`
}
