import type { Log } from '../core/context.js'

/** How long a request may take, in seconds. */
export interface Patience {
  /** For one answer. */
  readonly answer: number
  /** Longest wait that GitHub may ask for, once for a request; beyond it the request has failed. */
  readonly wait: number
  /** Unit of the waits before the second and third try of what can be asked again: 1 and 4 of it. */
  readonly retry: number
}

export const PATIENCE: Patience = { answer: 20, wait: 60, retry: 1 }

/**
 * Options of octokit with its plugins for retries and throttling. An error of the server or the connection is asked
 * again twice, unless a request says `request: { retries: 0 }`; a limit of requests is waited for once, when it is short.
 */
export function clientOptions(log: Log, { wait, retry }: Patience = PATIENCE) {
  const onLimit = (seconds: number, _options: unknown, _octokit: unknown, retries: number): boolean => {
    const waits = seconds <= wait && retries === 0
    log.info(`GitHub asks to wait ${seconds} seconds: ${waits ? 'waiting' : 'not waiting'}.`)
    return waits
  }
  const quiet = (message: string) => log.debug(message)
  return {
    log: { debug: () => undefined, info: () => undefined, warn: quiet, error: quiet },
    // 409 would be refused again; 429 is left to the throttling.
    retry: { retries: 2, retryAfterBaseValue: retry * 1000, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
    throttle: { onRateLimit: onLimit, onSecondaryRateLimit: onLimit },
  }
}

interface RequestOptions {
  readonly method?: string
  readonly url?: string
  /** `answer`: seconds for this request, as for a large file, in place of the usual ones. */
  request?: { answer?: number; [key: string]: unknown }
}
interface Hooks {
  readonly hook: { before(name: 'request', run: (options: RequestOptions) => void): void }
}

/**
 * A plugin that ends an attempt without an answer, and lets a POST be asked once: it may have had its effect although
 * the answer is an error. It goes before the plugin for retries, so that each try has its time.
 */
export function answerLimit({ answer }: Patience = PATIENCE) {
  return (octokit: Hooks): object => {
    octokit.hook.before('request', (options) => {
      const once = options.method === 'POST' && !options.url?.endsWith('/graphql') ? { retries: 0 } : {}
      const seconds = options.request?.answer ?? answer
      options.request = { ...once, ...options.request, signal: AbortSignal.timeout(seconds * 1000) }
    })
    return {}
  }
}
