import type { Stored } from './bytes.js'

export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale'
export type Progress = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending'

export interface Workflow {
  readonly id: number
  name: string
  readonly path: string
  /** Inputs of `workflow_dispatch`; null: it has no such trigger. */
  dispatch: readonly string[] | null
}

export interface Run {
  readonly id: number
  readonly number: number
  attempt: number
  readonly workflow: Workflow
  readonly event: string
  readonly branch: string | null
  readonly sha: string
  readonly actor: string
  status: Progress
  conclusion: Conclusion | null
  /** Numbers of pull requests. */
  readonly pulls: readonly number[]
  readonly createdAt: string
  updatedAt: string
  startedAt: string
}

export interface Step {
  readonly name: string
  readonly number: number
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: Conclusion | null
  startedAt: string | null
  completedAt: string | null
}

export interface Job {
  readonly id: number
  readonly run: number
  readonly attempt: number
  readonly name: string
  status: Progress
  conclusion: Conclusion | null
  readonly steps: Step[]
  /** Null while there is none. */
  log: string | null
  readonly labels: readonly string[]
  readonly runner: string | null
  readonly createdAt: string
  startedAt: string
  completedAt: string | null
}

export interface Artifact {
  readonly id: number
  readonly name: string
  readonly run: number
  /** Null while it is being uploaded: it is not listed. */
  stored: Stored | null
  /** Of the content: `application/zip`, or that of a single file. */
  readonly mime: string
  digest: string | null
  expired: boolean
  readonly createdAt: string
  readonly expiresAt: string
}

export interface Cache {
  readonly id: number
  readonly key: string
  readonly version: string
  /** Branch, tag or pull request that it belongs to: `refs/heads/main`. */
  readonly ref: string
  /** Null while it is being uploaded: it is not listed. */
  stored: Stored | null
  readonly createdAt: string
  usedAt: string
}

export interface CheckAnnotation {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  readonly start_column?: number
  readonly end_column?: number
  readonly annotation_level: 'notice' | 'warning' | 'failure'
  readonly message: string
  readonly title?: string
  readonly raw_details?: string
}

export interface CheckRun {
  readonly id: number
  name: string
  readonly sha: string
  status: Progress
  conclusion: Conclusion | null
  externalId: string
  detailsUrl: string | null
  title: string | null
  summary: string | null
  text: string | null
  readonly annotations: CheckAnnotation[]
  startedAt: string | null
  completedAt: string | null
}
