import type { Addresses } from '../call.js'
import type { Change } from '../state/changes.js'
import type { Issue, Pull, Repository } from '../state/types.js'
import { showLabel } from './issue.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'
import { showRepository } from './repository.js'

/** The repository that the change comes from: this one, a fork, or a fork that was deleted. */
function headOf(repository: Repository, { head }: Pull) {
  const { owner, name, id } = repository
  if (head.repository === null) return null
  if (head.repository === `${owner}/${name}`) return repository
  const [forkOwner = '', forkName = ''] = head.repository.split('/')
  return {
    id: id + 500_000,
    owner: forkOwner,
    name: forkName,
    private: repository.private,
    defaultBranch: repository.defaultBranch,
  }
}

export function showPullMinimal(at: Addresses, repository: Repository, { id, number, pull }: Issue) {
  const short = (one: Pick<Repository, 'id' | 'owner' | 'name'>) => ({
    id: one.id,
    url: apiOf(at, one),
    name: one.name,
  })
  const head = (pull && headOf(repository, pull)) ?? repository
  return {
    id,
    number,
    url: `${apiOf(at, repository)}/pulls/${number}`,
    head: { ref: pull?.head.ref ?? '', sha: pull?.head.sha ?? '', repo: short(head) },
    base: { ref: pull?.base.ref ?? '', sha: pull?.base.sha ?? '', repo: short(repository) },
  }
}

export function showPull(at: Addresses, repository: Repository, issue: Issue, pull: Pull) {
  const api = apiOf(at, repository)
  const url = `${api}/pulls/${issue.number}`
  const issueUrl = `${api}/issues/${issue.number}`
  const page = `${pageOf(at, repository)}/pull/${issue.number}`
  const statuses = `${api}/statuses/${pull.head.sha}`
  const head = headOf(repository, pull)
  const assignees = issue.assignees.map((login) => user(at, login))
  return {
    url,
    id: issue.id,
    node_id: `PR_${issue.id}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: user(at, issue.author),
    body: issue.body,
    labels: repository.labels
      .filter(({ name }) => issue.labels.includes(name))
      .map((label) => showLabel(at, repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged && issue.closedAt,
    merge_commit_sha: pull.merged,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    head: side(at, pull.head, head),
    base: side(at, pull.base, repository),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: 'NONE',
    auto_merge: null,
    draft: pull.draft,
  }
}

type Place = Parameters<typeof showRepository>[1] | null

function side(at: Addresses, { ref, sha }: { ref: string; sha: string }, repository: Place) {
  const owner = repository?.owner ?? null
  return {
    label: `${owner ?? 'unknown repository'}:${ref}`,
    ref,
    sha,
    user: user(at, owner),
    repo: repository && showRepository(at, repository),
  }
}

/** With what is counted when one is asked for alone. */
export function showWholePull(
  at: Addresses,
  repository: Repository,
  issue: Issue,
  pull: Pull,
  { commits, changes }: { readonly commits: number; readonly changes: readonly Change[] },
) {
  const sum = (key: 'additions' | 'deletions') => changes.reduce((total, change) => total + change[key], 0)
  return {
    ...showPull(at, repository, issue, pull),
    merged: pull.merged !== null,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    merged_by: pull.merged === null ? null : user(at, 'octocat'),
    comments: repository.comments.filter((comment) => comment.issue === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits,
    additions: sum('additions'),
    deletions: sum('deletions'),
    changed_files: changes.length,
  }
}
