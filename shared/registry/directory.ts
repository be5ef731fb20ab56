import { join } from 'node:path'
import { fileError } from '../core/files.js'
import { fetchVersion } from './directory-fetch.js'
import { describe, modelsIn, readManifest, versionsOf } from './directory-layout.js'
import { type DirectoryOptions, publish } from './directory-publish.js'
import { openHistory } from './history.js'
import { readTag, requireModelName, requireTag } from './names.js'
import type { Registry } from './registry.js'

export type { DirectoryOptions, PublishPoint } from './directory-publish.js'

/** The registry in a directory. Nothing is touched before the first call. */
export function openDirectoryRegistry(options: DirectoryOptions): Registry {
  const { root } = options
  const address = options.address ?? root
  const history = openHistory(join(root, 'environments'), join(root, 'locks', 'environments'))
  const guarded = async <T>(work: () => Promise<T>, what = 'the registry'): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw fileError(error, `${what} ${address}`)
    }
  }
  return {
    kind: 'directory',
    address,
    models: () => guarded(() => modelsIn(join(root, 'models'), '')),
    versions: (model) => guarded(() => versionsOf(root, requireModelName(model))),
    manifest: (tag) => guarded(() => readManifest(root, tag)),
    publish: (draft) => guarded(() => publish(options, draft)),
    fetch: (tag, into, paths) =>
      guarded(() => fetchVersion(root, tag, into, paths), `the copy of ${tag} from the registry`),
    environments: () => guarded(() => history.environments()),
    deployments: (environment, model) =>
      guarded(async () => {
        const records = await history.read(environment)
        return model === undefined ? records : records.filter(({ tag }) => readTag(tag)?.model === model)
      }),
    announceDeployment: async () => null,
    recordDeployment: (record) =>
      guarded(async () => {
        requireTag(record.tag)
        await describe(root)
        await history.append(record)
        return null
      }),
  }
}
