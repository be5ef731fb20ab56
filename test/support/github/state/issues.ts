import { addCommit } from './commits.js'
import { stamp } from './state.js'
import type { Comment, Issue, Label, Pull, Repository } from './types.js'

export interface NewIssue {
  readonly number?: number
  readonly title?: string
  readonly body?: string | null
  readonly labels?: readonly string[]
  readonly assignees?: readonly string[]
  readonly author?: string | null
  readonly state?: Issue['state']
  readonly locked?: boolean
}

/** Labels that are not there are made. */
export function addIssue(repository: Repository, issue: NewIssue = {}, pull: Pull | null = null): Issue {
  const { host, issues } = repository
  const now = stamp(host.now())
  for (const name of issue.labels ?? []) addLabel(repository, { name })
  const state = issue.state ?? 'open'
  const made: Issue = {
    id: host.id(),
    number: issue.number ?? Math.max(0, ...issues.map(({ number }) => number)) + 1,
    title: issue.title ?? 'Something is wrong',
    body: issue.body ?? null,
    state,
    stateReason: state === 'closed' ? 'completed' : null,
    labels: [...(issue.labels ?? [])],
    assignees: [...(issue.assignees ?? [])],
    locked: issue.locked ?? false,
    author: issue.author === undefined ? 'octocat' : issue.author,
    createdAt: now,
    updatedAt: now,
    closedAt: state === 'closed' ? now : null,
    pull,
  }
  issues.push(made)
  return made
}

/** The label of this name, made when it is not there. */
export function addLabel({ host, labels }: Repository, label: Partial<Label> & { readonly name: string }): Label {
  const there = labels.find(({ name }) => name.toLowerCase() === label.name.toLowerCase())
  if (there) return there
  const made: Label = { id: host.id(), color: 'ededed', description: null, ...label }
  labels.push(made)
  return made
}

export function addComment(
  { host, comments }: Repository,
  issue: number,
  body: string,
  author: string | null,
): Comment {
  const now = stamp(host.now())
  const made: Comment = { id: host.id(), issue, body, author, createdAt: now, updatedAt: now, minimized: null }
  comments.push(made)
  return made
}

export interface NewPull extends NewIssue {
  /** Branch that the change is on; with a commit of its own when it is not there. */
  readonly branch?: string
  readonly base?: string
  /** `mona/strikes`: the change comes from a fork. Null: that fork was deleted. */
  readonly fork?: string | null
  readonly files?: Readonly<Record<string, string | null>>
  readonly draft?: boolean
}

/** A pull request, with its change as a commit on a branch. */
export function addPull(repository: Repository, pull: NewPull = {}): Issue {
  const { refs, owner, name, defaultBranch } = repository
  const branch = pull.branch ?? 'change'
  const base = pull.base ?? defaultBranch
  const own = pull.fork === undefined
  const known = own && pull.files === undefined ? refs.get(`refs/heads/${branch}`) : undefined
  const head = own ? branch : `fork-of-${pull.fork}-${branch}`
  const files = pull.files ?? { 'CHANGE.md': 'A change\n' }
  const sha = known ?? addCommit(repository, { branch: head, message: pull.title ?? 'A change', files }).sha
  if (!own) refs.delete(`refs/heads/${head}`)
  const made = addIssue(
    repository,
    { title: 'A change', ...pull },
    {
      base: { ref: base, sha: refs.get(`refs/heads/${base}`) ?? '' },
      head: { ref: branch, sha, repository: own ? `${owner}/${name}` : (pull.fork ?? null) },
      draft: pull.draft ?? false,
      merged: null,
    },
  )
  refs.set(`refs/pull/${made.number}/head`, sha)
  return made
}
