import type { ColumnType } from '../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../shared/contracts/data-profile.js'
import type { Context } from '../shared/core/context.js'
import { problemsError, UserError } from '../shared/core/errors.js'
import { type Dataset, loadDataset } from '../shared/data/dataset.js'
import type { DataEngine } from '../shared/data/engine/engine.js'
import { missingColumns } from '../shared/data/named-columns.js'
import { profileTable } from '../shared/data/profile.js'
import { agree, plural } from '../shared/report/format.js'
import { EXIT } from './exit.js'
import type { CommandContext } from './main.js'
import { plain } from './terminal.js'
import type { ProjectFlags } from './with-project.js'

export interface InferOptions extends ProjectFlags {
  readonly out?: string
  readonly force?: boolean
  readonly update?: boolean
  readonly tighten?: boolean
  readonly dryRun?: boolean
  /** Names of columns, parted by commas. */
  readonly key?: string
}

interface About {
  readonly target?: string
  readonly id?: string
  readonly time?: string
  readonly task?: 'binary' | 'multiclass' | 'regression'
  readonly key?: readonly string[]
}

/** What validate-data does for this command. */
export interface Inference {
  /** Columns of a contract that are read as text. */
  textColumns(contract: { readonly text: string; readonly path: string }): ReadonlyMap<string, ColumnType>
  inferFromData(engine: DataEngine, dataset: Dataset, profile: DatasetProfile, about: About): Promise<string>
  updateFromData(
    engine: DataEngine,
    dataset: Dataset,
    profile: DatasetProfile,
    contract: { readonly text: string; readonly path: string },
    about: About & { readonly tighten?: boolean },
  ): Promise<{ text: string; diff: string; changes: readonly string[]; left: readonly string[] }>
}

/**
 * `plumbline infer`: the contract that the training data suggest, as a file to commit; with `--update` the one that is there,
 * widened by what new data need, as a diff to review. Throws UserError.
 */
export async function infer(command: CommandContext, ctx: Context, options: InferOptions): Promise<number> {
  const { train, contract } = ctx.config.data
  const path = options.out ?? contract
  if (train === undefined) {
    throw new UserError('`data.train` is missing: there is nothing to infer from', {
      cure: 'add to plumbline.yml:  data: { train: data/train.csv }',
    })
  }
  requireFlags(options)
  const exists = await ctx.files.exists(path)
  if (options.update && !exists) {
    throw new UserError(`${path} is not there: there is nothing to update`, {
      cure: 'write it with `plumbline infer`, or name another file with --out',
    })
  }
  if (!options.update && !options.force && !options.dryRun && exists) {
    throw new UserError(`${path} is there already`, {
      cure: 'bring it up to date with --update, name another file with --out, or overwrite it with --force',
    })
  }
  const about = aboutOf(ctx, options)
  const { inferFromData, updateFromData, textColumns } = await command.catalogue.inference()
  const before = options.update ? { text: await ctx.files.readText(path), path } : null
  const types = before === null ? new Map<string, ColumnType>() : textColumns(before)
  const engine = await ctx.configuredData()
  const dataset = await loadDataset(engine, ctx.files, 'train', train, { types })
  requireColumns(dataset, about)
  const profile = await profileTable(engine, dataset, about)
  if (before !== null) {
    const updated = await updateFromData(engine, dataset, profile, before, {
      ...about,
      tighten: options.tighten === true,
    })
    if (updated.diff !== '' && !options.dryRun) await ctx.files.write(path, updated.text)
    tellUpdate(command, path, profile, updated, options.dryRun === true)
    return EXIT.ok
  }
  const text = await inferFromData(engine, dataset, profile, about)
  if (!options.dryRun) await ctx.files.write(path, text)
  tellNew(command, path, profile, text, options.dryRun === true)
  return EXIT.ok
}

function requireFlags({ update, tighten, force }: InferOptions): void {
  if (tighten && !update) {
    throw new UserError('--tighten needs --update', { cure: 'write `plumbline infer --update --tighten`' })
  }
  if (update && force) {
    throw new UserError('--update and --force exclude each other', {
      cure: '--update changes the contract that is there, --force writes a new one in its place',
    })
  }
}

/** Throws UserError when plumbline.yml names columns that the data do not have: what is inferred of them would be left out. */
function requireColumns({ columns }: Dataset, about: About): void {
  const named = (['target', 'id', 'time'] as const).flatMap((role) => {
    const name = about[role]
    return name === undefined ? [] : [{ by: `\`data.${role}\``, name }]
  })
  const problems = missingColumns(
    named,
    columns.map(({ name }) => name),
  ).map(({ problem }) => problem)
  if (problems.length > 0) throw problemsError('columns of plumbline.yml are not in the data', problems)
}

function aboutOf(ctx: Context, { key }: InferOptions): About {
  const { target, id, time } = ctx.config.data
  const { task } = ctx.config
  const names = key?.split(',').map((name) => name.trim())
  if (names?.some((name) => name === '')) {
    throw new UserError(`--key is ${JSON.stringify(key)}`, { cure: 'write names of columns, such as --key store,day' })
  }
  return {
    ...(target === undefined ? {} : { target }),
    ...(id === undefined ? {} : { id }),
    ...(time === undefined ? {} : { time }),
    ...(task === 'binary' || task === 'multiclass' || task === 'regression' ? { task } : {}),
    ...(names === undefined ? {} : { key: names }),
  }
}

function tellNew(command: CommandContext, path: string, profile: DatasetProfile, text: string, dry: boolean): void {
  const { rows, columns } = profile
  if (command.json()) {
    const told = { contract: path, rows, columns: columns.length, ...(dry ? { text } : {}) }
    command.terminal.out.write(`${JSON.stringify(told, null, 2)}\n`)
    return
  }
  command.terminal.out.write(
    dry
      ? text
      : `wrote  ${path}, from ${plural(rows, 'row')}. Read it, correct it, commit it: validate-data checks it from now on.\n`,
  )
}

function tellUpdate(
  command: CommandContext,
  path: string,
  { rows, columns }: DatasetProfile,
  { diff, changes, left }: Awaited<ReturnType<Inference['updateFromData']>>,
  dry: boolean,
): void {
  const { terminal } = command
  if (command.json()) {
    const told = { contract: path, rows, columns: columns.length, written: diff !== '' && !dry, changes, left, diff }
    terminal.out.write(`${JSON.stringify(told, null, 2)}\n`)
    return
  }
  terminal.out.write(diff)
  for (const what of left) terminal.err.write(`left as it is  ${plain(what)}\n`)
  const end =
    diff === ''
      ? `${path} says all that ${plural(rows, 'row')} ${agree(rows, 'needs', 'need')}.`
      : `${dry ? 'would change' : 'changed'}  ${path} in ${plural(changes.length, 'place')}. Review it like code: a bound that was broken may be a fault of the data.`
  if (!terminal.quiet) terminal.err.write(`${end}\n`)
}
