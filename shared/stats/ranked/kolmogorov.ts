import { classWeights, forEachScore, type RankedInfluence, type RankedStatistic, type Ranking } from './ranking.js'

/**
 * Kolmogorov–Smirnov distance of the scores of the two classes: the largest |TPR − FPR| over all thresholds, as the
 * statistic of scipy's ks_2samp.
 */
export const rankedKolmogorov: RankedStatistic = (ranking, weights) => Math.abs(widest(ranking, weights).gap)

/** The signed gap that is widest, and how many rows lie at or above its threshold. */
function widest(ranking: Ranking, weights: Float64Array | null): { gap: number; rows: number } {
  const { positives, negatives } = classWeights(ranking, weights)
  let gap = positives > 0 && negatives > 0 ? 0 : Number.NaN
  let rows = 0
  forEachScore(ranking, weights, (_from, to, tied, tiedNegatives, above, negativesAbove) => {
    const here = (above + tied) / positives - (negativesAbove + tiedNegatives) / negatives
    if (Math.abs(here) > Math.abs(gap)) {
      gap = here
      rows = to
    }
  })
  return { gap, rows }
}

/** At the widest gap a small move of the threshold changes nothing: the influence is that of the two rates there. */
export const kolmogorovInfluence: RankedInfluence = (ranking, weights) => {
  const { positive } = ranking
  const { positives, negatives } = classWeights(ranking, weights)
  const { gap, rows } = widest(ranking, weights)
  const sign = Math.sign(gap)
  let [above, negativesAbove] = [0, 0]
  for (let i = 0; i < rows; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (positive[i] === 1) above += weight
    else negativesAbove += weight
  }
  const [tpr, fpr] = [above / positives, negativesAbove / negatives]
  const result = new Float64Array(positive.length)
  for (let i = 0; i < result.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    const over = i < rows ? 1 : 0
    const size = positive[i] === 1 ? (over - tpr) / positives : (fpr - over) / negatives
    result[i] = sign * weight * size
  }
  return result
}
