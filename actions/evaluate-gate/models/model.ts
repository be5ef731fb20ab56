import type { InputRef, ModelRef } from '../../../shared/contracts/common.js'
import type { PredictSpec } from '../../../shared/contracts/predict.js'
import type { Context } from '../../../shared/core/context.js'
import { openPredictor } from '../../../shared/predict/predictor.js'
import type { Task } from '../../../shared/stats/sample.js'
import { AnswerColumns, type Answers } from '../answers/columns.js'
import type { PredictionFile } from '../answers/file.js'
import type { Askable } from '../askable.js'
import type { JudgedRows } from '../judged-rows.js'

const BATCH = 1000

/** A model that is judged or compared with. At least one of `file` and `askable` is there. */
export interface Model {
  readonly ref: ModelRef
  /** Name for people: `candidate`, `birdstrikes@v1.0.0`, or the file. */
  readonly name: string
  readonly refs: readonly InputRef[]
  readonly notes: readonly string[]
  /** Its predictions, when they are in a file. */
  readonly file: PredictionFile | null
  readonly askable: Askable | null
}

/** A predict contract in a folder, as a model that can be asked. */
export function askableOf(
  ctx: Context,
  spec: PredictSpec,
  about: { readonly cwd: string; readonly task: Task } & Pick<Askable, 'name' | 'columns' | 'bytes'>,
): Askable {
  const { cwd, task, name, columns, bytes } = about
  return {
    name,
    columns,
    bytes,
    open: () => openPredictor(spec, { exec: ctx.exec, cwd, task, log: ctx.log, onnx: ctx.onnx }),
  }
}

/**
 * Its answers on the judged rows: those of its file, else asked for, so many rows at once.
 * Throws UserError when it does not answer as agreed.
 */
export async function answersOfModel(
  ctx: Context,
  { file, askable }: Pick<Model, 'file' | 'askable'>,
  rows: JudgedRows,
  datasetRows: Int32Array | null,
  task: Task,
): Promise<Answers> {
  if (file !== null) {
    const { match } = file
    if (match === null) return file.answers(new Int32Array(0))
    const { places } = match
    if (places === null || datasetRows === null) return file.answers(places ?? datasetRows)
    return file.answers(datasetRows.map((row) => places[row] as number))
  }
  const { columns, open } = askable as Askable
  const predictor = await open()
  const answers = new AnswerColumns(rows.n, task)
  try {
    let row = 0
    for await (const batch of rows.batches(columns, BATCH)) {
      for (const prediction of await predictor.predict(batch)) answers.put(row++, prediction)
      ctx.log.progress(`${row} of ${rows.n} rows answered`)
    }
  } finally {
    await predictor.close()
  }
  return answers
}
