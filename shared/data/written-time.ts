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
  const sql = `CAST(${timeSql(column.sql, format)} AS ${type === 'date' ? 'DATE' : 'TIMESTAMP'})`
  return { ...column, type, sql, badIndex: null }
}

/** SQL for the time that a text says in a strftime format; NULL where it is not written so, or names no day that exists. */
export function timeSql(text: string, format: string): string {
  const read = `try_strptime(${text}, ${literal(format)})`
  const parts = zoneParts(format)
  if (parts === null) return read
  // With the name of a zone the engine takes 30 February for 1 March, with these letters in its place it does not.
  const pattern = `(${parts.before})([A-Za-z][A-Za-z0-9_/+-]*)(${parts.after})`
  const plain = `regexp_replace(${text}, ${literal(`^${pattern}$`)}, '\\1UTC\\3', 'g')`
  const day = `try_strptime(${plain}, ${literal(format.replace('%Z', 'UTC'))})`
  return `CASE WHEN ${day} IS NOT NULL OR NOT regexp_full_match(${text}, ${literal(pattern)}) THEN ${read} END`
}

/** Regular expressions of what stands before and behind the name of a zone; null without one, or where they cannot be told. */
function zoneParts(format: string): { readonly before: string; readonly after: string } | null {
  const tokens: readonly string[] = format.match(/%-?[a-zA-Z%]|[^%]+/g) ?? []
  const at = tokens.indexOf('%Z')
  if (at < 0 || at !== tokens.lastIndexOf('%Z')) return null
  const patterns = tokens.map((token) => {
    if (token === '%%') return '%'
    if (!token.startsWith('%')) return token.replace(/[^A-Za-z0-9]/g, (sign) => (/\s/.test(sign) ? '\\s' : `\\${sign}`))
    if (/[aAbBp]$/.test(token)) return '[A-Za-z]+'
    return token === '%z' ? '[+-][0-9:]+' : /[cxX]$/.test(token) ? null : '[0-9]+'
  })
  const [before, after] = [patterns.slice(0, at), patterns.slice(at + 1)]
  if ([...before, ...after].includes(null)) return null
  return { before: before.join(''), after: after.join('') }
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
