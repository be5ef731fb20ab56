import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { isTemporal } from '../../../shared/data/column-types.js'
import { formatPercent, plural } from '../../../shared/report/format.js'
import { dayText } from '../dates.js'
import { FARTHEST, type Tail, tailSlack } from './tail.js'

type Numeric = NonNullable<ColumnProfile['numeric']>

/** Slack of a range as share of its width on either side; wider where the width itself is known badly. */
const RANGE_SLACK = 0.1
const FEW_VALUES = 5
/** Where most rows hold one value, the few others say little of how far they may go. */
const RARE = 3
/** Days that dates may go on after the latest one, and from which on a bound is a whole year. */
const YEAR = 366
const YEARS = 2 * YEAR
/** Whole numbers from here on are rounded. */
const LONG = 1000
/** Rows that hold the end of a pile, and different values of a share, at least. */
const PILE = 5
const MANY = 20
/** Rounding adds at most a fifth to the slack. */
const FINE = 5

/** How far a range goes beyond what was seen at one end, and why. */
interface End {
  readonly slack: number
  readonly why: string
}

export interface Range {
  readonly min: number | string
  readonly max: number | string
  /** Where the slack comes from: `slack below: 10 % of the width, above: for the tail of 300 values`; empty without any. */
  readonly why: string
}

/**
 * Slack of the two ends of the numbers of a column, not rounded: a tenth of the width, or as far as the tail goes that the quantiles
 * and the farthest value tell of. `n` values were seen.
 */
export function slackOf(
  column: ColumnProfile,
  { min, max, quantiles: q }: Numeric,
  n: number,
): { low: End; high: End } {
  const width = max - min
  if (width === 0) return { low: NONE, high: NONE }
  const low = { p50: -q.p50, p75: -q.p25, p95: -q.p05, p99: -q.p01, most: -min }
  const high = { p50: q.p50, p75: q.p75, p95: q.p95, p99: q.p99, most: max }
  return {
    low: endOf(low, width, n, isPile(column, min)),
    high: isShare(column, min, max) ? WHOLE : endOf(high, width, n, isPile(column, max)),
  }
}

const NONE: End = { slack: 0, why: '' }
const WHOLE: End = { slack: 0, why: 'none, for shares end there' }

function endOf(tail: Tail, width: number, n: number, isPile: boolean): End {
  const share = Math.max(RANGE_SLACK, FEW_VALUES / n)
  const { slack, isHeavy } = isPile ? { slack: 0, isHeavy: false } : tailSlack(tail, n)
  const rare = isPile ? 0 : (tail.p75 === tail.p95 ? RARE : 1) * (tail.most - tail.p99)
  const farthest = Math.max(slack, rare)
  // What is beyond all numbers leaves the end where it is.
  if (!Number.isFinite(width * share) || !Number.isFinite(farthest)) return NONE
  if (farthest <= width * share) return { slack: width * share, why: `${formatPercent(share)} of the width` }
  const isFarthest = isHeavy && slack >= rare
  return {
    slack: farthest,
    why: isFarthest ? `${FARTHEST} times as far from the median` : `for the tail of ${plural(n, 'value')}`,
  }
}

/** Shares and percentages that reach the whole and nothing beyond it. */
const isShare = ({ type, distinct }: ColumnProfile, min: number, max: number): boolean =>
  min >= 0 && (max === 100 || (max === 1 && type === 'number')) && distinct >= MANY

/** Whether values pile up at an end: twice as many rows hold it as the frequent value next to it. There is no tail then. */
function isPile({ top }: ColumnProfile, end: number): boolean {
  const counts = top.map(({ value, count }) => ({ far: Math.abs(Number(value) - end), count }))
  const [first, second] = counts.filter(({ far }) => Number.isFinite(far)).sort((a, b) => a.far - b.far)
  return first?.far === 0 && second !== undefined && first.count >= Math.max(PILE, 2 * second.count)
}

/**
 * The range of a column with slack, rounded outwards; null without numbers or dates. `n` values were seen. Times of rows
 * (`goesOn`) may go on for as long as they were seen.
 */
export function rangeOf(column: ColumnProfile, n: number, goesOn = false): Range | null {
  if (column.numeric === null) return null
  const { low, high } = slackOf(column, column.numeric, n)
  return isTemporal(column.type)
    ? rangeOfDays(column, column.numeric, low, high, n, goesOn)
    : rangeOfNumbers(column, column.numeric, low, high)
}

function rangeOfNumbers({ name, type }: ColumnProfile, { min, max }: Numeric, low: End, high: End): Range {
  const isWhole = type === 'integer'
  // Never −0.
  const floor = 0 - outwards(isWhole, -min, low.slack)
  const ceiling = outwards(isWhole, max, high.slack)
  const degrees = degreesOf(name)
  if (degrees !== null && min >= -degrees && max <= degrees) {
    return { min: Math.max(-degrees, floor), max: Math.min(degrees, ceiling), why: whyOf(low.why, high.why) }
  }
  // What was never negative is seldom meant to be.
  const [from, to] = [min >= 0 && floor < 0, max <= 0 && ceiling > 0]
  return { min: from ? 0 : floor, max: to ? 0 : ceiling, why: whyOf(from ? '' : low.why, to ? '' : high.why) }
}

/** How far places on the earth go to either side, by the name of the column; null for other columns. */
function degreesOf(name: string): number | null {
  if (/(^|[^a-z])(lat|latitude)$/i.test(name)) return 90
  return /(^|[^a-z])(lon|lng|long|longitude)$/i.test(name) ? 180 : null
}

function rangeOfDays(
  { distinct }: ColumnProfile,
  { min, max, quantiles }: Numeric,
  low: End,
  high: End,
  n: number,
  goesOn: boolean,
): Range {
  const width = max - min
  // Time goes on, but it begins where many rows lie on the first day, and no tail of it is longer than what was seen.
  const many = quantiles.p01 === min && (n >= 500 || distinct < Math.min(100, n / 5))
  const before = many ? 0 : Math.min(low.slack, width)
  const later = Math.max(YEAR, Math.min(high.slack, width), goesOn ? width : 0)
  const why = later === YEAR ? 'a year' : later === width ? 'as long again' : high.why
  return {
    min: dayOf(Math.floor(min - before), min, before >= YEARS ? 'first' : undefined),
    max: dayOf(Math.ceil(max + later), max, later >= YEARS ? 'last' : undefined),
    why: whyOf(before === 0 ? '' : before === width ? 'as long again' : low.why, why),
  }
}

function whyOf(below: string, above: string): string {
  if (below === above) return below === '' ? '' : `slack: ${below}`
  const parts = [...(below === '' ? [] : [`below: ${below}`]), ...(above === '' ? [] : [`above: ${above}`])]
  return `slack ${parts.join(', ')}`
}

/** A day as ISO text, or that of its year; where the slack leaves the years 1 to 9999, the day of the value itself. */
function dayOf(days: number, value: number, ofYear?: 'first' | 'last'): string {
  const text = dayText(days).slice(0, 10)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return dayText(Math.floor(value)).slice(0, 10)
  return ofYear === undefined ? text : `${text.slice(0, 4)}${ofYear === 'first' ? '-01-01' : '-12-31'}`
}

/** The end of numbers with its slack, rounded outwards to two digits, or to what is little beside the slack where that is finer. */
function outwards(isWhole: boolean, value: number, slack: number): number {
  const end = value + slack
  if (!Number.isFinite(end)) return value
  if (isWhole && Math.abs(end) < LONG) return Math.ceil(end)
  if (slack === 0) return value
  const finest = Math.min(slack / FINE, Math.abs(end) / 10)
  return roundOutwards(isWhole ? Math.ceil(end) : end, Math.floor(Math.log10(finest)), isWhole)
}

/** Upwards to a unit of 10 to the power of `digit`; as it is where no number is so. */
function roundOutwards(value: number, digit: number, isWhole: boolean): number {
  const power = isWhole ? Math.max(0, digit) : digit
  if (value === 0 || !Number.isFinite(power) || Math.abs(power) > 300) return value
  const unit = 10 ** Math.abs(power)
  const whole = Math.ceil(Number((power < 0 ? value * unit : value / unit).toPrecision(15)))
  const rounded = Number((power < 0 ? whole / unit : whole * unit).toPrecision(15))
  return Number.isFinite(rounded) && rounded >= value ? rounded : value
}
