import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A token that the server knows. */
export interface Account {
  readonly login: string
  /** `read`: as the token of a pull request from a fork, or of a job without `pull-requests: write`. */
  readonly access: 'write' | 'read'
}

export interface StoredComment {
  readonly id: number
  body: string
  /** Null: the account was deleted. */
  readonly login: string | null
}

export interface Recorded {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>> | null
  readonly token: string
}

/** What happens to a request instead: an answer, or the connection. `-after`: the request has had its effect. */
export type Fault =
  | { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'cut'
  | 'cut-after'
  | 'hang'

export interface LocalGitHub {
  /** For GITHUB_API_URL. */
  readonly url: string
  readonly requests: readonly Recorded[]
  /** The requests as `METHOD /path`. */
  readonly log: readonly string[]
  readonly comments: readonly StoredComment[]
  /** What GitHub's API does not know, or what its clients should not do; empty at the end of a test. */
  readonly violations: readonly string[]
  add(login: string | null, body: string): StoredComment
  /** The next `times` requests whose `METHOD /path` matches meet this. */
  fail(request: RegExp, fault: Fault, times?: number): void
  close(): Promise<void>
}

interface Options {
  readonly tokens?: Readonly<Record<string, Account>>
  readonly pullRequest?: number
  /** GitHub gives at most 100 of a page. */
  readonly largestPage?: number
  /** `/api/v3` for GitHub Enterprise Server. */
  readonly prefix?: string
  /** Called with each request before it is answered. */
  readonly onRequest?: () => void
}

export const TOKEN = 'ghs_0123456789abcdefghij0123456789abcdef'
export const BOT = 'github-actions[bot]'
const REPOSITORY = '/repos/acme/strikes'
const LONGEST = 65_536

/** GitHub's conversation of one pull request of acme/strikes, on loopback. */
export async function startGitHub(options: Options = {}): Promise<LocalGitHub> {
  const { pullRequest = 7, largestPage = 100, prefix = '' } = options
  const tokens = options.tokens ?? { [TOKEN]: { login: BOT, access: 'write' } }
  const comments: StoredComment[] = []
  const requests: Recorded[] = []
  const violations: string[] = []
  const faults: { request: RegExp; fault: Fault; left: number }[] = []
  let lastId = 100

  const add = (login: string | null, body: string): StoredComment => {
    lastId += 1
    const comment = { id: lastId, body, login }
    comments.push(comment)
    return comment
  }

  const server = createServer(async (incoming, response) => {
    const request = await record(incoming, violations)
    requests.push(request)
    options.onRequest?.()
    const fault = faults.find((item) => item.left > 0 && item.request.test(nameOf(request)))
    if (fault) fault.left -= 1
    await meet(fault?.fault, response, () => answer(request))
  })

  const answer = (request: Recorded): Reply => {
    const account = tokens[request.token]
    if (account === undefined) return problem(401, 'Bad credentials')
    const graphql = prefix === '' ? '/graphql' : '/api/graphql'
    if (nameOf(request) === `POST ${graphql}`)
      return { status: 200, body: { data: { viewer: { login: account.login } } } }
    if (!request.path.startsWith(prefix)) return problem(404, 'Not Found')
    const path = request.path.slice(prefix.length)
    if (path === `${REPOSITORY}/issues/${pullRequest}/comments`) {
      if (request.method === 'GET') return list(request, `${base()}${path}`)
      if (request.method === 'POST') return write(request, account, () => add(account.login, textOf(request)), 201)
    }
    const one = /^\/repos\/acme\/strikes\/issues\/comments\/(\d+)$/.exec(path)
    const comment = one && comments.find(({ id }) => id === Number(one[1]))
    if (comment && request.method === 'PATCH') {
      return write(request, account, () => Object.assign(comment, { body: textOf(request) }), 200)
    }
    return problem(404, 'Not Found')
  }

  const list = ({ query }: Recorded, address: string): Reply => {
    for (const key of Object.keys(query))
      if (!['per_page', 'page', 'since'].includes(key)) violations.push(`query ${key}`)
    const size = Math.min(Number(query.per_page ?? 30), largestPage)
    const page = Number(query.page ?? 1)
    const last = Math.max(1, Math.ceil(comments.length / size))
    const to = (number: number, rel: string) => `<${address}?per_page=${query.per_page}&page=${number}>; rel="${rel}"`
    const links = [
      ...(page > 1 ? [to(page - 1, 'prev')] : []),
      ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
      ...(page > 1 ? [to(1, 'first')] : []),
    ]
    const body = comments.slice((page - 1) * size, page * size).map(shown)
    return { status: 200, body, ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }) }
  }

  const write = (request: Recorded, account: Account, effect: () => StoredComment, status: number): Reply => {
    for (const key of Object.keys(request.body ?? {})) if (key !== 'body') violations.push(`${nameOf(request)}: ${key}`)
    if (account.access === 'read') return problem(403, 'Resource not accessible by integration')
    if (textOf(request).length > LONGEST) {
      const message = `body is too long (maximum is ${LONGEST} characters)`
      return problem(422, 'Validation Failed', [{ resource: 'IssueComment', code: 'custom', field: 'body', message }])
    }
    return { status, body: shown(effect()) }
  }

  const shown = ({ id, body, login }: StoredComment) => ({
    id,
    node_id: `IC_${id}`,
    url: `${base()}${REPOSITORY}/issues/comments/${id}`,
    issue_url: `${base()}${REPOSITORY}/issues/${pullRequest}`,
    html_url: `https://github.com/acme/strikes/pull/${pullRequest}#issuecomment-${id}`,
    body,
    user: login === null ? null : { login, id: login.length, type: login.endsWith('[bot]') ? 'Bot' : 'User' },
    author_association: 'NONE',
    performed_via_github_app: null,
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05Z',
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
  return {
    url: base(),
    requests,
    get log() {
      return requests.map(nameOf)
    },
    comments,
    violations,
    add,
    fail: (request, fault, times = Number.POSITIVE_INFINITY) => void faults.unshift({ request, fault, left: times }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const nameOf = ({ method, path }: Recorded) => `${method} ${path}`
const textOf = ({ body }: Recorded) => String(body?.body ?? '')

function problem(status: number, message: string, errors?: unknown): Reply {
  const manual = 'https://docs.github.com/rest/issues/comments'
  return { status, body: { message, ...(errors ? { errors } : {}), documentation_url: manual, status: String(status) } }
}

async function record(incoming: IncomingMessage, violations: string[]): Promise<Recorded> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const { method = '', url = '', headers } = incoming
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1')
  const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
  const where = `${method} ${pathname}`
  if (!/^(token|bearer)$/i.test(scheme ?? '')) violations.push(`${where}: authorization ${scheme}`)
  if (!headers['user-agent']) violations.push(`${where}: no user-agent`)
  // GitHub refuses a body of unknown length.
  if (bytes.length > 0 && Number(headers['content-length']) !== bytes.length)
    violations.push(`${where}: content-length`)
  if (bytes.length > 0 && !headers['content-type']?.startsWith('application/json')) violations.push(`${where}: no JSON`)
  const body = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : null
  return { method, path: pathname, query: Object.fromEntries(searchParams), body, token }
}

async function meet(fault: Fault | undefined, response: ServerResponse, answer: () => Reply): Promise<void> {
  if (fault === 'hang') return
  if (fault === 'cut') return void response.destroy()
  const { status, body, headers } =
    typeof fault === 'object'
      ? { headers: {}, ...problem(fault.status, fault.message ?? 'Server Error'), ...fault }
      : answer()
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  if (fault !== 'cut-after') return void response.end(text)
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}
