import { type LossKind, lossKindOf, type RowLosses, rowLosses } from '../../../shared/stats/slices/loss.js'
import type { Subjects } from '../compare.js'

/** What the answer to each row costs. */
export interface Losses {
  readonly kind: LossKind
  readonly candidate: RowLosses
  /** Null without one. */
  readonly baseline: RowLosses | null
}

/** By the finest loss that all models answer. */
export function lossesOf({ candidate, baseline }: Pick<Subjects, 'candidate' | 'baseline'>): Losses {
  const kind = lossKindOf(baseline === null ? [candidate] : [candidate, baseline])
  return { kind, candidate: rowLosses(candidate, kind), baseline: baseline && rowLosses(baseline, kind) }
}
