import { logitOf, type Recalibration, recalibrate } from '../../calibration-logistic.js'
import type { ClassSample } from '../../sample.js'
import { bootstrapBlocks, intervalFromReplicates } from '../../sampling/bootstrap.js'
import type { IntervalSettings, Value } from '../../types.js'
import type { Bounds, Estimator } from '../metric.js'
import { blockTerms, bootstrapName, totalsOf } from './block-terms.js'
import { confidenceOf } from './confidence.js'

/** A number of a calibration that is best at an ideal, such as a slope of 1. */
export interface Indicator {
  /** The number from sums over rows or from a fit, and the numbers that replicates give. */
  of(sample: ClassSample): Value
  /** Aligned replicates: the same settings give the same weights to the blocks of every sample. */
  replicates(sample: ClassSample, settings: IntervalSettings): Float64Array
  readonly how: string
  readonly ideal: number
}

/** The indicator itself. */
export function indicator(spec: Indicator): Estimator<ClassSample> {
  const method = (sample: Pick<ClassSample, 'clustered'>) => `${bootstrapName(sample)}, ${spec.how}percentile`
  const named = method({ clustered: false })
  return {
    methods: { single: named, difference: named },
    rows: (sample) => sample.n,
    value: (sample) => spec.of(sample),
    interval: (sample, value, settings) =>
      holding(intervalFromReplicates(spec.replicates(sample, settings), settings.level, method(sample)), value),
    differenceInterval(a, b, value, settings) {
      const ofB = spec.replicates(b, settings)
      const drawn = spec.replicates(a, settings).map((one, i) => one - (ofB[i] as number))
      return holding(intervalFromReplicates(drawn, settings.level, method(a)), value)
    },
  }
}

/**
 * Its distance from the ideal. Next to the ideal a distance is not normal: there the interval of a difference is made of
 * the bounds of both.
 */
export function distance(spec: Indicator): Estimator<ClassSample> {
  const plain = indicator(spec)
  const folded = (sample: ClassSample, settings: IntervalSettings): Bounds => {
    const { value } = spec.of(sample)
    const { interval, reason } = plain.interval(sample, value, settings)
    if (interval === null) return { interval, reason }
    const [low, high] = [interval.low - spec.ideal, interval.high - spec.ideal]
    const [least, most] = [Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high))]
    const method = `${interval.method}, folded`
    return { interval: { ...interval, low: low <= 0 && high >= 0 ? 0 : least, high: most, method }, reason }
  }
  return {
    methods: {
      single: `${plain.methods.single}, folded`,
      difference: `${plain.methods.single}, folded and combined`,
    },
    rows: plain.rows,
    value(sample) {
      const { value, reason } = spec.of(sample)
      return { value: Math.abs(value - spec.ideal), reason }
    },
    interval: (sample, _value, settings) => folded(sample, settings),
    differenceInterval(a, b, value, settings) {
      const [ofA, ofB] = [folded(a, settings), folded(b, settings)]
      if (ofA.interval === null || ofB.interval === null) return ofA.interval === null ? ofA : ofB
      const method = `${ofA.interval.method} and combined`
      if (ofA.interval.low > 0 && ofB.interval.low > 0) {
        const others = spec.replicates(b, settings)
        const away = (one: number) => Math.abs(one - spec.ideal)
        const drawn = spec.replicates(a, settings).map((one, i) => away(one) - away(others[i] as number))
        return holding(intervalFromReplicates(drawn, settings.level, method), value)
      }
      const [low, high] = [ofA.interval.low - ofB.interval.high, ofA.interval.high - ofB.interval.low]
      return holding({ interval: { low, high, level: settings.level, method }, reason: null }, value)
    },
  }
}

/** Slope or intercept of the logistic recalibration; `slope` given holds it there. */
export function logisticIndicator(part: keyof Recalibration, slope: number | null): Indicator {
  const cache = new WeakMap<ClassSample, ReturnType<typeof recalibrate>>()
  const fitted = (sample: ClassSample) => {
    const found = cache.get(sample) ?? recalibrate(confidenceOf(sample), slope)
    cache.set(sample, found)
    return found
  }
  const terms = new WeakMap<ClassSample, Float64Array>()
  return {
    how: 'one Newton step, ',
    ideal: part === 'slope' ? 1 : 0,
    of(sample) {
      const { fit, reason } = fitted(sample)
      return fit === null ? { value: Number.NaN, reason } : { value: fit[part], reason: null }
    },
    replicates(sample, settings) {
      const { fit } = fitted(sample)
      if (fit === null) return new Float64Array(settings.replicates).fill(Number.NaN)
      const sums = terms.get(sample) ?? scoreTerms(sample, fit)
      terms.set(sample, sums)
      return bootstrapBlocks(sums, 5, (totals) => stepOf(totals, fit, slope !== null)[part], settings)
    },
  }
}

/** A ratio or difference of the mean score and the event rate. */
export function meanIndicator(of: 'ratio' | 'difference'): Indicator {
  const cache = new WeakMap<ClassSample, Float64Array>()
  const sums = (sample: ClassSample) => {
    const found = cache.get(sample) ?? meanTerms(sample)
    cache.set(sample, found)
    return found
  }
  const statistic = (totals: Float64Array) => {
    const [weight, scores, events] = totals as unknown as [number, number, number]
    if (of === 'difference') return (scores - events) / weight
    return events > 0 ? scores / events : Number.NaN
  }
  return {
    how: '',
    ideal: of === 'ratio' ? 1 : 0,
    of(sample) {
      const value = statistic(totalsOf(sums(sample)))
      return { value, reason: Number.isNaN(value) ? 'the event happens in no row' : null }
    },
    replicates: (sample, settings) => bootstrapBlocks(sums(sample), 3, statistic, settings),
  }
}

function meanTerms(sample: ClassSample): Float64Array {
  const { score, event } = confidenceOf(sample)
  return blockTerms(sample, 3, (row, terms) => {
    terms[0] = 1
    terms[1] = score[row] as number
    terms[2] = event[row] as number
  })
}

/** Gradient and curvature of the log-likelihood at a fit. */
function scoreTerms(sample: ClassSample, { intercept, slope }: Recalibration): Float64Array {
  const { score, event } = confidenceOf(sample)
  return blockTerms(sample, 5, (row, terms) => {
    const x = logitOf(score[row] as number)
    const chance = 1 / (1 + Math.exp(-(intercept + slope * x)))
    const gradient = (event[row] as number) - chance
    const curve = chance * (1 - chance)
    terms[0] = gradient
    terms[1] = gradient * x
    terms[2] = curve
    terms[3] = curve * x
    terms[4] = curve * x * x
  })
}

/** One step of Newton’s method from the fit to all rows: a replicate’s fit to the second order. */
function stepOf(totals: Float64Array, fit: Recalibration, held: boolean): Recalibration {
  const [g0, g1, h00, h01, h11] = totals as unknown as [number, number, number, number, number]
  if (held) return { intercept: fit.intercept + g0 / h00, slope: fit.slope }
  const determinant = h00 * h11 - h01 * h01
  if (!(determinant > 0)) return { intercept: Number.NaN, slope: Number.NaN }
  return {
    intercept: fit.intercept + (h11 * g0 - h01 * g1) / determinant,
    slope: fit.slope + (h00 * g1 - h01 * g0) / determinant,
  }
}

function holding({ interval, reason }: Bounds, value: number): Bounds {
  if (interval === null) return { interval, reason }
  const { low, high } = interval
  return { interval: { ...interval, low: Math.min(low, value), high: Math.max(high, value) }, reason }
}
