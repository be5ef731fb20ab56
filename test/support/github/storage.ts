import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import { bodyOf, type Stored } from './state/bytes.js'
import type { Env } from './traffic.js'

interface Linked {
  readonly content: Stored
  readonly type: string
  readonly name: string | undefined
}

export interface Storage {
  readonly app: Hono<Env>
  /** Path and query that give this content to whoever knows them. */
  link(content: Stored, how?: { readonly type?: string; readonly name?: string }): string
}

/** The other origin, to which downloads are redirected: it takes no token, and gives ranges. */
export function createStorage(app: Hono<Env>): Storage {
  const linked = new Map<string, Linked>()
  app.get('/content/:id', (context) => {
    if (context.req.header('authorization') !== undefined) {
      return xml(400, 'InvalidAuthenticationInfo', 'Authentication information is not given in the correct format.')
    }
    const entry = linked.get(`${context.req.param('id')}?sig=${context.req.query('sig')}`)
    if (entry === undefined) return xml(403, 'AuthenticationFailed', 'Server failed to authenticate the request.')
    return give(entry, context.req.header('range'))
  })
  return {
    app,
    link: (content, { type = 'application/octet-stream', name } = {}) => {
      const key = `${randomBytes(6).toString('hex')}?sig=${randomBytes(16).toString('hex')}`
      linked.set(key, { content, type, name })
      return `/content/${key}`
    },
  }
}

function give({ content, type, name }: Linked, range: string | undefined): Response {
  const headers = {
    'content-type': type,
    'accept-ranges': 'bytes',
    ...(name === undefined ? {} : { 'content-disposition': `attachment; filename=${name}` }),
  }
  const wanted = /^bytes=(\d+)-(\d*)$/.exec(range ?? '')
  if (wanted === null) {
    return new Response(bodyOf(content), { headers: { ...headers, 'content-length': String(content.size) } })
  }
  const start = Number(wanted[1])
  const end = Math.min(wanted[2] ? Number(wanted[2]) : content.size - 1, content.size - 1)
  if (start > end) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${content.size}` } })
  }
  const part = { 'content-range': `bytes ${start}-${end}/${content.size}`, 'content-length': String(end - start + 1) }
  return new Response(bodyOf(content, start, end), { status: 206, headers: { ...headers, ...part } })
}

function xml(status: number, code: string, message: string): Response {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } })
}
