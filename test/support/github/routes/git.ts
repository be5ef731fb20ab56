import { type Call, created, found, nothing, ok, Problem, pages, type Route, route } from '../call.js'
import { showGitCommit, showRef, showTag } from '../shapes/git.js'
import { historyOf, sha1 } from '../state/commits.js'
import { stamp } from '../state/state.js'
import { isTag, RESTRICTED } from './publishing.js'

const READ = 'contents: read'
const WRITE = 'contents: write'
const GIT = '/repos/{owner}/{repo}/git'

const refOf = (call: Call) => `refs/${call.params.ref}`
const missing = () => new Problem(422, 'Reference does not exist')

const get = (call: Call) => {
  const sha = found(call.repository.refs.get(refOf(call)))
  return ok(showRef(call.at, call.repository, refOf(call), sha))
}

const matching = (call: Call) => {
  const { refs } = call.repository
  const names = [...refs.keys()].filter((name) => name.startsWith(refOf(call))).sort()
  return pages(names, (name) => showRef(call.at, call.repository, name, refs.get(name) as string))
}

const create = (call: Call<{ ref: string; sha: string }>) => {
  const { repository, body } = call
  const { refs, commits, annotatedTags, settings } = repository
  const [, kind, name = ''] = /^refs\/([^/]+)\/(.+)$/.exec(body.ref) ?? []
  if (kind === undefined || !isTag(name)) throw new Problem(422, `${body.ref} is not a valid ref name.`)
  if (refs.has(body.ref)) throw new Problem(422, 'Reference already exists')
  if (!commits.has(body.sha) && !annotatedTags.has(body.sha)) throw new Problem(422, 'Object does not exist')
  if (kind === 'tags' && settings.restrictedTags?.test(name)) throw new Problem(422, RESTRICTED)
  refs.set(body.ref, body.sha)
  return created(showRef(call.at, repository, body.ref, body.sha))
}

const update = (call: Call<{ sha: string; force?: boolean }>) => {
  const { repository, body } = call
  const before = repository.refs.get(refOf(call))
  if (before === undefined) throw missing()
  if (!repository.commits.has(body.sha)) throw new Problem(422, 'Object does not exist')
  const forward = historyOf(repository, body.sha).some(({ sha }) => sha === before)
  if (!forward && body.force !== true) throw new Problem(422, 'Update is not a fast forward')
  repository.refs.set(refOf(call), body.sha)
  return ok(showRef(call.at, repository, refOf(call), body.sha))
}

const remove = (call: Call) => {
  const { refs, releases } = call.repository
  const ref = refOf(call)
  if (!refs.has(ref)) throw missing()
  const of = releases.filter(({ tag, draft }) => !draft && `refs/tags/${tag}` === ref)
  // GitHub's words for it are not known.
  if (of.some(({ immutable }) => immutable)) throw new Problem(422, 'Cannot delete the tag of an immutable release')
  refs.delete(ref)
  // A published release without its tag is a draft again.
  for (const release of of) Object.assign(release, { draft: true, publishedAt: null })
  return nothing
}

const createTag = (call: Call<{ tag: string; message: string; object: string; type: string }>) => {
  const { repository, body, actor } = call
  if (!repository.commits.has(body.object)) throw new Problem(422, 'Object does not exist')
  const date = stamp(repository.host.now())
  const sha = sha1(JSON.stringify([repository.host.id(), body]))
  const tag = { sha, tag: body.tag, message: body.message, object: body.object, tagger: actor, date }
  repository.annotatedTags.set(sha, tag)
  return created(showTag(call.at, repository, tag))
}

const tagOf = (call: Call) => found(call.repository.annotatedTags.get(call.params.tag_sha ?? ''))
const commitOf = (call: Call) => found(call.repository.commits.get(call.params.commit_sha ?? ''))

export const git: readonly Route[] = [
  route(`GET ${GIT}/ref/{ref}`, READ, get),
  route(`GET ${GIT}/matching-refs/{ref}`, READ, matching),
  route(`POST ${GIT}/refs`, WRITE, create),
  route(`PATCH ${GIT}/refs/{ref}`, WRITE, update),
  route(`DELETE ${GIT}/refs/{ref}`, WRITE, remove),
  route(`POST ${GIT}/tags`, WRITE, createTag),
  route(`GET ${GIT}/tags/{tag_sha}`, READ, (call) => ok(showTag(call.at, call.repository, tagOf(call)))),
  route(`GET ${GIT}/commits/{commit_sha}`, READ, (call) => ok(showGitCommit(call.at, call.repository, commitOf(call)))),
]
