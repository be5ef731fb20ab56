import type { ColumnRule } from '../../../shared/contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import type { Dataset, DatasetColumn } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'

export type Order = NonNullable<ColumnRule['order']>

/** Values that have to be in order, and different ones among them: fewer are so by chance. */
const FEWEST = 20
const FIRST_ROWS = 2000

/** Whether a name says that it numbers or names rows: `id`, `order_id`, `orderId`, `uuid`, `invoice no`. */
export const namesRows = (name: string): boolean =>
  /(^|[^a-z])(id|key|uuid|guid|ulid|nr|no|number|code|hash|index|idx|seq|sequence)$/i.test(name) ||
  /[a-z\d](Id|ID|Key|Uuid|UUID|Guid|Nr|No|Number|Code|Hash|Index|Seq)$/.test(name)

/** Time, and numbers that name rows, in the order of the files. Missing values are passed over. */
export async function findOrders(
  engine: DataEngine,
  dataset: Dataset,
  profile: DatasetProfile,
): Promise<Map<string, Order>> {
  const found = new Map<string, Order>()
  for (const [i, column] of dataset.columns.entries()) {
    if (!mayBeOrdered(profile.columns[i] as ColumnProfile, profile.rows)) continue
    if ((await orderOf(engine, dataset, column, `rowid < ${FIRST_ROWS}`)) === null) continue
    const order = await orderOf(engine, dataset, column, 'true')
    if (order !== null) found.set(column.name, order)
  }
  return found
}

const mayBeOrdered = ({ type, distinct, missing, name }: ColumnProfile, rows: number): boolean =>
  distinct >= FEWEST && (isTemporal(type) || (type === 'integer' && distinct === rows - missing && namesRows(name)))

async function orderOf(
  engine: DataEngine,
  { table }: Dataset,
  { sql }: DatasetColumn,
  where: string,
): Promise<Order | null> {
  const steps = `(SELECT ${sql} AS x, lag(${sql}) OVER (ORDER BY rowid) AS before FROM ${table} WHERE ${where} AND ${sql} IS NOT NULL)`
  const [row = {}] = await engine.all(
    `SELECT count(*) FILTER (WHERE x > before) AS up, count(*) FILTER (WHERE x < before) AS down, count(*) FILTER (WHERE x = before) AS same FROM ${steps}`,
  )
  const [up, down, same] = [Number(row.up), Number(row.down), Number(row.same)]
  if ((up > 0 && down > 0) || up + down === 0) return null
  const strictly = same === 0 ? 'strictly-' : ''
  return up > 0 ? `${strictly}increasing` : `${strictly}decreasing`
}
