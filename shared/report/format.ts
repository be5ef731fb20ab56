/** Numbers for people: the same everywhere in the world, with a real minus sign, and never more digits than they carry. */

import { clip } from './escape.js'

const minus = '−'
/** Shown where there is no number: undefined ratio, empty slice. */
export const missing = '–'

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

function dress(plain: string): string {
  const [head = '', exponent] = plain.replace(/^-/, '').split('e')
  const [whole = '', fraction] = head.split('.')
  const isZero = /^[0.]*$/.test(head)
  const sign = plain.startsWith('-') && !isZero ? minus : ''
  const power = exponent === undefined ? '' : `e${exponent.replace('+', '').replace('-', minus)}`
  return `${sign}${group(whole)}${fraction === undefined ? '' : `.${fraction}`}${power}`
}

function special(value: number | null | undefined): string | undefined {
  if (value === null || value === undefined || Number.isNaN(value)) return missing
  if (value === Number.POSITIVE_INFINITY) return '∞'
  return value === Number.NEGATIVE_INFINITY ? `${minus}∞` : undefined
}

/**
 * `digits` significant digits (default 3): 0.8741 → `0.874`, 1204 → `1,204`, 0.00000123 → `1.23e−6`. Whole numbers below
 * 10¹⁵ are shown whole. Absent and NaN → `–`.
 */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  const word = special(value)
  if (word !== undefined) return word
  const number = value as number
  const size = Math.abs(number)
  if (Number.isInteger(number) && size < 1e15) return dress(number.toFixed(0))
  if (size < 1e-4 || size >= 1e15) return dress(number.toExponential(digits - 1))
  const decimals = digits - 1 - Math.floor(Math.log10(size))
  return dress(decimals <= 0 ? number.toFixed(0) : shortest(number, digits))
}

/** toPrecision without an exponent; a round-up such as 9.996 → 10.0 keeps its digits. */
function shortest(number: number, digits: number): string {
  const text = number.toPrecision(digits)
  return text.includes('e') ? number.toFixed(0) : text
}

/** A number that a person wrote, such as a threshold: with the digits that were written, up to six. 0.2 → `0.2`. */
export function formatGiven(value: number | null | undefined): string {
  return special(value) ?? dress(String(Number((value as number).toPrecision(6))))
}

/** A fixed number of decimals, so that a column lines up: 1 → `1.000`. */
export function formatFixed(value: number | null | undefined, decimals: number): string {
  return special(value) ?? dress((value as number).toFixed(Math.min(Math.max(decimals, 0), 20)))
}

/** Whole number with thousands separators: 1204 → `1,204`. Fractions are rounded. */
export function formatInteger(value: number | bigint | null | undefined): string {
  return typeof value === 'bigint' ? dress(value.toString()) : formatFixed(value, 0)
}

/** A difference: {@link formatFixed}, always with its sign, unless it is zero. */
export function formatSignedFixed(value: number | null | undefined, decimals: number): string {
  return withPlus(value, formatFixed(value, decimals))
}

const withPlus = (value: number | null | undefined, text: string): string =>
  typeof value === 'number' && value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text

/**
 * Both ends with the same decimals, two significant digits of the width: (0.8541, 0.8923) → `0.854 … 0.892`.
 * `decimals` overrides that; `signed` is for intervals of differences. An end that is absent → `–`.
 */
export function formatInterval(
  low: number | null | undefined,
  high: number | null | undefined,
  options: { signed?: boolean; decimals?: number } = {},
): string {
  const decimals = options.decimals ?? decimalsOf(Math.abs((high ?? Number.NaN) - (low ?? Number.NaN)))
  const end = (value: number | null | undefined) => {
    const text = formatFixed(value, decimals)
    return options.signed === true ? withPlus(value, text) : text
  }
  return `${end(low)} … ${end(high)}`
}

/** How many decimals two significant digits of `width` need (0 to 8). */
export function decimalsOf(width: number): number {
  if (!Number.isFinite(width) || width <= 0) return 3
  return Math.min(Math.max(1 - Math.floor(Math.log10(width)), 0), 8)
}

/** A ratio as percent: 0.15342 → `15.3 %`. */
export function formatPercent(ratio: number | null | undefined, digits = 3): string {
  if (ratio === null || ratio === undefined || Number.isNaN(ratio)) return missing
  // Rounded first, so that 0.07 × 100 is 7 and not 7.000000000000001.
  return `${formatNumber(Number((ratio * 100).toPrecision(12)), digits)} %`
}

/** Bytes in powers of 1000: 1536000 → `1.54 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  return inUnits(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'])
}

function inUnits(value: number | null | undefined, step: number, units: readonly string[]): string {
  const word = special(value)
  if (word !== undefined) return word
  let rest = value as number
  let unit = 0
  while (Math.abs(rest) >= step * 0.9995 && unit < units.length - 1) {
    rest /= step
    unit += 1
  }
  return `${formatNumber(unit === 0 ? Math.round(rest) : rest)} ${units[unit]}`
}

/** A time span given in milliseconds: `850 ms`, `12.3 s`, `2 min 5 s`, `1 h 12 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number | null | undefined): string {
  const word = special(milliseconds)
  if (word !== undefined) return word
  const value = milliseconds as number
  if (value < 0) return `${minus}${formatDuration(-value)}`
  if (value < 999.5) return `${formatNumber(value < 10 ? value : Math.round(value))} ms`
  if (value < 59_950) return `${formatNumber(value / 1000)} s`
  const seconds = Math.round(value / 1000)
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${group(String(big))} ${bigUnit}` : `${group(String(big))} ${bigUnit} ${small} ${smallUnit}`
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A moment given in ISO 8601 with Z, to the minute: `2026-02-01 09:59 UTC`. */
export const formatTime = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

/** The first twelve hexadecimal digits, with the algorithm if it is there: `sha256:3fab12cd34ef`. */
export function formatDigest(digest: string): string {
  const [, algorithm = '', value = digest] = /^([a-z0-9]+:)?(.*)$/is.exec(digest) ?? []
  return `${algorithm}${value.slice(0, 12)}`
}

/** The first items of a list, each cut to 80 characters, and how many more there are: `a, b and 3 more`. */
export function shortList(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).map((item) => clip(item, 80))
  return items.length > most ? `${shown.join(', ')} and ${formatInteger(items.length - most)} more` : shown.join(', ')
}

/** Count and noun: `1 row`, `2,000 rows`, `2 indices` with the plural given. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatInteger(count)} ${agree(count, one, many)}`
}

/** Some of a counted whole, whose noun agrees with the whole: `1 of 9 rows`, `1 of 1 row`. */
export function partOf(part: number, whole: number, one: string, many = `${one}s`): string {
  return `${formatInteger(part)} of ${plural(whole, one, many)}`
}

/** The word that agrees with a count: `agree(1, 'stands', 'stand')`. */
export const agree = (count: number, one: string, many: string): string => (count === 1 ? one : many)

/** A name in quotes, with what is no plain sign escaped. */
export const quote = (name: string): string => JSON.stringify(name)
