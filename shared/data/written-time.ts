import type { DatasetColumn } from './dataset.js'
import { type DataEngine, EngineError } from './engine/engine.js'
import { literal } from './engine/sql.js'

/** Directives of strftime that say more than a day: hours, minutes, seconds, and what is made of them. */
const CLOCK = /%-?[HIMSfgnpzZXcs]/

/**
 * A text column of dates in a strftime format, read as the time that it says: a date where the format has no hour, else a
 * timestamp (UTC where it names an offset). What is not written so is NULL.
 */
export function writtenTime(column: DatasetColumn, format: string): DatasetColumn {
  const type = CLOCK.test(format.replaceAll('%%', '')) ? 'timestamp' : 'date'
  const sql = `CAST(try_strptime(${column.sql}, ${literal(format)}) AS ${type === 'date' ? 'DATE' : 'TIMESTAMP'})`
  return { ...column, type, sql, badIndex: null }
}

/** Whether the engine can read dates by a format; that it cannot is told where the format is checked. */
export async function isReadable(engine: DataEngine, format: string): Promise<boolean> {
  try {
    await engine.all(`SELECT try_strptime('', ${literal(format)}) AS t`)
    return true
  } catch (error) {
    if (error instanceof EngineError) return false
    throw error
  }
}
