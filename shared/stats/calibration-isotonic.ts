import type { Confidence } from './calibration.js'
import { Accumulator } from './numeric.js'
import { ascendingOrder } from './order.js'
import { undefinedBecause, type Value } from './types.js'

/** Scores that isotonic regression gives the same rate. */
export interface IsotonicStep {
  /** Lowest and highest score. */
  readonly from: number
  readonly to: number
  readonly n: number
  readonly weight: number
  /** Share of rows where the event happened: the recalibrated score. */
  readonly rate: number
}

/**
 * Isotonic regression of the event on the score: the rates that rise with the score and lie nearest to the events in
 * squares. Pool adjacent violators; rows of equal score are pooled first. O(n log n), steps ascending.
 * @throws RangeError for a score that is not finite.
 */
export function isotonicSteps({ score, event, weights = null }: Confidence): IsotonicStep[] {
  const order = ascendingOrder(score)
  // Steps as columns: millions of scores make as many steps before they are pooled.
  const [from, to, rows, mass, hits]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
  let top = 0
  let at = 0
  while (at < order.length) {
    const value = score[order[at] as number] as number
    let [first, n, weight, hit] = [value, 0, 0, 0]
    for (; at < order.length && score[order[at] as number] === value; at++) {
      const row = order[at] as number
      const own = weights === null ? 1 : (weights[row] as number)
      if (!(own > 0)) continue
      n += 1
      weight += own
      hit += own * (event[row] as number)
    }
    if (n === 0) continue
    while (top > 0 && (hits[top - 1] as number) * weight >= hit * (mass[top - 1] as number)) {
      top -= 1
      first = from[top] as number
      n += rows[top] as number
      weight += mass[top] as number
      hit += hits[top] as number
    }
    from[top] = first
    to[top] = value
    rows[top] = n
    mass[top] = weight
    hits[top] = hit
    top += 1
  }
  return Array.from({ length: top }, (_, i) => ({
    from: from[i] as number,
    to: to[i] as number,
    n: rows[i] as number,
    weight: mass[i] as number,
    rate: (hits[i] as number) / (mass[i] as number),
  }))
}

/** Isotonic regression of the means of groups in the order of their scores, into `out`; groups of no weight are skipped. */
export function isotonicMeans(means: Float64Array, weights: Float64Array, out: Float64Array, work: PoolRoom): void {
  const { first, mass, mean } = work
  let top = 0
  for (let i = 0; i < means.length; i++) {
    let [start, weight, value] = [i, weights[i] as number, means[i] as number]
    if (!(weight > 0)) continue
    while (top > 0 && (mean[top - 1] as number) >= value) {
      top -= 1
      const below = mass[top] as number
      value = (below * (mean[top] as number) + weight * value) / (below + weight)
      weight += below
      start = first[top] as number
    }
    first[top] = start
    mass[top] = weight
    mean[top] = value
    top += 1
  }
  for (let step = 0; step < top; step++) {
    const end = step + 1 < top ? (first[step + 1] as number) : means.length
    for (let i = first[step] as number; i < end; i++) out[i] = mean[step] as number
  }
}

/** Arrays that `isotonicMeans` works in, so that many fits make none. */
export interface PoolRoom {
  readonly first: Uint32Array
  readonly mass: Float64Array
  readonly mean: Float64Array
}

/** Room for pooling so many groups, to be used again for each replicate. */
export function poolRoom(groups: number): PoolRoom {
  return { first: new Uint32Array(groups), mass: new Float64Array(groups), mean: new Float64Array(groups) }
}

/** Parts of a Brier score: brier = miscalibration − discrimination + uncertainty. */
export interface BrierParts {
  readonly brier: number
  /** What recalibration by isotonic regression would gain: 0 or more. */
  readonly miscalibration: number
  /** What the recalibrated scores gain over the event rate for every row: 0 or more. */
  readonly discrimination: number
  /** Brier score of the event rate for every row: a matter of the rows, not of the model. */
  readonly uncertainty: number
}

/** CORP decomposition (Dimitriadis, Gneiting and Jordan 2021), from the steps of `isotonicSteps` over the same rows. */
export function brierParts(
  { score, event, weights = null }: Confidence,
  steps: readonly IsotonicStep[],
): BrierParts | null {
  const [squares, total, recalibrated, hits] = [
    new Accumulator(),
    new Accumulator(),
    new Accumulator(),
    new Accumulator(),
  ] as const
  for (let i = 0; i < score.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number)
    const gap = (score[i] as number) - (event[i] as number)
    squares.add(weight * gap * gap)
  }
  for (const { weight, rate } of steps) {
    total.add(weight)
    hits.add(weight * rate)
    // Within a step the mean of the events is its rate.
    recalibrated.add(weight * rate * (1 - rate))
  }
  if (!(total.sum > 0)) return null
  const [brier, best, base] = [squares.sum / total.sum, recalibrated.sum / total.sum, hits.sum / total.sum]
  const uncertainty = base * (1 - base)
  return {
    brier,
    miscalibration: Math.max(0, brier - best),
    discrimination: Math.max(0, uncertainty - best),
    uncertainty,
  }
}

/** One of the parts, or why there is none. */
export function partOf(parts: BrierParts | null, name: keyof BrierParts): Value {
  return parts === null ? undefinedBecause('there are no rows') : { value: parts[name], reason: null }
}
