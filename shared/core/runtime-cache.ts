import { isAbsolute, relative } from 'node:path'
import * as cache from '@actions/cache'
import type { Cache, Log } from './context.js'
import { patientCache } from './patient-cache.js'

/** The cache on a runner. Only loaded when it is asked for: the client is heavy. Null when the runner has none. */
export function openRunnerCache(log: Log): Cache | null {
  if (!cache.isFeatureAvailable()) return null
  const runner: Cache = {
    restore: async (folder, key) => (await cache.restoreCache([here(folder)], whole(key))) === whole(key),
    save: async (folder, key) => (await cache.saveCache([here(folder)], whole(key))) > 0,
  }
  return patientCache(runner, log)
}

/** GitHub also gives an entry whose key only begins as the one that was asked for; so none may begin as another. */
const whole = (key: string) => `${key};`

/** The client finds an entry by the text of its path too, and the workspace lies elsewhere on each machine. */
function here(folder: string): string {
  const path = relative(process.cwd(), folder)
  // It takes no path that begins with `..`.
  return path.startsWith('..') || isAbsolute(path) ? folder : path
}
