import { resolve } from './commits.js'
import { stamp } from './state.js'
import type { Asset, Release, Repository } from './types.js'

export interface NewRelease {
  readonly tag: string
  readonly name?: string | null
  readonly body?: string | null
  readonly target?: string
  /** Default: published. */
  readonly draft?: boolean
  readonly prerelease?: boolean
  readonly author?: string
  /** Content by name. */
  readonly assets?: Readonly<Record<string, string | Uint8Array>>
  readonly createdAt?: Date
}

/** Puts a release there as it is, without the questions that the API asks; a published one with its tag. */
export function addRelease(repository: Repository, release: NewRelease): Release {
  const { host, refs, settings } = repository
  const now = stamp(release.createdAt ?? host.now())
  const draft = release.draft ?? false
  const made: Release = {
    id: host.id(),
    tag: release.tag,
    target: release.target ?? repository.defaultBranch,
    name: release.name ?? release.tag,
    body: release.body ?? null,
    draft,
    prerelease: release.prerelease ?? false,
    immutable: !draft && settings.immutableReleases,
    hiddenByTag: 0,
    author: release.author ?? 'github-actions[bot]',
    assets: [],
    createdAt: now,
    updatedAt: now,
    publishedAt: draft ? null : now,
  }
  for (const [name, content] of Object.entries(release.assets ?? {})) addAsset(repository, made, { name, content })
  const commit = resolve(repository, made.target)
  if (!draft && commit && !refs.has(`refs/tags/${made.tag}`)) refs.set(`refs/tags/${made.tag}`, commit.sha)
  if (made.immutable) repository.burntTags.add(made.tag)
  repository.releases.push(made)
  return made
}

export interface NewAsset {
  readonly name: string
  readonly content: string | Uint8Array
  readonly label?: string | null
  readonly contentType?: string
  readonly state?: Asset['state']
  /** Null: as for what was uploaded before GitHub had digests. */
  readonly digest?: string | null
  readonly uploader?: string
}

export function addAsset({ host }: Repository, release: Release, asset: NewAsset): Asset {
  const now = stamp(host.now())
  const stored = host.keep(asset.content)
  const made: Asset = {
    id: host.id(),
    name: asset.name,
    label: asset.label ?? null,
    contentType: asset.contentType ?? 'application/octet-stream',
    state: asset.state ?? 'uploaded',
    stored,
    digest: asset.digest === undefined ? stored.digest : asset.digest,
    downloads: 0,
    uploader: asset.uploader ?? release.author,
    createdAt: now,
    updatedAt: now,
  }
  release.assets.push(made)
  return made
}
