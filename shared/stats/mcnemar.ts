import { binomialCdf, chisquareTail } from './distributions.js'

/** Rows that only one of two models has right, and what McNemar's test makes of them. */
export interface McNemar {
  /** Rows that only the first model has right. */
  readonly n10: number
  /** Rows that only the second has right. */
  readonly n01: number
  /** Two-sided p-value of "both are right equally often". */
  readonly p: number
  readonly method: 'exact' | 'chi-square'
}

/** With fewer discordant rows the test is exact. */
const EXACT_BELOW = 25

/**
 * McNemar's test: exact binomial below 25 discordant rows, else χ² = (|n10 − n01| − 1)² / (n10 + n01) with continuity
 * correction. It holds for independent rows that count once each.
 */
export function mcnemar(n10: number, n01: number): McNemar {
  const discordant = n10 + n01
  if (discordant < EXACT_BELOW) {
    const p = discordant === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(n10, n01), discordant, 0.5))
    return { n10, n01, p, method: 'exact' }
  }
  const distance = Math.max(0, Math.abs(n10 - n01) - 1)
  return { n10, n01, p: chisquareTail((distance * distance) / discordant, 1), method: 'chi-square' }
}
