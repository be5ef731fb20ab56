import { setTimeout as sleep } from 'node:timers/promises'
import type { Octokit } from '@octokit/core'
import Bottleneck from 'bottleneck/light.js'
import type { Log } from '../core/context.js'
import { plural } from '../report/format.js'
import { unbuffered } from './unbuffered.js'

/** How long a request may take, in seconds, and how many may follow each other at once. */
export interface Patience {
  /** For one answer. */
  readonly answer: number
  /** Longest wait that GitHub may ask for, once for a request; beyond it the request has failed. */
  readonly wait: number
  /** Unit of the waits before the second and third try of what can be asked again: 1 and 4 of it. */
  readonly retry: number
  /** Writes that may follow each other at once; after them one a second. */
  readonly burst: number
}

/** GitHub takes 80 creations in a minute and 500 in an hour, and asks for a second between many writes. */
const PATIENCE: Patience = { answer: 20, wait: 60, retry: 1, burst: 20 }

/** A store that lets `burst` jobs start at once, then one in each `seconds`. */
const refilled = (burst: number, seconds: number) => ({
  reservoir: burst,
  reservoirIncreaseAmount: 1,
  reservoirIncreaseInterval: seconds * 1000,
  reservoirIncreaseMaximum: burst,
})

/**
 * Options of octokit with its plugins for retries and throttling. An error of the server or the connection is asked
 * again twice, unless a request says `request: { retries: 0 }`; a limit of requests is waited for once, when it is short.
 */
export function clientOptions(log: Log, { wait, retry, burst }: Patience = PATIENCE) {
  const onLimit = (seconds: number, options: unknown, _octokit: unknown, retries: number): boolean =>
    retries === 0 && mayWait(log, seconds, wait, options as RequestOptions)
  const quiet = (message: string) => log.debug(message)
  return {
    log: { debug: () => undefined, info: () => undefined, warn: quiet, error: quiet },
    // 409 would be refused again; 429 is left to the throttling.
    retry: { retries: 2, retryAfterBaseValue: retry * 1000, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
    throttle: {
      write: new Bottleneck.Group(refilled(burst, 1)),
      // Releases and comments are writes like others: the plugin would put three seconds between any two.
      notifications: new Bottleneck.Group({}),
      onRateLimit: onLimit,
      onSecondaryRateLimit: onLimit,
    },
  }
}

interface RequestOptions {
  readonly method?: string
  readonly url?: string
  readonly data?: unknown
}

/**
 * What the plugins of octokit leave out, before the one for retries, so that it holds for each try: an attempt without
 * an answer ends; a POST is asked once, as it may have had its effect although the answer is an error; writes go one
 * after another, uploads three at a time; a wait that GitHub names is kept also with 503 and for a limit without the
 * usual words. Each attempt is a line for debugging with its number.
 */
export function clientPlugin(log: Log, { answer, wait }: Patience = PATIENCE) {
  const hourly = new Bottleneck(refilled(440, 60))
  const writes = new Bottleneck({ maxConcurrent: 1 }).chain(hourly)
  const uploads = new Bottleneck({ maxConcurrent: 3 }).chain(hourly)
  let asked = 0

  const attempt = async <T>(options: RequestOptions, request: () => T | Promise<T>): Promise<T> => {
    asked += 1
    const name = `GitHub ${asked}: ${options.method} ${options.url}`
    try {
      const result = await request()
      if (isCutShort(result)) {
        throw Object.assign(new Error('the answer was cut short'), { status: 500, request: { ...options } })
      }
      log.debug(`${name}: ${statusOf(result)}`)
      return result
    } catch (error) {
      log.debug(`${name}: ${hasAnswer(error) ? statusOf(error) : 'no answer'}`)
      throw error
    }
  }
  const inTurn = <T>(options: RequestOptions, request: () => T | Promise<T>): Promise<T> => {
    if (!isWrite(options)) return attempt(options, request)
    return (isUpload(options) ? uploads : writes).schedule(() => attempt(options, request))
  }

  return (octokit: Octokit): object => {
    const waited = new WeakSet<RequestOptions>()
    octokit.hook.before('request', (options) => {
      const once = options.method === 'POST' && !isGraphql(options) ? { retries: 0 } : {}
      // `request: { answer }`: seconds for this request, as for a large file, in place of the usual ones.
      const given = options.request as { answer?: number; fetch?: typeof fetch } | undefined
      const streamed = isUpload(options) && given?.fetch ? { fetch: unbuffered(given.fetch) } : {}
      const signal = AbortSignal.timeout((given?.answer ?? answer) * 1000)
      options.request = { ...once, ...options.request, ...streamed, signal }
    })
    octokit.hook.wrap('request', async (request, options) => {
      const ask = () => inTurn(options, () => request(options))
      try {
        return await ask()
      } catch (error) {
        const seconds = namedWait(error, options)
        if (seconds === null || waited.has(options) || !mayWait(log, seconds, wait, options)) throw error
        waited.add(options)
        await sleep(seconds * 1000)
        return await ask()
      }
    })
    return {}
  }
}

const isGraphql = ({ url }: RequestOptions): boolean => url?.endsWith('/graphql') ?? false
const isWrite = (options: RequestOptions): boolean =>
  options.method !== 'GET' && options.method !== 'HEAD' && !isGraphql(options)
/** By the only route that goes to another address. */
const isUpload = ({ method, url }: RequestOptions): boolean => method === 'POST' && /\/assets(\W|$)/.test(url ?? '')

/** A body that was read from a stream is gone; a wait is worth it only for what can be sent again. */
const isReplayable = ({ data }: RequestOptions): boolean => {
  const { pipe, getReader } = (data ?? {}) as Record<string, unknown>
  return pipe === undefined && getReader === undefined
}

function mayWait(log: Log, seconds: number, longest: number, options: RequestOptions): boolean {
  const waits = seconds <= longest && isReplayable(options)
  log.info(`GitHub asks to wait ${plural(seconds, 'second')}: ${waits ? 'waiting' : 'not waiting'}.`)
  return waits
}

interface Failed {
  readonly status: number
  readonly message: string
  readonly response?: { readonly headers: Readonly<Record<string, string | undefined>> }
}

/** Octokit gives a body that ends too early as the text that came. */
function isCutShort(result: unknown): boolean {
  const { headers, data } = (result ?? {}) as { headers?: Record<string, string | undefined>; data?: unknown }
  return typeof data === 'string' && /^application\/json\b/.test(headers?.['content-type'] ?? '')
}

const statusOf = (result: unknown): number | undefined => (result as { status?: number } | null)?.status
const hasAnswer = (error: unknown): boolean => (error as Partial<Failed> | null)?.response !== undefined

/**
 * Seconds that the answer asks to wait before the request is made again, where the throttling plugin does not see it;
 * null when it does, or the request may have had its effect.
 */
function namedWait(error: unknown, options: RequestOptions): number | null {
  if (!hasAnswer(error)) return null
  const { status, message, response } = error as Failed
  const headers = response?.headers ?? {}
  const named = seconds(headers['retry-after'])
  if (status === 503) return isWrite(options) && options.method === 'POST' ? null : named
  if (status !== 403 && status !== 429) return null
  const isSeen = /\bsecondary rate\b/i.test(message) || headers['x-ratelimit-remaining'] === '0'
  // The minute is what GitHub's manual says for a limit that names no time.
  return isSeen ? null : (named ?? (status === 429 ? 60 : null))
}

/** Of a header in seconds or as a date. */
function seconds(header: string | undefined): number | null {
  if (header === undefined) return null
  const number = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isNaN(number) ? null : Math.max(0, Math.ceil(number))
}
