import type { ColumnRule, ColumnType } from '../../../shared/contracts/data-contract.js'
import { isNumeric, isTemporal } from '../../../shared/data/column-types.js'
import { agree, partOf } from '../../../shared/report/format.js'
import { type ColumnUpdate, renew, set, type Tell } from './change.js'
import { pairOf } from './edit.js'

/** Whether every value of a type found may stand where another is declared. */
const holds = (declared: ColumnType, found: ColumnType): boolean =>
  declared === found ||
  declared === 'string' ||
  (declared === 'number' && found === 'integer') ||
  (declared === 'timestamp' && found === 'date')

/**
 * The type that the values have now, where they have another; a few among many that are not of it are for a person to say. What
 * the new type has no use for is taken out of force with it, or the contract would be none.
 */
export function updateType(update: ColumnUpdate, present: number, tell: Tell, leave: Tell): void {
  const { rule, column, editor, item } = update
  if (rule.type === undefined || rule['date-format'] !== undefined || holds(rule.type, column.type)) return
  if (column.mostly !== null && holds(rule.type, column.mostly.type)) {
    const others = present - column.mostly.count
    leave(`${partOf(others, present, 'value')} ${agree(others, 'is', 'are')} not written as ${rule.type}`)
    return
  }
  const unfit = unfitKeys(rule, column.type).flatMap((key) => pairOf(item, key) ?? [])
  if (unfit.length > 0 && (item.flow === true || unfit.includes(item.items[0] as never))) {
    leave(`the values are written as ${column.type}, and what is said of ${rule.type} stands in the same line`)
    return
  }
  set(update, ['type'], rule.type, column.type, tell, 'the values are written so')
  for (const pair of unfit) {
    const key = String(pair.key)
    editor.commentOut(item, pair, `not of ${column.type}`)
    renew(update, key, undefined)
    tell(`${key} was taken out of force: it is not of ${column.type}`)
  }
}

/** Keys of a column that a contract of that type may not have, or that tell nothing of it. */
function unfitKeys({ range, statistics, outliers }: ColumnRule, type: ColumnType): string[] {
  const bound = range?.min ?? range?.max
  const isRange = bound !== undefined && (typeof bound === 'number' ? isNumeric(type) : isTemporal(type))
  const ofNumbers = Object.keys(statistics ?? {}).some((name) => !/^(distinct|missing)/.test(name))
  return [
    ...(range === undefined || isRange ? [] : ['range']),
    ...(ofNumbers && !isNumeric(type) ? ['statistics'] : []),
    ...(outliers !== undefined && !isNumeric(type) ? ['outliers'] : []),
  ]
}
