import type { Sample } from '../../sample.js'
import { BLOCKS, intervalFromReplicates } from '../../sampling/bootstrap.js'
import type { Value } from '../../types.js'
import { weightedRows } from '../evidence.js'
import type { Estimator } from '../metric.js'
import { blockMethod, filledBlocks, perSample } from './common.js'
import { firstOrder } from './ranked.js'

/** A value, and of each block the sum over its rows of weight · ∂θ/∂weight. */
export interface Influenced {
  readonly value: Value
  readonly psi: Float64Array
}

/**
 * A statistic that is too dear to be computed again in each replicate: θ* = θ + Σ_b (W_b − 1) Ψ_b, the infinitesimal
 * jackknife.
 */
export function ofInfluence<S extends Sample>(measure: (sample: S) => Influenced): Estimator<S> {
  const measured = perSample(measure)
  const how = 'first order (infinitesimal jackknife), percentile'
  return {
    methods: {
      single: `Poisson bootstrap of row blocks, ${how}`,
      difference: `Poisson bootstrap of row blocks, ${how}`,
    },
    rows: weightedRows,
    value: (sample) => measured(sample).value,
    interval: (sample, value, settings) =>
      intervalFromReplicates(
        firstOrder(value, measured(sample).psi, settings),
        settings.level,
        `${blockMethod(sample)}, ${how}`,
        filledBlocks(sample),
      ),
    differenceInterval: (a, b, value, settings) => {
      const [ofA, ofB] = [measured(a).psi, measured(b).psi]
      const psi = new Float64Array(BLOCKS)
      for (let block = 0; block < BLOCKS; block++) psi[block] = (ofA[block] as number) - (ofB[block] as number)
      return intervalFromReplicates(
        firstOrder(value, psi, settings),
        settings.level,
        `${blockMethod(a)}, ${how}`,
        filledBlocks(a),
      )
    },
  }
}
