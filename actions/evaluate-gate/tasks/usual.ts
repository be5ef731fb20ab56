import { hasScores } from '../../../shared/stats/metrics/metric.js'
import { centralShares } from '../../../shared/stats/metrics/quantile/levels.js'
import type { MultilabelSample, QuantileSample, RankingSample, TextSample } from '../../../shared/stats/sample.js'

export type TaskSample = MultilabelSample | QuantileSample | RankingSample | TextSample

/** Names of the metrics that are always shown, the main one first. */
export function usualOfTask(sample: TaskSample): readonly string[] {
  switch (sample.task) {
    case 'multilabel':
      return [
        'f1_micro',
        'f1_macro',
        'exact_match',
        'hamming_loss',
        ...(hasScores(sample) ? ['lrap', 'log_loss', 'brier'] : []),
      ]
    case 'quantile':
      return ['pinball_mean', ...usualOfLevels(sample), 'crossing_rate']
    case 'ranking':
      return [
        'ndcg_at_10',
        'map_at_10',
        'mrr_at_10',
        'hit_rate_at_10',
        'precision_at_10',
        'recall_at_10',
        'catalogue_coverage_at_10',
        ...(sample.popularity === null ? [] : ['novelty_at_10', 'popularity_at_10']),
      ]
    case 'text':
      return ['token_f1', 'exact_match', 'wer', 'cer', 'chrf']
  }
}

/** Of the widest central interval, and of the median. */
function usualOfLevels({ levels }: QuantileSample): string[] {
  const [widest] = centralShares(levels)
  const percent = widest === undefined ? null : Number((100 * widest).toPrecision(12))
  return [
    ...(percent === null
      ? []
      : [`coverage_${percent}`, `coverage_error_${percent}`, `width_${percent}`, `interval_score_${percent}`]),
    ...(levels.includes(0.5) ? ['median_mae'] : []),
  ]
}
