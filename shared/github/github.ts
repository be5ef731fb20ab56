import type { Answer, Client } from './client.js'
import type { About } from './refusal.js'
import type { ServerKind } from './server.js'

/** The pull request that a run belongs to. */
export interface PullRequest {
  readonly number: number
  /** Head commit, null when the event does not carry it. */
  readonly commit: string | null
  /** Whether GitHub gives the run a read-only token, whatever its permissions say: the code comes from a fork. */
  readonly readOnly: boolean
}

/**
 * GitHub for one run: who it is, and the two ways to ask. Everything asked can be refused, and is then thrown as a
 * `Refusal`, a UserError that says what was not done, in GitHub's words, and what to do.
 */
export interface GitHub {
  readonly owner: string
  readonly repo: string
  readonly server: ServerKind
  /** Null when the event has none, as with a push. */
  readonly pullRequest: PullRequest | null
  /**
   * One request by its route, such as `GET /repos/{owner}/{repo}/releases`; `owner` and `repo` are filled in. What only
   * reads or has the same effect twice is asked again after an error of the server or the connection; a POST is not.
   */
  ask(route: string, parameters: Readonly<Record<string, unknown>>, about: About): Promise<Answer>
  graphql(query: string, variables: Readonly<Record<string, unknown>>, about: About): Promise<unknown>
}

export type { Answer, Client }
