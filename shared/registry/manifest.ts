import { ModelManifest } from '../contracts/model-manifest.js'
import { parseDocument } from '../core/documents.js'
import { problemsError } from '../core/errors.js'
import { digestOf } from '../core/hash.js'
import { packagePathProblem, readTag } from './names.js'

/** The bytes of `manifest.json` and their digest, which is the identity of the version. Equal manifests give equal bytes. */
export function encodeManifest(manifest: ModelManifest): { text: string; digest: string } {
  const text = `${JSON.stringify(ModelManifest.parse(manifest), null, 2)}\n`
  return { text, digest: digestOf(text) }
}

/** Throws UserError when the text is not a manifest, one of a newer version, or one with names that leave the package. */
export function decodeManifest(text: string, where: string): ModelManifest {
  const manifest = parseDocument(ModelManifest, text, where)
  checkManifest(manifest, where)
  return manifest
}

/** Throws one UserError with everything in a manifest that a registry must not write to disk. */
export function checkManifest(manifest: ModelManifest, where: string): void {
  const problems: { message: string }[] = []
  const tag = readTag(manifest.tag)
  if (tag?.model !== manifest.model || tag.version !== manifest.version) {
    problems.push({
      message: `tag ${JSON.stringify(manifest.tag)} is not that of ${manifest.model} ${manifest.version}`,
    })
  }
  const seen = new Map<string, string>()
  for (const { path } of manifest.files) {
    const problem = packagePathProblem(path)
    if (problem) problems.push({ message: `file ${JSON.stringify(path)} ${problem}` })
    const twin = seen.get(path.toLowerCase())
    if (twin !== undefined)
      problems.push({
        message: `files ${JSON.stringify(twin)} and ${JSON.stringify(path)} are one file where case does not count`,
      })
    seen.set(path.toLowerCase(), path)
  }
  if (problems.length > 0) throw problemsError(`${where} cannot be used`, problems)
}
