import type { Family, Metric } from '../metric.js'
import { AREA_FAMILIES, AREA_METRICS } from './areas.js'
import { LOSS_METRICS } from './losses.js'
import { OVERLAP_FAMILIES, OVERLAP_METRICS } from './overlap.js'
import { RANK_METRICS } from './ranks.js'

/** Metrics of rows that may have any number of classes, equal to scikit-learn's. */
export const METRICS: readonly Metric[] = [...LOSS_METRICS, ...OVERLAP_METRICS, ...RANK_METRICS, ...AREA_METRICS]

export const FAMILIES: readonly Family[] = [...OVERLAP_FAMILIES, ...AREA_FAMILIES]
