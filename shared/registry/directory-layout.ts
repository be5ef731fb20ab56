import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import rcompare from 'semver/functions/rcompare.js'
import valid from 'semver/functions/valid.js'
import * as z from 'zod'
import { Digest } from '../contracts/common.js'
import type { ModelManifest } from '../contracts/model-manifest.js'
import { codeOf, UserError } from '../core/errors.js'
import { digestOf } from '../core/hash.js'
import { namesIn } from './disk.js'
import { decodeManifest } from './manifest.js'
import { requireTag, tagOf } from './names.js'
import type { PublishedVersion } from './registry.js'

/** `.published.json` in the folder of a version: what a list needs, so that it reads no manifest. */
const Published = z.strictObject({
  schema: z.literal('plumbline.published-version/1'),
  model: z.string(),
  tag: z.string(),
  version: z.string(),
  manifestDigest: Digest,
  contentDigest: Digest,
  publishedAt: z.iso.datetime(),
})

const ABOUT: Readonly<Record<string, string>> = {
  'README.txt': `Registry of model versions, kept by Plumbline (https://github.com/plumbline-ml/plumbline).

models/<model>/v<version>/    one published version: manifest.json lists every file with its SHA-256
environments/<name>.jsonl     what was deployed where, one line each, oldest first
drafts/ locks/                work in progress; safe to delete when nothing runs

Published versions are never changed. Every read checks the digests.
`,
  // Line ends changed by git would change digests.
  '.gitattributes': '* -text\n',
  '.gitignore': '/drafts/\n/locks/\n',
}

// A model's name has no dot and a version always has one, so that the two never share a path.
export const folderOf = (root: string, model: string, version: string): string =>
  join(root, 'models', model, `v${version}`)

/** A name with slashes as one name of a folder. */
export const flat = (model: string): string => model.replaceAll('/', '%2F')

/** Makes the folder with the notes that explain it. */
export async function describe(root: string): Promise<void> {
  await mkdir(root, { recursive: true }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
    throw new UserError('the registry is a file, not a folder', {
      cure: 'name a folder under `registry:` in plumbline.yml',
    })
  })
  for (const [name, text] of Object.entries(ABOUT)) {
    await writeFile(join(root, name), text, { flag: 'wx' }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  }
}

/** Names of models with a version, below a folder. */
export async function modelsIn(folder: string, prefix: string): Promise<string[]> {
  const found: string[] = []
  const names = await namesIn(folder)
  if (prefix !== '' && names.some(isVersionFolder)) found.push(prefix)
  for (const name of names) {
    if (name.includes('.')) continue
    if ((await stat(join(folder, name))).isDirectory()) {
      found.push(...(await modelsIn(join(folder, name), prefix === '' ? name : `${prefix}/${name}`)))
    }
  }
  return found.sort()
}

const isVersionFolder = (name: string): boolean => name.startsWith('v') && valid(name.slice(1)) === name.slice(1)

/** Published versions of a model, highest first. */
export async function versionsOf(root: string, model: string): Promise<PublishedVersion[]> {
  const names = (await namesIn(join(root, 'models', model))).filter(isVersionFolder)
  const versions = await Promise.all(names.map((name) => publishedVersion(root, model, name.slice(1))))
  return versions.filter((version) => version !== null).sort((a, b) => rcompare(a.version, b.version))
}

/** The text of `.published.json`. */
export const encodePublished = (version: PublishedVersion): string =>
  `${JSON.stringify({ schema: 'plumbline.published-version/1', ...version }, null, 2)}\n`

async function publishedVersion(root: string, model: string, version: string): Promise<PublishedVersion | null> {
  const tag = tagOf(model, version)
  const text = await textOf(join(folderOf(root, model, version), '.published.json'))
  if (text === null) return null
  const parsed = Published.safeParse(jsonOf(text))
  if (!parsed.success) throw damaged(tag, '.published.json cannot be read')
  const { schema: _, ...published } = parsed.data
  // A file system that ignores case answers for a name that is not the model's.
  if (published.tag !== tag) throw damaged(tag, `the folder says that it is ${published.tag}`)
  return published
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const damaged = (tag: string, what: string): UserError =>
  new UserError(`${tag} has been changed since it was published: ${what}`, {
    cure: 'restore its folder from a backup; a published version is never changed, so package the model again for a new one',
  })

/** The verified manifest of a version; null when it is not published. */
export async function readManifest(
  root: string,
  tag: string,
): Promise<{ manifest: ModelManifest; digest: string } | null> {
  const { model, version } = requireTag(tag)
  const published = await publishedVersion(root, model, version)
  if (published === null) return null
  const text = await textOf(join(folderOf(root, model, version), 'manifest.json'))
  if (text === null) throw damaged(tag, 'manifest.json is gone')
  const digest = digestOf(text)
  if (digest !== published.manifestDigest) {
    throw damaged(tag, `manifest.json is ${digest}, published was ${published.manifestDigest}`)
  }
  return { manifest: decodeManifest(text, `manifest of ${tag}`), digest }
}
