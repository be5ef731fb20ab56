import { Tally } from '../../numeric.js'
import { ascendingOrder } from '../../order.js'
import {
  type ClassWeights,
  classWeights,
  missingClass,
  type RankedInfluence,
  type RankedStatistic,
  type Ranking,
  rankDescending,
  weightsInOrder,
} from '../../ranked/ranking.js'
import type { BinarySample, ClassSample, Sample } from '../../sample.js'
import { BLOCKS } from '../../sampling/bootstrap.js'
import { defined, undefinedBecause, type Value } from '../../types.js'
import type { Estimator } from '../metric.js'
import { perSample, scoreOf } from './common.js'
import { blocksInOrder, ofWeightedRows } from './ranked.js'

/** Rows of a sample, ranked by a score that tells one class from the others. */
export interface RankedRows {
  readonly ranking: Ranking
  /** In the order of the ranking. */
  readonly weights: Float64Array | null
  /** Blocks, too; fetched when they are asked for. */
  keys(): Uint16Array
  readonly sizes: ClassWeights
}

/** Ranks the rows of a sample; `truth` is 1 where a row is positive. */
export function rankRows(
  sample: Pick<Sample, 'blocks' | 'weights'>,
  truth: Uint8Array | Uint16Array,
  score: Float64Array,
): RankedRows {
  const ranking = rankDescending(truth, score, canonicalOrder(sample, truth))
  const weights = weightsInOrder(ranking.order, sample.weights)
  let keys: Uint16Array | null = null
  return {
    ranking,
    weights,
    keys: () => {
      keys ??= blocksInOrder(sample, ranking.order)
      return keys
    },
    sizes: classWeights(ranking, weights),
  }
}

const canonical = new WeakMap<Float64Array, { readonly truth: unknown; readonly order: Uint32Array }>()

/**
 * An order that does not depend on that of the rows, where it matters: weights are fractions, and their sums round. The
 * models of a comparison share it with their weights.
 */
function canonicalOrder({ blocks, weights }: Pick<Sample, 'blocks' | 'weights'>, truth: Uint8Array | Uint16Array) {
  if (weights === null) return undefined
  const known = canonical.get(weights)
  if (known?.truth === truth) return known.order
  const kind = new Float64Array(blocks.length)
  for (let i = 0; i < kind.length; i++) kind[i] = 2 * (blocks[i] as number) + Number(truth[i] === 1)
  const order = ascendingOrder(weights, ascendingOrder(kind))
  canonical.set(weights, { truth, order })
  return order
}

/** The rows of a two-class sample, ranked once for all metrics. */
export const rankedRows: (sample: BinarySample) => RankedRows = perSample((sample: BinarySample) =>
  rankRows(sample, sample.truth, scoreOf(sample)),
)

/** Why a ranked statistic is undefined, or null. */
export type RankedReason = (sizes: ClassWeights) => string | null

export const needsBothClasses: RankedReason = missingClass
export const needsPositives: RankedReason = ({ positives, negatives }) => {
  if (positives > 0) return null
  return negatives === 0 ? 'there are no rows' : 'no row is of the positive class'
}

/** A statistic of ranked rows, with a bootstrap of blocks. */
export function ofRanking<S extends ClassSample>(spec: {
  rows(sample: S): RankedRows
  statistic: RankedStatistic
  influence: RankedInfluence
  missing: RankedReason
  /** What a row costs in a replicate, in rows of average precision. Default 1. */
  cost?: number
}): Estimator<S> {
  const { cost = 1 } = spec
  return ofWeightedRows<S>({
    cost: (sample) => cost * sample.n,
    value: (sample): Value => {
      const { ranking, weights, sizes } = spec.rows(sample)
      const reason = spec.missing(sizes)
      return reason === null ? defined(spec.statistic(ranking, weights)) : undefinedBecause(reason)
    },
    weighted: (sample) => {
      const rows = spec.rows(sample)
      const replicate = new Float64Array(rows.ranking.order.length)
      return (blockWeights) => {
        weigh(rows, blockWeights, replicate)
        return spec.statistic(rows.ranking, replicate)
      }
    },
    influence: (sample) => {
      const { ranking, weights, keys } = spec.rows(sample)
      return sumsByBlock(spec.influence(ranking, weights), keys())
    },
  })
}

function weigh(rows: RankedRows, blockWeights: Uint8Array, out: Float64Array): void {
  const { weights } = rows
  const keys = rows.keys()
  for (let i = 0; i < out.length; i++) out[i] = blockWeights[keys[i] as number] as number
  if (weights !== null) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) * (weights[i] as number)
}

/** Sums by block of an influence; `keys` are the blocks in its order. */
export function sumsByBlock(influence: Float64Array, keys: Uint16Array): Float64Array {
  const tally = new Tally(BLOCKS)
  for (let i = 0; i < influence.length; i++) tally.add(keys[i] as number, influence[i] as number)
  return tally.values()
}
