import { createHash } from 'node:crypto'
import { stamp } from './state.js'
import type { Commit, Repository } from './types.js'

export interface NewCommit {
  readonly message?: string
  /** Branch it is put on; it is made when it is missing. Default: the default branch. */
  readonly branch?: string
  /** Changes: text by path, null to remove. */
  readonly files?: Readonly<Record<string, string | null>>
  readonly author?: string
  /** Default: the head of the branch, or of the default branch. */
  readonly parents?: readonly string[]
}

export function addCommit(repository: Repository, commit: NewCommit = {}): Commit {
  const { refs, commits, host, defaultBranch } = repository
  const ref = `refs/heads/${commit.branch ?? defaultBranch}`
  const head = refs.get(ref) ?? refs.get(`refs/heads/${defaultBranch}`)
  const parents = commit.parents ?? (head === undefined ? [] : [head])
  const before = parents.map((sha) => commits.get(sha)?.files ?? {})
  const changed = Object.assign({}, ...before, commit.files) as Record<string, string | null>
  const files = Object.entries(changed).filter((entry): entry is [string, string] => entry[1] !== null)
  const content = {
    message: commit.message ?? 'A change',
    parents,
    author: commit.author ?? 'octocat',
    date: stamp(host.now()),
    files: Object.fromEntries(files),
  }
  const sha = sha1(JSON.stringify([host.id(), content]))
  const made = { sha, ...content }
  commits.set(sha, made)
  refs.set(ref, sha)
  return made
}

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')

/** As git names a file of this text. */
export const blobSha = (text: string): string => sha1(`blob ${Buffer.byteLength(text)}\0${text}`)

/** Commit of a branch, a tag, a full ref or a (shortened) sha. */
export function resolve({ refs, commits, annotatedTags }: Repository, name: string): Commit | null {
  const object = ['', 'refs/', 'refs/heads/', 'refs/tags/'].map((prefix) => refs.get(prefix + name)).find(Boolean)
  const sha = object ?? (/^[0-9a-f]{7,40}$/.test(name) ? [...commits.keys()].find((key) => key.startsWith(name)) : '')
  return commits.get(annotatedTags.get(sha ?? '')?.object ?? sha ?? '') ?? null
}

/** The commit and all before it, newest first. */
export function historyOf({ commits }: Repository, from: string): Commit[] {
  const seen = new Set<string>()
  const next = [from]
  for (const sha of next) {
    if (seen.has(sha)) continue
    seen.add(sha)
    next.push(...(commits.get(sha)?.parents ?? []))
  }
  // Later commits stand later in the map, also within one second.
  return [...commits.values()].filter(({ sha }) => seen.has(sha)).reverse()
}

/** Whether the workflow files of a commit are not those of the default branch. */
export function touchesWorkflows(repository: Repository, commit: Commit): boolean {
  const workflows = (of: Commit | null) =>
    Object.entries(of?.files ?? {})
      .filter(([path]) => path.startsWith('.github/workflows/'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(workflows(commit)) !== JSON.stringify(workflows(resolve(repository, repository.defaultBranch)))
}
