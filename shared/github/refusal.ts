import { messageOf, type Problem, UserError } from '../core/errors.js'

/** What a request is for, in the words of a message about its refusal. */
export interface About {
  /** What is not done when it is refused: `the report is not on pull request #7`. */
  readonly undone: string
  /** Permission of the job that it needs: `pull-requests: write`. */
  readonly needs: string
  /** What a 404 or 410 means, when it is not only a token that does not see the thing: `release 7 is gone`. */
  readonly missing?: string
}

/** What GitHub refused, or what came instead of its answer. */
export class Refusal extends UserError {
  /** Null when there was no answer at all. */
  readonly status: number | null
  /** GitHub's words, or those of the connection, in one line. */
  readonly words: string

  constructor(about: About, { status, words }: Refused, readOnly: boolean, cause: unknown) {
    const { message, cure } = explain({ status, words }, about, readOnly)
    super(`${about.undone}: ${message}`, { cause, ...(cure === undefined ? {} : { cure }) })
    this.status = status
    this.words = words
  }
}

/** Whether GitHub did not say what there is: a refusal for another reason than that the thing is not there. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Refusal && ![404, 410, 416].includes(error.status ?? 0)

/**
 * What to throw for an error of a request: a Refusal; an error that is not of GitHub as it is.
 * `readOnly`: the run has a read-only token whatever its permissions say, as for a pull request from a fork.
 */
export function refusalOf(error: unknown, about: About, readOnly: boolean): unknown {
  if (error instanceof UserError) {
    const problems = error.problems.map((problem) => ({ ...problem, message: `${about.undone}: ${problem.message}` }))
    return new UserError(`${about.undone}: ${error.message}`, { cause: error, problems })
  }
  const answer = answerOf(error)
  return answer === null ? error : new Refusal(about, answer, readOnly, error)
}

interface Refused {
  readonly status: number | null
  readonly words: string
}

function answerOf(error: unknown): Refused | null {
  const { status, response, errors } = (error ?? {}) as Record<string, unknown>
  if (Array.isArray(errors)) return { status: 200, words: oneLine(messageOf(error)) }
  if (typeof status !== 'number') return null
  return { status: response === undefined ? null : status, words: oneLine(messageOf(error)) }
}

/** Without the address of the manual that octokit appends. */
function oneLine(text: string): string {
  const line = text
    .replace(/ - https:\/\/\S+$/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}

const NEXT_RUN = 'run the step again; the next run finds what was done, and does the rest'

function explain({ status, words }: Refused, about: About, readOnly: boolean): Pick<Problem, 'message' | 'cure'> {
  if (status === null) return { message: `no answer from GitHub (${words})`, cure: NEXT_RUN }
  const message = `GitHub answered ${status}, "${words}"`
  if (status >= 500) return { message, cure: NEXT_RUN }
  if (status === 429 || /rate limit/i.test(words)) {
    return { message, cure: 'too many requests were made with this token: run the step again later' }
  }
  if (status === 401) return { message, cure: 'check the input `github-token`: it is wrong, or has expired' }
  if (status === 403 && /\b(locked|archived)\b/i.test(words)) return { message }
  if (status === 403 && readOnly && about.needs.endsWith('write')) {
    return {
      message,
      cure: 'nothing to mend: a pull request from a fork gets a read-only token, and its report in the step summary',
    }
  }
  const grant = `add \`${about.needs}\` to the permissions of the job; a token of your own needs the same right on this repository`
  if (status === 403 || status === 200) return { message, cure: grant }
  if (status === 404 || status === 410) {
    return { message, cure: about.missing ?? `this token does not see it: ${grant}` }
  }
  return { message, cure: 'please report this line as a bug of Plumbline' }
}
