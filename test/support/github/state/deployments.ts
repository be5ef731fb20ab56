import { resolve } from './commits.js'
import { stamp } from './state.js'
import type { Deployment, DeploymentState, DeploymentStatus, Environment, Repository } from './types.js'

export interface NewDeployment {
  /** Default: `production`. */
  readonly environment?: string
  readonly ref?: string
  readonly sha?: string
  readonly task?: string
  readonly payload?: unknown
  readonly description?: string | null
  readonly creator?: string
  readonly transient?: boolean
  /** Default: whether the environment is called `production`. */
  readonly production?: boolean
  readonly createdAt?: Date
  /** Oldest first. */
  readonly statuses?: readonly (DeploymentState | NewStatus)[]
}

export interface NewStatus {
  readonly state: DeploymentState
  readonly description?: string
  readonly environmentUrl?: string
  readonly logUrl?: string
  readonly creator?: string
}

/** A deployment and its environment; statuses are put there without what they would do to others. */
export function addDeployment(repository: Repository, deployment: NewDeployment = {}): Deployment {
  const { host, deployments, defaultBranch } = repository
  const environment = deployment.environment ?? 'production'
  const ref = deployment.ref ?? defaultBranch
  const now = stamp(deployment.createdAt ?? host.now())
  addEnvironment(repository, environment)
  const made: Deployment = {
    id: host.id(),
    sha: deployment.sha ?? resolve(repository, ref)?.sha ?? '',
    ref,
    task: deployment.task ?? 'deploy',
    payload: deployment.payload ?? {},
    environment,
    originalEnvironment: environment,
    description: deployment.description ?? null,
    creator: deployment.creator ?? 'github-actions[bot]',
    transient: deployment.transient ?? false,
    production: deployment.production ?? environment === 'production',
    createdAt: now,
    updatedAt: now,
    statuses: [],
  }
  deployments.push(made)
  for (const status of deployment.statuses ?? [])
    addStatus(repository, made, typeof status === 'string' ? { state: status } : status)
  return made
}

export function addStatus({ host }: Repository, deployment: Deployment, status: NewStatus): DeploymentStatus {
  const now = stamp(host.now())
  const made: DeploymentStatus = {
    id: host.id(),
    state: status.state,
    description: status.description ?? '',
    environment: deployment.environment,
    environmentUrl: status.environmentUrl ?? '',
    logUrl: status.logUrl ?? '',
    creator: status.creator ?? deployment.creator,
    createdAt: now,
  }
  deployment.statuses.push(made)
  deployment.updatedAt = now
  return made
}

/** The environment of this name, made when it is not there. */
export function addEnvironment(
  { host, environments }: Repository,
  name: string,
  { reviewers = [] }: { readonly reviewers?: readonly string[] } = {},
): Environment {
  const there = environments.find((environment) => environment.name.toLowerCase() === name.toLowerCase())
  if (there) return there
  const made: Environment = { id: host.id(), name, reviewers: [...reviewers], createdAt: stamp(host.now()) }
  environments.push(made)
  return made
}
