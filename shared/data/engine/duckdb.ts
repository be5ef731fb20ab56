import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBValue, DuckDBVector } from '@duckdb/node-api'
import { messageOf, UserError } from '../../core/errors.js'
import { programFolder } from '../program-folder.js'
import { type Cell, type DataEngine, EngineError } from './engine.js'
import { makeSpillFolder } from './spill-folder.js'
import { literal } from './sql.js'

type DuckDbModule = typeof import('@duckdb/node-api')

export interface EngineOptions {
  /** Folder whose node_modules hold the engine, as `provisionEngine` returns it. Default: that of this program. */
  readonly folder?: string
  /**
   * Existing absolute folder, such as RUNNER_TEMP, in which a folder is made for data beyond the memory limit.
   * Default: that of the system.
   */
  readonly temporary?: string
  /**
   * Megabytes that the engine may hold before it spills. Default: half of the machine's memory, 320 at most; a query that
   * cannot do with as much, as of a table of thousands of columns, gets twice, then four times as much, up to half of the
   * machine's memory.
   */
  readonly memoryMb?: number
  /** Default: one per core. */
  readonly threads?: number
}

/** Catalog of the tables that are filled. */
const STORE = 'plumbline_store'

/**
 * Opens a DuckDB that never touches the network (no extension is installed or loaded on demand) and spills to disk
 * instead of growing. Tables lie in a file of the spill folder that goes when the engine is closed, so that they count as
 * memory only while they are read; what a killed process left there goes at the next start. Text is compared by bytes,
 * time zones are UTC. Throws UserError when the native part cannot be loaded.
 */
export async function openEngine(options: EngineOptions = {}): Promise<DataEngine> {
  const api = load(options.folder ?? programFolder())
  const spill = makeSpillFolder(options.temporary ?? tmpdir())
  const memoryMb = options.memoryMb ?? defaultMemoryMb(totalmem())
  const instance = await api.DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryMb}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Left to itself the allocator keeps hundreds of megabytes that are free. To give back each buffer of a CSV file, of 16 MiB,
    // would take a tenth of the time to read it.
    allocator_flush_threshold: '8MB',
    allocator_bulk_deallocation_flush_threshold: '20MB',
    // Files are written anew under their names, and what was read of the old ones would stand for the new.
    enable_external_file_cache: 'false',
    // A row group is written as soon as it is full.
    write_buffer_row_group_count: '1',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  })
  const connection = await instance.connect()
  // Nothing has to outlive a crash, and to look for the best compression costs more than the bytes.
  await guarded(() =>
    connection.run(`ATTACH ${literal(join(spill, 'tables.db'))} AS ${STORE} (RECOVERY_MODE no_wal_writes)`),
  )
  const most = options.memoryMb ?? totalmem() / 2e6
  let allowed = memoryMb
  // What has failed for want of memory has changed nothing.
  const withMemory = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await guarded(work)
      } catch (error) {
        if (!isOutOfMemory(error) || 2 * allowed > most) throw error
        allowed *= 2
        await connection.run(`SET memory_limit = '${allowed}MB'`)
      }
    }
  }
  const lineTo = async (own: DuckDBConnection): Promise<DataEngine> => {
    await own.run("SET TimeZone = 'UTC'")
    await own.run(`USE ${STORE}`)
    await own.run("SET force_compression = 'uncompressed'")
    return {
      version: api.version(),
      all: (sql) => withMemory(() => rowsOf(own, sql)),
      columns: (sql) => withMemory(() => columnsOf(own, sql)),
      numbers: (sql, each) => guarded(() => readNumbers(own, sql, each)),
      chunks: (sql) => readChunks(own, sql),
      run: (sql) =>
        withMemory(async () => {
          await own.run(sql)
        }),
      lines: instance,
      ample: options.memoryMb === undefined && options.threads === undefined,
      close: () => own.closeSync(),
    }
  }
  const line = await lineTo(connection)
  let second: Promise<DataEngine> | undefined
  return {
    ...line,
    // What is allowed by somebody is kept to, and two queries at once need more.
    ...(options.memoryMb === undefined
      ? {
          beside() {
            second ??= instance.connect().then(lineTo)
            return second
          },
        }
      : {}),
    close() {
      line.close()
      instance.closeSync()
      rmSync(spill, { recursive: true, force: true })
    },
  }
}

/**
 * Half of the memory, between 256 MB and 320 MB: with more there is nothing to gain, for what is needed again is in the
 * page cache of the system.
 */
export function defaultMemoryMb(totalBytes: number): number {
  return Math.round(Math.min(320, Math.max(256, totalBytes / 2 / 1e6)))
}

function load(folder: string): DuckDbModule {
  try {
    return createRequire(join(folder, 'package.json'))('@duckdb/node-api') as DuckDbModule
  } catch (cause) {
    throw new UserError(`The data engine DuckDB could not be loaded: ${messageOf(cause).split('\n')[0]}`, {
      cure: 'On Linux it needs glibc 2.28 or musl. Use a newer runner image, or remove the folder plumbline-engine from the tool cache so that it is installed again.',
      cause,
    })
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw exhausted(messageOf(cause), cause) ?? new EngineError(messageOf(cause), { cause })
  }
}

/** Whether a query needed more memory than the engine may hold and could not spill. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof UserError && /^Out of Memory Error/.test(messageOf(error.cause))

/** The machine's limits, which are nobody's mistake in the data. */
function exhausted(message: string, cause: unknown): UserError | null {
  if (/^Out of Memory Error/.test(message)) {
    return new UserError('the data need more memory than this machine has', {
      cure: 'raise data.memory-limit when it is set, use a machine with more memory, or fewer columns at once: most of it is needed for wide tables',
      cause,
    })
  }
  if (/No space left on device|Disk quota exceeded|File too large|Could not write .*temporary/i.test(message)) {
    return new UserError('the disk is full: data beyond the memory limit are spilled to the temporary folder', {
      cure: 'free some space in the temporary folder (RUNNER_TEMP), about as much as the data have',
      cause,
    })
  }
  return null
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, Cell>[]> {
  const columns = await columnsOf(connection, sql)
  const names = Object.keys(columns)
  const length = columns[names[0] ?? '']?.length ?? 0
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[row] ?? null])),
  )
}

async function columnsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, Cell[]>> {
  const reader = await connection.runAndReadAll(sql)
  const columns = reader.getColumns()
  return Object.fromEntries(reader.columnNames().map((name, i) => [name, (columns[i] ?? []).map(cellOf)]))
}

async function readNumbers(
  connection: DuckDBConnection,
  sql: string,
  each: (columns: readonly ArrayLike<number>[], rows: number) => void,
): Promise<void> {
  const result = await connection.stream(sql)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    const columns = Array.from({ length: chunk.columnCount }, (_, i) => numbersOf(chunk.getColumnVector(i)))
    each(columns, chunk.rowCount)
  }
}

/** The memory of a vector of numbers, without a copy. */
function numbersOf(vector: DuckDBVector): ArrayLike<number> {
  const { items } = vector as unknown as { items?: unknown }
  if (ArrayBuffer.isView(items) && !(items instanceof BigInt64Array) && !(items instanceof BigUint64Array)) {
    return items as unknown as ArrayLike<number>
  }
  return Array.from({ length: vector.itemCount }, (_, i) => Number(vector.getItem(i)))
}

async function* readChunks(connection: DuckDBConnection, sql: string): AsyncGenerator<Record<string, Cell[]>> {
  const result = await guarded(() => connection.stream(sql))
  const names = result.columnNames()
  for (;;) {
    const chunk = await guarded(() => result.fetchChunk())
    if (chunk === null || chunk.rowCount === 0) return
    const columns = chunk.getColumns()
    yield Object.fromEntries(names.map((name, i) => [name, (columns[i] ?? []).map(cellOf)]))
  }
}

function cellOf(value: DuckDBValue): Cell {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    case 'bigint':
      return BigInt.asIntN(54, value) === value ? Number(value) : value
    default:
      return value === null || value === undefined ? null : String(value)
  }
}
