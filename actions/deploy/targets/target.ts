import type { ModelRef } from '../../../shared/contracts/common.js'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import type { ModelFolder } from '../../../shared/predict/package.js'
import type { Predictor } from '../../../shared/predict/predictor.js'

/** A version by name and identity. */
export interface Version {
  readonly tag: string
  readonly digest: string
}

/** What a target says that it serves. */
export type Serving =
  | { readonly state: 'nothing' }
  | { readonly state: 'serving'; readonly version: ModelRef & Version; readonly ready: boolean }
  /** Something is there that cannot be a version as it was published. */
  | { readonly state: 'damaged'; readonly reason: string }

/** A verified copy of a version in a folder, from which it can be asked. */
export interface Staged {
  readonly model: ModelFolder
  /** Removes the copy, if nothing needs it any more. */
  release(): Promise<void>
}

/** Copies a version out of the registry into a folder and verifies every digest. Throws UserError. */
export type Fetch = (tag: string, into: string) => Promise<ModelManifest>

/** A place where a model serves. Every method throws UserError when the target cannot do it. */
export interface Target {
  readonly type: 'directory' | 'server'
  /** For people and documents. */
  readonly address: string
  /** Runs the body while no other deployment to this target does. Throws UserError when the target cannot be used. */
  exclusive<T>(body: () => Promise<T>): Promise<T>
  serving(): Promise<Serving>
  /** Gets a version ready to be switched to. */
  stage(version: Version, fetch: Fetch): Promise<Staged>
  /** Lets a staged version serve, or nothing. `instead` is what has to be serving now, where the target can check it. */
  switchTo(staged: Staged | null, instead: Serving): Promise<void>
  /** Asks the version that serves, through the target, and makes sure that it is that version that answers. */
  predictor(model: ModelFolder): Promise<Predictor>
  /** Removes versions that are not needed any more, but never those in `keep`. Returns what it removed. */
  prune(keep: readonly string[]): Promise<string[]>
}
