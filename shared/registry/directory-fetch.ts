import { join } from 'node:path'
import type { ModelManifest, PackagedFile } from '../contracts/model-manifest.js'
import { codeOf } from '../core/errors.js'
import { fileError } from '../core/files.js'
import { digestOfFile } from '../core/hash.js'
import { damaged, folderOf, readManifest, versionsOf } from './directory-layout.js'
import { copyFlushed } from './disk.js'
import { requireTag } from './names.js'
import { notPublished, place, requireFiles } from './place.js'
import type { PublishedVersion } from './registry.js'

/** See `Registry.fetch`. */
export async function fetchVersion(
  root: string,
  tag: string,
  into: string,
  paths?: readonly string[],
): Promise<ModelManifest> {
  const { model, version } = requireTag(tag)
  const found = await readManifest(root, tag)
  if (found === null) throw notPublished(tag, model, await versionsOf(root, model))
  const { manifest } = found
  requireFiles(tag, manifest.files, paths)
  const folder = folderOf(root, model, version)
  for (const file of manifest.files) {
    if (paths === undefined || paths.includes(file.path)) await fetchFile(tag, folder, file, into)
  }
  await fetchFile(tag, folder, { path: 'manifest.json', digest: found.digest }, into)
  return manifest
}

/** Throws UserError when a file of a published version is not as it was published. */
export async function requireWhole(root: string, { tag, model, version }: PublishedVersion): Promise<void> {
  const found = await readManifest(root, tag)
  if (found === null) throw damaged(tag, 'manifest.json is gone')
  for (const { path, digest: wanted } of found.manifest.files) {
    const { digest } = await digestOfFile(join(folderOf(root, model, version), path)).catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT' ? damaged(tag, `${path} is gone`) : fileError(error, path)
    })
    if (digest !== wanted) throw damaged(tag, `${path} is ${digest}, published was ${wanted}`)
  }
}

async function fetchFile(
  tag: string,
  folder: string,
  { path, digest: wanted }: Pick<PackagedFile, 'path' | 'digest'>,
  into: string,
): Promise<void> {
  const fill = async (copy: string): Promise<undefined> => {
    await copyFlushed(join(folder, path), copy, 0o644)
  }
  const wrong = (digest: string) => damaged(tag, `${path} is ${digest}, published was ${wanted}`)
  await place(join(into, path), wanted, fill, wrong).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? damaged(tag, `${path} is gone`) : error
  })
}
