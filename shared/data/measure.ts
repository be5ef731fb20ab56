import type { DatasetProfile } from '../contracts/data-profile.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { Cell, DataEngine } from './engine.js'

/** Columns with more values than this are identifiers or free text: no value of theirs says anything. */
export const TOP_DISTINCT = 100_000
/** Values that a query may keep in memory at once, of all its columns together. */
const BATCH_VALUES = 12_000_000
const BATCH_COLUMNS = 50

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

/** Whether the values of a column say anything: those of an identifier do not. */
export const valuesTell = (values: number, distinct: number): boolean =>
  distinct > 0 && (distinct <= 20 || (distinct < values && distinct <= TOP_DISTINCT))

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
  // To read an empty list of every row takes longer than all other columns.
  const bad = dataset.columns.some(({ badIndex }) => badIndex !== null)
    ? ['bad']
    : dataset.hasBad === true
      ? ['NULL::VARCHAR[]']
      : []
  return `hash(${[...columns, ...bad].join(', ')})`
}

/** Rows at the beginning whose copies are looked for first. */
const FIRST_ROWS = 100_000

/**
 * The first groups of equal rows (see `duplicates`): indices of the first and the last row of each, in the order of the
 * first. Most tables have them near their beginning, where a look at the hashes of some rows is enough.
 */
export async function firstDuplicates(
  engine: DataEngine,
  dataset: Dataset,
  id: string | undefined,
  most: number,
): Promise<{ first: number; last: number }[]> {
  const h = rowHash(dataset, id)
  for (const few of dataset.rows > 2 * FIRST_ROWS ? [true, false] : [false]) {
    const of = few ? ` WHERE ${h} IN (SELECT ${h} FROM ${dataset.table} WHERE rowid < ${FIRST_ROWS})` : ''
    const rows = await engine.all(
      `SELECT min(rowid) AS first, max(rowid) AS last FROM ${dataset.table}${of} GROUP BY ${h} HAVING count(*) > 1 ORDER BY first LIMIT ${most}`,
    )
    if (!few || rows.length === most)
      return rows.map(({ first, last }) => ({ first: Number(first), last: Number(last) }))
  }
  return []
}
