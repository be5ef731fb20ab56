import { UserError } from '../../../shared/core/errors.js'
import type { Predictor } from '../../../shared/predict/predictor.js'
import type { Askable } from '../askable.js'
import type { Row } from '../judged-rows.js'
import type { Answer, Asked, Pair } from './types.js'

/** Pairs whose rows are asked in one call. */
const PAIRS = 500

/** A model that is opened with the first rows. */
export class Open implements Asked {
  readonly #askable: Askable
  #predictor: Promise<Predictor> | null = null

  constructor(askable: Askable) {
    this.#askable = askable
  }

  async ask(rows: readonly Row[]): Promise<Answer[]> {
    this.#predictor ??= this.#askable.open()
    return (await this.#predictor).predict(rows)
  }

  async renew(): Promise<void> {
    try {
      await this.close()
    } catch (error) {
      // It is left because it failed, or answered too much: what it says at its end changes nothing.
      if (!(error instanceof UserError)) throw error
    }
  }

  /** Throws UserError as the model's own end does. */
  async close(): Promise<void> {
    const predictor = this.#predictor
    this.#predictor = null
    if (predictor === null) return
    await (await predictor).close()
  }
}

export type PairAnswers =
  | { readonly before: Answer[]; readonly after: Answer[]; readonly refusal: null }
  /** The model answers the rows as they are, and fails on the changed ones. */
  | { readonly refusal: string }

/**
 * Both rows of each pair, side by side in the same call. A model that fails is asked again, in a new process, for the rows
 * as they are: if it answers those, the change is what it cannot take. Throws UserError when it does not.
 */
export async function askPairs(model: Asked, pairs: readonly Pair[]): Promise<PairAnswers> {
  const answers: Answer[] = []
  for (let from = 0; from < pairs.length; from += PAIRS) {
    const some = pairs.slice(from, from + PAIRS)
    try {
      for (const answer of await model.ask(some.flatMap(({ before, after }) => [before, after]))) answers.push(answer)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      await model.renew()
      await model.ask(some.map(({ before }) => before))
      return { refusal: error.message }
    }
  }
  return {
    before: answers.filter((_, i) => i % 2 === 0),
    after: answers.filter((_, i) => i % 2 === 1),
    refusal: null,
  }
}

/** Rows in calls of at most 1,000. Throws UserError. */
export async function askAll(model: Asked, rows: readonly Row[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < rows.length; from += 2 * PAIRS) {
    for (const answer of await model.ask(rows.slice(from, from + 2 * PAIRS))) answers.push(answer)
  }
  return answers
}
