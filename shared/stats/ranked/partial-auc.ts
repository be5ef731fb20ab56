import { classWeights, forEachScore, type RankedInfluence, type RankedStatistic, type Ranking } from './ranking.js'

/**
 * Area under the ROC curve up to a false-positive rate, put on the scale of a whole area by McClish (1989), as in
 * scikit-learn's roc_auc_score(max_fpr): ½ (1 + (area − x²/2) / (x − x²/2)). Half is guessing, 1 is perfect.
 */
export function rankedPartialAuc(maxFpr: number): RankedStatistic {
  return (ranking, weights) => scaled(areaUpTo(ranking, weights, maxFpr), maxFpr)
}

function scaled(area: number, maxFpr: number): number {
  const [least, most] = [(maxFpr * maxFpr) / 2, maxFpr]
  return (1 + (area - least) / (most - least)) / 2
}

function areaUpTo(ranking: Ranking, weights: Float64Array | null, maxFpr: number): number {
  const { positives, negatives } = classWeights(ranking, weights)
  let area = 0
  forEachScore(ranking, weights, (_from, _to, tied, tiedNegatives, above, negativesAbove) => {
    const [low, high] = [negativesAbove / negatives, (negativesAbove + tiedNegatives) / negatives]
    if (low >= maxFpr || high <= low) return
    const end = Math.min(high, maxFpr)
    const rise = (tied * (end - low)) / (high - low)
    area += ((end - low) * (above + rise / 2)) / positives
  })
  return area
}

/**
 * Of the area: a positive row adds what lies right of it below the bound; a negative one adds the rise of the curve from
 * its own rate to that at the bound, for those above the bound.
 */
export function partialAucInfluence(maxFpr: number): RankedInfluence {
  return (ranking, weights) => {
    const { positive } = ranking
    const { positives, negatives } = classWeights(ranking, weights)
    const area = areaUpTo(ranking, weights, maxFpr)
    const atBound = rateAt(ranking, weights, maxFpr)
    // Slope of the scale of McClish.
    const slope = 1 / (2 * (maxFpr - (maxFpr * maxFpr) / 2))
    const result = new Float64Array(positive.length)
    forEachScore(ranking, weights, (from, to, tied, tiedNegatives, above, negativesAbove) => {
      const [low, high] = [negativesAbove / negatives, (negativesAbove + tiedNegatives) / negatives]
      const ofPositive = high <= low ? Math.max(0, maxFpr - low) : rightOf(low, high, maxFpr)
      // Of the rows of a score that the bound cuts, the part above it.
      const share = high <= maxFpr ? 1 : low >= maxFpr ? 0 : (maxFpr - low) / (high - low)
      const middle = (above + (tied * share) / 2) / positives
      const ofNegative = share * (middle - atBound) + maxFpr * atBound
      for (let i = from; i < to; i++) {
        const weight = weights === null ? 1 : (weights[i] as number)
        const size = positive[i] === 1 ? (ofPositive - area) / positives : (ofNegative - area) / negatives
        result[i] = weight * slope * size
      }
    })
    return result
  }
}

/** ∫ of a line from 0 at `low` to 1 at `high`, and 1 beyond, up to `bound`. */
function rightOf(low: number, high: number, bound: number): number {
  if (bound <= low) return 0
  if (bound >= high) return bound - (low + high) / 2
  return (bound - low) ** 2 / (2 * (high - low))
}

/** True-positive rate of the curve at a false-positive rate. */
function rateAt(ranking: Ranking, weights: Float64Array | null, fpr: number): number {
  const { positives, negatives } = classWeights(ranking, weights)
  let rate = 0
  forEachScore(ranking, weights, (_from, _to, tied, tiedNegatives, above, negativesAbove) => {
    const [low, high] = [negativesAbove / negatives, (negativesAbove + tiedNegatives) / negatives]
    if (low > fpr) return
    const share = high <= fpr ? 1 : (fpr - low) / (high - low)
    rate = (above + tied * share) / positives
  })
  return rate
}
