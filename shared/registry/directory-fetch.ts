import { chmod, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelManifest, PackagedFile } from '../contracts/model-manifest.js'
import { codeOf, UserError } from '../core/errors.js'
import { fileError } from '../core/files.js'
import { digestOfFile } from '../core/hash.js'
import { damaged, folderOf, readManifest, versionsOf } from './directory-layout.js'
import { copyFlushed, uniqueName } from './disk.js'
import { requireTag } from './names.js'
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
  if (found === null) {
    const known = (await versionsOf(root, model)).map((one) => one.tag)
    throw new UserError(`${tag} is not published`, {
      cure: known.length === 0 ? `package ${model} first` : `published are: ${known.slice(0, 10).join(', ')}`,
    })
  }
  const { manifest } = found
  const unknown = (paths ?? []).filter((path) => !manifest.files.some((file) => file.path === path))
  if (unknown.length > 0) {
    throw new UserError(`${tag} has no file ${unknown.join(', ')}`, {
      cure: `it has: ${manifest.files.map((file) => file.path).join(', ')}`,
    })
  }
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
  file: Pick<PackagedFile, 'path' | 'digest'>,
  into: string,
): Promise<void> {
  await place(join(folder, file.path), join(into, file.path), async (copy) => {
    const { digest } = await digestOfFile(copy)
    if (digest !== file.digest) throw damaged(tag, `${file.path} is ${digest}, published was ${file.digest}`)
    return (await isProgram(copy)) ? 0o755 : 0o644
  }).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? damaged(tag, `${file.path} is gone`) : error
  })
}

/** Copies under a temporary name, lets `check` look at the copy, then gives it its name. */
async function place(source: string, target: string, check: (copy: string) => Promise<number>): Promise<void> {
  const copy = `${target}.${uniqueName()}.part`
  try {
    await copyFlushed(source, copy, 0o644)
    const mode = await check(copy)
    await chmod(copy, mode)
    await rename(copy, target)
  } catch (error) {
    await rm(copy, { force: true })
    throw error
  }
}

// GitHub releases keep no file modes, and Windows has none, so the content tells: a script, or a program of Linux or macOS.
const PROGRAM = /^(?:#!|\x7fELF|\xcf\xfa\xed\xfe)/

async function isProgram(path: string): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return PROGRAM.test(buffer.subarray(0, bytesRead).toString('latin1'))
  } finally {
    await handle.close()
  }
}
