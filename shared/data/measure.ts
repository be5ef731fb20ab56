import type { ColumnType } from '../contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../contracts/data-profile.js'
import { asNumber, asText, isNumeric, isTemporal, TRIED, typedValue } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { Cell, DataEngine } from './engine.js'
import { round12 } from './sql.js'

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

/** Values kept per column; the drift of a column with more is measured on the most frequent ones. */
const TOP = 100
/** Columns with more values than this are identifiers or free text: no value of theirs says anything. */
export const TOP_DISTINCT = 100_000
/** Values that a query may keep in memory at once, of all its columns together. */
const BATCH_VALUES = 12_000_000
const BATCH_COLUMNS = 50

export const measurable = (type: ColumnType) => isNumeric(type) || isTemporal(type)

/** Columns in groups that one query can hold in memory. */
function batches<T>(items: readonly T[], rows: number): T[][] {
  const size = Math.max(1, Math.min(BATCH_COLUMNS, Math.floor(BATCH_VALUES / Math.max(1, rows))))
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** Runs the same aggregates over many columns, a batch at a time. */
export async function perColumn<T>(
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

/** Whether the values of a column say anything: those of an identifier do not. */
export const valuesTell = (values: number, distinct: number): boolean =>
  distinct > 0 && (distinct <= 20 || (distinct < values && distinct <= TOP_DISTINCT))

/** The most frequent of all values of a column, ties in the order of their text. */
export function mostFrequent(texts: readonly string[], counts: readonly number[]): ColumnProfile['top'] {
  return texts
    .map((value, i) => ({ value, count: counts[i] as number }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, TOP)
}

/** The most frequent values of a text or boolean column. */
export async function topValues(
  engine: DataEngine,
  table: string,
  { type, sql }: DatasetColumn,
): Promise<ColumnProfile['top']> {
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
