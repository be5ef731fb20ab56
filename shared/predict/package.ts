import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelManifest } from '../contracts/model-manifest.js'
import type { GoldenRow } from '../contracts/predict.js'
import { codeOf, UserError } from '../core/errors.js'
import { fileError } from '../core/files.js'
import { digestOf, digestOfFile } from '../core/hash.js'
import { decodeManifest } from '../registry/manifest.js'
import { decodeGolden } from './golden.js'
import { openPredictor, type Predictor, type PredictPorts } from './predictor.js'

/** A model version in a folder. */
export interface ModelFolder {
  /** Absolute. */
  readonly folder: string
  readonly manifest: ModelManifest
  /** Digest of manifest.json: the identity of the version. */
  readonly digest: string
}

/**
 * Reads a package folder and checks size and digest of every file that its manifest lists. Throws UserError when it is
 * no package, or naming each file that is gone or changed. `name` stands for the folder in messages.
 */
export async function readModelFolder(folder: string, name: string): Promise<ModelFolder> {
  let text: string
  try {
    text = await readFile(join(folder, 'manifest.json'), 'utf8')
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw fileError(error, `${name}/manifest.json`)
    throw new UserError(`${name} is not a model package: it has no manifest.json`, {
      cure: 'name a folder that package-model or deploy has written, or a release tag',
    })
  }
  const manifest = decodeManifest(text, `${name}/manifest.json`)
  const problems: { message: string; cure: string }[] = []
  for (const file of manifest.files) {
    const found = await digestOfFile(join(folder, file.path)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null
      throw fileError(error, `${name}/${file.path}`)
    })
    if (found?.digest === file.digest) continue
    const message =
      found === null
        ? `${name}/${file.path} is gone`
        : `${name}/${file.path} has been changed: it is ${found.digest}, packaged was ${file.digest}`
    problems.push({ message, cure: `take ${manifest.tag} out of the registry again` })
  }
  if (problems.length > 0) {
    throw new UserError(`${name} is damaged: ${problems.map(({ message }) => message).join('; ')}`, { problems })
  }
  return { folder, manifest, digest: digestOf(text) }
}

/**
 * Opens the predict contract of a package inside its folder, with its timeout cut to `maxSeconds`. Throws UserError when
 * it has none.
 */
export async function openModel(
  model: ModelFolder,
  ports: Omit<PredictPorts, 'cwd' | 'task'> & { readonly maxSeconds?: number },
): Promise<Predictor> {
  const { manifest, folder } = model
  const { predict } = manifest
  if (predict === null) {
    throw new UserError(`${manifest.tag} has no predict contract, so it cannot be asked`, {
      cure: 'write `predict:` in plumbline.yml and package the model again',
    })
  }
  const { maxSeconds = Number.POSITIVE_INFINITY } = ports
  const spec = 'timeout' in predict ? { ...predict, timeout: Math.min(predict.timeout, maxSeconds) } : predict
  return openPredictor(spec, {
    ...ports,
    cwd: folder,
    task: manifest.task,
    // A package is not written to, not even with Python's caches.
    env: { PYTHONDONTWRITEBYTECODE: '1', ...ports.env },
  })
}

/** Golden rows of a package, none when it was packaged without. */
export async function readGolden(model: ModelFolder): Promise<GoldenRow[]> {
  const { golden, tag } = model.manifest
  if (golden === null) return []
  return decodeGolden(await readFile(join(model.folder, golden.path), 'utf8'), `${golden.path} of ${tag}`)
}
