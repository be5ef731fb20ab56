import { randomUUID } from 'node:crypto'
import { messageOf } from '../core/errors.js'
import { readJson } from './body.js'
import type { AppOptions } from './options.js'
import { metadataOf, outputsOf, readQuestion } from './protocol.js'
import { type App, type Http, refuse, refuseBody } from './reply.js'
import type { Loaded } from './serving.js'

/** Routes of the Open Inference Protocol v2 that are about a model: what it is, whether it is ready, what it predicts. */
export function addInference(app: App, options: AppOptions): void {
  const { serving } = options.controller
  let requests = 0

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
}
