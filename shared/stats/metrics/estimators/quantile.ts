import { ascendingOrder } from '../../order.js'
import type { Sample } from '../../sample.js'
import { bootstrapBlocks, intervalFromReplicates, withBlockWeights } from '../../sampling/bootstrap.js'
import { defined, type IntervalSettings } from '../../types.js'
import { type Cumulated, weightedQuantile } from '../../weighted-quantile.js'
import { weightedRows } from '../evidence.js'
import type { Bounds, Estimator } from '../metric.js'
import { blockMethod, filledBlocks, perSample } from './common.js'
import { blocksInOrder } from './ranked.js'
import { blockTotals, sideBySide } from './sums.js'

/** Most rows that each replicate counts through itself. */
const MOST_ROWS = 50_000

/**
 * A quantile of a number per row. A replicate finds it again among the rows with the weights of the blocks. Above 50,000
 * rows it counts what lies below the quantile in each block, and reads the value at the rank that this shifts to
 * (Francisco and Fuller 1991, after Woodruff 1952).
 */
export function ofQuantile<S extends Sample>(p: number, numbers: (sample: S) => Float64Array): Estimator<S> {
  const method = 'Poisson bootstrap of row blocks, percentile'
  const ordered = perSample((sample: S) => {
    const values = numbers(sample)
    const start = sample.weights === null ? undefined : ascendingOrder(sample.weights)
    const order = ascendingOrder(values, start)
    const sorted = new Float64Array(order.length)
    for (let i = 0; i < order.length; i++) sorted[i] = values[order[i] as number] as number
    return { sorted, order }
  })
  const whole = perSample((sample: S): Cumulated => {
    const { sorted, order } = ordered(sample)
    const { weights } = sample
    return { sorted, cumulated: weights && cumulate(order.length, (i) => weights[order[i] as number] as number) }
  })
  const exact = (sample: S) => {
    const { sorted, order } = ordered(sample)
    const keys = blocksInOrder(sample, order)
    const { weights } = sample
    const own = weights && Float64Array.from(order, (row) => weights[row] as number)
    const cumulated = new Float64Array(order.length)
    return (blockWeights: Uint8Array): number => {
      let sum = 0
      for (let i = 0; i < cumulated.length; i++) {
        sum += (blockWeights[keys[i] as number] as number) * (own === null ? 1 : (own[i] as number))
        cumulated[i] = sum
      }
      return weightedQuantile({ sorted, cumulated }, p)
    }
  }
  const below = perSample((sample: S) => {
    const values = numbers(sample)
    const quantile = weightedQuantile(whole(sample), p)
    return blockTotals(sample, {
      width: 2,
      terms: (out, at, row) => {
        out[at] = 1
        const value = values[row] as number
        out[at + 1] = value < quantile ? 1 : value === quantile ? p : 0
      },
    })
  })
  const shifted = (sample: S) => {
    const cumulated = whole(sample)
    const { totals } = below(sample)
    const centre = (totals[1] as number) / (totals[0] as number)
    return ([drawn, drawnUnder]: Float64Array): number =>
      weightedQuantile(cumulated, Math.min(1, Math.max(0, p + centre - (drawnUnder as number) / (drawn as number))))
  }
  const bootstrap = (samples: readonly S[], settings: IntervalSettings): Bounds => {
    const [a, b] = samples as [S, S | undefined]
    if (a.n <= MOST_ROWS) {
      const [ofA, ofB] = [exact(a), b && exact(b)]
      const replicates = withBlockWeights(settings, (weights) => ofA(weights) - (ofB?.(weights) ?? 0))
      return intervalFromReplicates(replicates, settings.level, `${blockMethod(a)}, percentile`, filledBlocks(a))
    }
    const [ofA, ofB] = [shifted(a), b && shifted(b)]
    const statistic = (totals: Float64Array) => ofA(totals.subarray(0, 2)) - (ofB?.(totals.subarray(2)) ?? 0)
    const sums = b === undefined ? below(a).sums : sideBySide(below(a), below(b))
    const replicates = bootstrapBlocks(sums, b === undefined ? 2 : 4, statistic, settings)
    return intervalFromReplicates(
      replicates,
      settings.level,
      `${blockMethod(a)}, ranks at the quantile, percentile`,
      filledBlocks(a),
    )
  }
  return {
    methods: { single: method, difference: method },
    rows: weightedRows,
    value: (sample) => defined(weightedQuantile(whole(sample), p)),
    interval: (sample, _value, settings) => bootstrap([sample], settings),
    differenceInterval: (a, b, _value, settings) => bootstrap([a, b], settings),
  }
}

function cumulate(n: number, weight: (i: number) => number): Float64Array {
  const result = new Float64Array(n)
  let sum = 0
  for (let i = 0; i < n; i++) {
    sum += weight(i)
    result[i] = sum
  }
  return result
}
