/** Quoting for SQL made from outside text. Nothing from data, configuration or file names enters a query any other way. */

/** An identifier: `say "hi"` → `"say ""hi"""`. Any text but NUL is a valid name. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A string literal. NUL has no literal form in SQL, so a text with one becomes an expression. */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' || chr(0) || ')})`
}

/** A list of string literals: `['a', 'b']`. */
export const literalList = (texts: readonly string[]): string => `[${texts.map(literal).join(', ')}]`

/** A DOUBLE literal, exact; infinities and NaN as casts. With an exponent it is none of a DECIMAL, which would be rounded twice. */
export function double(value: number): string {
  if (Number.isNaN(value)) return "'nan'::DOUBLE"
  if (!Number.isFinite(value)) return `'${value < 0 ? '-' : ''}inf'::DOUBLE`
  const written = Number.isSafeInteger(value) ? String(value) : value.toExponential()
  return `${value < 0 ? `(${written})` : written}::DOUBLE`
}

/** Twelve significant digits: the order of a parallel sum shows in the 13th (measured), so no more are stored. */
export const round12 = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(12)) : value)
