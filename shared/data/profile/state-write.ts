import type { ColumnType } from '../../contracts/data-contract.js'
import { digestOfJson } from '../../core/hash.js'
import { VERSION } from '../../core/version.js'
import { asNumber, typedValue } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { literal } from '../engine/sql.js'
import { invalidCounts, perColumn } from '../measure.js'
import { countGone, missingByKind } from '../read/missing-kinds.js'
import { byName, looseHash, SAMPLE_COLUMNS, writtenAs } from './row-key.js'
import { MOST_TEXTS } from './slice-cells.js'
import { MOST_SLICES, slicedColumns } from './slices.js'
import type { StateColumn, StateHead, StateSettings } from './state-schema.js'
import { contentColumns, keyColumn, sampleTable, sumsBySlice } from './table-source.js'
import { typeOfTexts } from './types.js'
import { measurable } from './values.js'

/** Columns of a state file. `part` says which of them a row uses: see the functions that fill it. */
export const STATE_TABLE =
  'part VARCHAR, col INTEGER, slice INTEGER, t VARCHAR, n BIGINT, h UBIGINT, e UBIGINT[], cells VARCHAR[], b INTEGER, q VARCHAR'

const TABLE = 'profile_state'

export interface StateInput {
  readonly dataset: Dataset
  /** Names of the columns that were read as text and have no declared type. */
  readonly texts: ReadonlySet<string>
  readonly settings: StateSettings
  readonly shard: StateHead['shard']
}

/**
 * Writes the state of a part of a dataset as Parquet: each value of each column with its count, a hash of each row with its
 * count, the rows of the sample, and sums by slice. All of it adds up with that of other parts without rounding. It holds
 * values and some rows: it is as confidential as the data. `path` is absolute.
 */
export async function writeState(engine: DataEngine, input: StateInput, path: string): Promise<StateHead> {
  const { dataset, texts, settings } = input
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} (${STATE_TABLE})`)
  await writeValues(engine, dataset)
  const unusual = await writeRows(engine, dataset, settings.id ?? undefined)
  await writeSample(engine, dataset, settings.id ?? undefined)
  const types = await partTypes(engine, dataset, texts)
  const sliced: boolean[] = []
  for (const [i, name] of settings.slices.entries()) sliced.push(await writeSlices(engine, input, types, i, name))
  const head: Omit<StateHead, 'digest'> = {
    schema: 'plumbline.profile-state/1',
    plumblineVersion: VERSION,
    engine: engine.hashes ?? engine.version,
    settings,
    rows: dataset.rows,
    files: [...dataset.files],
    shard: input.shard,
    columns: await stateColumns(engine, dataset, texts),
    unusual,
    sliced,
  }
  const digest = await stateDigest(engine, TABLE, head)
  const text = JSON.stringify({ ...head, digest })
  await engine.run(`INSERT INTO ${TABLE} (part, t) VALUES ('head', ${literal(text)})`)
  await engine.run(`COPY ${TABLE} TO ${literal(path)} (FORMAT parquet)`)
  await engine.run(`DROP TABLE ${TABLE}`)
  return { ...head, digest }
}

/** Digest of a head and the counts of a state in any order; `from` stands after FROM. */
export async function stateDigest(engine: DataEngine, from: string, head: object): Promise<string> {
  const [row = {}] = await engine.all(
    `SELECT count(*) AS n, CAST(coalesce(sum(CAST(hash(part, col, slice, t, n, h, e, cells, b, q) AS HUGEINT)), 0) AS VARCHAR) AS s FROM ${from} WHERE part <> 'head'`,
  )
  return digestOfJson({ head, rows: Number(row.n), sum: String(row.s) })
}

async function stateColumns(engine: DataEngine, dataset: Dataset, texts: ReadonlySet<string>): Promise<StateColumn[]> {
  const invalid = await invalidCounts(engine, dataset)
  const gone = await countGone(engine, dataset.table, dataset.columns)
  const present = new Map(
    (await engine.all(`SELECT col, sum(n)::BIGINT AS n FROM ${TABLE} WHERE part = 'value' GROUP BY col`)).map(
      ({ col, n }) => [Number(col), Number(n)],
    ),
  )
  return dataset.columns.map((column, i) => {
    const bad = invalid.get(column) ?? 0
    return {
      name: column.name,
      type: texts.has(column.name) ? 'text' : column.type,
      invalid: bad,
      missing: missingByKind(column, dataset.rows - (present.get(i) ?? 0) - bad, gone.get(column)),
    }
  })
}

/** `value`: how often each value of a column is there. */
async function writeValues(engine: DataEngine, { table, columns }: Dataset): Promise<void> {
  for (const [i, { sql }] of columns.entries()) {
    await engine.run(
      `INSERT INTO ${TABLE} (part, col, t, n) SELECT 'value', ${i}, CAST(v AS VARCHAR), n FROM (SELECT ${sql} AS v, count(*) AS n FROM ${table} WHERE ${sql} IS NOT NULL GROUP BY 1)`,
    )
  }
}

/**
 * `row`: how often each content of a row is there, by a hash that does not hang on types, and how values are written where
 * that is not usual. Returns the columns with such values.
 */
async function writeRows(engine: DataEngine, dataset: Dataset, id: string | undefined): Promise<number[]> {
  const content = contentColumns(dataset.columns, id)
  const found = await perColumn(
    engine,
    dataset,
    content,
    (column) => ({ u: `count(${writtenAs(keyColumn(column))})` }),
    (get) => Number(get('u')) > 0,
  )
  const unusual = content.filter((column) => found.get(column))
  const hash = await contentHash(engine, dataset, content)
  const list = unusual.map((column) => writtenAs(keyColumn(column)))
  const e = list.length === 0 ? '[]::UBIGINT[]' : `[${list.join(', ')}]`
  await engine.run(
    `INSERT INTO ${TABLE} (part, h, e, n) SELECT 'row', h, e, count(*) FROM (SELECT ${hash.sql} AS h, ${e} AS e FROM ${hash.from}) GROUP BY h, e`,
  )
  await engine.run('DROP TABLE IF EXISTS profile_hashes')
  return unusual.map((column) => dataset.columns.indexOf(column))
}

/** The hash of whole rows; that of wide tables is made of those of a hundred columns at a time, for the memory. */
async function contentHash(
  engine: DataEngine,
  { table }: Dataset,
  content: readonly DatasetColumn[],
): Promise<{ sql: string; from: string }> {
  const sorted = byName(content).map(keyColumn)
  const batches = Array.from({ length: Math.ceil(sorted.length / SAMPLE_COLUMNS) }, (_, i) =>
    sorted.slice(i * SAMPLE_COLUMNS, (i + 1) * SAMPLE_COLUMNS),
  )
  const [first = sorted, ...others] = batches
  if (others.length === 0) return { sql: looseHash(first), from: table }
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE profile_hashes AS SELECT ${looseHash(first)} AS row_hash FROM ${table}`,
  )
  for (const batch of others) {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE profile_hashes AS SELECT hash(row_hash, ${looseHash(batch)}) AS row_hash FROM ${table} POSITIONAL JOIN profile_hashes`,
    )
  }
  return { sql: 'row_hash', from: `${table} POSITIONAL JOIN profile_hashes` }
}

/** `sample`: rows with the smallest hashes of all of them, as texts. */
async function writeSample(engine: DataEngine, dataset: Dataset, id: string | undefined): Promise<void> {
  if (dataset.rows === 0) return
  const table = await sampleTable(engine, dataset, id, dataset.columns)
  const cells = dataset.columns.map(({ sql }) => `CAST(${sql} AS VARCHAR)`)
  await engine.run(
    `INSERT INTO ${TABLE} (part, h, cells, n) SELECT 'sample', h, cells, count(*) FROM (SELECT h, [${cells.join(', ')}] AS cells FROM ${table}) GROUP BY h, cells`,
  )
  await engine.run(`DROP TABLE ${table}`)
}

/** Types of the columns as far as this part shows: enough to know which can be summed. */
async function partTypes(
  engine: DataEngine,
  { columns }: Dataset,
  texts: ReadonlySet<string>,
): Promise<Map<string, ColumnType>> {
  const types = new Map<string, ColumnType>()
  for (const [i, { name, type }] of columns.entries()) {
    const values = `SELECT t AS v, n FROM ${TABLE} WHERE part = 'value' AND col = ${i}`
    types.set(name, texts.has(name) ? await typeOfTexts(engine, values) : type)
  }
  return types
}

/**
 * `slice`: for each text of a slice column its rows (without `col`), the missing values of each column, and parts of sums.
 * False when there are too many values for slices.
 */
async function writeSlices(
  engine: DataEngine,
  { dataset: { table, columns }, settings }: StateInput,
  types: ReadonlyMap<string, ColumnType>,
  index: number,
  name: string,
): Promise<boolean> {
  const slice = columns.find((column) => column.name === name)
  if (slice === undefined) return true
  const [size] = await engine.all(`SELECT count(DISTINCT ${slice.sql}) AS n FROM ${table}`)
  // Numbers may be written in several ways each, and are few all the same.
  if (Number(size?.n) > 4 * MOST_SLICES) return false
  const s = `CAST(${slice.sql} AS VARCHAR)`
  const insert = `INSERT INTO ${TABLE} (part, slice, col, t, n, b, q)`
  await engine.run(`${insert} SELECT 'slice', ${index}, NULL, ${s} AS s, count(*), NULL, NULL FROM ${table} GROUP BY s`)
  const { chosen } = slicedColumns(columns, name)
  // No profile tells their distribution.
  const hidden = settings.sensitive.flatMap(([column, how]) => (how === 'none' ? [] : [column]))
  const withheld = new Set([settings.id, ...hidden])
  for (const [i, column] of columns.entries()) {
    if (!chosen.includes(column.name)) continue
    const bad = column.badIndex === null ? '' : ` AND bad[${column.badIndex}] IS NULL`
    await engine.run(
      `${insert} SELECT 'slice', ${index}, ${i}, ${s} AS s, count(*), NULL, NULL FROM ${table} WHERE ${column.sql} IS NULL${bad} GROUP BY s`,
    )
    const type = types.get(column.name) as ColumnType
    if (!withheld.has(column.name)) await writeSliceValues(engine, table, { index, s }, { i, type, sql: column.sql })
    if (!measurable(type)) continue
    await engine.run(
      `${insert} SELECT 'slice', ${index}, ${i}, s, n, b, CAST(q AS VARCHAR) FROM (${sumsBySlice(`SELECT ${s} AS s, ${numberIn(type, column)} AS x FROM ${table}`)})`,
    )
  }
  return true
}

/**
 * `slice-value`: rows by slice (`t`) and value (`q`), or of a column with very many texts by their length (`b`): enough to count
 * them in any cells.
 */
async function writeSliceValues(
  engine: DataEngine,
  table: string,
  { index, s }: { readonly index: number; readonly s: string },
  { i, type, sql }: { readonly i: number; readonly type: ColumnType; readonly sql: string },
): Promise<void> {
  const [size] =
    type === 'string'
      ? await engine.all(`SELECT count(*) AS n FROM ${TABLE} WHERE part = 'value' AND col = ${i}`)
      : [{ n: 0 }]
  const [q, b] =
    Number(size?.n) > MOST_TEXTS ? ['NULL::VARCHAR', `length(${sql})`] : [`CAST(${sql} AS VARCHAR)`, 'NULL::BIGINT']
  await engine.run(
    `INSERT INTO ${TABLE} (part, slice, col, t, n, b, q) SELECT 'slice-value', ${index}, ${i}, s, n, b, q
     FROM (SELECT ${s} AS s, ${q} AS q, ${b} AS b, count(*) AS n FROM ${table} WHERE ${sql} IS NOT NULL GROUP BY 1, 2, 3)`,
  )
}

/** A column as number: the texts of a column that a part takes for integers may be numbers in the whole, and are the same then. */
function numberIn(type: ColumnType, column: DatasetColumn): string {
  if (column.type === type) return asNumber(type, column.sql)
  const wide = type === 'integer' ? 'number' : type === 'date' ? 'timestamp' : type
  return asNumber(wide, `(${typedValue(wide, column.sql)})`)
}
