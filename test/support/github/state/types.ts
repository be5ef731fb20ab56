import type { Stored } from './bytes.js'
import type { Artifact, Cache, CheckRun, Job, Run, Workflow } from './types-actions.js'

export type * from './types-actions.js'

/** What everything in a repository is made with: a clock, ids and a place for bytes. Tests may set `now`. */
export interface Host {
  now(): Date
  /** Ids are given out in order over all kinds. */
  id(): number
  keep(content: string | Uint8Array): Stored
}

export interface Commit {
  readonly sha: string
  readonly message: string
  readonly parents: readonly string[]
  readonly author: string
  readonly date: string
  /** The whole tree: text by path. */
  readonly files: Readonly<Record<string, string>>
}

export interface AnnotatedTag {
  readonly sha: string
  readonly tag: string
  readonly message: string
  /** Commit. */
  readonly object: string
  readonly tagger: string
  readonly date: string
}

export interface Asset {
  readonly id: number
  name: string
  label: string | null
  contentType: string
  /** `starter`: an upload that broke off. */
  state: 'uploaded' | 'starter' | 'open'
  stored: Stored
  /** Null for what was uploaded before GitHub had digests. */
  digest: string | null
  downloads: number
  readonly uploader: string
  readonly createdAt: string
  updatedAt: string
}

export interface Release {
  readonly id: number
  tag: string
  target: string
  name: string | null
  body: string | null
  draft: boolean
  prerelease: boolean
  immutable: boolean
  /** How often it may still be asked for by tag before it is found. */
  hiddenByTag: number
  readonly author: string
  readonly assets: Asset[]
  readonly createdAt: string
  updatedAt: string
  publishedAt: string | null
}

export interface Label {
  readonly id: number
  name: string
  color: string
  description: string | null
}

export interface Pull {
  readonly base: { readonly ref: string; readonly sha: string }
  /** `repository`: `acme/strikes`, or the fork. Null: the fork was deleted. */
  readonly head: { readonly ref: string; readonly sha: string; readonly repository: string | null }
  draft: boolean
  /** Merge commit. */
  merged: string | null
}

/** An issue, or a pull request. */
export interface Issue {
  readonly id: number
  readonly number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null
  labels: string[]
  assignees: string[]
  locked: boolean
  /** Null: the account was deleted. */
  readonly author: string | null
  readonly createdAt: string
  updatedAt: string
  closedAt: string | null
  readonly pull: Pull | null
}

export interface Comment {
  readonly id: number
  readonly issue: number
  body: string
  readonly author: string | null
  readonly createdAt: string
  updatedAt: string
  /** Reason by which it was hidden. */
  minimized: string | null
}

export type DeploymentState = 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success'

export interface DeploymentStatus {
  readonly id: number
  readonly state: DeploymentState
  readonly description: string
  readonly environment: string
  readonly environmentUrl: string
  readonly logUrl: string
  readonly creator: string
  readonly createdAt: string
}

export interface Deployment {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly task: string
  /** As it was sent: an object, or text. */
  readonly payload: unknown
  /** A status may give it another one. */
  environment: string
  readonly originalEnvironment: string
  readonly description: string | null
  readonly creator: string
  readonly transient: boolean
  readonly production: boolean
  readonly createdAt: string
  updatedAt: string
  /** Oldest first. */
  readonly statuses: DeploymentStatus[]
}

export interface Environment {
  readonly id: number
  readonly name: string
  /** Logins whose approval a deployment waits for. */
  reviewers: string[]
  readonly createdAt: string
}

export interface CommitStatus {
  readonly id: number
  readonly sha: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly context: string
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creator: string
  readonly createdAt: string
}

/** What was sent by `repository_dispatch` or `workflow_dispatch`. */
export interface Dispatch {
  readonly event: 'repository_dispatch' | 'workflow_dispatch'
  /** Event type, or path of the workflow. */
  readonly name: string
  readonly ref: string | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly actor: string
}

export interface Attestation {
  readonly id: number
  readonly bundle: Readonly<Record<string, unknown>>
  /** `sha256:…` of each subject. */
  readonly subjects: readonly string[]
}

/** How this repository is set up, and what GitHub does with it that not every repository shows. */
export interface Settings {
  immutableReleases: boolean
  /** Tags that a ruleset lets nobody create. */
  restrictedTags: RegExp | null
  /** How often a release is not found by its tag right after it was published. */
  lateByTag: number
  /** The answer when a target commit changes workflow files: GitHub has been seen to give either. */
  workflowRefusal: 403 | 404
  /** Bytes from which an asset is refused; 2 GiB. */
  assetSize: number
  assetCount: number
  /** Off: as for the private repository of a person, which has none. */
  attestations: boolean
}

export interface Repository {
  readonly host: Host
  readonly id: number
  readonly owner: string
  readonly name: string
  private: boolean
  defaultBranch: string
  readonly settings: Settings
  readonly commits: Map<string, Commit>
  /** Object by full name: `refs/heads/main`, `refs/tags/strikes@v1.0.0`. */
  readonly refs: Map<string, string>
  readonly annotatedTags: Map<string, AnnotatedTag>
  readonly releases: Release[]
  /** Id of the release that was made the latest one. */
  latest: number | null
  /** Tags of immutable releases, which no other release may have. */
  readonly burntTags: Set<string>
  readonly labels: Label[]
  readonly issues: Issue[]
  readonly comments: Comment[]
  readonly deployments: Deployment[]
  readonly environments: Environment[]
  readonly workflows: Workflow[]
  readonly runs: Run[]
  readonly jobs: Job[]
  readonly artifacts: Artifact[]
  readonly caches: Cache[]
  readonly checkRuns: CheckRun[]
  readonly statuses: CommitStatus[]
  readonly dispatches: Dispatch[]
  readonly attestations: Attestation[]
}

export interface RateLimit {
  limit: number
  remaining: number
  /** Seconds since 1970. */
  reset: number
}

export interface State extends Host {
  readonly repositories: Repository[]
  readonly rateLimit: RateLimit
  /** By `owner/name`; the first one by default. Throws when there is none. */
  repository(fullName?: string): Repository
}
