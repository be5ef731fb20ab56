import type { Addresses } from '../call.js'
import type { Deployment, DeploymentStatus, Environment, Repository } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'

export function showDeployment(at: Addresses, repository: Repository, deployment: Deployment) {
  const api = apiOf(at, repository)
  const url = `${api}/deployments/${deployment.id}`
  return {
    url,
    id: deployment.id,
    node_id: `DE_${deployment.id}`,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    creator: user(at, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: null,
  }
}

export function showStatus(at: Addresses, repository: Repository, deployment: Deployment, status: DeploymentStatus) {
  const api = apiOf(at, repository)
  const url = `${api}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: `DES_${status.id}`,
    state: status.state,
    creator: user(at, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: null,
  }
}

export function showEnvironment(at: Addresses, repository: Repository, environment: Environment) {
  const { id, name, reviewers, createdAt } = environment
  const approval = {
    id,
    node_id: `GA_${id}`,
    type: 'required_reviewers',
    prevent_self_review: false,
    reviewers: reviewers.map((login) => ({ type: 'User', reviewer: user(at, login) })),
  }
  return {
    id,
    node_id: `EN_${id}`,
    name,
    url: `${apiOf(at, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${pageOf(at, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: createdAt,
    updated_at: createdAt,
    protection_rules: reviewers.length === 0 ? [] : [approval],
    deployment_branch_policy: null,
  }
}
