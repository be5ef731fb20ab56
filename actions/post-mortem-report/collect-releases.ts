import { DataProfile } from '../../shared/contracts/data-profile.js'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import { readPackagedDocument } from '../../shared/registry/packaged-document.js'
import type { PublishedVersion, Registry } from '../../shared/registry/registry.js'
import { attempt, type Missing } from './attempt.js'
import type { Collected, Release } from './evidence.js'
import { sequenceOf } from './incident.js'
import { versionsOf } from './rollback.js'

type Known = Pick<Collected, 'documents' | 'entries' | 'notRun' | 'history' | 'workflow'>

/** On GitHub each manifest is a request: only of versions that the report may speak of are they read. */
const MOST_SERVED = 3

/**
 * Every published version and those of the history. Their documents are read for the last good version and the one on
 * trial, which are compared; nothing is read when nothing failed.
 */
export async function readReleases(
  registry: Registry,
  model: string,
  known: Known,
  missing: Missing[],
): Promise<Map<string, Release>> {
  const published = (await attempt(() => registry.versions(model), `versions of ${model}`, missing)) ?? []
  const served = known.history.filter(({ state }) => state === 'success').map(({ tag }) => tag)
  const { first, isWorkflow } = sequenceOf(known)
  const isStage = first !== null && !isWorkflow
  const { bad, lastGood } = versionsOf(first, known)
  const compared = isStage ? [bad, lastGood?.tag] : []
  const spokenOf = new Set([
    ...compared,
    known.documents.monitoring?.decision.to,
    ...[...new Set(served)].slice(0, MOST_SERVED),
  ])
  const isAll = registry.kind === 'directory'
  const releases = new Map<string, Release>()
  for (const tag of new Set([...published.map(({ tag }) => tag), ...known.history.map(({ tag }) => tag)])) {
    const release = releaseOf(tag, published)
    const wanted = isAll || (isStage && spokenOf.has(tag))
    releases.set(tag, wanted ? await readRelease(registry, release, isAll || compared.includes(tag), missing) : release)
  }
  return releases
}

function releaseOf(tag: string, published: readonly PublishedVersion[]): Release {
  const publishedAt = published.find((version) => version.tag === tag)?.publishedAt ?? null
  const problem = publishedAt === null ? 'it is not published any more' : 'more recent versions served'
  return { tag, publishedAt, manifest: null, problem, profile: null, training: null }
}

async function readRelease(
  registry: Registry,
  release: Release,
  withDocuments: boolean,
  missing: Missing[],
): Promise<Release> {
  const { tag } = release
  const problems: Missing[] = []
  const found = await attempt(() => registry.manifest(tag), `manifest of ${tag}`, problems)
  if (!found) {
    missing.push(...problems)
    return { ...release, problem: problems[0]?.reason ?? 'it is not published any more' }
  }
  const documents = withDocuments
    ? await attempt(() => readPackaged(registry, found.manifest), `documents of ${tag}`, missing)
    : null
  return {
    ...release,
    manifest: found.manifest,
    problem: null,
    profile: documents?.profile ?? null,
    training: documents?.training ?? null,
  }
}

async function readPackaged(
  registry: Registry,
  manifest: ModelManifest,
): Promise<Pick<Release, 'profile' | 'training'>> {
  const profile = await readPackagedDocument(registry, manifest, DataProfile)
  const training = await readPackagedDocument(registry, manifest, TrainingRun)
  return { profile: profile?.document ?? null, training: training?.document ?? null }
}
