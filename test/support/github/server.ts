import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Addresses, Route } from './call.js'
import { dispatch } from './dispatch.js'
import { createFaults, type Faults } from './faults.js'
import { mountGraphql } from './graphql.js'
import { type Check, openCheck } from './openapi.js'
import { createIdentities, type Identities } from './results/identity.js'
import { mountResults } from './results/index.js'
import { type Bytes, openBytes, type Stored } from './state/bytes.js'
import { createState } from './state/state.js'
import type { State } from './state/types.js'
import { createStorage } from './storage.js'
import type { Token } from './tokens.js'
import { type Env, type Recorded, traffic } from './traffic.js'

/** What all parts of the local GitHub share. */
export interface Server {
  readonly state: State
  readonly bytes: Bytes
  readonly tokens: Map<string, Token>
  /** Runtime tokens, for the results services. */
  readonly identities: Identities
  readonly violations: string[]
  readonly requests: Recorded[]
  readonly faults: Faults
  readonly check: Check
  readonly at: Addresses
  readonly link: (content: Stored, how?: { readonly type?: string; readonly name?: string }) => string
  readonly close: () => Promise<void>
}

/** Starts both origins on loopback: the API with uploads, GraphQL and results, and the storage. */
export async function startServer(routes: readonly Route[], prefix: string): Promise<Server> {
  const bytes = openBytes()
  const requests: Recorded[] = []
  const violations: string[] = []
  const faults = createFaults()
  const apps = { api: new Hono<Env>(), storage: new Hono<Env>() }
  const api = await listen(apps.api)
  const blobs = await listen(apps.storage)
  const at: Addresses = {
    api: `${api.origin}${prefix}`,
    graphql: `${api.origin}${prefix === '' ? '' : '/api'}/graphql`,
    uploads: `${api.origin}${prefix === '' ? '' : '/api'}/uploads`,
    storage: blobs.origin,
    server: prefix === '' ? 'https://github.com' : api.origin,
  }
  apps.api.use(traffic(requests, faults, 'api'))
  apps.storage.use(traffic(requests, faults, 'storage'))
  const storage = createStorage(apps.storage)
  const server: Server = {
    state: createState(bytes),
    bytes,
    tokens: new Map(),
    identities: createIdentities(),
    violations,
    requests,
    faults,
    check: openCheck(violations),
    at,
    link: (content, how) => `${blobs.origin}${storage.link(content, how)}`,
    close: async () => {
      await Promise.all([api.close(), blobs.close()])
      bytes.remove()
    },
  }
  for (const route of routes) {
    const root = isUpload(route) ? new URL(at.uploads).pathname : prefix
    apps.api.on(route.method, `${root}${pattern(route.path)}`, (context) => dispatch(server, route, context))
  }
  mountGraphql(apps.api, server)
  mountResults(apps, server)
  for (const [name, app] of Object.entries(apps)) {
    app.notFound((context) => {
      violations.push(
        `${context.req.method} ${new URL(context.req.url).pathname}: the local GitHub's ${name} has no such thing`,
      )
      return context.json(
        { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
        404,
      )
    })
  }
  return server
}

const isUpload = ({ method, path }: Route) => method === 'POST' && path.endsWith('/releases/{release_id}/assets')

/** In the words of the router. At the end of a path a ref or a file may have slashes. */
const pattern = (path: string) => path.replace(/\{(ref|path|basehead)\}$/, ':$1{.+}').replace(/\{(\w+)\}/g, ':$1')

async function listen(app: Hono<Env>): Promise<{ origin: string; close(): Promise<void> }> {
  const listener = getRequestListener(app.fetch as Parameters<typeof getRequestListener>[0], {
    overrideGlobalObjects: false,
  })
  const server: HttpServer = createServer(listener as RequestListener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
