import { type Asking, actor, refusal } from './graphql.js'
import { commentNode } from './shapes/issue.js'
import type { Comment, Repository } from './state/types.js'

interface Input {
  readonly input: { readonly subjectId: string; readonly classifier?: string; readonly clientMutationId?: string }
}

export function mutations(asking: Asking) {
  const find = (id: string): { comment: Comment; repository: Repository } => {
    for (const repository of asking.server.state.repositories) {
      const comment = repository.comments.find((one) => commentNode(one) === id)
      if (comment) return { comment, repository }
    }
    throw refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`)
  }
  const set = ({ input }: Input, reason: string | null) => {
    const { comment, repository } = find(input.subjectId)
    asking.repository(repository.owner, repository.name)
    const pull = repository.issues.find(({ number }) => number === comment.issue)?.pull
    asking.demand('issues: write', ...(pull ? (['pull-requests: write'] as const) : []))
    comment.minimized = reason
    return { clientMutationId: input.clientMutationId ?? null, comment: show(comment) }
  }
  return {
    minimizeComment: (input: Input) => {
      const { comment, ...rest } = set(input, input.input.classifier?.toLowerCase().replace('_', '-') ?? null)
      return { ...rest, minimizedComment: comment }
    },
    unminimizeComment: (input: Input) => {
      const { comment, ...rest } = set(input, null)
      return { ...rest, unminimizedComment: comment }
    },
  }
}

const show = (comment: Comment) => ({
  type: 'IssueComment',
  id: commentNode(comment),
  databaseId: comment.id,
  body: comment.body,
  author: actor(comment.author),
  isMinimized: comment.minimized !== null,
  minimizedReason: comment.minimized,
  viewerCanMinimize: true,
  createdAt: comment.createdAt,
  url: `https://github.com/#issuecomment-${comment.id}`,
})
