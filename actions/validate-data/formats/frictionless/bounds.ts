import { identifier, literal } from '../../../../shared/data/engine/sql.js'
import type { CheckInput, ContractBuilder } from '../builder.js'
import { type Cursor, show } from '../cursor.js'
import { type Bounds, lower, upper } from '../foreign/bounds.js'
import type { FieldType } from './types.js'

/** `minimum`, `maximum` and the exclusive ones of version 2, written as values of the field or as their texts. */
export function readConstraintBounds(
  constraints: Cursor,
  type: FieldType,
  bounds: Bounds,
  builder: ContractBuilder,
): void {
  for (const [key, add, strict] of [
    ['minimum', lower, false],
    ['exclusiveMinimum', lower, true],
    ['maximum', upper, false],
    ['exclusiveMaximum', upper, true],
  ] as const) {
    const written = constraints.raw(key)
    if (written === undefined || written === null) continue
    const value = type.bound?.(written) ?? null
    if (value !== null) add(bounds, value, strict)
    else
      builder.problem(
        constraints.lineOf(key),
        type.bound === undefined ? `\`${key}\` of a ${type.name} is not checked` : `\`${key}\` is ${show(written)}`,
        type.bound === undefined ? 'remove it, or write another type' : `write a ${type.name} as it stands in the data`,
      )
  }
}

/** Bounds of a column whose texts are no plain numbers or dates, as a condition of rows. */
export function sqlBounds(column: string, type: FieldType, bounds: Bounds): CheckInput {
  const value = type.number ?? `CAST(${identifier(column)} AS VARCHAR)`
  const written = (bound: number | string) => (typeof bound === 'number' ? String(bound) : literal(bound))
  const sides = [
    ...(bounds.min === undefined ? [] : [`${value} ${bounds['strict-min'] ? '>' : '>='} ${written(bounds.min)}`]),
    ...(bounds.max === undefined ? [] : [`${value} ${bounds['strict-max'] ? '<' : '<='} ${written(bounds.max)}`]),
  ]
  return { check: 'rows', name: `range of ${column}`, condition: sides.join(' AND ') }
}
