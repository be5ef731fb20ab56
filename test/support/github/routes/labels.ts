import { type Call, created, found, invalid, nothing, ok, pages, type Route, route } from '../call.js'
import { showLabel } from '../shapes/issue.js'
import { addLabel } from '../state/issues.js'
import type { Issue, Label } from '../state/types.js'
import { issueOf, READ, WRITE } from './issues.js'

const LABELS = '/repos/{owner}/{repo}/labels'
const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/labels'

const show = (call: Call, label: Label) => showLabel(call.at, call.repository, label)
const labelOf = ({ repository, params }: Call) =>
  found(repository.labels.find(({ name }) => name.toLowerCase() === params.name?.toLowerCase()))

const create = (call: Call<{ name: string; color?: string; description?: string }>) => {
  const { body, repository } = call
  if (repository.labels.some(({ name }) => name.toLowerCase() === body.name.toLowerCase())) {
    throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' })
  }
  if (body.color !== undefined && !/^[0-9a-f]{6}$/i.test(body.color)) {
    throw invalid({ resource: 'Label', code: 'invalid', field: 'color' })
  }
  if ((body.description ?? '').length > 100) {
    const message = 'description is too long (maximum is 100 characters)'
    throw invalid({ resource: 'Label', code: 'custom', field: 'description', message })
  }
  return created(show(call, addLabel(repository, body)))
}

/** The labels of an issue, which the replies about them give. */
const ofIssue = (call: Call, issue: Issue) =>
  call.repository.labels.filter(({ name }) => issue.labels.includes(name)).map((label) => show(call, label))

type Names = { labels?: (string | { name: string })[] } | (string | { name: string })[] | string
const namesOf = (body: Names): string[] => {
  const list = typeof body === 'string' ? [body] : Array.isArray(body) ? body : (body.labels ?? [])
  return list.map((label) => (typeof label === 'string' ? label : label.name))
}

const put = (call: Call<Names>, before: (issue: Issue) => readonly string[]) => {
  const issue = issueOf(call)
  const names = namesOf(call.body).map((name) => addLabel(call.repository, { name }).name)
  issue.labels = [...new Set([...before(issue), ...names])]
  return ok(ofIssue(call, issue))
}

const remove = (call: Call) => {
  const issue = issueOf(call)
  const label = issue.labels.find((name) => name.toLowerCase() === call.params.name?.toLowerCase())
  issue.labels = issue.labels.filter((name) => name !== found(label))
  return ok(ofIssue(call, issue))
}

const clear = (call: Call) => {
  issueOf(call).labels = []
  return nothing
}

export const labels: readonly Route[] = [
  route(`GET ${LABELS}`, READ, (call) => pages(call.repository.labels, (label) => show(call, label))),
  route(`POST ${LABELS}`, WRITE, create),
  route(`GET ${LABELS}/{name}`, READ, (call) => ok(show(call, labelOf(call)))),
  route(`GET ${OF_ISSUE}`, READ, (call) => ok(ofIssue(call, issueOf(call)))),
  route<Names>(`POST ${OF_ISSUE}`, WRITE, (call) => put(call, (issue) => issue.labels)),
  route<Names>(`PUT ${OF_ISSUE}`, WRITE, (call) => put(call, () => [])),
  route(`DELETE ${OF_ISSUE}`, WRITE, clear),
  route(`DELETE ${OF_ISSUE}/{name}`, WRITE, remove),
]
