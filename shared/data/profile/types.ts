import type { ColumnType } from '../../contracts/data-contract.js'
import { TRIED, typedValue } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'

/**
 * The type that a column of texts is read as: the most specific that every value is written as, text where none fits or
 * nothing is there; nan and inf alone are no number. What `loadTable` finds on the whole. `values` selects `v` and `n`.
 */
export async function typeOfTexts(engine: DataEngine, values: string): Promise<ColumnType> {
  const counts = TRIED.map((type) => `count(${typedValue(type, 'v')}) AS ${type}`)
  const [row = {}] = await engine.all(
    `SELECT count(v) AS n, ${counts.join(', ')}, count(*) FILTER (WHERE isfinite(${typedValue('number', 'v')})) AS finite FROM (${values})`,
  )
  if (Number(row.n) === 0) return 'string'
  return TRIED.find((type) => row[type] === row.n && (type !== 'number' || Number(row.finite) > 0)) ?? 'string'
}

/** SQL for a text of a state as the value of a column: strict where the texts are those of files, exact where we wrote them. */
export function valueOfText(type: ColumnType, isOurs: boolean, text: string): string {
  if (type === 'string') return text
  const value = isOurs ? `TRY_CAST(${text} AS ${SQL_TYPES[type]})` : `(${typedValue(type, text)})`
  return type === 'number' ? `${value} + 0.0` : value
}

/** Types of the engine. */
export const SQL_TYPES: Record<ColumnType, string> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  string: 'VARCHAR',
}
