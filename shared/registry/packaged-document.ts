import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelManifest } from '../contracts/model-manifest.js'
import { type DocumentSchema, documentName, parseDocument, type Read } from '../core/documents.js'
import { digestOf } from '../core/hash.js'
import type { Registry } from './registry.js'

/**
 * A document that lies in a published version, such as the profile of its training data; null when the version was
 * packaged without. Throws UserError when it cannot be fetched, has been changed, or is of another version.
 */
export async function readPackagedDocument<S extends DocumentSchema>(
  registry: Registry,
  { tag, files }: Pick<ModelManifest, 'tag' | 'files'>,
  schema: S,
): Promise<Read<S> | null> {
  const path = `${documentName(schema)}.json`
  if (!files.some((file) => file.path === path)) return null
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-document-'))
  try {
    await registry.fetch(tag, folder, [path])
    const text = await readFile(join(folder, path), 'utf8')
    return {
      document: parseDocument(schema, text, `${path} of ${tag}`),
      ref: { kind: 'release', name: `${tag}/${path}`, digest: digestOf(text) },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
