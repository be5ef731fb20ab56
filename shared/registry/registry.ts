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
   * Pure decision: the manifest for the next version, given what is published now. Asked again when another run
   * published in between. Null: the same model is there already, publish nothing and return `existing`.
   */
  propose(published: readonly PublishedVersion[]): Promise<ModelManifest | { existing: PublishedVersion }>
  /** Absolute path of the bytes of a packaged file. */
  source(path: string): string
}

/**
 * Model versions and the history of environments. Two stand behind it: a local directory, and GitHub releases with
 * deployments. A version is written once: draft, copy, verify every digest, publish; what is published never changes.
 */
export interface Registry {
  readonly kind: 'directory' | 'github-releases'
  /** For people: a path or a URL. */
  readonly address: string
  /** Published versions of a model, highest version first. Drafts are not seen. */
  versions(model: string): Promise<PublishedVersion[]>
  /** Null when no such version is published. Throws UserError when the manifest is damaged. */
  manifest(tag: string): Promise<{ manifest: ModelManifest; digest: string } | null>
  publish(draft: Draft): Promise<{ outcome: 'published' | 'unchanged'; version: PublishedVersion }>
  /** Copies the named files (default: all) of a version into a folder and verifies every digest. Throws UserError. */
  fetch(tag: string, into: string, paths?: readonly string[]): Promise<ModelManifest>
  /** History of an environment, newest first. */
  deployments(environment: string): Promise<DeploymentRecord[]>
  recordDeployment(record: DeploymentRecord): Promise<void>
}
