import { posix } from 'node:path'
import { DataValidation } from '../contracts/data-validation.js'
import { Evaluation } from '../contracts/evaluation.js'
import { type FileDigest, TrainingRun } from '../contracts/training-run.js'
import type { UploadedArtifact } from '../github/artifacts.js'
import { readEvent } from '../github/event.js'
import type { Context } from './context.js'
import type { OpenedContext } from './context-maker.js'
import { describeError } from './errors.js'

/** Documents of each stage, by which the artifact of a document is found. */
export const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'validate-data': ['data-profile', 'data-validation'],
  train: ['training-run'],
  'evaluate-gate': ['evaluation'],
  'package-model': ['model-package'],
  deploy: ['deployment'],
  monitor: ['monitoring'],
  'post-mortem-report': ['post-mortem'],
  pipeline: ['chain'],
}

/** The stage that writes a document. */
export const stageOf = (document: string): string =>
  Object.keys(DOCUMENTS).find((stage) => DOCUMENTS[stage]?.includes(document)) ?? document

/** Name of the artifact that a stage hands over by. */
export const artifactName = (stage: string, suffix: string | undefined): string =>
  ['plumbline', stage, ...(suffix === undefined ? [] : [suffix])].join('-')

/** Files of the workspace that a document says its stage made: the outputs of a training, prepared data, answers of a candidate. */
export function madeFiles(document: unknown): readonly FileDigest[] {
  const training = TrainingRun.safeParse(document)
  if (training.success) return training.data.outputs
  const evaluation = Evaluation.safeParse(document)
  if (evaluation.success) return evaluation.data.answers === undefined ? [] : [evaluation.data.answers]
  return DataValidation.safeParse(document).data?.prepare?.outputs ?? []
}

/**
 * Uploads what a step wrote into the run directory, and the files that those documents say it made, whatever the verdict:
 * the report of a failure is needed most. Never throws: a refusal is one warning. Null when nothing was uploaded.
 */
export async function handOver(
  stage: string,
  { context, written }: Pick<OpenedContext, 'context' | 'written'>,
  suffix: string | undefined,
): Promise<UploadedArtifact | null> {
  const name = artifactName(stage, suffix)
  try {
    const documents = await present(context, [...written])
    if (documents.length === 0) return null
    const artifacts = await context.artifacts()
    if (artifacts === null) return null
    const made = await present(context, await mayLeave(context, await madeBy(context, documents)))
    const nameless = made.filter((path) => REFUSED.test(path))
    if (nameless.length > 0) {
      context.log.warning(
        `${stage}: ${nameless.map((path) => JSON.stringify(path)).join(', ')} cannot be handed over to other jobs: an artifact takes no file whose name has one of " : < > | * ? or a line break\n    → rename it`,
      )
    }
    const files = [...new Set([...documents, ...made.filter((path) => !REFUSED.test(path))])]
    return await context.log.group(`Uploading the artifact ${name}`, () =>
      artifacts.upload(name, context.files.root, files),
    )
  } catch (error) {
    context.log.warning(
      `${stage}: ${describeError(error)}\nThe verdict stands. Another job will not find the documents of this one.`,
    )
    return null
  }
}

/** Characters that @actions/artifact refuses, for the sake of Windows. */
const REFUSED = /[":<>|*?\r\n]/

interface Made {
  readonly path: string
  readonly isData: boolean
}

async function madeBy({ files }: Context, documents: readonly string[]): Promise<Made[]> {
  const made: Made[] = []
  for (const path of documents.filter((one) => one.endsWith('.json'))) {
    const document: unknown = JSON.parse(await files.readText(path))
    const isData = DataValidation.safeParse(document).success
    for (const file of madeFiles(document)) made.push({ path: posix.normalize(file.path), isData })
  }
  return made
}

/** Data do not become public because a job was split: somebody has to say that they may. */
async function mayLeave({ config, env, log }: Context, made: readonly Made[]): Promise<string[]> {
  const stay = made.some(({ isData }) => isData) && !config.data.prepare?.public && (await isPublic(env))
  if (stay) {
    log.notice(
      'The prepared data are not handed over to other jobs, for everybody can download the artifacts of a public repository. Set `data.prepare.public: true` if they may, or validate the data in the job that reads them.',
    )
  }
  return made.flatMap(({ path, isData }) => (stay && isData ? [] : [path]))
}

/** By the event, which most often describes the repository. */
async function isPublic(env: Context['env']): Promise<boolean> {
  const event = (await readEvent(env)) as { repository?: { private?: unknown } } | null
  return event?.repository?.private === false
}

async function present({ files }: Context, paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(paths.map((path) => files.exists(path)))
  return paths.filter((_, i) => there[i])
}
