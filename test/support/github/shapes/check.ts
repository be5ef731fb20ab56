import type { Addresses } from '../call.js'
import type { CheckAnnotation, CheckRun, CommitStatus, Repository } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'

export function showCheckRun(at: Addresses, repository: Repository, run: CheckRun) {
  const url = `${apiOf(at, repository)}/check-runs/${run.id}`
  const page = `${pageOf(at, repository)}/runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: `CR_${run.id}`,
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.id + 1_000_000 },
    app: {
      id: 15368,
      slug: 'github-actions',
      node_id: 'A_15368',
      owner: user(at, 'github'),
      name: 'GitHub Actions',
      description: 'Automate your workflow from idea to production',
      external_url: 'https://help.github.com/en/actions',
      html_url: `${at.server}/apps/github-actions`,
      created_at: '2018-07-30T09:30:17Z',
      updated_at: '2018-07-30T09:30:17Z',
      permissions: { checks: 'write' },
      events: [],
    },
    pull_requests: [],
  }
}

export function showCheckAnnotation(at: Addresses, repository: Repository, { sha }: CheckRun, one: CheckAnnotation) {
  return {
    path: one.path,
    blob_href: `${apiOf(at, repository)}/contents/${one.path}?ref=${sha}`,
    start_line: one.start_line,
    end_line: one.end_line,
    start_column: one.start_column ?? null,
    end_column: one.end_column ?? null,
    annotation_level: one.annotation_level,
    title: one.title ?? null,
    message: one.message,
    raw_details: one.raw_details ?? null,
  }
}

export function showCommitStatus(at: Addresses, repository: Repository, status: CommitStatus) {
  return {
    url: `${apiOf(at, repository)}/statuses/${status.sha}`,
    avatar_url: user(at, status.creator)?.avatar_url ?? null,
    id: status.id,
    node_id: `SC_${status.id}`,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  }
}
