import type { ColumnType } from '../contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import { asNumber, asText, isNumeric, isTemporal, TRIED, typedValue } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { Cell, DataEngine } from './engine.js'
import { binCount, countByEdges, edgesOf, massPoints } from './histogram.js'
import { binCounts, interpolate, quantileRanks, ranksOfCounts } from './order-statistics.js'
import { double, round12 } from './sql.js'

export interface Basics {
  /** Values of the column's type, NaN and infinities included. */
  readonly present: number
  readonly invalid: number
  readonly nonFinite: number
  readonly distinct: number
  /** Smallest and largest finite number; null when there is none. */
  readonly min: number | null
  readonly max: number | null
  readonly length: { readonly min: number; readonly max: number; readonly mean: number } | null
  /** Texts that begin like a number or a date. */
  readonly numberLike: number
}

export type Distribution = NonNullable<ColumnProfile['numeric']>

/** Values kept per column; the drift of a column with more is measured on the most frequent ones. */
const TOP = 100
/** Columns with more values than this are identifiers or free text: no value of theirs says anything. */
const TOP_DISTINCT = 100_000
/** Values that a query may keep in memory at once, of all its columns together. */
const BATCH_VALUES = 12_000_000
const BATCH_COLUMNS = 50

const measurable = (type: ColumnType) => isNumeric(type) || isTemporal(type)

/** Columns in groups that one query can hold in memory. */
function batches<T>(items: readonly T[], rows: number): T[][] {
  const size = Math.max(1, Math.min(BATCH_COLUMNS, Math.floor(BATCH_VALUES / Math.max(1, rows))))
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

async function perColumn<T>(
  engine: DataEngine,
  dataset: Dataset,
  columns: readonly DatasetColumn[],
  select: (column: DatasetColumn) => Readonly<Record<string, string>>,
  read: (get: (key: string) => Cell, column: DatasetColumn) => T,
): Promise<Map<DatasetColumn, T>> {
  const results = new Map<DatasetColumn, T>()
  for (const batch of batches(columns, dataset.rows)) {
    const parts = batch.flatMap((column, i) =>
      Object.entries(select(column)).map(([key, sql]) => `${sql} AS ${key}_${i}`),
    )
    const [row = {}] = await engine.all(`SELECT ${parts.join(', ')} FROM ${dataset.table}`)
    batch.forEach(
      (column, i) =>
        void results.set(
          column,
          read((key) => row[`${key}_${i}`] ?? null, column),
        ),
    )
  }
  return results
}

/** Counts, extremes and lengths of every column, in the order of the columns. */
export async function basics(engine: DataEngine, dataset: Dataset): Promise<Basics[]> {
  const found = await perColumn(
    engine,
    dataset,
    dataset.columns,
    ({ sql, type, badIndex }) => ({
      n: `count(${sql})`,
      d: distinctCount(type, sql),
      b: badIndex === null ? '0' : `count(bad[${badIndex}])`,
      ...(measurable(type)
        ? { f: `count(${asNumber(type, sql)})`, lo: `min(${asNumber(type, sql)})`, hi: `max(${asNumber(type, sql)})` }
        : {}),
      ...(type === 'string'
        ? {
            l0: `min(length(${sql}))`,
            l1: `max(length(${sql}))`,
            lm: `avg(length(${sql}))`,
            nl: `count(*) FILTER (WHERE ${sql} < ':')`,
          }
        : {}),
    }),
    (get, { type }): Basics => ({
      present: Number(get('n')),
      invalid: Number(get('b')),
      nonFinite: type === 'number' ? Number(get('n')) - Number(get('f')) : 0,
      distinct: Number(get('d')),
      min: numberOrNull(get('lo')),
      max: numberOrNull(get('hi')),
      length:
        get('l0') === null
          ? null
          : { min: Number(get('l0')), max: Number(get('l1')), mean: round12(Number(get('lm'))) },
      numberLike: Number(get('nl') ?? 0),
    }),
  )
  return dataset.columns.map((column) => found.get(column) as Basics)
}

const numberOrNull = (cell: Cell): number | null => (cell === null ? null : Number(cell))

/** Texts are counted by their 64-bit hash: a fifth of the memory; 10⁹ values collide 0.03 times. */
const distinctCount = (type: ColumnType, sql: string) =>
  type === 'string'
    ? `count(DISTINCT hash(${sql})) FILTER (WHERE ${sql} IS NOT NULL)`
    : `count(DISTINCT ${type === 'number' ? asNumber(type, sql) : sql})`

const QUANTILES = { p01: 0.01, p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const

/** Moments, exact quantiles and the equal-mass histogram of numbers, dates and timestamps. */
export async function distributions(
  engine: DataEngine,
  dataset: Dataset,
  basic: readonly Basics[],
): Promise<Map<DatasetColumn, Distribution>> {
  const basicOf = new Map(dataset.columns.map((column, i) => [column, basic[i] as Basics]))
  const columns = dataset.columns.filter((column) => measurable(column.type) && basicOf.get(column)?.min !== null)
  const moments = await perColumn(
    engine,
    dataset,
    columns,
    (column) => {
      const scale = scaleOf(basicOf.get(column) as Basics)
      const x = asNumber(column.type, column.sql)
      const scaled = scale === 1 ? x : `(${x}) / ${double(scale)}`
      return { m: `avg(${scaled})`, s: `stddev_samp(${scaled})` }
    },
    (get, column) => {
      const scale = scaleOf(basicOf.get(column) as Basics)
      return { mean: clamp(Number(get('m')) * scale), sd: clamp(Number(get('s') ?? 0) * scale) }
    },
  )
  const found = new Map<DatasetColumn, Distribution>()
  for (const column of columns) {
    const shape = await shapeOf(engine, dataset.table, column, basicOf.get(column) as Basics)
    found.set(column, { ...(moments.get(column) as { mean: number; sd: number }), ...shape })
  }
  return found
}

async function shapeOf(
  engine: DataEngine,
  table: string,
  column: DatasetColumn,
  basic: Basics,
): Promise<Omit<Distribution, 'mean' | 'sd'>> {
  const n = basic.present - basic.nonFinite
  const bins = binCount(n)
  const cuts = Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins)
  const probabilities = [...Object.values(QUANTILES), ...cuts]
  const [min, max] = [round12(basic.min as number), round12(basic.max as number)]
  const few = basic.distinct <= TOP_DISTINCT ? await valueCounts(engine, table, column) : null
  const at = few ? ranksOfCounts(few.values, few.counts) : await valuesAtRanks(engine, table, column, n, probabilities)
  const values = probabilities.map((p) => round12(interpolate(n, p, at)))
  const inner = values.slice(-cuts.length)
  const after = await nextValues(engine, table, column, massPoints(min, inner, max), few?.values ?? null)
  const edges = edgesOf(min, inner, max, after)
  const counts = few ? binCounts(few.values, few.counts, edges) : await countByEdges(engine, table, column, edges)
  const names = Object.keys(QUANTILES) as (keyof typeof QUANTILES)[]
  return {
    min,
    max,
    quantiles: Object.fromEntries(names.map((name, i) => [name, values[i]])) as Distribution['quantiles'],
    histogram: { kind: 'equal-mass', edges, counts },
  }
}

async function valueCounts(engine: DataEngine, table: string, { type, sql }: DatasetColumn) {
  const { x, n } = await engine.columns(
    `SELECT x, n FROM (SELECT ${asNumber(type, sql)} AS x, count(*) AS n FROM ${table} GROUP BY 1) WHERE x IS NOT NULL ORDER BY x`,
  )
  return { values: (x ?? []).map(Number), counts: (n ?? []).map(Number) }
}

/** The next larger value of each of some values. */
async function nextValues(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  points: readonly number[],
  ascending: readonly number[] | null,
): Promise<number[]> {
  if (ascending !== null) {
    return points.flatMap((point) => ascending.find((value) => round12(value) > point) ?? []).map(round12)
  }
  if (points.length === 0) return []
  const next = points.map((point, i) => `min(x) FILTER (WHERE x > ${double(point)}) AS v${i}`)
  const [row = {}] = await engine.all(
    `SELECT ${next.join(', ')} FROM (SELECT ${asNumber(type, sql)} AS x FROM ${table})`,
  )
  return points.flatMap((_, i) => (row[`v${i}`] == null ? [] : [round12(Number(row[`v${i}`]))]))
}

/** A sort by the engine, on all cores and spilled to disk; its own quantile functions hold every value in memory. */
async function valuesAtRanks(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  n: number,
  probabilities: readonly number[],
): Promise<(rank: number) => number> {
  const ranks = [...new Set(probabilities.flatMap((p) => [quantileRanks(n, p).low, quantileRanks(n, p).high]))]
  const rows = await engine.all(
    `SELECT x, r FROM (SELECT x, row_number() OVER (ORDER BY x) - 1 AS r FROM (SELECT ${asNumber(type, sql)} AS x FROM ${table}) WHERE x IS NOT NULL) WHERE r IN (${ranks.join(', ')})`,
  )
  const values = new Map(rows.map(({ x, r }) => [Number(r), Number(x)]))
  return (rank) => values.get(rank) as number
}

/** A power of two that keeps squares of huge values finite: the engine refuses a whole query for one overflow. */
function scaleOf({ min, max }: Basics): number {
  const largest = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0))
  return largest < 1e100 ? 1 : 2 ** Math.min(1023, Math.ceil(Math.log2(largest)))
}

const clamp = (value: number) => round12(Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)))

/** The most frequent values, ties in the order of their text; none for columns of identifiers. */
export async function topValues(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
  values: number,
  distinct: number,
): Promise<{ value: string; count: number }[]> {
  const tells = distinct <= 20 || (distinct < values && distinct <= TOP_DISTINCT)
  if (distinct === 0 || !tells) return []
  const rows = await engine.all(
    `SELECT ${asText(type, 'c')} AS v, n FROM (SELECT ${sql} AS c, count(*) AS n FROM ${table} GROUP BY 1) WHERE v IS NOT NULL ORDER BY n DESC, v LIMIT ${TOP}`,
  )
  return rows.map(({ v, n }) => ({ value: String(v), count: Number(n) }))
}

/** The type that at least nine of ten values of a text column have, with their count. */
export async function mostlyOf(
  engine: DataEngine,
  table: string,
  { sql }: DatasetColumn,
  basic: Basics,
): Promise<{ type: ColumnType; count: number } | null> {
  if (basic.numberLike < basic.present * 0.9 || basic.present === 0) return null
  const types = TRIED.filter((type) => type !== 'boolean')
  const [row = {}] = await engine.all(
    `SELECT ${types.map((type) => `count(${typedValue(type, sql)}) AS ${type}`).join(', ')} FROM ${table}`,
  )
  const type = types.find((candidate) => Number(row[candidate]) >= basic.present * 0.9)
  return type === undefined || Number(row[type]) === basic.present ? null : { type, count: Number(row[type]) }
}

/** Rows that are equal in every column but the id, by a 64-bit hash; what is not of a declared type is compared as text. */
export async function duplicates(
  engine: DataEngine,
  dataset: Dataset,
  id: string | undefined,
): Promise<DatasetProfile['duplicates']> {
  const [row = {}] = await engine.all(
    `SELECT ${dataset.rows} - count(*) AS extra, count(*) FILTER (WHERE n > 1) AS groups, coalesce(sum(n) FILTER (WHERE n > 1), 0) AS members
     FROM (SELECT count(*) AS n FROM ${dataset.table} GROUP BY ${rowHash(dataset, id)})`,
  )
  return { extra: Number(row.extra), groups: Number(row.groups), members: Number(row.members) }
}

/** SQL for the hash of a row without its id. */
export function rowHash(dataset: Dataset, id: string | undefined): string {
  const compared = dataset.columns.filter((column) => column.name !== id)
  const columns = (compared.length > 0 ? compared : dataset.columns).map(({ sql }) => sql)
  return `hash(${[...columns, ...(dataset.columns.some(({ badIndex }) => badIndex !== null) ? ['bad'] : [])].join(', ')})`
}
