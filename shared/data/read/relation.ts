import type { InputRef } from '../../contracts/common.js'
import type { ColumnType } from '../../contracts/data-contract.js'
import type { Files } from '../../core/context.js'
import type { UserError } from '../../core/errors.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine, EngineError } from '../engine/engine.js'
import { openCsv } from './csv.js'
import { openJson } from './jsonl.js'
import { openParquet } from './parquet.js'
import type { ResolvedSource } from './source.js'

/** Rows in files or a database, before typing. */
export interface Relation {
  /** Names of what the rows lie in, in order: files, or the database. */
  readonly parts: readonly string[]
  readonly columns: readonly RawColumn[]
  /** What stands after FROM. */
  readonly from: string
  /** The same with the index of each row as `file_row_number`, where one file holds them as they are read; else there is none. */
  readonly numbered?: string
  /** SQL for the text of a row as it stands in its file, where that is asked for and says more than its columns. */
  readonly whole?: string
  /** SQL for the index of the part that a row is from. */
  readonly fileIndex: string
  /** A failure of the engine on this source in the user's terms: which file, which line, what to do. */
  explain(error: EngineError): Promise<UserError>
  /** Looks at the rows when they are in a table. Throws UserError for what nobody means to be data. */
  inspect?(table: string, columns: readonly DatasetColumn[]): Promise<void>
  /** What was changed in reading, in sentences; nothing when every value is as it was. */
  notes?(): Promise<string[]>
  /** Link of the lineage, for rows that lie in no file. */
  link?(table: string, columns: readonly DatasetColumn[], rows: number): Promise<InputRef>
  /** Removes what was made to read it. */
  close?(): Promise<void>
}

export interface RawColumn {
  readonly name: string
  /** SQL for its value in `from`; an empty or missing text is NULL. */
  readonly value: string
  /**
   * Where the format itself says of which type a value is: SQL for its text if it is of the declared one, else NULL, and for
   * what is shown of one that is not.
   */
  readonly asDeclared?: { readonly text: string; readonly shown: string }
  /** Type that the format gives; null for text that is to be typed by its content. */
  readonly type: ColumnType | null
  /** What it means that nothing stands in `from`: a cell of a text file is empty, a field of all others null. */
  readonly nothing: 'empty' | 'null'
  /** What stands in `from` and is missing all the same; null where nothing does. */
  readonly gone: GoneValues | null
}

/** Values that count as missing though something stands in their place, such as `NA`. */
export interface GoneValues {
  /** SQL for what stands in `from`: such a value is there, and NULL as the `value` of the column. */
  readonly raw: string
  /** SQL for its kind, given SQL for `raw`. Asked of such values alone. */
  kind(raw: string): string
}

/** Why a value is missing that stands there: an empty text, one of `missing` of the source, or what no value can be. */
export type GoneKind = 'empty' | 'token' | 'unknown'

/** The environment variables that a source may name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** How a source is read, besides what it says itself. */
export interface ReadOptions {
  readonly env: Environment
  /** Types that its columns are said to have. */
  readonly declared: ReadonlyMap<string, ColumnType>
  /** Whether somebody asks for rows as they stand in the file. */
  readonly whole: boolean
}

/** Looks at a source. Throws UserError for what can be said before reading it. Who is done calls `close`. */
export async function openRelation(
  engine: DataEngine,
  files: Files,
  source: ResolvedSource,
  options: ReadOptions,
): Promise<Relation> {
  if (source.kind !== 'files') {
    const { openDatabase } = await import('./database.js')
    return openDatabase(engine, files, source, options.env)
  }
  switch (source.format) {
    case 'csv':
    case 'tsv':
      return openCsv(engine, files, source)
    case 'jsonl':
    case 'json':
      return openJson(engine, files, source, options)
    case 'parquet':
      return openParquet(engine, files, source)
  }
}
