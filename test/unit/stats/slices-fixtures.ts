import { decimal } from '../../../shared/stats/numeric.js'
import type { CodedColumn, Facts } from '../../../shared/stats/slices/cube.js'
import { comparePredicates, forEachSlice, type Predicate, totalOf } from '../../../shared/stats/slices/enumerate.js'
import { sliceLineScore } from '../../../shared/stats/slices/score.js'

/** 120 rows: whether each is in the slice, its loss, that of another model, and its weight. */
export const MEMBERS =
  '001100000011110001010101101110101000100001110000110111000001010111001000000010001101001000010101000011001000001111001110'
export const LOSS = [
  0.035, 3.284, 2.474, 0.312, 0.443, 0.96, 1.068, 0.515, 1.925, 0.123, 1.309, 1.301, 1.006, 5.501, 0.622, 2.267, 1.311,
  2.746, 1.307, 0.56, 1.632, 1.632, 0.818, 0.45, 3.066, 0.999, 0.619, 0.704, 0.454, 0.242, 4.029, 0.581, 0.666, 0.029,
  1.477, 3.24, 0.491, 0.71, 0.539, 0.095, 0.619, 4.96, 1.014, 5.632, 0.53, 0.795, 2.868, 1.076, 0.606, 0.546, 0.8,
  0.181, 0.237, 0.792, 0.029, 1.244, 1.624, 0.017, 0.196, 0.102, 3.269, 2.869, 1.075, 4.093, 0.094, 0.973, 0.117, 0.77,
  0.19, 0.048, 1.137, 0.049, 0.155, 0.322, 1.208, 0.107, 0.754, 3.11, 0.481, 1.132, 0.474, 0.738, 0.32, 3.597, 0.727,
  1.176, 1.347, 0.011, 0.229, 1.072, 1.572, 0.632, 2.581, 1.947, 4.6, 0.598, 0.348, 1.335, 0.047, 0.66, 1.984, 3.81,
  0.14, 0.553, 1.45, 0.51, 0.047, 0.85, 0.149, 1.022, 0.654, 0.069, 1.437, 0.056, 2.855, 0.148, 0.944, 1.051, 0.875,
  2.096,
]
export const BEFORE = [
  0, 3.357, 2.353, 0.162, 0.269, 1.058, 1.034, 0.551, 1.731, 0.022, 1.24, 1.137, 0.878, 5.386, 0.58, 2.248, 1.227,
  2.742, 1.366, 0.592, 1.678, 1.583, 0.762, 0.263, 2.932, 0.861, 0.488, 0.8, 0.481, 0.088, 4.097, 0.478, 0.671, 0,
  1.348, 3.131, 0.508, 0.609, 0.35, 0.122, 0.43, 4.948, 1.031, 5.572, 0.386, 0.829, 2.889, 0.925, 0.672, 0.44, 0.638,
  0.213, 0.302, 0.864, 0, 1.104, 1.68, 0.055, 0.101, 0.002, 3.254, 2.839, 0.993, 4.049, 0.059, 0.879, 0.214, 0.625,
  0.134, 0.095, 1.014, 0.104, 0.252, 0.13, 1.292, 0, 0.676, 3.062, 0.494, 1.207, 0.377, 0.728, 0.238, 3.513, 0.57,
  1.185, 1.285, 0, 0.049, 1.07, 1.416, 0.67, 2.547, 1.765, 4.526, 0.667, 0.276, 1.152, 0, 0.751, 1.886, 3.626, 0, 0.629,
  1.363, 0.575, 0.068, 0.659, 0, 0.83, 0.605, 0.136, 1.485, 0.106, 2.903, 0, 0.968, 0.907, 0.706, 1.946,
]
export const WEIGHTS = [
  1, 2, 1, 3, 2, 2, 2, 1, 3, 2, 3, 2, 2, 1, 2, 1, 2, 2, 1, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 3, 2, 1, 1, 2, 3, 2,
  3, 1, 2, 2, 2, 1, 2, 3, 2, 2, 1, 2, 3, 2, 1, 1, 3, 2, 2, 3, 3, 1, 3, 3, 2, 2, 1, 3, 3, 1, 2, 1, 2, 2, 2, 3, 1, 2, 3,
  3, 3, 3, 1, 3, 2, 3, 1, 3, 3, 3, 2, 2, 1, 1, 3, 2, 3, 3, 1, 2, 1, 2, 3, 1, 1, 3, 2, 1, 2, 2, 1, 1, 2, 2, 3, 3, 3, 2,
  3, 1, 1,
]

interface ScoredSlice {
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
