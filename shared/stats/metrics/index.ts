import type { Task } from '../sample.js'
import * as calibration from './calibration/index.js'
import * as classification from './classification.js'
import type { Family, Metric } from './metric.js'
import * as multilabel from './multilabel/index.js'
import * as quantile from './quantile/index.js'
import * as ranking from './ranking/index.js'
import * as regression from './regression.js'
import * as scores from './scores.js'
import * as text from './text/index.js'

export type { Family, Metric } from './metric.js'

const PARTS = [scores, calibration, classification, regression, multilabel, quantile, ranking, text] as const

/** Metrics with a fixed name, and the usual members of the families. */
export const METRICS: readonly Metric[] = PARTS.flatMap((part) => part.METRICS)

/** Metrics whose name carries parameters, such as `top_3_accuracy`. */
export const FAMILIES: readonly Family[] = PARTS.flatMap((part) => part.FAMILIES)

/** The metric of a name for a task, or undefined. */
export function findMetric(name: string, task: Task): Metric | undefined {
  return METRICS.find((metric) => metric.name === name && metric.tasks.includes(task)) ?? ofFamily(name, task)
}

/** Names that `findMetric` knows for a task, for messages. */
export function metricNames(task: Task): string[] {
  return [
    ...METRICS.filter((metric) => metric.tasks.includes(task)).map((metric) => metric.name),
    ...FAMILIES.filter((family) => family.tasks.includes(task)).map((family) => family.form),
  ]
}

function ofFamily(name: string, task: Task): Metric | undefined {
  for (const family of FAMILIES) {
    if (!family.tasks.includes(task)) continue
    const parameters = family.pattern.exec(name)?.slice(1)
    const found = parameters && family.of(name, ...parameters)
    if (found?.tasks.includes(task)) return found
  }
  return undefined
}
