import { type Call, created, forbidden, found, invalid, ok, pages, type Route, route } from '../call.js'
import { showIssue } from '../shapes/issue.js'
import { addIssue, addLabel } from '../state/issues.js'
import { stamp } from '../state/state.js'
import type { Issue } from '../state/types.js'
import type { Need } from '../tokens.js'

const ISSUES = '/repos/{owner}/{repo}/issues'
/** Every pull request is an issue: what is of pull requests may be done with their permission too. */
export const READ: readonly Need[] = ['issues: read', 'pull-requests: read']
export const WRITE: readonly Need[] = ['issues: write', 'pull-requests: write']
const LONGEST = 65_536
const LONGEST_TITLE = 256

/** The issue or pull request of the path. With a permission for pull requests alone, issues are not reached. */
export function issueOf(call: Call): Issue {
  const issue = found(call.repository.issues.find(({ number }) => String(number) === call.params.issue_number))
  if (issue.pull === null) demand(call, `issues: ${call.incoming.method === 'GET' ? 'read' : 'write'}`)
  return issue
}

/** Throws 403 when the token has not this very permission. */
export function demand({ can }: Call, need: Need): void {
  if (!can(need)) throw forbidden()
}

const list = (call: Call) => {
  const { query, repository } = call
  const labels = (query.labels ?? '').split(',').filter((name) => name !== '')
  const state = query.state ?? 'open'
  const creator = query.creator?.toLowerCase()
  const matching = repository.issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      labels.every((label) => issue.labels.some((name) => name.toLowerCase() === label.toLowerCase())) &&
      (creator === undefined || issue.author?.toLowerCase() === creator) &&
      issue.updatedAt >= (query.since ?? ''),
  )
  const key = query.sort === 'updated' ? 'updatedAt' : 'createdAt'
  const way = query.direction === 'asc' ? 1 : -1
  matching.sort((a, b) => way * (a[key].localeCompare(b[key]) || a.number - b.number))
  return pages(matching, (issue) => showIssue(call.at, repository, issue))
}

interface IssueBody {
  title?: string
  body?: string | null
  labels?: (string | { name: string })[]
  assignees?: string[]
  state?: Issue['state']
  state_reason?: Issue['stateReason']
}

function check({ body }: Call<IssueBody>): void {
  const say = (field: string, most: number) =>
    invalid({
      resource: 'Issue',
      code: 'custom',
      field,
      message: `${field} is too long (maximum is ${most} characters)`,
    })
  if ((body.body ?? '').length > LONGEST) throw say('body', LONGEST)
  if ((body.title ?? '').length > LONGEST_TITLE) throw say('title', LONGEST_TITLE)
  if (body.title === '') throw invalid({ resource: 'Issue', code: 'missing_field', field: 'title' })
}

const labelsOf = ({ body }: Call<IssueBody>) =>
  body.labels?.map((label) => (typeof label === 'string' ? label : label.name))

const create = (call: Call<IssueBody>) => {
  check(call)
  const { body, repository, actor } = call
  const issue = addIssue(repository, {
    title: body.title ?? '',
    body: body.body ?? null,
    labels: labelsOf(call) ?? [],
    assignees: body.assignees ?? [],
    author: actor,
  })
  return created(showIssue(call.at, repository, issue))
}

const update = (call: Call<IssueBody>) => {
  const issue = issueOf(call)
  check(call)
  const { body, repository } = call
  const labels = labelsOf(call)
  for (const name of labels ?? []) addLabel(repository, { name })
  const now = stamp(repository.host.now())
  if (body.state !== undefined && body.state !== issue.state) {
    const reason = body.state === 'closed' ? 'completed' : 'reopened'
    const closedAt = body.state === 'closed' ? now : null
    Object.assign(issue, { state: body.state, stateReason: body.state_reason ?? reason, closedAt })
  }
  Object.assign(issue, {
    title: body.title ?? issue.title,
    body: body.body === undefined ? issue.body : body.body,
    labels: labels ?? issue.labels,
    assignees: body.assignees ?? issue.assignees,
    updatedAt: now,
  })
  return ok(showIssue(call.at, repository, issue))
}

export const issues: readonly Route[] = [
  route(`GET ${ISSUES}`, READ, list),
  route(`POST ${ISSUES}`, 'issues: write', create),
  route(`GET ${ISSUES}/{issue_number}`, READ, (call) => ok(showIssue(call.at, call.repository, issueOf(call)))),
  route(`PATCH ${ISSUES}/{issue_number}`, WRITE, update),
]
