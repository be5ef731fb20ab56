import type { DeploymentRecord } from '../contracts/deployment.js'
import type { ModelManifest } from '../contracts/model-manifest.js'

/** One published version. Its identity is the digest of its manifest. */
export interface PublishedVersion {
  readonly model: string
  readonly tag: string
  readonly version: string
  readonly manifestDigest: string
  readonly contentDigest: string
  readonly publishedAt: string
}

export interface Draft {
  readonly model: string
  /**
   * Pure decision: the manifest for the next version, given what is published now, highest version first, and numbers
   * that something else has taken. Asked again when another run published in between. `existing`: the same model is
   * there already, nothing is to be published.
   */
  propose(
    published: readonly PublishedVersion[],
    taken: readonly string[],
  ): Promise<ModelManifest | { existing: PublishedVersion }>
  /** Absolute path of the bytes of a packaged file, as the last proposal lists it. */
  source(path: string): string
}

export interface Publication {
  /** `unchanged`: the same version was there already and nothing was written. */
  readonly outcome: 'published' | 'unchanged'
  readonly version: PublishedVersion
}

/** A deployment that is about to be tried. */
export type DeploymentIntent = Pick<DeploymentRecord, 'environment' | 'tag' | 'manifestDigest' | 'action' | 'run'> & {
  /** Where people reach what is deployed. */
  readonly url?: string | null
}

/** What a registry finds an announced deployment by. */
export interface DeploymentTicket {
  readonly id: number
  /** For people. */
  readonly url: string
}

/**
 * Model versions and the history of environments. Two stand behind it: a local directory, and GitHub releases with
 * deployments. A version is written once: draft, copy, verify every digest, publish; what is published never changes.
 * A run cut anywhere leaves no version or a whole one, and the next run clears or takes up what it left.
 * Every method throws UserError when the registry cannot be reached, read or written, and for names that are none.
 */
export interface Registry {
  readonly kind: 'directory' | 'github-releases'
  /** For people: a path or a URL. */
  readonly address: string
  /** Names of the models that have a published version, sorted. */
  models(): Promise<string[]>
  /** Published versions of a model, highest version first. Drafts are not seen. */
  versions(model: string): Promise<PublishedVersion[]>
  /** Null when no such version is published. Throws UserError when the manifest is damaged. */
  manifest(tag: string): Promise<{ manifest: ModelManifest; digest: string } | null>
  /** Throws UserError when the proposed version is published already with another content. */
  publish(draft: Draft): Promise<Publication>
  /**
   * Copies the named files (default: all) of a version, and its manifest.json, into a folder and verifies every digest.
   * A file that does not verify is not left behind. Throws UserError.
   */
  fetch(tag: string, into: string, paths?: readonly string[]): Promise<ModelManifest>
  /** Names of the environments that something was deployed to, sorted. */
  environments(): Promise<string[]>
  /** History of an environment, newest first; of one model alone when it is named, as several may share it. */
  deployments(environment: string, model?: string): Promise<DeploymentRecord[]>
  /**
   * Says that a deployment begins, so that others see it and a run that is cut leaves a trace; null when this registry
   * keeps no such trace. Hand the ticket to `recordDeployment`.
   */
  announceDeployment(intent: DeploymentIntent): Promise<DeploymentTicket | null>
  /** Null when this registry keeps no trace that could be named. */
  recordDeployment(record: DeploymentRecord, ticket?: DeploymentTicket | null): Promise<DeploymentTicket | null>
}
