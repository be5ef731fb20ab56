import { clamp } from '../numeric.js'
import type { Sample, Task } from '../sample.js'
import type { Estimate, Interval, IntervalSettings, Value } from '../types.js'

/** An interval, or null with the reason why there is none. */
export interface Bounds {
  readonly interval: Interval | null
  readonly reason: string | null
}

/** How a metric is computed and how sure one can be of it. The value given to the intervals is always a number. */
export interface Estimator<S extends Sample> {
  readonly methods: { readonly single: string; readonly difference: string }
  value(sample: S): Value
  /** Rows that the value is made from. */
  rows(sample: S): number
  interval(sample: S, value: number, settings: IntervalSettings): Bounds
  differenceInterval(candidate: S, baseline: S, value: number, settings: IntervalSettings): Bounds
}

export interface MetricInfo {
  /** Name in plumbline.yml. */
  readonly name: string
  readonly title: string
  readonly tasks: readonly Task[]
  readonly direction: 'higher-is-better' | 'lower-is-better'
  readonly range: readonly [low: number, high: number]
  /** What the model must answer for it. */
  readonly needs: 'labels' | 'scores' | 'values'
  /** The formula in plain words, with its conventions. */
  readonly definition: string
  /** With fewer rows its interval is too short to decide by. Default 30. */
  readonly minRows?: number
}

export interface Metric extends MetricInfo {
  readonly methods: Estimator<Sample>['methods']
  /** The value alone. */
  value(sample: Sample): Value
  /** The value of one model with its interval. */
  estimate(sample: Sample, settings: IntervalSettings): Estimate
  /** Candidate minus baseline on the same rows in the same order, with its interval. */
  difference(candidate: Sample, baseline: Sample, settings: IntervalSettings): Estimate
}

export function metric<S extends Sample>(info: MetricInfo, estimator: Estimator<S>): Metric {
  const checked = (sample: Sample): S => {
    if (!info.tasks.includes(sample.task)) throw new TypeError(`${info.name} does not measure ${sample.task} models`)
    return sample as S
  }
  const value = (sample: Sample): Value => {
    const subject = checked(sample)
    if (sample.n === 0) return { value: Number.NaN, reason: 'there are no rows' }
    if (info.needs === 'scores' && !hasScores(sample)) {
      return { value: Number.NaN, reason: 'the model answers with labels only, and this metric needs probabilities' }
    }
    return estimator.value(subject)
  }
  const [least, most] = info.range
  return {
    ...info,
    methods: estimator.methods,
    value,
    estimate(sample, settings) {
      const measured = value(sample)
      const n = estimator.rows(checked(sample))
      if (measured.reason !== null) return { ...measured, n, interval: null }
      const bounds = estimator.interval(checked(sample), measured.value, settings)
      return { value: measured.value, n, ...within(bounds, least, most) }
    },
    difference(candidate, baseline, settings) {
      if (candidate.n !== baseline.n) throw new RangeError('candidate and baseline have different numbers of rows')
      const [ofCandidate, ofBaseline] = [value(candidate), value(baseline)]
      const n = Math.min(estimator.rows(checked(candidate)), estimator.rows(checked(baseline)))
      const reason =
        ofCandidate.reason !== null && ofCandidate.reason === ofBaseline.reason
          ? ofCandidate.reason
          : (prefixed('candidate', ofCandidate.reason) ?? prefixed('baseline', ofBaseline.reason))
      if (reason !== null) return { value: Number.NaN, reason, n, interval: null }
      const difference = ofCandidate.value - ofBaseline.value
      if (info.needs !== 'labels' && sameAnswers(candidate, baseline)) {
        // Equal to the last bit of every answer: that is the same function on these rows, not a lack of spread.
        const interval = { low: 0, high: 0, level: settings.level, method: 'same answer on every row' }
        return { value: 0, reason: null, n, interval }
      }
      const bounds = estimator.differenceInterval(checked(candidate), checked(baseline), difference, settings)
      return { value: difference, n, ...within(bounds, least - most, most - least) }
    },
  }
}

/** A symmetric interval can reach where the metric cannot be: below an error of 0, above a share of 1. */
function within({ interval, reason }: Bounds, least: number, most: number): Bounds {
  if (interval === null) return { interval, reason }
  const [low, high] = [clamp(interval.low, least, most), clamp(interval.high, least, most)]
  return { interval: { ...interval, low, high }, reason }
}

export function hasScores(sample: Sample): boolean {
  if (sample.task === 'binary') return sample.score !== null
  return sample.task === 'multiclass' && sample.probabilities !== null
}

/** Whether two models give the same scores or values on every row. */
function sameAnswers(a: Sample, b: Sample): boolean {
  const [ofA, ofB] = [answers(a), answers(b)]
  if (ofA === null || ofB === null || ofA.length !== ofB.length) return false
  for (let i = 0; i < ofA.length; i++) if (ofA[i] !== ofB[i]) return false
  return true
}

function answers(sample: Sample): Float64Array | null {
  if (sample.task === 'binary') return sample.score
  return sample.task === 'multiclass' ? sample.probabilities : sample.value
}

function prefixed(who: string, reason: string | null): string | null {
  return reason === null ? null : `${who}: ${reason}`
}
