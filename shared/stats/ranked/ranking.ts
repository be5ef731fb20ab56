import type { Numbers } from '../numeric.js'
import { ascendingFlags } from '../order.js'

/** Rows from the highest score to the lowest. */
export interface Ranking {
  readonly order: Uint32Array
  /** 1 where the row is positive. */
  readonly positive: Uint8Array
  /** 1 at the last row of each score. */
  readonly last: Uint8Array
}

/** A statistic of ranked rows; the row at place i weighs `weights[i]`, or 1. NaN where it is undefined. */
export type RankedStatistic = (ranking: Ranking, weights: Float64Array | null) => number

/**
 * Influence on a statistic, weight · ∂θ/∂weight, of each row at its place in the ranking. They sum to 0, as multiplying
 * all weights changes nothing.
 */
export type RankedInfluence = (ranking: Ranking, weights: Float64Array | null) => Float64Array

/**
 * Ranks rows by score; `truth` is 1 where a row is positive. `start` is an order that rows of equal scores keep: with
 * one that knows no rows but only their weights, any order of rows gives the same sums.
 */
export function rankDescending(truth: Numbers, score: Numbers, start?: Uint32Array): Ranking {
  const ascending = ascendingFlags(score, (row) => truth[row] === 1, start)
  // The first of a score from below is the last of it from above.
  return { order: ascending.order.reverse(), positive: ascending.flags.reverse(), last: ascending.first.reverse() }
}

/** Weights in the order of a ranking. */
export function weightsInOrder(order: Uint32Array, weights: Numbers | null): Float64Array | null {
  if (weights === null) return null
  const result = new Float64Array(order.length)
  for (let i = 0; i < order.length; i++) result[i] = weights[order[i] as number] as number
  return result
}

export interface ClassWeights {
  readonly positives: number
  readonly negatives: number
}

/**
 * Computes something of a ranking in which every row counts once a single time, as long as the ranking lives: values,
 * intervals and influences ask for it again. With weights it is computed each time.
 */
export function oncePerRanking<T>(
  compute: (ranking: Ranking, weights: Float64Array | null) => T,
): (ranking: Ranking, weights: Float64Array | null) => T {
  const known = new WeakMap<Ranking, { readonly result: T }>()
  return (ranking, weights) => {
    if (weights !== null) return compute(ranking, weights)
    const found = known.get(ranking) ?? { result: compute(ranking, null) }
    known.set(ranking, found)
    return found.result
  }
}

/** Weight of the positive and of the negative rows. */
export const classWeights: (ranking: Ranking, weights: Float64Array | null) => ClassWeights = oncePerRanking(weigh)

function weigh({ positive }: Ranking, weights: Float64Array | null): ClassWeights {
  let positives = 0
  let negatives = 0
  for (let i = 0; i < positive.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (positive[i] === 1) positives += weight
    else negatives += weight
  }
  return { positives, negatives }
}

/** Why a measure of two classes is undefined, or null. */
export function missingClass({ positives, negatives }: ClassWeights): string | null {
  if (positives + negatives === 0) return 'there are no rows'
  if (positives === 0) return 'no row is of the positive class'
  return negatives === 0 ? 'every row is of the positive class' : null
}

/** Weights of the positive and the negative rows of one score, and of those above it. */
export type TieVisitor = (
  from: number,
  to: number,
  tied: number,
  tiedNegatives: number,
  above: number,
  negativesAbove: number,
) => void

/** Walks the runs of equal scores from the highest. */
export function forEachScore({ positive, last }: Ranking, weights: Float64Array | null, visit: TieVisitor): void {
  let from = 0
  let tied = 0
  let tiedNegatives = 0
  let above = 0
  let negativesAbove = 0
  for (let i = 0; i < positive.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (positive[i] === 1) tied += weight
    else tiedNegatives += weight
    if (last[i] === 0) continue
    visit(from, i + 1, tied, tiedNegatives, above, negativesAbove)
    above += tied
    negativesAbove += tiedNegatives
    from = i + 1
    tied = 0
    tiedNegatives = 0
  }
}
