import * as z from 'zod'
import { listed, read } from './answer.js'
import type { GitHub } from './github.js'
import type { About } from './refusal.js'

const Comment = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  // Null when the account was deleted.
  user: z.object({ login: z.string() }).nullish(),
})
type Comment = z.output<typeof Comment>
const Viewer = z.object({ viewer: z.object({ login: z.string() }) })

export interface CommentText {
  /** Hidden line of the body by which the comment is found again. */
  readonly marker: string
  /** At most 65,536 characters. */
  readonly body: string
}

export interface CommentResult {
  readonly url: string
  readonly change: 'created' | 'updated' | 'unchanged'
}

/**
 * The oldest comment of an issue or pull request that carries our marker and was written by the account of this token
 * is brought up to date; without one a comment is made. Marked comments of others are left alone. Throws Refusal.
 */
export async function upsertComment(
  github: GitHub,
  number: number,
  { marker, body }: CommentText,
): Promise<CommentResult> {
  const about: About = { undone: `the report is not on pull request #${number}`, needs: 'pull-requests: write' }
  const ours = await findOurs(github, number, marker, about)
  if (ours === null) {
    const made = await github.ask(route.create, { issue_number: number, body }, about)
    return { url: read(Comment, made.data, about).html_url, change: 'created' }
  }
  if (sameText(ours.body, body)) return { url: ours.html_url, change: 'unchanged' }
  await github.ask(route.update, { comment_id: ours.id, body }, about)
  return { url: ours.html_url, change: 'updated' }
}

const route = {
  list: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  create: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  update: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
}

async function findOurs(github: GitHub, number: number, marker: string, about: About): Promise<Comment | null> {
  let account: string | null = null
  for await (const comment of listed(github, route.list, { issue_number: number }, Comment, about)) {
    if (!isMarked(comment.body, marker)) continue
    account ??= await accountOf(github, about)
    if (comment.user?.login === account) return comment
  }
  return null
}

/** Whether a line of the text is the marker; in a quotation it is not. */
export function isMarked(text: string | null | undefined, marker: string): boolean {
  return (text ?? '').split(/\r?\n/).some((line) => line.trimEnd() === marker)
}

/** Whether two texts are the same comment: GitHub may change line ends and trim. */
export function sameText(a: string | null | undefined, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim()
  return plain(a ?? '') === plain(b)
}

/**
 * The login that this token writes as. Only GraphQL tells it for every kind of token: the REST question is refused to
 * the tokens of workflows and apps.
 */
async function accountOf(github: GitHub, about: About): Promise<string> {
  return read(Viewer, await github.graphql('query { viewer { login } }', {}, about), about).viewer.login
}
