import rcompare from 'semver/functions/rcompare.js'
import type { ModelManifest, PackagedFile } from '../contracts/model-manifest.js'
import { UserError } from '../core/errors.js'
import { digestOf } from '../core/hash.js'
import type { Asset, Release, Releases } from '../github/releases.js'
import { decodeManifest } from './manifest.js'
import { readTag } from './names.js'
import type { PublishedVersion } from './registry.js'
import { findAssets, isWhole, MANIFEST } from './releases-assets.js'
import { AssetGone, downloadDigest, downloadText } from './releases-download.js'
import { readVersionLine, type VersionLine } from './releases-lines.js'

/** A published release that is a model version. */
export interface VersionRelease {
  readonly release: Release
  readonly version: PublishedVersion
  /** Null when somebody has deleted it. */
  readonly manifestAsset: Asset | null
  /** What was written into the notes when it was published; null when somebody has edited that away. */
  readonly line: VersionLine | null
}

export interface View {
  /** Highest version first within a model. */
  readonly versions: readonly VersionRelease[]
  /** Tags of the form of a version that releases of people have taken. */
  readonly foreign: readonly string[]
}

export interface VerifiedManifest {
  readonly manifest: ModelManifest
  readonly digest: string
  readonly text: string
}

/** The releases of a repository read as model versions. Every method throws UserError. */
export interface Store {
  readonly releases: Releases
  /** The releases as they are now, drafts included. */
  list(): Promise<Release[]>
  /** A release as GitHub has just shown it, for what is read after. */
  remember(release: Release): void
  view(releases: readonly Release[]): Promise<View>
  /** A published version. What this process has seen before is not asked again: a published version never changes. */
  find(tag: string): Promise<VersionRelease | null>
  /** The same, asked again. */
  findAgain(tag: string): Promise<VersionRelease | null>
  manifestOf(version: VersionRelease): Promise<VerifiedManifest>
  /** Each file of a version with the assets that hold it. Throws UserError when one is gone or of another content. */
  filesOf(version: VersionRelease, manifest: ModelManifest): Promise<Map<PackagedFile, readonly Asset[]>>
}

/** A manifest of the largest package has less than a megabyte; a larger file of that name is none of ours. */
const MOST_MANIFEST_BYTES = 16 * 2 ** 20

/** See {@link Store}. `repository` is its name in messages. */
export function openStore(releases: Releases, repository: string): Store {
  let known = new Map<number, Release>()
  // By digest or, for an asset without one, by its number: neither ever means another text.
  const texts = new Map<string, string>()
  const unread = `the versions in the releases of ${repository} cannot be read`

  const textOf = async (asset: Asset): Promise<string> => {
    const key = asset.digest ?? String(asset.id)
    const text = texts.get(key) ?? (await downloadText(releases, asset, unread))
    texts.set(key, text)
    return text
  }

  /** Null when it is a release of a person with a tag that looks alike. */
  const versionOf = async (release: Release): Promise<VersionRelease | null> => {
    const tag = release.draft ? null : readTag(release.tag_name)
    if (tag === null) return null
    const manifestAsset = release.assets.find((asset) => asset.name === MANIFEST && isWhole(asset)) ?? null
    const line = readVersionLine(release.body)
    if (manifestAsset === null && line === null) return null
    const described = line ?? (manifestAsset && (await describe(manifestAsset)))
    if (described === null) return null
    return {
      release,
      manifestAsset,
      line,
      version: {
        ...tag,
        tag: release.tag_name,
        manifestDigest: manifestAsset?.digest ?? described.manifest,
        contentDigest: described.content,
        publishedAt: release.published_at ?? '',
      },
    }
  }

  const describe = async (asset: Asset): Promise<VersionLine | null> => {
    if (asset.size > MOST_MANIFEST_BYTES) return null
    const text = await textOf(asset)
    if (!isOurs(text)) return null
    return { manifest: digestOf(text), content: decodeManifest(text, MANIFEST).contentDigest }
  }

  const find = async (tag: string): Promise<VersionRelease | null> => {
    for (const release of known.values()) {
      if (release.tag_name === tag && !release.draft) return versionOf(release)
    }
    return null
  }

  const store: Store = {
    releases,
    async list() {
      const all = await releases.list(unread)
      known = new Map(all.map((release) => [release.id, release]))
      return all
    },
    remember: (release) => void known.set(release.id, release),
    async view(all) {
      const found: VersionRelease[] = []
      const foreign: string[] = []
      for (const release of all) {
        const version = await versionOf(release)
        if (version) found.push(version)
        else if (!release.draft && readTag(release.tag_name)) foreign.push(release.tag_name)
      }
      return { versions: found.sort((a, b) => rcompare(a.version.version, b.version.version)), foreign }
    },
    find: async (tag) => (await find(tag)) ?? store.findAgain(tag),
    async findAgain(tag) {
      await store.list()
      return find(tag)
    },
    async manifestOf({ version: { tag }, manifestAsset, line }) {
      if (manifestAsset === null) throw damaged(tag, `${MANIFEST} is gone`)
      const told = manifestAsset.digest ?? null
      if (told !== null && line !== null && told !== line.manifest)
        throw damaged(tag, changedTo(MANIFEST, told, line.manifest))
      const text = await textOf(manifestAsset)
      const digest = digestOf(text)
      const wanted = told ?? line?.manifest ?? digest
      if (digest !== wanted) throw damaged(tag, changedTo(MANIFEST, digest, wanted))
      const manifest = decodeManifest(text, `manifest of ${tag}`)
      if (manifest.tag !== tag) throw damaged(tag, `its manifest is that of ${manifest.tag}`)
      if (line !== null && line.content !== manifest.contentDigest) {
        throw damaged(tag, 'the hidden line in its notes tells of another model')
      }
      return { manifest, digest, text }
    },
    async filesOf({ version: { tag }, release }, { files }) {
      const held = findAssets(files, release.assets)
      const found = new Map<PackagedFile, readonly Asset[]>()
      for (const file of files) {
        const assets = held.get(file.path)
        if (!assets) throw damaged(tag, `${file.path} is gone`)
        const told = assets.length === 1 ? assets[0]?.digest : null
        if (told && told !== file.digest) throw damaged(tag, changedTo(file.path, told, file.digest))
        const bytes = assets.reduce((sum, { size }) => sum + size, 0)
        if (bytes !== file.bytes) throw damaged(tag, `${file.path} has ${bytes} bytes, published were ${file.bytes}`)
        found.set(file, assets)
      }
      return found
    },
  }
  return store
}

/**
 * Throws UserError unless a published version is whole, by the digests that GitHub tells; what it tells none of is
 * downloaded.
 */
export async function requireWhole(store: Store, version: VersionRelease): Promise<VerifiedManifest> {
  const { tag } = version.version
  const verified = await store.manifestOf(version)
  for (const [file, assets] of await store.filesOf(version, verified.manifest)) {
    if (assets.length === 0 || (assets.length === 1 && assets[0]?.digest)) continue
    const digest = await downloadDigest(store.releases, assets, `${tag} cannot be verified`)
    if (digest !== file.digest) throw damaged(tag, changedTo(file.path, digest, file.digest))
  }
  return verified
}

/**
 * Reads a version as this process has seen it before; when an asset has gone since, once more as it is now. Null when
 * there is no such version.
 */
export async function withVersion<T>(
  store: Store,
  tag: string,
  read: (version: VersionRelease) => Promise<T>,
): Promise<T | null> {
  const seen = await store.find(tag)
  if (seen === null) return null
  try {
    return await read(seen)
  } catch (error) {
    if (!(error instanceof AssetGone)) throw error
  }
  const now = await store.findAgain(tag)
  if (now === null) return null
  try {
    return await read(now)
  } catch (error) {
    throw error instanceof AssetGone ? damaged(tag, `the asset ${error.asset.name} is gone`) : error
  }
}

const isOurs = (text: string): boolean => {
  try {
    const { schema } = JSON.parse(text) as { schema?: unknown }
    return typeof schema === 'string' && schema.startsWith('plumbline.model-manifest/')
  } catch {
    return false
  }
}

export const changedTo = (path: string, is: string, was: string): string => `${path} is ${is}, published was ${was}`

/** For a version whose release is not as it was published. */
export const damaged = (tag: string, what: string): UserError =>
  new UserError(`${tag} has been changed since it was published: ${what}`, {
    cure: 'a published version is never changed: package the model again for a new one, and delete this release if nothing serves it; immutable releases, in the settings of the repository, keep this from happening',
  })
