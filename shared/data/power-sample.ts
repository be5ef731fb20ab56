import type { DataEngine } from './engine.js'
import { inOneThread } from './wide-store.js'

/** Names of the tables that power is measured on. */
export interface PowerTables {
  /** The rows of the sample: `y`, `h`, `fold` and the features. */
  readonly rows: string
  /** Those of them that are put in order: the same table where they are few. */
  readonly order: string
  /** Catalog that both lie in; null for tables in memory. */
  readonly store: string | null
}

/** Keeps rows in a table: in memory, or those of a wide table in its store. */
export async function keepSample(
  engine: DataEngine,
  name: string,
  select: string,
  store: string | null,
): Promise<string> {
  if (store === null) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`)
    return name
  }
  await inOneThread(engine, `CREATE OR REPLACE TABLE ${store}.${name} AS ${select}`)
  return `${store}.${name}`
}
