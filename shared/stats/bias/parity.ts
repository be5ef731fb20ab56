import type { Rate } from './rates.js'

/** Whether something holds; null when that is undefined (NA). */
export type Parity = boolean | null

/** tau ≤ ratio ≤ 1/tau, both ends included; null for an undefined ratio (Aequitas). */
export function parityOf(ratio: number, tau: number): Parity {
  return Number.isNaN(ratio) ? null : ratio >= tau && ratio <= 1 / tau
}

/** False when one part is false, else NA when one is NA or there is none, else true. */
export function allOf(parts: readonly Parity[]): Parity {
  if (parts.includes(false)) return false
  return parts.length === 0 || parts.includes(null) ? null : true
}

export const ROLL_UPS = [
  'demographic_parity',
  'equal_opportunity',
  'equalized_odds',
  'type_i_parity',
  'type_ii_parity',
  'supervised_parity',
] as const
export type RollUp = (typeof ROLL_UPS)[number]

/**
 * The parities of several rates, from those of each: demographic parity is that of the selection rate (Aequitas’ impact
 * parity), equal opportunity that of TPR, equalized odds TPR and FPR, type I FDR and FPR, type II FOR and FNR, supervised
 * both types.
 */
export function rollUp(of: Readonly<Record<Rate, Parity>>): Record<RollUp, Parity> {
  const first = allOf([of.fdr, of.fpr])
  const second = allOf([of.for, of.fnr])
  return {
    demographic_parity: of.selection_rate,
    equal_opportunity: of.tpr,
    equalized_odds: allOf([of.tpr, of.fpr]),
    type_i_parity: first,
    type_ii_parity: second,
    supervised_parity: allOf([first, second]),
  }
}
