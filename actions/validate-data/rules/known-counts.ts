import type { DataCheck } from '../../../shared/contracts/data-checks.js'
import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import type { GroupCount } from './count-rows.js'
import type { CheckOf } from './row-test.js'
import { holds } from './row-tests.js'
import { isFine } from './row-tests-order.js'

/** A timestamp is known to a tenth of a second as days in a double. */
const DAYS_APART = 1e-6
/** More than twelve digits may be off. */
const ROUNDED = 1e-11

/**
 * Rows that a check of a whole column judges, and those that break it, as far as the profile of the column tells: exactly
 * what counting them would give. Null where the rows have to be looked at.
 */
export function knownCount(check: DataCheck, facts: ColumnProfile): GroupCount | null {
  const finite = facts.rows - facts.missing - facts.nonFinite - facts.invalid
  switch (check.check) {
    case 'missing':
      return { group: [], n: facts.rows, bad: facts.missing + facts.nonFinite }
    case 'type':
      return check.types.some((wanted) => holds(facts.type, wanted))
        ? { group: [], n: facts.rows - facts.missing, bad: facts.invalid }
        : null
    case 'range': {
      const { numeric } = facts
      if (numeric === null || check['date-format'] !== undefined || facts.nonFinite > 0) return null
      const isWithin =
        isBeyond(check.min, numeric.min, 1, check['strict-min'], facts) &&
        isBeyond(check.max, numeric.max, -1, check['strict-max'], facts)
      return isWithin ? { group: [], n: finite, bad: 0 } : null
    }
    case 'outliers':
      return facts.numeric !== null && isWithinOutliers(check, facts.numeric) ? { group: [], n: finite, bad: 0 } : null
    case 'length': {
      const { length } = facts
      if (facts.type !== 'string' || length == null) return null
      const isWithin = length.min >= (check.min ?? 0) && length.max <= (check.max ?? Number.POSITIVE_INFINITY)
      return isWithin ? { group: [], n: finite, bad: 0 } : null
    }
    default:
      return null
  }
}

/** Whether not even the extremes are far from the others; what `robust-z` takes for far is not in the profile. */
function isWithinOutliers(
  { method, limit, side, strict }: CheckOf<'outliers'>,
  facts: NonNullable<ColumnProfile['numeric']>,
): boolean {
  if (method === 'robust-z' || !isFine(method, facts)) return false
  const { min, max, mean, sd, quantiles } = facts
  const { p25, p75 } = quantiles
  const [low, high, spread] = method === 'z' ? [mean, mean, sd] : [p25, p75, p75 - p25]
  const isFar = (distance: number) => distance > 0 && (strict ? distance >= limit * spread : distance > limit * spread)
  return !(side !== 'below' && isFar(max - high)) && !(side !== 'above' && isFar(low - min))
}

/** Whether an extreme is certainly on the right side of a bound: above it for side 1, below for −1. */
function isBeyond(
  bound: number | string | undefined,
  extreme: number,
  side: 1 | -1,
  isStrict: boolean | undefined,
  { type }: ColumnProfile,
): boolean {
  if (bound === undefined) return true
  if (typeof bound === 'string') {
    // A bound with a time is left to the engine.
    if (!isTemporal(type) || bound.length !== 10) return false
    return side * (extreme - Date.parse(bound) / 86_400_000) > (type === 'date' && !isStrict ? -DAYS_APART : DAYS_APART)
  }
  if (type !== 'number' && (type !== 'integer' || Math.abs(extreme) > Number.MAX_SAFE_INTEGER)) return false
  // What has a fraction is known to twelve digits.
  const slack = Number.isInteger(extreme) ? 0 : Math.abs(extreme) * ROUNDED
  return isStrict || slack > 0 ? side * (extreme - bound) > slack : side * (extreme - bound) >= 0
}
