/** Chance that a fresh sample of the same size and distribution has a value beyond one end of a range. */
const CHANCE = 2e-4
const MOST_TAIL = 1.5
/**
 * Farthest that a range goes beyond the farthest value, in distances of that value from the median. Of a Pareto tail with
 * the exponent α a fresh sample goes farther with the chance 1 / (1 + 30^α): 3 % for 1, 0.1 % for 2.
 */
export const FARTHEST = 30
/** Of few values a tail may be far longer than it looks: at least so far, in standard errors of the shape and in distances. */
const FEW_ERRORS = 12
const FEW_FARTHEST = 4
/** A shape below it is that of numbers that end, or thin out as the normal distribution does. */
const ENDS = -0.25
/** Standard errors that a shape has to lie below zero to be believed. */
const SURE = 2.4
/** Variance of the shape of the farthest hundredth, where that of the rows before it is known: tails bend. */
const BEND = 0.1

/** Quantiles of one side of numbers, counted from the middle outwards, and the farthest of all. */
export interface Tail {
  readonly p50: number
  readonly p75: number
  readonly p95: number
  readonly p99: number
  readonly most: number
}

/** Shape ξ of a generalised Pareto tail by quantiles (Pickands 1975, Annals of Statistics 3), and its standard error. */
function shapeOf(near: number, far: number, n: number): { readonly shape: number; readonly error: number } {
  return { shape: near > 0 ? Math.log(far / near) / Math.log(5) : 0, error: 1 / Math.sqrt(0.05 * n) }
}

/** How far a tail goes beyond the value that a share of 1/`times` of the rows beyond it is left of; `step` took it five times as far out. */
const stepsOut = (shape: number, times: number): number =>
  Math.abs(shape) < 1e-6 ? Math.log(times) / Math.log(5) : (times ** shape - 1) / (1 - 5 ** -shape)

/**
 * How far beyond the 99th percentile a tail goes until it holds a share of `CHANCE / n`: a generalised Pareto tail through
 * the quantiles that 25 %, 5 % and 1 % lie beyond, whose shape is ξ = ln((p99 − p95) / (p95 − p75)) / ln 5 (Pickands 1975,
 * Annals of Statistics 3; −1 for a uniform, 0 for an exponential distribution). With few values the shape is rounded
 * towards the exponential, which errs to the wide side. The quantiles are counted from the middle outwards.
 */
export function tailReach(p75: number, p95: number, p99: number, n: number): number {
  const [near, far] = [p95 - p75, p99 - p95]
  const times = (0.01 * n) / CHANCE
  if (!(far > 0) || times <= 1) return 0
  const { shape: measured, error } = shapeOf(near, far, n)
  const light = measured + SURE * error
  const shape = light <= 0 ? light : Math.min(MOST_TAIL, Math.max(0, measured))
  return (shape < 0 ? far : Math.max(near, far)) * stepsOut(shape, times)
}

/**
 * How far beyond the farthest of `n` values a range has to go for a fresh sample to stay in it: {@link tailReach} with a shape that is
 * also that of the farthest value, and at most {@link FARTHEST} distances. Zero where the rows tell of no tail. `isHeavy`: it was cut
 * off there.
 */
export function tailSlack({ p50, p75, p95, p99, most }: Tail, n: number): { slack: number; isHeavy: boolean } {
  const [near, far] = [p95 - p75, p99 - p95]
  const times = (0.01 * n) / CHANCE
  if (!(far > 0) || times <= 1) return { slack: 0, isHeavy: false }
  const body = shapeOf(near, far, n)
  if (body.shape + SURE * body.error <= 0) return { slack: p99 + tailReach(p75, p95, p99, n) - most, isHeavy: false }
  const shape = Math.max(0, withFarthest(body, (most - p99) / far, n))
  const fitted = p99 + (shape < 1e-6 ? Math.max(near, far) : far) * stepsOut(shape, times) - most
  const distance = most - p50
  const least = body.shape < ENDS ? 0 : Math.min(FEW_FARTHEST, FEW_ERRORS * body.error) * distance
  const slack = Math.max(fitted, least)
  return slack < FARTHEST * distance ? { slack, isHeavy: false } : { slack: FARTHEST * distance, isHeavy: true }
}

/**
 * A shape together with that by which the largest of n values, the median of whose place is a share of ln 2 / n, lies `far`
 * beyond the 99th percentile; each weighs by what is known of it. A body is no tail: of very many rows the farthest tell more.
 */
function withFarthest({ shape, error }: { readonly shape: number; readonly error: number }, far: number, n: number) {
  const times = (0.01 * n) / Math.LN2
  if (times <= 1.5) return shape
  const weight = 1 / (BEND + 7.2 * error ** 2)
  const own = (Math.log(times) / 1.3) ** 2
  return (shape * weight + shapeThrough(far, times) * own) / (weight + own)
}

/** The shape whose tail goes so far, by halving. */
function shapeThrough(far: number, times: number): number {
  let [low, high] = [-2, 3]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (stepsOut(middle, times) < far) low = middle
    else high = middle
  }
  return (low + high) / 2
}
