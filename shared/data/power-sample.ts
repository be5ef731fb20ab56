import type { DataEngine } from './engine.js'
import { inOneThread } from './wide-store.js'

/** Names of the tables that power is measured on. */
export interface PowerTables {
  /** The rows of the sample: `y`, `h`, `fold` and the features. */
  readonly rows: string
  /** How many they are. */
  readonly size: number
  /** Those of them that are put in order, as what stands behind FROM. */
  readonly order: string
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
