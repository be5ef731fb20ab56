import type { Family, Metric } from '../metric.js'
import { CATALOGUE_FAMILIES } from './catalogue.js'
import { HIT_FAMILIES, R_PRECISION } from './hits.js'
import { NDCG_FAMILY } from './ndcg.js'

/** Metrics of ranked items, means over queries. */
export const METRICS: readonly Metric[] = [R_PRECISION]

export const FAMILIES: readonly Family[] = [NDCG_FAMILY, ...HIT_FAMILIES, ...CATALOGUE_FAMILIES]
