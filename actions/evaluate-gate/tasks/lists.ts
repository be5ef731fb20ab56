/**
 * A cell that lists texts: a JSON array of scalars, a list as the engine writes one, or texts between a separator, the empty
 * cell being no text at all. Null for what begins and ends like a list and is none.
 */
export function readList(cell: string, separator: string): readonly string[] | null {
  const text = cell.trim()
  if (isBracketed(text)) return readArray(text) ?? readEngineList(text)
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A JSON array of scalars as texts; null for anything else. */
export function readArray(text: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(text)
    const isList = Array.isArray(list) && list.every((part) => ['string', 'number', 'boolean'].includes(typeof part))
    return isList ? list.map(String) : null
  } catch {
    return null
  }
}

/**
 * A list of texts as DuckDB writes a column of lists: `[a, 'b, c', NULL]`, parts with signs of its own in single quotes with
 * backslashes before quotes and backslashes. Missing parts are left out. Null for anything else, such as lists of lists.
 */
export function readEngineList(text: string): readonly string[] | null {
  if (!isBracketed(text)) return null
  const inner = text.slice(1, -1)
  const parts: string[] = []
  let at = 0
  while (at < inner.length) {
    const found = PART.exec(inner.slice(at))
    if (found === null) return null
    const [whole, quoted, plain] = found
    if (quoted !== undefined) parts.push(quoted.replace(/\\(.)/gs, '$1'))
    else if (plain !== undefined && plain !== 'NULL') parts.push(plain)
    at += whole.length
    // A comma promises one more part.
    if (at === inner.length && whole.endsWith(', ')) return null
  }
  return parts
}

/** The first part of what is left, up to the next one. */
const PART = /^(?:'((?:[^'\\]|\\.)*)'|([^'[\]{},"]+))(?:, |$)/s

function isBracketed(text: string): boolean {
  return text.length >= 2 && text.startsWith('[') && text.endsWith(']')
}
