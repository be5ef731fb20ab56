import { copyFile, readFile, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { InputRef, ModelRef } from '../../../shared/contracts/common.js'
import { Evaluation } from '../../../shared/contracts/evaluation.js'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { makeFolder } from '../../../shared/core/files.js'
import { modelContentDigest } from '../../../shared/registry/content.js'
import { STORED_ANSWERS } from '../../../shared/registry/model-files.js'
import { shortList } from '../../../shared/report/format.js'
import { type PredictionFile, readPredictionFile } from '../answers/file.js'
import type { Askable } from '../askable.js'
import type { TestSet } from '../test-set.js'
import { askableOf, type Model } from './model.js'

/** What a version answered when it was judged, and on which rows. */
export interface StoredAnswers {
  readonly rowsDigest: string
  read(): Promise<PredictionFile>
}

/** Which version is opened, and where its files go. */
export interface WantedVersion {
  readonly tag: string
  readonly folder: string
  /** Content digest of the candidate, which the version may be itself; null when it is not known. */
  readonly candidate: string | null
}

/**
 * A published version: how it is asked, and what it answered when it was judged itself. Throws UserError when it cannot
 * be read, or can neither be asked nor has stored answers.
 */
export async function openVersion(
  ctx: Context,
  set: TestSet,
  { tag, folder, candidate }: WantedVersion,
): Promise<{ readonly same: ModelRef } | { readonly model: Model; readonly stored: StoredAnswers | null }> {
  const registry = await ctx.registry()
  const manifest = await registry.fetch(tag, folder)
  const published = await registry.manifest(tag)
  const ref: ModelRef = { model: manifest.model, version: manifest.version, tag, digest: published?.digest ?? null }
  if (candidate !== null && candidate === modelContentDigest(manifest.files)) return { same: ref }
  const stored = await storedAnswers(ctx, set, manifest, folder)
  const askable = askableVersion(ctx, set, manifest, folder)
  if (!('open' in askable) && stored === null) throw askable
  const link: InputRef = { kind: 'release', name: tag, digest: ref.digest ?? manifest.contentDigest }
  const model: Model = {
    ref,
    name: tag,
    refs: [link],
    notes: [],
    file: null,
    askable: 'open' in askable ? askable : null,
  }
  return { model, stored }
}

/** The version with the columns that it was made for, or why it cannot be asked here. */
function askableVersion(
  ctx: Context,
  { test, question }: TestSet,
  manifest: ModelManifest,
  folder: string,
): Askable | UserError {
  if (manifest.predict === null) {
    return new UserError('its package says not how to ask it', { cure: 'package it with `predict` in plumbline.yml' })
  }
  const known = test.dataset.columns.map(({ name }) => name)
  const wanted = manifest.signature.inputs.map(({ name }) => name)
  const missing = wanted.filter((name) => !known.includes(name))
  if (missing.length > 0) {
    return new UserError(`the test data lack columns that it was made for: ${shortList(missing)}`, {
      cure: 'keep the columns in the test data until no deployed version reads them',
    })
  }
  // A package without a signature gets every column: the candidate's features may lack what the version reads.
  const columns = wanted.length > 0 ? wanted : known.filter((name) => name !== question.target && name !== question.id)
  const bytes = manifest.files.reduce(
    (sum, { role, bytes }) => (role === 'model' || role === 'code' ? sum + bytes : sum),
    0,
  )
  return askableOf(ctx, manifest.predict, { cwd: folder, task: question.task, name: manifest.tag, columns, bytes })
}

async function storedAnswers(
  ctx: Context,
  { test, question }: TestSet,
  manifest: ModelManifest,
  folder: string,
): Promise<StoredAnswers | null> {
  const has = (path: string) => manifest.files.some((file) => file.path === path)
  if (question.id === null || !has(STORED_ANSWERS) || !has('evaluation.json')) return null
  const evaluation = await readFile(join(folder, 'evaluation.json'), 'utf8')
    .then((text) => Evaluation.safeParse(JSON.parse(text)))
    .catch(() => null)
  if (!evaluation?.success) return null
  return {
    rowsDigest: evaluation.data.rowsDigest,
    async read() {
      const path = posix.join(ctx.runDirectory, `baseline-${STORED_ANSWERS}`)
      await makeFolder(ctx.files.resolve(ctx.runDirectory))
      await copyFile(join(folder, STORED_ANSWERS), ctx.files.resolve(path))
      try {
        return await readPredictionFile(ctx, path, test, question)
      } finally {
        await rm(ctx.files.resolve(path), { force: true })
      }
    },
  }
}
