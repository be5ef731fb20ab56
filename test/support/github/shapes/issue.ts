import type { Addresses } from '../call.js'
import type { Comment, Issue, Label, Repository } from '../state/types.js'
import { apiOf, pageOf } from './links.js'
import { user } from './people.js'

export function showLabel(at: Addresses, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: `LA_${label.id}`,
    url: `${apiOf(at, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  }
}

/** Page of an issue or a pull request. */
const pageOfIssue = (at: Addresses, repository: Repository, { number, pull }: Pick<Issue, 'number' | 'pull'>) =>
  `${pageOf(at, repository)}/${pull ? 'pull' : 'issues'}/${number}`

export function showIssue(at: Addresses, repository: Repository, issue: Issue) {
  const api = apiOf(at, repository)
  const url = `${api}/issues/${issue.number}`
  const assignees = issue.assignees.map((login) => user(at, login))
  const page = pageOfIssue(at, repository, issue)
  const pull = `${api}/pulls/${issue.number}`
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: `I_${issue.id}`,
    number: issue.number,
    title: issue.title,
    user: user(at, issue.author),
    labels: repository.labels
      .filter(({ name }) => issue.labels.includes(name))
      .map((label) => showLabel(at, repository, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: repository.comments.filter((comment) => comment.issue === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: 'NONE',
    active_lock_reason: null,
    body: issue.body,
    state_reason: issue.stateReason,
    ...(issue.pull
      ? {
          draft: issue.pull.draft,
          pull_request: {
            url: pull,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: issue.pull.merged && issue.closedAt,
          },
        }
      : {}),
  }
}

export function showComment(at: Addresses, repository: Repository, comment: Comment) {
  const api = apiOf(at, repository)
  const issue = repository.issues.find(({ number }) => number === comment.issue) ?? {
    number: comment.issue,
    pull: null,
  }
  return {
    id: comment.id,
    node_id: commentNode(comment),
    url: `${api}/issues/comments/${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    html_url: `${pageOfIssue(at, repository, issue)}#issuecomment-${comment.id}`,
    body: comment.body,
    user: user(at, comment.author),
    author_association: 'NONE',
    performed_via_github_app: null,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  }
}

/** What GraphQL calls a comment. */
export const commentNode = ({ id }: Comment): string => `IC_${id}`
