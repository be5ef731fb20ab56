import type { InputRef } from '../../shared/contracts/common.js'
import { DataProfile, type DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { DeploymentRecord } from '../../shared/contracts/deployment.js'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import { UserError } from '../../shared/core/errors.js'
import { readPackagedDocument } from '../../shared/registry/packaged-document.js'
import type { PublishedVersion, Registry } from '../../shared/registry/registry.js'

/** What is deployed, and what its release knows about its training data. */
export interface Deployed {
  readonly record: DeploymentRecord
  /** Null when the version is not published any more. */
  readonly manifest: ModelManifest | null
  readonly training: {
    readonly profile: DatasetProfile
    readonly features: readonly string[]
    readonly ref: InputRef
  } | null
}

export interface Production {
  readonly deployed: Deployed | null
  /** History of the environment, newest first. */
  readonly history: readonly DeploymentRecord[]
  readonly published: readonly PublishedVersion[]
  /** Versions that served before and are published, latest first. */
  readonly earlier: readonly { readonly tag: string; readonly manifest: ModelManifest }[]
}

/** Reads from the registry what serves, what served before, and the profile of the training data. */
export async function readProduction(registry: Registry, model: string, environment: string): Promise<Production> {
  const history = await registry.deployments(environment, model)
  const published = await registry.versions(model)
  const served = history.filter(({ state }) => state === 'success')
  const record = served[0]
  const earlier: { tag: string; manifest: ModelManifest }[] = []
  for (const tag of new Set(served.map(({ tag }) => tag))) {
    const found = tag === record?.tag ? null : await usable(registry, tag)
    if (found) earlier.push({ tag, manifest: found.manifest })
  }
  if (record === undefined) return { deployed: null, history, published, earlier }
  const manifest = (await registry.manifest(record.tag))?.manifest ?? null
  const training = manifest === null ? null : await readTraining(registry, manifest)
  return { deployed: { record, manifest, training }, history, published, earlier }
}

/** A version that is gone or damaged is none to return to, and no reason to stop watching. */
async function usable(registry: Registry, tag: string): Promise<{ manifest: ModelManifest } | null> {
  try {
    return await registry.manifest(tag)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

async function readTraining(registry: Registry, manifest: ModelManifest): Promise<Deployed['training']> {
  const read = await readPackagedDocument(registry, manifest, DataProfile)
  const profile = read?.document.datasets.find(({ name }) => name === 'train')
  return read && profile ? { profile, features: read.document.features, ref: read.ref } : null
}
