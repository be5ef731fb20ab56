import type { DataCheck } from '../../../shared/contracts/data-checks.js'
import { type Add, show } from './parts.js'

/**
 * Checks are the same when all but their words, level and tolerance agree, wherever they stand in the list. Of those left
 * over, a new one breaks the producer and one that is gone the consumer, unless it only warns.
 */
export function diffChecks(old: readonly DataCheck[], next: readonly DataCheck[], add: Add): void {
  const left = [...next]
  for (const check of old) {
    const place = left.findIndex((other) => identity(other) === identity(check))
    if (place < 0) {
      add(pathOf(check), check.level === 'fail' ? 'consumer' : null, `the check ${told(check)} was removed`)
      continue
    }
    diffCheck(check, left.splice(place, 1)[0] as DataCheck, add)
  }
  for (const check of left)
    add(pathOf(check), check.level === 'fail' ? 'producer' : null, `the check ${told(check)} was added`)
}

function diffCheck(old: DataCheck, next: DataCheck, add: Add): void {
  const path = pathOf(next)
  if (old.name !== next.name)
    add(`${path}.name`, 'documentation', `the check ${told(old)} is called ${show(next.name ?? 'by its keys')}`)
  if (old.level !== next.level)
    add(
      `${path}.level`,
      next.level === 'fail' ? 'producer' : 'consumer',
      `the check ${told(next)} ${next.level === 'fail' ? 'fails' : 'only warns'} now`,
    )
  const [before, after] = [toleranceOf(old), toleranceOf(next)]
  if (before.share === after.share && before.rows === after.rows) return
  const stricter = after.share < before.share || after.rows < before.rows
  const soft = stricter ? next.level === 'warn' : old.level === 'warn'
  add(
    path,
    soft ? null : stricter ? 'producer' : 'consumer',
    `the check ${told(next)} allows ${stricter ? 'fewer' : 'more'} bad rows`,
  )
}

/** Bad rows that are allowed: none of both unless it is said. */
function toleranceOf(check: DataCheck): { share: number; rows: number } {
  const { mostly, 'max-bad': rows } = check as { mostly?: number; 'max-bad'?: number }
  if (rows !== undefined) return { share: Number.POSITIVE_INFINITY, rows }
  return mostly === undefined || mostly === 1
    ? { share: Number.POSITIVE_INFINITY, rows: 0 }
    : { share: 1 - mostly, rows: Number.POSITIVE_INFINITY }
}

function identity(check: DataCheck): string {
  const entries = Object.entries(check).filter(
    ([key, value]) => !['name', 'level', 'mostly', 'max-bad'].includes(key) && value !== undefined,
  )
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const subjectOf = (check: DataCheck): string =>
  'column' in check && typeof check.column === 'string'
    ? check.column
    : 'columns' in check
      ? check.columns.join(', ')
      : (check.name ?? '')
const pathOf = (check: DataCheck): string =>
  `checks.${check.check}${subjectOf(check) === '' ? '' : `.${subjectOf(check)}`}`
const told = (check: DataCheck): string =>
  `${check.check}${subjectOf(check) === '' ? '' : ` of ${show(subjectOf(check))}`}`
