import type { Prediction } from '../contracts/predict.js'
import type { Log } from '../core/context.js'
import { messageOf, UserError } from '../core/errors.js'
import type { Predictor, Row } from '../predict/predictor.js'

/** A model that failed so often in a row is not ready any more, until it answers again. */
const FAILURES_UNTIL_NOT_READY = 3

/** A model whose process is started again after a failure, so that one bad request takes nothing down but itself. */
export interface Worker {
  /** Calls are answered one after the other. Rejects with UserError when the model fails on these rows. */
  predict(rows: readonly Row[]): Promise<Prediction[]>
  ready(): boolean
  close(): Promise<void>
}

/** See {@link Worker}. The model is opened at the first request, and anew after a failure. */
export function createWorker(open: () => Promise<Predictor>, log: Pick<Log, 'warning'>): Worker {
  let predictor: Promise<Predictor> | null = null
  let queue: Promise<unknown> = Promise.resolve()
  let failures = 0
  let closed = false

  async function ask(rows: readonly Row[]): Promise<Prediction[]> {
    if (closed) throw new UserError('the model is no longer served')
    await discardFailed()
    predictor ??= open()
    try {
      const answers = await (await predictor).predict(rows)
      failures = 0
      return answers
    } catch (error) {
      failures += 1
      await discard()
      throw error instanceof UserError
        ? error
        : new UserError(`the model failed: ${messageOf(error)}`, { cause: error })
    }
  }

  /** A process that ended while nothing was asked is not the fault of the next request. */
  async function discardFailed(): Promise<void> {
    const failure = (await predictor?.catch(() => null))?.failure?.() ?? null
    if (failure === null) return
    log.warning(`The model is started again: ${failure.message}`)
    await discard()
  }

  async function discard(): Promise<void> {
    const old = predictor
    predictor = null
    await old?.then((opened) => opened.close()).catch(() => undefined)
  }

  return {
    predict(rows) {
      const answers = queue.then(() => ask(rows))
      queue = answers.catch(() => undefined)
      return answers
    },
    ready: () => failures < FAILURES_UNTIL_NOT_READY,
    async close() {
      await queue
      closed = true
      await discard()
    },
  }
}
