import { Tally } from '../../numeric.js'
import type { Sample } from '../../sample.js'
import { BLOCKS, bootstrapBlocks, intervalFromReplicates } from '../../sampling/bootstrap.js'
import { defined, undefinedBecause, type Value } from '../../types.js'
import { weightedRows } from '../evidence.js'
import type { Estimator } from '../metric.js'
import { blockMethod, filledBlocks, perSample } from './common.js'

/** A statistic of sums over rows, such as a root or a ratio of means. */
export interface SumsOfRows {
  readonly width: number
  /**
   * Writes all terms of one row, the first at `out[at]`. They are multiplied by the row's weight afterwards: a term of 1
   * gives the sum of weights.
   */
  terms(out: Float64Array, at: number, row: number): void
  /** The statistic of the weighted sums; NaN where it is undefined. */
  of(totals: Float64Array): number
}

/** Weighted sums over the rows of each block: those of block b begin at `b · width`. */
export interface BlockSums {
  readonly width: number
  readonly sums: Float64Array
  /** Sums over all blocks. */
  readonly totals: Float64Array
}

/** A statistic of weighted sums, with a bootstrap of blocks. */
export function ofSums<S extends Sample>(spec: {
  sums(sample: S): SumsOfRows
  /** Why the value is refused for these rows, or null. */
  refuse?(sample: S): string | null
  /** Why the statistic of all rows is NaN. */
  none?: string
}): Estimator<S> {
  const method = 'Poisson bootstrap of row blocks, percentile'
  const summed = perSample((sample: S) => {
    const statistic = spec.sums(sample)
    return { statistic, blocks: blockTotals(sample, statistic) }
  })
  const named = (sample: S) => `${blockMethod(sample)}, percentile`
  return {
    methods: { single: method, difference: method },
    rows: weightedRows,
    value: (sample): Value => {
      const refused = spec.refuse?.(sample) ?? null
      if (refused !== null) return undefinedBecause(refused)
      const { statistic, blocks } = summed(sample)
      const value = statistic.of(blocks.totals)
      return Number.isNaN(value) ? undefinedBecause(spec.none ?? 'it is 0 / 0 on these rows') : defined(value)
    },
    interval: (sample, _value, settings) => {
      const { statistic, blocks } = summed(sample)
      const replicates = bootstrapBlocks(blocks.sums, blocks.width, statistic.of, settings)
      return intervalFromReplicates(replicates, settings.level, named(sample), filledBlocks(sample))
    },
    differenceInterval: (a, b, _value, settings) => {
      const [ofA, ofB] = [summed(a), summed(b)]
      const width = ofA.blocks.width
      const replicates = bootstrapBlocks(
        sideBySide(ofA.blocks, ofB.blocks),
        width + ofB.blocks.width,
        (totals) => ofA.statistic.of(totals.subarray(0, width)) - ofB.statistic.of(totals.subarray(width)),
        settings,
      )
      return intervalFromReplicates(replicates, settings.level, named(a), filledBlocks(a))
    },
  }
}

/** Weighted sums of the terms of all rows, by block; rows in any order give the same. */
export function blockTotals(sample: Sample, statistic: Pick<SumsOfRows, 'width' | 'terms'>): BlockSums {
  const { n, blocks, weights } = sample
  const { width } = statistic
  const tally = new Tally(BLOCKS * width)
  const row = new Float64Array(width)
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (weight === 0) continue
    statistic.terms(row, 0, i)
    const from = (blocks[i] as number) * width
    for (let k = 0; k < width; k++) tally.add(from + k, weight * (row[k] as number))
  }
  const whole = new Tally(width)
  for (let slot = 0; slot < BLOCKS * width; slot++) whole.addFrom(slot % width, tally, slot)
  return { width, sums: tally.values(), totals: whole.values() }
}

/** The sums of two models, those of each block next to each other. */
export function sideBySide(a: BlockSums, b: BlockSums): Float64Array {
  const width = a.width + b.width
  const result = new Float64Array(BLOCKS * width)
  for (let block = 0; block < BLOCKS; block++) {
    result.set(a.sums.subarray(block * a.width, (block + 1) * a.width), block * width)
    result.set(b.sums.subarray(block * b.width, (block + 1) * b.width), block * width + a.width)
  }
  return result
}
