import type { IncomingMessage } from 'node:http'
import type { Bytes, Stored } from './state/bytes.js'
import type { Repository, State } from './state/types.js'
import type { Need, Token } from './tokens.js'

/** Where things are, for the links in replies. */
export interface Addresses {
  /** Root of the API: `http://127.0.0.1:1234`, with the prefix of a GitHub Enterprise Server. */
  readonly api: string
  readonly graphql: string
  readonly uploads: string
  readonly storage: string
  /** For people: `https://github.com`. */
  readonly server: string
}

/** One request as a handler sees it: known, permitted and of the right form. */
export interface Call<Body = unknown> {
  readonly state: State
  readonly repository: Repository
  /** Null: a public repository is read without. */
  readonly token: Token | null
  /** Login that it is done as. */
  readonly actor: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Body
  readonly incoming: IncomingMessage
  readonly at: Addresses
  readonly bytes: Bytes
  /** An address at the storage that gives this content for a while. */
  readonly link: (content: Stored, how?: { readonly type?: string; readonly name?: string }) => string
  /** The request breaks off in the middle of its effect. */
  readonly breaksOff: boolean
  readonly can: (need: Need) => boolean
}

export interface Reply {
  readonly status: number
  /** JSON, or nothing. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A list of which a page is given; `within`: the key of a reply with `total_count`. */
  readonly pages?: { readonly items: readonly (() => unknown)[]; readonly within?: string }
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown): Reply => ({ status: 201, body })
export const nothing: Reply = { status: 204 }
export const redirect = (location: string): Reply => ({ status: 302, headers: { location } })

/** A list, given in pages of at most 100; each shown item is made for its page alone. */
export function pages<T>(items: readonly T[], show: (item: T) => unknown, within?: string): Reply {
  const lazy = { items: items.map((item) => () => show(item)), ...(within === undefined ? {} : { within }) }
  return { status: 200, pages: lazy }
}

export interface Detail {
  readonly resource?: string
  readonly code?: string
  readonly field?: string
  readonly message?: string
  readonly contexts?: readonly unknown[]
}

/** What GitHub refuses, in its words. */
export class Problem extends Error {
  readonly status: number
  readonly errors: readonly (Detail | string)[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    errors?: readonly (Detail | string)[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

export const notFound = () => new Problem(404, 'Not Found')
export const forbidden = () => new Problem(403, 'Resource not accessible by integration')
export const invalid = (...errors: (Detail | string)[]) => new Problem(422, 'Validation Failed', errors)

/** What is there, or 404. */
export function found<T>(item: T | null | undefined): T {
  if (item === null || item === undefined) throw notFound()
  return item
}

type Handle<Body> = (call: Call<Body>) => Reply | Promise<Reply>

export interface Route {
  readonly method: string
  /** As in GitHub's description: `/repos/{owner}/{repo}/releases`. */
  readonly path: string
  /** Any of these suffices. */
  readonly needs: readonly Need[]
  readonly handle: Handle<unknown>
}

/**
 * An operation of GitHub's API. `Body` is what its description says: a request of another form is refused before.
 */
export function route<Body = unknown>(
  operation: `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} /${string}`,
  needs: Need | readonly Need[],
  handle: Handle<Body>,
): Route {
  const [method = '', path = ''] = operation.split(' ')
  return { method, path, needs: typeof needs === 'string' ? [needs] : needs, handle: handle as Handle<unknown> }
}
