import type { Numbers } from './numeric.js'
import { defined, undefinedBecause, type Value } from './types.js'

/** PSI and KL put this share into an empty cell. */
const EMPTY_CELL_SHARE = 1e-4

/**
 * Population stability index Σ (c − b) ln(c / b) over the shares b of the baseline and c of the current counts, natural
 * logarithm; a share of 0 counts as `EMPTY_CELL_SHARE`, without rescaling the others.
 */
export function populationStabilityIndex(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) => {
    const floor = (share: number) => (share === 0 ? EMPTY_CELL_SHARE : share)
    return total(b, (i) => {
      // A cell empty on both sides says nothing.
      const [from, to] = [floor(b[i] as number), floor(c[i] as number)]
      return (to - from) * Math.log(to / from)
    })
  })
}

/** Jensen–Shannon distance: the square root of the divergence, natural logarithm, between 0 and √ln 2 ≈ 0.833. */
export function jensenShannonDistance(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) => {
    const half = (p: number, q: number) => (p === 0 ? 0 : (p * Math.log((2 * p) / (p + q))) / 2)
    const divergence = total(b, (i) => half(b[i] as number, c[i] as number) + half(c[i] as number, b[i] as number))
    return Math.sqrt(Math.max(0, divergence))
  })
}

/** Hellinger distance √(1 − Σ √(b c)), between 0 and 1. */
export function hellingerDistance(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) => {
    const squares = total(b, (i) => (Math.sqrt(b[i] as number) - Math.sqrt(c[i] as number)) ** 2)
    return Math.sqrt(squares / 2)
  })
}

/**
 * Kullback–Leibler divergence Σ c ln(c / b) of the current shares c from those of the baseline b, natural logarithm; a
 * baseline share of 0 counts as `EMPTY_CELL_SHARE`, without rescaling the others, and a current one of 0 adds nothing.
 */
export function kullbackLeibler(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) =>
    total(b, (i) => {
      const [from, to] = [(b[i] as number) || EMPTY_CELL_SHARE, c[i] as number]
      return to === 0 ? 0 : to * Math.log(to / from)
    }),
  )
}

/** Total variation distance: half the sum of the differences of shares, between 0 and 1. */
export function totalVariation(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) => total(b, (i) => Math.abs((c[i] as number) - (b[i] as number))) / 2)
}

/** The largest difference of a share (L∞). */
export function largestShareChange(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) =>
    b.reduce((m, share, i) => Math.max(m, Math.abs((c[i] as number) - share)), 0),
  )
}

function compare(baseline: Numbers, current: Numbers, statistic: (b: number[], c: number[]) => number): Value {
  if (baseline.length !== current.length) {
    throw new RangeError(`baseline has ${baseline.length} cells and current ${current.length}: they must be the same`)
  }
  const [b, c] = [shares(baseline), shares(current)]
  if (b === null) return undefinedBecause('the baseline has no values')
  if (c === null) return undefinedBecause('the current data have no values')
  return defined(statistic(b, c))
}

function shares(counts: Numbers): number[] | null {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i] as number
  return sum === 0 ? null : Array.from(counts, (count) => count / sum)
}

function total(cells: readonly number[], term: (i: number) => number): number {
  return cells.reduce((sum, _, i) => sum + term(i), 0)
}
