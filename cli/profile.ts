import { posix } from 'node:path'
import type { Source } from '../shared/contracts/config.js'
import { ColumnType, type DataContract } from '../shared/contracts/data-contract.js'
import { DataProfile, type DatasetProfile } from '../shared/contracts/data-profile.js'
import type { Context } from '../shared/core/context.js'
import { documentText } from '../shared/core/documents.js'
import { problemsError, UserError } from '../shared/core/errors.js'
import { VERSION } from '../shared/core/version.js'
import { loadDataset } from '../shared/data/dataset.js'
import { declaredSensitive, declaredTypes } from '../shared/data/declared.js'
import { featureNames } from '../shared/data/features.js'
import { missingColumns } from '../shared/data/named-columns.js'
import { type ProfileOptions, profileTable } from '../shared/data/profile.js'
import { mergeProfileStates, writeProfileState } from '../shared/data/profile-state.js'
import { plural } from '../shared/report/format.js'
import { EXIT } from './exit.js'
import type { CommandContext } from './main.js'
import type { ProjectFlags } from './with-project.js'

export interface ProfileFlags extends ProjectFlags {
  readonly name?: string
  readonly out?: string
  /** Where to write a state that can be merged, instead of a profile. */
  readonly state?: string
  /** `2/5`: the second of five parts. */
  readonly shard?: string
  /** `column=type`. */
  readonly type?: readonly string[]
  /** `column=omit`, `column=hash` or `column=none`. */
  readonly sensitive?: readonly string[]
}

/** Environment variable with the secret of hashed values. */
const HASH_KEY = 'PLUMBLINE_HASH_KEY'
/** Where files stand that are no part of plumbline.yml. */
const NAMED_HERE = 'command line'

/**
 * `plumbline profile [files…]`: the profile of a dataset as a document, or with `--state` the state of a part of it. Throws
 * UserError.
 */
export async function profile(
  command: CommandContext,
  ctx: Context,
  paths: readonly string[],
  flags: ProfileFlags,
): Promise<number> {
  const name = nameOf(flags)
  const key = paths.length === 0 ? `data.${name}` : NAMED_HERE
  const { contract, source } = await withContract(command, ctx, sourceOf(ctx, name, paths))
  const types = new Map([...declaredTypes(contract), ...pairsOf(flags.type, '--type', ColumnType.options)])
  const options = optionsOf(ctx, flags, contract)
  const shard = shardOf(flags.shard)
  const engine = await ctx.configuredData()
  if (flags.state !== undefined) {
    const requireColumns = (columns: readonly { readonly name: string }[]) => refuseUnknown(flags, columns)
    const input = { name, key, source, types, options, shard, requireColumns }
    const head = await writeProfileState(engine, ctx.files, input, flags.state)
    const part = head.shard === null ? '' : `part ${head.shard.index} of ${head.shard.of} by ${head.shard.by}, `
    say(command, { state: flags.state, rows: head.rows, columns: head.columns.length, shard: head.shard }, [
      `wrote  ${flags.state}: ${part}${plural(head.rows, 'row')}. It holds values of the data: keep it where they may be.`,
    ])
    return EXIT.ok
  }
  if (shard !== null) {
    throw new UserError('--shard needs --state: the profile of a part alone is not that of the data', {
      cure: 'name the file of the part: --state part.parquet',
    })
  }
  const dataset = await loadDataset(engine, ctx.files, name, source, { types, key })
  refuseUnknown(flags, dataset.columns)
  return finish(command, ctx, flags, await profileTable(engine, dataset, options), {
    target: options.target ?? null,
  })
}

/** `plumbline profile merge <states…>`: the profile of the whole out of the states of its parts. Throws UserError. */
export async function mergeProfile(
  command: CommandContext,
  ctx: Context,
  states: readonly string[],
  flags: Pick<ProfileFlags, 'out'>,
): Promise<number> {
  const paths = await ctx.files.list(states)
  for (const state of states) {
    if ((await ctx.files.list([state])).length > 0) continue
    throw new UserError(`${state} is not there`, { cure: 'check the path: it is relative to the working directory' })
  }
  const merged = await mergeProfileStates(await ctx.data(), ctx.files, paths, hashKeyOf(ctx))
  return finish(command, ctx, flags, merged.profile, { target: merged.settings.target })
}

async function finish(
  command: CommandContext,
  ctx: Context,
  { out = posix.join(ctx.runDirectory, 'profile.json') }: Pick<ProfileFlags, 'out'>,
  dataset: DatasetProfile,
  { target }: { target: string | null },
): Promise<number> {
  const names = dataset.columns.map((column) => column.name)
  const document = DataProfile.parse({
    schema: 'plumbline.data-profile/1',
    createdAt: ctx.now().toISOString(),
    plumblineVersion: VERSION,
    run: ctx.run,
    // Nobody has judged them.
    verdict: 'inconclusive',
    summary: `${plural(dataset.rows, 'row was', 'rows were')} profiled and not judged`,
    inputs: dataset.files,
    checks: [],
    target,
    features: featureNames(ctx.config.data, names).filter((name) => names.includes(name)),
    datasets: [dataset],
  })
  await ctx.files.write(out, documentText(document))
  const hidden = dataset.columns.filter(({ sensitive }) => sensitive)
  say(
    command,
    { profile: out, rows: dataset.rows, columns: names.length, sensitive: hidden.map((column) => column.name) },
    [
      `wrote  ${out}: ${plural(dataset.rows, 'row')}, ${plural(names.length, 'column')}.`,
      ...hidden.map(
        (column) =>
          `       ${JSON.stringify(column.name)}: values ${column.sensitive?.how === 'hash' ? 'hashed' : 'left out'}, ${column.sensitive?.reason}`,
      ),
    ],
  )
  return EXIT.ok
}

function say(command: CommandContext, result: object, lines: readonly string[]): void {
  command.terminal.out.write(command.json() ? `${JSON.stringify(result, null, 2)}\n` : `${lines.join('\n')}\n`)
}

function nameOf({ name = 'train' }: ProfileFlags): string {
  if (/^[\w.-]{1,60}$/.test(name)) return name
  throw new UserError(`--name ${JSON.stringify(name)} is not the name of a dataset`, {
    cure: 'use letters, digits, "-", "_" and ".", such as train or test',
  })
}

function sourceOf(ctx: Context, name: string, paths: readonly string[]): Source {
  const known = name === 'train' || name === 'test' ? ctx.config.data[name] : undefined
  if (paths.length === 0) {
    if (known !== undefined) return known
    throw new UserError(`there is nothing to profile: no file is named, and \`data.${name}\` is not set`, {
      cure: 'name files: plumbline profile data/*.csv',
    })
  }
  // How the data of that name are read holds for its files too.
  return known !== undefined && typeof known === 'object' && 'path' in known
    ? { ...known, path: [...paths] }
    : [...paths]
}

/** The contract of the project, for what it says of types and of values that stay out; an empty one without the file. */
async function withContract(
  command: CommandContext,
  ctx: Context,
  source: Source,
): Promise<{ contract: Pick<DataContract, 'columns'>; source: Source }> {
  const { data } = ctx.config
  const { contract: path } = data
  if (!(await ctx.files.exists(path))) return { contract: { columns: [] }, source }
  const { readContract, readOptions, withHints } = await command.catalogue.contracts()
  const read = readContract(await ctx.files.readText(path), path, readOptions({ ...data, train: source }))
  return { contract: read.contract, source: withHints(source, read.source ?? {}) }
}

function optionsOf(ctx: Context, flags: ProfileFlags, contract: Pick<DataContract, 'columns'>): ProfileOptions {
  const { id, target, slices } = ctx.config.data
  return {
    id,
    target,
    slices,
    sensitive: new Map([
      ...declaredSensitive(contract),
      ...pairsOf(flags.sensitive, '--sensitive', ['hash', 'omit', 'none'] as const),
    ]),
    ...hashKeyOf(ctx),
  }
}

function hashKeyOf({ env }: Context): { hashKey?: string } {
  const key = env[HASH_KEY]
  return key ? { hashKey: key } : {}
}

/** `column=value`, where a name may have equals signs of its own. */
function pairsOf<T extends string>(texts: readonly string[] = [], flag: string, allowed: readonly T[]): [string, T][] {
  return texts.map((text): [string, T] => {
    const at = text.lastIndexOf('=')
    const value = allowed.find((one) => one === text.slice(at + 1))
    if (at > 0 && value !== undefined) return [text.slice(0, at), value]
    throw new UserError(`${flag} ${JSON.stringify(text)} is not column=value`, {
      cure: `write the name of a column, "=", and one of ${allowed.join(', ')}`,
    })
  })
}

/** A misspelt column would show the values that were to be kept out. */
function refuseUnknown(
  { type = [], sensitive = [] }: ProfileFlags,
  columns: readonly { readonly name: string }[],
): void {
  const named = Object.entries({ type, sensitive }).flatMap(([flag, texts]) =>
    texts.map((text) => ({ by: `--${flag}`, name: text.slice(0, text.lastIndexOf('=')) })),
  )
  const problems = missingColumns(
    named,
    columns.map((column) => column.name),
  ).map(({ problem }) => problem)
  if (problems.length > 0) throw problemsError('the flags have mistakes', problems)
}

function shardOf(text: string | undefined): { index: number; of: number } | null {
  if (text === undefined) return null
  const [, index = Number.NaN, of = Number.NaN] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number)
  if (index >= 1 && index <= of) return { index, of }
  throw new UserError(`--shard ${JSON.stringify(text)} is not a part`, {
    cure: 'write which part of how many, from 1: --shard 2/5',
  })
}
