import type { Bytes } from './bytes.js'
import { addCommit } from './commits.js'
import type { Repository, State } from './types.js'

/** As GitHub writes a time: without parts of seconds. */
export const stamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

export function createState(bytes: Bytes): State {
  let last = 1000
  const repositories: Repository[] = []
  return {
    now: () => new Date(),
    id: () => {
      last += 1
      return last
    },
    keep: bytes.keep,
    repositories,
    rateLimit: { limit: 5000, remaining: 5000, reset: Math.floor(Date.now() / 1000) + 3600 },
    repository(fullName) {
      const found = repositories.find(({ owner, name }) => fullName === undefined || `${owner}/${name}` === fullName)
      if (found === undefined) throw new Error(`the local GitHub has no repository ${fullName}`)
      return found
    },
  }
}

/** A repository with one commit on `main`. */
export function addRepository(
  state: State,
  fullName: string,
  options: { readonly private?: boolean; readonly immutableReleases?: boolean } = {},
): Repository {
  const [owner = '', name = ''] = fullName.split('/')
  const repository: Repository = {
    host: state,
    id: state.id(),
    owner,
    name,
    private: options.private ?? true,
    defaultBranch: 'main',
    settings: {
      immutableReleases: options.immutableReleases ?? false,
      restrictedTags: null,
      lateByTag: 0,
      workflowRefusal: 403,
      assetSize: 2_147_483_648,
      assetCount: 1000,
      attestations: true,
    },
    commits: new Map(),
    refs: new Map(),
    annotatedTags: new Map(),
    releases: [],
    latest: null,
    burntTags: new Set(),
    labels: [],
    issues: [],
    comments: [],
    deployments: [],
    environments: [],
    workflows: [],
    runs: [],
    jobs: [],
    artifacts: [],
    caches: [],
    checkRuns: [],
    statuses: [],
    dispatches: [],
    attestations: [],
  }
  state.repositories.push(repository)
  addCommit(repository, { message: 'First commit', files: { 'README.md': `# ${name}\n` } })
  return repository
}
