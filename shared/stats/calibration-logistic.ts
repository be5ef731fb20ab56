import type { Confidence } from './calibration.js'

/** Probabilities of 0 and 1 have no logit: they are moved to this and to 1 minus it. */
const LOGIT_CLIP = 1e-8

const MOST_ITERATIONS = 50
/** Above so many rows the search starts from a fit of every k-th row. */
const START_ROWS = 50_000

/** ln(p / (1 − p)) of the clipped probability. */
export function logitOf(score: number): number {
  const clipped = Math.min(1 - LOGIT_CLIP, Math.max(LOGIT_CLIP, score))
  return Math.log(clipped / (1 - clipped))
}

export interface Recalibration {
  readonly intercept: number
  readonly slope: number
}

export type Fitted =
  | { readonly fit: Recalibration; readonly reason: null }
  | { readonly fit: null; readonly reason: string }

/**
 * Logistic recalibration (Cox 1958): the maximum-likelihood fit of logit P(event) = intercept + slope × logit(score),
 * without a penalty, by Newton's method with step halving. With `slope` given, the intercept alone is fitted.
 */
export function recalibrate(confidence: Confidence, slope: number | null = null): Fitted {
  const reason = whyNoFit(confidence, slope)
  if (reason !== null) return { fit: null, reason }
  const logits = new Float64Array(confidence.score.length)
  for (let i = 0; i < logits.length; i++) logits[i] = logitOf(confidence.score[i] as number)
  const start = { intercept: 0, slope: slope ?? 1 }
  const stride = Math.floor(logits.length / START_ROWS)
  const near = stride < 2 ? start : (newton(confidence, logits, start, slope, stride) ?? start)
  const fit = newton(confidence, logits, near, slope, 1) ?? newton(confidence, logits, start, slope, 1)
  return fit === null ? { fit: null, reason: 'the fit of the logits does not converge' } : { fit, reason: null }
}

/** The maximum likelihood is finite exactly when both outcomes occur and, for a slope, their scores overlap (Silvapulle 1981). */
function whyNoFit({ score, event, weights = null }: Confidence, slope: number | null): string | null {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < score.length; i++) {
    if (weights !== null && !((weights[i] as number) > 0)) continue
    const of = event[i] as number
    low[of] = Math.min(low[of] as number, score[i] as number)
    high[of] = Math.max(high[of] as number, score[i] as number)
  }
  const [low0, low1, high0, high1] = [low[0], low[1], high[0], high[1]] as [number, number, number, number]
  if (low0 > high0 && low1 > high1) return 'there are no rows'
  if (low1 > high1) return 'the event happens in no row'
  if (low0 > high0) return 'the event happens in every row'
  if (slope !== null) return null
  if (Math.min(low0, low1) === Math.max(high0, high1)) return 'every row has the same score'
  if (low1 >= high0 || low0 >= high1) return 'the scores separate the outcomes: the slope has no finite value'
  return null
}

/** Null where it does not converge, as for the separated rows of a part. */
function newton(
  { event, weights = null }: Confidence,
  logits: Float64Array,
  start: Recalibration,
  fixedSlope: number | null,
  stride: number,
): Recalibration | null {
  const at = ({ intercept, slope }: Recalibration) => {
    let [loss, g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < logits.length; i += stride) {
      const weight = weights === null ? 1 : (weights[i] as number)
      const x = logits[i] as number
      const eta = intercept + slope * x
      const small = Math.exp(-Math.abs(eta))
      const chance = eta >= 0 ? 1 / (1 + small) : small / (1 + small)
      const y = event[i] as number
      loss += weight * (Math.log1p(small) + (y === 1 ? Math.max(0, -eta) : Math.max(0, eta)))
      const gradient = weight * (y - chance)
      const curve = (weight * small) / ((1 + small) * (1 + small))
      g0 += gradient
      g1 += gradient * x
      h00 += curve
      h01 += curve * x
      h11 += curve * x * x
    }
    return { loss, g0, g1, h00, h01, h11 }
  }
  let here = start
  let found = at(here)
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const step = fixedSlope === null ? solved(found) : { intercept: found.g0 / found.h00, slope: 0 }
    if (!Number.isFinite(step.intercept) || !Number.isFinite(step.slope)) return null
    const small = (part: number, of: number) => Math.abs(part) <= 1e-10 * (1 + Math.abs(of))
    const done = small(step.intercept, here.intercept) && small(step.slope, here.slope)
    // The last step is below what is asked for and needs no look at the rows.
    if (done) return { intercept: here.intercept + step.intercept, slope: here.slope + step.slope }
    let share = 1
    for (;;) {
      const next = { intercept: here.intercept + share * step.intercept, slope: here.slope + share * step.slope }
      const there = at(next)
      if (there.loss <= found.loss * (1 + 1e-12) || share < 1e-6) {
        here = next
        found = there
        break
      }
      share /= 2
    }
  }
  return null
}

function solved(of: { g0: number; g1: number; h00: number; h01: number; h11: number }): Recalibration {
  const { g0, g1, h00, h01, h11 } = of
  const determinant = h00 * h11 - h01 * h01
  return { intercept: (h11 * g0 - h01 * g1) / determinant, slope: (h00 * g1 - h01 * g0) / determinant }
}
