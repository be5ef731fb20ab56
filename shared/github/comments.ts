import { bodyOf, isOfRun, isOutdated, type Origin, type Part, withPart } from './comment-body.js'
import { type CommentStore, commentStore, type Stored } from './comment-store.js'
import type { GitHub } from './github.js'
import { sameText } from './marked.js'
import { Refusal } from './refusal.js'

/**
 * `update`: one comment, kept in place. `only-on-change`: the same, left as it is while a stage finds the same.
 * `only-on-failure`: the same, made by a stage that does not pass. `only-update`: the same, never made. `recreate`: the old
 * one is deleted, and a new one stands at the end. `hide`: the old one is minimised as outdated. `append`: every run has
 * its own. `delete`: what is there is taken back.
 */
export const COMMENT_MODES = [
  'update',
  'only-on-change',
  'only-on-failure',
  'only-update',
  'recreate',
  'hide',
  'append',
  'delete',
  'off',
] as const
export type CommentMode = (typeof COMMENT_MODES)[number]
type Mode = Exclude<CommentMode, 'off'>

export interface Said extends Origin {
  readonly stage: string
  readonly verdict: Part['verdict']
  /** Markdown of at most so many characters. */
  text(limit: number): string
  /** Nothing to bring before anybody: what the stage said before is brought up to date, and no comment made for it. */
  readonly quiet?: boolean
  /** Verdict and findings in short: what is equal in two runs says the same. */
  readonly says?: string
  /** Whether it is worth a comment where only failures are. */
  readonly fails?: boolean
}

export interface CommentTarget {
  readonly number: number
  /** Hidden line by which the comment is found again. */
  readonly marker: string
  /** Address of the runs of this repository, for what was said by an earlier one. */
  readonly runsUrl: string
}

export interface CommentResult {
  /** Null when there is none. */
  readonly url: string | null
  /** `outdated`: a later run has reported on another commit, and its comment is left as it is. */
  readonly change: 'created' | 'updated' | 'unchanged' | 'deleted' | 'outdated' | 'none'
}

interface Work {
  readonly store: CommentStore
  readonly target: CommentTarget
  readonly said: Said
  readonly mode: Mode
}

/**
 * Puts what a stage says into our comment on a pull request: the parts of other stages stay, and those on another commit
 * are said to be so. Two runs at once, a comment that vanishes in between and an answer that is lost leave one comment.
 * Throws Refusal.
 */
export async function comment(github: GitHub, target: CommentTarget, given: Said, mode: Mode): Promise<CommentResult> {
  const said = mode === 'only-on-failure' && !given.fails ? { ...given, quiet: true } : given
  const work: Work = { store: commentStore(github, target.number, target.marker), target, said, mode }
  const ours = await work.store.list()
  if (mode === 'delete') return takeBack(work, ours)
  if (mode !== 'append' && ours.some(({ parts }) => isOutdated(parts, said.stage, said))) {
    return { url: ours.at(-1)?.url ?? null, change: 'outdated' }
  }
  if (mode === 'only-on-change' && saysTheSame(said, ours[0])) return { url: ours[0]?.url ?? null, change: 'unchanged' }
  const before = mode === 'append' ? undefined : ours.at(-1)
  const place = placeOf(work, ours) ?? (said.quiet ? before : undefined)
  if (place !== undefined) {
    const result = await write(work, place)
    if (result !== null) {
      await retire(work, ours, place)
      return result
    }
    // It vanished between reading and writing, and a new one takes its place.
  }
  if (mode === 'only-update' || said.quiet) return { url: null, change: 'none' }
  return create(work, before === place ? [] : (before?.parts ?? []))
}

/** Modes of one comment that stays where it is. */
const ONE: ReadonlySet<Mode> = new Set(['update', 'only-on-change', 'only-on-failure', 'only-update'])

/** Whether a stage would say of this commit what it has said, of whichever; one that said nothing has nothing to be quiet of. */
function saysTheSame({ stage, says, quiet }: Said, there: Stored | undefined): boolean {
  const own = there?.parts.find((part) => part.stage === stage)
  return own === undefined ? quiet === true : says !== undefined && own.says === says
}

/** The comment to write into, if there is one: of this run, where each run has its own. */
function placeOf({ mode, said }: Work, ours: readonly Stored[]): Stored | undefined {
  if (ONE.has(mode)) return ours[0]
  return ours.find(({ parts }) => isOfRun(parts, said))
}

/** What the comment will say. Of a quiet stage only what it said before is replaced. */
function bodyAfter({ said, target }: Work, before: readonly Part[], most = Number.POSITIVE_INFINITY): string {
  const speaks = !said.quiet || before.some(({ stage }) => stage === said.stage)
  const text = (limit: number) => said.text(Math.min(limit, most))
  const parts = speaks ? withPart(before, said.stage, { ...said, text }) : before
  return bodyOf(parts, target.marker, said, target.runsUrl)
}

/** How often a part that another job has overwritten in between is written again. */
const TRIES = 3

/** Brings a comment up to date. Null when it is gone. */
async function write(work: Work, place: Stored): Promise<CommentResult | null> {
  const { store, said } = work
  const { url } = place
  if (sameText(place.body, bodyAfter(work, place.parts))) return { url, change: 'unchanged' }
  let current: Stored | null = place
  for (let tries = 0; tries < TRIES && current !== null; tries++) {
    const { parts }: Stored = current
    if (!(await fitting(work, parts, (body) => store.update(place, body)))) return null
    current = await store.readAgain(place)
    const own = current?.parts.find(({ stage }) => stage === said.stage)
    if (said.quiet || (own && isOfRun([own], said))) break
  }
  return { url, change: 'updated' }
}

/** GitHub counts characters in its own way: what it finds too long is sent in half the length, once. */
async function fitting<T>(work: Work, before: readonly Part[], send: (body: string) => Promise<T>): Promise<T> {
  const body = bodyAfter(work, before)
  try {
    return await send(body)
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 422 || !/too long/i.test(error.words)) throw error
    return send(bodyAfter(work, before, Math.floor(body.length / 2)))
  }
}

async function create(work: Work, before: readonly Part[]): Promise<CommentResult> {
  const { store, said, mode } = work
  const made = await fitting(work, before, store.create)
  // Two runs at once, or two jobs of one, make two comments, so each looks again.
  const now = await store.list()
  if (!ONE.has(mode) && mode !== 'append' && now.some(({ parts }) => isOutdated(parts, said.stage, said))) {
    await store.remove(made)
    return { url: now.at(-1)?.url ?? null, change: 'outdated' }
  }
  // What came first keeps what both say; who made the second one takes it away.
  const first = placeOf(work, now) ?? made
  const result = first.id === made.id ? null : await write(work, first)
  if (result !== null) await store.remove(made)
  await retire(work, ONE.has(mode) ? [] : now, result === null ? made : first)
  return result ?? { url: made.url, change: 'created' }
}

/** Does away with the comments for which the one at `place` stands. */
async function retire({ store, mode, said }: Work, ours: readonly Stored[], place: Stored): Promise<void> {
  const isOlder = ({ parts }: Stored) => ONE.has(mode) || !isOfRun(parts, said)
  const old = ours.filter((one) => one.id !== place.id && isOlder(one))
  if (said.quiet || mode === 'append') return
  for (const one of old) await (mode === 'hide' ? store.hide(one) : store.remove(one))
}

/** Takes back what the stage said, everywhere; a comment that says nothing more is deleted. */
async function takeBack({ store, said, target }: Work, ours: readonly Stored[]): Promise<CommentResult> {
  let result: CommentResult = { url: null, change: 'none' }
  for (const one of ours) {
    const left = withPart(one.parts, said.stage, null)
    if (left.length === 0) {
      await store.remove(one)
      result = { url: null, change: 'deleted' }
    } else if (left.length < one.parts.length) {
      await store.update(one, bodyOf(left, target.marker, said, target.runsUrl))
      result = { url: one.url, change: 'updated' }
    }
  }
  return result
}
