import type { ColumnType } from '../../contracts/data-contract.js'
import { asNumber, asText, isNumeric, isTemporal } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { withManyKeys } from '../many-keys.js'
import { TOP_DISTINCT } from '../measure.js'
import type { MissingBy } from '../read/missing-kinds.js'
import { readNumbers } from './number-values.js'

/** Columns with no more different values than this are measured in memory. */
export const FEW = 20_000

/** One column as a multiset: everything that is said of it is said of this, however the data were cut or ordered. */
export interface ColumnSource {
  readonly name: string
  readonly type: ColumnType
  /** SQL that selects `v`, the value of its type or NULL, and `n`, how often; a value may stand there again. */
  readonly raw: string
  /** The same with each value once. */
  readonly values: string
  readonly rows: number
  /** Whether `raw` has each value by itself, `n` being 1, in an engine that has it at hand. */
  readonly oneByOne?: boolean
  /** Values that are not of the declared type. */
  readonly invalid: number
  /** What its missing values are made of, given their number; without it nobody knows. */
  missingBy?(missing: number): MissingBy
}

/** Values of a column by size: pulled as texts or numbers, or kept in a table of the engine in ascending order (`v`, `n`). */
export type Values = FewValues | NumberValues | ManyValues

export interface FewValues {
  readonly kind: 'few'
  readonly distinct: number
  /** The finite numbers, ascending, or none where the type is no number or time. */
  readonly numbers: Float64Array
  /** Texts and how often each stands there; in the order of `numbers`, or ascending. */
  readonly texts: readonly string[]
  readonly counts: Float64Array
  readonly nonFinite: NonFinite
}

/** Numbers or times in memory, each once. */
export interface NumberValues {
  readonly kind: 'numbers'
  readonly distinct: number
  /** The finite ones, ascending; times in days since 1970-01-01. */
  readonly numbers: Float64Array
  /** How many are at most as large as each of `numbers`. */
  readonly ends: Uint32Array
  /** What stands behind FROM: all values as they are in `raw`, and each once. */
  readonly table: string
  readonly values: string
  readonly nonFinite: NonFinite
}

export interface ManyValues {
  readonly kind: 'many'
  readonly distinct: number
  /** What stands behind FROM: a table in ascending order with each number once, or texts as they are in `raw`. */
  readonly table: string
  readonly nonFinite: NonFinite
}

export interface NonFinite {
  readonly nan: number
  readonly positive: number
  readonly negative: number
}

const TABLE = 'profile_values'

export const measurable = (type: ColumnType) => isNumeric(type) || isTemporal(type)

/** Reads the values of a column. Those of the last column are gone then. */
export async function readValues(engine: DataEngine, column: ColumnSource): Promise<Values> {
  if (column.rows <= FEW) return few(engine, column, column.values)
  if (column.type === 'boolean') return few(engine, column, column.values)
  if (column.type === 'string') return readTexts(engine, column)
  const numbers = await readNumbers(engine, column)
  if (numbers !== null) return numbers.distinct <= FEW ? few(engine, column, column.values) : numbers
  const size = await keep(engine, `SELECT v, n FROM (${column.values}) WHERE v IS NOT NULL ORDER BY v`)
  if (size <= FEW) return few(engine, column, `SELECT v, n FROM ${TABLE}`)
  const nonFinite = column.type === 'number' ? await nonFiniteOf(engine) : NONE
  const kinds = [nonFinite.nan, nonFinite.positive, nonFinite.negative].filter((count) => count > 0).length
  if (kinds > 0) await engine.run(`DELETE FROM ${TABLE} WHERE NOT isfinite(v)`)
  return { kind: 'many', distinct: size - kinds, table: TABLE, nonFinite }
}

/** Rows by which a column of texts seems to have few values or many; of not many more, all are counted at once. */
const LOOKED_AT = 20_000
const COUNTED = 200_000

/**
 * Texts that seem to be few are counted as they are. More are counted by their 64-bit hash, for a fifth of the
 * memory (10⁹ values collide 0.03 times), and kept only if they are few in truth. Both ways give the same.
 */
async function readTexts(engine: DataEngine, column: ColumnSource): Promise<Values> {
  const asTheyAre = column.rows <= COUNTED || (await seemFew(engine, column))
  const distinct = asTheyAre ? await keepTexts(engine, column) : await countHashes(engine, column)
  if (distinct <= FEW) return few(engine, column, asTheyAre ? `SELECT v, n FROM ${TABLE}` : column.values)
  if (distinct > TOP_DISTINCT) {
    return { kind: 'many', distinct, table: `(SELECT * FROM (${column.raw}) WHERE v IS NOT NULL)`, nonFinite: NONE }
  }
  if (!asTheyAre) await keepTexts(engine, column)
  return { kind: 'many', distinct, table: TABLE, nonFinite: NONE }
}

const keepTexts = (engine: DataEngine, { values }: ColumnSource): Promise<number> =>
  keep(engine, `SELECT v, n FROM (${values}) WHERE v IS NOT NULL`)

async function seemFew(engine: DataEngine, { raw }: ColumnSource): Promise<boolean> {
  const [row] = await engine.all(`SELECT count(DISTINCT v) AS n FROM (SELECT v FROM (${raw}) LIMIT ${LOOKED_AT})`)
  return Number(row?.n) < LOOKED_AT / 5
}

async function countHashes(engine: DataEngine, { raw, rows }: ColumnSource): Promise<number> {
  const count = `SELECT count(DISTINCT hash(v)) FILTER (WHERE v IS NOT NULL) AS n FROM (${raw})`
  const [row] = await withManyKeys(engine, rows, () => engine.all(count))
  return Number(row?.n)
}

async function keep(engine: DataEngine, select: string): Promise<number> {
  const create = `CREATE OR REPLACE TEMP TABLE ${TABLE} AS ${select}`
  // The engine at hand says how many rows it has made.
  if (engine.remote === undefined) return Number((await engine.all(create))[0]?.Count)
  await engine.run(create)
  const [size] = await engine.all(`SELECT count(*) AS n FROM ${TABLE}`)
  return Number(size?.n)
}

const NONE: NonFinite = { nan: 0, positive: 0, negative: 0 }

async function nonFiniteOf(engine: DataEngine): Promise<NonFinite> {
  const [row = {}] = await engine.all(
    `SELECT coalesce(sum(n) FILTER (WHERE isnan(v)), 0)::BIGINT AS nan, coalesce(sum(n) FILTER (WHERE v = 'inf'::DOUBLE), 0)::BIGINT AS positive,
     coalesce(sum(n) FILTER (WHERE v = '-inf'::DOUBLE), 0)::BIGINT AS negative FROM ${TABLE} WHERE NOT isfinite(v)`,
  )
  return { nan: Number(row.nan), positive: Number(row.positive), negative: Number(row.negative) }
}

async function few(engine: DataEngine, { type }: ColumnSource, from: string): Promise<FewValues> {
  const number = type === 'number' ? 'v' : measurable(type) ? asNumber(type, 'v') : 'NULL::DOUBLE'
  const text = type === 'number' ? `coalesce(${asText(type, 'v')}, '')` : asText(type, 'v')
  const found = await engine.columns(
    `SELECT ${number} AS x, ${text} AS t, n FROM (${from}) WHERE v IS NOT NULL ORDER BY v`,
  )
  const [xs = [], ts = [], ns = []] = [found.x, found.t, found.n]
  const kept: number[] = []
  const nonFinite = { nan: 0, positive: 0, negative: 0 }
  for (let i = 0; i < ns.length; i++) {
    const x = xs[i] === null ? 0 : Number(xs[i])
    if (Number.isFinite(x)) kept.push(i)
    else nonFinite[Number.isNaN(x) ? 'nan' : x > 0 ? 'positive' : 'negative'] += Number(ns[i])
  }
  return {
    kind: 'few',
    distinct: kept.length,
    numbers: measurable(type) ? Float64Array.from(kept, (i) => Number(xs[i])) : new Float64Array(0),
    texts: kept.map((i) => String(ts[i])),
    counts: Float64Array.from(kept, (i) => Number(ns[i])),
    nonFinite,
  }
}
