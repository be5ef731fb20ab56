import type { Family, Metric } from '../metric.js'
import { BLEU } from './bleu.js'
import { CHRF } from './chrf.js'
import { ERROR_METRICS } from './error-rates.js'
import { MATCH_METRICS } from './matches.js'
import { ROUGE_METRICS } from './rouge.js'

/** Metrics of texts against references. */
export const METRICS: readonly Metric[] = [...MATCH_METRICS, ...ERROR_METRICS, CHRF, BLEU, ...ROUGE_METRICS]

export const FAMILIES: readonly Family[] = []
