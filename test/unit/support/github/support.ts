import { getOctokit } from '@actions/github'
import type { LocalGitHub, TokenOptions } from '../../../support/github/index.js'

export const HERE = { owner: 'acme', repo: 'strikes' }

/** GitHub's own client, with a token of a job. */
export const kitOf = (github: LocalGitHub, options?: TokenOptions) =>
  getOctokit(github.token(options), { baseUrl: github.url })

export interface Refused {
  readonly status: number
  readonly message: string
  readonly errors?: readonly unknown[]
}

/** What a request was refused with. */
export async function refused(request: Promise<unknown>): Promise<Refused> {
  const error = await request.then(
    () => null,
    (thrown) => thrown,
  )
  if (error === null) throw new Error('it was not refused')
  const { message, errors } = error.response?.data ?? { message: error.message }
  return { status: error.status, message, ...(errors ? { errors } : {}) }
}

/** A request without octokit between. */
export async function ask(github: LocalGitHub, path: string, init: RequestInit & { token?: string } = {}) {
  const { token = github.token(), ...rest } = init
  const headers = { authorization: `Bearer ${token}`, ...(rest.body ? { 'content-type': 'application/json' } : {}) }
  return fetch(`${github.url}${path}`, { redirect: 'manual', ...rest, headers: { ...headers, ...rest.headers } })
}
