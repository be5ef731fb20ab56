import type { Source } from '../../shared/contracts/config.js'
import type { ColumnType } from '../../shared/contracts/data-contract.js'
import type { Context } from '../../shared/core/context.js'
import { isNumeric } from '../../shared/data/column-types.js'
import { type Dataset, type DatasetColumn, loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { MOST_NAMED, type Named } from './answers/join.js'

/** A source in the engine, with the column that names its rows. */
export interface Keyed {
  readonly engine: DataEngine
  readonly dataset: Dataset
  /** Reads the source again with that column as text. */
  asText(): Promise<Keyed>
  /** Whether its values are numbers, each greater than the one before, so that none stands twice. */
  ascending(): Promise<boolean>
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
  const load = (types: ReadonlyMap<string, ColumnType>) =>
    loadDataset(engine, ctx.files, name, source, { key, types, inPlace: true })
  const keyed = (dataset: Dataset): Keyed => {
    let known: Promise<boolean> | null = null
    return {
      engine,
      dataset,
      asText: async () => keyed(await load(new Map(id === null ? [] : [[id, 'string' as const]]))),
      ascending: () => (known ??= isAscending(engine, dataset, id)),
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

async function isAscending(engine: DataEngine, { columns, table }: Dataset, id: string | null): Promise<boolean> {
  const column = columns.find(({ name }) => name === id)
  if (column === undefined || !isNumeric(column.type)) return false
  const { sql } = column
  const pairs = `(SELECT ${sql} AS a FROM ${table}) POSITIONAL JOIN (SELECT ${sql} AS b FROM ${table} WHERE rowid > 0)`
  // Beyond 2⁵³ different integers may be the same number.
  const [row] = await engine.all(
    `SELECT count(*) FILTER (a < b) + 1 = count(*) AND max(abs(a)) <= ${Number.MAX_SAFE_INTEGER} AS rising FROM ${pairs}`,
  )
  return row?.rising === true
}

/** The column of a name that is known to be there. */
export function columnOf({ dataset }: Keyed, name: string): DatasetColumn {
  return dataset.columns.find((column) => column.name === name) as DatasetColumn
}

/** Ids that stand in several rows, the first of them by name. */
export async function repeatedIds(keyed: Keyed, id: string): Promise<Named> {
  const { sql } = columnOf(keyed, id)
  const ids = `SELECT ${sql} AS v FROM ${keyed.dataset.table} WHERE ${sql} IS NOT NULL GROUP BY 1 HAVING count(*) > 1`
  const some = await keyed.engine.all(
    `SELECT v, count(*) OVER () AS n FROM (${ids}) ORDER BY CAST(v AS VARCHAR) LIMIT ${MOST_NAMED}`,
  )
  return { count: Number(some[0]?.n ?? 0), some: some.map(({ v }) => String(v)) }
}
