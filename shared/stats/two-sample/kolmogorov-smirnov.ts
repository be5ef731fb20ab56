import { type Numbers, total } from '../numeric.js'
import { kolmogorovTail } from './kolmogorov.js'

/** Samples up to this size get the exact distribution, as with method `auto` of scipy.stats.ks_2samp. */
const KS_EXACT_MOST = 10_000
/** Below this bound of p the exact count of paths would say nothing new. */
const NEXT_TO_NOTHING = 1e-10

export interface KsTest {
  readonly pValue: number
  readonly method: 'exact' | 'asymptotic'
}

/**
 * Two-sided p of the two-sample Kolmogorov–Smirnov statistic `d` of samples of n and m values: exact up to 10,000 values
 * each (both hypotheses without ties, so with ties p is too large, never too small), else the one-sample distribution of
 * nm/(n + m) values; scipy.stats.ks_2samp, method `auto`. n and m are at least 1.
 */
export function ksTest(d: number, n: number, m: number): KsTest {
  const tail = Math.max(n, m) <= KS_EXACT_MOST && 2 * Math.exp((-2 * d * d * n * m) / (n + m)) >= NEXT_TO_NOTHING
  if (tail) return { pValue: exactTail(d, n, m), method: 'exact' }
  return { pValue: kolmogorovTail(Math.max(1, Math.round((n / (n + m)) * m)), d), method: 'asymptotic' }
}

/**
 * Share of the paths from (0, 0) to (n, m) that leave the band |i/n − j/m| < d. The chance of having left it at (i, j) is
 * that of the two places before it, weighted by i and j: sums of positive terms, nothing cancels (Schröer and Trenkler 1995).
 */
function exactTail(d: number, n: number, m: number): number {
  const [long, short] = n >= m ? [n, m] : [m, n]
  const divisor = greatestCommonDivisor(long, short)
  const [byLong, byShort] = [long / divisor, short / divisor]
  // In units of 1 / least common multiple the statistic is a whole number.
  const limit = Math.round(d * byLong * short)
  if (limit <= 0) return 1
  const left = new Float64Array(short + 1)
  let previousLow = 0
  let previousHigh = -1
  for (let i = 0; i <= long; i++) {
    // |i · byShort − j · byLong| < limit
    const low = Math.max(0, Math.floor((i * byShort - limit) / byLong) + 1)
    const high = Math.min(short, Math.ceil((i * byShort + limit) / byLong) - 1)
    for (let j = low; j <= high; j++) {
      if (i === 0 && j === 0) {
        left[0] = 0
        continue
      }
      const above = i === 0 ? 0 : j < previousLow || j > previousHigh ? 1 : (left[j] as number)
      const before = j === 0 ? 0 : j - 1 < low ? 1 : (left[j - 1] as number)
      left[j] = (above * i + before * j) / (i + j)
    }
    previousLow = low
    previousHigh = high
  }
  return previousHigh === short ? (left[short] as number) : 1
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** What is known of the values of a sample below the end of each cell but the last; ascending. */
export interface BelowBounds {
  readonly low: Numbers
  readonly high: Numbers
}

/**
 * What is known of the largest gap of two cumulative shares from counts in cells. `low` is the gap at the edges; within a
 * cell the values may lie anywhere, unless `atom(i)` says that it holds one value only. Where `below` says that the counts of
 * the first sample are bounds themselves, `low` is the gap that they all leave. The exact statistic lies between. Null when a
 * side is empty.
 */
export function ksBounds(
  before: Numbers,
  now: Numbers,
  atom: (cell: number) => boolean = () => false,
  below?: BelowBounds,
): { low: number; high: number } | null {
  const [n, m] = [total(before), total(now)]
  if (n === 0 || m === 0) return null
  let [f, g, low, high] = [0, 0, 0, 0]
  let least = 0
  for (let i = 0; i < before.length; i++) {
    f += before[i] as number
    const last = below === undefined || i === before.length - 1
    const [from, to] = last ? [f, f] : [below.low[i] as number, below.high[i] as number]
    const end = g + (now[i] as number)
    // Products of counts are whole numbers: equal shares give exactly 0.
    if (!atom(i)) high = Math.max(high, to * m - g * n, end * n - least * m)
    low = Math.max(low, from * m - end * n, end * n - to * m)
    high = Math.max(high, to * m - end * n, end * n - from * m)
    least = from
    g = end
  }
  return { low: low / n / m, high: Math.max(low, high) / n / m }
}

/** The statistic that equal data of n and m values reach with probability alpha at most (the limit distribution's bound). */
export function ksCritical(alpha: number, n: number, m: number): number {
  return Math.min(1, Math.sqrt((Math.log(2 / alpha) / 2) * (1 / n + 1 / m)))
}
