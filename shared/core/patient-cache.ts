import type { Cache, Log } from './context.js'
import { messageOf } from './errors.js'

/** Milliseconds after which a cache that gave nothing is taken for one that is down. GitHub's client tries for half a minute. */
const PATIENCE = 20_000

/** A cache that never throws, and is not asked again once it took long for nothing: each call to one that is down costs. */
export function patientCache(cache: Cache, log: Pick<Log, 'info'>, now: () => number = Date.now): Cache {
  let isDown = false
  const attempt = async (what: string, use: () => Promise<boolean>): Promise<boolean> => {
    if (isDown) return false
    const started = now()
    let done = false
    try {
      done = await use()
    } catch (error) {
      log.info(`The cache is not ${what}: ${messageOf(error)}`)
    }
    isDown = !done && now() - started > PATIENCE
    if (isDown) log.info('The cache does not answer: this step goes on without it.')
    return done
  }
  return {
    restore: (folder, key) => attempt('read', () => cache.restore(folder, key)),
    save: (folder, key) => attempt('written', () => cache.save(folder, key)),
  }
}
