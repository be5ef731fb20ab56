import { Hono } from 'hono'
import { messageOf } from '../core/errors.js'
import { VERSION } from '../core/version.js'
import { DIGEST_HEADER } from './header.js'
import { addInference } from './inference.js'
import { addManagement } from './management.js'
import type { AppOptions } from './options.js'
import { type App, refuse } from './reply.js'

/** Routes of the built-in server: Open Inference Protocol v2, and its management under `/plumbline`. */
export function createApp(options: AppOptions): App {
  const { serving } = options.controller
  // The protocol's own OpenAPI document has `/v2/`, its text `/v2`.
  const app: App = new Hono({ strict: false })

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

  addInference(app, options)
  addManagement(app, options)
  for (const { method, path } of [...app.routes].filter((route) => route.method !== 'ALL')) {
    app.all(path, (c) => {
      c.header('allow', method === 'GET' ? 'GET, HEAD' : method)
      return refuse(c, 405, `${c.req.path} answers ${method}, not ${c.req.method}`)
    })
  }
  return app
}
