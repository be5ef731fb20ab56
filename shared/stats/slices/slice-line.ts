import { decimal } from '../numeric.js'
import type { CodedColumn, Facts } from './cube.js'
import { comparePredicates, forEachSlice, type Predicate, totalOf } from './enumerate.js'
import { sliceLineScore } from './score.js'

export interface ScoredSlice {
  readonly predicates: readonly Predicate[]
  readonly score: number
  readonly rows: number
  /** Sum of the loss. */
  readonly loss: number
}

/**
 * The slices of the highest SliceLine score, all of them looked at: at least `minRows` rows, a score above 0, and every
 * slice that ties with the last of the `top`. The best first, ties by the order of their predicates.
 */
export function topBySliceLine(
  columns: readonly CodedColumn[],
  facts: Facts,
  { alpha, top, predicates, minRows }: { alpha: number; top: number; predicates: number; minRows: number },
): ScoredSlice[] {
  const all = totalOf(facts)(0)
  const found: ScoredSlice[] = []
  forEachSlice(columns, facts, predicates, minRows, (slice) => {
    const sums = slice.sums(0)
    // Slices that tie may differ in the last digits.
    const score = decimal(sliceLineScore(sums, all, alpha))
    if (score > 0) found.push({ predicates: slice.predicates, score, rows: sums.count, loss: sums.sum })
  })
  found.sort((a, b) => b.score - a.score || comparePredicates(a.predicates, b.predicates))
  const last = found[top - 1]
  return last === undefined ? found : found.filter(({ score }) => score >= last.score)
}
