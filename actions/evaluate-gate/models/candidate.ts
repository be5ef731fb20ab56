import type { InputRef, ModelRef } from '../../../shared/contracts/common.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { modelContentDigest } from '../../../shared/registry/content.js'
import { candidateModelFiles } from '../../../shared/registry/model-files.js'
import { type PredictionFile, readPredictionFile } from '../answers/file.js'
import type { TestSet } from '../test-set.js'
import { askableOf, type Model } from './model.js'

/** The candidate: its predictions file, or its predict contract in the workspace. Throws UserError when there is neither. */
export async function findCandidate(ctx: Context, { test, question }: TestSet): Promise<Model> {
  const { predict, model: name } = ctx.config
  const { predictions: path } = ctx.config.evaluate
  if (predict === undefined && path === undefined) {
    throw new UserError('the candidate cannot be asked: there is neither `predict` nor `evaluate.predictions`', {
      cure: 'add to plumbline.yml:  predict: { command: python predict.py }',
    })
  }
  const made = await candidateModelFiles(ctx.files, ctx.config)
  const files = made.map(({ path, digest, bytes }): InputRef => ({ kind: 'file', name: path, digest, bytes }))
  const digest = made.length === 0 ? null : modelContentDigest(made)
  const ref: ModelRef = { model: name, version: null, tag: null, digest }
  const file = path === undefined ? null : await readPredictionFile(ctx, path, test, question)
  const bytes = made.length === 0 ? null : made.reduce((sum, { bytes }) => sum + bytes, 0)
  const askable =
    predict === undefined
      ? null
      : askableOf(ctx, predict, {
          cwd: ctx.files.root,
          task: question.task,
          name: 'candidate',
          columns: question.features,
          bytes,
        })
  return {
    ref,
    name: 'candidate',
    refs: [...(file === null ? [] : [file.ref]), ...files],
    notes: file === null ? [] : unusedNote(file),
    file,
    askable,
  }
}

/** Says how many predictions of a file belong to no test row; nothing when all do. */
export function unusedNote({ match, source }: PredictionFile): string[] {
  const unused = match?.unused ?? 0
  return unused === 0 ? [] : [`${unused} predictions of ${source} belong to no test row and were not used.`]
}
