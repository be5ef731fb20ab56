import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, UserError } from '../core/errors.js'

/** Seconds between attempts where the endpoint names none. */
const WAITS = [0.5, 1, 2]

/** Too many requests, and what a proxy or a server that starts anew answers for a moment. */
const PASSING = [429, 502, 503, 504]

interface Reply {
  readonly status: number
  readonly headers: Headers
}

export interface Patience {
  /** Seconds that all waits together may take. */
  readonly seconds: number
  /** Called before each wait, with what was answered. */
  readonly onWait: (said: string) => void
}

/**
 * Asks an endpoint once more, up to three times, when it answers 429, 502, 503 or 504 or cuts the connection: a question
 * for predictions may be put twice. A `retry-after` is kept. Gives the last reply, whatever its status. Throws what
 * `ask` throws, and UserError when the endpoint asks for a longer wait than there is patience for.
 */
export async function patiently<T extends Reply>(url: string, ask: () => Promise<T>, patience: Patience): Promise<T> {
  let left = patience.seconds
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await ask().catch((error: unknown) => {
      if (attempt === WAITS.length || !wasCut(error) || left < (WAITS[attempt] as number)) throw error
      return null
    })
    const usual = WAITS[attempt]
    if (outcome !== null && (usual === undefined || !PASSING.includes(outcome.status))) return outcome
    const named = outcome === null ? null : retryAfter(outcome.headers.get('retry-after'), Date.now())
    const wait = named ?? (usual as number)
    if (outcome !== null && wait > left) {
      if (named === null) return outcome
      throw new UserError(`${url} answered with HTTP status ${outcome.status} and asks to wait ${named} seconds`, {
        cure: `it is waited for at most as long as predict.timeout, ${patience.seconds} seconds: raise it, or let the endpoint answer more requests`,
      })
    }
    left -= wait
    patience.onWait(outcome === null ? 'cut the connection' : `answered with HTTP status ${outcome.status}`)
    await sleep(wait * 1000)
  }
}

/** Seconds to wait by a `retry-after` of seconds or of an HTTP date, null when it is neither. `now` in milliseconds. */
export function retryAfter(text: string | null, now: number): number | null {
  if (text === null) return null
  if (/^\s*\d+\s*$/.test(text)) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}

/** Whether a connection ended before the answer was complete; looks through the causes of an error. */
export function wasCut(error: unknown): boolean {
  for (let at = error, depth = 0; at && depth < 4; at = (at as { cause?: unknown }).cause, depth += 1) {
    if (['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(codeOf(at) ?? '')) return true
  }
  return false
}
