import { isSeq, type Pair, type YAMLMap } from 'yaml'
import type { ColumnRule, ColumnType } from '../../../shared/contracts/data-contract.js'
import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { formatHint } from '../../../shared/data/formats.js'
import { agree, partOf, plural } from '../../../shared/report/format.js'
import { daysOf } from '../dates.js'
import { missingShare, rangeOf, roundDown, roundUp, share } from './bounds.js'
import { type BoundKey, type ColumnBreach, MOST_NEW } from './breaches.js'
import { presentIn } from './columns.js'
import { type Editor, nodeAt, pairOf } from './edit.js'

export interface ColumnUpdate {
  readonly editor: Editor
  /** The column in the text. */
  readonly item: YAMLMap
  readonly rule: ColumnRule
  readonly column: ColumnProfile
  readonly breach: ColumnBreach
  /** What would be inferred now. */
  readonly wanted: Partial<ColumnRule>
  readonly tighten: boolean
}

export interface Told {
  readonly changes: readonly string[]
  readonly left: readonly string[]
}

type Bound = number | string
type Bounds = { readonly min?: Bound | undefined; readonly max?: Bound | undefined }

/** Widens in the text what the data break of one column; pure but for the editor. */
export function updateColumn(update: ColumnUpdate): Told {
  const changes: string[] = []
  const left: string[] = []
  const { rule, column } = update
  const name = JSON.stringify(rule.name)
  const tell = (what: string) => void changes.push(`${name}: ${what}`)
  const leave = (what: string) => void left.push(`${name}: ${what}`)
  const present = presentIn(column)
  if (present > 0 && rule.type !== undefined && rule['date-format'] === undefined && !holds(rule.type, column.type)) {
    set(update, ['type'], rule.type, column.type, tell, 'the values are written so')
  }
  updateMissing(update, tell)
  if (present === 0) return { changes, left }
  if (rule.unique === true && column.distinct < present) {
    set(
      update,
      ['unique'],
      true,
      false,
      tell,
      `${plural(present - column.distinct, 'value is a copy', 'values are copies')}`,
    )
  }
  updateOrder(update, tell, leave)
  updateSets(update, present, tell, leave)
  updateStatistics(update, tell)
  if (update.breach.forbidden > 0)
    leave(`${plural(update.breach.forbidden, 'row holds', 'rows hold')} a forbidden value`)
  return { changes, left }
}

/** Whether every value of a type found may stand where another is declared. */
const holds = (declared: ColumnType, found: ColumnType): boolean =>
  declared === found ||
  declared === 'string' ||
  (declared === 'number' && found === 'integer') ||
  (declared === 'timestamp' && found === 'date')

type Tell = (what: string) => void

function set(
  { editor, item }: ColumnUpdate,
  path: readonly string[],
  was: unknown,
  now: unknown,
  tell: Tell,
  why: string,
): void {
  const node = nodeAt(item, ...path)
  if (node === undefined || was === now) return
  // Two statistics may stand in one line.
  const key = path.slice(path.length > 2 ? -2 : -1).join('.')
  editor.replace(node, now, { key, text: `was ${key} ${String(was)}` })
  tell(`${path.join('.')} ${String(was)} became ${String(now)}, ${why}`)
}

function updateMissing(update: ColumnUpdate, tell: Tell): void {
  const { rule, column, tighten } = update
  const missing = column.missing + column.nonFinite
  const why = `${plural(missing, 'value is', 'values are')} missing`
  const most = rule.missing?.['max-share']
  const now = missingShare(missing, column.rows)
  if (most !== undefined && (missing > Math.floor(most * column.rows + 1e-9) || (tighten && now < most))) {
    set(update, ['missing', 'max-share'], most, now, tell, why)
  }
  const count = rule.missing?.['max-count']
  if (count !== undefined && missing > count) {
    set(update, ['missing', 'max-count'], count, Math.ceil(now * column.rows), tell, why)
  }
}

function updateOrder(update: ColumnUpdate, tell: Tell, leave: Tell): void {
  const { rule, breach, editor, item } = update
  if (rule.order === undefined || breach.steps === null) return
  const { up, down, same } = breach.steps
  const isUp = rule.order.endsWith('increasing')
  const against = isUp ? down : up
  if (against === 0 && (same === 0 || !rule.order.startsWith('strictly-'))) return
  if (against === 0) {
    set(
      update,
      ['order'],
      rule.order,
      isUp ? 'increasing' : 'decreasing',
      tell,
      `${plural(same, 'value equals', 'values equal')} the one before`,
    )
    return
  }
  const why = `${plural(against, 'value is', 'values are')} out of order`
  if (editor.commentOut(item, pairOf(item, 'order') as Pair, why))
    tell(`order ${rule.order} was taken out of force, ${why}`)
  else leave(why)
}

/** Sets, ranges and lengths are widened; formats and patterns cannot be, so that their share of others is raised. */
function updateSets(update: ColumnUpdate, present: number, tell: Tell, leave: Tell): void {
  const { rule, breach, column, wanted } = update
  const allowed = Math.floor(rule['max-unknown'] * present + 1e-9)
  const isBroken = (key: BoundKey) => (breach.outside.get(key) ?? 0) > allowed
  const outside = (key: BoundKey) => `${plural(breach.outside.get(key) ?? 0, 'value is', 'values are')} outside`
  let unknown = 0
  if (isBroken('values')) {
    const list = nodeAt(update.item, 'values')
    if (isSeq(list) && breach.newValues.length <= MOST_NEW) {
      update.editor.addItems(list, breach.newValues, {
        key: 'without',
        text: `was without ${plural(breach.newValues.length, 'value')}`,
      })
      tell(`values: ${plural(breach.newValues.length, 'new value')}, ${outside('values')}`)
    } else unknown = Math.max(unknown, breach.outside.get('values') ?? 0)
  }
  if (rule.range !== undefined && breach.outside.has('range')) {
    const wide = rangeOf(column, present)
    if (wide !== null)
      updateBounds(
        { update, tell, leave },
        'range',
        rule.range,
        wide,
        isBroken('range') ? column.numeric : null,
        outside('range'),
      )
  }
  if (rule.length !== undefined && breach.lengths !== null) {
    const { min, max } = breach.lengths
    const wide = wanted.length ?? { min: Math.min(min, 1), max: roundUp(max * 2) }
    updateBounds(
      { update, tell, leave },
      'length',
      rule.length,
      wide,
      isBroken('length') ? { min, max } : null,
      outside('length'),
    )
  }
  for (const key of ['format', 'pattern', 'date-format'] as const)
    if (isBroken(key)) unknown = Math.max(unknown, breach.outside.get(key) ?? 0)
  if (unknown > 0) raiseUnknown(update, share(Math.min(1, (unknown / present) * 1.5)), present, unknown, tell)
}

/**
 * Bounds of a map, `seen` where the data break them and null where they do not; each end that is broken is widened. With
 * `tighten` those become narrower that are wider than what would be inferred.
 */
function updateBounds(
  { update, tell, leave }: { readonly update: ColumnUpdate; readonly tell: Tell; readonly leave: Tell },
  key: 'range' | 'length',
  bounds: Bounds,
  wide: Bounds,
  seen: { readonly min: number; readonly max: number } | null,
  why: string,
): void {
  let changed = false
  for (const end of ['min', 'max'] as const) {
    const [was, now] = [bounds[end], wide[end]]
    if (was === undefined || now === undefined) continue
    const isWider = end === 'min' ? placeOf(now) < placeOf(was) : placeOf(now) > placeOf(was)
    const isNarrower = placeOf(now) !== placeOf(was) && !isWider
    const isBroken = seen !== null && isOutside(seen[end], was, end)
    if ((isBroken && isWider) || (seen === null && update.tighten && isNarrower)) {
      set(update, [key, end], was, now, tell, isBroken ? why : 'narrower, as asked for')
      changed = true
    }
  }
  // Such as a zero where zero itself is outside.
  if (seen !== null && !changed) leave(`${why}, and no wider bound would let them in`)
}

/** Numbers as they are, dates in days. */
const placeOf = (bound: Bound): number => (typeof bound === 'number' ? bound : daysOf(bound))

/** A day as upper bound ends with the day. */
function isOutside(value: number, bound: Bound, end: 'min' | 'max'): boolean {
  if (end === 'min') return value < placeOf(bound)
  return typeof bound === 'string' && bound.length === 10 ? value >= placeOf(bound) + 1 : value > placeOf(bound)
}

function raiseUnknown(update: ColumnUpdate, now: number, present: number, count: number, tell: Tell): void {
  const { editor, item, rule } = update
  const format = rule.format === undefined ? '' : ` not ${formatHint(rule.format)}`
  const why = `${partOf(count, present, 'value')} ${agree(count, 'is', 'are')}${format === '' ? ' outside' : format}`
  if (nodeAt(item, 'max-unknown') !== undefined) {
    set(update, ['max-unknown'], rule['max-unknown'], now, tell, why)
    return
  }
  const after = ['date-format', 'format', 'pattern', 'values']
    .map((key) => pairOf(item, key))
    .find((pair) => pair !== undefined)
  if (after === undefined) return
  editor.addKey(item, after, 'max-unknown', now, { key: 'max-unknown', text: `was 0: ${why}` })
  tell(`max-unknown 0 became ${now}, ${why}`)
}

/** Statistics that a profile holds. */
function updateStatistics(update: ColumnUpdate, tell: Tell): void {
  const { rule, column, wanted, tighten } = update
  const { numeric } = column
  const measured: Partial<Record<string, number>> = {
    ...(numeric === null
      ? {}
      : { min: numeric.min, max: numeric.max, mean: numeric.mean, sd: numeric.sd, median: numeric.quantiles.p50 }),
    distinct: column.distinct,
    missing: column.missing + column.nonFinite,
    'missing-share': (column.missing + column.nonFinite) / column.rows,
  }
  for (const [name, bounds] of Object.entries(rule.statistics ?? {})) {
    const value = measured[name]
    if (value === undefined || bounds === undefined) continue
    const inferred = wanted.statistics?.[name as 'mean'] ?? {}
    for (const end of ['min', 'max'] as const) {
      const was = bounds[end]
      if (typeof was !== 'number') continue
      const outer = inferred[end]
      const isBroken = end === 'min' ? value < was : value > was
      const now = typeof outer === 'number' ? outer : end === 'min' ? roundDown(value) : roundUp(value)
      const isNarrower = end === 'min' ? now > was : now < was
      if (isBroken || (tighten && typeof outer === 'number' && isNarrower)) {
        set(update, ['statistics', name, end], was, now, tell, `it is ${Number(value.toPrecision(6))}`)
      }
    }
  }
}
