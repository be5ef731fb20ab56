import * as z from 'zod'
import { Digest } from '../../../shared/contracts/common.js'
import { UserError } from '../../../shared/core/errors.js'
import { excerpt } from '../../../shared/predict/normalise.js'
import { openUrl, request } from '../../../shared/predict/url.js'
import { DIGEST_HEADER } from '../../../shared/serve/header.js'
import { stageTemporarily } from './staging.js'
import type { Serving, Target } from './target.js'

export interface ServerOptions {
  readonly url: string
  /** Bearer token of the management API, null when it has none. */
  readonly token: string | null
  /** Name of the variable that the token came from, for messages. */
  readonly tokenName: string | null
  /** Seconds for loading a version, and for one answer. */
  readonly timeoutSeconds: number
}

const Status = z.looseObject({
  serving: z
    .looseObject({
      model: z.string(),
      version: z.string(),
      tag: z.string(),
      manifest_digest: Digest,
      ready: z.boolean(),
    })
    .nullable(),
  loading: z.string().nullable(),
})

/** A running `plumbline serve`, spoken to over HTTP alone. It takes the version out of its own registry. */
export function serverTarget(options: ServerOptions): Target {
  const url = options.url.replace(/\/+$/, '')
  const authorization: Record<string, string> =
    options.token === null ? {} : { authorization: `Bearer ${options.token}` }

  async function manage(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const reply = await request(
      `${url}/plumbline/${path}`,
      {
        method,
        headers: { ...authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      options.timeoutSeconds,
    )
    if (reply.ok) return reply.body
    throw new UserError(`${url} refused: ${saidBy(reply.body)} (HTTP status ${reply.status})`, cureFor(reply.status))
  }

  function cureFor(status: number): { cure?: string } {
    const name = options.tokenName
    if (status === 401)
      return {
        cure:
          name === null ? 'name the variable with its token under deploy.target.token' : `check the token in ${name}`,
      }
    if (status === 403) return { cure: 'start the server with --token, or let it listen on this machine alone' }
    if (status === 404)
      return { cure: 'check deploy.target.url: it has to be the address that `plumbline serve` prints' }
    return {}
  }

  async function status(): Promise<z.output<typeof Status>> {
    const body = await manage('GET', 'serving')
    const parsed = Status.safeParse(body)
    if (parsed.success) return parsed.data
    throw new UserError(`${url} does not answer like a Plumbline server: ${excerpt(body)}`, cureFor(404))
  }

  async function serving(): Promise<Serving> {
    const { serving: now, loading } = await status()
    // What serves in a moment is not known until the load has ended either way.
    if (loading !== null)
      throw new UserError(`${url} is just loading ${loading}`, { cure: 'wait until it has finished' })
    if (now === null) return { state: 'nothing' }
    const { model, version, tag, manifest_digest, ready } = now
    return { state: 'serving', version: { model, version, tag, digest: manifest_digest }, ready }
  }

  return {
    type: 'server',
    address: url,
    // The server itself takes one load at a time, and only if what it serves is what the caller has seen.
    exclusive: (body) => body(),
    serving,
    stage: stageTemporarily,
    async switchTo(staged, instead) {
      const seen =
        instead.state === 'damaged' ? {} : { if_serving: instead.state === 'serving' ? instead.version.digest : null }
      const load =
        staged === null ? { tag: null } : { tag: staged.model.manifest.tag, manifest_digest: staged.model.digest }
      await manage('POST', 'load', { ...load, ...seen })
    },
    async predictor({ manifest, digest }) {
      const model = `${url}/v2/models/${encodeURIComponent(manifest.model)}`
      const spec = { url: model, protocol: 'open-inference-v2', timeout: options.timeoutSeconds } as const
      return openUrl(spec, { task: manifest.task, expect: { name: DIGEST_HEADER, value: digest } })
    },
    prune: async () => [],
  }
}

function saidBy(body: unknown): string {
  const error = (body as { error?: unknown } | null)?.error
  return typeof error === 'string' ? error : excerpt(body)
}
