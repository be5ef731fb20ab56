import type { Addresses } from '../call.js'
import type { Repository } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'

const AT = '2026-01-02T03:04:05Z'
/** Addresses below a repository, by what they lead to. */
const BELOW: Readonly<Record<string, string>> = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
}

/** As far as a repository is shown within something else. */
export function showRepositoryOf(at: Addresses, repository: Pick<Repository, 'id' | 'owner' | 'name' | 'private'>) {
  const { id, owner, name } = repository
  const url = apiOf(at, repository)
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: `${owner}/${name}`,
    private: repository.private,
    owner: user(at, owner),
    html_url: pageOf(at, repository),
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(BELOW).map(([key, path]) => [`${key}_url`, `${url}${path}`])),
  }
}

export function showRepository(
  at: Addresses,
  repository: Pick<Repository, 'id' | 'owner' | 'name' | 'private' | 'defaultBranch'>,
) {
  const page = pageOf(at, repository)
  return {
    ...showRepositoryOf(at, repository),
    default_branch: repository.defaultBranch,
    clone_url: `${page}.git`,
    git_url: `git://${new URL(page).host}${new URL(page).pathname}.git`,
    ssh_url: `git@${new URL(page).host}:${repository.owner}/${repository.name}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    visibility: repository.private ? 'private' : 'public',
    archived: false,
    disabled: false,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    forks: 0,
    forks_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 1,
    pushed_at: AT,
    created_at: AT,
    updated_at: AT,
  }
}
