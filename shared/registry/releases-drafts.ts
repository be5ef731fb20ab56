import type { RunRef } from '../contracts/common.js'
import type { Log } from '../core/context.js'
import { messageOf } from '../core/errors.js'
import { mayHaveHappened } from '../github/lost.js'
import type { Release, ReleaseText } from '../github/releases.js'
import { waitBefore } from './releases-draft.js'
import { type DraftLine, draftLine, type Owner, readDraftLine } from './releases-lines.js'
import { isAtWork, standingOf } from './releases-owner.js'
import type { Store } from './releases-store.js'

export interface DraftParts {
  readonly store: Store
  readonly run: RunRef
  readonly log: Log
  now(): Date
  readonly pause: number
}

/** What a draft is to be of. */
export interface Purpose {
  readonly owner: Owner
  readonly model: string
  readonly tag: string
  readonly contentDigest: string
}

const MOST_TRIES = 3

/**
 * Removes the drafts of a model that nobody works on any more, of other models those that are days old, and returns one
 * that this run may take up, because it is of the same content. What cannot be removed waits for the next run. Drafts of
 * people and of runs that go on are left alone.
 */
export async function clearDrafts(
  parts: DraftParts,
  all: readonly Release[],
  owner: Owner,
  model: string,
  contentDigest: string | null,
): Promise<Release | null> {
  const overByRun = runsAsked(parts)
  let kept: Release | null = null
  for (const release of all) {
    const line = release.draft ? readDraftLine(release.body) : null
    if (line === null || line.nonce === owner.nonce) continue
    const standing = standingOf(line, owner, parts.now(), isAtWork)
    if (line.model !== model && standing !== 'over') continue
    if (standing === 'alive' || (standing === 'ask' && !(await overByRun(line)))) continue
    if (kept === null && standing === 'ours' && line.content === contentDigest) kept = release
    else await removeDraft(parts, release, line.nonce)
  }
  return kept
}

/** Whether the run of a draft is over, each run asked once; `false` when nobody can tell. */
function runsAsked({ store, log }: DraftParts): (line: DraftLine) => Promise<boolean> {
  const asked = new Map<string, ReturnType<Store['releases']['run']>>()
  return async ({ run, attempt }) => {
    if (run === null) return false
    const answer = asked.get(run) ?? store.releases.run(run, `it is not known whether run ${run} is over`)
    asked.set(run, answer)
    try {
      const state = await answer
      return state !== null && (state.over || state.attempt > attempt)
    } catch (error) {
      log.debug(messageOf(error))
      return false
    }
  }
}

/** Removes a draft if it is still the one of this nonce; `false` when that was refused. Never throws. */
export async function removeDraft(
  { store, log }: DraftParts,
  { id, html_url }: Release,
  nonce: string,
): Promise<boolean> {
  const undone = `the draft ${html_url} is not removed`
  try {
    // Looked at just before: a release that was published meanwhile must not be deleted.
    const now = await store.releases.get(id, undone)
    if (now?.draft && readDraftLine(now.body)?.nonce === nonce) await store.releases.remove(id, undone)
    return true
  } catch (error) {
    log.info(`${messageOf(error)}; a later run of package-model removes it`)
    return false
  }
}

/** Makes a draft; one whose answer was lost is found again. Throws Refusal. */
export async function makeDraft(parts: DraftParts, purpose: Purpose): Promise<Release> {
  const { releases } = parts.store
  for (let tries = 1; ; tries++) {
    try {
      return await releases.createDraft(textOf(parts, purpose), undone(purpose))
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      await waitBefore(tries, parts.pause)
      const made = (await parts.store.list()).find(({ draft, body }) => draft && isOf(body, purpose.owner))
      if (made) return made
      if (tries === MOST_TRIES) throw error
    }
  }
}

/** Makes a draft of an earlier process this one's; null when it is not there any more or another had it first. */
export async function takeUpDraft(parts: DraftParts, left: Release, purpose: Purpose): Promise<Release | null> {
  const { releases } = parts.store
  const now = await releases.get(left.id, undone(purpose))
  if (!now?.draft || readDraftLine(now.body)?.nonce !== readDraftLine(left.body)?.nonce) return null
  const changed = await releases.changeDraft(left.id, textOf(parts, purpose), undone(purpose))
  return changed.draft ? changed : null
}

/** Drafts that a lost answer has made twice. */
export async function removeDoubles(
  parts: DraftParts,
  all: readonly Release[],
  owner: Owner,
  keep: number,
): Promise<void> {
  for (const release of all) {
    if (release.draft && release.id !== keep && isOf(release.body, owner)) {
      await removeDraft(parts, release, owner.nonce)
    }
  }
}

const isOf = (body: string | null | undefined, { nonce }: Owner): boolean => readDraftLine(body)?.nonce === nonce
const undone = ({ tag }: Purpose): string => `${tag} is not published`

function textOf({ run }: DraftParts, { owner, model, tag, contentDigest }: Purpose): ReleaseText {
  const where = run.kind === 'github' ? `[run ${run.runId}](${run.url})` : 'a run outside GitHub'
  const line = draftLine({ model, content: contentDigest, ...owner })
  return {
    tag,
    commit: run.commit,
    body: `A version of a model, being put together by ${where}. It is published when every file of it is here. Should that run have ended, the next one of package-model removes this draft or goes on with it.\n\n${line}\n`,
  }
}
