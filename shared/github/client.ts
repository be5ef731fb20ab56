export interface Answer {
  readonly data: unknown
  readonly headers: Readonly<Record<string, string | number | undefined>>
}

/** Octokit, as far as it is used here. */
export interface Client {
  request(route: string, parameters: Record<string, unknown>): Promise<Answer>
  graphql(query: string, variables?: Record<string, unknown>): Promise<unknown>
}
