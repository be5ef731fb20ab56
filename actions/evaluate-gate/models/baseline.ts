import type { ModelRef } from '../../../shared/contracts/common.js'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import type { Context } from '../../../shared/core/context.js'
import { describeProblems, UserError } from '../../../shared/core/errors.js'
import { lastSuccess } from '../../../shared/registry/resolve.js'
import { shortList } from '../../../shared/report/format.js'
import { readPredictionFile } from '../answers/file.js'
import type { TestSet } from '../test-set.js'
import { unusedNote } from './candidate.js'
import type { Model } from './model.js'
import { openVersion, type StoredAnswers } from './version.js'

/** What the candidate is compared with. */
export type Baseline =
  | {
      readonly status: 'compared'
      readonly model: Model
      /** Where it is deployed; null when it is not compared with what is deployed. */
      readonly environment: string | null
      readonly note: string | null
      /** What it answered when it was judged itself, for the case that it cannot be asked again. */
      readonly stored: StoredAnswers | null
    }
  | { readonly status: 'trivial' }
  | NoBaseline

export interface NoBaseline {
  readonly status: Exclude<Evaluation['baselineStatus'], 'compared' | 'trivial'>
  readonly ref: ModelRef | null
  readonly name: string
  /** Why there is nothing to compare with, in a sentence. */
  readonly reason: string
}

/**
 * The model to compare with. A version that cannot be read is a status and no error: the candidate is then judged alone,
 * and the comparison is open. A version or file named by hand has to be there, and is another one than the candidate.
 * What it fetches lies in `folder`.
 */
export async function findBaseline(ctx: Context, set: TestSet, candidate: Model, folder: string): Promise<Baseline> {
  const wanted = ctx.config.evaluate.baseline
  if (wanted === 'trivial') return { status: 'trivial' }
  if (wanted === 'none') {
    return { status: 'none', ref: null, name: 'none', reason: 'no baseline is asked for (`evaluate.baseline: none`)' }
  }
  const isTag = typeof wanted === 'string' && wanted.includes('@v')
  if (typeof wanted === 'string' && wanted !== 'deployed' && wanted !== 'latest' && !isTag) {
    return fileBaseline(ctx, wanted, set, candidate)
  }
  const name = typeof wanted === 'string' ? wanted : wanted.environment
  const found = await findVersion(ctx, wanted).catch((error: unknown) => {
    // A version named by hand has to be there; that nobody can tell what is deployed is no first version.
    if (isTag || !(error instanceof UserError)) throw error
    return { refusal: describeProblems(error.problems).replace(/\s*→ /g, ': ') }
  })
  if ('refusal' in found) return { status: 'unreadable', ref: null, name, reason: found.refusal }
  if ('reason' in found) return { status: 'first-version', ref: null, name: 'none', reason: found.reason }
  const { tag, note, environment } = found
  try {
    const version = await openVersion(ctx, set, { tag, folder, candidate: candidate.ref.digest })
    if ('same' in version) {
      const reason = `the candidate is ${tag} itself, file by file`
      return { status: 'same-as-candidate', ref: version.same, name: tag, reason }
    }
    return { status: 'compared', ...version, environment, note }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return unreadable(ctx.config.model, tag, error)
  }
}

/** A version that could not be read or did not answer. */
export function unreadable(model: string, tag: string, error: UserError): NoBaseline {
  const reason = error.problems.map(({ message }) => message).join('; ')
  const version = tag.slice(tag.lastIndexOf('@v') + 2)
  return { status: 'unreadable', ref: { model, version, tag, digest: null }, name: tag, reason: `${tag}: ${reason}` }
}

async function fileBaseline(
  ctx: Context,
  path: string,
  { test, question }: TestSet,
  candidate: Model,
): Promise<Baseline> {
  const file = await readPredictionFile(ctx, path, test, question)
  if (candidate.file !== null && candidate.file.ref.digest === file.ref.digest) {
    throw new UserError(`${path} is the candidate’s own file of predictions, byte for byte`, {
      where: 'evaluate.baseline',
      cure: 'name the predictions of the model that it would replace',
    })
  }
  const ref: ModelRef = { model: ctx.config.model, version: null, tag: null, digest: null }
  const notes = unusedNote(file)
  const model: Model = { ref, name: path, refs: [file.ref], notes, file, askable: null }
  return { status: 'compared', model, environment: null, note: null, stored: null }
}

type Wanted = Context['config']['evaluate']['baseline']

/** The tag to compare with, or why there is none. */
async function findVersion(
  ctx: Context,
  wanted: Wanted,
): Promise<{ tag: string; note: string | null; environment: string | null } | { reason: string }> {
  const registry = await ctx.registry()
  const { model, deploy } = ctx.config
  if (typeof wanted === 'string' && wanted.includes('@v')) {
    if ((await registry.manifest(wanted)) !== null) return { tag: wanted, note: null, environment: null }
    const tags = (await registry.versions(model)).map(({ tag }) => tag)
    throw new UserError(`${wanted} is not published in ${registry.address}`, {
      where: 'evaluate.baseline',
      cure: tags.length === 0 ? `no version of ${model} is: use deployed` : `published are: ${shortList(tags, 10)}`,
    })
  }
  const latest = (await registry.versions(model))[0]?.tag
  if (wanted === 'latest') {
    return latest === undefined
      ? { reason: `no version of ${model} is published yet` }
      : { tag: latest, note: null, environment: null }
  }
  const environment = typeof wanted === 'string' ? deploy.environment : wanted.environment
  const serving = lastSuccess(await registry.deployments(environment, model))
  if (serving !== null) return { tag: serving.tag, note: null, environment }
  if (latest === undefined) return { reason: `no version of ${model} is published or deployed yet` }
  return {
    tag: latest,
    environment: null,
    note: `Nothing of ${model} is deployed in ${environment}: compared with the latest published version, ${latest}.`,
  }
}
