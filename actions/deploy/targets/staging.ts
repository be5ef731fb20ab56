import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../../shared/core/errors.js'
import { type ModelFolder, readModelFolder } from '../../../shared/predict/package.js'
import type { Fetch, Staged, Version } from './target.js'

/** Copies a version into a folder, verified and with the digest that was asked for. Throws UserError. */
export async function fetchVersion(version: Version, fetch: Fetch, into: string): Promise<ModelFolder> {
  await fetch(version.tag, into)
  const model = await readModelFolder(into, version.tag)
  if (model.digest !== version.digest) {
    throw new UserError(`${version.tag} has manifest ${model.digest} in the registry, expected ${version.digest}`, {
      cure: 'a published version never changes: find out who has written to the registry',
    })
  }
  return model
}

/** A verified copy in a temporary folder. */
export async function stageTemporarily(version: Version, fetch: Fetch): Promise<Staged> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-deploy-'))
  const release = () => rm(folder, { recursive: true, force: true })
  try {
    return { model: await fetchVersion(version, fetch, folder), release }
  } catch (error) {
    await release()
    throw error
  }
}
