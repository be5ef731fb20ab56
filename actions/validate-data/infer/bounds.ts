import type { ColumnProfile, DatasetProfile } from '../../../shared/contracts/data-profile.js'

type Numeric = NonNullable<ColumnProfile['numeric']>

/** Standard errors between two samples of one distribution that are let pass: of shares, and of means and deviations. */
const SHARE_ERRORS = 3.7
const BALANCE_ERRORS = 2.8
const MEAN_ERRORS = 4.5
/** Slack of a mean and of a standard deviation, in standard deviations, however many rows there are. */
const MEAN_SLACK = 0.25
const SD_SLACK = 0.5
/** A standard deviation that one value in thousands makes is no property of the data; one value cannot lie farther than √n. */
const HEAVY = 12
const HEAVY_OF_FEW = 0.5
/** Copies that may be there where none was seen: so many are expected at most, 19 times in 20, and rows of few may be alike by chance. */
const UNSEEN = 3
const FEW_ROWS = 1000
const TOLD_APART = 0.9

/** The largest share of missing values: none where none was seen, else slack of 5 % or what chance makes of so few rows. */
export function missingShare(missing: number, rows: number): number {
  if (missing === 0) return 0
  // Two more of either kind: of few rows a share is known worse than it says itself (Agresti and Coull 1998).
  const error = errorOf((missing + 2) / (rows + 4), rows + 4)
  return share(Math.min(1, missing / rows + Math.max(0.05, SHARE_ERRORS * error)))
}

/** Whether a column tells nearly all rows apart, so that none is a copy by chance. */
export const isToldApart = ({ rows, columns }: Pick<DatasetProfile, 'rows' | 'columns'>): boolean =>
  columns.some(({ distinct }) => distinct > TOLD_APART * rows)

/** The largest share of extra copies; none where none was seen, unless the rows are few and no column tells them apart. */
export function duplicateShare(profile: Pick<DatasetProfile, 'rows' | 'columns' | 'duplicates'>): number {
  const { rows, duplicates } = profile
  const { extra } = duplicates
  if (extra === 0) return rows >= FEW_ROWS || isToldApart(profile) ? 0 : share(UNSEEN / rows)
  return share((extra + Math.max(0.01 * rows, SHARE_ERRORS * Math.sqrt(2 * extra))) / rows)
}

/**
 * The smallest share of a class: half of what was seen, less where chance makes that of so few rows. The roots of two counts
 * of one distribution differ by √½ (variance-stabilised Poisson, Anscombe 1948).
 */
export function smallestShare(count: number, rows: number): number {
  const root = Math.max(0, Math.sqrt(count) - BALANCE_ERRORS * Math.SQRT1_2)
  return floorShare(Math.min(count / 2, root ** 2) / rows)
}

/** Standard error of the difference of two shares of n rows each. */
const errorOf = (p: number, n: number): number => Math.sqrt((2 * p * (1 - p)) / n)

export interface StatisticBounds {
  readonly mean?: { readonly min: number; readonly max: number }
  readonly sd?: { readonly min?: number; readonly max: number }
}

/**
 * Bounds of mean and standard deviation: a quarter and a half of the standard deviation, or 4.5 standard errors of the
 * difference from a sample half as large (√3 · sd / √n, and √3 · sd · √((k + 2) / 4n) with the excess kurtosis k). Null
 * where they say nothing: below 100 values, no spread, or a tail that one value decides.
 */
export function statisticBounds({ mean, sd, min, max, kurtosis }: Numeric, n: number): StatisticBounds | null {
  const reach = Math.max(max - mean, mean - min) / sd
  if (n < 100 || !(sd > 0) || !(reach <= Math.min(HEAVY, HEAVY_OF_FEW * Math.sqrt(n)))) return null
  const far = Math.sqrt(3 / n) * MEAN_ERRORS
  const slack = sd * Math.max(MEAN_SLACK, far)
  const spread = Math.max(SD_SLACK, (far * Math.sqrt(Math.max(0, kurtosis ?? 6) + 2)) / 2)
  const least = outward(mean - slack, slack, -1)
  const bounds = {
    // The mean of what was never negative is not negative either.
    mean: { min: min >= 0 ? Math.max(0, least) : least, max: outward(mean + slack, slack, 1) },
    sd: {
      ...(spread < 1 ? { min: outward(sd * (1 - spread), sd * spread, -1) } : {}),
      max: outward(sd * (1 + spread), sd * spread, 1),
    },
  }
  const all = [bounds.mean.min, bounds.mean.max, bounds.sd.max]
  if (!all.every(Number.isFinite) || (bounds.sd.min ?? 1) < 0) return null
  return bounds.sd.min === 0 ? { mean: bounds.mean, sd: { max: bounds.sd.max } } : bounds
}

/** Rounded to two digits of the slack, away from the middle. */
function outward(value: number, slack: number, direction: 1 | -1): number {
  const digits = 1 - Math.floor(Math.log10(slack))
  if (digits > 15 || digits < -15) return value
  const unit = 10 ** Math.abs(digits)
  const scaled = digits >= 0 ? value * unit : value / unit
  const whole = direction > 0 ? Math.ceil(scaled) : Math.floor(scaled)
  return Number((digits >= 0 ? whole / unit : whole * unit).toPrecision(15))
}

/** Three digits, upwards; 0.15 is not 0.15000000000000002. */
export const share = (value: number): number => Math.min(1, Math.ceil(Number((value * 1000).toPrecision(12))) / 1000)
const floorShare = (value: number): number => Math.floor(value * 10_000) / 10_000

/** Two significant digits, outwards. */
export function roundUp(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1)
  const rounded = Number((Math.ceil(value / unit) * unit).toPrecision(12))
  return Number.isFinite(rounded) && rounded >= value ? rounded : value
}

export const roundDown = (value: number): number => -roundUp(-value)
