import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine/engine.js'

export interface MissingMapOptions {
  /** Blocks of neighbouring rows, of the same size but for one row. Default: 50. */
  readonly blocks?: number
  /** Columns with the most missing values. Default: 60. */
  readonly columns?: number
  /** Missing values of each column of the dataset, where they are known: spares one look at all of them. */
  readonly totals?: readonly number[]
}

/** Where values are missing: by column and block of rows. */
export interface MissingMap {
  /** First row of each block, from 1, and the number of rows in it. */
  readonly blocks: readonly { readonly first: number; readonly rows: number }[]
  /** Those with missing values, most first, among equals in the order of the data. `counts` is by block. */
  readonly columns: readonly { readonly name: string; readonly missing: number; readonly counts: readonly number[] }[]
  /** Columns with missing values that are not listed. */
  readonly more: number
}

/** Columns that one query counts. */
const BATCH = 100

/**
 * Missing values (empty, NaN and infinities; not those that are there but not of their type) by column and block of
 * rows, so that a gap in time or a file without a column shows. Two looks at the columns; exact.
 */
export async function measureMissingMap(
  engine: DataEngine,
  dataset: Dataset,
  options: MissingMapOptions = {},
): Promise<MissingMap> {
  const blocks = Math.max(1, Math.min(options.blocks ?? 50, dataset.rows))
  const totals =
    options.totals ?? (await countMissing(engine, dataset, dataset.columns, 1)).map(([total]) => total ?? 0)
  const found = dataset.columns
    .map((column, i) => ({ column, missing: totals[i] ?? 0 }))
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing)
  const shown = found.slice(0, options.columns ?? 60)
  const counts = await countMissing(
    engine,
    dataset,
    shown.map(({ column }) => column),
    blocks,
  )
  const starts = Array.from({ length: blocks + 1 }, (_, i) => Math.ceil((i * dataset.rows) / blocks))
  return {
    blocks: starts.slice(0, -1).map((start, i) => ({ first: start + 1, rows: (starts[i + 1] ?? 0) - start })),
    columns: shown.map(({ column, missing }, i) => ({ name: column.name, missing, counts: counts[i] ?? [] })),
    more: found.length - shown.length,
  }
}

/** Missing values of each column in each block: row r, from 0, is in block floor(r · blocks / rows). */
async function countMissing(
  engine: DataEngine,
  { table, rows }: Dataset,
  columns: readonly DatasetColumn[],
  blocks: number,
): Promise<number[][]> {
  const counts: number[][] = []
  for (let from = 0; from < columns.length; from += BATCH) {
    const batch = columns.slice(from, from + BATCH)
    const sums = batch.map((column, i) => `count(*) FILTER (WHERE ${isMissing(column)}) AS n${i}`)
    const block = blocks === 1 ? '0' : `(rowid * ${blocks}) // ${rows}`
    const found = await engine.all(`SELECT ${block} AS block, ${sums.join(', ')} FROM ${table} GROUP BY ALL`)
    const rowOf = new Map(found.map((row) => [Number(row.block), row]))
    for (const i of batch.keys()) {
      counts.push(Array.from({ length: blocks }, (_, at) => Number(rowOf.get(at)?.[`n${i}`] ?? 0)))
    }
  }
  return counts
}

function isMissing({ sql, type, badIndex }: DatasetColumn): string {
  const empty = badIndex === null ? `${sql} IS NULL` : `(${sql} IS NULL AND (bad IS NULL OR bad[${badIndex}] IS NULL))`
  return type === 'number' ? `(${empty} OR NOT isfinite(${sql}))` : empty
}
