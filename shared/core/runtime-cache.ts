import { relative } from 'node:path'
import * as cache from '@actions/cache'
import type { Cache, Log } from './context.js'
import { messageOf } from './errors.js'

/** Seconds after which a cache that had nothing to say is taken for one that is down, and not asked again. */
const PATIENCE = 20

/** The cache on a runner. Only loaded when it is asked for: the client is heavy. Null when the runner has none. */
export function openRunnerCache(log: Log): Cache | null {
  if (!cache.isFeatureAvailable()) return null
  let isDown = false
  const attempt = async <T>(what: string, nothing: T, use: () => Promise<T>): Promise<T> => {
    if (isDown) return nothing
    const started = Date.now()
    try {
      const result = await use()
      isDown = result === nothing && Date.now() - started > PATIENCE * 1000
      return result
    } catch (error) {
      log.info(`The cache is not ${what}: ${messageOf(error)}`)
      return nothing
    }
  }
  return {
    restore: (folder, key) =>
      attempt('read', false, async () => (await cache.restoreCache([here(folder)], whole(key))) === whole(key)),
    save: (folder, key) =>
      attempt('written', false, async () => (await cache.saveCache([here(folder)], whole(key))) > 0),
  }
}

/** GitHub also gives an entry whose key only begins as the one that was asked for; so none may begin as another. */
const whole = (key: string) => `${key};`

/** The client finds an entry by the text of its path too, and the workspace lies elsewhere on each machine. */
const here = (folder: string) => relative(process.cwd(), folder) || '.'
