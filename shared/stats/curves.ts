import type { Numbers } from './numeric.js'
import { ascendingOrder } from './order.js'
import { countOnes } from './scores.js'

/** Counts of rows with a score at or above a threshold. */
export interface ThresholdPoint {
  readonly threshold: number
  readonly truePositives: number
  readonly falsePositives: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** One point per distinct score, from the highest. */
export function thresholdPoints(truth: Numbers, score: Numbers): ThresholdPoint[] {
  const order = ascendingOrder(score)
  const points: ThresholdPoint[] = []
  let truePositives = 0
  let falsePositives = 0
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i] as number
    if (truth[row] === 1) truePositives += 1
    else falsePositives += 1
    const threshold = score[row] as number
    if (i === 0 || score[order[i - 1] as number] !== threshold)
      points.push({ threshold, truePositives, falsePositives })
  }
  return points
}

/** ROC curve: x is the false-positive rate, y the true-positive rate; empty when a class is missing. */
export function rocCurve(truth: Numbers, score: Numbers, maxPoints = 200): Point[] {
  const positives = countOnes(truth)
  const negatives = truth.length - positives
  if (positives === 0 || negatives === 0) return []
  const points = thresholdPoints(truth, score).map((p) => ({
    x: p.falsePositives / negatives,
    y: p.truePositives / positives,
  }))
  return thin([{ x: 0, y: 0 }, ...points], maxPoints)
}

/** Precision-recall curve: x is the recall, y the precision; empty when no row is positive. */
export function precisionRecallCurve(truth: Numbers, score: Numbers, maxPoints = 200): Point[] {
  const positives = countOnes(truth)
  if (positives === 0) return []
  const points = thresholdPoints(truth, score).map((p) => ({
    x: p.truePositives / positives,
    y: p.truePositives / (p.truePositives + p.falsePositives),
  }))
  return thin(points, maxPoints)
}

/** Keeps the first and the last point and the ones nearest to equal steps in x. */
function thin(points: readonly Point[], maxPoints: number): Point[] {
  if (points.length <= maxPoints) return [...points]
  const step = 1 / (maxPoints - 2)
  const kept: Point[] = []
  let next = Number.NEGATIVE_INFINITY
  points.forEach((point, i) => {
    if (point.x < next && i < points.length - 1) return
    kept.push(point)
    next = point.x + step
  })
  return kept
}
