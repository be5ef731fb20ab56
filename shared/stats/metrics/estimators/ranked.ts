import type { Sample } from '../../sample.js'
import { BLOCKS, bootstrapBlocks, intervalFromReplicates, withBlockWeights } from '../../sampling/bootstrap.js'
import type { IntervalSettings, Value } from '../../types.js'
import { weightedRows } from '../evidence.js'
import type { Estimator } from '../metric.js'
import { blockMethod, filledBlocks, perSample } from './common.js'

/** Rows times replicates that a bootstrap reads itself where there is another way: about a third of a second. */
const AFFORDABLE = 2e7
/** The same where there is none. */
const MOST = 1e8

/**
 * A statistic that needs all rows in order. A replicate computes it again with the weights that it gives to the blocks.
 * Where that would read too many rows, a replicate is taken from the sums of influences over the blocks (infinitesimal
 * jackknife), θ* = θ + Σ_b (W_b − 1) Ψ_b, at a cost that does not depend on the rows.
 */
export function ofWeightedRows<S extends Sample>(spec: {
  value(sample: S): Value
  /** The statistic with each row counting its own weight times that of its block. */
  weighted(sample: S): (blockWeights: Uint8Array) => number
  /**
   * Sum over the rows of each block of weight · ∂θ/∂weight. Without it, a statistic of many rows gets fewer replicates.
   */
  influence?(sample: S): Float64Array
  /** Numbers that one replicate reads. Default: one for each row. */
  cost?(sample: S): number
}): Estimator<S> {
  const method = 'Poisson bootstrap of row blocks, percentile'
  const influence = spec.influence && perSample(spec.influence)
  const costOf = spec.cost ?? ((sample: S) => sample.n)
  const bootstrap = (samples: readonly S[], of: (values: readonly number[]) => number, settings: IntervalSettings) => {
    const first = samples[0] as S
    const cost = samples.reduce((sum, sample) => sum + costOf(sample), 0)
    if (cost * settings.replicates > AFFORDABLE * samples.length && influence !== undefined) {
      const parts = samples.map((sample) => ({ value: spec.value(sample).value, psi: influence(sample) }))
      const psi = Float64Array.from({ length: BLOCKS }, (_, b) => of(parts.map((part) => part.psi[b] as number)))
      const replicates = firstOrder(of(parts.map(({ value }) => value)), psi, settings)
      const name = `${blockMethod(first)}, first order (infinitesimal jackknife), percentile`
      return intervalFromReplicates(replicates, settings.level, name, filledBlocks(first))
    }
    const affordable = Math.max(100, Math.floor(MOST / costOf(first)))
    const statistics = samples.map(spec.weighted)
    const replicates = withBlockWeights(
      { ...settings, replicates: Math.min(settings.replicates, affordable) },
      (weights) => of(statistics.map((statistic) => statistic(weights))),
    )
    return intervalFromReplicates(replicates, settings.level, `${blockMethod(first)}, percentile`, filledBlocks(first))
  }
  return {
    methods: { single: method, difference: method },
    rows: weightedRows,
    value: perSample(spec.value),
    interval: (sample, _value, settings) => bootstrap([sample], ([value]) => value as number, settings),
    differenceInterval: (a, b, _value, settings) =>
      bootstrap([a, b], ([ofA, ofB]) => (ofA as number) - (ofB as number), settings),
  }
}

/** Replicates θ + Σ_b (W_b − 1) Ψ_b. */
export function firstOrder(value: number, psi: Float64Array, settings: IntervalSettings): Float64Array {
  const whole = psi.reduce((sum, term) => sum + term, 0)
  return bootstrapBlocks(psi, 1, ([sum]) => value + (sum as number) - whole, settings)
}

/** Block of each row in the given order. */
export function blocksInOrder({ blocks }: Pick<Sample, 'blocks'>, order: Uint32Array): Uint16Array {
  const result = new Uint16Array(order.length)
  for (let i = 0; i < order.length; i++) result[i] = blocks[order[i] as number] as number
  return result
}
