import { once } from 'node:events'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context, MiddlewareHandler } from 'hono'
import type { Fault, FaultAnswer, Faults } from './faults.js'

export interface Recorded {
  /** From 1, over all servers. */
  readonly number: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly origin: 'api' | 'storage'
  /** The JSON that was sent, else null. */
  body: unknown
  /** Null: no answer was given. */
  status: number | null
  /** Login that it was done as, null where nobody is asked. */
  actor: string | null
}

export interface Env {
  Bindings: HttpBindings
  Variables: { record: Recorded; breaksOff: boolean }
}

export const nameOf = ({ method, path }: Recorded): string => `${method} ${path}`

/** Notes each request, and lets it meet the fault that is planned for it. */
export function traffic(requests: Recorded[], faults: Faults, origin: Recorded['origin']): MiddlewareHandler<Env> {
  return async (context, next) => {
    const record = recordOf(context, requests.length + 1, origin)
    requests.push(record)
    context.set('record', record)
    const fault = faults.take(record.number, nameOf(record))
    context.set('breaksOff', fault?.moment === 'midway' && isUpload(record))
    if (isJson(context, record)) record.body = parsed(await context.req.text())
    if (fault === null) await next()
    else await meet(fault, context, next)
    if (fault === null || typeof fault.kind === 'object') record.status = context.res.status
  }
}

/** Uploads are taken as they come: an asset may be JSON too. */
export const isUpload = ({ method, path }: Recorded): boolean =>
  method === 'POST' && /\/uploads\/repos\/[^/]+\/[^/]+\/releases\/\d+\/assets$/.test(path)

const isJson = (context: Context<Env>, record: Recorded): boolean =>
  record.origin === 'api' &&
  !isUpload(record) &&
  /^application\/json\b/.test(context.req.header('content-type') ?? 'application/json') &&
  Number(context.req.header('content-length') ?? 0) > 0

function recordOf(context: Context<Env>, number: number, origin: Recorded['origin']): Recorded {
  const { pathname, searchParams } = new URL(context.req.url)
  const query = Object.fromEntries(searchParams)
  const path = decodeURIComponent(pathname)
  return { number, method: context.req.method, path, query, origin, body: null, status: null, actor: null }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function meet({ kind, moment }: Fault, context: Context<Env>, next: () => Promise<void>): Promise<void> {
  const { incoming, outgoing } = context.env
  if (moment === 'after' || context.get('breaksOff')) await next()
  if (kind === 'hang') return replace(context, RESPONSE_ALREADY_SENT)
  if (kind === 'cut') {
    await cut(context, moment === 'after')
    return replace(context, RESPONSE_ALREADY_SENT)
  }
  if (!incoming.readableEnded && !incoming.destroyed) {
    // The client has sent all before it reads an answer.
    if (!(moment === 'before' && 'delay' in kind))
      await Promise.race([once(incoming.resume(), 'end'), once(outgoing, 'close')])
  }
  if ('status' in kind) return replace(context, answer(kind, context.get('record')))
  await new Promise((resolve) => setTimeout(resolve, kind.delay))
  if (moment !== 'after') await next()
}

/** Breaks the connection; after the effect in the middle of the answer. */
async function cut(context: Context<Env>, answered: boolean): Promise<void> {
  const { outgoing } = context.env
  const body = answered ? Buffer.from(await context.res.arrayBuffer()) : Buffer.alloc(0)
  if (body.length === 0) return void outgoing.destroy()
  outgoing.writeHead(context.res.status, { ...Object.fromEntries(context.res.headers), 'content-length': body.length })
  await new Promise<void>((resolve) => outgoing.write(body.subarray(0, body.length / 2), () => resolve()))
  outgoing.destroy()
}

function replace(context: Context<Env>, response: Response): void {
  context.res = undefined
  context.res = response
}

const WORDS: Readonly<Record<number, string>> = {
  403: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  404: 'Not Found',
  429: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
}

function answer(
  { status, message = WORDS[status] ?? 'Server Error', headers }: FaultAnswer,
  record: Recorded,
): Response {
  const twirp = record.path.startsWith('/twirp/') ? { code: 'internal', msg: message } : {}
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status), ...twirp }
  return Response.json(body, { status, headers: { ...headers } })
}
