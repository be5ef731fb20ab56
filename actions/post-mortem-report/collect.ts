import { posix } from 'node:path'
import { Chain } from '../../shared/contracts/chain.js'
import type { InputRef } from '../../shared/contracts/common.js'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { Deployment } from '../../shared/contracts/deployment.js'
import { Evaluation } from '../../shared/contracts/evaluation.js'
import { ModelPackage } from '../../shared/contracts/model-manifest.js'
import { Monitoring } from '../../shared/contracts/monitoring.js'
import { TrainingRun } from '../../shared/contracts/training-run.js'
import type { Context } from '../../shared/core/context.js'
import { type Read, readDocument } from '../../shared/core/documents.js'
import { attempt, type Missing } from './attempt.js'
import { openRunDocuments, type ReadDocument } from './collect-artifacts.js'
import { readReleases } from './collect-releases.js'
import { collectRun } from './collect-run.js'
import { type Collected, type Documents, STAGES, type Stage, type StageEntry } from './evidence.js'
import type { WantedRun } from './which-run.js'

/** The run that is meant, and what picks its documents among others. */
export interface Wanted {
  readonly run: WantedRun | null
  readonly suffix: string | undefined
}

export interface CollectedAll extends Collected {
  readonly refs: InputRef[]
  /** Where the documents come from, for people: the run directory, or `run 12`. */
  readonly from: string
}

/**
 * Reads what GitHub knows of the run, the documents of its stages (of the run directory, or out of the artifacts of
 * another run) and the registry. What cannot be read is named with its reason and never ends the report: it is needed
 * most when something is broken.
 */
export async function collect(ctx: Context, { run, suffix }: Wanted): Promise<CollectedAll> {
  const notCollected: Missing[] = []
  const workflow = run === null ? null : await collectRun(ctx, run, notCollected)
  if (run === null)
    notCollected.push({ what: 'run of a workflow, its jobs and logs', reason: 'not on GitHub, and no run is named' })
  const isOther = run !== null && !run.isOwn
  const from = isOther ? `run ${run.id}` : ctx.runDirectory
  const other = isOther ? await openRunDocuments(ctx, run.id, suffix, notCollected) : null
  try {
    const read: ReadDocument = other?.read ?? ((schema) => readDocument(ctx, schema))
    return { ...(await collectDocuments(ctx, read, from, workflow, notCollected)), from }
  } finally {
    await other?.close()
  }
}

async function collectDocuments(
  ctx: Context,
  read: ReadDocument,
  from: string,
  workflow: Collected['workflow'],
  notCollected: Missing[],
): Promise<Omit<CollectedAll, 'from'>> {
  const unread: Missing[] = []
  const reads = await readAll(read, unread)
  const chain = await attempt(() => read(Chain), 'chain.json', unread)
  notCollected.push(...unread)
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
  const known = {
    documents,
    entries: entriesOf(documents, chain?.document ?? null, from),
    notRun: notRunOf(chain?.document ?? null, documents),
    environment,
    history,
    workflow,
  }
  return {
    ...known,
    releases: registry ? await readReleases(registry, ctx.config.model, known, notCollected) : new Map(),
    notCollected,
    unreadable: unread.map(({ what }) => what),
    refs: [...Object.values(reads), chain].filter((read) => read !== null).map(({ ref }) => ref),
  }
}

async function readAll(from: ReadDocument, missing: Missing[]) {
  const read = <T>(name: string, ask: () => Promise<T>) => attempt(ask, `${name}.json`, missing)
  return {
    profile: await read('data-profile', () => from(DataProfile)),
    validation: await read('data-validation', () => from(DataValidation)),
    training: await read('training-run', () => from(TrainingRun)),
    evaluation: await read('evaluation', () => from(Evaluation)),
    package: await read('model-package', () => from(ModelPackage)),
    deployment: await read('deployment', () => from(Deployment)),
    monitoring: await read('monitoring', () => from(Monitoring)),
  } satisfies Record<keyof Documents, Read<never> | null>
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
