import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { Digest } from '../contracts/common.js'
import type { Log } from '../core/context.js'
import { messageOf, UserError } from '../core/errors.js'
import { VERSION } from '../core/version.js'
import { type Body, readJson } from './body.js'
import type { Controller } from './controller.js'
import { DIGEST_HEADER } from './header.js'
import { metadataOf, outputsOf, readQuestion } from './protocol.js'
import type { RequestLog } from './request-log.js'
import type { Loaded } from './serving.js'

export interface AppOptions {
  readonly controller: Controller
  readonly log: Log
  readonly requestLog: RequestLog | null
  now(): Date
  /** Bearer token of the management endpoints; null: they are open (a server that only this machine reaches). */
  readonly token: string | null
  /** Whether other machines reach the server. Without a token its management endpoints are then closed. */
  readonly exposed: boolean
  readonly maxBodyBytes: number
  /** Inference requests that are answered or wait at the same time. */
  readonly maxRequests: number
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

type Variables = { digest: string | null }
type Http = Context<{ Variables: Variables }>
type Status = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503

const LoadRequest = z.strictObject({
  /** Null switches off. */
  tag: z.string().min(1).nullable(),
  manifest_digest: Digest.optional(),
  /** Digest that has to be serving for the switch to be made; null: nothing is. */
  if_serving: Digest.nullable().optional(),
})

/** Routes of the built-in server: Open Inference Protocol v2, and its management under `/plumbline`. */
export function createApp(options: AppOptions): Hono<{ Variables: Variables }> {
  const { controller } = options
  const { serving } = controller
  // The protocol's own OpenAPI document has `/v2/`, its text `/v2`.
  const app = new Hono<{ Variables: Variables }>({ strict: false })
  let requests = 0

  app.use(async (c, next) => {
    await next()
    const digest = c.get('digest') ?? serving.current()?.loaded.model.digest
    if (digest) c.header(DIGEST_HEADER, digest)
  })
  app.notFound((c) => refuse(c, 404, `there is no ${c.req.method} ${c.req.path}`))
  app.onError((error, c) => {
    options.log.error(`${c.req.method} ${c.req.path}: ${error.stack ?? messageOf(error)}`)
    return refuse(c, 500, 'internal error; see the log of the server')
  })

  const ready = () => serving.current()?.loaded.worker.ready() ?? false
  app.get('/v2', (c) => c.json({ name: 'plumbline', version: VERSION, extensions: [] }))
  app.get('/v2/health/live', (c) => c.json({ live: true }))
  app.get('/v2/health/ready', (c) => c.json({ ready: ready() }, ready() ? 200 : 503))

  const model = (c: Http): Loaded | null => {
    const { name, version } = c.req.param() as { name: string; version?: string }
    const loaded = serving.current()?.loaded
    if (loaded?.model.manifest.model !== name) return null
    return version === undefined || version === loaded.model.manifest.version ? loaded : null
  }
  const absent = (c: Http) => {
    const { name, version } = c.req.param() as { name: string; version?: string }
    const now = serving.current()?.loaded.model.manifest
    const wanted = version === undefined ? `model ${name}` : `version ${version} of model ${name}`
    return refuse(c, 404, `${wanted} is not served; ${now ? `${now.model} ${now.version} is` : 'nothing is'}`)
  }
  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.get(path, (c) => {
      const loaded = model(c)
      return loaded === null ? absent(c) : c.json(metadataOf(loaded.model.manifest, loaded.model.digest))
    })
    app.get(`${path}/ready`, (c) => {
      const loaded = model(c)
      if (loaded === null) return absent(c)
      const up = loaded.worker.ready()
      return c.json({ name: loaded.model.manifest.model, ready: up }, up ? 200 : 503)
    })
    app.post(`${path}/infer`, async (c) => {
      if (requests >= options.maxRequests) {
        c.header('retry-after', '1')
        return refuse(c, 503, `${options.maxRequests} requests are being answered; try again`)
      }
      requests += 1
      try {
        return await infer(c)
      } finally {
        requests -= 1
      }
    })
  }

  async function infer(c: Http): Promise<Response> {
    if (c.req.header('inference-header-content-length') !== undefined) {
      return refuse(c, 400, 'the binary data extension is not supported; send the tensors as JSON (binary_data=False)')
    }
    const body = await readJson(c.req.raw, options.maxBodyBytes)
    if ('refused' in body) return refuseBody(c, body)
    const loaded = model(c)
    if (loaded === null) return absent(c)
    return serving.use(loaded, () => answer(c, loaded, body.value))
  }

  async function answer(c: Http, { model: { manifest, digest }, worker }: Loaded, body: unknown): Promise<Response> {
    c.set('digest', digest)
    const question = readQuestion(body, manifest)
    if ('problems' in question) return refuse(c, 400, question.problems.join('; '))
    const id = question.id ?? randomUUID()
    let predictions: Awaited<ReturnType<typeof worker.predict>>
    try {
      predictions = await worker.predict(question.rows)
    } catch (error) {
      // What the model wrote may hold data or paths: that is for the log, not for any client.
      options.log.warning(`request ${id}: ${messageOf(error)}`)
      return refuse(c, 500, `${manifest.tag} could not answer; request ${id} in the log of the server says why`)
    }
    const outputs = outputsOf(predictions)
    const unknown = question.outputs?.filter((name) => !outputs.some((output) => output.name === name)) ?? []
    if (unknown.length > 0) {
      return refuse(
        c,
        400,
        `outputs that ${manifest.tag} does not have: ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      )
    }
    const { rows } = question
    options.requestLog?.write({ at: options.now(), id, manifest, digest, rows, predictions })
    return c.json({
      model_name: manifest.model,
      model_version: manifest.version,
      id,
      parameters: { tag: manifest.tag, manifest_digest: digest },
      outputs: question.outputs === null ? outputs : outputs.filter(({ name }) => question.outputs?.includes(name)),
    })
  }

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
  for (const { method, path } of [...app.routes].filter((route) => route.method !== 'ALL')) {
    app.all(path, (c) => {
      c.header('allow', method === 'GET' ? 'GET, HEAD' : method)
      return refuse(c, 405, `${c.req.path} answers ${method}, not ${c.req.method}`)
    })
  }
  return app
}

const refuse = (c: Context, status: Status, error: string): Response => c.json({ error }, status)
const refuseBody = (c: Context, { refused }: Extract<Body, { refused: unknown }>): Response =>
  refuse(c, refused.status, refused.error)

/** Compares in a time that tells nothing about where two texts differ. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
