import type { DatasetProfile } from '../shared/contracts/data-profile.js'
import type { Context } from '../shared/core/context.js'
import { UserError } from '../shared/core/errors.js'
import { modelNameFrom } from '../shared/core/model-name.js'
import { profileDataset } from '../shared/data/dataset.js'
import { EXIT } from './exit.js'
import { configText, workflowText } from './init/config-text.js'
import { type Guess, guess } from './init/detect.js'
import { MODEL_SCRIPT, PREDICT_SCRIPT, prepareScript, TABLE_SCRIPT, trainScript } from './init/scripts.js'
import type { CommandContext } from './main.js'
import { withProject } from './with-project.js'

const DATA_FILES = ['**/*.{csv,tsv,jsonl,ndjson,parquet}']
const TRAINING_CODE = [
  '**/train*.{py,R,r,mjs,js,ts,jl,sh}',
  '**/*train.{py,R,r,mjs,js,ts,jl,sh}',
  'params.yaml',
  'dvc.yaml',
]

interface Found {
  readonly train: string
  readonly test: string | null
}

/** `plumbline init`: writes what is not there yet, says what it wrote and why, and what to do next. */
export async function init(
  command: CommandContext,
  options: { data?: string[]; target?: string; force?: boolean },
): Promise<number> {
  return withProject(command, async (ctx) => {
    const found = await findData(ctx, options.data)
    const table = await profileDataset(ctx, 'train', found.train)
    const choice = choose(table, found.train, options.target)
    const hasCode = (await ctx.files.list(TRAINING_CODE)).length > 0
    const written = await write(ctx, filesOf(ctx, found, choice, !hasCode), options.force ?? false)
    report(command, ctx, { table, choice, found, written, hasCode })
    return EXIT.ok
  })
}

async function findData(ctx: Context, given: string[] | undefined): Promise<Found> {
  const files =
    given ?? (await ctx.files.list(DATA_FILES)).filter((path) => !/(^|\/)(\.|deployed\/|model\/)/.test(path))
  if (files.length === 0) {
    throw new UserError('no data file (CSV, TSV, JSON Lines, Parquet) is in this folder', {
      cure: 'run it where your data are, or name them: plumbline init --data path/to/table.csv',
    })
  }
  const named = (word: RegExp) => files.find((path) => word.test(path.split('/').at(-1) ?? ''))
  const [train, test] = [named(/train/i), named(/test|holdout/i)]
  if (train && test) return { train, test }
  const sizes = await Promise.all(files.map(async (path) => ({ path, bytes: (await ctx.files.digest(path)).bytes })))
  return { train: sizes.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))[0]?.path as string, test: null }
}

function choose(table: DatasetProfile, path: string, wanted: string | undefined): Guess {
  const choice = guess(table, wanted)
  if (choice && choice.features.length > 0) return choice
  const names = table.columns.map((column) => column.name).join(', ')
  throw new UserError(
    wanted === undefined ? `no column of ${path} looks like something to predict` : `${path} has no column "${wanted}"`,
    { cure: `name one: plumbline init --target <column>; there are ${names}` },
  )
}

/** Everything to write, by path. */
function filesOf(ctx: Context, found: Found, choice: Guess, scripts: boolean): Record<string, string> {
  const split = found.test === null && scripts
  if (split && /\.parquet$/.test(found.train)) {
    throw new UserError(`${found.train} is Parquet, which a script without libraries cannot read`, {
      cure: 'export it as CSV or JSON Lines, or add your own train script first; init then writes only the configuration',
    })
  }
  const train = split ? 'data/train.csv' : found.train
  const test = split ? 'data/test.csv' : found.test
  const facts = {
    train,
    target: choice.target,
    task: choice.task,
    positive: choice.positive,
    features: choice.features,
  }
  return {
    'plumbline.yml': configText({
      model: modelNameFrom(ctx.files.root.split(/[\\/]/).at(-1) ?? ''),
      guess: choice,
      train,
      test,
      prepare: split ? { source: found.train, test: 'data/test.csv' } : null,
      scripts,
    }),
    '.github/workflows/plumbline.yml': workflowText(),
    ...(scripts
      ? {
          'table.mjs': TABLE_SCRIPT,
          'model.mjs': MODEL_SCRIPT,
          'train.mjs': trainScript(facts),
          'predict.mjs': PREDICT_SCRIPT,
        }
      : {}),
    ...(split ? { 'prepare.mjs': prepareScript({ source: found.train, time: choice.time, id: choice.id }) } : {}),
  }
}

async function write(
  ctx: Context,
  files: Readonly<Record<string, string>>,
  force: boolean,
): Promise<{ path: string; kept: boolean }[]> {
  const results: { path: string; kept: boolean }[] = []
  for (const [path, text] of Object.entries(files)) {
    const kept = !force && (await ctx.files.exists(path))
    if (!kept) await ctx.files.write(path, text)
    results.push({ path, kept })
  }
  return results
}

function report(
  { terminal, json }: CommandContext,
  ctx: Context,
  facts: {
    table: DatasetProfile
    choice: Guess
    found: Found
    written: { path: string; kept: boolean }[]
    hasCode: boolean
  },
): void {
  const { table, choice, found, written, hasCode } = facts
  if (json()) {
    terminal.out.write(`${JSON.stringify({ data: found, rows: table.rows, ...choice, files: written }, null, 2)}\n`)
    return
  }
  const lines = [
    `Data: ${found.train}${found.test ? ` and ${found.test}` : ''}, ${table.rows} rows, ${table.columns.length} columns.`,
    `Target: ${choice.target} (${choice.task}), chosen ${choice.reason}. For another one: plumbline init --target <column> --force.`,
    ...written.map(({ path, kept }) => (kept ? `kept   ${path} (--force overwrites it)` : `wrote  ${path}`)),
    hasCode
      ? 'Your training code stays as it is: name its commands under `train` and `predict` in plumbline.yml, then run `plumbline run`.'
      : 'Next: plumbline run, then plumbline infer for a data contract to commit.',
  ]
  ctx.log.progress('')
  terminal.out.write(`${lines.join('\n')}\n`)
}
