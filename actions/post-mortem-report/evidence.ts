import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { DataProfile } from '../../shared/contracts/data-profile.js'
import type { DataValidation } from '../../shared/contracts/data-validation.js'
import type { Deployment, DeploymentRecord } from '../../shared/contracts/deployment.js'
import type { Evaluation } from '../../shared/contracts/evaluation.js'
import type { ModelManifest, ModelPackage } from '../../shared/contracts/model-manifest.js'
import type { Monitoring } from '../../shared/contracts/monitoring.js'
import type { WorkflowFacts } from '../../shared/contracts/post-mortem.js'
import type { TrainingRun } from '../../shared/contracts/training-run.js'

/** The stages in the order of the chain. */
export const STAGES = ['validate-data', 'train', 'evaluate-gate', 'package-model', 'deploy', 'monitor'] as const
export type Stage = (typeof STAGES)[number]

/** What one stage said, from its document or, when it left none, from the record of the chain. */
export interface StageEntry {
  readonly stage: Stage
  readonly at: string
  readonly verdict: Verdict
  readonly summary: string
  readonly checks: readonly Check[]
  readonly source: string
}

/** Documents of the run directory; null when not there. */
export interface Documents {
  readonly profile: DataProfile | null
  readonly validation: DataValidation | null
  readonly training: TrainingRun | null
  readonly evaluation: Evaluation | null
  readonly package: ModelPackage | null
  readonly deployment: Deployment | null
  readonly monitoring: Monitoring | null
}

/** A published version, with the documents that lie in it. */
export interface Release {
  readonly tag: string
  readonly publishedAt: string | null
  /** Null when it is not published any more, or cannot be read; `problem` says which. */
  readonly manifest: ModelManifest | null
  readonly problem: string | null
  readonly profile: DataProfile | null
  readonly training: TrainingRun | null
}

export interface Collected {
  readonly documents: Documents
  readonly entries: readonly StageEntry[]
  /** Stages that the record of the chain calls not run. */
  readonly notRun: readonly Stage[]
  readonly environment: string
  /** History of the environment, newest first. */
  readonly history: readonly DeploymentRecord[]
  /** Published versions and those of the history, by tag. */
  readonly releases: ReadonlyMap<string, Release>
  /** What GitHub knows of the run; null on a laptop and where it could not be asked. */
  readonly workflow: WorkflowFacts | null
  readonly notCollected: readonly { readonly what: string; readonly reason: string }[]
  /** Documents that are there but cannot be read: what they would say is not known. */
  readonly unreadable: readonly string[]
}
