import type { ColumnType } from '../../contracts/data-contract.js'
import { asNumber, asText } from '../column-types.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import type { JointColumn, JointRows } from './associations.js'
import { jointSample } from './source.js'
import { measurable } from './values.js'

/** Pulls the rows of the sample. `from` has the typed columns as `sql` and `n`. Equal rows become one, in ascending order. */
export async function pullJoint(
  engine: DataEngine,
  from: string,
  columns: readonly { readonly name: string; readonly type: ColumnType; readonly sql: string }[],
  of: number,
): Promise<JointRows> {
  const selected = columns.map(
    ({ type, sql }, i) => `${measurable(type) ? asNumber(type, sql) : asText(type, sql)} AS j${i}`,
  )
  const names = columns.map((_, i) => `j${i}`).join(', ')
  const found = await engine.columns(
    `SELECT ${names}, sum(n)::BIGINT AS n FROM (SELECT ${selected.join(', ')}, n FROM ${from}) GROUP BY ${names} ORDER BY ${names}`,
  )
  const weights = Float64Array.from(found.n ?? [], Number)
  return {
    weights,
    columns: columns.map(({ name, type }, i) => jointColumn(name, type, found[`j${i}`] ?? [])),
    sample: jointSample(
      weights.reduce((sum, weight) => sum + weight, 0),
      of,
    ),
  }
}

function jointColumn(name: string, type: ColumnType, cells: readonly Cell[]): JointColumn {
  return measurable(type)
    ? { name, kind: 'number', values: cells.map((cell) => (cell === null ? null : Number(cell) + 0)) }
    : { name, kind: 'category', values: cells.map((cell) => (cell === null ? null : String(cell))) }
}
