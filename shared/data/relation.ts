import type { ColumnType } from '../contracts/data-contract.js'
import type { Files } from '../core/context.js'
import type { UserError } from '../core/errors.js'
import { openCsv } from './csv.js'
import type { DataEngine, EngineError } from './engine.js'
import { openJsonLines } from './jsonl.js'
import { openParquet } from './parquet.js'
import type { ResolvedSource } from './source.js'

/** Rows in files, before typing. */
export interface Relation {
  readonly columns: readonly RawColumn[]
  /** What stands after FROM. */
  readonly from: string
  /** SQL for the index of the file that a row is from. */
  readonly fileIndex: string
  /** A failure of the engine on this source in the user's terms: which file, which line, what to do. */
  explain(error: EngineError): Promise<UserError>
}

export interface RawColumn {
  readonly name: string
  /** SQL for its value in `from`; an empty or missing text is NULL. */
  readonly value: string
  /** Type that the format gives; null for text that is to be typed by its content. */
  readonly type: ColumnType | null
}

/** Looks at the files of a source. Throws UserError for what can be said before reading them. */
export function openRelation(engine: DataEngine, files: Files, source: ResolvedSource): Promise<Relation> {
  switch (source.format) {
    case 'csv':
    case 'tsv':
      return openCsv(engine, files, source)
    case 'jsonl':
      return openJsonLines(engine, files, source)
    case 'parquet':
      return openParquet(engine, files, source)
  }
}
