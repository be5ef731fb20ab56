import type { Addresses } from '../call.js'
import { sha1 } from '../state/commits.js'
import type { Artifact, Cache, Job, Repository, Run, Workflow } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'
import { showPullMinimal } from './pull.js'
import { showRepositoryOf } from './repository.js'

export function showRun(at: Addresses, repository: Repository, run: Run, attempt = run.attempt) {
  const api = apiOf(at, repository)
  const url = `${api}/actions/runs/${run.id}`
  const of = showRepositoryOf(at, repository)
  const commit = repository.commits.get(run.sha)
  const author = { name: commit?.author ?? '', email: `${commit?.author}@users.noreply.github.com` }
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: `WFR_${run.id}`,
    check_suite_id: run.id + 1_000_000,
    check_suite_node_id: `CS_${run.id}`,
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.workflow.path,
    display_title: commit?.message ?? run.workflow.name,
    run_number: run.number,
    run_attempt: attempt,
    event: run.event,
    // An attempt that another one followed has ended.
    status: attempt < run.attempt ? 'completed' : run.status,
    conclusion: attempt < run.attempt ? 'failure' : run.conclusion,
    workflow_id: run.workflow.id,
    url: attempt < run.attempt ? `${url}/attempts/${attempt}` : url,
    html_url: `${pageOf(at, repository)}/actions/runs/${run.id}`,
    pull_requests: repository.issues
      .filter(({ number, pull }) => pull !== null && run.pulls.includes(number))
      .map((issue) => showPullMinimal(at, repository, issue)),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor: user(at, run.actor),
    triggering_actor: user(at, run.actor),
    run_started_at: run.startedAt,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.id + 1_000_000}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: attempt > 1 ? `${url}/attempts/${attempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflow.id}`,
    head_commit: commit
      ? {
          id: commit.sha,
          tree_id: sha1(JSON.stringify(commit.files)),
          message: commit.message,
          timestamp: commit.date,
          author,
          committer: author,
        }
      : null,
    repository: of,
    head_repository: of,
  }
}

export function showJob(at: Addresses, repository: Repository, run: Run, job: Job) {
  const api = apiOf(at, repository)
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: `CR_${job.id}`,
    head_sha: run.sha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${pageOf(at, repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      number: step.number,
      status: step.status,
      conclusion: step.conclusion,
      started_at: step.startedAt,
      completed_at: step.completedAt,
    })),
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: job.runner === null ? null : 1,
    runner_name: job.runner,
    runner_group_id: job.runner === null ? null : 0,
    runner_group_name: job.runner === null ? null : 'GitHub Actions',
    workflow_name: run.workflow.name,
    head_branch: run.branch,
  }
}

export function showWorkflow(at: Addresses, repository: Repository, workflow: Workflow) {
  const page = pageOf(at, repository)
  return {
    id: workflow.id,
    node_id: `W_${workflow.id}`,
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05Z',
    url: `${apiOf(at, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  }
}

export function showArtifact(at: Addresses, repository: Repository, artifact: Artifact) {
  const url = `${apiOf(at, repository)}/actions/artifacts/${artifact.id}`
  const run = repository.runs.find(({ id }) => id === artifact.run)
  return {
    id: artifact.id,
    node_id: `A_${artifact.id}`,
    name: artifact.name,
    size_in_bytes: artifact.stored?.size ?? 0,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expired,
    digest: artifact.digest,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    ...(run
      ? {
          workflow_run: {
            id: run.id,
            repository_id: repository.id,
            head_repository_id: repository.id,
            ...(run.branch === null ? {} : { head_branch: run.branch }),
            head_sha: run.sha,
          },
        }
      : {}),
  }
}

export const showCache = ({ id, ref, key, version, usedAt, createdAt, stored }: Cache) => ({
  id,
  ref,
  key,
  version,
  last_accessed_at: usedAt,
  created_at: createdAt,
  size_in_bytes: stored?.size ?? 0,
})
