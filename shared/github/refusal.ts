import { messageOf, type Problem, UserError } from '../core/errors.js'
import type { PullRequest } from './github.js'

/** What GitHub refused to put on a pull request, and what to do. An error that is not of GitHub is returned as it is. */
export function refusalOf(error: unknown, { number, readOnly }: PullRequest): unknown {
  if (error instanceof UserError) {
    const problems = error.problems.map((problem) => ({ ...problem, message: `${what(number)}: ${problem.message}` }))
    return new UserError(`${what(number)}: ${error.message}`, { cause: error, problems })
  }
  const answer = answerOf(error)
  if (answer === null) return error
  const { message, cure } = explain(answer, readOnly)
  return new UserError(`${what(number)}: ${message}`, { cause: error, ...(cure === undefined ? {} : { cure }) })
}

const what = (number: number) => `the report is not on pull request #${number}`

interface Refusal {
  /** Null when there was no answer at all. */
  readonly status: number | null
  /** GitHub's words, or those of the connection. */
  readonly words: string
}

function answerOf(error: unknown): Refusal | null {
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

const NEXT_RUN = 'run the step again; the next run finds its comment, or makes it'

function explain({ status, words }: Refusal, readOnly: boolean): Pick<Problem, 'message' | 'cure'> {
  if (status === null) return { message: `no answer from GitHub (${words})`, cure: NEXT_RUN }
  const message = `GitHub answered ${status}, "${words}"`
  if (status >= 500) return { message, cure: NEXT_RUN }
  if (status === 429 || /rate limit/i.test(words)) {
    return { message, cure: 'too many requests were made with this token: run the step again later' }
  }
  if (status === 401) return { message, cure: 'check the input `github-token`: it is wrong, or has expired' }
  if (status === 403 && /\b(locked|archived)\b/i.test(words)) return { message }
  if (status === 403 && readOnly) {
    return {
      message,
      cure: 'nothing to mend: a pull request from a fork gets a read-only token, and its report in the step summary',
    }
  }
  if (status === 403 || status === 200) return { message, cure: GRANT }
  if (status === 404 || status === 410) return { message, cure: `this token does not see the pull request: ${GRANT}` }
  return { message, cure: 'please report this line as a bug of Plumbline' }
}

const GRANT =
  'add `pull-requests: write` to the permissions of the job; a token of your own needs the same right on this repository'
