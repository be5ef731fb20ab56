import type { ColumnProfile, DatasetProfile } from '../../contracts/data-profile.js'
import { HISTOGRAM_DISTINCT } from '../histogram.js'

/** How much is said of each column. */
export interface Detail {
  readonly level: 'full' | 'reduced' | 'wide'
  /** Most values that are counted one by one. */
  readonly counts: number
  /** Points of the quantile grid; 0 for none. */
  readonly grid: number
  readonly top: number
  readonly bins: number
  readonly patterns: number
  /** Whether lengths, outliers and periods are listed. */
  readonly more: boolean
  readonly dropped: readonly string[]
}

const FULL: Detail = {
  level: 'full',
  counts: 1000,
  grid: 201,
  top: 100,
  bins: 20,
  patterns: 10,
  more: true,
  dropped: [],
}

const REDUCED: Detail = {
  level: 'reduced',
  counts: 100,
  grid: 41,
  top: 50,
  bins: 20,
  patterns: 5,
  more: true,
  dropped: [
    'values are counted one by one up to 100 of them instead of 1,000',
    'the grid of quantiles has 41 points instead of 201',
    '50 top values instead of 100',
    'five patterns instead of ten',
  ],
}

const WIDE: Detail = {
  level: 'wide',
  counts: 0,
  grid: 0,
  top: 12,
  bins: 6,
  patterns: 0,
  more: false,
  dropped: [
    'value counts',
    'the grid of quantiles',
    'top values beyond twelve',
    'histograms have six bins at most',
    'top values of numbers with more than 20 values beyond three',
    'kinds of missing and of non-finite values where there are none',
    'patterns and quantiles of lengths',
    'outliers and the median deviation',
    'periods and gaps of dates',
  ],
}

/** Up to 50 columns are told in full; beyond 300 only what keeps a document of 2,000 columns near one megabyte. */
export const detailFor = (columns: number): Detail => (columns <= 50 ? FULL : columns <= 300 ? REDUCED : WIDE)

/** Top values of a column: numbers of many values are told by their histogram. */
export const topOf = ({ level, top }: Detail, isNumber: boolean, distinct: number): number =>
  level === 'wide' && isNumber && distinct > HISTOGRAM_DISTINCT ? 3 : top

/** A column without what says nothing, where the table is wide. */
export function slim(column: ColumnProfile, { level }: Detail): ColumnProfile {
  if (level !== 'wide') return column
  const { missingBy, nonFiniteBy, sensitive, ...rest } = column
  return {
    ...rest,
    ...(missingBy === undefined || column.missing === 0 ? {} : { missingBy }),
    ...(nonFiniteBy === undefined || column.nonFinite === 0 ? {} : { nonFiniteBy }),
    ...(sensitive ? { sensitive } : {}),
  }
}

export const describeDetail = ({ level, dropped }: Detail): NonNullable<DatasetProfile['detail']> => ({
  level,
  dropped: [...dropped],
})
