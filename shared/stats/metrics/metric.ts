import { clamp } from '../numeric.js'
import { sameAnswers } from '../same-answers.js'
import type { Sample, Task } from '../sample.js'
import type { Estimate, Interval, IntervalSettings, Value } from '../types.js'
import { type Counts, clustersOf, effectiveSize, hasWeight } from './evidence.js'

/** An interval, or null with the reason why there is none. */
export interface Bounds {
  readonly interval: Interval | null
  readonly reason: string | null
  /** Of paired proportions: rows that only one of the models has right. */
  readonly discordant?: number
}

/** How a metric is computed and how sure one can be of it. The value given to the intervals is always a number. */
export interface Estimator<S extends Sample> {
  readonly methods: { readonly single: string; readonly difference: string }
  value(sample: S): Value
  /** Rows that the value is made from. */
  rows(sample: S): number
  /** Whether a row is one of those that the value is made from. Default: every row is. */
  readonly counts?: Counts<S>
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
  /** What the model must answer for it; `values` is whatever a task without labels and scores answers with. */
  readonly needs: 'labels' | 'scores' | 'values'
  /** The formula in plain words, with its conventions. */
  readonly definition: string
  /** With fewer rows its interval is too short to decide by. Default 30. */
  readonly minRows?: number
  /** The class that it measures alone; undefined for a sample that does not have it. */
  readonly ofClass?: string
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

/** Metrics whose name carries parameters. */
export interface Family {
  /** Matches the whole name; its groups are the parameters. */
  readonly pattern: RegExp
  readonly tasks: readonly Task[]
  /** The name with its parameters in angle brackets, for messages: `top_<k>_accuracy`. */
  readonly form: string
  /** The member of a name, or undefined when a parameter is out of range. */
  of(name: string, ...parameters: string[]): Metric | undefined
}

/**
 * A metric of its description and the estimator that measures it. Its calls throw TypeError for a sample of another
 * task.
 */
export function metric<S extends Sample>(info: MetricInfo, estimator: Estimator<S>): Metric {
  const checked = (sample: Sample): S => {
    if (!info.tasks.includes(sample.task)) throw new TypeError(`${info.name} does not measure ${sample.task} models`)
    return sample as S
  }
  const value = (sample: Sample): Value => {
    const subject = checked(sample)
    const reason = unmeasurable(info, sample)
    return reason === null ? estimator.value(subject) : { value: Number.NaN, reason }
  }
  const rows = (sample: Sample): number => (hasClass(info, sample) ? estimator.rows(checked(sample)) : 0)
  const evidence = (sample: Sample) => evidenceOf(checked(sample), estimator.counts)
  const [least, most] = info.range
  return {
    ...info,
    methods: estimator.methods,
    value,
    estimate(sample, settings) {
      const measured = value(sample)
      const n = rows(sample)
      if (measured.reason !== null) return { ...measured, n, interval: null }
      const bounds = estimator.interval(checked(sample), measured.value, settings)
      return { value: measured.value, n, ...within(bounds, least, most), ...evidence(sample) }
    },
    difference(candidate, baseline, settings) {
      if (candidate.n !== baseline.n) throw new RangeError('candidate and baseline have different numbers of rows')
      const [ofCandidate, ofBaseline] = [value(candidate), value(baseline)]
      const n = Math.min(rows(candidate), rows(baseline))
      const reason =
        ofCandidate.reason !== null && ofCandidate.reason === ofBaseline.reason
          ? ofCandidate.reason
          : (prefixed('candidate', ofCandidate.reason) ?? prefixed('baseline', ofBaseline.reason))
      if (reason !== null) return { value: Number.NaN, reason, n, interval: null }
      const difference = ofCandidate.value - ofBaseline.value
      if (info.needs !== 'labels' && sameAnswers(candidate, baseline)) {
        // Equal to the last bit of every answer: that is the same function on these rows, not a lack of spread.
        const interval = { low: 0, high: 0, level: settings.level, method: 'same answer on every row' }
        return { value: 0, reason: null, n, interval, ...evidence(candidate) }
      }
      const bounds = estimator.differenceInterval(checked(candidate), checked(baseline), difference, settings)
      return { value: difference, n, ...within(bounds, least - most, most - least), ...evidence(candidate) }
    },
  }
}

/** Why no number of a sample can be had, or null. */
function unmeasurable(info: MetricInfo, sample: Sample): string | null {
  if (sample.n === 0) return 'there are no rows'
  if (!hasWeight(sample)) return 'no row has a weight above 0'
  if (info.needs === 'scores' && !hasScores(sample)) {
    return 'the model answers with labels only, and this metric needs probabilities'
  }
  return hasClass(info, sample) ? null : `there is no class "${info.ofClass}"`
}

function hasClass({ ofClass }: MetricInfo, sample: Sample): boolean {
  return ofClass === undefined || ('classes' in sample && sample.classes.includes(ofClass))
}

function evidenceOf<S extends Sample>(sample: S, counts: Counts<S> | undefined) {
  return {
    ...(sample.clustered ? { clusters: clustersOf(sample, counts) } : {}),
    ...(sample.weights === null ? {} : { effective: effectiveSize(sample, counts) }),
  }
}

/** A symmetric interval can reach where the metric cannot be: below an error of 0, above a share of 1. */
function within({ interval, ...rest }: Bounds, least: number, most: number): Bounds {
  if (interval === null) return { interval, ...rest }
  const [low, high] = [clamp(interval.low, least, most), clamp(interval.high, least, most)]
  return { interval: { ...interval, low, high }, ...rest }
}

/** Whether a model of classes answers with more than labels. */
export function hasScores(sample: Sample): boolean {
  switch (sample.task) {
    case 'binary':
      return sample.score !== null
    case 'multiclass':
      return sample.probabilities !== null
    case 'multilabel':
      return sample.scores !== null
    default:
      return false
  }
}

function prefixed(who: string, reason: string | null): string | null {
  return reason === null ? null : `${who}: ${reason}`
}
