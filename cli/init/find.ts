import type { Source } from '../../shared/contracts/config.js'
import type { Context } from '../../shared/core/context.js'
import { UserError } from '../../shared/core/errors.js'
import { readHeader } from '../../shared/data/read/csv-header.js'

const DATA_FILES = ['**/*.{csv,tsv,jsonl,ndjson,parquet}']
const TRAINING_CODE = [
  '**/train*.{py,R,r,mjs,js,ts,jl,sh}',
  '**/*train.{py,R,r,mjs,js,ts,jl,sh}',
  'params.yaml',
  'dvc.yaml',
]
/** Folders of tools and of our own results: nothing in them is the user's data or code. */
const FOREIGN = /(^|\/)(\.|deployed\/|model\/|venv\/|env\/|site-packages\/|dist\/|build\/)/

export interface Found {
  readonly train: string
  /** Null when there is one table only. */
  readonly test: string | null
  /** Of a CSV file that is not separated by commas. */
  readonly delimiter: string | null
}

/** The table, or training and test data when two names say so. Throws UserError when there is none. */
export async function findData(ctx: Context, given: readonly string[] | undefined): Promise<Found> {
  const files = given ?? (await candidates(ctx))
  const { train, test } = pick(await withSizes(ctx, files))
  return { train, test, delimiter: await delimiterOf(ctx, train) }
}

/** A script that trains, which stays as it is; null when there is none. */
export async function findTrainingCode(ctx: Context): Promise<string | null> {
  return (await ctx.files.list(TRAINING_CODE)).find((path) => !FOREIGN.test(path)) ?? null
}

export interface Sized {
  readonly path: string
  readonly bytes: number
}

/** Files named train and test, else the largest as the only one. */
export function pick(files: readonly Sized[]): { train: string; test: string | null } {
  const named = (word: RegExp) => files.find(({ path }) => word.test(path.split('/').at(-1) ?? ''))
  const [train, test] = [named(/(^|[^a-z])train(ing)?([^a-z]|$)/i), named(/(^|[^a-z])(test|holdout)([^a-z]|$)/i)]
  if (train && test) return { train: train.path, test: test.path }
  const [largest] = files
    .filter((file) => file !== test)
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
  return { train: (train ?? largest ?? test)?.path as string, test: null }
}

async function candidates(ctx: Context): Promise<string[]> {
  const made = ctx.config.data.prepare?.outputs ?? []
  const files = (await ctx.files.list(DATA_FILES)).filter((path) => !FOREIGN.test(path) && !made.includes(path))
  if (files.length > 0) return files
  throw new UserError('no data file (CSV, TSV, JSON Lines, Parquet) is in this folder', {
    cure: 'run it where your data are, or name them: plumbline init --data path/to/table.csv. A JSON array has to be written as JSON Lines first, one object a line',
  })
}

async function withSizes(ctx: Context, paths: readonly string[]): Promise<Sized[]> {
  return Promise.all(paths.map(async (path) => ({ path, bytes: (await ctx.files.digest(path)).bytes })))
}

async function delimiterOf(ctx: Context, path: string): Promise<string | null> {
  if (!/\.csv$/i.test(path)) return null
  const names = await readHeader(ctx.files.resolve(path), path, ',')
  return names.length === 1 ? ([';', '\t', '|'].find((sign) => names[0]?.includes(sign)) ?? null) : null
}

/** A path as `data.train` of plumbline.yml takes it. */
export const sourceOf = (path: string, delimiter: string | null): Source =>
  delimiter === null ? path : { path, delimiter }
