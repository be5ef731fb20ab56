import { double, identifier, literal } from '../../../shared/data/engine/sql.js'
import type { Scalar } from './arguments.js'

/** A scalar of a foreign file as an SQL literal; whole numbers keep their form, so that integers compare as integers. */
export function sqlScalar(value: Scalar): string {
  if (typeof value === 'string') return literal(value)
  if (typeof value === 'boolean') return String(value)
  return Number.isSafeInteger(value) ? String(value) : double(value)
}

/** `a IN (1, 2)`; false for no values, as in the languages whose lists may be empty. */
export const sqlIn = (left: string, values: readonly Scalar[]): string =>
  values.length === 0 ? 'false' : `${left} IN (${values.map(sqlScalar).join(', ')})`

/** All conditions together; undefined for none. */
export function allOf(conditions: readonly (string | undefined)[]): string | undefined {
  const given = conditions.filter((condition) => condition !== undefined)
  return given.length <= 1 ? given[0] : given.map((condition) => `(${condition})`).join(' AND ')
}

/** When columns of a row are missing, as SQL; null for never. */
export function sqlMissing(columns: readonly string[], when: 'any-missing' | 'all-missing' | 'never'): string | null {
  if (when === 'never') return null
  return columns.map((name) => `${identifier(name)} IS NULL`).join(when === 'any-missing' ? ' OR ' : ' AND ')
}
