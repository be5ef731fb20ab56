import type { SliceRef } from '../../shared/contracts/evaluation.js'
import { decimalsOf, formatFixed, formatInterval, formatPercent } from '../../shared/report/format.js'
import type { Estimate, Interval } from '../../shared/stats/types.js'

type Figure = Pick<Estimate, 'value' | 'interval'>

/** A value with the decimals that its interval carries; `–` when it is undefined. */
export function valueText({ value, interval }: Figure): string {
  return formatFixed(value, decimals(interval))
}

/** A difference with its sign. */
export function differenceText({ value, interval }: Figure): string {
  const text = formatFixed(value, decimals(interval))
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

/** `−0.18 … −0.08`, both ends with as many digits as the width of the interval calls for. */
export function intervalText(interval: Interval, signed: boolean): string {
  return formatInterval(interval.low, interval.high, { signed, decimals: decimals(interval) })
}

/** `95 % interval −0.18 … −0.08, n = 1,204`, or why there is none. */
export function certaintyText({ interval, n, reason }: Estimate, signed: boolean): string {
  const rows = `n = ${formatFixed(n, 0)}`
  if (interval === null) return `no interval: ${reason ?? 'unknown'}; ${rows}`
  return `${formatPercent(interval.level)} interval ${intervalText(interval, signed)}, ${rows}`
}

/** A number of the configuration, as it was written. */
export function boundText(bound: number, signed = false): string {
  const text = String(Math.abs(bound))
  if (bound < 0) return `−${text}`
  return signed && bound > 0 ? `+${text}` : text
}

/** `recall, size = Large`. */
export function subjectText(title: string, slice: SliceRef | null): string {
  return slice === null ? title : `${title}, ${slice.column} = ${slice.value}`
}

function decimals(interval: Interval | null): number {
  if (interval === null) return 3
  return Math.min(4, Math.max(2, decimalsOf(interval.high - interval.low)))
}
