import { digestOf } from '../../shared/core/hash.js'
import { sharedShorts } from '../../shared/core/shared-numbers.js'
import { isNumeric } from '../../shared/data/column-types.js'
import type { Dataset } from '../../shared/data/dataset.js'
import type { Cell, DataEngine } from '../../shared/data/engine/engine.js'
import { fillByRow, fillInOrder } from '../../shared/data/engine/fill.js'
import { BLOCKS } from '../../shared/stats/sampling/bootstrap.js'
import type { Selection } from './engine-rows.js'
import { MOST_CLASSES, type TruthFacts } from './question.js'

/** What the engine knows of the column of true values; null when there is none of that name. */
export async function truthFacts(
  engine: DataEngine,
  dataset: Dataset,
  target: string | undefined,
): Promise<TruthFacts | null> {
  const column = dataset.columns.find(({ name }) => name === target)
  if (column === undefined) return null
  const { sql, type } = column
  const number = isNumeric(type)
  const [facts = {}] = await engine.all(
    `SELECT count(${sql}) AS known${number ? `, coalesce(bool_or(${sql} <> floor(${sql})), false) AS fraction, coalesce(bool_or(NOT isfinite(CAST(${sql} AS DOUBLE))), false) AS infinite` : ''} FROM ${dataset.table}`,
  )
  const values = await engine.all(
    `SELECT ${sql} AS v, count(*) AS n FROM ${dataset.table} WHERE ${sql} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT ${MOST_CLASSES + 1}`,
  )
  return {
    type,
    known: Number(facts.known),
    distinct: values.length,
    fraction: facts.fraction === true,
    infinite: facts.infinite === true,
    values: values.map(({ v, n }) => [v as Cell, Number(n)] as const),
  }
}

/** Who the rows are: what does not depend on their order. */
export interface RowIdentity {
  /** Digest over names and values of all columns of the judged rows, whatever their order. */
  readonly digest: string
  /** Bootstrap block of each judged row: that of its cluster, of its id, or of its values. */
  readonly blocks: Uint16Array
}

const UNITS = 'judged_units'

/**
 * Reads the hashes of rows; `places` is the place of each among the judged ones, -1 for one that is not judged, and null when
 * all are. What is resampled as a whole is a cluster, all rows with the same values of its columns; without such columns it is
 * the row, known by its id or, without one, by all its values. Up to 1,024 clusters have a block each.
 */
export async function identifyRows(
  engine: DataEngine,
  dataset: Dataset,
  { id, clusters }: { readonly id: string | null; readonly clusters: readonly string[] },
  { n, places }: Selection,
): Promise<RowIdentity> {
  const columns = [...dataset.columns].sort((a, b) => (a.name < b.name ? -1 : 1))
  const hashOf = (some: typeof columns) => `hash(${some.map(hashed).join(', ')})`
  const named = clusters.length > 0 ? clusters : id === null ? null : [id]
  const all = hashOf(columns)
  const unit = named === null ? all : hashOf(columns.filter(({ name }) => named.includes(name)))
  const ranked = clusters.length > 0 && (await rankUnits(engine, dataset, unit))
  const block = `CAST(${ranked ? 'k' : `${unit} % ${BLOCKS}`} AS USMALLINT)`
  const from = ranked ? `${dataset.table} JOIN (SELECT u, k FROM ${UNITS}) ON ${unit} = u` : dataset.table
  const blocks = sharedShorts(n)
  const ofRow = (row: number) => (places === null ? row : (places[row] as number))
  if (ranked || places !== null)
    await fillByRow(engine, `SELECT CAST(rowid AS INTEGER), ${block} FROM ${from}`, blocks, ofRow)
  else await fillInOrder(engine, `SELECT ${block} FROM ${from}`, blocks)
  const sums = places === null ? await sumsOfAll(engine, dataset, all) : await sumsOf(engine, dataset, all, places)
  return { digest: digestOf(JSON.stringify([columns.map(({ name }) => name), n, ...sums])), blocks }
}

/** Sums and exclusive or of both halves of the hashes of all rows, modulo 2³²: no order of rows changes them. */
async function sumsOfAll(engine: DataEngine, { table }: Dataset, hash: string): Promise<number[]> {
  const low = 'CAST(h & 4294967295 AS BIGINT)'
  const high = 'CAST(h >> 32 AS BIGINT)'
  const modulo = (sum: string) => `CAST(coalesce(${sum}, 0) % 4294967296 AS DOUBLE)`
  const [row = {}] = await engine.all(
    `SELECT ${[`sum(${low})`, `sum(${high})`, `bit_xor(${low})`, `bit_xor(${high})`].map((sum, k) => `${modulo(sum)} AS s${k}`).join(', ')} FROM (SELECT ${hash} AS h FROM ${table})`,
  )
  return [row.s0, row.s1, row.s2, row.s3].map(Number)
}

/** The same of the rows that are judged. */
async function sumsOf(engine: DataEngine, { table }: Dataset, hash: string, places: Int32Array): Promise<Uint32Array> {
  const sums = new Uint32Array(4)
  await engine.numbers(
    `SELECT CAST(rowid AS INTEGER), CAST(${hash} & 4294967295 AS UINTEGER), CAST(${hash} >> 32 AS UINTEGER) FROM ${table}`,
    (chunk, count) => {
      const [rows, low, high] = chunk as [Chunk, Chunk, Chunk]
      for (let k = 0; k < count; k++) {
        if ((places[rows[k] as number] as number) < 0) continue
        sums[0] = (sums[0] as number) + (low[k] as number)
        sums[1] = (sums[1] as number) + (high[k] as number)
        sums[2] = (sums[2] as number) ^ (low[k] as number)
        sums[3] = (sums[3] as number) ^ (high[k] as number)
      }
    },
  )
  return sums
}

type Chunk = ArrayLike<number>

/** Gives each unit its rank in a table, when they are few. */
async function rankUnits(engine: DataEngine, dataset: Dataset, unit: string): Promise<boolean> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${UNITS} AS SELECT u, row_number() OVER (ORDER BY u) - 1 AS k FROM (SELECT DISTINCT ${unit} AS u FROM ${dataset.table})`,
  )
  const [row] = await engine.all(`SELECT count(*) AS n FROM ${UNITS}`)
  return Number(row?.n) <= BLOCKS
}

/** The same value has the same hash whether it comes as a whole number, with decimals, or in another kind of file. */
function hashed({ sql, type }: Dataset['columns'][number]): string {
  if (isNumeric(type)) return `CAST(${sql} AS DOUBLE)`
  return type === 'boolean' ? sql : `CAST(${sql} AS VARCHAR)`
}
