import { messageOf, UserError } from '../../shared/core/errors.js'

/** What could not be collected, and why. */
export interface Missing {
  readonly what: string
  readonly reason: string
}

const PERMISSION = /permissions of the job/

/** The result, or null with the reason why there is none. */
export async function attempt<T>(ask: () => Promise<T>, what: string, missing: Missing[]): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const reasons = error.problems.map(({ message, cure }) =>
      cure !== undefined && PERMISSION.test(cure) ? `${message} (${cure})` : message,
    )
    missing.push({ what, reason: reasons.join('; ') || messageOf(error) })
    return null
  }
}

/** What a permission of the job would have brought, as one text for the log; null when none was missed. */
export function missedPermissions(missing: readonly Missing[]): string | null {
  const missed = missing.filter(({ reason }) => PERMISSION.test(reason))
  if (missed.length === 0) return null
  return ['the report lacks what the token may not read:', ...missed.map(({ reason }) => `  ${reason}`)].join('\n')
}
