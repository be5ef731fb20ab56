/** Shown for an empty cell, which is a slice like any other value. */
export const MISSING = '(missing)'
/** Values that are too rare for a slice of their own, together. */
export const OTHERS = '(others)'
/** The value of a slice that is a condition. */
export const HOLDS = 'true'

/** A value as slices are called by: null is the missing one, a text that looks like it is quoted, and so is the empty one. */
export function valueName(value: string | null): string {
  if (value === null) return MISSING
  return value === MISSING || value === OTHERS || value === '' ? JSON.stringify(value) : value
}

/** `size = Large & region = north`. */
export function predicatesName(predicates: readonly { readonly column: string; readonly value: string }[]): string {
  return predicates.map(({ column, value }) => `${column} = ${value}`).join(' & ')
}

/** A combination of values, in the order of their columns: `Large × north`. */
export function crossName(values: readonly string[]): string {
  return values.join(' × ')
}

/**
 * Whether a person means a slice by what was written: the same text, or the same range in ASCII (`[-1,2)`, `[30, inf)`), or
 * the same number (`1` for `1.0`).
 */
export function isMeant(written: string, name: string): boolean {
  if (written === name) return true
  if (/[[(].*,.*\)/.test(name) && name !== MISSING) return plain(written) === plain(name)
  return written.trim() !== '' && name.trim() !== '' && Number(written) === Number(name)
}

function plain(range: string): string {
  return range
    .replaceAll('−', '-')
    .replace(/inf(?:inity)?/gi, '∞')
    .replace(/\s+/g, '')
    .replace('+∞', '∞')
}
