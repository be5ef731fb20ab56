import type { Addresses } from '../call.js'
import type { Asset, Release, Repository } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'

/** A draft has a tag of its own in its addresses until it is published. */
const shownTag = ({ draft, tag, id }: Release) => (draft ? `untagged-${id.toString(16).padStart(20, '0')}` : tag)

export function showRelease(at: Addresses, repository: Repository, release: Release) {
  const url = `${apiOf(at, repository)}/releases/${release.id}`
  const page = pageOf(at, repository)
  const published = release.draft ? null : apiOf(at, repository)
  const uploads = at.uploads + new URL(url).pathname.slice(new URL(at.api).pathname.replace(/\/$/, '').length)
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${uploads}/assets{?name,label}`,
    html_url: `${page}/releases/tag/${encodeURIComponent(shownTag(release))}`,
    id: release.id,
    author: user(at, release.author),
    node_id: `RE_${release.id}`,
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: release.assets.map((asset) => showAsset(at, repository, release, asset)),
    tarball_url: published && `${published}/tarball/${encodeURIComponent(release.tag)}`,
    zipball_url: published && `${published}/zipball/${encodeURIComponent(release.tag)}`,
    body: release.body,
  }
}

export function showAsset(at: Addresses, repository: Repository, release: Release, asset: Asset) {
  const tag = encodeURIComponent(shownTag(release))
  return {
    url: `${apiOf(at, repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: `RA_${asset.id}`,
    name: asset.name,
    label: asset.label,
    uploader: user(at, asset.uploader),
    content_type: asset.contentType,
    state: asset.state,
    size: asset.stored.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${pageOf(at, repository)}/releases/download/${tag}/${asset.name}`,
  }
}
