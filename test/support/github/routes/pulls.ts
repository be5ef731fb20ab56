import { type Call, found, ok, pages, type Route, route } from '../call.js'
import { showCommit } from '../shapes/git.js'
import { showPull, showWholePull } from '../shapes/pull.js'
import { type Comparison, compare } from '../state/changes.js'
import { historyOf, resolve } from '../state/commits.js'
import type { Issue, Pull } from '../state/types.js'
import { showChange } from './commits.js'

const READ = 'pull-requests: read'
const PULLS = '/repos/{owner}/{repo}/pulls'

type PullRequest = Issue & { readonly pull: Pull }
const isPull = (issue: Issue): issue is PullRequest => issue.pull !== null
const pullOf = ({ repository, params }: Call): PullRequest =>
  found(repository.issues.filter(isPull).find(({ number }) => String(number) === params.pull_number))
const show = ({ at, repository }: Call, issue: PullRequest) => showPull(at, repository, issue, issue.pull)

const list = (call: Call) => {
  const { state = 'open', head, base, sort = 'created', direction } = call.query
  const of = call.repository.issues
    .filter(isPull)
    .filter(
      (issue) =>
        (state === 'all' || issue.state === state) &&
        (base ?? issue.pull.base.ref) === issue.pull.base.ref &&
        (head ?? labelOf(issue)) === labelOf(issue),
    )
  const key = sort === 'updated' ? 'updatedAt' : 'createdAt'
  const way = (direction ?? 'desc') === 'asc' ? 1 : -1
  of.sort((a, b) => way * (a[key].localeCompare(b[key]) || a.number - b.number))
  return pages(of, (issue) => show(call, issue))
}

const labelOf = ({ pull: { head } }: PullRequest) => `${head.repository?.split('/')[0]}:${head.ref}`

/** What a pull request changes, from where it left its base. */
function changeOf({ repository }: Call, { pull }: PullRequest): Comparison {
  const base = found(resolve(repository, pull.base.sha))
  return found(compare(repository, base, found(resolve(repository, pull.head.sha))))
}

const get = (call: Call) => {
  const issue = pullOf(call)
  const { ahead, changes } = changeOf(call, issue)
  return ok(showWholePull(call.at, call.repository, issue, issue.pull, { commits: ahead.length, changes }))
}

/** Open ones that have it among their commits; and, once it is in the default branch, those it came by. */
const ofCommit = (call: Call) => {
  const sha = found(resolve(call.repository, call.params.commit_sha ?? '')).sha
  const of = call.repository.issues.filter(isPull).filter(({ pull }) => {
    const own = historyOf(call.repository, pull.head.sha).findIndex((commit) => commit.sha === pull.base.sha)
    const commits = historyOf(call.repository, pull.head.sha).slice(0, own === -1 ? undefined : own)
    return pull.merged === sha || commits.some((commit) => commit.sha === sha)
  })
  return pages(of, (issue) => show(call, issue))
}

export const pulls: readonly Route[] = [
  route(`GET ${PULLS}`, READ, list),
  route(`GET ${PULLS}/{pull_number}`, READ, get),
  route(`GET ${PULLS}/{pull_number}/files`, READ, (call) =>
    pages(changeOf(call, pullOf(call)).changes, (change) => showChange(call, pullOf(call).pull.head.sha, change)),
  ),
  route(`GET ${PULLS}/{pull_number}/commits`, READ, (call) =>
    pages(changeOf(call, pullOf(call)).ahead, (commit) => showCommit(call.at, call.repository, commit)),
  ),
  route('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', ['pull-requests: read', 'contents: read'], ofCommit),
]
