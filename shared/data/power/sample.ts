import { asNumber, asText } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import { type DataEngine, sharedTable } from '../engine/engine.js'
import { inOneThread, wideStoreOf } from '../engine/wide-store.js'
import { isNarrow } from '../read/width.js'
import { rowHash } from '../repeats.js'

/** Rows looked at; of more, every k-th by the hash of its content, so that the same rows are taken every time. */
const ROWS = 500_000
/** Parts that rows are cut into by their hash. */
export const FOLDS = 5

/** What power is measured on, as it stands behind FROM. */
export interface PowerTables {
  /** The rows of the sample: `y`, `h`, `fold` and the features. */
  readonly rows: string
  /** How many they are. */
  readonly size: number
  /** SQL for whether a row of them is put in order. */
  readonly inOrder: string
  /** As many as are, or more. */
  readonly ordered: number
  /** Those that are. */
  readonly order: string
}

interface Asked {
  readonly kind: 'class' | 'value'
  readonly target: DatasetColumn
  readonly columns: readonly DatasetColumn[]
}

interface Open {
  readonly select: string
  readonly made: Promise<string>
}

const open = new WeakMap<object, Map<string, Open>>()

function openOf(engine: DataEngine): Map<string, Open> {
  const owner = engine.lines ?? engine
  const tables = open.get(owner) ?? new Map<string, Open>()
  open.set(owner, tables)
  return tables
}

/**
 * What stands behind FROM for rows that have a label: as `y`, with a hash of them as `h`, their part as `fold`, and some
 * columns. Where all rows are looked at they are read where they lie; of more a table is made, in memory or beside the rows of
 * a wide table, once until `closeSample`, on whatever line it is asked for.
 */
export function openSample(engine: DataEngine, dataset: Dataset, asked: Asked): Promise<string> {
  const select = selectSample(dataset, asked)
  if (isReadInPlace(engine, dataset)) return Promise.resolve(`(${select})`)
  const name = `power_${dataset.table.replace(/^.*\./, '')}`
  const tables = openOf(engine)
  const known = tables.get(name)
  if (known?.select === select) return known.made
  const store = wideStoreOf(dataset.table)
  const made = store === null ? inMemory(engine, name, select) : inStore(engine, store, name, select)
  tables.set(name, { select, made })
  return made
}

/** Lets go of a sample. */
export async function closeSample(engine: DataEngine, rows: string): Promise<void> {
  if (rows.startsWith('(')) return
  openOf(engine).delete(rows.replace(/^.*\./, ''))
  await engine.run(`DROP TABLE ${rows}`)
}

/** To read some columns of a file again takes less than to write all of them into a table. */
const isReadInPlace = (engine: DataEngine, { rows, columns }: Dataset): boolean =>
  engine.remote === undefined && rows <= ROWS && isNarrow(columns)

async function inMemory(engine: DataEngine, table: string, select: string): Promise<string> {
  const { create, name } = sharedTable(engine, table)
  await engine.run(`${create} AS ${select}`)
  return name
}

async function inStore(engine: DataEngine, store: string, table: string, select: string): Promise<string> {
  await inOneThread(engine, `CREATE OR REPLACE TABLE ${store}.${table} AS ${select}`)
  return `${store}.${table}`
}

function selectSample(dataset: Dataset, { kind, target, columns }: Asked): string {
  const step = Math.max(1, Math.ceil(dataset.rows / ROWS))
  const y = kind === 'class' ? asText(target.type, target.sql) : asNumber(target.type, target.sql)
  const from = `(SELECT *, ${rowHash(dataset, undefined)} AS h FROM ${dataset.table})`
  const selected = ['y', ...columns.map(({ sql }) => sql)].join(', ')
  return `SELECT ${selected}, h // ${step} AS h, ((h // ${step}) % ${FOLDS})::TINYINT AS fold
     FROM (SELECT *, ${y} AS y FROM ${from}) WHERE y IS NOT NULL AND h % ${step} = 0`
}
