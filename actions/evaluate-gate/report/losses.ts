import { type LossKind, lossKindOf, lossOf } from '../../../shared/stats/slices/loss.js'
import type { Subjects } from '../measure.js'

/** What the answer to each row costs, NaN where a row has no loss. */
export interface Losses {
  readonly kind: LossKind
  readonly candidate: Float64Array
  /** Null without one. */
  readonly baseline: Float64Array | null
}

/** By the finest loss that all models answer. */
export function lossesOf({ candidate, baseline }: Pick<Subjects, 'candidate' | 'baseline'>): Losses {
  const kind = lossKindOf(baseline === null ? [candidate] : [candidate, baseline])
  return { kind, candidate: lossOf(candidate, kind), baseline: baseline === null ? null : lossOf(baseline, kind) }
}
