import prerelease from 'semver/functions/prerelease.js'
import type { ModelManifest } from '../contracts/model-manifest.js'
import { UserError } from '../core/errors.js'
import { Refusal } from '../github/refusal.js'
import type { Release } from '../github/releases.js'
import { checkManifest, encodeManifest } from './manifest.js'
import { requireModelName, tagOf } from './names.js'
import type { Draft, Publication, PublishedVersion } from './registry.js'
import { releaseNotes } from './release-notes.js'
import { compareAssets, type WantedAsset } from './releases-assets.js'
import { DraftLost, fillDraft, isComplete, type Work, waitBefore } from './releases-draft.js'
import { clearDrafts, type DraftParts, makeDraft, removeDoubles, removeDraft, takeUpDraft } from './releases-drafts.js'
import { type Owner, versionLine } from './releases-lines.js'
import { beginWork, endWork } from './releases-owner.js'
import { explainRefusal, isPassing, type Loss, lossOf } from './releases-refusal.js'
import { openSources, type Sources } from './releases-sources.js'
import { damaged, requireWhole, type VersionRelease } from './releases-store.js'

export interface PublishParts extends DraftParts {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of the repository, for links. */
  readonly url: string
  /** Whether the run has a read-only token whatever its permissions say. */
  readonly readOnly: boolean
  /** Largest asset; a larger file goes up in parts. */
  readonly partBytes?: number
}

interface Job {
  readonly parts: PublishParts
  readonly draft: Draft
  readonly owner: Owner
  readonly sources: Sources
  /** Numbers that cannot be taken, with the reason. */
  readonly refused: Map<string, string>
  /** Tags that were looked for. */
  readonly free: Set<string>
  /** The draft of this run, once there is one. */
  work: Work | null
  /** Drafts of others have been looked at. */
  cleared: boolean
}

/** What a turn came to: the publication, or the releases as they are now for another turn. */
type Turn = { readonly done: Publication } | { readonly again: readonly Release[] }

/** Each turn that is lost was won by another run. */
const MOST_TURNS = 30
const MOST_LOST_DRAFTS = 3

/** See `Registry.publish`. */
export async function publish(parts: PublishParts, draft: Draft): Promise<Publication> {
  const model = requireModelName(draft.model)
  const owner = beginWork(parts.run, parts.env, parts.now())
  const sources = openSources(draft, parts.partBytes)
  const job: Job = { parts, draft, owner, sources, refused: new Map(), free: new Set(), work: null, cleared: false }
  try {
    return await untilPublished(job)
  } catch (error) {
    await giveUp(job, error)
    throw explainRefusal(error, { model, commit: parts.run.commit, readOnly: parts.readOnly })
  } finally {
    endWork(owner)
  }
}

async function untilPublished(job: Job): Promise<Publication> {
  const { store } = job.parts
  let all: readonly Release[] = await store.list()
  let lost = 0
  for (let turns = 0; turns < MOST_TURNS; turns++) {
    try {
      const turn = await takeTurn(job, all)
      if ('done' in turn) return turn.done
      all = turn.again
    } catch (error) {
      if (!(error instanceof DraftLost)) throw error
      job.work = null
      lost += 1
      if (lost > MOST_LOST_DRAFTS) throw draftTaken(job.draft.model)
      all = await store.list()
    }
  }
  throw new UserError(`other runs kept publishing versions of ${job.draft.model} at the same time`, {
    cure: 'run again',
  })
}

async function takeTurn(job: Job, all: readonly Release[]): Promise<Turn> {
  const { parts, draft } = job
  const { versions, taken } = await viewOf(job, all)
  const published = versions.map(({ version }) => version)
  const proposal = await draft.propose(published, [...taken, ...job.refused.keys()])
  if ('existing' in proposal) return { done: await unchanged(job, all, versions, proposal.existing) }
  const twin = versions.find(({ version }) => version.version === proposal.version)
  if (twin) return { done: await unchanged(job, all, versions, sameVersion(proposal, twin)) }

  checkManifest(proposal, `the manifest of ${proposal.tag}`)
  if (proposal.model !== draft.model) throw new Error(`proposed ${proposal.tag} for model ${draft.model}`)
  requireFree(job, proposal, taken)
  const wanted = await job.sources.read(proposal)
  if (!(await isTagFree(job, proposal))) return { again: all }

  job.work ??= await openDraft(job, all, proposal)
  const { work } = job
  await fillDraft(
    { ...parts, releases: parts.store.releases, sources: job.sources, undone: undone(proposal) },
    work,
    wanted,
  )
  const now = await parts.store.list()
  await removeDoubles(parts, now, job.owner, work.id)
  // A list may lag behind what was written.
  const mine = now.find(({ id }) => id === work.id) ?? (await parts.store.releases.get(work.id, undone(proposal)))
  const complete = isComplete(work, mine, wanted)
  if (!complete || !sameView(await viewOf(job, now), { versions, taken })) return { again: now }
  return publishDraft(job, work, proposal, wanted)
}

interface ModelView {
  readonly versions: readonly VersionRelease[]
  /** Numbers that releases of people have taken. */
  readonly taken: readonly string[]
}

async function viewOf({ parts, draft: { model } }: Job, all: readonly Release[]): Promise<ModelView> {
  const { versions, foreign } = await parts.store.view(all)
  const start = tagOf(model, '')
  return {
    versions: versions.filter(({ version }) => version.model === model),
    taken: foreign.filter((tag) => tag.startsWith(start)).map((tag) => tag.slice(start.length)),
  }
}

const sameView = (a: ModelView, b: ModelView): boolean => keyOf(a) === keyOf(b)
const keyOf = ({ versions, taken }: ModelView): string =>
  JSON.stringify([versions.map(({ version }) => [version.tag, version.manifestDigest]), taken])

/** A version that lies there broken is no success, though nothing would be written. */
async function unchanged(
  { parts, owner, draft, work }: Job,
  all: readonly Release[],
  versions: readonly VersionRelease[],
  existing: PublishedVersion,
): Promise<Publication> {
  const found = versions.find(({ version }) => version.tag === existing.tag)
  if (found === undefined) throw new Error(`${existing.tag} is not among the published versions`)
  await requireWhole(parts.store, found)
  await clearDrafts(parts, all, owner, draft.model, null)
  if (work) await removeDraft(parts, work.release, owner.nonce)
  return { outcome: 'unchanged', version: found.version }
}

function sameVersion(manifest: ModelManifest, { version }: VersionRelease): PublishedVersion {
  if (version.manifestDigest === encodeManifest(manifest).digest) return version
  throw new UserError(`${manifest.tag} is published already and its content is another`, {
    cure: 'a published version is never changed: take another package.version, or `auto`',
  })
}

function requireFree({ refused }: Job, { tag, version }: ModelManifest, taken: readonly string[]): void {
  const why = refused.get(version) ?? (taken.includes(version) ? 'a release of that name is no model version' : null)
  if (why === null) return
  throw new UserError(`${tag} cannot be published: ${why}`, { cure: 'take another package.version, or `auto`' })
}

/** A tag that is there already may only be one at the commit of this run: the release would else speak of another. */
async function isTagFree({ parts, free, refused }: Job, { tag, version }: ModelManifest): Promise<boolean> {
  if (free.has(tag)) return true
  const found = await parts.store.releases.tag(tag, `${tag} is not published`)
  const other = found !== null && (found.type !== 'commit' || found.sha !== parts.run.commit)
  if (other) refused.set(version, `there is a tag of that name, at ${found.type} ${found.sha.slice(0, 7)}`)
  else free.add(tag)
  return !other
}

async function openDraft(
  job: Job,
  all: readonly Release[],
  { tag, contentDigest, model }: ModelManifest,
): Promise<Work> {
  const { parts, owner } = job
  const purpose = { owner, model, tag, contentDigest }
  const left = job.cleared ? null : await clearDrafts(parts, all, owner, model, contentDigest)
  job.cleared = true
  const taken = left && (await takeUpDraft(parts, left, purpose))
  const release = taken ?? (await makeDraft(parts, purpose))
  parts.log.info(`${taken ? 'goes on with' : 'fills'} the draft ${release.html_url}`)
  return { id: release.id, nonce: owner.nonce, release, known: new Map() }
}

async function publishDraft(
  job: Job,
  work: Work,
  manifest: ModelManifest,
  wanted: readonly WantedAsset[],
): Promise<Turn> {
  const { parts } = job
  const { releases } = parts.store
  const { tag, version, contentDigest } = manifest
  const line = versionLine({ manifest: encodeManifest(manifest).digest, content: contentDigest })
  const body = `${releaseNotes(manifest, parts)}\n${line}\n`
  const text = { tag, body, commit: parts.run.commit, prerelease: prerelease(version) !== null }
  const refusal = await refusalOf(releases.publish(work.id, text, undone(manifest)))
  // Whatever was answered, what counts is what GitHub shows now.
  let now = await releases.get(work.id, undone(manifest))
  for (let looks = 1; refusal === null && now?.draft && looks < 3; looks++) {
    await waitBefore(looks, parts.pause)
    now = await releases.get(work.id, undone(manifest))
  }
  if (now === null) throw new DraftLost()
  if (!now.draft && now.tag_name === tag) return { done: await published(job, work, now, wanted) }
  if (refusal === null) throw notAsAsked(tag, now)
  const loss = lossOf(refusal)
  if (loss === null) throw refusal
  noteLoss(job, loss, version)
  return { again: await parts.store.list() }
}

async function refusalOf(asked: Promise<void>): Promise<Refusal | null> {
  try {
    await asked
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function noteLoss({ free, refused, draft }: Job, loss: Loss, version: string): void {
  free.delete(tagOf(draft.model, version))
  if (loss === 'name-burnt') refused.set(version, 'an immutable release had that name, and GitHub never gives it again')
}

async function published(
  { parts }: Job,
  work: Work,
  now: Release,
  wanted: readonly WantedAsset[],
): Promise<Publication> {
  const { stale, missing } = compareAssets(wanted, now.assets, work.known)
  const wrong = stale[0]?.name ?? missing[0]?.name
  if (wrong !== undefined) throw damaged(now.tag_name, `${wrong} is not as it was uploaded`)
  parts.store.remember(now)
  const found = await parts.store.find(now.tag_name)
  if (found === null) throw notAsAsked(now.tag_name, now)
  return { outcome: 'published', version: found.version }
}

/**
 * The draft of a run that failed: kept, when the next run may go on with it, else removed. The error that is thrown
 * anyway is what the user has to read.
 */
async function giveUp({ parts, work, owner }: Job, error: unknown): Promise<void> {
  if (work === null) return
  if (isPassing(error)) parts.log.info(`what was uploaded stays in the draft ${work.release.html_url} for the next run`)
  else await removeDraft(parts, work.release, owner.nonce)
}

const undone = ({ tag }: ModelManifest): string => `${tag} is not published`

const draftTaken = (model: string): UserError =>
  new UserError(`somebody else removed or filled the draft of this run, again and again`, {
    cure: `let one job at a time package ${model}, and leave drafts alone that say they are being put together`,
  })

const notAsAsked = (tag: string, { tag_name, draft, html_url }: Release): UserError =>
  new UserError(
    `GitHub took the publication of ${tag} and shows ${draft ? 'a draft' : `a release called ${tag_name}`}: ${html_url}`,
    { cure: 'look at that release, and run the step again' },
  )
