import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InputRef, ModelRef } from '../../shared/contracts/common.js'
import type { Evaluation } from '../../shared/contracts/evaluation.js'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import type { Prediction, PredictSpec } from '../../shared/contracts/predict.js'
import type { Context } from '../../shared/core/context.js'
import { describeProblems, UserError } from '../../shared/core/errors.js'
import { openPredictor, type Predictor } from '../../shared/predict/predictor.js'
import { modelContentDigest } from '../../shared/registry/content.js'
import { candidateModelFiles } from '../../shared/registry/model-files.js'
import { lastSuccess } from '../../shared/registry/resolve.js'
import { shortList } from '../../shared/report/format.js'
import { joinById } from './join.js'
import { readPredictions } from './predictions.js'
import type { Question, Row } from './question.js'

const BATCH = 1000

/** A model's answers on the rows of the question, and how it can be asked again. */
export interface Answers {
  readonly model: ModelRef
  /** Name for people: `birdstrikes@v1.0.0`, or the file. */
  readonly name: string
  readonly predictions: readonly Prediction[]
  readonly refs: readonly InputRef[]
  readonly notes: readonly string[]
  /** Null when the answers come from a file. */
  readonly ask: ((rows: readonly Row[]) => Promise<Prediction[]>) | null
}

/** The candidate: its predictions file, or its predict contract in the workspace. */
export async function askCandidate(ctx: Context, question: Question): Promise<Answers> {
  const { predictions: path } = ctx.config.evaluate
  const made = await candidateModelFiles(ctx.files, ctx.config)
  const files = made.map(({ path, digest, bytes }): InputRef => ({ kind: 'file', name: path, digest, bytes }))
  const digest = made.length === 0 ? null : modelContentDigest(made)
  const model: ModelRef = { model: ctx.config.model, version: null, tag: null, digest }
  const { predict } = ctx.config
  const ask =
    predict === undefined ? null : (rows: readonly Row[]) => askModel(ctx, predict, ctx.files.root, question, rows)
  if (path !== undefined) {
    const fromFile = await answersOfFile(ctx, path, question)
    return { ...fromFile, model, name: 'candidate', refs: [...fromFile.refs, ...files], ask }
  }
  if (ask === null) {
    throw new UserError('the candidate cannot be asked: there is neither `predict` nor `evaluate.predictions`', {
      cure: 'add to plumbline.yml:  predict: { command: python predict.py }',
    })
  }
  return { model, name: 'candidate', predictions: await ask(featuresOf(question)), refs: files, notes: [], ask }
}

export type Baseline =
  | { readonly status: 'compared'; readonly answers: Answers; readonly note: string | null }
  | {
      readonly status: Exclude<Evaluation['baselineStatus'], 'compared'>
      readonly model: ModelRef | null
      readonly name: string
      /** Why there is nothing to compare with, in a sentence. */
      readonly reason: string
    }

/**
 * The model to compare with, asked on the same rows. A version that cannot be read or asked is a status and no error: the
 * candidate is then judged alone, and the comparison is open. A version or file named by hand has to be there.
 */
export async function askBaseline(ctx: Context, question: Question, candidate: ModelRef): Promise<Baseline> {
  const wanted = ctx.config.evaluate.baseline
  if (wanted === 'none') {
    return { status: 'none', model: null, name: 'none', reason: 'no baseline is asked for (`evaluate.baseline: none`)' }
  }
  const isTag = wanted.includes('@v')
  if (wanted !== 'deployed' && wanted !== 'latest' && !isTag) {
    const answers = await answersOfFile(ctx, wanted, question)
    return { status: 'compared', answers: { ...answers, name: wanted }, note: null }
  }
  const found = await findVersion(ctx, wanted).catch((error: unknown) => {
    // A version named by hand has to be there; that nobody can tell what is deployed is no first version.
    if (isTag || !(error instanceof UserError)) throw error
    return { refusal: describeProblems(error.problems).replace(/\s*→ /g, ': ') }
  })
  if ('refusal' in found) return { status: 'unreadable', model: null, name: wanted, reason: found.refusal }
  if ('reason' in found) return { status: 'first-version', model: null, name: 'none', reason: found.reason }
  const { tag, note } = found
  try {
    return await askVersion(ctx, question, tag, candidate, note)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const reason = error.problems.map(({ message }) => message).join('; ')
    return { status: 'unreadable', model: refOfTag(ctx.config.model, tag), name: tag, reason: `${tag}: ${reason}` }
  }
}

/** The tag to compare with, or why there is none. */
async function findVersion(
  ctx: Context,
  wanted: string,
): Promise<{ tag: string; note: string | null } | { reason: string }> {
  const registry = await ctx.registry()
  const { model, deploy } = ctx.config
  if (wanted.includes('@v')) {
    if ((await registry.manifest(wanted)) !== null) return { tag: wanted, note: null }
    const tags = (await registry.versions(model)).map(({ tag }) => tag)
    throw new UserError(`${wanted} is not published in ${registry.address}`, {
      where: 'evaluate.baseline',
      cure: tags.length === 0 ? `no version of ${model} is: use deployed` : `published are: ${shortList(tags, 10)}`,
    })
  }
  const latest = (await registry.versions(model))[0]?.tag
  if (wanted === 'latest')
    return latest === undefined ? { reason: `no version of ${model} is published yet` } : { tag: latest, note: null }
  const serving = lastSuccess(await registry.deployments(deploy.environment, model))
  if (serving !== null) return { tag: serving.tag, note: null }
  if (latest === undefined) return { reason: `no version of ${model} is published or deployed yet` }
  return {
    tag: latest,
    note: `Nothing of ${model} is deployed in ${deploy.environment}: compared with the latest published version, ${latest}.`,
  }
}

async function askVersion(
  ctx: Context,
  question: Question,
  tag: string,
  candidate: ModelRef,
  note: string | null,
): Promise<Baseline> {
  const folder = await mkdtemp(join(ctx.env.RUNNER_TEMP ?? tmpdir(), 'plumbline-baseline-'))
  try {
    const registry = await ctx.registry()
    const manifest = await registry.fetch(tag, folder)
    const published = await registry.manifest(tag)
    const model: ModelRef = {
      model: manifest.model,
      version: manifest.version,
      tag,
      digest: published?.digest ?? null,
    }
    if (candidate.digest !== null && candidate.digest === modelContentDigest(manifest.files)) {
      const reason = `the candidate is ${tag} itself, file by file`
      return { status: 'same-as-candidate', model, name: tag, reason }
    }
    const predictions = await askModel(ctx, specOf(manifest), folder, question, rowsFor(manifest, question))
    const ref: InputRef = { kind: 'release', name: tag, digest: model.digest ?? manifest.contentDigest }
    return {
      status: 'compared',
      answers: { model, name: tag, predictions, refs: [ref], notes: [], ask: null },
      note,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function specOf(manifest: ModelManifest): PredictSpec {
  if (manifest.predict !== null) return manifest.predict
  throw new UserError('its package says not how to ask it', { cure: 'package it with `predict` in plumbline.yml' })
}

/**
 * The columns that the version was made for, as its signature lists them. A package without one gets every column but
 * the target and the id: the candidate's features may lack what the version reads.
 */
function rowsFor(manifest: ModelManifest, question: Question): Row[] {
  const wanted = manifest.signature.inputs.map(({ name }) => name)
  const first = question.rows[0] as Row
  if (wanted.length === 0) {
    const known = Object.keys(first).filter((name) => name !== question.target && name !== question.id)
    return question.rows.map((row) => pick(row, known))
  }
  const missing = wanted.filter((name) => !Object.hasOwn(first, name))
  if (missing.length > 0) {
    throw new UserError(`the test data lack columns that it was made for: ${shortList(missing)}`, {
      cure: 'keep the columns in the test data until no deployed version reads them',
    })
  }
  return question.rows.map((row) => pick(row, wanted))
}

/** Rows as the candidate sees them: its features alone. */
export function featuresOf({ rows, features }: Question): Row[] {
  return rows.map((row) => pick(row, features))
}

export function pick(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((name) => [name, row[name] ?? null]))
}

async function askModel(
  ctx: Context,
  spec: PredictSpec,
  cwd: string,
  question: Question,
  rows: readonly Row[],
): Promise<Prediction[]> {
  const predictor = await openPredictor(spec, { exec: ctx.exec, cwd, task: question.task, log: ctx.log })
  try {
    return await inBatches(ctx, predictor, rows)
  } finally {
    await predictor.close()
  }
}

async function inBatches(ctx: Context, predictor: Predictor, rows: readonly Row[]): Promise<Prediction[]> {
  const predictions: Prediction[] = []
  for (let from = 0; from < rows.length; from += BATCH) {
    for (const prediction of await predictor.predict(rows.slice(from, from + BATCH))) predictions.push(prediction)
    ctx.log.progress(`${predictions.length} of ${rows.length} rows answered`)
  }
  return predictions
}

async function answersOfFile(ctx: Context, path: string, question: Question): Promise<Answers> {
  const { predictions: given, ref } = await readPredictions(ctx, path, question.id, question.task)
  const { predictions, unused } = joinById(question, given, path)
  const notes = unused === 0 ? [] : [`${unused} predictions of ${path} belong to no test row and were not used.`]
  const model: ModelRef = { model: ctx.config.model, version: null, tag: null, digest: null }
  return { model, name: path, predictions, refs: [ref], notes, ask: null }
}

function refOfTag(model: string, tag: string): ModelRef {
  return { model, version: tag.slice(tag.lastIndexOf('@v') + 2), tag, digest: null }
}
