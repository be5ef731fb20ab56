import { type Call, found, ok, Problem, pages, type Route, route } from '../call.js'
import { showCommit } from '../shapes/git.js'
import { apiOf, pageOf } from '../shapes/links.js'
import { type Change, changesBetween, compare } from '../state/changes.js'
import { historyOf, resolve } from '../state/commits.js'
import type { Commit } from '../state/types.js'

const READ = 'contents: read'
const REPOSITORY = '/repos/{owner}/{repo}'
/** Files that a comparison names at most, all on its first page. */
const MOST_FILES = 300

const named = ({ repository }: Call, name: string): Commit => {
  const commit = resolve(repository, name)
  if (commit === null) throw new Problem(422, `No commit found for SHA: ${name}`)
  return commit
}

export function showChange({ at, repository }: Call, sha: string, change: Change) {
  const path = change.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${pageOf(at, repository)}/blob/${sha}/${path}`,
    raw_url: `${pageOf(at, repository)}/raw/${sha}/${path}`,
    contents_url: `${apiOf(at, repository)}/contents/${path}?ref=${sha}`,
  }
}

const changesOf = ({ repository }: Call, commit: Commit) =>
  changesBetween(repository.commits.get(commit.parents[0] ?? '')?.files ?? {}, commit.files)

const list = (call: Call) => {
  const { sha, path, author, since = '', until = '9' } = call.query
  const from = found(resolve(call.repository, sha ?? call.repository.defaultBranch))
  const touches = (commit: Commit) =>
    path === undefined ||
    changesOf(call, commit).some((change) => change.path === path || change.path.startsWith(`${path}/`))
  const of = historyOf(call.repository, from.sha).filter(
    (commit) =>
      (author ?? commit.author) === commit.author && commit.date >= since && commit.date <= until && touches(commit),
  )
  return pages(of, (commit) => showCommit(call.at, call.repository, commit))
}

const get = (call: Call) => {
  const commit = named(call, call.params.ref ?? '')
  const changes = changesOf(call, commit)
  const [additions, deletions] = (['additions', 'deletions'] as const).map((key) =>
    changes.reduce((sum, one) => sum + one[key], 0),
  ) as [number, number]
  const files = changes.map((change) => showChange(call, commit.sha, change))
  const stats = { additions, deletions, total: additions + deletions }
  return ok({ ...showCommit(call.at, call.repository, commit), stats, files })
}

const comparison = (call: Call) => {
  const { repository, at, params, query } = call
  const [base, head] = (params.basehead ?? '').split('...').map((name) => found(resolve(repository, name)))
  const result = found(compare(repository, found(base), found(head)))
  const url = `${apiOf(at, repository)}/compare/${params.basehead}`
  const page = `${pageOf(at, repository)}/compare/${params.basehead}`
  const [size, number] = [Number(query.per_page ?? 250), Number(query.page ?? 1)]
  const shown = result.ahead.slice((number - 1) * size, number * size)
  return ok({
    url,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: showCommit(at, repository, found(base)),
    merge_base_commit: showCommit(at, repository, result.common),
    status: result.status,
    ahead_by: result.ahead.length,
    behind_by: result.behind.length,
    total_commits: result.ahead.length,
    commits: shown.map((commit) => showCommit(at, repository, commit)),
    files:
      number > 1 ? [] : result.changes.slice(0, MOST_FILES).map((change) => showChange(call, found(head).sha, change)),
  })
}

const branch = (call: Call) => {
  const { repository, at } = call
  const name = call.params.branch ?? ''
  const commit = found(repository.commits.get(found(repository.refs.get(`refs/heads/${name}`))))
  const self = `${apiOf(at, repository)}/branches/${encodeURIComponent(name)}`
  return ok({
    name,
    commit: showCommit(at, repository, commit),
    _links: { self, html: `${pageOf(at, repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${self}/protection`,
  })
}

export const commits: readonly Route[] = [
  route(`GET ${REPOSITORY}/branches/{branch}`, READ, branch),
  route(`GET ${REPOSITORY}/commits`, READ, list),
  route(`GET ${REPOSITORY}/compare/{basehead}`, READ, comparison),
  route(`GET ${REPOSITORY}/commits/{ref}`, READ, get),
]
