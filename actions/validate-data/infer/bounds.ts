import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import { dayText } from '../dates.js'

type Numeric = NonNullable<ColumnProfile['numeric']>

/** Slack of a range as share of its width on either side; wider where the width itself is known badly. */
const RANGE_SLACK = 0.1
const FEW_VALUES = 5
/** Chance that a fresh sample of the same size and distribution has a value beyond one end of a range. */
const CHANCE = 2e-4
const MOST_TAIL = 1.5
/** Where most rows hold one value, the few others say little of how far they may go. */
const RARE = 3
/** Days that dates may go on after the latest one. */
const YEAR = 366
/** Standard errors between two samples of one distribution that are let pass: of shares, and of means and deviations. */
const SHARE_ERRORS = 3.7
const BALANCE_ERRORS = 2.8
const MEAN_ERRORS = 4.5
/** Slack of a mean and of a standard deviation, in standard deviations, however many rows there are. */
const MEAN_SLACK = 0.25
const SD_SLACK = 0.5
/** A standard deviation that one value in thousands makes is no property of the data. */
const HEAVY = 12

/**
 * How far beyond the 99th percentile a tail goes until it holds a share of `CHANCE / n`: a generalised Pareto tail through
 * the quantiles that 25 %, 5 % and 1 % lie beyond, whose shape is ξ = ln((p99 − p95) / (p95 − p75)) / ln 5 (Pickands 1975,
 * Annals of Statistics 3; −1 for a uniform, 0 for an exponential distribution). With few values the shape is rounded
 * towards the exponential, which errs to the wide side. The quantiles are counted from the middle outwards.
 */
export function tailReach(p75: number, p95: number, p99: number, n: number): number {
  const [near, far] = [p95 - p75, p99 - p95]
  const times = (0.01 * n) / CHANCE
  if (!(far > 0) || times <= 1) return 0
  const measured = near > 0 ? Math.log(far / near) / Math.log(5) : 0
  const error = 1 / Math.sqrt(0.05 * n)
  const shape = measured + 2.4 * error <= 0 ? measured + 2.4 * error : Math.min(MOST_TAIL, Math.max(0, measured))
  const step = shape < 0 ? far : Math.max(near, far)
  return Math.abs(shape) < 1e-6
    ? (step * Math.log(times)) / Math.log(5)
    : (step * (times ** shape - 1)) / (1 - 5 ** -shape)
}

/** The ends of numbers with their slack, not rounded: a tenth of the width, or as far as the tail goes. */
export function ends({ min, max, quantiles: q }: Numeric, n: number): { min: number; max: number } {
  const width = max - min
  if (!Number.isFinite(width)) return { min, max }
  const slack = width * Math.max(RANGE_SLACK, FEW_VALUES / n)
  const low = Math.min(
    min - slack,
    min - (q.p25 === q.p05 ? RARE : 1) * (q.p01 - min),
    q.p01 - tailReach(-q.p25, -q.p05, -q.p01, n),
  )
  const high = Math.max(
    max + slack,
    max + (q.p75 === q.p95 ? RARE : 1) * (max - q.p99),
    q.p99 + tailReach(q.p75, q.p95, q.p99, n),
  )
  return { min: Number.isFinite(low) ? low : min, max: Number.isFinite(high) ? high : max }
}

/**
 * The range of a column with slack, rounded outwards; null without numbers or dates. `n` values were seen. Times of rows
 * (`goesOn`) may go on for as long as they were seen.
 */
export function rangeOf(
  column: ColumnProfile,
  n: number,
  goesOn = false,
): { min: number | string; max: number | string } | null {
  if (column.numeric === null) return null
  const { min, max, quantiles } = column.numeric
  const { min: low, max: high } = ends(column.numeric, n)
  if (isTemporal(column.type)) {
    // Time goes on, but it begins where many rows lie on the first day.
    const many = quantiles.p01 === min && (n >= 500 || column.distinct < Math.min(100, n / 5))
    const first = many ? min : low
    return {
      min: dayOf(Math.floor(first), min),
      max: dayOf(Math.ceil(Math.max(high, max + YEAR, goesOn ? max + (max - min) : max)), max),
    }
  }
  const whole = column.type === 'integer'
  const floor = whole ? Math.floor(low) : roundDown(low)
  const ceiling = whole ? Math.ceil(high) : roundUp(high)
  // What was never negative is seldom meant to be.
  return { min: min >= 0 ? Math.max(0, floor) : floor, max: max <= 0 ? Math.min(0, ceiling) : ceiling }
}

/** A day as ISO text; where the slack leaves the years 1 to 9999, the day of the value itself. */
function dayOf(days: number, value: number): string {
  const text = dayText(days).slice(0, 10)
  return /^\d{4}-\d\d-\d\d$/.test(text) && text >= '0001' ? text : dayText(Math.floor(value)).slice(0, 10)
}

/** The largest share of missing values: none where none was seen, else slack of 5 % or what chance makes of so few rows. */
export function missingShare(missing: number, rows: number): number {
  if (missing === 0) return 0
  // Two more of either kind: of few rows a share is known worse than it says itself (Agresti and Coull 1998).
  const error = errorOf((missing + 2) / (rows + 4), rows + 4)
  return share(Math.min(1, missing / rows + Math.max(0.05, SHARE_ERRORS * error)))
}

/** The largest share of extra copies. */
export function duplicateShare(extra: number, rows: number): number {
  if (extra === 0) return 0
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
  if (n < 100 || !(sd > 0) || !(reach <= HEAVY)) return null
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
