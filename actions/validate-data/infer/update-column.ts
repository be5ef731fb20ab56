import { isSeq, type Pair } from 'yaml'
import type { ColumnRule } from '../../../shared/contracts/data-contract.js'
import { formatHint } from '../../../shared/data/formats.js'
import { agree, partOf, plural } from '../../../shared/report/format.js'
import { missingShare, roundDown, roundUp, share } from './bounds.js'
import { type BoundKey, MOST_NEW } from './breaches.js'
import { type ColumnUpdate, renew, set, type Tell } from './change.js'
import { momentsSeen, presentIn } from './columns.js'
import { nodeAt, pairOf } from './edit.js'
import { updateLength, updateRange } from './update-bounds.js'
import { updateType } from './update-type.js'

export interface Told {
  readonly changes: readonly string[]
  readonly left: readonly string[]
}

/** Widens in the text what the data break of one column; pure but for the editor. */
export function updateColumn(update: ColumnUpdate): Told {
  const changes: string[] = []
  const left: string[] = []
  const { rule, column } = update
  const name = JSON.stringify(rule.name)
  const tell = (what: string) => void changes.push(`${name}: ${what}`)
  const leave = (what: string) => void left.push(`${name}: ${what}`)
  const present = presentIn(column)
  if (present > 0) updateType(update, present, tell, leave)
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
  if (editor.commentOut(item, pairOf(item, 'order') as Pair, why)) {
    renew(update, 'order', undefined)
    tell(`order ${rule.order} was taken out of force, ${why}`)
  } else leave(why)
}

/** Sets, ranges and lengths are widened; formats and patterns cannot be, so that their share of others is raised. */
function updateSets(update: ColumnUpdate, present: number, tell: Tell, leave: Tell): void {
  const { rule, breach } = update
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
      renew(update, 'values', plural((rule.values?.length ?? 0) + breach.newValues.length, 'value'))
      tell(`values: ${plural(breach.newValues.length, 'new value')}, ${outside('values')}`)
    } else unknown = Math.max(unknown, breach.outside.get('values') ?? 0)
  }
  updateRange(update, present, isBroken('range') ? outside('range') : null, tell, leave)
  updateLength(update, isBroken('length') ? outside('length') : null, tell, leave)
  for (const key of ['format', 'pattern', 'date-format'] as const) {
    if (!isBroken(key)) continue
    unknown = Math.max(unknown, breach.outside.get(key) ?? 0)
    // It said that each value is so.
    renew(update, key, undefined)
  }
  if (unknown > 0) raiseUnknown(update, share(Math.min(1, (unknown / present) * 1.5)), present, unknown, tell)
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
  const { rule, column, nodes, tighten } = update
  const { numeric } = column
  const wanted = (nodes.statistics?.value ?? {}) as NonNullable<ColumnRule['statistics']>
  const seen = numeric === null ? undefined : momentsSeen(numeric)
  const statistics = nodes.statistics ?? { value: undefined, why: seen }
  const explained = { ...update, nodes: { ...nodes, statistics } }
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
    const inferred = wanted[name as 'mean'] ?? {}
    for (const end of ['min', 'max'] as const) {
      const was = bounds[end]
      if (typeof was !== 'number') continue
      const outer = inferred[end]
      const isBroken = end === 'min' ? value < was : value > was
      const now = typeof outer === 'number' ? outer : end === 'min' ? roundDown(value) : roundUp(value)
      const isNarrower = end === 'min' ? now > was : now < was
      if (isBroken || (tighten && typeof outer === 'number' && isNarrower)) {
        set(explained, ['statistics', name, end], was, now, tell, `it is ${Number(value.toPrecision(6))}`)
      }
    }
  }
}
