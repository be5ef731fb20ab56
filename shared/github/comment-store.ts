import * as z from 'zod'
import { Author, accountOf, rememberAccount } from './account.js'
import { listed, read } from './answer.js'
import { type Part, partsOf } from './comment-body.js'
import type { GitHub } from './github.js'
import { madeOnce } from './lost.js'
import { isMarked, sameText } from './marked.js'
import { type About, Refusal } from './refusal.js'

const Comment = z.object({
  id: z.number(),
  node_id: z.string().optional(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: Author,
})
type Comment = z.output<typeof Comment>

/** A comment of ours, with what the stages say in it. */
export interface Stored {
  readonly id: number
  readonly node: string | undefined
  readonly url: string
  readonly body: string
  readonly parts: readonly Part[]
}

const route = {
  list: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  create: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  read: 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
  update: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  delete: 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
}
const minimize =
  'mutation($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized } } }'

/**
 * Our comments on a pull request: those that carry the marker and were written by the account of this token. Each of its
 * functions throws Refusal.
 */
export interface CommentStore {
  /** Oldest first. */
  list(): Promise<Stored[]>
  /** Asked once; one whose answer was lost is found again. */
  create(body: string): Promise<Stored>
  /** False when it is gone. */
  update(comment: Stored, body: string): Promise<boolean>
  /** Null when it cannot be read. */
  readAgain(comment: Stored): Promise<Stored | null>
  /** One that is gone already is as good. */
  remove(comment: Stored): Promise<void>
  /** Folds it as outdated, and takes its marker away, so that it is left alone from then on. */
  hide(comment: Stored): Promise<void>
}

/** See {@link CommentStore}. `number` is that of the pull request. */
export function commentStore(github: GitHub, number: number, marker: string): CommentStore {
  const about: About = { undone: `the report is not on pull request #${number}`, needs: 'pull-requests: write' }
  const stored = ({ id, node_id: node, html_url: url, body }: Comment): Stored => {
    const text = body ?? ''
    return { id, node, url, body: text, parts: partsOf(text, marker) }
  }
  const list = async () => {
    const found: Stored[] = []
    for await (const one of listed(github, route.list, { issue_number: number }, Comment, about)) {
      if (!isMarked(one.body, marker)) continue
      if (one.user?.login === (await accountOf(github, about))) found.push(stored(one))
    }
    return found
  }
  const post = async (body: string) => {
    const { data } = await github.ask(route.create, { issue_number: number, body }, about)
    const made = read(Comment, data, about)
    if (made.user) rememberAccount(github, made.user.login)
    return stored(made)
  }
  return {
    list,
    create: (body) =>
      madeOnce(
        () => post(body),
        async () => (await list()).findLast((one) => sameText(one.body, body)) ?? null,
      ),
    update: ({ id }, body) => isThere(() => github.ask(route.update, { comment_id: id, body }, about)),
    readAgain: async ({ id }) => {
      try {
        return stored(read(Comment, (await github.ask(route.read, { comment_id: id }, about)).data, about))
      } catch {
        return null
      }
    },
    remove: async ({ id }) => void (await isThere(() => github.ask(route.delete, { comment_id: id }, about))),
    hide: async ({ id, node, body }) => {
      if (node !== undefined) await github.graphql(minimize, { id: node }, about)
      const unmarked = body.replaceAll(marker, '').trim()
      await isThere(() => github.ask(route.update, { comment_id: id, body: unmarked }, about))
    },
  }
}

/** False when GitHub says that what was to be changed is not there. */
async function isThere(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.status === 410)) return false
    throw error
  }
}
