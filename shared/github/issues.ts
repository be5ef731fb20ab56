import * as z from 'zod'
import { type Inline, link, type Report } from '../report/blocks.js'
import { clip, guardLineStart, oneLine } from '../report/escape.js'
import { commentLimit, markerComment, renderMarkdown } from '../report/markdown.js'
import { markdownInline } from '../report/markdown-inline.js'
import { Author, accountOf } from './account.js'
import { listed, read } from './answer.js'
import type { GitHub } from './github.js'
import { madeOnce } from './lost.js'
import { around, isMarked, sameText, withSection } from './marked.js'
import { type About, Refusal } from './refusal.js'

export interface IssueText {
  /** Name in a hidden line by which the issue is found again, such as `monitor strikes production`. */
  readonly marker: string
  /** Of a new issue; people may rename it. */
  readonly title: string
  /** Shortened by importance when it is too long. What people write before and after it stays. */
  readonly body: Report
  /** The first is what the issue is looked for by; missing ones are created. */
  readonly labels: readonly [string, ...string[]]
  /** Whether there is something to do. */
  readonly open: boolean
  /** What the comment says with which the issue is closed or opened again: one sentence, and a link to the run. */
  readonly said: Inline
}

export interface IssueResult {
  /** Null when there is none. */
  readonly url: string | null
  /**
   * `none`: nothing to do, and no issue. `left`: a person closed it as not planned, so it stays closed until a person
   * opens it.
   */
  readonly change: 'none' | 'created' | 'updated' | 'unchanged' | 'closed' | 'reopened' | 'left'
}

const Issue = z.object({
  number: z.number(),
  html_url: z.string(),
  state: z.string(),
  state_reason: z.string().nullish(),
  body: z.string().nullish(),
  user: Author,
  // GitHub lists pull requests among the issues.
  pull_request: z.unknown().optional(),
})
type Issue = z.output<typeof Issue>

const route = {
  list: 'GET /repos/{owner}/{repo}/issues',
  create: 'POST /repos/{owner}/{repo}/issues',
  update: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
  comment: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  label: 'POST /repos/{owner}/{repo}/labels',
}

/** GitHub's limit of a title is 256. */
const LONGEST_TITLE = 200

/**
 * One issue for one trouble: made when there is something to do, kept up to date in its marked part, closed with a
 * comment when all is well, opened again when it comes back. Ours is the oldest one with the marker that the account of
 * this token wrote; younger ones, which two runs at once can make, are closed. Throws Refusal.
 */
export async function upsertIssue(github: GitHub, text: IssueText): Promise<IssueResult> {
  const marker = markerComment(text.marker)
  const about: About = {
    undone: `the issue "${titleOf(text)}" is not ${text.open ? 'written' : 'closed'}`,
    needs: 'issues: write',
    missing:
      'issues are turned off in the settings of the repository, or this token does not see it: add `issues: write` to the permissions of the job',
  }
  const [oldest, ...younger] = await findOurs(github, marker, text, about)
  if (oldest === undefined) return text.open ? create(github, marker, text, about) : { url: null, change: 'none' }
  for (const issue of younger) await closeDuplicate(github, issue, oldest, about)
  return bring(github, oldest, marker, text, about)
}

/**
 * Ours: the open ones by age, else the oldest closed one. Looked for by the label; before one is made also by the
 * account, for people take labels away, and GitHub drops those of a token that may not set them.
 */
async function findOurs(github: GitHub, marker: string, { labels, open }: IssueText, about: About): Promise<Issue[]> {
  const labelled = await ours(github, marker, { state: 'all', labels: labels[0] }, about)
  if (labelled.length > 0 || !open) {
    const unsolved = labelled.filter(({ state }) => state === 'open')
    return unsolved.length > 0 ? unsolved : labelled.slice(0, 1)
  }
  return ours(github, marker, { state: 'open', creator: await accountOf(github, about) }, about)
}

async function ours(
  github: GitHub,
  marker: string,
  query: Readonly<Record<string, string>>,
  about: About,
): Promise<Issue[]> {
  const found: Issue[] = []
  const parameters = { ...query, sort: 'created', direction: 'asc' }
  for await (const issue of listed(github, route.list, parameters, Issue, about)) {
    if (issue.pull_request !== undefined || !isMarked(issue.body, marker)) continue
    if (issue.user?.login === (await accountOf(github, about))) found.push(issue)
  }
  return found.sort(byAge)
}

const byAge = (a: Issue, b: Issue) => a.number - b.number

async function create(github: GitHub, marker: string, text: IssueText, about: About): Promise<IssueResult> {
  for (const name of text.labels) await createLabel(github, name, about)
  const body = bodyOf('', marker, text)
  const made = await madeOnce(
    async () => {
      const parameters = { title: titleOf(text), body, labels: [...text.labels] }
      return read(Issue, (await github.ask(route.create, parameters, about)).data, about)
    },
    async () => (await findOurs(github, marker, text, about))[0] ?? null,
  )
  // Two runs at once make two: each looks again, and only the oldest stays.
  const [oldest = made] = await findOurs(github, marker, text, about)
  if (oldest.number >= made.number) return { url: made.html_url, change: 'created' }
  await closeDuplicate(github, made, oldest, about)
  return bring(github, oldest, marker, text, about)
}

/** Brings an issue of ours to what this run knows. */
async function bring(
  github: GitHub,
  issue: Issue,
  marker: string,
  text: IssueText,
  about: About,
): Promise<IssueResult> {
  const { number, html_url: url } = issue
  const isOpen = issue.state === 'open'
  if (!isOpen && !text.open) return { url, change: 'unchanged' }
  if (!isOpen && issue.state_reason === 'not_planned') return { url, change: 'left' }
  const body = bodyOf(issue.body ?? '', marker, text)
  if (isOpen === text.open) {
    if (sameText(issue.body, body)) return { url, change: 'unchanged' }
    await github.ask(route.update, { issue_number: number, body }, about)
    return { url, change: 'updated' }
  }
  const state = text.open ? { state: 'open', state_reason: 'reopened' } : { state: 'closed', state_reason: 'completed' }
  await github.ask(route.update, { issue_number: number, body, ...state }, about)
  // What it says stands in the issue too, so that one that is lost is not written again.
  const said = lineOf([text.open ? 'Opened again: ' : 'Closed: ', text.said])
  await github.ask(route.comment, { issue_number: number, body: said }, about)
  return { url, change: text.open ? 'reopened' : 'closed' }
}

/** Without the marker, so that it is never taken for the first one. */
async function closeDuplicate(github: GitHub, issue: Issue, of: Issue, about: About): Promise<void> {
  const body = lineOf(['The same as ', link(of.html_url, `issue ${of.number}`), ', which two runs at once made.'])
  const closed = { state: 'closed', state_reason: 'not_planned' }
  await github.ask(route.update, { issue_number: issue.number, body, ...closed }, about)
}

const lineOf = (text: Inline): string => guardLineStart(markdownInline(text))

/** A label that is there already is refused with 422. */
async function createLabel(github: GitHub, name: string, about: About): Promise<void> {
  try {
    await github.ask(route.label, { name, color: 'd93f0b', description: 'Written by Plumbline' }, about)
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 422) throw error
  }
}

const titleOf = ({ title }: IssueText): string => clip(oneLine(title).trim(), LONGEST_TITLE)

/** The text of people stays whole, so ours gets the room that it leaves. */
function bodyOf(text: string, marker: string, { body }: IssueText): string {
  const { before, after } = around(text, marker)
  const limit = Math.max(1000, commentLimit - before.length - after.length)
  return withSection(text, marker, renderMarkdown(body, { limit, whole: ['the step summary of the run'] }))
}
