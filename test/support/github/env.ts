import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobIdentity } from './results/index.js'
import type { Server } from './server.js'
import { addRun } from './state/runs.js'
import type { Issue, Repository, Run } from './state/types.js'
import { mintToken } from './tokens.js'

export interface RunnerOptions {
  /** Default: one with all permissions. */
  readonly token?: string
  /** Default: a run of `.github/workflows/model.yml` on the default branch. */
  readonly run?: Run
  /** Key of the job in its workflow. */
  readonly job?: string
  /** Default: that of the run. */
  readonly event?: string
  /** Default: the pull request, for one; else an empty object. */
  readonly payload?: unknown
  /** Number of the pull request that the run is for. */
  readonly pull?: number
  readonly runner?: string
  /** Full name, as for a tag; default: that of the pull request or the branch of the run. */
  readonly ref?: string
  /** What the results services are to know of the job otherwise. */
  readonly identity?: Partial<JobIdentity>
}

/** The variables that the runner gives a step of this run: all that tells it of GitHub, nothing of folders. */
export function runnerEnv(server: Server, options: RunnerOptions = {}): Record<string, string> {
  const { state, at, bytes, tokens } = server
  const given = tokens.get(options.token ?? '')
  const repository = state.repository(given?.repositories[0])
  const fullName = `${repository.owner}/${repository.name}`
  const token = given ?? mintToken({ repository: fullName })
  tokens.set(token.value, token)
  const issue = repository.issues.find(({ number }) => number === options.pull)
  const run = options.run ?? repository.runs[0] ?? addRun(repository, issue ? { event: 'pull_request' } : {})
  const event = options.event ?? (issue ? 'pull_request' : run.event)
  const payload = options.payload ?? (issue ? pullPayload(repository, issue) : {})
  const file = join(bytes.folder, `event-${state.id()}.json`)
  writeFileSync(file, JSON.stringify(payload))
  const branch = `refs/heads/${run.branch ?? repository.defaultBranch}`
  const ref = options.ref ?? (issue ? `refs/pull/${issue.number}/merge` : branch)
  const job = options.job ?? 'model'
  const origin = new URL(at.api).origin
  const identity: JobIdentity = {
    repository: fullName,
    run: run.id,
    attempt: run.attempt,
    job,
    ref,
    defaultBranch: `refs/heads/${repository.defaultBranch}`,
    ...(issue?.pull ? { base: `refs/heads/${issue.pull.base.ref}` } : {}),
    ...options.identity,
  }
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: run.actor,
    GITHUB_API_URL: at.api,
    GITHUB_BASE_REF: issue?.pull?.base.ref ?? '',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file,
    GITHUB_GRAPHQL_URL: at.graphql,
    GITHUB_HEAD_REF: issue?.pull?.head.ref ?? '',
    GITHUB_JOB: job,
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REPOSITORY_OWNER: repository.owner,
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.number),
    GITHUB_SERVER_URL: at.server,
    GITHUB_SHA: run.sha,
    GITHUB_TOKEN: token.value,
    'INPUT_GITHUB-TOKEN': token.value,
    GITHUB_TRIGGERING_ACTOR: run.actor,
    GITHUB_WORKFLOW: run.workflow.name,
    GITHUB_WORKFLOW_REF: `${fullName}/${run.workflow.path}@${ref}`,
    GITHUB_WORKFLOW_SHA: run.sha,
    RUNNER_NAME: options.runner ?? 'GitHub Actions 1',
    RUNNER_ENVIRONMENT: 'github-hosted',
    ACTIONS_RUNTIME_URL: `${origin}/`,
    ACTIONS_RUNTIME_TOKEN: server.identities.mint(identity),
    // GitHub Enterprise Server has neither of them in this form.
    ...(at.server === origin ? {} : { ACTIONS_RESULTS_URL: `${origin}/`, ACTIONS_CACHE_SERVICE_V2: 'True' }),
  }
}

/** The event of a pull request, as far as it is read. */
export function pullPayload({ owner, name }: Repository, { number, title, body, pull }: Issue) {
  const side = (ref = '', sha = '', repository: string | null = null) => ({
    ref,
    sha,
    repo: repository === null ? null : { full_name: repository },
  })
  const base = side(pull?.base.ref, pull?.base.sha, `${owner}/${name}`)
  const head = side(pull?.head.ref, pull?.head.sha, pull?.head.repository)
  return { action: 'synchronize', number, pull_request: { number, title, body, head, base } }
}
