import { type RunnerOptions, runnerEnv } from './env.js'
import type { FaultAt, FaultKind, FaultMoment } from './faults.js'
import { ROUTES } from './routes/index.js'
import { startServer } from './server.js'
import { addRepository } from './state/state.js'
import type { State } from './state/types.js'
import { mintToken, type TokenOptions } from './tokens.js'
import { nameOf, type Recorded } from './traffic.js'

export { pullPayload, type RunnerOptions } from './env.js'
export type { FaultAnswer, FaultAt, FaultKind, FaultMoment } from './faults.js'
export { addCommit, historyOf, type NewCommit, resolve } from './state/commits.js'
export { addDeployment, addEnvironment, addStatus, type NewDeployment, type NewStatus } from './state/deployments.js'
export { addComment, addIssue, addLabel, addPull, type NewIssue, type NewPull } from './state/issues.js'
export { addAsset, addRelease, type NewAsset, type NewRelease } from './state/releases.js'
export { addJob, addRun, addWorkflow, type NewJob, type NewRun } from './state/runs.js'
export { addRepository } from './state/state.js'
export type * from './state/types.js'
export type { Permissions, TokenOptions } from './tokens.js'
export type { Recorded } from './traffic.js'

export interface LocalGitHubOptions {
  /** `/api/v3` for a GitHub Enterprise Server. */
  readonly prefix?: string
  /** Default: true. */
  readonly isPrivate?: boolean
  readonly immutableReleases?: boolean
  /** Default: `acme/strikes`. */
  readonly repository?: string
}

/** One GitHub on loopback, with everything in its state. */
export interface LocalGitHub {
  /** Root of the API, for GITHUB_API_URL. */
  readonly url: string
  /** Origin that downloads are redirected to; it refuses a token. */
  readonly storage: string
  /** Everything there is, to arrange and to look at. */
  readonly state: State
  readonly requests: readonly Recorded[]
  /** The requests as `METHOD /path`. */
  readonly log: readonly string[]
  /** What GitHub's API does not know in requests and in our own replies; a test ends with none. */
  readonly violations: readonly string[]
  /** A token as a job gets it; by default with all permissions. */
  token(options?: TokenOptions): string
  /** Plans what becomes of requests; the plan that was made first is met first. */
  fault(at: FaultAt, kind: FaultKind, moment?: FaultMoment): void
  /** The variables of the runner for a run. */
  env(options?: RunnerOptions): Record<string, string>
  close(): Promise<void>
}

/** Starts a local GitHub with one repository that has one commit. */
export async function startGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const server = await startServer(ROUTES, options.prefix ?? '')
  const fullName = options.repository ?? 'acme/strikes'
  addRepository(server.state, fullName, {
    private: options.isPrivate ?? true,
    immutableReleases: options.immutableReleases ?? false,
  })
  return {
    url: server.at.api,
    storage: server.at.storage,
    state: server.state,
    requests: server.requests,
    get log() {
      return server.requests.map(nameOf)
    },
    violations: server.violations,
    token: (wanted = {}) => {
      const token = mintToken({ repository: fullName, ...wanted })
      server.tokens.set(token.value, token)
      return token.value
    },
    fault: (at, kind, moment) => server.faults.add(at, kind, moment),
    env: (runner) => runnerEnv(server, runner),
    close: server.close,
  }
}
