import type { Metric } from '../../shared/stats/metrics/index.js'
import type { Sample } from '../../shared/stats/sample.js'
import { type Estimate, type IntervalSettings, undefinedBecause, type Value } from '../../shared/stats/types.js'
import { type Trivial, trivialValue } from './trivial.js'

/** The answers of the models on the same rows in the same order. */
export interface Subjects {
  readonly candidate: Sample
  readonly baseline: Sample | null
  /** Null for a task that has none. */
  readonly trivial: Trivial | null
}

/** What a metric says of the models. */
export interface Comparison {
  readonly candidate: Estimate
  readonly baseline: Estimate | null
  /** Candidate minus baseline. */
  readonly difference: Estimate | null
  readonly trivial: Value
}

/** What a metric says of the models on their rows, and of how far they lie apart. */
export function compare(
  metric: Metric,
  { candidate, baseline, trivial }: Subjects,
  settings: IntervalSettings,
): Comparison {
  return {
    candidate: metric.estimate(candidate, settings),
    baseline: baseline && metric.estimate(baseline, settings),
    difference: baseline && metric.difference(candidate, baseline, settings),
    trivial: trivial === null ? undefinedBecause('there is no trivial model') : trivialValue(metric, trivial),
  }
}

/** Candidate minus the trivial model; null when there is none. */
function overTrivial(metric: Metric, { candidate, trivial }: Subjects, settings: IntervalSettings): Estimate | null {
  return trivial === null ? null : metric.difference(candidate, trivial.whole(), settings)
}

/** The models on all judged rows: each comparison is made once. */
export interface AllRows {
  compare(metric: Metric): Comparison
  overTrivial(metric: Metric): Estimate | null
  /** What another thread has found. */
  know(found: Found): void
}

/** A result and the name of its metric. */
export type Found =
  | { readonly metric: string; readonly of: 'models'; readonly result: Comparison }
  | { readonly metric: string; readonly of: 'trivial'; readonly result: Estimate | null }

/** Comparisons of all rows, each made once, here or in another thread that tells of it by `know`. */
export function allRowsOf(subjects: Subjects, settings: IntervalSettings): AllRows {
  const models = new Map<string, Comparison>()
  const trivial = new Map<string, Estimate | null>()
  return {
    compare: (metric) => once(models, metric.name, () => compare(metric, subjects, settings)),
    overTrivial: (metric) => once(trivial, metric.name, () => overTrivial(metric, subjects, settings)),
    know(found) {
      if (found.of === 'models') models.set(found.metric, found.result)
      else trivial.set(found.metric, found.result)
    },
  }
}

function once<T>(known: Map<string, T>, name: string, make: () => T): T {
  if (!known.has(name)) known.set(name, make())
  return known.get(name) as T
}
