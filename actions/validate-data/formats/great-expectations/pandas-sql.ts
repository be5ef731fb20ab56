import { identifier } from '../../../../shared/data/engine/sql.js'
import type { Scalar } from '../arguments.js'
import { sqlIn, sqlScalar } from '../sql-text.js'

/** A condition of `DataFrame.query` that has no safe form in SQL. */
export class NoCondition extends Error {}

/** A condition of `DataFrame.query`, read. */
export type Expression =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'list'; readonly values: readonly Scalar[] }
  | { readonly kind: 'arithmetic'; readonly operator: string; readonly sides: readonly [Expression, Expression] }
  | { readonly kind: 'minus'; readonly of: Expression }
  | { readonly kind: 'compare'; readonly operator: string; readonly sides: readonly [Expression, Expression] }
  | { readonly kind: 'missing'; readonly of: Expression; readonly is: boolean }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }

export const isCondition = ({ kind }: Expression): boolean => ['compare', 'missing', 'not', 'and', 'or'].includes(kind)

/** `exact`: inside a negation the condition must be false, not unknown, where a value is missing. */
export function sqlOf(expression: Expression, exact: boolean): string {
  switch (expression.kind) {
    case 'column':
      return identifier(expression.name)
    case 'value':
      return sqlScalar(expression.value)
    case 'list':
      throw new NoCondition('a list stands alone')
    case 'minus':
      return `(-${sqlOf(expression.of, exact)})`
    case 'arithmetic': {
      const [left, right] = expression.sides.map((side) => sqlOf(side, exact))
      return `(${left} ${expression.operator} ${right})`
    }
    case 'missing':
      return `${sqlOf(expression.of, exact)} IS ${expression.is ? '' : 'NOT '}NULL`
    case 'compare':
      return comparison(expression.operator, expression.sides, exact)
    case 'not':
      return `NOT (${sqlOf(condition(expression.of), true)})`
    default:
      return expression.parts
        .map((part) => `(${sqlOf(condition(part), exact)})`)
        .join(expression.kind === 'and' ? ' AND ' : ' OR ')
  }
}

/** A column of booleans stands for itself. */
function condition(expression: Expression): Expression {
  if (isCondition(expression) || expression.kind === 'column') return expression
  if (expression.kind === 'value' && typeof expression.value === 'boolean') return expression
  throw new NoCondition('`and`, `or` and `not` need conditions')
}

function comparison(operator: string, [left, right]: readonly [Expression, Expression], exact: boolean): string {
  const a = sqlOf(left, exact)
  if (right.kind === 'list') {
    const among = sqlIn(a, right.values)
    if (operator === 'not in') return `NOT coalesce(${among}, false)`
    return exact ? `coalesce(${among}, false)` : among
  }
  const b = sqlOf(right, exact)
  if (operator === '!=') return `coalesce(${a} <> ${b}, true)`
  const holds = `${a} ${operator === '==' ? '=' : operator} ${b}`
  return exact ? `coalesce(${holds}, false)` : holds
}
