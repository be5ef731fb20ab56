import type { InputRef } from '../../../shared/contracts/common.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { plural } from '../../../shared/report/format.js'
import type { Sample } from '../../../shared/stats/sample.js'
import type { Answers } from '../answers/columns.js'
import type { Frame } from '../answers/sample.js'
import type { Settled } from '../frame.js'
import type { Trivial } from '../trivial.js'
import { type Baseline, type NoBaseline, unreadable } from './baseline.js'
import { answersOfModel, type Model } from './model.js'
import { samplesOf } from './samples.js'

/** The models and what they answered on the judged rows. */
export interface Answered {
  /** With the classes that the models know of. */
  readonly frame: Frame
  readonly candidate: { readonly model: Model; readonly answers: Answers; readonly sample: Sample }
  /** Null when there is none, or it is the trivial model. */
  readonly baseline: { readonly model: Model; readonly answers: Answers; readonly sample: Sample } | null
  readonly trivial: Trivial | null
  /** Why there is nothing to compare with; null when there is. */
  readonly none: NoBaseline | null
  /** Files of the training data that the measuring needed. */
  readonly refs: readonly InputRef[]
  readonly notes: readonly string[]
}

/**
 * Asks both models about the judged rows. A version that does not answer gives way to its stored answers, when those are
 * of the same rows; else it is unreadable. Throws UserError when the candidate does not answer as agreed.
 */
export async function askModels(
  ctx: Context,
  { frame: asked, datasetRows }: Settled,
  candidate: Model,
  baseline: Baseline,
): Promise<Answered> {
  const { task } = asked.question
  const ofCandidate = await answersOfModel(ctx, candidate, asked.rows, datasetRows, task)
  const ofBaseline = baseline.status === 'compared' ? await answersOfBaseline(ctx, baseline, asked, datasetRows) : null
  const compared = ofBaseline !== null && 'answers' in ofBaseline ? ofBaseline : null
  const { frame, samples, trivial, refs, notes } = await samplesOf(ctx, asked, [
    { name: 'candidate', answers: ofCandidate, lists: candidate.file?.lists ?? null },
    ...(compared === null
      ? []
      : [{ name: compared.model.name, answers: compared.answers, lists: compared.model.file?.lists ?? null }]),
  ])
  return {
    frame,
    candidate: { model: candidate, answers: ofCandidate, sample: samples[0] as Sample },
    baseline: compared && { ...compared, sample: samples[1] as Sample },
    trivial,
    refs,
    none: ofBaseline !== null && 'status' in ofBaseline ? ofBaseline : 'name' in baseline ? baseline : null,
    notes: [...candidate.notes, ...(compared?.model.notes ?? []), ...(compared?.notes ?? []), ...notes],
  }
}

async function answersOfBaseline(
  ctx: Context,
  { model, stored, note }: Extract<Baseline, { status: 'compared' }>,
  { rows, digest, question }: Frame,
  datasetRows: Int32Array | null,
): Promise<{ model: Model; answers: Answers; notes: string[] } | NoBaseline> {
  const notes = note === null ? [] : [note]
  try {
    if (model.file === null && model.askable === null) throw new UserError('its package says not how to ask it')
    return { model, answers: await answersOfModel(ctx, model, rows, datasetRows, question.task), notes }
  } catch (error) {
    if (!(error instanceof UserError) || model.file !== null) throw error
    if (stored === null || stored.rowsDigest !== digest) return unreadable(ctx.config.model, model.name, error)
    let answers: Answers
    try {
      const file = await stored.read()
      answers = await answersOfModel(ctx, { file, askable: null }, rows, datasetRows, question.task)
    } catch (other) {
      if (!(other instanceof UserError)) throw other
      return unreadable(ctx.config.model, model.name, other)
    }
    const reason = error.problems.map(({ message }) => message).join('; ')
    const said = `${model.name} could not be asked again (${reason}): compared by what it answered on these ${plural(rows.n, 'row')} when it was judged itself.`
    return { model: { ...model, askable: null }, answers, notes: [...notes, said] }
  }
}
