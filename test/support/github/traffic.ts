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
    context.set('breaksOff', fault?.moment === 'midway' && !isDelay(fault.kind) && isUpload(record))
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
  const path = decoded(pathname)
  return { number, method: context.req.method, path, query, origin, body: null, status: null, actor: null }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function meet({ kind, moment }: Fault, context: Context<Env>, next: () => Promise<void>): Promise<void> {
  if (isDelay(kind)) {
    if (moment === 'after') await next()
    await new Promise((resolve) => setTimeout(resolve, kind.delay))
    return moment === 'after' ? undefined : next()
  }
  const isDone = moment === 'after' || context.get('breaksOff')
  if (isDone) await next()
  if (kind === 'cut') await cut(context, moment === 'after')
  else if (isDone) await context.res.body?.cancel()
  if (typeof kind === 'string') return replace(context, RESPONSE_ALREADY_SENT)
  await allSent(context.env)
  replace(context, answer(kind, context.get('record')))
}

const isDelay = (kind: Fault['kind']): kind is { readonly delay: number } => typeof kind === 'object' && 'delay' in kind

/** A client sends all before it reads an answer. */
async function allSent({ incoming, outgoing }: HttpBindings): Promise<void> {
  if (incoming.readableEnded || incoming.destroyed) return
  await Promise.race([once(incoming.resume(), 'end'), once(outgoing, 'close')])
}

/** Breaks the connection; after the effect in the middle of the answer. */
async function cut(context: Context<Env>, answered: boolean): Promise<void> {
  const { outgoing } = context.env
  if (answered && context.res.body !== null) {
    const { status, headers } = context.res
    // What has no length of its own is small.
    const body = headers.has('content-length') ? context.res.body : [Buffer.from(await context.res.arrayBuffer())]
    const length = Array.isArray(body) ? (body[0]?.length ?? 0) : Number(headers.get('content-length'))
    outgoing.writeHead(status, { ...Object.fromEntries(headers), 'content-length': length })
    let left = Math.floor(length / 2)
    for await (const chunk of body) {
      await new Promise<void>((resolve) => outgoing.write(chunk.subarray(0, left), () => resolve()))
      left -= chunk.length
      if (left <= 0) break
    }
  }
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
