import {
  type Call,
  created,
  found,
  invalid,
  notFound,
  nothing,
  ok,
  Problem,
  pages,
  type Route,
  redirect,
  route,
} from '../call.js'
import { showAsset } from '../shapes/release.js'
import { stamp } from '../state/state.js'
import type { Asset, Release } from '../state/types.js'
import { releaseOf } from './releases.js'

const READ = 'contents: read'
const WRITE = 'contents: write'
const RELEASES = '/repos/{owner}/{repo}/releases'

const upload = async (call: Call) => {
  const { repository, query, incoming, bytes, actor } = call
  const release = releaseOf(call)
  const name = rewrite(query.name ?? '')
  try {
    refuseUpload(call, release, name)
  } catch (problem) {
    // The client has sent all before it reads an answer.
    incoming.resume()
    throw problem
  }
  const now = stamp(repository.host.now())
  const asset: Asset = {
    id: repository.host.id(),
    name,
    label: query.label ?? '',
    contentType: incoming.headers['content-type'] ?? 'application/octet-stream',
    state: 'starter',
    stored: bytes.keep(''),
    digest: null,
    downloads: 0,
    uploader: actor,
    createdAt: now,
    updatedAt: now,
  }
  release.assets.push(asset)
  const stored = await bytes.receive(incoming)
  if (!call.breaksOff) Object.assign(asset, { stored, state: 'uploaded', digest: stored.digest })
  return created(showAsset(call.at, repository, release, asset))
}

function refuseUpload({ repository: { settings }, incoming }: Call, release: Release, name: string): void {
  const length = incoming.headers['content-length']
  if (length === undefined) throw new Problem(400, 'Bad Content-Length')
  if (release.immutable) throw new Problem(422, 'Cannot upload assets to an immutable release.')
  const wrong = (code: string, field: string, message?: string) =>
    invalid({ resource: 'ReleaseAsset', code, field, ...(message === undefined ? {} : { message }) })
  if (name === '') throw wrong('missing_field', 'name')
  if (release.assets.some((asset) => asset.name === name)) throw wrong('already_exists', 'name')
  const { assetSize, assetCount } = settings
  if (Number(length) >= assetSize) throw wrong('custom', 'size', `size must be less than or equal to ${assetSize}`)
  // GitHub's words for it are not known.
  if (release.assets.length >= assetCount)
    throw wrong('custom', 'release', `a release has at most ${assetCount} assets`)
}

/** GitHub gives files with other signs in their names another name. */
export function rewrite(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/^\./, 'default.')
  const dotted = plain.replace(/[^a-zA-Z0-9\-_+@]+/g, '.').replace(/^\.|\.$/g, '')
  return dotted !== name && !dotted.includes('.') ? `default.${dotted}` : dotted
}

function assetOf(call: Call): { release: Release; asset: Asset } {
  for (const release of call.repository.releases) {
    const asset = release.assets.find(({ id }) => String(id) === call.params.asset_id)
    if (asset && (!release.draft || call.can(WRITE))) return { release, asset }
  }
  throw notFound()
}

const get = (call: Call) => {
  const { release, asset } = assetOf(call)
  if (!/\bapplication\/octet-stream\b/.test(call.incoming.headers.accept ?? '')) {
    return ok(showAsset(call.at, call.repository, release, asset))
  }
  if (asset.state !== 'uploaded') throw notFound()
  asset.downloads += 1
  return redirect(call.link(asset.stored, { type: asset.contentType, name: asset.name }))
}

const update = (call: Call<{ name?: string; label?: string; state?: string }>) => {
  const { release, asset } = assetOf(call)
  refuseLocked(release)
  const name = rewrite(call.body.name ?? asset.name)
  if (release.assets.some((other) => other !== asset && other.name === name)) {
    throw invalid({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' })
  }
  Object.assign(asset, { name, label: call.body.label ?? asset.label, updatedAt: stamp(call.repository.host.now()) })
  return ok(showAsset(call.at, call.repository, release, asset))
}

const remove = (call: Call) => {
  const { release, asset } = assetOf(call)
  refuseLocked(release)
  release.assets.splice(release.assets.indexOf(asset), 1)
  return nothing
}

/** GitHub's words for it are not known. */
function refuseLocked({ immutable }: Release): void {
  if (immutable) throw new Problem(422, 'Cannot change assets of an immutable release.')
}

const list = (call: Call) => {
  const release = found(releaseOf(call))
  return pages(release.assets, (asset) => showAsset(call.at, call.repository, release, asset))
}

export const assets: readonly Route[] = [
  route(`GET ${RELEASES}/{release_id}/assets`, READ, list),
  route(`POST ${RELEASES}/{release_id}/assets`, WRITE, upload),
  route(`GET ${RELEASES}/assets/{asset_id}`, READ, get),
  route(`PATCH ${RELEASES}/assets/{asset_id}`, WRITE, update),
  route(`DELETE ${RELEASES}/assets/{asset_id}`, WRITE, remove),
]
