import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Source } from '../../../shared/contracts/config.js'
import type { ColumnType } from '../../../shared/contracts/data-contract.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { Files } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { createFiles } from '../../../shared/core/files.js'
import { type Dataset, type LoadOptions, loadDataset } from '../../../shared/data/dataset.js'
import { openEngine } from '../../../shared/data/engine/duckdb.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { type ProfileOptions, profileTable } from '../../../shared/data/profile.js'

export interface Bench {
  readonly engine: DataEngine
  readonly files: Files
  readonly root: string
  write(path: string, content: string | Uint8Array): Promise<string>
  load(source: Source, options?: LoadOptions): Promise<Dataset>
  profile(source: Source, options?: LoadOptions & ProfileOptions): Promise<DatasetProfile>
  /** Writes a query's rows as Parquet. */
  parquet(path: string, sql: string): Promise<string>
  /** The problems that reading a source names, as `where: message`. */
  problems(source: Source): Promise<string[]>
  close(): Promise<void>
}

/** Columns of a dataset by name: the type and SQL for the value of row `i`. */
export type Columns = Readonly<Record<string, readonly [ColumnType, string]>>

let made = 0

/** A dataset straight from SQL, whose rows are counted by `i` from `from` on. */
export async function datasetOf(engine: DataEngine, rows: number, columns: Columns, from = 0): Promise<Dataset> {
  made += 1
  const table = `made_${made}`
  const parts = Object.values(columns).map(([, sql], c) => `${sql} AS c${c}`)
  await engine.run(`CREATE TABLE ${table} AS SELECT ${parts.join(', ')} FROM range(${from}, ${from + rows}) r(i)`)
  return {
    name: 'train',
    table,
    columns: Object.entries(columns).map(([name, [type]], c) => ({ name, sql: `c${c}`, type, badIndex: null })),
    rows,
    parts: [],
    files: [],
  }
}

/** An engine over a temporary workspace. */
export async function openBench(options: { memoryMb?: number; threads?: number } = {}): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), 'plumbline-data-test-'))
  const files = createFiles(root)
  const engine = await openEngine({ temporary: root, ...options })
  const bench: Bench = {
    engine,
    files,
    root,
    async write(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
      return path
    },
    load: (source, loadOptions = {}) => loadDataset(engine, files, 'train', source, loadOptions),
    profile: async (source, profileOptions = {}) =>
      profileTable(engine, await bench.load(source, profileOptions), profileOptions),
    async parquet(path, sql) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await engine.run(`COPY (${sql}) TO '${join(root, path)}' (FORMAT parquet)`)
      return path
    },
    async problems(source) {
      try {
        await bench.load(source)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        for (const problem of error.problems) expect(problem.cure ?? '').not.toBe('')
        return error.problems.map(({ where, message }) => `${where}: ${message}`)
      }
      throw new Error('it was read')
    },
    async close() {
      engine.close()
      await rm(root, { recursive: true, force: true })
    },
  }
  return bench
}

/** Types by column name. */
export const typesOf = ({ columns }: { columns: readonly { name: string; type: string }[] }): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]))
