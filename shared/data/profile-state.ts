import type { Source } from '../contracts/config.js'
import type { ColumnType } from '../contracts/data-contract.js'
import type { DatasetProfile } from '../contracts/data-profile.js'
import type { Files } from '../core/context.js'
import { problemsError, UserError } from '../core/errors.js'
import { canonicalJson } from '../core/hash.js'
import { type Dataset, loadDataset, storedColumns } from './dataset.js'
import type { DataEngine } from './engine/engine.js'
import { openState } from './profile/state-read.js'
import type { StateHead, StateSettings } from './profile/state-schema.js'
import { stateSource } from './profile/state-source.js'
import { writeState } from './profile/state-write.js'
import { type ProfileOptions, profileSource } from './profile.js'
import { resolveSource } from './read/source.js'
import { filesFor, isAddress, type SourceFiles } from './spark/remote.js'

export interface ShardInput {
  /** Role of the dataset, such as `train`. */
  readonly name: string
  /** Where the source is named, for messages. Default: its key in plumbline.yml. */
  readonly key?: string
  readonly source: Source
  /** Types that a contract declares. */
  readonly types?: ReadonlyMap<string, ColumnType>
  readonly options: ProfileOptions
  /** Part `index` of `of`, from 1: by files where there are enough, else by rows. Null for all that `source` names. */
  readonly shard: { readonly index: number; readonly of: number } | null
  /** Throws when the columns are not those that were meant, before anything is written. */
  readonly requireColumns?: (columns: Dataset['columns']) => void
}

/**
 * Reads a part of a dataset and writes its state to a file below the workspace. Throws UserError for data that cannot be
 * read, and what `requireColumns` throws.
 */
export async function writeProfileState(
  engine: DataEngine,
  files: Files,
  input: ShardInput,
  path: string,
): Promise<StateHead> {
  const { name, key = `data.${name}`, types = new Map<string, ColumnType>() } = input
  requireHere([path])
  const own = await filesFor(engine, files, input.source, key)
  const [division, isText] = await look(own, input, key)
  const loaded = await loadDataset(engine, files, name, division.source, {
    types: isText ? new TextTypes(types) : types,
    key,
  })
  input.requireColumns?.(loaded.columns)
  const dataset = division.rows === null ? loaded : await someRows(engine, loaded, division.rows)
  const texts = new Set(
    isText ? loaded.columns.map((column) => column.name).filter((column) => !types.has(column)) : [],
  )
  const settings = settingsOf(input)
  // Makes the folder, and tells what forbids it in a person's terms.
  await files.write(path, '')
  return writeState(engine, { dataset, texts, settings, shard: division.shard }, files.resolve(path))
}

/** The profile of the whole out of the states of its parts, named in any order. `hashKey` as the parts' owner has it. */
export async function mergeProfileStates(
  engine: DataEngine,
  files: Files,
  paths: readonly string[],
  { hashKey }: Pick<ProfileOptions, 'hashKey'> = {},
): Promise<{ profile: DatasetProfile; settings: StateSettings }> {
  if (paths.length === 0)
    throw new UserError('no state is named', { cure: 'name the files that `plumbline profile --state` wrote' })
  requireHere(paths)
  const states = []
  for (const path of paths) states.push(await openState(engine, path, files.resolve(path)))
  const source = await stateSource(engine, states)
  const settings = (states[0] as (typeof states)[number]).head.settings
  const profile = await profileSource(engine, source, {
    id: settings.id ?? undefined,
    target: settings.target ?? undefined,
    slices: settings.slices,
    sensitive: new Map(settings.sensitive),
    hashKey,
  })
  await engine.run('DROP TABLE state_values')
  return { profile, settings }
}

/** States are put together here, whatever engine wrote them. Throws UserError for the address of one. */
function requireHere(paths: readonly string[]): void {
  const problems = paths.filter(isAddress).map((path) => ({
    where: path,
    message: `${path} is an address, and states of profiles are files of this machine`,
    cure: 'name a path of the workspace, and copy the state in a step of its own',
  }))
  if (problems.length > 0) throw problemsError('a state cannot lie there', problems)
}

function settingsOf({ name, source, types = new Map(), options }: ShardInput): StateSettings {
  const reading = typeof source === 'string' || Array.isArray(source) ? {} : { ...source, path: undefined }
  return {
    name,
    id: options.id ?? null,
    target: options.target ?? null,
    slices: [...(options.slices ?? [])],
    sensitive: [...(options.sensitive ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)),
    reading: canonicalJson({ ...reading, types: [...types].sort(([a], [b]) => (a < b ? -1 : 1)) }),
  }
}

/** Every column is declared to be text, but those with a declared type. */
class TextTypes extends Map<string, ColumnType> {
  override get(name: string): ColumnType {
    return super.get(name) ?? 'string'
  }
  override has(): boolean {
    return true
  }
}

async function readsText(files: Files, source: Source, key: string): Promise<boolean> {
  const resolved = await resolveSource(files, source, key)
  return resolved.kind === 'files' && resolved.format !== 'parquet'
}

/** Which part it is, and whether its texts are kept: which type a text column has is for all parts to say. */
async function look(own: SourceFiles, input: ShardInput, key: string): Promise<[Division, boolean]> {
  try {
    const division = await divide(own.files, input, key)
    return [division, await readsText(own.files, division.source, key)]
  } finally {
    await own.close()
  }
}

interface Division {
  readonly source: Source
  readonly shard: StateHead['shard']
  /** Every `of`-th row from `index` − 1; null for all. */
  readonly rows: { readonly index: number; readonly of: number } | null
}

async function divide(files: Files, { source, shard }: ShardInput, key: string): Promise<Division> {
  if (shard === null) return { source, shard: null, rows: null }
  const resolved = await resolveSource(files, source, key)
  if (resolved.kind !== 'files' || resolved.files.length < shard.of) {
    return { source, shard: { ...shard, by: 'rows' }, rows: shard }
  }
  const own = resolved.files.filter((_, i) => i % shard.of === shard.index - 1)
  const path = typeof source === 'object' && 'path' in source ? { ...source, path: own } : own
  return { source: path, shard: { ...shard, by: 'files' }, rows: null }
}

async function someRows(engine: DataEngine, dataset: Dataset, rows: { index: number; of: number }): Promise<Dataset> {
  const table = `${dataset.table}_part`
  await engine.run(
    `CREATE OR REPLACE TABLE ${table} AS SELECT ${storedColumns(dataset)} FROM ${dataset.table} WHERE rowid % ${rows.of} = ${rows.index - 1}`,
  )
  const [size] = await engine.all(`SELECT count(*) AS n FROM ${table}`)
  return { ...dataset, table, rows: Number(size?.n) }
}
