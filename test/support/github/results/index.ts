import type { Context, Hono } from 'hono'
import type { Server } from '../server.js'
import type { Env } from '../traffic.js'
import { createArtifactService } from './artifacts.js'
import { createBlobs, UPLOADS } from './blobs.js'
import { createCacheService } from './caches.js'
import { type Desk, type Service, TwirpError } from './twirp.js'

export { evictCaches } from './caches.js'
export type { JobIdentity } from './identity.js'

const PACKAGE = '/twirp/github.actions.results.api.v1.'

/**
 * The results services of GitHub Actions over Twirp, artifacts of version 4 and caches of version 2, at the origin of the
 * API, and where they are uploaded to, at that of the storage.
 */
export function mountResults(
  apps: { readonly api: Hono<Env>; readonly storage: Hono<Env> },
  server: Pick<Server, 'state' | 'bytes' | 'violations' | 'link' | 'at' | 'identities'>,
): void {
  const blobs = createBlobs(server.bytes)
  const desk: Desk = {
    state: server.state,
    open: () => {
      const upload = blobs.open()
      return { ...upload, url: `${server.at.storage}${upload.path}` }
    },
    link: server.link,
  }
  const services = { ArtifactService: createArtifactService(), CacheService: createCacheService() }

  const answer = async (name: string, service: Service, context: Context<Env>): Promise<object> => {
    const called = context.req.param('method') ?? ''
    const method = service[called]
    if (method === undefined) throw new TwirpError('bad_route', `no handler for path ${context.req.path}`)
    const caller = server.identities.verify(context.req.header('authorization') ?? null)
    if (caller === null) throw new TwirpError('unauthenticated', 'authentication failed')
    const parsed = method.request.safeParse(await context.req.json())
    if (parsed.success) return method.answer(desk, caller, parsed.data as never)
    const words = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    server.violations.push(`${name}.${called}: ${words}`)
    throw new TwirpError('invalid_argument', words)
  }

  for (const [name, service] of Object.entries(services)) {
    apps.api.post(`${PACKAGE}${name}/:method`, async (context) => {
      try {
        return context.json(await answer(name, service, context))
      } catch (error) {
        if (error instanceof TwirpError) return error.response
        throw error
      }
    })
  }
  apps.storage.put(`${UPLOADS}:name`, (context) => blobs.put(context.req.raw))
}
