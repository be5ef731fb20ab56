import { messageOf, UserError } from '../../shared/core/errors.js'

/** What could not be collected, and why. */
export interface Missing {
  readonly what: string
  readonly reason: string
}

/** The result, or null with the reason why there is none. */
export async function attempt<T>(ask: () => Promise<T>, what: string, missing: Missing[]): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const reasons = error.problems.map(({ message, cure }) =>
      cure !== undefined && /permissions of the job/.test(cure) ? `${message} (${cure})` : message,
    )
    missing.push({ what, reason: reasons.join('; ') || messageOf(error) })
    return null
  }
}
