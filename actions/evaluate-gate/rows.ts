import type { InputRef } from '../../shared/contracts/common.js'
import type { Source } from '../../shared/contracts/config.js'
import type { Context } from '../../shared/core/context.js'
import { loadDataset } from '../../shared/data/dataset.js'
import type { Cell } from '../../shared/data/engine.js'

/** All rows of a dataset in memory, in the order of its files. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  readonly files: readonly InputRef[]
}

/** Throws UserError when the source cannot be read or has no rows. */
export async function readTable(ctx: Context, name: string, source: Source, key: string): Promise<Table> {
  const engine = await ctx.data()
  const dataset = await loadDataset(engine, ctx.files, name, source, { key })
  const selected = dataset.columns.map(({ sql }, i) => `${sql} AS v${i}`).join(', ')
  const cells = await engine.columns(`SELECT ${selected} FROM ${dataset.table} ORDER BY rowid`)
  const columns = dataset.columns.map(({ name }) => name)
  const rows = Array.from({ length: dataset.rows }, (_, row) =>
    Object.fromEntries(columns.map((column, i) => [column, cells[`v${i}`]?.[row] ?? null])),
  )
  return { columns, rows, files: dataset.files }
}
