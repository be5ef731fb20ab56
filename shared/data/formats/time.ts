import { literal } from '../engine/sql.js'
import { matches, matchesAnd } from './parts.js'

/** A day that exists: months of 31, 30 and 28 days, and 29 February of the Gregorian leap years 0000 to 9999. */
const DATE =
  '(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))' +
  '|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)'
const OFFSET = '(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::[0-5][0-9])?)?'
const TIME = `(?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\\.[0-9]+)?)?${OFFSET}`

/** ISO 8601: largest unit first; the smallest may have a fraction; weeks stand alone. */
const DURATION = (() => {
  const n = '[0-9]+'
  const last = '[0-9]+(?:[.,][0-9]+)?'
  /** Units in order, each optional, at least one; the last that is there may have a fraction. */
  const some = (units: string) =>
    [...units]
      .map((unit, i) => `${[...units.slice(0, i)].map((u) => `(?:${n}${u})?`).join('')}${last}${unit}`)
      .join('|')
  const whole = (units: string) => [...units].map((unit) => `(?:${n}${unit})?`).join('')
  return `P(?:${last}W|${some('YMD')}|${whole('YMD')}T(?:${some('HMS')}))`
})()

/** A sixtieth second is one in UTC at 23:59 alone (RFC 3339 section 5.7). */
function leapSecond(text: string): string {
  const part = (pattern: string) =>
    `coalesce(TRY_CAST(nullif(regexp_extract(${text}, ${literal(pattern)}, 1), '') AS INTEGER), 0)`
  const [hour, minute] = [part('([0-9]{2}):[0-9]{2}:60'), part('[0-9]{2}:([0-9]{2}):60')]
  const sign = `(CASE WHEN regexp_matches(${text}, ':60[.0-9]*-') THEN -1 ELSE 1 END)`
  const offset = `${sign} * (${part(':60[.0-9]*[+-]([0-9]{2})')} * 60 + ${part(':60[.0-9]*[+-][0-9]{2}:([0-9]{2})')})`
  return `(CASE WHEN contains(${text}, ':60') THEN (${hour} * 60 + ${minute} - ${offset} + 2880) % 1440 = 1439 ELSE true END)`
}

export const date = (text: string): string => matches(text, DATE)
/** RFC 3339 `full-time`; as ISO 8601 has it, seconds and offset may be left out. */
export const time = (text: string): string => matchesAnd(text, TIME, leapSecond(text))
/** RFC 3339 `date-time`; as ISO 8601 has it, seconds and offset may be left out. */
export const datetime = (text: string): string => matchesAnd(text, `${DATE}[Tt ]${TIME}`, leapSecond(text))
export const duration = (text: string): string => matches(text, DURATION)
export const year = (text: string): string => matches(text, '[0-9]{4}')
export const yearMonth = (text: string): string => matches(text, '[0-9]{4}-(?:0[1-9]|1[0-2])')
