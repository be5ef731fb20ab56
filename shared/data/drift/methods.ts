import { DriftMethodName } from '../../contracts/data-contract.js'

/** The ways to measure drift of one column. */
export const DRIFT_METHODS = DriftMethodName.exclude(['auto']).options
export type DriftMethod = (typeof DRIFT_METHODS)[number]

export interface MethodFacts {
  /** What a report calls it. */
  readonly name: string
  /** Formula with its edges and its clipping: b are shares of the baseline, c those of the current data, F and G cumulative ones. */
  readonly formula: string
  /** From which effect on it is drift. */
  readonly limit: number
  /** Name of the effect size that the limit is for, where the statistic itself is none. */
  readonly effect: string
}

const CELLS =
  'numbers in the bins of the baseline’s histogram, the outer ones open; text and up to 20 numbers by value, rare ones together; missing values apart'

/** Limits are those of Evidently 0.7 where it has one; L∞ has none there, nor in TFDV. */
export const METHOD_FACTS: Readonly<Record<DriftMethod, MethodFacts>> = {
  psi: {
    name: 'population stability index',
    formula: `Σ (c − b) ln(c / b), an empty share as 0.0001; ${CELLS.replace('missing values apart', 'missing values a cell of their own')}`,
    limit: 0.1,
    effect: 'population stability index',
  },
  ks: {
    name: 'Kolmogorov–Smirnov',
    formula: 'max |F − G| at every edge that the baseline has, p exact up to 10,000 values and asymptotic beyond',
    limit: 0.1,
    effect: 'Kolmogorov–Smirnov statistic',
  },
  'chi-square': {
    name: 'chi-square',
    formula: `Pearson’s Σ (observed − expected)² / expected over both samples, without correction, cells below 5 expected rows pooled; ${CELLS}`,
    limit: 0.1,
    effect: 'Cramér’s V',
  },
  'z-test': {
    name: 'z-test of proportions',
    formula: 'the share that moved most, pooled variance, two-sided; Fisher’s exact test below 5 expected rows',
    limit: 0.1,
    effect: 'difference of shares',
  },
  wasserstein: {
    name: 'Wasserstein distance',
    formula:
      '∫ |F − G| / max(population standard deviation of the baseline, 0.001), values of a cell evenly spread where only cells are known',
    limit: 0.1,
    effect: 'Wasserstein distance in standard deviations',
  },
  'jensen-shannon': {
    name: 'Jensen–Shannon distance',
    formula: `√((KL(b ‖ m) + KL(c ‖ m)) / 2) with m = (b + c) / 2, natural logarithm, nothing clipped; ${CELLS}`,
    limit: 0.1,
    effect: 'Jensen–Shannon distance',
  },
  hellinger: {
    name: 'Hellinger distance',
    formula: `√(Σ (√b − √c)² / 2); ${CELLS}`,
    limit: 0.1,
    effect: 'Hellinger distance',
  },
  'total-variation': {
    name: 'total variation',
    formula: `Σ |b − c| / 2; ${CELLS}`,
    limit: 0.1,
    effect: 'total variation',
  },
  'l-infinity': {
    name: 'L-infinity distance',
    formula: `max |b − c|; ${CELLS}`,
    limit: 0.1,
    effect: 'largest change of a share',
  },
  kl: {
    name: 'Kullback–Leibler divergence',
    formula: `Σ c ln(c / b), natural logarithm, an empty share of the baseline as 0.0001; ${CELLS}`,
    limit: 0.1,
    effect: 'Kullback–Leibler divergence',
  },
}

/** Above so many rows of the baseline a test finds everything, and a distance is asked. */
const MANY_ROWS = 1000
/** Up to so many different values a number is a category. */
const FEW_VALUES = 5

/**
 * Evidently's choice (0.7, `_get_default_stattest`): up to 1,000 values of the baseline a test (Kolmogorov–Smirnov for numbers with
 * more than 5 different values, z-test of proportions for at most 2 values, chi-square else), above them a distance (Wasserstein,
 * Jensen–Shannon). `values`: values of the baseline that are there; `distinct`: different ones of both sides.
 */
export function chooseMethod(isNumber: boolean, distinct: number, values: number): DriftMethod {
  if (isNumber && distinct > FEW_VALUES) return values <= MANY_ROWS ? 'ks' : 'wasserstein'
  if (values > MANY_ROWS) return 'jensen-shannon'
  return distinct <= 2 ? 'z-test' : 'chi-square'
}
