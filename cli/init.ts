import { DataContract } from '../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../shared/contracts/data-profile.js'
import type { Context } from '../shared/core/context.js'
import { UserError } from '../shared/core/errors.js'
import { loadDataset } from '../shared/data/dataset.js'
import { measurePower } from '../shared/data/power/power.js'
import { profileTable } from '../shared/data/profile.js'
import { plural } from '../shared/report/format.js'
import { EXIT } from './exit.js'
import { type Guess, guess, LEAK_ADVICE, withoutLeaks } from './init/detect.js'
import { type Found, findData, findTrainingCode, sourceOf } from './init/find.js'
import { isParquet, type Plan, planOf } from './init/plan.js'
import type { CommandContext } from './main.js'
import { plain } from './terminal.js'
import { type ProjectFlags, withProject } from './with-project.js'

export interface InitOptions extends ProjectFlags {
  readonly data?: string[]
  readonly target?: string
  readonly force?: boolean
}

type State = 'wrote' | 'kept' | 'extended'

interface Written {
  readonly path: string
  readonly state: State
}

/** `plumbline init`: writes what is not there yet, says what it wrote and why, and what to do next. */
export async function init(command: CommandContext, options: InitOptions): Promise<number> {
  return withProject(
    command,
    async (ctx) => {
      const found = await findData(ctx, options.data)
      const { table, choice } = await look(ctx, found, options.target)
      const plan = planOf({
        folder: ctx.files.root.split(/[\\/]/).at(-1) ?? '',
        found,
        choice,
        columns: table.columns.map(({ name }) => name),
        code: await foreignCode(ctx),
        splitFolder: await splitFolder(ctx),
      })
      const written = await write(ctx, plan, options.force ?? false)
      report(command, ctx, { table, choice, found, plan, written })
      return EXIT.ok
    },
    options,
  )
}

/** The table, and what can be learnt from it. Throws UserError when there is nothing to predict, or nothing to predict it by. */
async function look(ctx: Context, found: Found, wanted: string | undefined) {
  const engine = await ctx.data()
  ctx.log.progress(`reading ${found.train}`)
  const dataset = await loadDataset(engine, ctx.files, 'train', sourceOf(found.train, found.delimiter), {
    key: '--data',
  })
  const table = await profileTable(engine, dataset, {})
  const choice = choose(table, found.train, wanted)
  ctx.log.progress('looking for columns that give the target away')
  const kind = choice.task === 'regression' ? 'value' : 'class'
  const powers = await measurePower(engine, dataset, table, { name: choice.target, kind }, choice.features)
  const limits = DataContract.parse({ schema: 'plumbline.data-contract/1' }).leakage
  return { table, choice: withoutLeaks(choice, powers, limits) }
}

function choose(table: DatasetProfile, path: string, wanted: string | undefined): Guess {
  const choice = guess(table, wanted)
  if (choice && choice.features.length > 0) return choice
  const names = table.columns.map((column) => column.name)
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new UserError(`${path} has no column "${wanted}"`, {
      where: '--target',
      cure: `name one of ${names.join(', ')}`,
    })
  }
  if (choice) {
    const reasons = choice.excluded.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    throw new UserError(
      `${path} has no column to predict "${choice.target}" by${reasons === '' ? '' : ` (${reasons})`}`,
      { cure: `add columns, or name another target: plumbline init --target <column>; there are ${names.join(', ')}` },
    )
  }
  throw new UserError(`no column of ${path} looks like something to predict`, {
    cure: `name one: plumbline init --target <column>; there are ${names.join(', ')}`,
  })
}

/** The script of an earlier init is no code of the user. */
async function foreignCode(ctx: Context): Promise<string | null> {
  const code = await findTrainingCode(ctx)
  if (code !== 'train.mjs') return code
  return (await ctx.files.readText(code)).startsWith('// Written by `plumbline init`') ? null : code
}

/** `data`, unless there are such files that no earlier init has declared. */
async function splitFolder(ctx: Context): Promise<string> {
  const own = ctx.config.data.prepare?.outputs ?? []
  for (const folder of ['data', 'prepared']) {
    const paths = [`${folder}/train.csv`, `${folder}/test.csv`]
    const taken = await Promise.all(paths.map(async (path) => !own.includes(path) && (await ctx.files.exists(path))))
    if (!taken.includes(true)) return folder
  }
  throw new UserError('data/ and prepared/ both hold a train.csv or test.csv', {
    cure: 'name the training and the test data: plumbline init --data <train file> <test file>',
  })
}

async function write(ctx: Context, { files, ignored }: Plan, force: boolean): Promise<Written[]> {
  const written: Written[] = []
  for (const [path, text] of Object.entries(files)) {
    const kept = !force && (await ctx.files.exists(path))
    if (!kept) await ctx.files.write(path, text)
    written.push({ path, state: kept ? 'kept' : 'wrote' })
  }
  const state = await ignore(ctx, ignored)
  return state === null ? written : [...written, { path: '.gitignore', state }]
}

/** Adds the lines that .gitignore does not have; null when it has them all. */
async function ignore(ctx: Context, lines: readonly string[]): Promise<State | null> {
  const there = await ctx.files.exists('.gitignore')
  const before = there ? await ctx.files.readText('.gitignore') : ''
  const bare = (line: string) => line.trim().replace(/^\/|\/$/g, '')
  const known = new Set(before.split('\n').map(bare))
  const missing = lines.filter((line) => !known.has(bare(line)))
  if (missing.length === 0) return null
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  await ctx.files.write('.gitignore', `${before}${gap}# Results of Plumbline\n${missing.join('\n')}\n`)
  return there ? 'extended' : 'wrote'
}

function report(
  { terminal, json }: CommandContext,
  ctx: Context,
  facts: { table: DatasetProfile; choice: Guess; found: Found; plan: Plan; written: readonly Written[] },
): void {
  const { table, choice, found, plan, written } = facts
  if (json()) {
    terminal.out.write(`${JSON.stringify({ data: found, rows: table.rows, ...choice, files: written }, null, 2)}\n`)
    return
  }
  const lines = [
    `Data: ${found.train}${found.test ? ` and ${found.test}` : ''}, ${plural(table.rows, 'row')}, ${plural(table.columns.length, 'column')}.`,
    `Target: ${choice.target} (${choice.task}), chosen ${choice.reason}. For another one: plumbline init --target <column> --force.`,
    ...choice.excluded.map(({ name, reason }) => `Left out of the features: ${name}, ${reason}.`),
    ...(choice.leaks.length > 0 ? [LEAK_ADVICE] : []),
    ...written.map(
      ({ path, state }) => `${state.padEnd(8)} ${path}${state === 'kept' ? ' (--force overwrites it)' : ''}`,
    ),
    next(plan, found),
  ]
  ctx.log.progress('')
  terminal.out.write(`${lines.map(plain).join('\n')}\n`)
}

function next({ scripts }: Plan, found: Found): string {
  if (scripts) return 'Next: plumbline run, then plumbline infer for a data contract to commit.'
  const own = 'name your commands under `train` and `predict` in plumbline.yml, then `plumbline run`'
  if (!isParquet(found)) return `Your training code stays as it is: ${own}. \`plumbline validate-data\` works already.`
  const csv = found.train.replace(/\.parquet$/i, '.csv')
  return [
    `No scripts were written, for Node cannot read Parquet without a library: ${own}. \`plumbline validate-data\` works already.`,
    'Or let init write them for a CSV of the same rows:',
    `  python -c "import pandas, sys; pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)" "${found.train}" "${csv}"`,
    `  plumbline init --force --data "${csv}"`,
  ].join('\n')
}
