import { daysOf } from '../dates.js'
import { type ColumnUpdate, set, type Tell } from './change.js'
import { lengthNode, rangeNode } from './columns.js'
import type { Node } from './yaml.js'

type Bound = number | string
type Bounds = { readonly min?: Bound | undefined; readonly max?: Bound | undefined }
type Seen = { readonly min: number; readonly max: number }

/** Widens a range of `present` values that is `broken`, which says how; with `tighten` narrows one that is not. */
export function updateRange(update: ColumnUpdate, present: number, broken: string | null, tell: Tell, leave: Tell) {
  const { rule, breach, column, nodes } = update
  const now = nodes.range ?? rangeNode(column, present)
  if (rule.range === undefined || !breach.outside.has('range') || now === null || column.numeric === null) return
  updateBounds({ update, tell, leave }, 'range', rule.range, now, column.numeric, broken)
}

/** {@link updateRange} of lengths of texts. */
export function updateLength(update: ColumnUpdate, broken: string | null, tell: Tell, leave: Tell) {
  const { rule, breach } = update
  if (rule.length === undefined || breach.lengths === null) return
  updateBounds({ update, tell, leave }, 'length', rule.length, lengthNode(breach.lengths), breach.lengths, broken)
}

/**
 * Bounds of a map against what was `seen`; each end that is broken is widened to what would be inferred `now`. With `tighten` those
 * become narrower that are wider than that, where none is broken.
 */
function updateBounds(
  { update, tell, leave }: { readonly update: ColumnUpdate; readonly tell: Tell; readonly leave: Tell },
  key: 'range' | 'length',
  bounds: Bounds,
  now: Node,
  seen: Seen,
  broken: string | null,
): void {
  const inferred = now.value as Bounds
  const explained = { ...update, nodes: { ...update.nodes, [key]: now } }
  let changed = false
  for (const end of ['min', 'max'] as const) {
    const [was, bound] = [bounds[end], inferred[end]]
    if (was === undefined || bound === undefined) continue
    const isWider = end === 'min' ? placeOf(bound) < placeOf(was) : placeOf(bound) > placeOf(was)
    const isNarrower = placeOf(bound) !== placeOf(was) && !isWider
    const isBroken = broken !== null && isOutside(seen[end], was, end)
    if ((isBroken && isWider) || (broken === null && update.tighten && isNarrower)) {
      set(explained, [key, end], was, bound, tell, isBroken ? broken : 'narrower, as asked for')
      changed = true
    }
  }
  // Such as a zero where zero itself is outside.
  if (broken !== null && !changed) leave(`${broken}, and no wider bound would let them in`)
}

/** Numbers as they are, dates in days. */
const placeOf = (bound: Bound): number => (typeof bound === 'number' ? bound : daysOf(bound))

/** A day as upper bound ends with the day. */
function isOutside(value: number, bound: Bound, end: 'min' | 'max'): boolean {
  if (end === 'min') return value < placeOf(bound)
  return typeof bound === 'string' && bound.length === 10 ? value >= placeOf(bound) + 1 : value > placeOf(bound)
}
