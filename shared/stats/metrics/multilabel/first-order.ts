import type { Sample } from '../../sample.js'
import { BLOCKS, bootstrapBlocks, intervalFromReplicates } from '../../sampling/bootstrap.js'
import type { IntervalSettings, Value } from '../../types.js'
import { blockTotals, perSample } from '../estimators.js'
import { weightedRows } from '../evidence.js'
import type { Bounds, Estimator } from '../metric.js'

/** Influences below this are what rounding leaves of none. */
const NONE = 1e-13

/** A value with how much it changes for each unit of weight that a bootstrap block gains. */
export interface Influenced {
  readonly value: Value
  /** For each block the sum over its rows of weight × ∂value/∂weight. */
  readonly influence: Float64Array
}

/**
 * A statistic whose replicates are taken to the first order (the infinitesimal jackknife as a bootstrap):
 * θ* = θ + Σ over blocks of (W − 1) × influence, with W Poisson(1). A replicate costs the same at any number of rows.
 */
export function ofInfluence<S extends Sample>(spec: { of(sample: S): Influenced }): Estimator<S> {
  const found = perSample(spec.of)
  const method = methodOf({ clustered: false })
  return {
    methods: { single: method, difference: method },
    rows: weightedRows,
    value: (sample) => found(sample).value,
    interval: (sample, value, settings) => replicated(found(sample).influence, value, methodOf(sample), settings),
    differenceInterval(a, b, value, settings) {
      const ofB = found(b).influence
      const influence = found(a).influence.map((part, block) => part - (ofB[block] as number))
      return replicated(influence, value, methodOf(a), settings)
    },
  }
}

/** Influences of rows, summed by block. */
export function influenceByBlock(sample: Sample, influence: (row: number) => number): Float64Array {
  return blockTotals(sample, {
    width: 1,
    terms: (out, at, row) => {
      out[at] = influence(row)
    },
  }).sums
}

function replicated(influence: Float64Array, value: number, method: string, settings: IntervalSettings): Bounds {
  const parts = influence.map((part) => (Math.abs(part) < NONE ? 0 : part))
  let total = 0
  for (let block = 0; block < BLOCKS; block++) total += parts[block] as number
  const replicates = bootstrapBlocks(parts, 1, ([sum]) => value + (sum as number) - total, settings)
  return intervalFromReplicates(replicates, settings.level, method)
}

const methodOf = ({ clustered }: Pick<Sample, 'clustered'>) =>
  `Poisson bootstrap of ${clustered ? 'clusters' : 'row blocks'}, first order (infinitesimal jackknife), percentile`
