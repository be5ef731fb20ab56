/** The pull request that a run belongs to. */
export interface PullRequest {
  readonly number: number
  /** Head commit, null when the event does not carry it. */
  readonly commit: string | null
  /** Whether GitHub gives the run a read-only token, whatever its permissions say: the code comes from a fork. */
  readonly readOnly: boolean
}

export interface CommentText {
  /** Hidden line of the body by which the comment is found again. */
  readonly marker: string
  /** At most 65,536 characters. */
  readonly body: string
}

export interface CommentResult {
  readonly url: string
  readonly change: 'created' | 'updated' | 'unchanged'
}

/** What a stage may do on GitHub. Everything here can be refused, and then throws a UserError with a cure. */
export interface GitHub {
  /** Null when the event has none, as with a push. */
  readonly pullRequest: PullRequest | null
  /** Writes our comment with this marker: the one that is there when its text differs, else a new one. */
  upsertComment(pullRequest: PullRequest, comment: CommentText): Promise<CommentResult>
}

export interface Answer {
  readonly data: unknown
  readonly headers: Readonly<Record<string, string | number | undefined>>
}

/** Octokit, as far as it is used here. */
export interface Client {
  request(route: string, parameters: Record<string, unknown>): Promise<Answer>
  graphql(query: string): Promise<unknown>
}
