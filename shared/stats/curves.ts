import type { Numbers } from './numeric.js'
import { classWeights, forEachScore, type Ranking, rankDescending } from './ranked/ranking.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** ROC curve: x is the false-positive rate, y the true-positive rate; empty when a class is missing. */
export function rocCurve(truth: Numbers, score: Numbers, maxPoints = 200): Point[] {
  return rankedRocCurve(rankDescending(truth, score), null, maxPoints)
}

/** Precision-recall curve: x is the recall, y the precision; empty when no row is positive. */
export function precisionRecallCurve(truth: Numbers, score: Numbers, maxPoints = 200): Point[] {
  return rankedPrecisionRecallCurve(rankDescending(truth, score), null, maxPoints)
}

/** `rocCurve` of rows that are ranked already, such as those of `rankedRows`; weights are in their order. */
export function rankedRocCurve(ranking: Ranking, weights: Float64Array | null, maxPoints = 200): Point[] {
  const { positives, negatives } = classWeights(ranking, weights)
  if (positives === 0 || negatives === 0) return []
  const thin = thinning(scoresOf(ranking) + 1, maxPoints)
  thin.add(0, 0, false)
  forEachScore(ranking, weights, (_from, to, tied, tiedNegatives, above, negativesAbove) => {
    const last = to === ranking.last.length
    thin.add((negativesAbove + tiedNegatives) / negatives, (above + tied) / positives, last)
  })
  return thin.points
}

/** `precisionRecallCurve` of rows that are ranked already; weights are in their order. */
export function rankedPrecisionRecallCurve(ranking: Ranking, weights: Float64Array | null, maxPoints = 200): Point[] {
  const { positives } = classWeights(ranking, weights)
  if (positives === 0) return []
  const thin = thinning(scoresOf(ranking), maxPoints)
  forEachScore(ranking, weights, (_from, to, tied, tiedNegatives, above, negativesAbove) => {
    const [hits, rows] = [above + tied, above + tied + negativesAbove + tiedNegatives]
    if (rows > 0) thin.add(hits / positives, hits / rows, to === ranking.last.length)
  })
  return thin.points
}

/** Distinct scores. */
function scoresOf({ last }: Ranking): number {
  let count = 0
  for (let i = 0; i < last.length; i++) count += last[i] as number
  return count
}

/** Keeps the first and the last of ascending points and the ones nearest to equal steps in x; all when they are few. */
function thinning(count: number, maxPoints: number) {
  const points: Point[] = []
  const step = count <= maxPoints ? 0 : 1 / (maxPoints - 2)
  let next = Number.NEGATIVE_INFINITY
  return {
    points,
    add(x: number, y: number, last: boolean): void {
      if (step > 0 && x < next && !last) return
      points.push({ x, y })
      next = x + step
    },
  }
}
