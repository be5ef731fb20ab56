import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateData } from '../../actions/validate-data/action.js'
import type { SparkEngine } from '../../shared/contracts/config.js'
import { DataProfile } from '../../shared/contracts/data-profile.js'
import { DataValidation } from '../../shared/contracts/data-validation.js'
import { createExec } from '../../shared/core/exec.js'
import { openEngine } from '../../shared/data/engine/duckdb.js'
import type { Cell, DataEngine } from '../../shared/data/engine/engine.js'
import { literal } from '../../shared/data/engine/sql.js'
import { openSpark } from '../../shared/data/spark/open.js'
import { fakeContext } from '../support/context.js'
import { type Cluster, startCluster } from './cluster.js'

/** What a run leaves behind. */
export interface Documents {
  readonly validation: DataValidation
  readonly profile: DataProfile
  readonly badRows: readonly Record<string, Cell>[]
}

export interface Both {
  readonly cluster: Cluster
  readonly duckdb: DataEngine
  readonly spark: DataEngine
  /** The same files and settings on both, DuckDB first. */
  validate(
    files: Readonly<Record<string, string | Uint8Array>>,
    data: Record<string, unknown>,
  ): Promise<[duckdb: Documents, spark: Documents]>
  /** The same on one of them. */
  validateOn(
    engine: DataEngine,
    files: Readonly<Record<string, string | Uint8Array>>,
    data: Record<string, unknown>,
  ): Promise<Documents>
  close(): Promise<void>
}

const silent = () => undefined
const LOG = {
  debug: silent,
  info: silent,
  notice: silent,
  warning: silent,
  error: silent,
  progress: silent,
  group: async <T>(_: string, body: () => Promise<T>) => body(),
}

/** DuckDB, and a Spark on a cluster of its own; closing ends the cluster. */
export async function openBoth(): Promise<Both> {
  const cluster = await startCluster()
  const duckdb = await openEngine({})
  try {
    const choice: SparkEngine = {
      type: 'spark',
      submit: [...cluster.submit],
      'start-timeout': 120,
      'one-line-records': false,
    }
    const exec = createExec(process.cwd(), { ...process.env, ...cluster.env })
    const spark = await openSpark(choice, { desk: duckdb, exec, log: LOG })
    return {
      cluster,
      duckdb,
      spark,
      validateOn: (engine, files, data) => run(engine, duckdb, files, data),
      validate: async (files, data) => [await run(duckdb, duckdb, files, data), await run(spark, duckdb, files, data)],
      async close() {
        spark.close()
        duckdb.close()
        await cluster.close()
      },
    }
  } catch (error) {
    duckdb.close()
    await cluster.close()
    throw error
  }
}

async function run(
  engine: DataEngine,
  reader: DataEngine,
  files: Readonly<Record<string, string | Uint8Array>>,
  data: Record<string, unknown>,
): Promise<Documents> {
  const fake = await fakeContext({ files, config: { data } })
  Object.assign(fake.ctx, { data: async () => engine, configuredData: async () => engine })
  try {
    await validateData.run({} as never, fake.ctx)
    const path = (name: string) => join(fake.root, '.plumbline', name)
    const text = (name: string) => readFile(path(name), 'utf8')
    const bad = path('data-validation-bad-rows.parquet')
    return {
      validation: DataValidation.parse(JSON.parse(await text('data-validation.json'))),
      profile: DataProfile.parse(JSON.parse(await text('data-profile.json'))),
      badRows: existsSync(bad) ? await reader.all(`SELECT * FROM read_parquet(${literal(bad)})`) : [],
    }
  } finally {
    await fake.cleanup()
  }
}
