import type { Source } from '../../shared/contracts/config.js'
import type { ColumnType } from '../../shared/contracts/data-contract.js'
import type { Context } from '../../shared/core/context.js'
import { isNumeric } from '../../shared/data/column-types.js'
import { type Dataset, loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine.js'

/** A source in the engine, with the column that names its rows. */
export interface Keyed {
  readonly engine: DataEngine
  readonly dataset: Dataset
  /** Reads the source again with that column as text. */
  asText(): Promise<Keyed>
  /** Its numbers when each is greater than the one before, so that none stands twice; else null. */
  ascending(): Promise<Float64Array | null>
}

/**
 * Reads a source whose rows are named by `id`. Ids of so many digits that two of them are the same number, such as 64-bit
 * hashes, are read as text. Throws UserError when it cannot be read or has no rows.
 */
export async function openKeyed(
  ctx: Context,
  name: string,
  source: Source,
  key: string,
  id: string | null,
): Promise<Keyed> {
  const engine = await ctx.data()
  const load = (types: ReadonlyMap<string, ColumnType>) => loadDataset(engine, ctx.files, name, source, { key, types })
  const keyed = (dataset: Dataset): Keyed => {
    let ids: Promise<Float64Array | null> | null = null
    return {
      engine,
      dataset,
      asText: async () => keyed(await load(new Map(id === null ? [] : [[id, 'string' as const]]))),
      ascending: () => (ids ??= ascendingIds(engine, dataset, id)),
    }
  }
  const dataset = await load(new Map())
  const column = dataset.columns.find((column) => column.name === id)
  if (column?.type === 'number') {
    const [row] = await engine.all(`SELECT max(abs(${column.sql})) AS largest FROM ${dataset.table}`)
    if (Number(row?.largest ?? 0) > Number.MAX_SAFE_INTEGER) return keyed(dataset).asText()
  }
  return keyed(dataset)
}

const MOST = Number.MAX_SAFE_INTEGER
/** Most ids that are held as numbers. */
const MOST_IDS = 50_000_000

async function ascendingIds(engine: DataEngine, dataset: Dataset, id: string | null): Promise<Float64Array | null> {
  const column = dataset.columns.find(({ name }) => name === id)
  if (column === undefined || !isNumeric(column.type) || dataset.rows > MOST_IDS) return null
  const ids = new Float64Array(dataset.rows)
  const value = `coalesce(CAST(${column.sql} AS DOUBLE), 'nan'::DOUBLE)`
  await engine.numbers(`SELECT CAST(rowid AS INTEGER), ${value} FROM ${dataset.table}`, (chunk, count) => {
    const [rows, values] = chunk as [ArrayLike<number>, ArrayLike<number>]
    for (let k = 0; k < count; k++) ids[rows[k] as number] = values[k] as number
  })
  // Beyond 2⁵³ different integers may be the same number.
  if (!(Math.abs(ids[0] as number) <= MOST && Math.abs(ids[ids.length - 1] as number) <= MOST)) return null
  for (let i = 1; i < ids.length; i++) if (!((ids[i] as number) > (ids[i - 1] as number))) return null
  return ids
}
