import type { Addresses } from '../call.js'
import { sha1 } from '../state/commits.js'
import type { AnnotatedTag, Commit, Repository } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }
const person = (login: string, date: string) => ({ name: login, email: `${login}@users.noreply.github.com`, date })

export function showRef(at: Addresses, repository: Repository, ref: string, sha: string) {
  const api = apiOf(at, repository)
  const type = repository.annotatedTags.has(sha) ? 'tag' : 'commit'
  return {
    ref,
    node_id: `REF_${sha1(ref)}`,
    url: `${api}/git/${ref}`,
    object: { sha, type, url: `${api}/git/${type}s/${sha}` },
  }
}

export function showTag(at: Addresses, repository: Repository, tag: AnnotatedTag) {
  const api = apiOf(at, repository)
  return {
    node_id: `TA_${tag.sha}`,
    sha: tag.sha,
    url: `${api}/git/tags/${tag.sha}`,
    tagger: person(tag.tagger, tag.date),
    object: { sha: tag.object, type: 'commit', url: `${api}/git/commits/${tag.object}` },
    tag: tag.tag,
    message: tag.message,
    verification: UNSIGNED,
  }
}

const treeOf = (api: string, { files }: Commit) => {
  const sha = sha1(JSON.stringify(files))
  return { sha, url: `${api}/git/trees/${sha}` }
}

export function showGitCommit(at: Addresses, repository: Repository, commit: Commit) {
  const api = apiOf(at, repository)
  const page = pageOf(at, repository)
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: person(commit.author, commit.date),
    committer: person(commit.author, commit.date),
    tree: treeOf(api, commit),
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  }
}

export function showCommit(at: Addresses, repository: Repository, commit: Commit) {
  const api = apiOf(at, repository)
  const page = pageOf(at, repository)
  const url = `${api}/commits/${commit.sha}`
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: person(commit.author, commit.date),
      committer: person(commit.author, commit.date),
      message: commit.message,
      tree: treeOf(api, commit),
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: user(at, commit.author),
    committer: user(at, commit.author),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
  }
}
