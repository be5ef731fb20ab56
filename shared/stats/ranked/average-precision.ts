import { classWeights, oncePerRanking, type RankedInfluence, type RankedStatistic, type Ranking } from './ranking.js'

/** Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over distinct scores from the highest, in steps, without interpolation. */
export const rankedAveragePrecision: RankedStatistic = oncePerRanking(averagePrecision)

function averagePrecision({ positive, last }: Ranking, weights: Float64Array | null): number {
  let sum = 0
  let rowsAbove = 0
  let positivesAbove = 0
  let hits = 0
  for (let i = 0; i < positive.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    rowsAbove += weight
    if (positive[i] === 1) hits += weight
    if (last[i] === 1 && hits > 0) {
      positivesAbove += hits
      sum += (hits * positivesAbove) / rowsAbove
      hits = 0
    }
  }
  return sum / positivesAbove
}

/**
 * With P(s) = TP(s) / N(s) at score s and d(s) the positives of that score, AP = Σ d(s) P(s) / Σ d(s). A row of score t
 * changes P at every s ≤ t: ∂AP/∂w = [y (P(t) − AP) + Σ_{s ≤ t} d(s) (y − P(s)) / N(s)] / Σ d.
 */
export const averagePrecisionInfluence: RankedInfluence = (ranking, weights) => {
  const { positive, last } = ranking
  const n = positive.length
  const { positives } = classWeights(ranking, weights)
  const value = rankedAveragePrecision(ranking, weights)
  const result = new Float64Array(n)
  // From the highest score: the precision at each, and the two sums over the scores at or above it.
  let [plain, byPrecision] = [0, 0]
  let [from, tied, tiedNegatives, above, negativesAbove] = [0, 0, 0, 0, 0]
  for (let to = 1; to <= n; to++) {
    const weight = weights === null ? 1 : (weights[to - 1] as number)
    if (positive[to - 1] === 1) tied += weight
    else tiedNegatives += weight
    if (last[to - 1] === 0) continue
    const rows = above + negativesAbove + tied + tiedNegatives
    if (rows > 0) {
      const precision = (above + tied) / rows
      // What lies above a row is taken off again from the whole below.
      const ofPositive = precision - value - (plain - byPrecision)
      for (let i = from; i < to; i++) result[i] = positive[i] === 1 ? ofPositive : byPrecision
      plain += tied / rows
      byPrecision += (tied * precision) / rows
    }
    above += tied
    negativesAbove += tiedNegatives
    from = to
    tied = 0
    tiedNegatives = 0
  }
  for (let i = 0; i < n; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    const whole = positive[i] === 1 ? plain - byPrecision : -byPrecision
    result[i] = (weight * ((result[i] as number) + whole)) / positives
  }
  return result
}
