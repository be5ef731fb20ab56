import { type Call, created, found, invalid, nothing, ok, Problem, pages, type Route, route } from '../call.js'
import { showDeployment, showEnvironment, showStatus } from '../shapes/deployment.js'
import { addDeployment, addStatus } from '../state/deployments.js'
import type { Deployment, DeploymentState } from '../state/types.js'
import { checkContexts, commitOf, type DeploymentBody, mergeDefault, replacedBy } from './deploying.js'

const READ = 'deployments: read'
const WRITE = 'deployments: write'
const DEPLOYMENTS = '/repos/{owner}/{repo}/deployments'
const ENVIRONMENTS = '/repos/{owner}/{repo}/environments'
const LONGEST = 140

const show = ({ at, repository }: Call, deployment: Deployment) => showDeployment(at, repository, deployment)
const deploymentOf = ({ repository, params }: Call) =>
  found(repository.deployments.find(({ id }) => String(id) === params.deployment_id))

const list = (call: Call) => {
  const { sha, ref, task, environment } = call.query
  const matching = call.repository.deployments.filter(
    (one) =>
      (sha ?? one.sha) === one.sha &&
      (ref ?? one.ref) === one.ref &&
      (task ?? one.task) === one.task &&
      (environment ?? one.environment) === one.environment,
  )
  return pages(matching.reverse(), (deployment) => show(call, deployment))
}

const create = (call: Call<DeploymentBody>) => {
  const { repository, body, actor } = call
  commitOf(call)
  const merged = mergeDefault(call)
  if (merged) return merged
  const commit = commitOf(call)
  checkContexts(call, commit)
  const deployment = addDeployment(repository, {
    ref: body.ref,
    sha: commit.sha,
    task: body.task ?? 'deploy',
    payload: body.payload ?? {},
    environment: body.environment ?? 'production',
    description: body.description ?? null,
    transient: body.transient_environment ?? false,
    production: body.production_environment ?? (body.environment ?? 'production') === 'production',
    creator: actor,
  })
  return created(show(call, deployment))
}

const remove = (call: Call) => {
  const { deployments } = call.repository
  const deployment = deploymentOf(call)
  const inactive = deployment.statuses.at(-1)?.state === 'inactive'
  if (!inactive && deployments.length > 1) {
    throw new Problem(
      422,
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    )
  }
  deployments.splice(deployments.indexOf(deployment), 1)
  return nothing
}

interface StatusBody {
  state: DeploymentState
  target_url?: string
  log_url?: string
  description?: string
  environment?: string
  environment_url?: string
  auto_inactive?: boolean
}

const createStatus = (call: Call<StatusBody>) => {
  const { repository, body, actor } = call
  const deployment = deploymentOf(call)
  if ((body.description ?? '').length > LONGEST) {
    const message = `description is too long (maximum is ${LONGEST} characters)`
    throw invalid({ resource: 'DeploymentStatus', code: 'custom', field: 'description', message })
  }
  if (body.environment !== undefined) deployment.environment = body.environment
  if (body.state === 'success' && body.auto_inactive !== false) {
    for (const other of replacedBy(repository, deployment)) addStatus(repository, other, { state: 'inactive' })
  }
  const status = addStatus(repository, deployment, {
    state: body.state,
    description: body.description ?? '',
    environmentUrl: body.environment_url ?? '',
    logUrl: body.log_url ?? body.target_url ?? '',
    creator: actor,
  })
  return created(showStatus(call.at, repository, deployment, status))
}

const statuses = (call: Call) => {
  const deployment = deploymentOf(call)
  const newestFirst = [...deployment.statuses].reverse()
  return pages(newestFirst, (status) => showStatus(call.at, call.repository, deployment, status))
}

const status = (call: Call) => {
  const deployment = deploymentOf(call)
  const one = found(deployment.statuses.find(({ id }) => String(id) === call.params.status_id))
  return ok(showStatus(call.at, call.repository, deployment, one))
}

const environment = (call: Call) => {
  const name = call.params.environment_name?.toLowerCase()
  const one = found(call.repository.environments.find((other) => other.name.toLowerCase() === name))
  return ok(showEnvironment(call.at, call.repository, one))
}

const environments = ({ at, repository }: Call) =>
  pages(repository.environments, (one) => showEnvironment(at, repository, one), 'environments')

export const deployments: readonly Route[] = [
  route(`GET ${DEPLOYMENTS}`, READ, list),
  route(`POST ${DEPLOYMENTS}`, WRITE, create),
  route(`GET ${DEPLOYMENTS}/{deployment_id}`, READ, (call) => ok(show(call, deploymentOf(call)))),
  route(`DELETE ${DEPLOYMENTS}/{deployment_id}`, WRITE, remove),
  route(`GET ${DEPLOYMENTS}/{deployment_id}/statuses`, READ, statuses),
  route(`POST ${DEPLOYMENTS}/{deployment_id}/statuses`, WRITE, createStatus),
  route(`GET ${DEPLOYMENTS}/{deployment_id}/statuses/{status_id}`, READ, status),
  route(`GET ${ENVIRONMENTS}`, 'actions: read', environments),
  route(`GET ${ENVIRONMENTS}/{environment_name}`, 'actions: read', environment),
]
