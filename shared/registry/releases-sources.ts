import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ModelManifest, PackagedFile } from '../contracts/model-manifest.js'
import { codeOf } from '../core/errors.js'
import { fileError } from '../core/files.js'
import { encodeManifest } from './manifest.js'
import { changedFile } from './place.js'
import type { Draft } from './registry.js'
import { MANIFEST, type PlannedAsset, planAssets, type WantedAsset } from './releases-assets.js'

/** The bytes that are to be uploaded. */
export interface Sources {
  /** What a release of this manifest has to hold, the manifest itself last. Throws UserError when a file is not as it says. */
  read(manifest: ModelManifest): Promise<WantedAsset[]>
  /** Reads from the disk while it is sent. Throws UserError when the file is gone. */
  blob(asset: WantedAsset): Promise<Blob>
  /** Throws UserError when the file is not what was read before: its upload can never fit. */
  check(asset: WantedAsset): Promise<void>
}

interface Read {
  readonly wanted: readonly WantedAsset[]
  readonly stamp: string
}

/** The files of a draft, each read once for all manifests that name it with the same content. */
export function openSources(draft: Draft, partBytes?: number): Sources {
  const known = new Map<string, Read>()
  let manifestText = ''

  const readFile = async (file: PackagedFile, planned: readonly PlannedAsset[]): Promise<readonly WantedAsset[]> => {
    const stamp = await stampOf(draft, file.path)
    const before = known.get(file.path)
    // The model card is written anew for each number.
    if (before?.stamp === stamp && before.wanted.every((one, i) => one.name === planned[i]?.name)) return before.wanted
    const { whole, slices } = await digests(draft.source(file.path), planned).catch((error: unknown) => {
      throw fileError(error, file.path)
    })
    if (whole !== file.digest) throw changedFile(file.path, 'has another content now')
    const wanted = planned.map((one, i) => ({ ...one, digest: slices[i] as string }))
    known.set(file.path, { wanted, stamp })
    return wanted
  }

  return {
    async read(manifest) {
      const planned = planAssets(manifest.files, partBytes)
      const wanted: WantedAsset[] = []
      for (const file of manifest.files) {
        wanted.push(
          ...(await readFile(
            file,
            planned.filter(({ path }) => path === file.path),
          )),
        )
      }
      const { text, digest } = encodeManifest(manifest)
      manifestText = text
      const bytes = Buffer.byteLength(text)
      return [...wanted, { name: MANIFEST, label: null, path: MANIFEST, start: 0, end: bytes, digest }]
    },
    async blob({ path, start, end }) {
      if (path === MANIFEST) return new Blob([manifestText])
      const blob = await openAsBlob(draft.source(path)).catch(() => {
        throw changedFile(path, 'is gone')
      })
      return blob.slice(start, end)
    },
    async check({ path }) {
      if (path === MANIFEST) return
      if ((await stampOf(draft, path)) !== known.get(path)?.stamp) throw changedFile(path, 'has another content now')
    },
  }
}

async function stampOf(draft: Draft, path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(draft.source(path)).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? changedFile(path, 'is gone') : fileError(error, path)
  })
  return `${size} ${mtimeMs} ${ino}`
}

/** SHA-256 of a whole file and of its slices, in one reading. */
async function digests(
  path: string,
  slices: readonly { readonly start: number; readonly end: number }[],
): Promise<{ whole: string; slices: string[] }> {
  const whole = createHash('sha256')
  const each = slices.map(() => createHash('sha256'))
  let at = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer
    whole.update(bytes)
    if (slices.length > 1) {
      for (const [i, { start, end }] of slices.entries()) {
        const part = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at))
        if (part.length > 0) each[i]?.update(part)
      }
    }
    at += bytes.length
  }
  const digest = `sha256:${whole.digest('hex')}`
  return {
    whole: digest,
    slices: slices.length === 1 ? [digest] : each.map((hash) => `sha256:${hash.digest('hex')}`),
  }
}
