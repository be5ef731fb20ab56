import type { Check } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import type { Sample } from '../../shared/stats/sample.js'

/** A warning when every score is 0 or 1: a class label given as a number looks like that, and no metric would tell. */
export function scoresCheck(sample: Sample): Check[] {
  if (sample.task !== 'binary' || sample.score === null || sample.n === 0) return []
  if (!sample.score.every((score) => score === 0 || score === 1)) return []
  return [
    checkOf('warn', {
      rule: 'scores-are-labels',
      subject: 'candidate',
      message: `each of the ${sample.n} scores is exactly 0 or 1, as if they were class labels; ROC AUC, log loss and the threshold are meant for probabilities`,
      expected: 'the probability of the positive class',
      cure: 'answer with the probability (scikit-learn: predict_proba, not predict), or with {"label": …} where there is none',
    }),
  ]
}
