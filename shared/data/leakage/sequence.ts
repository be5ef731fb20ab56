import { normalCdf } from '../../stats/distributions.js'

/** How far a sequence is from one in random order. */
export interface SequenceEffect {
  /** 0 or less: no order; 1: sorted, or every class in one block. */
  readonly effect: number
  /** Chance of such an order, or more of it, in a random sequence (normal approximation). */
  readonly pValue: number
  readonly statistic: 'runs' | 'trend of a class' | 'rank autocorrelation' | 'Kendall’s tau-b'
}

/** Rows of a class that its trend needs. */
const FEWEST_OF_CLASS = 30

/**
 * Order of classes in a sequence: by runs, which blocks shorten, and by the place of each class, which a slow change
 * of its rate moves. The larger effect counts, p-values by Bonferroni over the classes. Null for one class alone.
 */
export function classSequence(labels: ArrayLike<number>): SequenceEffect | null {
  const runs = runsEffect(labels)
  if (runs === null) return null
  const trends = classTrends(labels)
  const best = trends.reduce<SequenceEffect | null>((a, b) => (a === null || b.effect > a.effect ? b : a), null)
  return best !== null && best.effect > runs.effect && best.pValue < 0.001 ? best : runs
}

/** Order of numbers in a sequence: by neighbours that are alike, and by a trend. The larger effect counts. */
export function valueSequence(values: ArrayLike<number>): SequenceEffect | null {
  const [serial, trend] = [rankAutocorrelation(values), kendallTau(values)]
  if (serial === null || trend === null) return null
  const trendEffect = Math.abs(trend.tau)
  return trendEffect > serial.effect
    ? { effect: trendEffect, pValue: trend.pValue, statistic: 'Kendall’s tau-b' }
    : { ...serial, statistic: 'rank autocorrelation' }
}

/**
 * Runs test for k classes (Wald and Wolfowitz; mean and variance of Barton and David 1957): (E − R) / (E − k) of R runs
 * against E expected, and the chance of as few.
 */
export function runsEffect(labels: ArrayLike<number>): SequenceEffect | null {
  const counts = countsOf(labels)
  const n = labels.length
  if (counts.size < 2) return null
  let runs = 1
  for (let i = 1; i < n; i++) if (labels[i] !== labels[i - 1]) runs += 1
  const { expected, variance } = expectedRuns([...counts.values()], n)
  // Every label another one: there is no order of classes to find.
  if (!(variance > 0) || expected <= counts.size) return null
  return {
    effect: (expected - runs) / (expected - counts.size),
    pValue: normalCdf((runs - expected) / Math.sqrt(variance)),
    statistic: 'runs',
  }
}

export function expectedRuns(counts: readonly number[], n: number): { expected: number; variance: number } {
  const squares = counts.reduce((sum, count) => sum + count ** 2, 0)
  const cubes = counts.reduce((sum, count) => sum + count ** 3, 0)
  return {
    expected: (n * (n + 1) - squares) / n,
    variance: (squares * (squares + n * (n + 1)) - 2 * n * cubes - n ** 3) / (n * n * (n - 1)),
  }
}

/** |2·AUC − 1| of the position for each class with 30 rows in and out of it, two-sided p-value of Mann and Whitney. */
function classTrends(labels: ArrayLike<number>): SequenceEffect[] {
  const n = labels.length
  const ranks = new Map<number, number>()
  for (let i = 0; i < n; i++) ranks.set(labels[i] as number, (ranks.get(labels[i] as number) ?? 0) + i + 1)
  const judged = [...countsOf(labels)].filter(([, m]) => m >= FEWEST_OF_CLASS && n - m >= FEWEST_OF_CLASS)
  return judged.map(([label, m]) => {
    const u = (ranks.get(label) as number) - (m * (m + 1)) / 2
    const centre = (m * (n - m)) / 2
    const z = Math.abs(u - centre) / Math.sqrt((m * (n - m) * (n + 1)) / 12)
    return {
      effect: Math.abs(u - centre) / centre,
      pValue: Math.min(1, 2 * normalCdf(-z) * judged.length),
      statistic: 'trend of a class',
    }
  })
}

function countsOf(labels: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (let i = 0; i < labels.length; i++) {
    counts.set(labels[i] as number, (counts.get(labels[i] as number) ?? 0) + 1)
  }
  return counts
}

/**
 * Bartels' rank version of von Neumann's ratio (1982): the effect is 1 − RVN / 2, the autocorrelation of the ranks of
 * neighbours; RVN is about normal with mean 2 and variance 4 (n − 2)(5n² − 2n − 9) / (5n (n + 1)(n − 1)²).
 */
export function rankAutocorrelation(values: ArrayLike<number>): { effect: number; pValue: number } | null {
  const n = values.length
  const ranks = midRanks(values)
  const middle = (n + 1) / 2
  let [steps, spread] = [0, 0]
  for (let i = 0; i < n; i++) {
    if (i > 0) steps += ((ranks[i] as number) - (ranks[i - 1] as number)) ** 2
    spread += ((ranks[i] as number) - middle) ** 2
  }
  if (!(spread > 0) || n < 3) return null
  const ratio = steps / spread
  const variance = (4 * (n - 2) * (5 * n * n - 2 * n - 9)) / (5 * n * (n + 1) * (n - 1) ** 2)
  return { effect: 1 - ratio / 2, pValue: normalCdf((ratio - 2) / Math.sqrt(variance)) }
}

function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
  order.sort((a, b) => (values[a] as number) - (values[b] as number))
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

/**
 * Kendall's tau-b of the values with their position, by counting inversions in a merge sort; the two-sided p-value is
 * the normal one with the variance of Mann and Kendall's S corrected for ties. Null for a constant.
 */
export function kendallTau(values: ArrayLike<number>): { tau: number; pValue: number } | null {
  const n = values.length
  const sorted = Float64Array.from(values)
  const discordant = inversions(sorted, new Float64Array(n), 0, n)
  let [tied, tieTerm] = [0, 0]
  for (let from = 0; from < n; ) {
    let to = from
    while (to < n && sorted[to] === sorted[from]) to += 1
    const t = to - from
    tied += (t * (t - 1)) / 2
    tieTerm += t * (t - 1) * (2 * t + 5)
    from = to
  }
  const pairs = (n * (n - 1)) / 2
  if (pairs - tied <= 0) return null
  const s = pairs - tied - 2 * discordant
  const variance = (n * (n - 1) * (2 * n + 5) - tieTerm) / 18
  return {
    tau: s / Math.sqrt(pairs * (pairs - tied)),
    pValue: Math.min(1, 2 * normalCdf(-Math.abs(s) / Math.sqrt(variance))),
  }
}

/** Sorts [from, to) and counts the pairs that stood the wrong way round. */
function inversions(values: Float64Array, spare: Float64Array, from: number, to: number): number {
  if (to - from < 2) return 0
  const middle = (from + to) >>> 1
  let count = inversions(values, spare, from, middle) + inversions(values, spare, middle, to)
  let [left, right, at] = [from, middle, from]
  while (at < to) {
    const takeLeft = left < middle && (right >= to || (values[left] as number) <= (values[right] as number))
    if (!takeLeft) count += middle - left
    spare[at++] = values[takeLeft ? left++ : right++] as number
  }
  values.set(spare.subarray(from, to), from)
  return count
}
