import { asNumber, asText, isNumeric, isTemporal } from '../column-types.js'
import type { Dataset } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'

/** Rows of a side that are learned from; more find nothing that matters. */
export const MOST_ROWS = 10_000
/** A text longer than this is compared by its beginning. */
const LONGEST_TEXT = 2000

/** Up to `most` rows of some columns, as numbers or text: see {@link sampleRows}. */
export function sampleColumns(
  engine: DataEngine,
  dataset: Dataset,
  names: readonly string[],
  most: number,
): Promise<Cell[][]> {
  const parts = names.map((name) => {
    const column = dataset.columns.find((one) => one.name === name)
    if (column === undefined) return 'NULL'
    const { type, sql } = column
    return isNumeric(type) || isTemporal(type) ? asNumber(type, sql) : `left(${asText(type, sql)}, ${LONGEST_TEXT})`
  })
  return sampleRows(engine, dataset, parts, most)
}

/**
 * What some SQL says of up to `most` rows, the same ones every time: those whose place has the smallest hash. `null` where there is no
 * value.
 */
export async function sampleRows(
  engine: DataEngine,
  { table }: Dataset,
  parts: readonly string[],
  most: number,
): Promise<Cell[][]> {
  const named = parts.map((part, i) => `${part} AS c${i}`)
  const found = await engine.columns(
    `SELECT ${named.join(', ')} FROM (SELECT *, rowid AS place FROM ${table} ORDER BY hash(rowid), rowid LIMIT ${most}) ORDER BY place`,
  )
  return parts.map((_, i) => found[`c${i}`] ?? [])
}
