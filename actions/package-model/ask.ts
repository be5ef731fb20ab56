import type { Config } from '../../shared/contracts/config.js'
import type { GoldenRow, Prediction } from '../../shared/contracts/predict.js'
import type { Context } from '../../shared/core/context.js'
import { problemsError, UserError } from '../../shared/core/errors.js'
import { patternsOf } from '../../shared/data/read/source.js'
import { compareGolden, decodeGolden, encodeGolden, type GoldenMismatch } from '../../shared/predict/golden.js'
import { openPredictor, type Row } from '../../shared/predict/predictor.js'
import type { ModelFile } from '../../shared/registry/model-files.js'
import { shortList } from '../../shared/report/format.js'
import { chooseGoldenRows } from './golden.js'
import type { Staging } from './staging.js'

export interface Golden {
  readonly rows: readonly GoldenRow[]
  readonly answers: readonly Prediction[]
  /** Why there are none, null when there are. */
  readonly reason: string | null
  /** Where the model, started anew, answered the same rows otherwise. */
  readonly unsteady: readonly GoldenMismatch[]
}

/**
 * Asks the model, in the folder of the package and with nothing else around it, for the golden rows and puts them into
 * the package. That the package answers there shows that no file is missing; that it answers the same when it is started
 * and asked once more, that a deployment can be checked by these answers. Throws UserError when it does not answer.
 */
export async function askGolden(
  ctx: Context,
  staging: Staging,
  modelFiles: readonly ModelFile[],
  task: NonNullable<Config['task']>,
  features: readonly string[] | null,
): Promise<Golden> {
  const reason = await whyNone(ctx)
  const rows = reason === null ? await chooseGoldenRows(ctx, features) : []
  const { predict } = ctx.config
  if (rows.length === 0 || predict === undefined) {
    return { rows: [], answers: [], reason: reason ?? 'the test data have none of the features', unsteady: [] }
  }
  const ask = () =>
    answersOf(ctx, staging, predict, task, rows).catch((error: unknown) => {
      throw error instanceof UserError ? inPackage(error, modelFiles) : error
    })
  const answers = await ask()
  const text = encodeGolden(rows, answers)
  const golden = decodeGolden(text, 'golden.jsonl')
  const unsteady = compareGolden(golden, await ask(), ctx.config.deploy.tolerance)
  await staging.write('golden.jsonl', 'golden', text)
  return { rows: golden, answers, reason: null, unsteady }
}

async function whyNone(ctx: Context): Promise<string | null> {
  const { data, predict, package: packaging } = ctx.config
  if (packaging.golden === 0) return 'package.golden is 0'
  if (predict === undefined) return 'there is no predict contract (predict in plumbline.yml)'
  if (data.test === undefined) return 'there are no test data (data.test in plumbline.yml)'
  const found = await ctx.files.list(patternsOf(data.test))
  return found.length === 0 ? 'the test data are not here' : null
}

async function answersOf(
  ctx: Context,
  { folder }: Staging,
  predict: NonNullable<Config['predict']>,
  task: NonNullable<Config['task']>,
  rows: readonly Row[],
): Promise<Prediction[]> {
  const predictor = await openPredictor(predict, {
    exec: ctx.exec,
    cwd: folder,
    task,
    log: ctx.log,
    onnx: ctx.onnx,
    // Python's caches would lie in the package.
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  })
  try {
    return await predictor.predict(rows)
  } finally {
    await predictor.close()
  }
}

function inPackage(error: UserError, files: readonly ModelFile[]): UserError {
  const names = files.map(({ path }) => path)
  return problemsError(`the packaged model cannot be asked: ${error.message}`, [
    ...error.problems,
    {
      message: `it was asked inside the package, which has these files of yours: ${shortList(names, 20)}`,
      cure: 'name every file that it needs under package.files',
    },
  ])
}
