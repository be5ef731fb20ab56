import type { InputRef } from '../contracts/common.js'
import type { Source } from '../contracts/config.js'
import type { ColumnType } from '../contracts/data-contract.js'
import type { DatasetProfile } from '../contracts/data-profile.js'
import type { Context, Files } from '../core/context.js'
import { problemsError, UserError } from '../core/errors.js'
import { type DataEngine, EngineError } from './engine/engine.js'
import { identifier } from './engine/sql.js'
import { profileTable } from './profile.js'
import { loadTable } from './read/load.js'
import { type Environment, openRelation } from './read/relation.js'
import { type ResolvedSource, resolveSource } from './read/source.js'
import { watchFiles } from './read/unchanged.js'
import { filesFor, type SourceFiles } from './spark/remote.js'

export interface DatasetColumn {
  readonly name: string
  /** Its column in the table, such as `c3`; NULL is missing or, see `invalid`, not of the type. */
  readonly sql: string
  readonly type: ColumnType
  /** Where a value that is not of the declared type stands in the list column `bad`, from 1; null when no value is such. */
  readonly badIndex: number | null
  /**
   * How its missing values are told apart; without it they are not. `nothing`: what it means that nothing stands there;
   * `index`: where in the list column `gone` it says why something that does is missing, from 1, null where there is none.
   */
  readonly gone?: { readonly nothing: 'empty' | 'null'; readonly index: number | null }
}

/** A dataset in the engine: typed, in the order of its files, as a table that spills to disk. */
export interface Dataset {
  /** Role, such as `train`. */
  readonly name: string
  readonly table: string
  readonly columns: readonly DatasetColumn[]
  /** Whether the table has the list column `bad`, be it that nothing stands in it. */
  readonly hasBad?: boolean
  /** Whether it has the list column `gone`. */
  readonly hasGone?: boolean
  /** Whether it has the column `whole`: a row as it stands in its file, which says more than its columns. */
  readonly hasWhole?: boolean
  /**
   * Given when the table has the column `content`: a 64-bit hash of the values of all columns but those that are kept
   * apart, and of what is not of its type.
   */
  readonly content?: { readonly apart: readonly string[] } | undefined
  readonly rows: number
  /** Files in order with the rows that each has: row r of the table (rowid r − 1) lies in the first that reaches it. */
  readonly parts: readonly { readonly file: string; readonly rows: number }[]
  readonly files: readonly InputRef[]
  /** What reading changed, in sentences such as of decimals that are rounded; empty when every value is as it was. */
  readonly notes?: readonly string[]
}

export interface LoadOptions {
  /** Types that columns are declared to have; a value not written so is kept apart as invalid. */
  readonly types?: ReadonlyMap<string, ColumnType>
  /** Whether rows are asked for as they stand in their file, too: see `Dataset.hasWhole`. Default: they are not kept. */
  readonly whole?: boolean
  /** Columns that rows are compared without at times, such as the id and the target: see `Dataset.content`. */
  readonly apart?: readonly string[]
  /** Where the address of a Postgres source is looked up. Default: that of this process. */
  readonly env?: Environment
  /** Called when the engine reads: from then on it is busy, and who waits for it is not. */
  readonly begun?: () => void
  /** Whether rows that need no change may stay in their file: for who reads each column a few times. Default: they are copied. */
  readonly inPlace?: boolean
}

/**
 * Reads a source into the engine. `name` is its role, `key` where the source stands in plumbline.yml. Throws UserError
 * for everything that makes it unreadable (see csv.ts, jsonl.ts, parquet.ts), for files that change meanwhile and for data
 * without rows.
 */
export async function loadDataset(
  engine: DataEngine,
  given: Files,
  name: string,
  source: Source,
  options: LoadOptions & { key?: string } = {},
): Promise<Dataset> {
  const key = options.key ?? `data.${name}`
  const own = await filesFor(engine, given, source, key)
  try {
    const resolved = await own.prepared(await resolveSource(own.files, source, key))
    const requireUnchanged = watchFiles(own.files, filesOf(resolved))
    const dataset = await loadResolved(engine, own, name, resolved, options).catch((error) => {
      // Whatever is wrong with data that change is so of no version of them.
      requireUnchanged(error)
      throw error
    })
    requireUnchanged()
    return dataset
  } finally {
    await own.close()
  }
}

const filesOf = (source: ResolvedSource): readonly string[] =>
  source.kind === 'files' ? source.files : source.kind === 'database' ? [source.database] : []

async function loadResolved(
  engine: DataEngine,
  { files, digestOf }: SourceFiles,
  name: string,
  resolved: ResolvedSource,
  options: LoadOptions,
): Promise<Dataset> {
  const declared = options.types ?? new Map<string, ColumnType>()
  const relation = await openRelation(engine, files, resolved, {
    env: options.env ?? process.env,
    declared,
    whole: options.whole ?? false,
  })
  try {
    const digested = relation.link === undefined ? relation.parts : []
    const [table, digests] = await Promise.all([
      loadTable(engine, relation, relation.parts.length, {
        declared,
        apart: options.apart ?? null,
        begun: options.begun ?? (() => {}),
        inPlace: options.inPlace ?? false,
      }),
      digestAll(files, digested),
    ])
    await relation.inspect?.(table.name, table.columns)
    const { parts: names } = relation
    if (table.rows === 0) {
      throw new UserError(
        `${names.length === 1 ? names[0] : `the files of ${name}`} ${names.length === 1 ? 'has' : 'have'} no rows`,
        {
          where: names[0] as string,
          cure: 'there is nothing to judge: check the step that writes the data',
        },
      )
    }
    const parts = names.map((file, i) => ({ file, rows: table.rowsOfFile[i] ?? 0 }))
    const link = await relation.link?.(table.name, table.columns, table.rows)
    return {
      name,
      table: table.name,
      columns: table.columns,
      hasBad: table.hasBad,
      hasGone: table.hasGone,
      hasWhole: table.hasWhole,
      content: table.content,
      rows: table.rows,
      parts,
      files:
        link === undefined
          ? parts.map(({ file, rows }, i) => ({
              kind: 'file' as const,
              name: file,
              ...(digests[i] as { bytes: number; digest: string }),
              ...(digestOf === undefined ? {} : { digestOf }),
              rows,
            }))
          : [link],
      notes: [...((await relation.notes?.()) ?? []), ...table.notes],
    }
  } catch (error) {
    if (error instanceof EngineError) throw await relation.explain(error)
    throw error
  } finally {
    await relation.close?.()
  }
}

async function digestAll(files: Files, paths: readonly string[]): Promise<{ bytes: number; digest: string }[]> {
  const digests = []
  for (const path of paths) digests.push(await files.digest(path))
  return digests
}

/** The columns of the table of a dataset, for one with other rows: `SELECT *` may have the index of the row among them. */
export const storedColumns = ({
  columns,
  hasBad,
  hasGone,
  hasWhole,
  content,
}: Pick<Dataset, 'columns' | 'hasBad' | 'hasGone' | 'hasWhole' | 'content'>): string =>
  [
    ...columns.map((_, i) => `c${i}`),
    ...(hasBad === true ? ['bad'] : []),
    ...(hasGone === true ? ['gone'] : []),
    ...(hasWhole === true ? ['whole'] : []),
    ...(content === undefined ? [] : ['content']),
  ].join(', ')

/** `data/train.csv row 17`: where row `rowid` (from 0) of the table stands; the first row after a header is 1. */
export function placeOfRow(dataset: Dataset, rowid: number): string {
  let rest = rowid
  for (const { file, rows } of dataset.parts) {
    if (rest < rows) return `${file} row ${rest + 1}`
    rest -= rows
  }
  return `row ${rowid + 1}`
}

/** Loads and profiles a source in one go, for who needs no more than the profile. Whole rows are compared without `data.id`. */
export async function profileDataset(ctx: Context, name: string, source: Source): Promise<DatasetProfile> {
  const engine = await ctx.data()
  const { id, target, slices } = ctx.config.data
  return profileTable(engine, await loadDataset(engine, ctx.files, name, source), {
    ...(id === undefined ? {} : { id }),
    ...(target === undefined ? {} : { target }),
    ...(slices === undefined ? {} : { slices }),
  })
}

/** Throws UserError when two names differ in case alone: SQL cannot tell them apart. */
export function requireNames(dataset: Dataset): void {
  const seen = new Map<string, string>()
  const problems = dataset.columns.flatMap(({ name }) => {
    const before = seen.get(name.toLowerCase())
    seen.set(name.toLowerCase(), name)
    return before === undefined
      ? []
      : [
          {
            message: `columns ${JSON.stringify(before)} and ${JSON.stringify(name)} differ in case alone, and SQL cannot tell them apart`,
            cure: 'rename one of them',
          },
        ]
  })
  if (problems.length > 0) throw problemsError(`the columns of ${dataset.name} cannot be named in SQL`, problems)
}

/** A view of a dataset with the names that its columns have in the files, for SQL of the user. Throws UserError as `requireNames`. */
export async function createView(engine: DataEngine, dataset: Dataset, view: string): Promise<void> {
  requireNames(dataset)
  const columns = dataset.columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(', ')
  await engine.run(`CREATE OR REPLACE VIEW ${identifier(view)} AS SELECT ${columns} FROM ${dataset.table}`)
}
