import type { InputRef } from '../../shared/contracts/common.js'
import type { Source } from '../../shared/contracts/config.js'
import type { Context } from '../../shared/core/context.js'
import { type Dataset, loadDataset } from '../../shared/data/dataset.js'
import type { Cell, DataEngine } from '../../shared/data/engine.js'

/** All rows of a dataset in memory, in the order of its files. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  readonly files: readonly InputRef[]
}

/** `id` is the column that names a row. Throws UserError when the source cannot be read or has no rows. */
export async function readTable(
  ctx: Context,
  name: string,
  source: Source,
  key: string,
  id: string | null,
): Promise<Table> {
  const engine = await ctx.data()
  const dataset = await loadWithIds(engine, ctx, name, source, key, id)
  const selected = dataset.columns.map(({ sql }, i) => `${sql} AS v${i}`).join(', ')
  const cells = await engine.columns(`SELECT ${selected} FROM ${dataset.table} ORDER BY rowid`)
  const columns = dataset.columns.map(({ name }) => name)
  const rows = Array.from({ length: dataset.rows }, (_, row) =>
    Object.fromEntries(columns.map((column, i) => [column, cells[`v${i}`]?.[row] ?? null])),
  )
  return { columns, rows, files: dataset.files }
}

/** Ids of so many digits that two of them are the same number, such as 64-bit hashes, are read as text. */
async function loadWithIds(
  engine: DataEngine,
  ctx: Context,
  name: string,
  source: Source,
  key: string,
  id: string | null,
): Promise<Dataset> {
  const dataset = await loadDataset(engine, ctx.files, name, source, { key })
  const column = dataset.columns.find((column) => column.name === id)
  if (id === null || column?.type !== 'number') return dataset
  const [row] = await engine.all(`SELECT max(abs(${column.sql})) AS largest FROM ${dataset.table}`)
  if (!(Number(row?.largest ?? 0) > Number.MAX_SAFE_INTEGER)) return dataset
  return loadDataset(engine, ctx.files, name, source, { key, types: new Map([[id, 'string']]) })
}
