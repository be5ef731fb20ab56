import { chisquareTail, normalCdf } from '../distributions.js'
import { type Numbers, total } from '../numeric.js'
import { logFactorial } from '../sampling/rng.js'

/** Cells with fewer expected rows are pooled: chi-square does not hold for them (Cochran 1954). */
const FEWEST_EXPECTED = 5

export interface ChiSquare {
  readonly statistic: number
  readonly degrees: number
  readonly pValue: number
}

/**
 * Pearson's chi-square of homogeneity of two samples in the same cells, without continuity correction:
 * scipy.stats.chi2_contingency([before, now], correction=False). Both sides vary by chance, so rows of the baseline count
 * as well. Cells that are empty on both sides are left out; one cell alone cannot differ, p = 1 (where division by nothing
 * would give NaN). Null when a side is empty.
 */
export function chiSquareTest(before: Numbers, now: Numbers): ChiSquare | null {
  const [n, m] = [total(before), total(now)]
  if (n === 0 || m === 0) return null
  let cells = 0
  let statistic = 0
  for (let i = 0; i < before.length; i++) {
    const [b, c] = [before[i] as number, now[i] as number]
    if (b + c === 0) continue
    cells += 1
    const expected = ((b + c) * n) / (n + m)
    statistic += (b - expected) ** 2 / expected + (c - (b + c - expected)) ** 2 / (b + c - expected)
  }
  if (cells < 2) return { statistic: 0, degrees: 0, pValue: 1 }
  return { statistic, degrees: cells - 1, pValue: chisquareTail(statistic, cells - 1) }
}

/** Cramér's V of two samples in the same cells, √(χ²/(n + m)): 0 the same shares, 1 nothing in common. */
export function cramersV(before: Numbers, now: Numbers): number {
  const test = chiSquareTest(before, now)
  return test === null ? Number.NaN : Math.sqrt(test.statistic / (total(before) + total(now)))
}

/** Whether a cell with so many rows of both sides can be expected to hold too few on the smaller one; n and m: rows of each side. */
export const isRare = (both: number, n: number, m: number): boolean =>
  (both * Math.min(n, m)) / (n + m) < FEWEST_EXPECTED

/**
 * Counts with every cell that can be expected to hold fewer than `FEWEST_EXPECTED` rows on the smaller side put into one, so that
 * chi-square holds. Where that one is still too small the next smallest joins it.
 */
export function pooledCells(before: Numbers, now: Numbers): { before: number[]; now: number[] } {
  const [n, m] = [total(before), total(now)]
  const smaller = Math.min(n, m) / (n + m)
  const order = Array.from({ length: before.length }, (_, i) => i).sort(
    (a, b) => (before[a] as number) + (now[a] as number) - (before[b] as number) - (now[b] as number) || a - b,
  )
  const kept = { before: [] as number[], now: [] as number[] }
  let [b, c] = [0, 0]
  for (const i of order) {
    const both = (before[i] as number) + (now[i] as number)
    if (both * smaller < FEWEST_EXPECTED || (b + c > 0 && (b + c) * smaller < FEWEST_EXPECTED)) {
      b += before[i] as number
      c += now[i] as number
    } else {
      kept.before.push(before[i] as number)
      kept.now.push(now[i] as number)
    }
  }
  if (b + c > 0) {
    kept.before.push(b)
    kept.now.push(c)
  }
  return kept
}

export interface Share {
  readonly hits: number
  readonly n: number
}

/**
 * Two-sided z-test that two proportions are equal, with the pooled variance: z = (a − b) / √(p (1 − p) (1/n + 1/m)); z² is
 * the chi-square without correction. Where fewer than five hits or misses are expected, Fisher's exact test. Null when a side
 * has no rows.
 */
export function proportionsTest(
  a: Share,
  b: Share,
): { statistic: number; pValue: number; method: 'z' | 'exact' } | null {
  if (a.n === 0 || b.n === 0) return null
  const hits = a.hits + b.hits
  const p = hits / (a.n + b.n)
  if (hits === 0 || hits === a.n + b.n) return { statistic: 0, pValue: 1, method: 'exact' }
  const z = (a.hits / a.n - b.hits / b.n) / Math.sqrt(p * (1 - p) * (1 / a.n + 1 / b.n))
  if (Math.min(p, 1 - p) * Math.min(a.n, b.n) < FEWEST_EXPECTED) {
    return { statistic: z, pValue: fisherExact(a, b), method: 'exact' }
  }
  return { statistic: z, pValue: 2 * normalCdf(-Math.abs(z)), method: 'z' }
}

/** Two-sided p of Fisher's exact test: tables with the same margins that are no likelier than this one (scipy.stats.fisher_exact). */
export function fisherExact(a: Share, b: Share): number {
  const hits = a.hits + b.hits
  const all = a.n + b.n
  const log = (x: number) => choose(a.n, x) + choose(b.n, hits - x) - choose(all, hits)
  const own = log(a.hits) + 1e-7
  let sum = 0
  for (let x = Math.max(0, hits - b.n); x <= Math.min(a.n, hits); x++) {
    const one = log(x)
    if (one <= own) sum += Math.exp(one)
  }
  return Math.min(1, sum)
}

const choose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k)
