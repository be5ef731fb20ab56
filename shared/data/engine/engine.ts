import { together } from '../../core/together.js'

/** A value as the engine returns it: integers as number, or bigint beyond 2⁵³; dates and everything else as text. */
export type Cell = string | number | bigint | boolean | null

/** SQL over files and tables, in memory. One engine per stage run; it is closed by `execute`. */
export interface DataEngine {
  readonly version: string
  /** The engine whose hashes it has, and so whose states of profiles: by default itself. */
  readonly hashes?: string
  /** Whether tables of thousands of columns lie where all others do. */
  readonly anyWidth?: boolean
  /** Files that this engine alone can read; undefined for an engine that reads those of this machine. */
  readonly remote?: RemoteFiles
  /**
   * Rows of a query, keyed by column name. Everything from outside goes through the quoting helpers of sql.ts.
   * Throws `EngineError` when the engine refuses the statement.
   */
  all(sql: string): Promise<Record<string, Cell>[]>
  /** The same, column by column: less memory for many rows. */
  columns(sql: string): Promise<Record<string, Cell[]>>
  /**
   * A query of numbers alone, none of them missing, chunk by chunk as typed arrays: `columns[k]` has `rows` of them. No other
   * query runs meanwhile.
   */
  numbers(sql: string, each: (columns: readonly ArrayLike<number>[], rows: number) => void): Promise<void>
  /** Cells of a query, chunk by chunk and column by column. No other query runs before the last one is read. */
  chunks(sql: string): AsyncIterable<Record<string, Cell[]>>
  /**
   * A second line to the same data, always the same one: its queries run while those of the first do, and its temporary
   * tables are its own. Not there where one query at a time is all that the memory allows.
   */
  beside?(): Promise<DataEngine>
  /** The same object in all lines to the same data, where there are several: what is known of the data is known in each. */
  readonly lines?: object
  /** Whether nobody has said how much memory or how many threads it may have. */
  readonly ample?: boolean
  /** Runs statements without result. */
  run(sql: string): Promise<void>
  close(): void
}

/** SQL that makes a table which all lines of an engine see, up to its name: it lies in memory and goes with the engine. */
export const sharedTable = ({ lines }: DataEngine, name: string): { readonly create: string; readonly name: string } =>
  lines === undefined
    ? { create: `CREATE OR REPLACE TEMP TABLE ${name}`, name }
    : { create: `CREATE OR REPLACE TABLE memory.main.${name}`, name: `memory.main.${name}` }

/** A file at an address such as `s3a://bucket/part.parquet`. */
export interface RemoteFile {
  readonly path: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly modified: number
}

/** Files where the engine runs. Both throw `EngineError` when they are refused there. */
export interface RemoteFiles {
  /** Files that match addresses, folders and patterns, by name. */
  list(patterns: readonly string[]): Promise<readonly RemoteFile[]>
  /**
   * Makes a file in a folder of this machine for each: the first lines of a text in UTF-8 without comments, or a Parquet file
   * with a hole where the values are. Where one is named in SQL, the file itself is read. Returns their paths.
   */
  standIn(wanted: {
    readonly folder: string
    readonly files: readonly string[]
    readonly kind: 'csv' | 'json' | 'parquet'
    readonly encoding: string | null
    readonly comment: string | null
  }): Promise<readonly string[]>
}

/** The engine refused a statement. Callers turn it into a UserError where the reason lies in the user's data or SQL. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
}

/** The first line of what the engine said, without the folder that the workspace lies in. */
export const reasonOf = (error: EngineError, root: string): string =>
  (error.message.split('\n')[0] ?? '').replaceAll(`${root}/`, '').replaceAll(`${root}\\`, '')

/**
 * Does two things at once where the engine has a second line and they are `shared`, one after the other where not. Rejects
 * with the first error when both have come to an end.
 */
export async function sideBySide<A, B>(
  engine: DataEngine,
  shared: boolean,
  first: (engine: DataEngine) => Promise<A>,
  second: (engine: DataEngine) => Promise<B>,
): Promise<[A, B]> {
  if (!shared || engine.beside === undefined) return [await first(engine), await second(engine)]
  const beside = await engine.beside()
  return together(first(engine), second(beside))
}
