import { rankedAucDifferenceInterval, rankedAucInterval } from '../../delong.js'
import { aucInfluence, rankedAuc } from '../../ranked/auc.js'
import type { ClassSample } from '../../sample.js'
import { isPlain } from '../evidence.js'
import type { Estimator } from '../metric.js'
import { bounds } from './common.js'
import { needsBothClasses, ofRanking, type RankedRows } from './ranking.js'

/**
 * Area under the ROC curve of ranked rows. DeLong on independent rows that count once each; otherwise a bootstrap of
 * blocks.
 */
export function ofAuc<S extends ClassSample>(rows: (sample: S) => RankedRows): Estimator<S> {
  const resampled = ofRanking<S>({
    rows,
    statistic: rankedAuc,
    influence: aucInfluence,
    missing: needsBothClasses,
  })
  return {
    ...resampled,
    methods: { single: 'DeLong', difference: 'paired DeLong' },
    interval: (sample, value, settings) =>
      isPlain(sample)
        ? bounds(rankedAucInterval(rows(sample).ranking, settings.level))
        : resampled.interval(sample, value, settings),
    differenceInterval: (a, b, value, settings) =>
      isPlain(a)
        ? bounds(rankedAucDifferenceInterval(rows(a).ranking, rows(b).ranking, settings.level))
        : resampled.differenceInterval(a, b, value, settings),
  }
}
