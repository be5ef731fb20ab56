import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { messageOf, UserError } from '../core/errors.js'
import { type Cell, type DataEngine, EngineError } from './engine.js'

type DuckDbModule = typeof import('@duckdb/node-api')

export interface EngineOptions {
  /** Folder whose node_modules hold the engine, as `provisionEngine` returns it. Default: that of this program. */
  readonly folder?: string
  /**
   * Existing absolute folder, such as RUNNER_TEMP, in which a folder is made for data beyond the memory limit.
   * Default: that of the system.
   */
  readonly temporary?: string
  /** Megabytes that the engine may hold before it spills. Default: half of the machine's memory, 1024 at most. */
  readonly memoryMb?: number
  /** Default: one per core. */
  readonly threads?: number
}

/**
 * Opens an in-memory DuckDB that never touches the network (no extension is installed or loaded on demand) and spills
 * to disk instead of growing. Text is compared by bytes, time zones are UTC. Throws UserError when the native part
 * cannot be loaded.
 */
export async function openEngine(options: EngineOptions = {}): Promise<DataEngine> {
  const api = load(options.folder ?? programFolder())
  const spill = mkdtempSync(join(options.temporary ?? tmpdir(), 'plumbline-data-'))
  const instance = await api.DuckDBInstance.create(':memory:', {
    memory_limit: `${options.memoryMb ?? defaultMemoryMb(totalmem())}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  return {
    version: api.version(),
    all: (sql) => guarded(() => rowsOf(connection, sql)),
    columns: (sql) => guarded(() => columnsOf(connection, sql)),
    run: (sql) =>
      guarded(async () => {
        await connection.run(sql)
      }),
    close() {
      connection.closeSync()
      instance.closeSync()
      rmSync(spill, { recursive: true, force: true })
    },
  }
}

/** Folder of the running program: dist/ of the bundle, this folder in development. */
export const programFolder = (): string => dirname(fileURLToPath(import.meta.url))

/** Half of the memory, between 256 MB and 1 GB. */
export function defaultMemoryMb(totalBytes: number): number {
  return Math.round(Math.min(1024, Math.max(256, totalBytes / 2 / 1e6)))
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

/** The machine's limits, which are nobody's mistake in the data. */
function exhausted(message: string, cause: unknown): UserError | null {
  if (/^Out of Memory Error/.test(message)) {
    return new UserError('the data need more memory than this machine has', {
      cure: 'use a machine with more memory, or fewer columns at once: most of it is needed for wide tables',
      cause,
    })
  }
  if (/No space left on device|Could not write .*temporary/i.test(message)) {
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
