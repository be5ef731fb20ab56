import type { Measured } from '../../shared/contracts/common.js'
import type { Evaluation, MetricResult, SliceRef } from '../../shared/contracts/evaluation.js'
import { calibrationBins } from '../../shared/stats/calibration.js'
import { confidenceOf } from '../../shared/stats/metrics/calibration-error.js'
import { findMetric, type Metric } from '../../shared/stats/metrics/index.js'
import { hasScores } from '../../shared/stats/metrics/metric.js'
import { type Sample, selectRows } from '../../shared/stats/sample.js'
import type { Estimate, IntervalSettings, Value } from '../../shared/stats/types.js'
import type { Slice } from './slices.js'

/** The answers of the models on the same rows in the same order. */
export interface Subjects {
  readonly candidate: Sample
  readonly baseline: Sample | null
  readonly trivial: Sample
}

export interface Measurement {
  readonly metric: Metric
  readonly slice: SliceRef | null
  readonly candidate: Estimate
  readonly baseline: Estimate | null
  /** Candidate minus baseline. */
  readonly difference: Estimate | null
  readonly trivial: Value
}

type ReliabilityBin = NonNullable<Evaluation['reliability']>['candidate'][number]

export interface Measurer {
  /** Measures once; asked again, it gives the same object. */
  measure(metric: Metric, slice: Slice | null): Measurement
  /** Candidate minus the trivial model, over all rows. */
  overTrivial(metric: Metric): Estimate
  /** Everything measured so far, in the order of asking. */
  all(): Measurement[]
}

export function createMeasurer(subjects: Subjects, settings: IntervalSettings): Measurer {
  const done = new Map<string, Measurement>()
  return {
    measure(metric, slice) {
      const key = JSON.stringify([metric.name, slice?.column ?? null, slice?.value ?? null])
      const known = done.get(key)
      if (known !== undefined) return known
      const of = (sample: Sample) => (slice === null ? sample : selectRows(sample, slice.rows))
      const candidate = of(subjects.candidate)
      const baseline = subjects.baseline && of(subjects.baseline)
      const measurement: Measurement = {
        metric,
        slice: slice && { column: slice.column, value: slice.value },
        candidate: metric.estimate(candidate, settings),
        baseline: baseline && metric.estimate(baseline, settings),
        difference: baseline && metric.difference(candidate, baseline, settings),
        trivial: metric.value(of(subjects.trivial)),
      }
      done.set(key, measurement)
      return measurement
    },
    overTrivial: (metric) => metric.difference(subjects.candidate, subjects.trivial, settings),
    all: () => [...done.values()],
  }
}

/** Metrics that are always shown, the main one first. */
export function usualMetrics(sample: Sample): Metric[] {
  const names = {
    binary: hasScores(sample)
      ? ['roc_auc', 'average_precision', 'log_loss', 'brier', 'ece', 'recall', 'precision', 'f1']
      : ['balanced_accuracy', 'accuracy', 'recall', 'precision', 'f1', 'mcc'],
    multiclass: ['accuracy', 'balanced_accuracy', 'f1_macro', ...(hasScores(sample) ? ['log_loss', 'ece'] : [])],
    regression: ['rmse', 'mae', 'r2', 'bias'],
  }[sample.task]
  return names.map((name) => findMetric(name, sample.task) as Metric)
}

/** Rows that got better and worse: labels that became right or wrong, values that came nearer or went away. */
export function countChanges({ candidate, baseline }: Subjects): { improved: number; worsened: number } | null {
  if (baseline === null) return null
  const error = (sample: Sample, i: number) =>
    sample.task === 'regression'
      ? Math.abs((sample.truth[i] as number) - (sample.value[i] as number))
      : Number(sample.label[i] !== sample.truth[i])
  let improved = 0
  let worsened = 0
  for (let i = 0; i < candidate.n; i++) {
    const [after, before] = [error(candidate, i), error(baseline, i)]
    if (after < before) improved += 1
    if (after > before) worsened += 1
  }
  return { improved, worsened }
}

/** Bins of the reliability curve that have rows; null without scores. */
export function reliabilityOf(sample: Sample): ReliabilityBin[] | null {
  if (sample.task === 'regression' || !hasScores(sample)) return null
  return calibrationBins(confidenceOf(sample))
    .filter((bin) => bin.n > 0)
    .map(({ low, high, n, score, rate }) => ({
      low: rounded(low),
      high: rounded(high),
      n,
      score: rounded(score),
      rate: rounded(rate),
    }))
}

export function metricResult({ metric, slice, candidate, baseline, difference, trivial }: Measurement): MetricResult {
  return {
    metric: metric.name,
    definition: metric.definition,
    direction: metric.direction,
    slice,
    candidate: measured(candidate),
    baseline: baseline && measured(baseline),
    difference: difference && measured(difference),
    trivial: Number.isFinite(trivial.value) ? rounded(trivial.value) : null,
  }
}

export function measured({ value, n, interval, reason }: Estimate): Measured {
  return {
    value: Number.isFinite(value) ? rounded(value) : null,
    n,
    interval: interval && { ...interval, low: rounded(interval.low), high: rounded(interval.high) },
    reason,
  }
}

/** Twelve digits: the libraries of two systems may differ in the last ones, and the documents shall not. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
