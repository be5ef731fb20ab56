import { createHash, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { Digest } from '../contracts/common.js'
import { UserError } from '../core/errors.js'
import { readJson } from './body.js'
import type { AppOptions } from './options.js'
import { type App, refuse, refuseBody } from './reply.js'

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

const LoadRequest = z.strictObject({
  /** Null switches off. */
  tag: z.string().min(1).nullable(),
  manifest_digest: Digest.optional(),
  /** Digest that has to be serving for the switch to be made; null: nothing is. */
  if_serving: Digest.nullable().optional(),
})

/** Routes under `/plumbline`: which version serves, and the switch to another one. Behind the token, or this machine's alone. */
export function addManagement(app: App, options: AppOptions): void {
  const { controller } = options
  app.use('/plumbline/*', async (c, next) => {
    if (options.token === null) {
      if (options.exposed) return refuse(c, 403, 'management is closed: this server was started without a token')
      // A page may let its own name point to this machine; then the Host header has that name.
      if (!LOOPBACK.test(c.req.header('host') ?? '')) return refuse(c, 403, 'management is open to this machine alone')
    } else if (!sameText(c.req.header('authorization') ?? '', `Bearer ${options.token}`)) {
      return refuse(c, 401, 'management needs the bearer token that this server was started with')
    }
    return next()
  })
  app.get('/plumbline/serving', (c) => c.json({ serving: controller.status(), loading: controller.loading() }))
  app.post('/plumbline/load', async (c) => {
    // A page in a browser on this machine can send anything but this without asking first.
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      return refuse(c, 415, 'send application/json')
    const body = await readJson(c.req.raw, options.maxBodyBytes)
    if ('refused' in body) return refuseBody(c, body)
    const request = LoadRequest.safeParse(body.value)
    if (!request.success) {
      return refuse(c, 400, 'expected {"tag": "<model>@v<version>" or null, "manifest_digest"?, "if_serving"?}')
    }
    const { tag, manifest_digest, if_serving } = request.data
    try {
      const result = await controller.load(tag, {
        ...(manifest_digest === undefined ? {} : { digest: manifest_digest }),
        ...(if_serving === undefined ? {} : { ifServing: if_serving }),
      })
      return 'conflict' in result
        ? refuse(c, 409, result.conflict)
        : c.json({ serving: controller.status(), changed: result.changed })
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      options.log.warning(`${tag} was not loaded: ${error.message}`)
      return refuse(c, 422, `${tag} was not loaded, and what was served before still is: ${error.message}`)
    }
  })
}

/** Compares in a time that tells nothing about where two texts differ. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
