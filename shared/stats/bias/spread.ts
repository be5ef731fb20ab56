import { wilson } from '../intervals.js'
import { type Estimate, type Interval, undefinedBecause } from '../types.js'
import { methodOf, type Proportion, rowsOf } from './rates.js'

/** `between_groups`: the largest against the smallest rate. `to_overall`: the group furthest from all rows together. */
export type Against = 'between_groups' | 'to_overall'

/** How far the rates of groups lie apart. */
export interface Spread {
  /** max − min, or max |group − overall|; 0 is none. */
  readonly difference: Estimate
  /** min / max, or the least of group / overall with each turned to be below 1; 1 is none. */
  readonly ratio: Estimate
}

const METHOD = 'Wilson by group, Bonferroni'

interface Bounds {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * Differences and ratios over groups as fairlearn's MetricFrame.difference and .ratio. A rate without rows makes both
 * undefined (fairlearn takes 0 for it). The interval holds whatever the true order of the groups is: each rate has its
 * Wilson interval at a level of 1 − (1 − level) / `family`, and the spread lies between the closest and the furthest rates
 * within them. `family` is the number of rates that have to hold together, those of `overall` among them.
 */
export function spreadOf(
  groups: readonly Proportion[],
  overall: Proportion,
  against: Against,
  level: number,
  family = groups.length + Number(against === 'to_overall'),
): Spread {
  const all = against === 'to_overall' ? [...groups, overall] : groups
  const n = groups.reduce((sum, group) => sum + rowsOf(group), 0)
  const reason =
    groups.length < 2
      ? 'there are fewer than two groups'
      : all.some((one) => one.n === 0)
        ? 'a group has none of the rows that the rate is a share of'
        : null
  if (reason !== null) return both({ ...undefinedBecause(reason), n, interval: null })
  const bounds = all.map((one) => boundsOf(one, 1 - (1 - level) / family))
  const rates = bounds.slice(0, groups.length)
  const parts = against === 'between_groups' ? betweenGroups(rates) : toOverall(rates, bounds[groups.length] as Bounds)
  const method = methodOf(METHOD, all)
  const intervalOf = ({ low, high }: Bounds): Interval => ({ low, high, level, method })
  return {
    difference: { value: parts.difference.value, reason: null, n, interval: intervalOf(parts.difference) },
    ratio: Number.isNaN(parts.ratio.value)
      ? { ...undefinedBecause('the rate is 0 in every group'), n, interval: null }
      : { value: parts.ratio.value, reason: null, n, interval: intervalOf(parts.ratio) },
  }
}

/**
 * Equalized odds as fairlearn's: the larger difference and the smaller ratio of TPR and FPR (`worst_case`), or their mean.
 * Undefined when either is.
 */
export function equalizedOdds(
  tpr: readonly Proportion[],
  fpr: readonly Proportion[],
  overall: { readonly tpr: Proportion; readonly fpr: Proportion },
  against: Against,
  aggregate: 'worst_case' | 'mean',
  level: number,
): Spread {
  const family = 2 * (tpr.length + Number(against === 'to_overall'))
  const a = spreadOf(tpr, overall.tpr, against, level, family)
  const b = spreadOf(fpr, overall.fpr, against, level, family)
  const mean = (x: number, y: number) => (x + y) / 2
  return {
    difference: together(a.difference, b.difference, aggregate === 'mean' ? mean : Math.max),
    ratio: together(a.ratio, b.ratio, aggregate === 'mean' ? mean : Math.min),
  }
}

function betweenGroups(rates: readonly Bounds[]): { difference: Bounds; ratio: Bounds } {
  const [most, least] = [extreme(rates, Math.max), extreme(rates, Math.min)]
  return {
    difference: {
      value: most.value - least.value,
      low: Math.max(0, most.low - least.high),
      high: most.high - least.low,
    },
    ratio: {
      value: least.value / most.value,
      low: least.low / most.high,
      high: Math.min(1, least.high / most.low),
    },
  }
}

function toOverall(rates: readonly Bounds[], overall: Bounds): { difference: Bounds; ratio: Bounds } {
  const differences = rates.map(({ value, low, high }) => ({
    value: Math.abs(value - overall.value),
    low: Math.max(0, low - overall.high, overall.low - high),
    high: Math.max(high - overall.low, overall.high - low),
  }))
  const ratios = rates.map(({ value, low, high }) => ({
    value: belowOne(value / overall.value),
    low: Math.min(low / overall.high, overall.low / high),
    high: Math.min(1, Math.max(0, Math.min(high / overall.low, overall.high / low))),
  }))
  return { difference: extreme(differences, Math.max), ratio: extreme(ratios, Math.min) }
}

function belowOne(ratio: number): number {
  return ratio > 1 ? 1 / ratio : ratio
}

function extreme(all: readonly Bounds[], pick: (...values: number[]) => number): Bounds {
  return {
    value: pick(...all.map(({ value }) => value)),
    low: pick(...all.map(({ low }) => low)),
    high: pick(...all.map(({ high }) => high)),
  }
}

function boundsOf({ hits, n }: Proportion, level: number): Bounds {
  const { low, high } = wilson(hits, n, level) as Interval
  return { value: hits / n, low, high }
}

function together(a: Estimate, b: Estimate, pick: (x: number, y: number) => number): Estimate {
  if (a.interval === null || b.interval === null) return a.interval === null ? a : b
  return {
    value: pick(a.value, b.value),
    reason: null,
    n: Math.max(a.n, b.n),
    interval: {
      ...a.interval,
      low: pick(a.interval.low, b.interval.low),
      high: pick(a.interval.high, b.interval.high),
    },
  }
}

function both(estimate: Estimate): Spread {
  return { difference: estimate, ratio: estimate }
}
