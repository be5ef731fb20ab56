import { type Call, created, found, invalid, notFound, nothing, ok, pages, type Route, route } from '../call.js'
import { showRelease } from '../shapes/release.js'
import { resolve } from '../state/commits.js'
import { stamp } from '../state/state.js'
import type { Release, Repository } from '../state/types.js'
import { checkRelease, publish, type ReleaseBody } from './publishing.js'

const READ = 'contents: read'
const WRITE = 'contents: write'
const RELEASES = '/repos/{owner}/{repo}/releases'

/** Drafts are seen by those who may write. */
const sees = ({ can }: Call, release: Release) => !release.draft || can(WRITE)
const show = ({ at, repository }: Call, release: Release) => showRelease(at, repository, release)

const list = (call: Call) =>
  pages(call.repository.releases.filter((release) => sees(call, release)).reverse(), (release) => show(call, release))

const create = (call: Call<ReleaseBody & { tag_name: string }>) => {
  const { repository, body, actor } = call
  checkRelease(call)
  const { host, defaultBranch } = repository
  const now = stamp(host.now())
  const target = body.target_commitish ?? defaultBranch
  const release: Release = {
    id: host.id(),
    tag: body.tag_name,
    target,
    name: body.name ?? null,
    body: body.body ?? null,
    draft: true,
    prerelease: body.prerelease ?? false,
    immutable: false,
    hiddenByTag: 0,
    author: actor,
    assets: [],
    // GitHub gives the date of the commit here, not that of the release.
    createdAt: resolve(repository, target)?.date ?? now,
    updatedAt: now,
    publishedAt: null,
  }
  if (body.draft !== true) publish(call, release, body.make_latest)
  repository.releases.push(release)
  return created(show(call, release))
}

const update = (call: Call<ReleaseBody>) => {
  const { repository, body } = call
  const release = releaseOf(call)
  checkRelease(call)
  if (release.immutable) refuseLocked(release, body)
  const changed: Release = {
    ...release,
    tag: body.tag_name ?? release.tag,
    target: body.target_commitish ?? release.target,
    name: body.name === undefined ? release.name : body.name,
    body: body.body === undefined ? release.body : body.body,
    prerelease: body.prerelease ?? release.prerelease,
    draft: release.draft || body.draft === true,
    updatedAt: stamp(repository.host.now()),
  }
  const becomesPublic = body.draft === false && release.draft
  const movesTag = !release.draft && body.draft !== true && changed.tag !== release.tag
  if (becomesPublic || movesTag) publish(call, changed, body.make_latest)
  else if (!changed.draft && body.make_latest === 'true') repository.latest = release.id
  Object.assign(release, changed)
  return ok(show(call, release))
}

/** Name and text are all that may be changed; GitHub's words for the rest are not known. */
function refuseLocked(release: Release, body: ReleaseBody): void {
  const before = {
    tag_name: release.tag,
    target_commitish: release.target,
    prerelease: release.prerelease,
    draft: false,
  }
  const locked = Object.entries(before).filter(([key, value]) => (body[key as keyof ReleaseBody] ?? value) !== value)
  const message = 'cannot be changed on an immutable release'
  const wrong = locked.map(([field]) => ({
    resource: 'Release',
    code: 'custom',
    field,
    message: `${field} ${message}`,
  }))
  if (wrong.length > 0) throw invalid(...wrong)
}

const remove = (call: Call) => {
  const { releases } = call.repository
  releases.splice(releases.indexOf(releaseOf(call)), 1)
  return nothing
}

/** The release that the path names, as far as the token sees it. */
export function releaseOf(call: Call): Release {
  const release = found(call.repository.releases.find(({ id }) => String(id) === call.params.release_id))
  if (!sees(call, release)) throw notFound()
  return release
}

const byTag = (call: Call) => {
  const published = call.repository.releases.filter(({ draft }) => !draft)
  const release = found(published.find(({ tag }) => tag === call.params.tag))
  if (release.hiddenByTag > 0) {
    release.hiddenByTag -= 1
    throw notFound()
  }
  return ok(show(call, release))
}

/** The one that was made so, else the newest by its commit. */
function latestOf({ releases, latest }: Repository): Release | undefined {
  const eligible = releases.filter(({ draft, prerelease }) => !draft && !prerelease)
  const newest = [...eligible].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]
  return eligible.find(({ id }) => id === latest) ?? newest
}

export const releases: readonly Route[] = [
  route(`GET ${RELEASES}`, READ, list),
  route(`POST ${RELEASES}`, WRITE, create),
  route(`GET ${RELEASES}/latest`, READ, (call) => ok(show(call, found(latestOf(call.repository))))),
  route(`GET ${RELEASES}/tags/{tag}`, READ, byTag),
  route(`GET ${RELEASES}/{release_id}`, READ, (call) => ok(show(call, releaseOf(call)))),
  route(`PATCH ${RELEASES}/{release_id}`, WRITE, update),
  route(`DELETE ${RELEASES}/{release_id}`, WRITE, remove),
]
