import { wilson } from '../../intervals.js'
import { decimal } from '../../numeric.js'
import type { QuantileSample } from '../../sample.js'
import { bootstrapBlocks, intervalFromReplicates } from '../../sampling/bootstrap.js'
import type { Interval } from '../../types.js'
import { blockTotals, bounds, meanLoss, ofSums, proportion, type SumsOfRows } from '../estimators.js'
import { isPlain } from '../evidence.js'
import { type Bounds, type Estimator, type Metric, type MetricInfo, metric } from '../metric.js'
import { endsOf, levelAt, missingLevels, QUANTILE, quantileOf } from './levels.js'

/** A central interval by its share: the levels of its ends, in words and at their places in a sample. */
interface Central {
  readonly share: number
  readonly ends: readonly [lower: number, upper: number]
  readonly words: string
}

function central(percent: number): Central {
  const share = decimal(percent / 100)
  const ends = endsOf(share)
  return { share, ends, words: `between the quantiles ${ends[0]} and ${ends[1]}` }
}

const common = { tasks: QUANTILE, needs: 'values' } as const

/** Share of rows inside the central interval: `coverage_80`. */
export function coverageMetric(name: string, percent: number): Metric {
  const interval = central(percent)
  const info: MetricInfo = {
    ...common,
    name,
    title: `coverage of the ${percent} % interval`,
    direction: 'higher-is-better',
    range: [0, 1],
    definition: `Share of rows whose truth lies ${interval.words}, ends included; ${interval.share} is nominal, and more is better only up to it.`,
  }
  return metric(info, refusing(interval, coverage(interval)))
}

/** Distance of the coverage from its nominal share: `coverage_error_80`. */
export function coverageErrorMetric(name: string, percent: number): Metric {
  const interval = central(percent)
  const { share } = interval
  const info: MetricInfo = {
    ...common,
    name,
    title: `coverage error of the ${percent} % interval`,
    direction: 'lower-is-better',
    range: [0, 1],
    definition: `|c − ${share}| with c the share of rows whose truth lies ${interval.words}, ends included.`,
  }
  const covered = (sample: QuantileSample): SumsOfRows => ({
    width: 2,
    terms: (out, at, row) => {
      out[at] = 1
      out[at + 1] = Number(isInside(sample, row, interval))
    },
    of: ([weight, inside]) => (inside as number) / (weight as number),
  })
  const distance = (sample: QuantileSample): SumsOfRows => {
    const { of, ...rest } = covered(sample)
    return { ...rest, of: (totals) => Math.abs(of(totals) - share) }
  }
  const estimator = ofSums<QuantileSample>({ sums: distance })
  return metric(
    info,
    refusing(interval, {
      ...estimator,
      methods: { ...estimator.methods, single: 'Wilson score, folded at the nominal share' },
      // Replicates of a distance are never 0, however good the model: the interval of the coverage is folded instead.
      interval(sample, _value, settings): Bounds {
        const statistic = covered(sample)
        const { sums, totals } = blockTotals(sample, statistic)
        const [rows, inside] = [totals[0] as number, totals[1] as number]
        const own = isPlain(sample)
          ? bounds(wilson(inside, rows, settings.level))
          : intervalFromReplicates(
              bootstrapBlocks(sums, statistic.width, statistic.of, settings),
              settings.level,
              `Poisson bootstrap of ${sample.clustered ? 'clusters' : 'row blocks'}, percentile`,
            )
        return { ...own, interval: own.interval && folded(own.interval, share) }
      },
    }),
  )
}

/** Mean width of the central interval: `width_80`. */
export function widthMetric(name: string, percent: number): Metric {
  const interval = central(percent)
  const info: MetricInfo = {
    ...common,
    name,
    title: `width of the ${percent} % interval`,
    direction: 'lower-is-better',
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    definition: `Mean distance ${interval.words}; negative where they cross.`,
  }
  const width = (sample: QuantileSample, row: number) => {
    const [lower, upper] = endsAt(sample, row, interval)
    return upper - lower
  }
  return metric(info, refusing(interval, meanLoss<QuantileSample>({ loss: width })))
}

/** The interval score of Gneiting and Raftery (2007), which is Winkler's: `interval_score_80`. */
export function intervalScoreMetric(name: string, percent: number): Metric {
  const interval = central(percent)
  const alpha = decimal(1 - interval.share)
  const info: MetricInfo = {
    ...common,
    name,
    title: `interval score, ${percent} %`,
    direction: 'lower-is-better',
    range: [0, Number.POSITIVE_INFINITY],
    definition: `Mean of (u − l) + 2/α (l − y)₊ + 2/α (y − u)₊ with l and u the quantiles ${interval.ends[0]} and ${interval.ends[1]} and α = ${alpha} (Winkler score).`,
  }
  const score = (sample: QuantileSample, row: number) => {
    const [lower, upper] = endsAt(sample, row, interval)
    const y = sample.truth[row] as number
    return upper - lower + (2 / alpha) * (Math.max(0, lower - y) + Math.max(0, y - upper))
  }
  return metric(info, refusing(interval, meanLoss<QuantileSample>({ loss: score })))
}

export const CROSSING: Metric = metric(
  {
    ...common,
    name: 'crossing_rate',
    title: 'crossing quantiles',
    direction: 'lower-is-better',
    range: [0, 1],
    definition: 'Share of rows in which a quantile lies below that of a lower level.',
  },
  proportion<QuantileSample>({
    counts: () => true,
    hit(sample, row) {
      for (let place = 1; place < sample.levels.length; place++) {
        if (quantileOf(sample, row, place) < quantileOf(sample, row, place - 1)) return true
      }
      return false
    },
    none: 'there are no rows',
  }),
)

function coverage(interval: Central): Estimator<QuantileSample> {
  return proportion<QuantileSample>({
    counts: () => true,
    hit: (sample, row) => isInside(sample, row, interval),
    none: 'there are no rows',
  })
}

/** The same estimator for models that answer both ends, and no value for others. */
function refusing({ ends }: Central, estimator: Estimator<QuantileSample>): Estimator<QuantileSample> {
  return {
    ...estimator,
    value(sample) {
      const reason = missingLevels(sample, ends)
      return reason === null ? estimator.value(sample) : { value: Number.NaN, reason }
    },
  }
}

function endsAt(sample: QuantileSample, row: number, { ends }: Central): readonly [number, number] {
  const [lower, upper] = ends
  return [quantileOf(sample, row, levelAt(sample, lower)), quantileOf(sample, row, levelAt(sample, upper))]
}

function isInside(sample: QuantileSample, row: number, interval: Central): boolean {
  const [lower, upper] = endsAt(sample, row, interval)
  const y = sample.truth[row] as number
  return lower <= y && y <= upper
}

function folded({ low, high, level, method }: Interval, at: number): Interval {
  const [a, b] = [Math.abs(low - at), Math.abs(high - at)]
  const crosses = low <= at && high >= at
  return {
    low: crosses ? 0 : Math.min(a, b),
    high: Math.max(a, b),
    level,
    method: `${method}, folded at the nominal share`,
  }
}
