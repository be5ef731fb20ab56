import { existsSync } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { messageOf, UserError } from '../../core/errors.js'
import type { DataEngine } from '../engine/engine.js'
import { identifier, literalList } from '../engine/sql.js'
import { programFolder } from '../program-folder.js'
import { noSuchTable } from './attached.js'
import { requireKnownColumns, textColumn, tokensOf } from './missing.js'
import type { Relation } from './relation.js'
import type { TableSource } from './source.js'
import { scratchPath } from './stage.js'
import { requireDifferentNames } from './typed.js'

type Value = number | bigint | string | Uint8Array | null
/** What of node-sqlite3-wasm is used. */
interface Database {
  all(sql: string, values?: readonly Value[]): Record<string, Value>[]
  exec(sql: string): void
  prepare(sql: string): { iterate(): IterableIterator<Record<string, Value>>; finalize(): void }
  close(): void
}

const WRITE_AT = 1 << 18

interface Sqlite {
  readonly Database: new (path: string, options: { readOnly: boolean; fileMustExist: boolean }) => Database
}

/**
 * SQLite as WebAssembly, with no native part. It finds its .wasm by the folder that it lies in, which a bundle does not
 * keep: beside a bundle it lies in `sqlite/`.
 */
function loadSqlite(): Sqlite {
  const load = createRequire(join(programFolder(), 'package.json'))
  const beside = join(programFolder(), 'sqlite', 'node-sqlite3-wasm.js')
  return load(existsSync(beside) ? beside : 'node-sqlite3-wasm') as Sqlite
}
const LONGEST_RECORD = 64 * 1024 * 1024
/** The last cell of every row of the scratch file: a lone empty cell would be an empty line. */
const END = 0

/**
 * Rows of a SQLite file, which gives each value a type of its own: every value goes into a scratch file as text, and the
 * column is typed by all of them, so that a text among integers is seen as one. Columns that are declared as text stay
 * text. Throws UserError.
 */
export async function openSqlite(engine: DataEngine, absolute: string, source: TableSource): Promise<Relation> {
  const file = source.database
  const rows = await scratchPath(engine, '.csv')
  const close = () => rm(rows, { force: true })
  try {
    const columns = await withCopy(engine, absolute, file, (database) => writeRows(database, source, rows))
    const names = columns.map(({ name }) => name)
    requireKnownColumns(source.missing, names, file)
    return {
      parts: [file],
      columns: columns.map(({ name, text }, i) =>
        textColumn({ name, type: text ? 'string' : null, nothing: 'null' }, `x${i}`, tokensOf(source.missing, name)),
      ),
      from:
        `read_csv(${literalList([rows])}, auto_detect = false, header = false, strict_mode = true, delim = ',', quote = '"', escape = '"', ` +
        `max_line_size = ${LONGEST_RECORD}, buffer_size = ${2 * LONGEST_RECORD}, nullstr = [''], allow_quoted_nulls = false, columns = {${[...names, END].map((_, i) => `'x${i}': 'VARCHAR'`).join(', ')}})`,
      fileIndex: '0',
      explain: async (error) =>
        new UserError(`${file} cannot be read: ${(error.message.split('\n')[0] ?? '').replaceAll(rows, file)}`, {
          where: file,
          cure: 'check that the file is whole: sqlite3 <file> "PRAGMA integrity_check"',
          cause: error,
        }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens a copy: SQLite makes locks beside a file, and one in WAL mode cannot be opened without writing. */
async function withCopy<T>(
  engine: DataEngine,
  absolute: string,
  file: string,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const copy = await scratchPath(engine, '.sqlite')
  let database: Database | null = null
  try {
    await copyFile(absolute, copy)
    await leaveWalMode(copy)
    database = new (loadSqlite().Database)(copy, { readOnly: true, fileMustExist: true })
    return await use(database)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${file} cannot be read: ${messageOf(error).replaceAll(copy, file)}`, {
      where: file,
      cure: 'check the query, and that the file is whole: sqlite3 <file> "PRAGMA integrity_check"',
      cause: error,
    })
  } finally {
    database?.close()
    await rm(copy, { force: true })
    await rm(`${copy}.lock`, { recursive: true, force: true })
  }
}

/** Bytes 18 and 19 of the header are 2 in WAL mode (sqlite.org/fileformat2.html, 1.3.3); nothing is in the log here. */
async function leaveWalMode(copy: string): Promise<void> {
  const handle = await open(copy, 'r+')
  try {
    await handle.write(Buffer.of(1, 1), 0, 2, 18)
  } finally {
    await handle.close()
  }
}

type TextDecoding = Pick<InstanceType<typeof TextDecoder>, 'decode'>

interface SqliteColumn {
  readonly name: string
  /** Declared as text, and nothing but text in it. */
  readonly text: boolean
}

async function writeRows(database: Database, source: TableSource, to: string): Promise<SqliteColumn[]> {
  const { from, declared } = describe(database, source)
  const decoder = textDecoder(database)
  const names = declared.map(({ name }) => name)
  requireDifferentNames(names, source.database)
  // As bytes, for a text may hold NUL, or bytes that are no text.
  const parts = names.map((name, i) => {
    const column = identifier(name)
    return `typeof(${column}) AS t${i}, CASE WHEN typeof(${column}) = 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END AS v${i}`
  })
  const onlyText = declared.map(() => true)
  const output = await open(to, 'wx')
  const statement = database.prepare(`SELECT ${parts.join(', ')} FROM ${from}`)
  try {
    let waiting = ''
    let number = 0
    for (const row of statement.iterate()) {
      number += 1
      const cells = names.map((name, i) => {
        const kind = row[`t${i}`]
        if (kind !== 'text' && kind !== 'null') onlyText[i] = false
        const value = row[`v${i}`] ?? null
        if (value === null) return ''
        return quoted(cellText(kind, value, decoder, () => `row ${number}, column ${name}`, source.database))
      })
      waiting += `${cells.join(',')},${END}\n`
      if (waiting.length >= WRITE_AT) {
        await output.writeFile(waiting)
        waiting = ''
      }
    }
    await output.writeFile(waiting)
  } finally {
    statement.finalize()
    await output.close()
  }
  return declared.map(({ name, type }, i) => ({ name, text: onlyText[i] === true && /CHAR|CLOB|TEXT/i.test(type) }))
}

/** What to read, and the columns with their declared types. A query is a view, which gives the same. */
function describe(
  database: Database,
  source: TableSource,
): { from: string; declared: { name: string; type: string }[] } {
  let from = identifier(source.table ?? 'plumbline_rows')
  if (source.query === null) {
    const tables = database.all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    const names = tables.map(({ name }) => String(name))
    const wanted = source.table as string
    const found = names.find((name) => name === wanted || `main.${name}` === wanted)
    if (found === undefined) throw noSuchTable(wanted, names, source.database)
    from = identifier(found)
  } else database.exec(`CREATE TEMP VIEW plumbline_rows AS SELECT * FROM (\n${source.query.replace(/[\s;]+$/, '')}\n)`)
  const declared = database.all(`PRAGMA table_info(${from})`)
  return { from, declared: declared.map(({ name, type }) => ({ name: String(name), type: String(type ?? '') })) }
}

function textDecoder(database: Database): TextDecoding {
  const [row] = database.all('PRAGMA encoding')
  return new TextDecoder(String(Object.values(row ?? {})[0] ?? 'UTF-8').toLowerCase(), { fatal: true, ignoreBOM: true })
}

function cellText(
  kind: Value | undefined,
  value: NonNullable<Value>,
  decoder: TextDecoding,
  where: () => string,
  file: string,
): string {
  if (value instanceof Uint8Array) {
    if (kind === 'blob') {
      // As the engine writes bytes.
      return [...value]
        .map((byte) =>
          byte >= 32 && byte < 127 && !'\'"\\'.includes(String.fromCharCode(byte))
            ? String.fromCharCode(byte)
            : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('')
    }
    try {
      return decoder.decode(value)
    } catch {
      throw new UserError(`${file}, ${where()}: the text is not valid in the encoding of the database`, {
        where: file,
        cure: 'write the value again, or store bytes as a BLOB',
      })
    }
  }
  // A real number without fraction is a number all the same: 1.0 and not 1.
  if (kind === 'real')
    return Number.isInteger(value) && !String(value).includes('e') ? `${value}.0` : realText(Number(value))
  return String(value)
}

const realText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? 'inf' : value === Number.NEGATIVE_INFINITY ? '-inf' : String(value)

/** An empty text in quotes is one; a cell without them is missing. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
