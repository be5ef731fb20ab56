import type { ColumnProfile } from '../../../contracts/data-profile.js'
import { countsBelow } from '../../profile/quantile-bounds.js'
import type { Sample } from '../pool/bounds.js'

/** Quantiles of the lengths of texts that a profile keeps, extremes among them. */
export const LENGTH_POINTS = 7

/** What a profile tells of the lengths of its texts in code points; null where it tells too little. */
export function lengthSample({ length, lengths, ...column }: ColumnProfile): Sample | null {
  const n = column.rows - column.missing - column.invalid - column.nonFinite
  if (length === null || lengths === undefined || n === 0) return null
  const { p05, p25, p50, p75, p95 } = lengths
  const quantiles = [
    { p: 0, value: length.min },
    { p: 0.05, value: p05 },
    { p: 0.25, value: p25 },
    { p: 0.5, value: p50 },
    { p: 0.75, value: p75 },
    { p: 0.95, value: p95 },
    { p: 1, value: length.max },
  ]
  return { n, ...countsBelow(n, quantiles) }
}
