import { asNumber, asText, isNumeric, isTemporal } from '../column-types.js'
import type { Dataset } from '../dataset.js'
import type { Cell, DataEngine } from '../engine.js'

/** A text longer than this is compared by its beginning. */
const LONGEST_TEXT = 2000

/**
 * Up to `most` rows of some columns, the same ones every time: those whose place has the smallest hash. Numbers and times as
 * numbers, else text; `null` where there is no value.
 */
export async function sampleColumns(
  engine: DataEngine,
  { table, columns }: Dataset,
  names: readonly string[],
  most: number,
): Promise<Cell[][]> {
  const parts = names.map((name, i) => {
    const column = columns.find((one) => one.name === name)
    if (column === undefined) return `NULL AS c${i}`
    const { type, sql } = column
    const value =
      isNumeric(type) || isTemporal(type) ? asNumber(type, sql) : `left(${asText(type, sql)}, ${LONGEST_TEXT})`
    return `${value} AS c${i}`
  })
  const found = await engine.columns(
    `SELECT ${parts.join(', ')} FROM (SELECT *, rowid AS place FROM ${table} ORDER BY hash(rowid), rowid LIMIT ${most}) ORDER BY place`,
  )
  return names.map((_, i) => found[`c${i}`] ?? [])
}
