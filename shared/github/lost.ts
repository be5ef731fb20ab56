import { UserError } from '../core/errors.js'
import { Refusal } from './refusal.js'

/**
 * Whether what was asked may have been done although the answer is an error: an error of the server, none at all, or
 * one that was cut short. A POST is asked once, so the caller looks for its effect.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof Refusal) return error.status === null || error.status >= 500
  return error instanceof UserError
}

/** Makes something once: when the answer is lost, what `find` finds is taken for it; else the error stands. */
export async function madeOnce<T>(make: () => Promise<T>, find: () => Promise<T | null>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (!mayHaveHappened(error)) throw error
    const found = await find().catch(() => null)
    if (found === null) throw error
    return found
  }
}
