import { type Call, created, found, invalid, nothing, ok, Problem, pages, type Route, route } from '../call.js'
import { showComment } from '../shapes/issue.js'
import { addComment } from '../state/issues.js'
import { stamp } from '../state/state.js'
import type { Comment } from '../state/types.js'
import { issueOf, READ, WRITE } from './issues.js'

const ISSUES = '/repos/{owner}/{repo}/issues'
const LONGEST = 65_536

function check({ body }: Call<{ body: string }>): void {
  const wrong = (code: string, message: string) => invalid({ resource: 'IssueComment', code, field: 'body', message })
  if (body.body.length > LONGEST) throw wrong('custom', `body is too long (maximum is ${LONGEST} characters)`)
  if (body.body.trim() === '') throw wrong('missing_field', "body can't be blank")
}

function commentOf(call: Call): Comment {
  const comment = found(call.repository.comments.find(({ id }) => String(id) === call.params.comment_id))
  issueOf({ ...call, params: { issue_number: String(comment.issue) } })
  return comment
}

const show = (call: Call, comment: Comment) => showComment(call.at, call.repository, comment)

const list = (call: Call) => {
  const { number } = issueOf(call)
  const { since = '' } = call.query
  const of = call.repository.comments.filter(({ issue, updatedAt }) => issue === number && updatedAt >= since)
  return pages(of, (comment) => show(call, comment))
}

const listAll = (call: Call) => {
  const { since = '', sort = 'created', direction = 'asc' } = call.query
  const of = call.repository.comments.filter(({ updatedAt }) => updatedAt >= since)
  if (sort === 'updated') of.sort((a, b) => a.updatedAt.localeCompare(b.updatedAt))
  return pages(direction === 'desc' ? of.reverse() : of, (comment) => show(call, comment))
}

const create = (call: Call<{ body: string }>) => {
  const issue = issueOf(call)
  if (issue.locked) throw new Problem(403, 'Unable to create comment because issue is locked.')
  check(call)
  return created(show(call, addComment(call.repository, issue.number, call.body.body, call.actor)))
}

const update = (call: Call<{ body: string }>) => {
  const comment = commentOf(call)
  check(call)
  Object.assign(comment, { body: call.body.body, updatedAt: stamp(call.repository.host.now()) })
  return ok(show(call, comment))
}

const remove = (call: Call) => {
  const { comments } = call.repository
  comments.splice(comments.indexOf(commentOf(call)), 1)
  return nothing
}

export const comments: readonly Route[] = [
  route(`GET ${ISSUES}/{issue_number}/comments`, READ, list),
  route(`POST ${ISSUES}/{issue_number}/comments`, WRITE, create),
  route(`GET ${ISSUES}/comments`, READ, listAll),
  route(`GET ${ISSUES}/comments/{comment_id}`, READ, (call) => ok(show(call, commentOf(call)))),
  route(`PATCH ${ISSUES}/comments/{comment_id}`, WRITE, update),
  route(`DELETE ${ISSUES}/comments/{comment_id}`, WRITE, remove),
]
