import valid from 'semver/functions/valid.js'
import type { DeploymentRecord } from '../contracts/deployment.js'
import { UserError } from '../core/errors.js'
import { readTag, tagOf } from './names.js'
import type { PublishedVersion, Registry } from './registry.js'

/**
 * The published version that a person means by a tag, a version (`1.2.0`, `v1.2.0`) or `latest`, the highest one.
 * Throws UserError when there is none, naming what is published.
 */
export async function resolveVersion(registry: Registry, model: string, wanted: string): Promise<PublishedVersion> {
  const tag = readTag(wanted)
  const number = tag === null ? valid(wanted) : tag.version
  const name = tag?.model ?? model
  if (number === null && wanted !== 'latest') {
    throw new UserError(`${JSON.stringify(wanted)} is neither a release tag nor a version`, {
      cure: `write a tag such as ${tagOf(model, '1.0.0')}, a version such as 1.0.0, or latest`,
    })
  }
  const versions = await registry.versions(name)
  const found = number === null ? versions[0] : versions.find(({ version }) => version === number)
  if (found !== undefined) return found
  const known = versions.map((one) => one.tag)
  throw new UserError(
    number === null
      ? `there is no published version of ${name} in the registry ${registry.address}`
      : `${tagOf(name, number)} is not published in the registry ${registry.address}`,
    { cure: known.length === 0 ? 'run package-model first' : `published are: ${known.slice(0, 10).join(', ')}` },
  )
}

/** The newest deployment to an environment that succeeded, of a history with the newest first. */
export function lastSuccess(history: readonly DeploymentRecord[]): DeploymentRecord | null {
  return history.find(({ state }) => state === 'success') ?? null
}
