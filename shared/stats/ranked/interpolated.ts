import { classWeights, forEachScore, type RankedInfluence, type RankedStatistic } from './ranking.js'

/**
 * Area under the precision-recall curve with the interpolation of Davis and Goadrich (2006): between two scores false
 * positives grow in proportion to true positives, so precision is t / (t + fp(t)); integrated over recall in closed form
 * (Keilwagen, Grosse and Grau 2014).
 */
export const rankedInterpolatedPrecision: RankedStatistic = ({ positive, last }, weights) => {
  let area = 0
  let [tied, tiedNegatives, above, negativesAbove] = [0, 0, 0, 0]
  for (let i = 0; i < positive.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    if (positive[i] === 1) tied += weight
    else tiedNegatives += weight
    if (last[i] === 0) continue
    if (tied > 0) area += areaOf(above, above + negativesAbove, tied, tied + tiedNegatives)
    above += tied
    negativesAbove += tiedNegatives
    tied = 0
    tiedNegatives = 0
  }
  return area / above
}

/** Where five terms of the series of ln(1 + x) are it to the last digit, in a fraction of its time. */
const SMALL = 1e-3

/**
 * ∫ t / (t + fp(t)) dt over one score, from `tp` true positives among `rows` to `gain` more among `growth` more. With
 * x = growth / rows and s = ln(1 + x) / x that is gain² / growth · (1 − s) + gain · tp / rows · s: without a difference of
 * logarithms, which would lose the digits of a short step.
 */
function areaOf(tp: number, rows: number, gain: number, growth: number): number {
  const slow = gain === growth ? gain : (gain * gain) / growth
  if (rows === 0) return slow
  const x = growth / rows
  // 1 − s = x/2 − x²/3 + x³/4 − …
  const lost = x < SMALL ? x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5 - x / 6)))) : 1 - Math.log1p(x) / x
  return slow * lost + ((gain * tp) / rows) * (1 - lost)
}

/**
 * A row adds to the true or false positives at every score at or below its own: its influence is the sum of the
 * derivatives of the areas by those.
 */
export const interpolatedPrecisionInfluence: RankedInfluence = (ranking, weights) => {
  const { positive } = ranking
  const { positives } = classWeights(ranking, weights)
  const value = rankedInterpolatedPrecision(ranking, weights)
  const result = new Float64Array(positive.length)
  const ends = new Float64Array(4)
  // Derivatives by the true and false positives of all scores so far: what lies above a row is taken off the whole.
  let [byTp, byFp] = [0, 0]
  forEachScore(ranking, weights, (from, to, tied, tiedNegatives, above, negativesAbove) => {
    if (above + tied > 0) {
      derivatives(above, negativesAbove, above + tied, negativesAbove + tiedNegatives, ends)
      byTp += ends[0] as number
      byFp += ends[1] as number
    } else ends.fill(0)
    // A row of this score changes the end of this step, and both ends of every later one.
    for (let i = from; i < to; i++) result[i] = positive[i] === 1 ? -byTp : -byFp
    byTp += ends[2] as number
    byFp += ends[3] as number
  })
  for (let i = 0; i < result.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    const whole = positive[i] === 1 ? byTp - value : byFp
    result[i] = (weight * ((result[i] as number) + whole)) / positives
  }
  return result
}

/** Nodes and weights of Gauss and Legendre with eight points on [0, 1]. */
const NODES = [0.0198550717512319, 0.1016667612931866, 0.2372337950418355, 0.4082826787521751]
const WEIGHTS = [0.0506142681451881, 0.1111905172266872, 0.1568533229389437, 0.181341891689181]

/** Derivatives of the area of a step by tp, fp, nextTp and nextFp. */
function derivatives(tp: number, fp: number, nextTp: number, nextFp: number, out: Float64Array): void {
  const length = nextTp - tp
  out.fill(0)
  // Without a positive row at this score, both ends move together, and the area stays 0.
  if (length === 0) return
  const slope = (nextFp - fp) / length
  const rows = tp + fp
  // ∫ of the derivative of t / (t + fp(t)) by fp(t), −t / (t + fp(t))², split to the two ends of the line.
  let [atStart, atEnd] = [0, 0]
  const add = (node: number, weight: number) => {
    const t = tp + node * length
    const term = (-weight * length * t) / (rows + (1 + slope) * node * length) ** 2
    atStart += (1 - node) * term
    atEnd += node * term
  }
  // Over a short step the integrand is as good as straight.
  if ((1 + slope) * length < 1e-3 * rows) add(0.5, 1)
  else {
    for (let k = 0; k < 4; k++) {
      const [node, weight] = [NODES[k] as number, WEIGHTS[k] as number]
      add(node, weight)
      add(1 - node, weight)
    }
  }
  const start = rows === 0 ? 1 / (1 + slope) : tp / rows
  // Moving an end along the line changes the slope as moving its false positives by −slope does.
  out[0] = -start - slope * atStart
  out[1] = atStart
  out[2] = nextTp / (nextTp + nextFp) - slope * atEnd
  out[3] = atEnd
}
