import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../core/context.js'
import { UserError } from '../core/errors.js'
import { mayHaveHappened } from '../github/lost.js'
import { Refusal } from '../github/refusal.js'
import type { Asset, Release, Releases } from '../github/releases.js'
import { formatBytes } from '../report/format.js'
import { inParallel } from './parallel.js'
import { compareAssets, isWhole, MANIFEST, type WantedAsset } from './releases-assets.js'
import { downloadDigest } from './releases-download.js'
import { readDraftLine } from './releases-lines.js'
import type { Sources } from './releases-sources.js'

/** Thrown when a draft is no longer this run's to fill: it was removed, published or taken up by another. */
export class DraftLost extends Error {}

/** A draft that this run fills. */
export interface Work {
  readonly id: number
  readonly nonce: string
  release: Release
  /** Digests of assets for which GitHub tells none. */
  readonly known: Map<number, string>
}

export interface Filling {
  readonly releases: Releases
  readonly sources: Sources
  readonly log: Log
  readonly undone: string
  /** Unit of the waits before the second and third try, in seconds. */
  readonly pause: number
}

const AT_ONCE = 3
const MOST_TRIES = 3

/** Waits before another try: 1, then 4 units. */
export const waitBefore = (tries: number, pause: number): Promise<void> => sleep(tries ** 2 * pause * 1000)

/**
 * Makes a draft hold the wanted assets and no other: what is broken or of another content goes, what is there already
 * stays, the rest is uploaded and its digest compared; the manifest comes last. Throws DraftLost, Refusal, UserError.
 */
export async function fillDraft(filling: Filling, work: Work, wanted: readonly WantedAsset[]): Promise<void> {
  const { stale, missing } = compareAssets(wanted, work.release.assets, work.known)
  for (const asset of stale) await removeAsset(filling, work, asset)
  const kept = wanted.length - missing.length
  if (kept > 0) filling.log.info(`${kept} of ${wanted.length} assets are there already`)
  const last = missing.filter(({ name }) => name === MANIFEST)
  const first = missing.filter(({ name }) => name !== MANIFEST)
  await inParallel(first, AT_ONCE, (one) => uploadAsset(filling, work, one))
  for (const one of last) await uploadAsset(filling, work, one)
}

/**
 * Compares what GitHub shows of a draft now with what it has to hold. `false`: something is missing, and is to be filled
 * again. Throws DraftLost.
 */
export function isComplete(work: Work, now: Release | null, wanted: readonly WantedAsset[]): boolean {
  if (now === null || !now.draft || readDraftLine(now.body)?.nonce !== work.nonce) throw new DraftLost()
  work.release = now
  const { stale, missing } = compareAssets(wanted, now.assets, work.known)
  return stale.length === 0 && missing.length === 0
}

async function removeAsset({ releases, undone }: Filling, work: Work, { id }: Asset): Promise<void> {
  await releases.removeAsset(id, undone)
  work.release = { ...work.release, assets: work.release.assets.filter((asset) => asset.id !== id) }
}

async function uploadAsset(filling: Filling, work: Work, one: WantedAsset): Promise<void> {
  const { log, pause } = filling
  const name = one.label ?? one.name
  for (let tries = 1; ; tries++) {
    const trouble = await tryUpload(filling, work, one, tries === 1)
    if (trouble === null) {
      log.info(`uploaded ${name} (${formatBytes(one.end - one.start)})`)
      return
    }
    if (tries === MOST_TRIES) throw trouble
    log.info(`${name} did not arrive whole: once more`)
    await waitBefore(tries, pause)
  }
}

/** Null when the asset is there as it was wanted, else why to try again; what is broken is removed then. */
async function tryUpload(filling: Filling, work: Work, one: WantedAsset, first: boolean): Promise<Error | null> {
  const { releases, sources, undone } = filling
  const data = await sources.blob(one)
  let trouble: Error = notKept(one)
  let asset: Asset | null
  try {
    asset = await releases.upload(work.release, { name: one.name, label: one.label, data }, undone)
  } catch (error) {
    await sources.check(one)
    if (error instanceof Refusal && error.status === 404) throw new DraftLost()
    const clash = error instanceof Refusal && error.status === 422 && /already_exists/i.test(error.words)
    if (!clash && !mayHaveHappened(error)) throw error
    trouble = error as Error
    asset = await lookFor(filling, work, one.name)
    // A whole asset that this process did not begin: somebody else fills the same draft.
    if (clash && first && asset && isWhole(asset) && asset.digest && asset.digest !== one.digest) throw new DraftLost()
  }
  if (asset === null) return trouble
  if (asset.name !== one.name) {
    throw new UserError(`GitHub renamed the asset ${one.name} to ${asset.name}`, {
      cure: 'please report this line as a bug of Plumbline',
    })
  }
  if (await holds(filling, work, asset, one)) return null
  await sources.check(one)
  await removeAsset(filling, work, asset)
  return trouble
}

/** Whether an asset is the wanted one, by the digest that GitHub tells, else by its bytes; then it is noted. */
async function holds(filling: Filling, work: Work, asset: Asset, one: WantedAsset): Promise<boolean> {
  if (!isWhole(asset) || asset.size !== one.end - one.start) return false
  const digest = asset.digest ?? (await downloadDigest(filling.releases, [asset], filling.undone))
  if (digest !== one.digest) return false
  if (!asset.digest) work.known.set(asset.id, digest)
  const others = work.release.assets.filter(({ id }) => id !== asset.id)
  work.release = { ...work.release, assets: [...others, asset] }
  return true
}

async function lookFor({ releases, undone }: Filling, work: Work, name: string): Promise<Asset | null> {
  const now = await releases.get(work.id, undone)
  if (now === null || !now.draft) throw new DraftLost()
  return now.assets.find((asset) => asset.name === name) ?? null
}

const notKept = ({ path }: WantedAsset): UserError =>
  new UserError(`GitHub does not keep ${path} as it was sent: its digest is another each time`, {
    cure: 'run the step again; if it stays, look at what stands between the runner and GitHub',
  })
