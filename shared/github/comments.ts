import * as z from 'zod'
import { UserError } from '../core/errors.js'
import type { Answer, Client, CommentResult, CommentText } from './github.js'

const Comment = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  // Null when the account was deleted.
  user: z.object({ login: z.string() }).nullish(),
})
type Comment = z.output<typeof Comment>
const Viewer = z.object({ viewer: z.object({ login: z.string() }) })

export interface Conversation {
  readonly owner: string
  readonly repo: string
  readonly issue_number: number
}

/** Largest page that GitHub gives, and a stop for a server that always names a next one. */
const PAGE = 100
const MOST_PAGES = 100

/**
 * The oldest comment that carries our marker and was written by the account of this token is brought up to date;
 * without one a comment is made. Marked comments of others are left alone. Throws what the client throws.
 */
export async function upsertComment(
  client: Client,
  conversation: Conversation,
  { marker, body }: CommentText,
): Promise<CommentResult> {
  const { owner, repo } = conversation
  const ours = await findOurs(client, conversation, marker)
  if (ours === null) {
    // Not asked a second time: it may have been written although the answer is an error.
    const request = { retries: 0 }
    const made = await client.request(route.create, { ...conversation, body, request })
    return { url: read(Comment, made.data).html_url, change: 'created' }
  }
  if (sameText(ours.body, body)) return { url: ours.html_url, change: 'unchanged' }
  await client.request(route.update, { owner, repo, comment_id: ours.id, body })
  return { url: ours.html_url, change: 'updated' }
}

const route = {
  list: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  create: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  update: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
}

async function findOurs(client: Client, conversation: Conversation, marker: string): Promise<Comment | null> {
  let account: string | null = null
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await client.request(route.list, { ...conversation, per_page: PAGE, page })
    for (const comment of read(z.array(Comment), answer.data)) {
      if (!isMarked(comment.body, marker)) continue
      account ??= await accountOf(client)
      if (comment.user?.login === account) return comment
    }
    if (!hasNext(answer)) break
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

const hasNext = ({ headers }: Answer) => /<[^>]*>;[^,]*\brel="?next"?/.test(String(headers.link ?? ''))

/**
 * The login that this token writes as. Only GraphQL tells it for every kind of token: the REST question is refused to
 * the tokens of workflows and apps.
 */
async function accountOf(client: Client): Promise<string> {
  return read(Viewer, await client.graphql('query { viewer { login } }')).viewer.login
}

/** Throws UserError when an answer is not what GitHub documents: cut short, or from something in between. */
function read<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  throw new UserError('the answer of GitHub was cut short or is not of GitHub', {
    cure: 'run the step again; if it stays, look at what stands between the runner and GitHub',
  })
}
