import { aucDifferenceInterval, aucInterval } from '../delong.js'
import { meanInterval, pairedProportionDifference, wilson } from '../intervals.js'
import { type Numbers, sumOf } from '../numeric.js'
import type { BinarySample, Sample } from '../sample.js'
import { BLOCKS, bootstrapBlocks, intervalFromReplicates, withBlockWeights } from '../sampling/bootstrap.js'
import { rocAuc } from '../scores.js'
import { type Interval, type IntervalSettings, ratio, type Value } from '../types.js'
import type { Bounds, Estimator } from './metric.js'

const BLOCK_BOOTSTRAP = 'Poisson bootstrap of row blocks'

/** The share of hits among the rows that count. Whether a row counts depends on its truth alone. */
export function proportion<S extends Sample>(spec: {
  counts(sample: S, row: number): boolean
  hit(sample: S, row: number): boolean
  /** Why the share is undefined when no row counts. */
  none: string
}): Estimator<S> {
  const count = (sample: S, test: (row: number) => boolean) => {
    let rows = 0
    for (let i = 0; i < sample.n; i++) rows += Number(spec.counts(sample, i) && test(i))
    return rows
  }
  const rows = (sample: S) => count(sample, () => true)
  const hits = (sample: S) => count(sample, (i) => spec.hit(sample, i))
  return {
    methods: { single: 'Wilson score', difference: 'paired Wald, Bonett–Price adjusted' },
    value: (sample) => ratio(hits(sample), rows(sample), spec.none),
    rows,
    interval: (sample, _value, { level }) => bounds(wilson(hits(sample), rows(sample), level)),
    differenceInterval: (a, b, _value, { level }) => {
      const onlyA = count(a, (i) => spec.hit(a, i) && !spec.hit(b, i))
      const onlyB = count(a, (i) => !spec.hit(a, i) && spec.hit(b, i))
      return bounds(pairedProportionDifference({ n: rows(a), onlyA, onlyB }, level))
    },
  }
}

/** The mean of a loss per row. */
export function meanLoss<S extends Sample>(spec: {
  loss(sample: S, row: number): number
  /** Why the metric is refused for these rows, or null. */
  refuse?(sample: S): string | null
}): Estimator<S> {
  const losses = (sample: S) => Float64Array.from({ length: sample.n }, (_, i) => spec.loss(sample, i))
  const noSpread = 'every row gives the same number: the spread is unknown'
  return {
    methods: { single: 'Student t', difference: 'Student t of the paired differences' },
    rows: (sample) => sample.n,
    value: (sample) => {
      const reason = spec.refuse?.(sample) ?? null
      if (reason !== null) return { value: Number.NaN, reason }
      return ratio(
        sumOf(sample.n, (i) => spec.loss(sample, i)),
        sample.n,
        'there are no rows',
      )
    },
    interval: (sample, _value, { level }) => bounds(meanInterval(losses(sample), level), noSpread),
    differenceInterval: (a, b, _value, { level }) => {
      const difference = losses(a).map((loss, i) => loss - spec.loss(b, i))
      return bounds(paired(meanInterval(difference, level)), noSpread)
    },
  }
}

/** Area under the ROC curve. */
export const auc: Estimator<BinarySample> = {
  methods: { single: 'DeLong', difference: 'paired DeLong' },
  rows: (sample) => sample.n,
  value: (sample) => rocAuc(sample.truth, scoreOf(sample)),
  interval: (sample, _value, { level }) => bounds(aucInterval(sample.truth, scoreOf(sample), level)),
  differenceInterval: (a, b, _value, { level }) =>
    bounds(aucDifferenceInterval(a.truth, scoreOf(a), scoreOf(b), level)),
}

/** A statistic of sums over rows, such as a root or a ratio of means. */
export interface SumsOfRows {
  readonly width: number
  /** Adds one row to the sums that start at `offset`. */
  add(sums: Float64Array, offset: number, row: number): void
  of(totals: Float64Array): number
}

export function ofSums<S extends Sample>(spec: {
  value(sample: S): Value
  sums(sample: S): SumsOfRows
  single?(sample: S, settings: IntervalSettings): Bounds
  singleMethod?: string
}): Estimator<S> {
  const method = `${BLOCK_BOOTSTRAP}, percentile`
  return {
    methods: { single: spec.singleMethod ?? method, difference: method },
    rows: (sample) => sample.n,
    value: spec.value,
    interval: (sample, _value, settings) => {
      if (spec.single !== undefined) return spec.single(sample, settings)
      const statistic = spec.sums(sample)
      const replicates = bootstrapBlocks(blockSums(sample, [statistic]), statistic.width, statistic.of, settings)
      return intervalFromReplicates(replicates, settings.level, method)
    },
    differenceInterval: (a, b, _value, settings) => {
      const [ofA, ofB] = [spec.sums(a), spec.sums(b)]
      const statistic = (totals: Float64Array) =>
        ofA.of(totals.subarray(0, ofA.width)) - ofB.of(totals.subarray(ofA.width))
      const replicates = bootstrapBlocks(blockSums(a, [ofA, ofB]), ofA.width + ofB.width, statistic, settings)
      return intervalFromReplicates(replicates, settings.level, method)
    },
  }
}

/** A statistic that needs all rows in order, computed again with the weights that a replicate gives to the blocks. */
export function ofWeightedRows<S extends Sample>(spec: {
  value(sample: S): Value
  weighted(sample: S): (blockWeights: Uint8Array) => number
}): Estimator<S> {
  const method = `${BLOCK_BOOTSTRAP}, percentile`
  const bootstrap = (n: number, settings: IntervalSettings, statistic: (blockWeights: Uint8Array) => number) => {
    // Each replicate reads every row: fewer of them above 100,000 rows keep the time bounded.
    const affordable = Math.max(100, Math.floor(1e8 / n))
    const replicates = withBlockWeights(
      { ...settings, replicates: Math.min(settings.replicates, affordable) },
      statistic,
    )
    return intervalFromReplicates(replicates, settings.level, method)
  }
  return {
    methods: { single: method, difference: method },
    rows: (sample) => sample.n,
    value: spec.value,
    interval: (sample, _value, settings) => bootstrap(sample.n, settings, spec.weighted(sample)),
    differenceInterval: (a, b, _value, settings) => {
      const [ofA, ofB] = [spec.weighted(a), spec.weighted(b)]
      return bootstrap(a.n, settings, (weights) => ofA(weights) - ofB(weights))
    },
  }
}

/** Block of each row in the given order. */
export function blocksInOrder({ blocks }: Sample, order: Uint32Array): Uint16Array {
  return Uint16Array.from(order, (row) => blocks[row] as number)
}

/** Median of ascending values, of which the one at place i counts `weights[keys[i]]` times. NaN when none counts. */
export function weightedMedian(sorted: Numbers, keys: Uint16Array, weights: Uint8Array): number {
  let total = 0
  for (const key of keys) total += weights[key] as number
  const middle = [Math.floor((total - 1) / 2), Math.ceil((total - 1) / 2)] as const
  let low = Number.NaN
  let seen = 0
  for (let i = 0; i < sorted.length; i++) {
    seen += weights[keys[i] as number] as number
    if (Number.isNaN(low) && seen > middle[0]) low = sorted[i] as number
    if (seen > middle[1]) return (low + (sorted[i] as number)) / 2
  }
  return Number.NaN
}

/** Scores of a sample that `metric` has checked to have them. */
export function scoreOf(sample: BinarySample): Float64Array {
  return sample.score as Float64Array
}

/** Sums of statistics over the rows of each block, side by side. */
export function blockSums(sample: Sample, statistics: readonly Pick<SumsOfRows, 'width' | 'add'>[]): Float64Array {
  const width = statistics.reduce((sum, statistic) => sum + statistic.width, 0)
  const sums = new Float64Array(BLOCKS * width)
  for (let i = 0; i < sample.n; i++) {
    let offset = (sample.blocks[i] as number) * width
    for (const statistic of statistics) {
      statistic.add(sums, offset, i)
      offset += statistic.width
    }
  }
  return sums
}

export function bounds(interval: Interval | null, reason = 'there are too few rows for an interval'): Bounds {
  return interval === null ? { interval, reason } : { interval, reason: null }
}

function paired(interval: Interval | null): Interval | null {
  return interval && { ...interval, method: 'Student t of the paired differences' }
}
