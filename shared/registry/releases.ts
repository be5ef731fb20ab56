import type { RunRef } from '../contracts/common.js'
import type { Log } from '../core/context.js'
import { fileError } from '../core/files.js'
import { createQueue } from '../core/queue.js'
import type { GitHub } from '../github/github.js'
import { openReleases } from '../github/releases.js'
import { requireModelName } from './names.js'
import type { Registry } from './registry.js'
import { fetchVersion, readManifest } from './releases-fetch.js'
import { openDeploymentHistory } from './releases-history.js'
import { publish } from './releases-publish.js'
import { openStore } from './releases-store.js'

export interface ReleaseRegistryOptions {
  readonly github: GitHub
  readonly run: RunRef
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  now(): Date
  /** Largest asset, in bytes; a larger file goes up in parts. Default: just below 2 GiB. */
  readonly partBytes?: number
  /** Unit of the waits before something is tried again, in seconds. Default 1. */
  readonly pause?: number
  /** Seconds that a transfer may take beyond what its bytes need. Default 60. */
  readonly grace?: number
}

/**
 * The registry in the releases and deployments of a repository: a version is the release of its tag, whose assets are
 * the files of the package. Nothing is asked before the first call.
 */
export async function openReleaseRegistry(options: ReleaseRegistryOptions): Promise<Registry> {
  const { github, env } = options
  const repository = `${github.owner}/${github.repo}`
  const url = `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${repository}`
  const store = openStore(openReleases(github, options), repository)
  const parts = { ...options, store, url, readOnly: github.pullRequest?.readOnly ?? false, pause: options.pause ?? 1 }
  const versions = async () => (await store.view(await store.list())).versions.map(({ version }) => version)
  const inTurn = createQueue()
  return {
    kind: 'github-releases',
    address: `${url}/releases`,
    models: async () => [...new Set((await versions()).map(({ model }) => model))].sort(),
    versions: async (model) => {
      requireModelName(model)
      return (await versions()).filter((version) => version.model === model)
    },
    manifest: (tag) => readManifest(store, tag),
    // Publications of one process would only take numbers from each other.
    publish: (draft) => inTurn(() => publish(parts, draft)),
    fetch: async (tag, into, paths) => {
      try {
        return await fetchVersion(store, tag, into, paths)
      } catch (error) {
        throw fileError(error, `the copy of ${tag} from the releases of ${repository}`)
      }
    },
    ...openDeploymentHistory(options),
  }
}
