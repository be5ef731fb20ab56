import type { Prediction, PredictSpec } from '../contracts/predict.js'
import { codeOf, messageOf, UserError } from '../core/errors.js'
import { invocationsBody, readInvocations } from './mlflow.js'
import { excerpt, type Normalised, normalise } from './normalise.js'
import { inferBody, type ModelInput, readInfer, readMetadata } from './open-inference.js'
import { patiently, wasCut } from './patience.js'
import type { Predictor, PredictPorts, Row } from './predictor.js'

type UrlSpec = Extract<PredictSpec, { url: string }>

/** Rows of one request: large enough to make its cost small, small enough for the limits of common servers. */
const BATCH = 500

/** A header that every answer must carry, such as the digest of the version that gave it. */
export interface ExpectedHeader {
  readonly name: string
  readonly value: string
}

/** An HTTP endpoint that speaks the Open Inference Protocol v2 or MLflow's `/invocations`. */
export function openUrl(
  spec: UrlSpec,
  ports: Pick<PredictPorts, 'task'> & { log?: PredictPorts['log']; expect?: ExpectedHeader },
): Predictor {
  const base = spec.url.replace(/\/+$/, '')
  let waited = false
  const onWait = (said: string) => {
    if (!waited) ports.log?.warning(`${base} ${said}: it is asked again.`)
    waited = true
  }
  const http: Http = { timeoutSeconds: spec.timeout, expect: ports.expect, onWait }
  const ask = spec.protocol === 'mlflow-invocations' ? askInvocations(base, http) : askInfer(base, http)
  let before = 0
  let queue: Promise<unknown> = Promise.resolve()
  return {
    predict(rows) {
      const answers = queue.then(async () => {
        const predictions: Prediction[] = []
        for (let start = 0; start < rows.length; start += BATCH) {
          const batch = rows.slice(start, start + BATCH)
          const given = await ask(batch)
          if (given.length !== batch.length) {
            throw new UserError(`${base} gave ${given.length} answers for ${batch.length} rows`)
          }
          for (const answer of given) {
            before += 1
            predictions.push(predictionOf(normalise(answer, ports.task), base, before))
          }
        }
        return predictions
      })
      queue = answers.catch(() => undefined)
      return answers
    },
    process: () => ({ none: 'it answers over HTTP' }),
    async close() {
      await queue
    },
  }
}

function predictionOf(result: Normalised, url: string, row: number): Prediction {
  if ('problem' in result) throw new UserError(`${url} answered row ${row} with ${result.problem}`)
  return result.prediction
}

interface Http {
  readonly timeoutSeconds: number
  readonly expect: ExpectedHeader | undefined
  readonly onWait: (said: string) => void
}

function askInfer(base: string, http: Http): (rows: readonly Row[]) => Promise<unknown[]> {
  const model = base.replace(/\/infer$/, '')
  let inputs: readonly ModelInput[] | null | undefined
  return async (rows) => {
    // The endpoint knows its own datatypes and shapes best; one that describes nothing gets what the rows look like.
    if (inputs === undefined) {
      const reply = await requestAgain(model, { method: 'GET' }, http)
      inputs = reply.ok ? readMetadata(reply.body) : null
    }
    const url = `${model}/infer`
    const named = (problem: string) => new UserError(`${url}: ${problem}`)
    return readInfer(await post(url, inferBody(rows, inputs, named), http), named)
  }
}

function askInvocations(base: string, http: Http): (rows: readonly Row[]) => Promise<unknown[]> {
  const url = base.endsWith('/invocations') ? base : `${base}/invocations`
  return async (rows) =>
    readInvocations(await post(url, invocationsBody(rows), http), (problem) => new UserError(`${url}: ${problem}`))
}

async function post(url: string, body: string, http: Http): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const reply = await requestAgain(url, { method: 'POST', headers, body }, http)
  const answered = http.expect && reply.headers.get(http.expect.name)
  if (http.expect && answered !== http.expect.value) {
    throw new UserError(
      `${url}: the answer came from ${answered ?? 'a version that it does not name'}, expected ${http.expect.value}`,
    )
  }
  if (reply.ok) return reply.body
  const said = (reply.body as { error?: unknown; message?: unknown } | null) ?? {}
  throw new UserError(
    `${url} answered with HTTP status ${reply.status}: ${excerpt(said.error ?? said.message ?? reply.body)}`,
  )
}

/** A request for JSON that is put again when the endpoint cannot answer for a moment. */
function requestAgain(url: string, init: Parameters<typeof request>[1], http: Http) {
  const { timeoutSeconds, onWait } = http
  return patiently(url, () => request(url, init, timeoutSeconds), { seconds: timeoutSeconds, onWait })
}

/** One request for JSON. Throws UserError when there is no answer in time or it is not JSON. */
export async function request(
  url: string,
  init: { method: string; headers?: Readonly<Record<string, string>>; body?: string },
  timeoutSeconds: number,
): Promise<{ ok: boolean; status: number; headers: Headers; body: unknown }> {
  let reply: Response
  let text: string
  try {
    reply = await fetch(url, { ...init, signal: AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000)) })
    text = await reply.text()
  } catch (error) {
    throw new UserError(`${init.method} ${url}: ${failure(error, timeoutSeconds)}`, { cause: error })
  }
  const { ok, status, headers } = reply
  try {
    return { ok, status, headers, body: JSON.parse(text) as unknown }
  } catch {
    if (!ok) return { ok, status, headers, body: text }
    throw new UserError(`${init.method} ${url}: the answer is not JSON: ${excerpt(text)}`)
  }
}

function failure(error: unknown, timeoutSeconds: number): string {
  if ((error as { name?: unknown } | null)?.name === 'TimeoutError') return `no answer within ${timeoutSeconds} seconds`
  const cause = (error as { cause?: unknown } | null)?.cause ?? error
  const code = codeOf(cause)
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host'
  if (wasCut(cause)) return 'the connection was cut before the answer was complete'
  return messageOf(cause)
}
