import type { Dataset, DatasetColumn } from './dataset.js'
import type { Cell, DataEngine } from './engine/engine.js'

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

/** How many values are not of the declared type, by column; columns without such are left out. */
export const invalidCounts = (engine: DataEngine, dataset: Dataset): Promise<Map<DatasetColumn, number>> =>
  perColumn(
    engine,
    dataset,
    dataset.columns.filter(({ badIndex }) => badIndex !== null),
    ({ badIndex }) => ({ b: `count(bad[${badIndex}])` }),
    (get) => Number(get('b')),
  )

/** Whether the values of a column say anything: those of an identifier do not. */
export const valuesTell = (values: number, distinct: number): boolean =>
  distinct > 0 && (distinct <= 20 || (distinct < values && distinct <= TOP_DISTINCT))
