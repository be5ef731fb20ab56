/** One mistake of a user: what is wrong, where, what to do. */
export interface Problem {
  /** `plumbline.yml:12`, `input "seed"`, `--seed`; empty when the message says it. */
  readonly where?: string
  readonly message: string
  readonly cure?: string
}

/**
 * A mistake that the user can mend. `execute` prints its problems and their cures, never a stack trace.
 * Anything else that is thrown is a bug in Plumbline.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly problems: readonly Problem[]

  constructor(
    message: string,
    options: { cure?: string; where?: string; cause?: unknown; problems?: readonly Problem[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const { cure, where } = options
    this.problems = options.problems ?? [
      { message, ...(where === undefined ? {} : { where }), ...(cure === undefined ? {} : { cure }) },
    ]
  }
}

/** One error out of many problems, so that a person mends all of them in one go. */
export function problemsError(title: string, problems: readonly Problem[]): UserError {
  return new UserError(title, { problems })
}

/** Problems as lines of text: `where: message` and, indented, the cure. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ where, message, cure }) => {
      const place = where && !message.startsWith(`${where} `) ? `${where}: ` : ''
      return `${place}${message}${cure ? `\n    → ${cure}` : ''}`
    })
    .join('\n')
}

/** Anything thrown as text for a log: a UserError with its cures, else its message. */
export function describeError(error: unknown): string {
  return error instanceof UserError ? describeProblems(error.problems) : messageOf(error)
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return textField(error, 'message') ?? String(error)
}

/** The code of a Node system error such as ENOENT, or null. */
export function codeOf(error: unknown): string | null {
  return textField(error, 'code')
}

// Not `instanceof Error`: an error of another realm (a worker, a vm) has the fields but not our class.
function textField(error: unknown, name: 'message' | 'code'): string | null {
  if (typeof error !== 'object' || error === null) return null
  const value = (error as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : null
}
