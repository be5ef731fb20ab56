import {
  type Call,
  found,
  notFound,
  nothing,
  ok,
  Problem,
  pages,
  type Reply,
  type Route,
  redirect,
  route,
} from '../call.js'
import { showArtifact, showCache } from '../shapes/run.js'
import type { Artifact, Cache } from '../state/types.js'
import { runOf } from './runs.js'

const READ = 'actions: read'
const WRITE = 'actions: write'
const ACTIONS = '/repos/{owner}/{repo}/actions'

/** What has been uploaded whole, newest first. */
function list(call: Call, keep: (artifact: Artifact) => boolean): Reply {
  const { name, direction } = call.query
  const of = call.repository.artifacts.filter(
    (artifact) => artifact.stored !== null && keep(artifact) && (name ?? artifact.name) === artifact.name,
  )
  if (direction !== 'asc') of.reverse()
  return pages(of, (artifact) => showArtifact(call.at, call.repository, artifact), 'artifacts')
}

const artifactOf = ({ repository, params }: Call) =>
  found(repository.artifacts.find(({ id, stored }) => String(id) === params.artifact_id && stored !== null))

const download = (call: Call) => {
  const { expired, stored, name, mime } = artifactOf(call)
  if (call.params.archive_format !== 'zip') throw notFound()
  if (expired) throw new Problem(410, 'Artifact has expired')
  return redirect(call.link(found(stored), { type: mime, name: mime === 'application/zip' ? `${name}.zip` : name }))
}

const remove = (call: Call) => {
  const { artifacts } = call.repository
  artifacts.splice(artifacts.indexOf(artifactOf(call)), 1)
  return nothing
}

const ofRun = (call: Call) => {
  const run = runOf(call)
  return list(call, (artifact) => artifact.run === run.id)
}

const caches = (call: Call) => {
  const { key = '', ref, direction, sort = 'last_accessed_at' } = call.query
  const of = call.repository.caches.filter(
    (cache) => cache.stored !== null && cache.key.startsWith(key) && (ref ?? cache.ref) === cache.ref,
  )
  const by = (cache: Cache) =>
    sort === 'size_in_bytes' ? (cache.stored?.size ?? 0) : sort === 'created_at' ? cache.createdAt : cache.usedAt
  of.sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : a.id - b.id))
  if (direction !== 'asc') of.reverse()
  return pages(of, showCache, 'actions_caches')
}

function drop({ repository }: Call, keep: (cache: Cache) => boolean): Cache[] {
  const dropped = repository.caches.filter((cache) => !keep(cache))
  if (dropped.length === 0) throw notFound()
  repository.caches.splice(0, repository.caches.length, ...repository.caches.filter(keep))
  return dropped
}

const dropByKey = (call: Call) => {
  const { key, ref } = call.query
  const dropped = drop(call, (cache) => cache.key !== key || (ref ?? cache.ref) !== cache.ref)
  return ok({ total_count: dropped.length, actions_caches: dropped.map(showCache) })
}

const dropOne = (call: Call) => {
  drop(call, ({ id }) => String(id) !== call.params.cache_id)
  return nothing
}

export const artifacts: readonly Route[] = [
  route(`GET ${ACTIONS}/runs/{run_id}/artifacts`, READ, ofRun),
  route(`GET ${ACTIONS}/artifacts`, READ, (call) => list(call, () => true)),
  route(`GET ${ACTIONS}/artifacts/{artifact_id}`, READ, (call) =>
    ok(showArtifact(call.at, call.repository, artifactOf(call))),
  ),
  route(`GET ${ACTIONS}/artifacts/{artifact_id}/{archive_format}`, READ, download),
  route(`DELETE ${ACTIONS}/artifacts/{artifact_id}`, WRITE, remove),
  route(`GET ${ACTIONS}/caches`, READ, caches),
  route(`DELETE ${ACTIONS}/caches`, WRITE, dropByKey),
  route(`DELETE ${ACTIONS}/caches/{cache_id}`, WRITE, dropOne),
]
