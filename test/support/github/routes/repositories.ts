import { type Call, forbidden, ok, Problem, type Route, route } from '../call.js'
import { user } from '../shapes/people.js'
import { showRepository } from '../shapes/repository.js'

const repository = ({ at, repository }: Call) =>
  ok({ ...showRepository(at, repository), network_count: 0, subscribers_count: 0 })

/** Not answered to the tokens of jobs and apps; GraphQL tells them who they are. */
const viewer = ({ at, token, state }: Call) => {
  if (token === null) throw new Problem(401, 'Requires authentication')
  if (token.actor.endsWith('[bot]')) throw forbidden()
  const unknown = { name: null, company: null, blog: null, location: null, email: null, hireable: null, bio: null }
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 }
  const since = { created_at: '2026-01-02T03:04:05Z', updated_at: state.now().toISOString() }
  return ok({ ...user(at, token.actor), ...unknown, ...counts, ...since })
}

/** Asking costs nothing. */
const limits = ({ state: { rateLimit } }: Call) => {
  rateLimit.remaining += 1
  const { limit, remaining, reset } = rateLimit
  const core = { limit, remaining, reset, used: limit - remaining }
  return ok({ resources: { core, search: { limit: 30, remaining: 30, reset, used: 0 } }, rate: core })
}

export const repositories: readonly Route[] = [
  route('GET /repos/{owner}/{repo}', 'metadata: read', repository),
  route('GET /user', 'metadata: read', viewer),
  route('GET /rate_limit', 'metadata: read', limits),
]
