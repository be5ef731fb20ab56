import { type Call, created, found, invalid, ok, Problem, pages, type Route, route } from '../call.js'
import { showCommitStatus } from '../shapes/check.js'
import { apiOf } from '../shapes/links.js'
import { user } from '../shapes/people.js'
import { showRepositoryOf } from '../shapes/repository.js'
import { resolve } from '../state/commits.js'
import { stamp } from '../state/state.js'
import type { CommitStatus } from '../state/types.js'

const READ = 'statuses: read'
const REPOSITORY = '/repos/{owner}/{repo}'
const LONGEST = 140

const show = ({ at, repository }: Call, status: CommitStatus) => ({
  ...showCommitStatus(at, repository, status),
  creator: user(at, status.creator),
})

interface StatusBody {
  state: CommitStatus['state']
  context?: string
  description?: string | null
  target_url?: string | null
}

const create = (call: Call<StatusBody>) => {
  const { repository, body, params, actor } = call
  const commit = resolve(repository, params.sha ?? '')
  if (commit === null) throw new Problem(422, `No commit found for SHA: ${params.sha}`)
  if ((body.description ?? '').length > LONGEST) {
    const message = `description is too long (maximum is ${LONGEST} characters)`
    throw invalid({ resource: 'Status', code: 'custom', field: 'description', message })
  }
  const status: CommitStatus = {
    id: repository.host.id(),
    sha: commit.sha,
    state: body.state,
    context: body.context ?? 'default',
    description: body.description ?? null,
    targetUrl: body.target_url ?? null,
    creator: actor,
    createdAt: stamp(repository.host.now()),
  }
  repository.statuses.push(status)
  return created(show(call, status))
}

/** Newest first. */
const of = (call: Call) => {
  const { sha } = found(resolve(call.repository, call.params.ref ?? ''))
  return { sha, statuses: call.repository.statuses.filter((status) => status.sha === sha).reverse() }
}

const combined = (call: Call) => {
  const { at, repository } = call
  const { sha, statuses } = of(call)
  const latest = statuses.filter(({ context }, index) => statuses.findIndex((one) => one.context === context) === index)
  const states = latest.map(({ state }) => state)
  const failed = states.some((state) => state === 'failure' || state === 'error')
  const url = `${apiOf(at, repository)}/commits/${sha}`
  return ok({
    state: failed
      ? 'failure'
      : states.length > 0 && states.every((state) => state === 'success')
        ? 'success'
        : 'pending',
    statuses: latest.map((status) => showCommitStatus(at, repository, status)),
    sha,
    total_count: latest.length,
    repository: showRepositoryOf(at, repository),
    commit_url: url,
    url: `${url}/status`,
  })
}

export const statuses: readonly Route[] = [
  route(`POST ${REPOSITORY}/statuses/{sha}`, 'statuses: write', create),
  route(`GET ${REPOSITORY}/commits/{ref}/statuses`, READ, (call) => pages(of(call).statuses, (one) => show(call, one))),
  route(`GET ${REPOSITORY}/commits/{ref}/status`, READ, combined),
]
