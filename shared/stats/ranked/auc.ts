import {
  classWeights,
  forEachScore,
  oncePerRanking,
  type RankedInfluence,
  type RankedStatistic,
  type Ranking,
} from './ranking.js'

/**
 * Area under the ROC curve, exact with ties: P(score⁺ > score⁻) + ½ P(score⁺ = score⁻). Without weights it is a quotient
 * of integers, exact below 2⁵³ pairs.
 */
export const rankedAuc: RankedStatistic = oncePerRanking(aucOf)

function aucOf({ positive, last }: Ranking, weights: Float64Array | null): number {
  let tied = 0
  let tiedNegatives = 0
  let above = 0
  let negatives = 0
  let twiceWins = 0
  for (let i = 0; i < positive.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (positive[i] === 1) tied += weight
    else tiedNegatives += weight
    if (last[i] === 0) continue
    twiceWins += tiedNegatives * (2 * above + tied)
    above += tied
    negatives += tiedNegatives
    tied = 0
    tiedNegatives = 0
  }
  return twiceWins / (2 * above * negatives)
}

/** Of a positive row the share of negatives below it, of a negative one the share of positives above; ties count half. */
export const aucInfluence: RankedInfluence = (ranking, weights) => {
  const { positive } = ranking
  const { positives, negatives } = classWeights(ranking, weights)
  const auc = rankedAuc(ranking, weights)
  const result = new Float64Array(positive.length)
  forEachScore(ranking, weights, (from, to, tied, tiedNegatives, above, negativesAbove) => {
    const ofPositive = (negatives - negativesAbove - tiedNegatives / 2) / negatives
    const ofNegative = (above + tied / 2) / positives
    for (let i = from; i < to; i++) {
      const weight = weights === null ? 1 : (weights[i] as number)
      result[i] =
        positive[i] === 1 ? (weight * (ofPositive - auc)) / positives : (weight * (ofNegative - auc)) / negatives
    }
  })
  return result
}
