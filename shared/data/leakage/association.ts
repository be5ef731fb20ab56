import { chiSquareTest } from '../../stats/two-sample/categorical.js'

/**
 * Cramér's V of two samples in the same cells with the bias correction of Bergsma (2013), and the p-value of chi-square:
 * φ̃² = max(0, χ²/N − (k − 1)(r − 1)/(N − 1)), sizes k̃ = k − (k − 1)²/(N − 1) alike, V = √(φ̃² / min(k̃ − 1, r̃ − 1)).
 * Cells that are empty on both sides are left out; one cell alone gives 0. Null when a side is empty.
 */
export function correctedCramersV(
  before: readonly number[],
  now: readonly number[],
): { effect: number; pValue: number } | null {
  const test = chiSquareTest(before, now)
  if (test === null) return null
  if (test.degrees === 0) return { effect: 0, pValue: 1 }
  const all = [...before, ...now].reduce((sum, count) => sum + count, 0)
  const phi = Math.max(0, test.statistic / all - test.degrees / (all - 1))
  const smaller = Math.min(test.degrees - test.degrees ** 2 / (all - 1), 1 - 1 / (all - 1))
  return { effect: smaller > 0 ? Math.sqrt(phi / smaller) : 0, pValue: test.pValue }
}

/**
 * Chance that as many as `k` of `n` rows have a property that each has with chance `rate`, by Chernoff's bound
 * exp(−n KL(k/n ‖ rate)): never too small; 1 where k/n is at most the rate.
 */
export function chanceOfShare(k: number, n: number, rate: number): number {
  const share = n === 0 ? 0 : k / n
  if (share <= rate) return 1
  if (rate <= 0) return 0
  const divergence = share * Math.log(share / rate) + (share < 1 ? (1 - share) * Math.log((1 - share) / (1 - rate)) : 0)
  return Math.exp(-n * divergence)
}
