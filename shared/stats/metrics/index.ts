import type { Task } from '../sample.js'
import { fBetaMetric, LABEL_METRICS } from './classification.js'
import type { Metric } from './metric.js'
import { pinballMetric, REGRESSION_METRICS } from './regression.js'
import { SCORE_METRICS, topKMetric } from './scores.js'

export type { Metric } from './metric.js'

/** Metrics with a fixed name, and the usual members of the families of `findMetric`. */
export const METRICS: readonly Metric[] = [
  ...SCORE_METRICS,
  ...LABEL_METRICS,
  fBetaMetric('f1', 1),
  ...REGRESSION_METRICS,
]

/**
 * The metric of a name for a task, or undefined. Besides `METRICS` there are the families `f<β>`, `top_<k>_accuracy`
 * and `pinball_<α>`.
 */
export function findMetric(name: string, task: Task): Metric | undefined {
  const found = METRICS.find((metric) => metric.name === name && metric.tasks.includes(task)) ?? ofFamily(name)
  return found?.tasks.includes(task) ? found : undefined
}

/** Names that `findMetric` knows for a task, for messages. */
export function metricNames(task: Task): string[] {
  const families = { binary: ['f<β>'], multiclass: ['top_<k>_accuracy'], regression: ['pinball_<α>'] }[task]
  return [...METRICS.filter((metric) => metric.tasks.includes(task)).map((metric) => metric.name), ...families]
}

const FAMILIES: readonly [pattern: RegExp, of: (name: string, parameter: number) => Metric | undefined][] = [
  [/^f(\d+(?:\.\d+)?)$/, (name, beta) => (beta > 0 ? fBetaMetric(name, beta) : undefined)],
  [/^top_(\d+)_accuracy$/, (name, k) => (k > 0 ? topKMetric(name, k) : undefined)],
  [/^pinball_(0\.\d+)$/, (name, alpha) => (alpha > 0 ? pinballMetric(name, alpha) : undefined)],
]

function ofFamily(name: string): Metric | undefined {
  for (const [pattern, of] of FAMILIES) {
    const parameter = pattern.exec(name)?.[1]
    if (parameter !== undefined) return of(name, Number(parameter))
  }
  return undefined
}
