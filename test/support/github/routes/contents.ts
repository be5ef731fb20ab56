import { type Call, found, notFound, ok, type Route, route } from '../call.js'
import { apiOf, pageOf } from '../shapes/links.js'
import { blobSha, resolve, sha1 } from '../state/commits.js'

const get = (call: Call) => {
  const { repository, params, query } = call
  const { files, sha } = found(resolve(repository, query.ref ?? repository.defaultBranch))
  const path = (params.path ?? '').replace(/\/$/, '')
  const text = files[path]
  if (text !== undefined) {
    const content = Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n')
    return ok({ ...entry(call, path, sha, text), encoding: 'base64', content: `${content}\n` })
  }
  const below = Object.keys(files).filter((name) => name.startsWith(`${path}/`))
  if (below.length === 0) throw notFound()
  const names = [...new Set(below.map((name) => `${path}/${name.slice(path.length + 1).split('/')[0]}`))].sort()
  return ok(names.map((name) => entry(call, name, sha, files[name])))
}

/** A file, or a folder when it has no text. */
function entry({ at, repository, query }: Call, path: string, commit: string, text: string | undefined) {
  const api = apiOf(at, repository)
  const isFile = text !== undefined
  const sha = isFile ? blobSha(text) : sha1(`${commit}:${path}`)
  const shown = path.split('/').map(encodeURIComponent).join('/')
  const self = `${api}/contents/${shown}?ref=${encodeURIComponent(query.ref ?? repository.defaultBranch)}`
  const git = `${api}/git/${isFile ? 'blobs' : 'trees'}/${sha}`
  const html = `${pageOf(at, repository)}/${isFile ? 'blob' : 'tree'}/${commit}/${shown}`
  return {
    type: isFile ? 'file' : 'dir',
    name: path.split('/').at(-1),
    path,
    sha,
    size: isFile ? Buffer.byteLength(text) : 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: isFile ? `${pageOf(at, repository)}/raw/${commit}/${shown}` : null,
    _links: { self, git, html },
  }
}

export const contents: readonly Route[] = [route('GET /repos/{owner}/{repo}/contents/{path}', 'contents: read', get)]
