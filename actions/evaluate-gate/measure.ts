import type { Measured } from '../../shared/contracts/common.js'
import type { Evaluation, MetricResult, SliceRef } from '../../shared/contracts/evaluation.js'
import { calibrationBins } from '../../shared/stats/calibration.js'
import { mcnemar } from '../../shared/stats/mcnemar.js'
import { confidenceOf } from '../../shared/stats/metrics/calibration/confidence.js'
import { findMetric, type Metric } from '../../shared/stats/metrics/index.js'
import { hasScores } from '../../shared/stats/metrics/metric.js'
import { isClassSample, type Sample, selectRows } from '../../shared/stats/sample.js'
import { lossKindOf, lossOf } from '../../shared/stats/slices/loss.js'
import type { Estimate, IntervalSettings } from '../../shared/stats/types.js'
import { type AllRows, type Comparison, compare, type Subjects } from './compare.js'
import { rounded, roundedInterval, roundedOrNull } from './rounding.js'
import type { Slice, Slices } from './slices/slices.js'
import { usualOfTask } from './tasks/usual.js'

export interface Measurement extends Comparison {
  readonly metric: Metric
  readonly slice: SliceRef | null
}

type ReliabilityBin = NonNullable<Evaluation['reliability']>['candidate'][number]

export interface Measurer {
  /** Measures once; asked again, it gives the same object. */
  measure(metric: Metric, slice: Slice | null): Measurement
  /** Candidate minus the trivial model, over all rows; null when there is none. */
  overTrivial(metric: Metric): Estimate | null
  /** Everything measured so far, in the order of asking. */
  all(): Measurement[]
}

/** `rowsOf` are the rows of a slice, and `all` what is said of all rows together. */
export function createMeasurer(
  subjects: Subjects,
  settings: IntervalSettings,
  rowsOf: Slices['rowsOf'],
  all: AllRows,
): Measurer {
  const done = new Map<string, Measurement>()
  const partOf = partsOf(subjects, rowsOf)
  return {
    measure(metric, slice) {
      const key = JSON.stringify([metric.name, slice?.column ?? null, slice?.value ?? null])
      const known = done.get(key)
      if (known !== undefined) return known
      const measurement: Measurement = {
        metric,
        slice: slice && { column: slice.column, value: slice.value },
        ...(slice === null ? all.compare(metric) : compare(metric, partOf(slice), settings)),
      }
      done.set(key, measurement)
      return measurement
    },
    overTrivial: all.overTrivial,
    all: () => [...done.values()],
  }
}

/** The samples of a slice. Those of the last one are kept: its metrics are asked for one after the other. */
function partsOf(subjects: Subjects, rowsOf: Slices['rowsOf']): (slice: Slice) => Subjects {
  let last: { slice: Slice; parts: Subjects } | null = null
  return (slice) => {
    if (last?.slice.partition === slice.partition && last.slice.code === slice.code) return last.parts
    const rows = rowsOf(slice)
    const { candidate, baseline, trivial } = subjects
    const part = selectRows(candidate, rows)
    const parts = {
      candidate: part,
      baseline: baseline && selectRows(baseline, rows),
      trivial: trivial?.on(part, rows) ?? null,
    }
    last = { slice, parts }
    return parts
  }
}

/** Metrics that are always shown, the main one first. */
export function usualMetrics(sample: Sample): Metric[] {
  return usualNames(sample).map((name) => findMetric(name, sample.task) as Metric)
}

function usualNames(sample: Sample): readonly string[] {
  switch (sample.task) {
    case 'binary':
      return hasScores(sample)
        ? ['roc_auc', 'average_precision', 'log_loss', 'brier', 'ece', 'recall', 'precision', 'f1']
        : ['balanced_accuracy', 'accuracy', 'recall', 'precision', 'f1', 'mcc']
    case 'multiclass':
      return ['accuracy', 'balanced_accuracy', 'f1_macro', ...(hasScores(sample) ? ['log_loss', 'ece'] : [])]
    case 'regression':
      return ['rmse', 'mae', 'r2', 'bias', ...(sample.scales === undefined ? [] : ['mase'])]
    default:
      return usualOfTask(sample)
  }
}

/** Rows that got better and worse: labels that became right or wrong, values that came nearer or went away. */
export function countChanges({ candidate, baseline }: Subjects): Evaluation['changes'] {
  if (baseline === null) return null
  const [after, before] = rowErrors([candidate, baseline]) as [RowError, RowError]
  let improved = 0
  let worsened = 0
  for (let i = 0; i < candidate.n; i++) {
    const [now, then] = [after(i), before(i)]
    if (now < then) improved += 1
    if (now > then) worsened += 1
  }
  // The test holds for independent rows that count once each.
  const holds = isClassSample(candidate) && candidate.weights === null && !candidate.clustered
  const test = holds ? mcnemar(improved, worsened) : null
  return { improved, worsened, mcnemar: test && { p: rounded(test.p), method: test.method } }
}

type RowError = (row: number) => number

function rowErrors(samples: readonly Sample[]): RowError[] {
  return samples.map((sample): RowError => {
    if (isClassSample(sample)) return (i) => Number(sample.label[i] !== sample.truth[i])
    const kind = sample.task === 'regression' ? 'absolute-error' : lossKindOf(samples)
    const loss = lossOf(sample, kind)
    return (i) => loss[i] as number
  })
}

/** Bins of the reliability curve that have rows; null without scores. */
export function reliabilityOf(sample: Sample): ReliabilityBin[] | null {
  if (!isClassSample(sample) || !hasScores(sample)) return null
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

/** A measurement as the document keeps it. */
export function metricResult({ metric, slice, candidate, baseline, difference, trivial }: Measurement): MetricResult {
  return {
    metric: metric.name,
    definition: metric.definition,
    direction: metric.direction,
    slice,
    candidate: measured(candidate),
    baseline: baseline && measured(baseline),
    difference: difference && measured(difference),
    trivial: roundedOrNull(trivial.value),
  }
}

/** An estimate as the document keeps it: null for what is undefined, numbers rounded to twelve digits. */
export function measured({ value, n, interval, reason }: Estimate): Measured {
  return {
    value: roundedOrNull(value),
    n,
    interval: interval && roundedInterval(interval),
    reason,
  }
}
