import type { ColumnRule, ColumnType } from '../../../shared/contracts/data-contract.js'
import { plural } from '../../../shared/report/format.js'
import { type Add, bounds, type Side, show } from './parts.js'

/** Types whose every value is one of another: 3 is a number, a day is a time, and everything is a text. */
const WIDER: Readonly<Record<ColumnType, readonly ColumnType[]>> = {
  integer: ['number', 'string'],
  number: ['string'],
  boolean: ['string'],
  date: ['timestamp', 'string'],
  timestamp: ['string'],
  string: [],
}

/** Two rules of one column. A rule that only warns neither stops a producer nor promises a consumer anything. */
export function diffColumn(old: ColumnRule, next: ColumnRule, add: Add): void {
  const path = `columns.${old.name}`
  const column = `column ${show(old.name)}`
  const softBefore = old.level === 'warn'
  const soft = next.level === 'warn'
  /** Stricter breaks the producer when the new rule stops, looser the consumer when the old one held. */
  const tell = (key: string, breaks: Side | null, message: string) =>
    add(
      `${path}.${key}`,
      (breaks === 'producer' && soft) || (breaks === 'consumer' && softBefore) ? null : breaks,
      `${column}: ${message}`,
    )
  if (old.level !== next.level) {
    add(`${path}.level`, soft ? 'consumer' : 'producer', `${column}: its rules ${soft ? 'only warn' : 'fail'} now`)
  }
  if (old.required !== next.required)
    add(
      `${path}.required`,
      next.required ? 'producer' : 'consumer',
      `${column} ${next.required ? 'must be there now' : 'may be lacking now'}`,
    )
  diffType(old.type, next.type, tell)
  const most = ({ missing }: ColumnRule) => ({
    share: missing?.['max-share'] ?? Number.POSITIVE_INFINITY,
    count: missing?.['max-count'] ?? Number.POSITIVE_INFINITY,
  })
  const none = (rule: ColumnRule) => most(rule).share === 0 || most(rule).count === 0
  const [before, after] = [most(old), most(next)]
  if (!(none(old) && none(next)) && (before.share !== after.share || before.count !== after.count)) {
    const fewer = after.share < before.share || after.count < before.count
    tell('missing', fewer ? 'producer' : 'consumer', `${fewer ? 'fewer' : 'more'} missing values are allowed`)
  }
  if ((old.unique === true) !== (next.unique === true))
    tell(
      'unique',
      next.unique === true ? 'producer' : 'consumer',
      next.unique === true ? 'values have to differ now' : 'values may be equal now',
    )
  diffSets(old, next, tell)
  diffTexts(old, next, tell)
  if (old['max-unknown'] !== next['max-unknown']) {
    const stricter = next['max-unknown'] < old['max-unknown']
    tell(
      'max-unknown',
      stricter ? 'producer' : 'consumer',
      `the share of other values went from ${old['max-unknown']} to ${next['max-unknown']}`,
    )
  }
  const within = (key: string, what: string, a?: object, b?: object) =>
    bounds(key, what, a, b, (at, breaks, message) => tell(at, breaks as Side | null, message))
  within('range', 'the range', old.range, next.range)
  within('length', 'the length', old.length, next.length)
  for (const statistic of new Set([...Object.keys(old.statistics ?? {}), ...Object.keys(next.statistics ?? {})])) {
    const of = (rule: ColumnRule) => (rule.statistics as Record<string, object> | undefined)?.[statistic]
    within(`statistics.${statistic}`, `the ${statistic}`, of(old), of(next))
  }
  if (JSON.stringify(old.outliers) !== JSON.stringify(next.outliers)) {
    const limit = ({ outliers }: ColumnRule) => outliers?.z ?? Number.POSITIVE_INFINITY
    const share = ({ outliers }: ColumnRule) => outliers?.['max-share'] ?? Number.POSITIVE_INFINITY
    const stricter = limit(next) < limit(old) || share(next) < share(old)
    tell(
      'outliers',
      stricter ? 'producer' : 'consumer',
      `the rule of outliers became ${stricter ? 'stricter' : 'looser'}`,
    )
  }
  if (old.description !== next.description)
    add(`${path}.description`, 'documentation', `${column}: its description changed`)
  if (old.sensitive !== next.sensitive) add(`${path}.sensitive`, null, `${column}: what reports show of it changed`)
}

type Tell = (key: string, breaks: Side | null, message: string) => void

function diffType(old: ColumnType | undefined, next: ColumnType | undefined, tell: Tell): void {
  if (old === next) return
  if (old === undefined || old === 'string') {
    if (next !== undefined && next !== 'string') tell('type', 'producer', `values have to be ${next} now`)
  } else if (next === undefined) tell('type', 'consumer', `values may be other than ${old} now`)
  else if (WIDER[old].includes(next)) tell('type', 'consumer', `the type ${old} became the wider ${next}`)
  else if (WIDER[next].includes(old)) tell('type', 'producer', `the type ${old} became the narrower ${next}`)
  else tell('type', 'producer', `the type ${old} became ${next}`)
}

function diffSets(old: ColumnRule, next: ColumnRule, tell: Tell): void {
  const listed = (values: readonly string[]) =>
    values.slice(0, 5).map(show).join(', ') + (values.length > 5 ? `, … (${values.length})` : '')
  const [before, after] = [old.values, next.values]
  if (before === undefined && after !== undefined)
    tell('values', 'producer', `only ${plural(after.length, 'value is', 'values are')} allowed now`)
  else if (before !== undefined && after === undefined) tell('values', 'consumer', 'any value is allowed now')
  else if (before !== undefined && after !== undefined) {
    const gone = before.filter((value) => !after.includes(value))
    const more = after.filter((value) => !before.includes(value))
    if (gone.length > 0) tell('values', 'producer', `values are no longer allowed: ${listed(gone)}`)
    if (more.length > 0) tell('values', 'consumer', `values are allowed that were not: ${listed(more)}`)
  }
  const gone = (old.forbidden ?? []).filter((value) => !(next.forbidden ?? []).includes(value))
  const more = (next.forbidden ?? []).filter((value) => !(old.forbidden ?? []).includes(value))
  if (more.length > 0) tell('forbidden', 'producer', `values are forbidden now: ${listed(more)}`)
  if (gone.length > 0) tell('forbidden', 'consumer', `values are no longer forbidden: ${listed(gone)}`)
}

/** What cannot be compared for being narrower: another pattern may refuse what the old one took. */
function diffTexts(old: ColumnRule, next: ColumnRule, tell: Tell): void {
  for (const [key, what] of [
    ['format', 'the format'],
    ['pattern', 'the pattern'],
    ['date-format', 'the date format'],
    ['order', 'the order'],
  ] as const) {
    const [before, after] = [old[key], next[key]]
    if (before === after) continue
    if (after === undefined) tell(key, 'consumer', `${what} ${show(before as string)} was dropped`)
    else if (before === undefined) tell(key, 'producer', `${what} ${show(after)} is asked for now`)
    else if (key === 'order' && before === `strictly-${after}`)
      tell(key, 'consumer', 'equal values may follow each other now')
    else tell(key, 'producer', `${what} ${show(before)} became ${show(after)}`)
  }
}
