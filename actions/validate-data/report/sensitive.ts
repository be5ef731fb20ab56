import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'

/** Stands where a value would be. */
export const NOT_SHOWN = '(not shown)'

/** Names of the columns whose values stay out of reports: those that a profile calls sensitive. */
export const sensitiveColumns = (profiles: readonly DatasetProfile[]): ReadonlySet<string> =>
  new Set(
    profiles.flatMap(({ columns }) => columns.filter(({ sensitive }) => sensitive != null).map(({ name }) => name)),
  )

/**
 * Checks without the values of sensitive columns: examples, what was measured where that is a text, and what a message or a
 * detail quotes. A check is about a column when its subject or message names it, whole, so that a name inside another hides
 * nothing. Of rows that a query returned only the values of columns that are known and not sensitive are left.
 */
export function withoutSensitive(checks: readonly Check[], profiles: readonly DatasetProfile[]): Check[] {
  const names = sensitiveColumns(profiles)
  if (names.size === 0) return [...checks]
  const columns = new Set(profiles.flatMap((one) => one.columns.map(({ name }) => name)))
  return checks.map((check) => {
    if (check.rule === 'sql-rows') return withoutRows(check, columns, names)
    const isAbout = (text: string) => [...names].some((name) => isNamed(text, name))
    if (!isAbout(check.subject) && !isAbout(check.message)) return check
    const details = Object.entries(check.details).map(([key, value]) => [
      key,
      typeof value === 'string' ? withoutQuotes(value, columns) : value,
    ])
    return {
      ...check,
      message: withoutQuotes(check.message, columns),
      measured: typeof check.measured === 'string' ? NOT_SHOWN : check.measured,
      details: Object.fromEntries(details),
      examples: check.examples.map((example) => ({ ...example, value: NOT_SHOWN })),
    }
  })
}

/** Messages quote values as JSON does; names of columns stay. */
const withoutQuotes = (text: string, columns: ReadonlySet<string>): string =>
  text.replace(/"((?:[^"\\]|\\.)*)"/g, (quoted, inside: string) => (columns.has(inside) ? quoted : NOT_SHOWN))

/** A column of a query may be called anything, and a row that was cut off cannot be read: both count as sensitive. */
function withoutRows(check: Check, columns: ReadonlySet<string>, sensitive: ReadonlySet<string>): Check {
  const shown = (key: string, value: unknown) => (columns.has(key) && !sensitive.has(key) ? value : NOT_SHOWN)
  return {
    ...check,
    examples: check.examples.map((example) => {
      const row = parsed(example.value)
      const entries = row === null ? null : Object.entries(row).map(([key, value]) => [key, shown(key, value)])
      return { ...example, value: entries === null ? NOT_SHOWN : JSON.stringify(Object.fromEntries(entries)) }
    }),
  }
}

function parsed(text: unknown): object | null {
  try {
    const row: unknown = JSON.parse(String(text))
    return typeof row === 'object' && !Array.isArray(row) ? row : null
  } catch {
    return null
  }
}

function isNamed(subject: string, name: string): boolean {
  for (let at = subject.indexOf(name); at >= 0; at = subject.indexOf(name, at + 1)) {
    if (!joins(subject[at - 1]) && !joins(subject[at + name.length])) return true
  }
  return false
}

const joins = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_]/u.test(character)
