import { constants } from 'node:fs'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ModelManifest } from '../contracts/model-manifest.js'
import { codeOf, UserError } from '../core/errors.js'
import { fileError } from '../core/files.js'
import { digestOfFile } from '../core/hash.js'
import { requireWhole } from './directory-fetch.js'
import { describe, encodePublished, flat, folderOf, versionsOf } from './directory-layout.js'
import { copyFlushed, flush, foldersUnder, moveNew, namesIn, uniqueName, writeFlushed } from './disk.js'
import { type Lock, type LockOptions, withLock } from './lock.js'
import { checkManifest, encodeManifest } from './manifest.js'
import { requireModelName } from './names.js'
import { changedFile as changed } from './place.js'
import type { Draft, Publication, PublishedVersion } from './registry.js'

export interface DirectoryOptions {
  /** Absolute folder; made when something is first written. */
  readonly root: string
  /** The folder as people know it, such as `.plumbline-registry`: goes into documents. Default: `root`. */
  readonly address?: string
  now(): Date
  readonly lock?: LockOptions
  /** Called between the steps of `publish` with the name of the point reached: tests stop the process there. */
  readonly reached?: (point: PublishPoint) => void | Promise<void>
}

export type PublishPoint = 'locked' | 'proposed' | 'draft-made' | 'file-copied' | 'draft-complete' | 'published'

const READ_ONLY = 0o444

/** See `Registry.publish`. */
export async function publish(options: DirectoryOptions, draft: Draft): Promise<Publication> {
  const model = requireModelName(draft.model)
  const { root } = options
  await describe(root)
  return withLock(
    join(root, 'locks', 'models', flat(model)),
    `model ${model}`,
    async (lock) => {
      const drafts = join(root, 'drafts', flat(model))
      await clearDrafts(drafts)
      await options.reached?.('locked')
      for (let attempt = 0; attempt < 5; attempt++) {
        const published = await versionsOf(root, model)
        const proposal = await draft.propose(published, [])
        await options.reached?.('proposed')
        if ('existing' in proposal) return unchanged(root, proposal.existing)
        const twin = sameVersion(proposal, published)
        if (twin) return unchanged(root, twin)
        const done = await publishOnce(options, draft, proposal, drafts, lock)
        if (done) return { outcome: 'published', version: done }
      }
      throw new UserError(`other runs kept publishing versions of ${model} at the same time`, { cure: 'run again' })
    },
    options.lock,
  )
}

/** A version that lies there broken is no success, though nothing would be written. */
async function unchanged(root: string, version: PublishedVersion): Promise<Publication> {
  await requireWhole(root, version)
  return { outcome: 'unchanged', version }
}

function sameVersion(manifest: ModelManifest, published: readonly PublishedVersion[]): PublishedVersion | null {
  const twin = published.find(({ version }) => version === manifest.version)
  if (!twin) return null
  if (twin.manifestDigest === encodeManifest(manifest).digest) return twin
  throw new UserError(`${manifest.tag} is published already and its content is another`, {
    cure: 'a published version is never changed: take another package.version, or `auto`',
  })
}

/** Null when a run that does not keep the lock has published the version in between. */
async function publishOnce(
  options: DirectoryOptions,
  draft: Draft,
  manifest: ModelManifest,
  drafts: string,
  lock: Lock,
): Promise<PublishedVersion | null> {
  checkManifest(manifest, `the manifest of ${manifest.tag}`)
  if (manifest.model !== draft.model) throw new Error(`proposed ${manifest.tag} for model ${draft.model}`)
  const folder = join(drafts, uniqueName())
  const version: PublishedVersion = {
    model: manifest.model,
    tag: manifest.tag,
    version: manifest.version,
    manifestDigest: encodeManifest(manifest).digest,
    contentDigest: manifest.contentDigest,
    publishedAt: options.now().toISOString(),
  }
  const target = folderOf(options.root, version.model, version.version)
  try {
    await fillDraft(options, draft, manifest, version, folder)
    await mkdir(dirname(target), { recursive: true })
    if (!(await lock.held())) throw lockLost(version.model)
    if (!(await moveNew(folder, target))) return null
    await flush(dirname(target))
    await options.reached?.('published')
    return version
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

/**
 * Under the lock nobody else works here: what is left is from runs that were cut. A draft is renamed before it is
 * removed, so that a run which wakes up after it has lost the lock can never publish half of it.
 */
async function clearDrafts(drafts: string): Promise<void> {
  for (const name of await namesIn(drafts)) {
    const away = join(drafts, `.${uniqueName()}`)
    await rename(join(drafts, name), away)
    await rm(away, { recursive: true, force: true })
  }
}

async function fillDraft(
  options: DirectoryOptions,
  draft: Draft,
  manifest: ModelManifest,
  version: PublishedVersion,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await options.reached?.('draft-made')
  for (const file of manifest.files) {
    const copy = join(folder, file.path)
    const source = draft.source(file.path)
    await access(source, constants.R_OK).catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT' ? changed(file.path, 'is gone') : fileError(error, file.path)
    })
    await copyFlushed(source, copy, READ_ONLY)
    const { digest } = await digestOfFile(copy)
    if (digest !== file.digest) throw changed(file.path, 'has another content now')
    await options.reached?.('file-copied')
  }
  await writeFlushed(join(folder, 'manifest.json'), encodeManifest(manifest).text, READ_ONLY)
  await writeFlushed(join(folder, '.published.json'), encodePublished(version), READ_ONLY)
  for (const each of await foldersUnder(folder)) await flush(each)
  await options.reached?.('draft-complete')
}

const lockLost = (model: string): UserError =>
  new UserError(`another run took over the lock of model ${model}, because this one had stood still`, {
    cure: 'run again: nothing was published',
  })
