import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { type Call, forbidden, notFound, Problem, type Reply, type Route } from './call.js'
import { cutToPage } from './pages.js'
import type { Server } from './server.js'
import type { Repository } from './state/types.js'
import { grants, type Need, type Token } from './tokens.js'
import type { Env } from './traffic.js'

/** Answers one operation of the API as GitHub does: who asks, what for, in which form, and the reply with its headers. */
export async function dispatch(server: Server, route: Route, context: Context<Env>): Promise<Response> {
  try {
    const { reply, call } = await answer(server, route, context)
    return respond(server, route, context, reply, call)
  } catch (error) {
    return respond(server, route, context, problemOf(server, route, error), null)
  }
}

async function answer(server: Server, route: Route, context: Context<Env>): Promise<{ reply: Reply; call: Call }> {
  const token = tokenOf(server, context)
  countDown(server)
  const params = context.req.param() as Record<string, string>
  const repository = repositoryOf(server, token, params)
  const can = (need: Need) => (token !== null && grants(token, need)) || isOpen(repository, need)
  if (!route.needs.some(can)) throw token === null ? new Problem(401, 'Requires authentication') : forbidden()
  const query = Object.fromEntries(new URL(context.req.url).searchParams)
  const record = context.get('record')
  const body = isUploadRoute(route) ? undefined : bodyOf(await context.req.text())
  if (body !== undefined && !/^application\/json\b/.test(context.req.header('content-type') ?? ''))
    server.violations.push(`${route.method} ${record.path}: a body that is not called application/json`)
  const wrong = server.check.request(route, { path: record.path, query, body })
  if (wrong !== null) throw new Problem(422, `Invalid request.\n\n${wrong}`)
  const call: Call = {
    state: server.state,
    // Operations outside of a repository do not look at it.
    repository: repository as Repository,
    token,
    actor: token?.actor ?? '',
    params,
    query,
    body: body ?? {},
    incoming: context.env.incoming,
    at: server.at,
    bytes: server.bytes,
    link: server.link,
    breaksOff: context.get('breaksOff'),
    can,
  }
  return { reply: await route.handle(call), call }
}

const isUploadRoute = ({ method, path }: Route) => method === 'POST' && path.endsWith('/releases/{release_id}/assets')

/** What everybody may read of a public repository. */
const isOpen = (repository: Repository | undefined, need: Need) =>
  repository?.private === false && need.endsWith('read')

function tokenOf(server: Server, context: Context<Env>): Token | null {
  const record = context.get('record')
  const where = `${record.method} ${record.path}`
  if (!context.req.header('user-agent')) server.violations.push(`${where}: no user-agent`)
  const header = context.req.header('authorization')
  if (header === undefined) return null
  const [, scheme = '', value = ''] = /^(\S+) (.*)$/.exec(header) ?? []
  if (!/^(token|bearer)$/i.test(scheme)) server.violations.push(`${where}: authorization ${scheme}`)
  const token = server.tokens.get(value)
  if (token === undefined) throw new Problem(401, 'Bad credentials')
  record.actor = token.actor
  return token
}

function countDown({ state: { rateLimit } }: Server): void {
  if (rateLimit.remaining === 0) throw new Problem(403, 'API rate limit exceeded for installation ID 1.')
  rateLimit.remaining -= 1
}

function repositoryOf(
  { state }: Server,
  token: Token | null,
  { owner, repo }: Record<string, string>,
): Repository | undefined {
  if (owner === undefined || repo === undefined) return undefined
  const name = `${owner}/${repo}`
  const repository = state.repositories.find((one) => `${one.owner}/${one.name}`.toLowerCase() === name.toLowerCase())
  if (repository === undefined) throw notFound()
  if (repository.private && !token?.repositories.includes(`${repository.owner}/${repository.name}`)) throw notFound()
  return repository
}

function bodyOf(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, 'Problems parsing JSON')
  }
}

function problemOf(server: Server, route: Route, error: unknown): Reply {
  const problem =
    error instanceof Problem ? error : new Problem(500, `the local GitHub broke: ${(error as Error)?.stack ?? error}`)
  if (problem !== error && !isHungUp(error)) server.violations.push(`${route.method} ${route.path}: ${problem.message}`)
  const { status, message, errors, headers } = problem
  const manual = server.check.manual(route)
  const body = { message, ...(errors ? { errors } : {}), documentation_url: manual, status: String(status) }
  return { status, body, headers }
}

/** The client went away in the middle of what it sent, as a killed run does: nothing of the server's is broken. */
const isHungUp = (error: unknown) =>
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String((error as NodeJS.ErrnoException)?.code))

function respond(server: Server, route: Route, context: Context<Env>, reply: Reply, call: Call | null): Response {
  const { state, at } = server
  const path = new URL(context.req.url).pathname
  const cut = reply.pages ? cutToPage(reply.pages, call?.query ?? {}, new URL(path, at.api).href) : null
  const body = cut ? cut.body : reply.body
  server.check.reply(route, { path: context.get('record').path, status: reply.status, body })
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = new Headers({
    ...(text === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-request-id': `LOCAL:${context.get('record').number}`,
    'x-accepted-github-permissions': route.needs.map((need) => need.replaceAll('-', '_').replace(': ', '=')).join('; '),
    'x-ratelimit-limit': String(state.rateLimit.limit),
    'x-ratelimit-remaining': String(state.rateLimit.remaining),
    'x-ratelimit-reset': String(state.rateLimit.reset),
    'x-ratelimit-used': String(state.rateLimit.limit - state.rateLimit.remaining),
    'x-ratelimit-resource': 'core',
    ...(cut?.link ? { link: cut.link } : {}),
    ...reply.headers,
  })
  if (context.req.method !== 'GET' || reply.status !== 200 || text === null) {
    return new Response(text, { status: reply.status, headers })
  }
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`
  headers.set('etag', etag)
  if (context.req.header('if-none-match') !== etag) return new Response(text, { status: 200, headers })
  // Nothing is counted for what has not changed.
  state.rateLimit.remaining += 1
  headers.delete('content-type')
  return new Response(null, { status: 304, headers })
}
