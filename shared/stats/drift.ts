import { type Numbers, quantileSorted } from './numeric.js'
import { defined, undefinedBecause, type Value } from './types.js'

/** PSI and KL put this share into an empty cell. */
export const EMPTY_CELL_SHARE = 1e-4

/**
 * Edges that cut ascending values into parts of equal size; equal values stay together, so there can be fewer parts.
 * One more edge than parts, the first and the last are the smallest and the largest value.
 */
export function equalMassEdges(sorted: Numbers, bins: number): number[] {
  if (sorted.length === 0) return []
  const edges = [sorted[0] as number]
  for (let i = 1; i <= bins; i++) {
    const edge = quantileSorted(sorted, i / bins)
    if (edge > (edges[edges.length - 1] as number)) edges.push(edge)
  }
  return edges
}

/**
 * Counts of values in the bins [a, b) of ascending edges, the last one closed; values outside fall into the first and
 * the last bin, so that nothing is lost.
 */
export function countByEdges(values: Numbers, edges: Numbers): number[] {
  const bins = Math.max(1, edges.length - 1)
  const counts = new Array<number>(bins).fill(0)
  for (let i = 0; i < values.length; i++) {
    let low = 0
    let high = bins - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((values[i] as number) < (edges[middle + 1] as number)) high = middle
      else low = middle + 1
    }
    counts[low] = (counts[low] as number) + 1
  }
  return counts
}

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

/** Kolmogorov–Smirnov statistic at the bin edges: the largest gap of the cumulative shares, at most the exact one. */
export function kolmogorovSmirnov(baseline: Numbers, current: Numbers): Value {
  return compare(baseline, current, (b, c) => {
    let gap = 0
    let largest = 0
    for (let i = 0; i < b.length; i++) {
      gap += (c[i] as number) - (b[i] as number)
      largest = Math.max(largest, Math.abs(gap))
    }
    return largest
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

/**
 * Wasserstein-1 distance in the unit of the values, with the mass of each bin at its position (such as its middle).
 * `positions` ascend, one per bin.
 */
export function wassersteinOfBins(baseline: Numbers, current: Numbers, positions: Numbers): Value {
  return compare(baseline, current, (b, c) => {
    let gap = 0
    let distance = 0
    for (let i = 0; i + 1 < b.length; i++) {
      gap += (c[i] as number) - (b[i] as number)
      distance += Math.abs(gap) * ((positions[i + 1] as number) - (positions[i] as number))
    }
    return distance
  })
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
