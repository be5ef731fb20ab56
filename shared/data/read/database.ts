import { open, stat } from 'node:fs/promises'
import type { Files } from '../../core/context.js'
import { UserError } from '../../core/errors.js'
import { type DataEngine, reasonOf } from '../engine/engine.js'
import { identifier, literal } from '../engine/sql.js'
import { attachedRelation } from './attached.js'
import type { Environment, Relation } from './relation.js'
import type { TableSource } from './source.js'

/** Rows of a DuckDB or SQLite file, which its first bytes tell apart, or of Postgres. Throws UserError. */
export async function openDatabase(
  engine: DataEngine,
  files: Files,
  source: TableSource,
  env: Environment,
): Promise<Relation> {
  if (source.kind === 'postgres') {
    const { openPostgres } = await import('./postgres.js')
    return openPostgres(engine, source, env)
  }
  const absolute = files.resolve(source.database)
  const kind = await databaseKind(absolute, source.database)
  await requireSettled(absolute, source.database, kind === 'duckdb' ? ['.wal'] : ['-wal', '-journal'])
  if (kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite.js')
    return openSqlite(engine, absolute, source)
  }
  const attach = (alias: string) => `ATTACH ${literal(absolute)} AS ${identifier(alias)} (TYPE duckdb, READ_ONLY)`
  return attachedRelation(engine, source, {
    name: source.database,
    attach,
    materialize: source.query !== null,
    explain: (error) => explainDuckDb(reasonOf(error, files.root), source.database, error),
  })
}

async function databaseKind(absolute: string, file: string): Promise<'duckdb' | 'sqlite'> {
  const handle = await open(absolute, 'r').catch((cause: unknown) => {
    throw new UserError(`${file} cannot be opened`, { where: file, cure: 'check the path and its permissions', cause })
  })
  try {
    const first = Buffer.alloc(16)
    const { bytesRead } = await handle.read(first, 0, 16, 0)
    const text = first.toString('latin1', 0, bytesRead)
    if (text.startsWith('SQLite format 3\0')) return 'sqlite'
    if (text.slice(8, 12) === 'DUCK') return 'duckdb'
  } catch (cause) {
    throw new UserError(`${file} is not a file`, { where: file, cure: 'name the file of the database', cause })
  } finally {
    await handle.close()
  }
  throw new UserError(`${file} is neither a DuckDB nor a SQLite database`, {
    where: file,
    cure: 'check the path; for data in a file write { path: … }',
  })
}

/** Changes that lie beside the file would be lost, or would not be in its digest. */
async function requireSettled(absolute: string, file: string, endings: readonly string[]): Promise<void> {
  for (const ending of endings) {
    const size = await stat(absolute + ending).then(
      (info) => info.size,
      () => 0,
    )
    if (size === 0) continue
    throw new UserError(`${file} has changes that lie beside it, in ${file}${ending}`, {
      where: file,
      cure:
        ending === '.wal'
          ? 'close the program that writes it, and run CHECKPOINT'
          : 'close the program that writes it, and run: sqlite3 <file> "PRAGMA wal_checkpoint(TRUNCATE)"',
    })
  }
}

/** What the engine said of a DuckDB file in the user's terms. */
export function explainDuckDb(reason: string, file: string, cause: unknown): UserError {
  const newer = /version number (\d+), but we can only read/i.test(reason)
  const locked = /Could not set lock/i.test(reason)
  return new UserError(
    newer
      ? `${file} was written by a newer version of DuckDB`
      : locked
        ? `${file} is in use by another program`
        : `${file} cannot be read: ${reason}`,
    {
      where: file,
      cure: newer
        ? "write it for older readers (ATTACH … (STORAGE_VERSION 'v1.2.0')), or export the table as Parquet"
        : locked
          ? 'close the program that writes it'
          : 'check that the file is whole, and that the query runs with `duckdb -readonly`',
      cause,
    },
  )
}
