import { join } from 'node:path'
import { scratchFolder } from '../read/stage.js'
import type { DataEngine } from './engine.js'
import { literal } from './sql.js'

/** Tables of more columns have a catalog of their own, in small blocks: each column holds two of them at least. */
const COLUMNS = 500
const STORE = 'plumbline_wide'

/** Opens the catalog for a table of so many columns and returns its name; null for a table that needs none. */
export async function openWideStore(engine: DataEngine, columns: number): Promise<string | null> {
  if (columns <= COLUMNS || engine.anyWidth === true) return null
  const path = join(await scratchFolder(engine), `${STORE}.db`)
  await engine.run(`ATTACH IF NOT EXISTS ${literal(path)} AS ${STORE} (RECOVERY_MODE no_wal_writes, BLOCK_SIZE 16384)`)
  return STORE
}

/** The catalog that a table lies in, null for the usual one. */
export const wideStoreOf = (table: string): string | null => (table.startsWith(`${STORE}.`) ? STORE : null)

/**
 * Runs a statement that fills a table. Rows keep their order, so that each thread holds what it has read until those
 * before it are written: of thousands of columns or files that is more than the memory allows.
 */
export async function inOneThread(engine: DataEngine, statement: string): Promise<void> {
  const [row] = await engine.all("SELECT current_setting('threads') AS threads")
  await engine.run('SET threads = 1')
  try {
    await engine.run(statement)
  } finally {
    await engine.run(`SET threads = ${Number(row?.threads)}`)
  }
}
