import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { scratchFolder } from '../read/stage.js'
import type { DataEngine } from './engine.js'
import { literal } from './sql.js'
import { inOneThread, openWideStore } from './wide-store.js'

/** Wider rows lie in a table: a row group of theirs would hold too few rows. */
const COLUMNS_OF_FILES = 100
/** Values that a writer holds before it writes a row group, of which there is one a thread. */
const GROUP_VALUES = 2_000_000
const GROUP_ROWS = 40_960
/** Different values of a row group from which on a dictionary of them takes longer to make than it spares. */
const DICTIONARY = 1000
/** More files are read in one thread. */
const FILES_OF_THREADS = 1000

/** Where the rows of a dataset are kept. */
export interface RowStore {
  /** What stands behind FROM: its columns, and the index of a row as `rowid`. */
  readonly name: string
  /** Keeps the rows of a query in their order, in the place of those before. `files` is how many it reads. */
  fill(rows: string, files: number): Promise<void>
  /** Leaves the rows of a query, which have their index as `rowid`, where they are; null where a table has to hold them. */
  readonly point: ((rows: string) => Promise<void>) | null
}

/**
 * A place for rows of so many columns, such as `dataset_1`. Most lie in a Parquet file with a view on it: beside a table
 * of the engine that takes two thirds of the time and half of the memory to write, and less of both to read.
 */
export async function openRowStore(engine: DataEngine, name: string, columns: number): Promise<RowStore> {
  if (isInFile(engine, columns)) {
    const file = literal(await fileOf(engine, name))
    const groupRows = Math.max(2048, Math.min(GROUP_ROWS, Math.floor(GROUP_VALUES / columns)))
    return {
      name,
      async fill(rows, files) {
        await write(
          engine,
          `COPY (${rows}) TO ${file} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${groupRows}, DICTIONARY_SIZE_LIMIT ${DICTIONARY})`,
          files > FILES_OF_THREADS,
        )
        await engine.run(
          `CREATE OR REPLACE VIEW ${name} AS SELECT *, file_row_number AS rowid FROM read_parquet(${file}, file_row_number = true)`,
        )
      },
      async point(rows) {
        await engine.run(`CREATE OR REPLACE VIEW ${name} AS ${rows}`)
      },
    }
  }
  const wide = await openWideStore(engine, columns)
  const table = wide === null ? name : `${wide}.${name}`
  return {
    name: table,
    fill: (rows, files) =>
      write(engine, `CREATE OR REPLACE TABLE ${table} AS ${rows}`, wide !== null || files > FILES_OF_THREADS),
    point: null,
  }
}

/** Lets go of rows that `openRowStore` has kept. */
export async function dropRows(engine: DataEngine, name: string, columns: number): Promise<void> {
  const inFile = isInFile(engine, columns)
  await engine.run(`DROP ${inFile ? 'VIEW' : 'TABLE'} ${name}`)
  if (inFile) await rm(await fileOf(engine, name), { force: true })
}

const isInFile = (engine: DataEngine, columns: number): boolean =>
  columns <= COLUMNS_OF_FILES && engine.anyWidth !== true

const fileOf = async (engine: DataEngine, name: string): Promise<string> =>
  join(await scratchFolder(engine), `${name}.parquet`)

const write = (engine: DataEngine, statement: string, alone: boolean): Promise<void> =>
  alone ? inOneThread(engine, statement) : engine.run(statement)
