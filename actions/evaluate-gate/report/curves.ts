import { rankDescending } from '../../../shared/stats/ranked/ranking.js'
import type { BinarySample } from '../../../shared/stats/sample.js'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface RateCurves {
  /** x: false positive rate, y: true positive rate. */
  readonly roc: readonly Point[]
  /** x: recall, y: precision. */
  readonly pr: readonly Point[]
  /** Share of positives. */
  readonly prevalence: number
}

/** More rows are put into bins of scores: in a picture that is not to be told from every score by itself. */
const MOST_SORTED = 200_000
const BINS = 1 << 16
/** Points nearer than this to each other are left out: some 200 points of a curve are left. */
const STEP = 0.0101

/** ROC and precision–recall curves, weighted as the rows are; null without scores or with one class only. */
export function rateCurves(sample: BinarySample): RateCurves | null {
  const { score } = sample
  if (score === null) return null
  const steps = sample.n <= MOST_SORTED ? exactSteps(sample, score) : binnedSteps(sample, score)
  const positives = steps.positives.reduce((sum, weight) => sum + weight, 0)
  const negatives = steps.negatives.reduce((sum, weight) => sum + weight, 0)
  if (positives === 0 || negatives === 0) return null
  const roc: Point[] = [{ x: 0, y: 0 }]
  const pr: Point[] = []
  let [hits, alarms] = [0, 0]
  for (let i = 0; i < steps.positives.length; i++) {
    const [more, wrong] = [steps.positives[i] as number, steps.negatives[i] as number]
    if (more === 0 && wrong === 0) continue
    hits += more
    alarms += wrong
    push(roc, { x: alarms / negatives, y: hits / positives })
    push(pr, { x: hits / positives, y: hits / (hits + alarms) })
  }
  end(roc, { x: 1, y: 1 })
  end(pr, { x: 1, y: positives / (positives + negatives) })
  return { roc, pr, prevalence: positives / (positives + negatives) }
}

function push(points: Point[], point: Point): void {
  const last = points.at(-1)
  if (last === undefined || Math.abs(point.x - last.x) + Math.abs(point.y - last.y) >= STEP) points.push(point)
}

function end(points: Point[], point: Point): void {
  const last = points.at(-1)
  if (last === undefined || last.x !== point.x || last.y !== point.y) points.push(point)
}

/** Weights of both classes by score, from the highest. */
interface Steps {
  readonly positives: Float64Array
  readonly negatives: Float64Array
}

function exactSteps({ truth, weights, n }: BinarySample, score: Float64Array): Steps {
  const { order, positive, last } = rankDescending(truth, score)
  const [positives, negatives] = [new Float64Array(n), new Float64Array(n)]
  let at = 0
  for (let i = 0; i < n; i++) {
    const into = positive[i] === 1 ? positives : negatives
    into[at] = (into[at] as number) + (weights === null ? 1 : (weights[order[i] as number] as number))
    if (last[i] === 1) at += 1
  }
  return { positives: positives.subarray(0, at), negatives: negatives.subarray(0, at) }
}

/** Scores of exactly 0 and 1 have a bin of their own: many models answer with them. */
function binnedSteps({ truth, weights, n }: BinarySample, score: Float64Array): Steps {
  const [positives, negatives] = [new Float64Array(BINS + 2), new Float64Array(BINS + 2)]
  for (let i = 0; i < n; i++) {
    const value = score[i] as number
    const bin = value >= 1 ? 0 : value <= 0 ? BINS + 1 : BINS - Math.floor(value * BINS)
    const into = truth[i] === 1 ? positives : negatives
    into[bin] = (into[bin] as number) + (weights === null ? 1 : (weights[i] as number))
  }
  return { positives, negatives }
}
