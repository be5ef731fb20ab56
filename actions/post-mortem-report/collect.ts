import { posix } from 'node:path'
import { Chain } from '../../shared/contracts/chain.js'
import type { InputRef } from '../../shared/contracts/common.js'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { Deployment } from '../../shared/contracts/deployment.js'
import { Evaluation } from '../../shared/contracts/evaluation.js'
import { type ModelManifest, ModelPackage } from '../../shared/contracts/model-manifest.js'
import { Monitoring } from '../../shared/contracts/monitoring.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import type { Context } from '../../shared/core/context.js'
import { type Read, readDocument } from '../../shared/core/documents.js'
import { messageOf, UserError } from '../../shared/core/errors.js'
import { readPackagedDocument } from '../../shared/registry/packaged-document.js'
import type { PublishedVersion, Registry } from '../../shared/registry/registry.js'
import { type Collected, type Documents, type Release, STAGES, type Stage, type StageEntry } from './evidence.js'

type Missing = { what: string; reason: string }

/**
 * Reads the documents of the run directory and the registry. What cannot be read is named with its reason and never
 * ends the report: the report is needed most when something is broken.
 */
export async function collect(ctx: Context): Promise<Collected & { readonly refs: InputRef[] }> {
  const unread: Missing[] = []
  const reads = await readAll(ctx, unread)
  const chain = await attempt(() => readDocument(ctx, Chain), 'chain.json', unread)
  const notCollected = [...unread]
  const documents: Documents = {
    profile: reads.profile?.document ?? null,
    validation: reads.validation?.document ?? null,
    training: reads.training?.document ?? null,
    evaluation: reads.evaluation?.document ?? null,
    package: reads.package?.document ?? null,
    deployment: reads.deployment?.document ?? null,
    monitoring: reads.monitoring?.document ?? null,
  }
  const environment = ctx.config.deploy.environment
  const registry = await attempt(() => ctx.registry(), 'registry', notCollected)
  const history =
    (registry &&
      (await attempt(
        () => registry.deployments(environment, ctx.config.model),
        `history of ${environment}`,
        notCollected,
      ))) ??
    []
  const releases = registry
    ? await readReleases(
        registry,
        ctx.config.model,
        history.map(({ tag }) => tag),
        notCollected,
      )
    : new Map<string, Release>()
  return {
    documents,
    entries: entriesOf(documents, chain?.document ?? null, ctx.runDirectory),
    notRun: notRunOf(chain?.document ?? null, documents),
    environment,
    history,
    releases,
    notCollected,
    unreadable: unread.map(({ what }) => what),
    refs: [...Object.values(reads), chain].filter((read) => read !== null).map(({ ref }) => ref),
  }
}

async function readAll(ctx: Context, missing: Missing[]) {
  const read = <T>(name: string, ask: () => Promise<T>) => attempt(ask, `${name}.json`, missing)
  return {
    profile: await read('data-profile', () => readDocument(ctx, DataProfile)),
    validation: await read('data-validation', () => readDocument(ctx, DataValidation)),
    training: await read('training-run', () => readDocument(ctx, TrainingRun)),
    evaluation: await read('evaluation', () => readDocument(ctx, Evaluation)),
    package: await read('model-package', () => readDocument(ctx, ModelPackage)),
    deployment: await read('deployment', () => readDocument(ctx, Deployment)),
    monitoring: await read('monitoring', () => readDocument(ctx, Monitoring)),
  } satisfies Record<keyof Documents, Read<never> | null>
}

/** The result, or null with the reason why there is none. */
async function attempt<T>(ask: () => Promise<T>, what: string, missing: Missing[]): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    missing.push({ what, reason: error.problems.map(({ message }) => message).join('; ') || messageOf(error) })
    return null
  }
}

const DOCUMENT_OF: Readonly<Record<Stage, readonly [key: keyof Documents, name: string]>> = {
  'validate-data': ['validation', 'data-validation'],
  train: ['training', 'training-run'],
  'evaluate-gate': ['evaluation', 'evaluation'],
  'package-model': ['package', 'model-package'],
  deploy: ['deployment', 'deployment'],
  monitor: ['monitoring', 'monitoring'],
}

/** One entry per stage: its document, or the record of a chain in which it ended without writing one. */
function entriesOf(documents: Documents, chain: Chain | null, directory: string): StageEntry[] {
  return STAGES.flatMap((stage): StageEntry[] => {
    const [key, name] = DOCUMENT_OF[stage]
    const document = documents[key]
    const record = chain?.stages.find((item) => item.stage === stage)
    const isOlder = document !== null && record?.startedAt != null && document.createdAt < record.startedAt
    if (record?.verdict != null && record.startedAt !== null && (document === null || isOlder)) {
      return [
        {
          stage,
          at: record.startedAt,
          verdict: record.verdict,
          summary: record.summary,
          checks: [],
          source: posix.join(directory, 'chain.json'),
        },
      ]
    }
    if (document === null) return []
    const { createdAt, verdict, summary, checks } = document
    return [{ stage, at: createdAt, verdict, summary, checks, source: posix.join(directory, `${name}.json`) }]
  })
}

/** Stages that the chain did not reach, unless they ran on their own since. */
function notRunOf(chain: Chain | null, documents: Documents): Stage[] {
  return (chain?.stages ?? []).flatMap(({ stage, verdict }): Stage[] => {
    const known = STAGES.find((name) => name === stage)
    if (known === undefined || verdict !== null) return []
    const document = documents[DOCUMENT_OF[known][0]]
    return document !== null && chain !== null && document.createdAt >= chain.createdAt ? [] : [known]
  })
}

async function readReleases(
  registry: Registry,
  model: string,
  tags: readonly string[],
  missing: Missing[],
): Promise<Map<string, Release>> {
  const published = (await attempt(() => registry.versions(model), `versions of ${model}`, missing)) ?? []
  const releases = new Map<string, Release>()
  for (const tag of new Set([...published.map(({ tag }) => tag), ...tags])) {
    releases.set(tag, await readRelease(registry, tag, published, missing))
  }
  return releases
}

async function readRelease(
  registry: Registry,
  tag: string,
  published: readonly PublishedVersion[],
  missing: Missing[],
): Promise<Release> {
  const publishedAt = published.find((version) => version.tag === tag)?.publishedAt ?? null
  const problems: Missing[] = []
  const found = await attempt(() => registry.manifest(tag), `manifest of ${tag}`, problems)
  if (!found) {
    missing.push(...problems)
    const problem = problems[0]?.reason ?? 'it is not published any more'
    return { tag, publishedAt, manifest: null, problem, profile: null, training: null }
  }
  const documents = await attempt(() => readPackaged(registry, found.manifest), `documents of ${tag}`, missing)
  return {
    tag,
    publishedAt,
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
