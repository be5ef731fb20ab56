import { COUNTRIES, COUNTRIES_3, CURRENCIES, LANGUAGES, LANGUAGES_3 } from './codes.js'
import { matches, matchesAnd, oneOf } from './parts.js'

const HEX = '[0-9A-Fa-f]'
export const hexOf =
  (length?: number) =>
  (text: string): string =>
    matches(text, `${HEX}${length === undefined ? '+' : `{${length}}`}`)
/** RFC 9562 section 4: 8-4-4-4-12, in any case; every version, for new ones come. */
export const uuid = (text: string): string => matches(text, `${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}`)

/** semver.org, version 2.0.0, items 2, 9 and 10. */
const SEMVER = (() => {
  const number = '(?:0|[1-9][0-9]*)'
  const before = `(?:${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`
  return `${number}\\.${number}\\.${number}(?:-${before}(?:\\.${before})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`
})()
export const semver = (text: string): string => matches(text, SEMVER)

const TOKEN = '[ \\t\\r\\n]*(?:[{}\\[\\]:,]|"|true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)?'
/**
 * RFC 8259. The engine’s reader also takes NaN, Infinity and a comma before a closing bracket (measured on 1.5.5), so that
 * what stands outside of strings is looked at again.
 */
export function json(text: string): string {
  const outside = `regexp_replace(${text}, '"(?:[^"\\\\]|\\\\.)*"', '"', 'gs')`
  const strict = `(${matches(outside, `(?:${TOKEN})*`)} AND NOT regexp_matches(${outside}, ',[ \\t\\r\\n]*[\\]}]'))`
  return `(CASE WHEN json_valid(${text}) THEN ${strict} WHEN ${text} IS NOT NULL THEN false END)`
}

/** RFC 4648 section 4, padded. */
export const base64 = (text: string): string =>
  matches(text, '(?:[A-Za-z0-9+/]{4})+|(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)')

/** As many bytes as characters. */
export const ascii = (text: string): string => `(strlen(${text}) = length(${text}))`
export const slug = (text: string): string => matches(text, '[a-z0-9]+(?:-[a-z0-9]+)*')

export const country = (text: string): string => oneOf(text, COUNTRIES)
export const country3 = (text: string): string => oneOf(text, COUNTRIES_3)
export const currency = (text: string): string => oneOf(text, CURRENCIES)

/** RFC 5646 section 2.1 without grandfathered tags: language, script, region, variants, extensions, private use. */
const LANGUAGE_TAG =
  '[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?' +
  '(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?'
/** The primary language is one of ISO 639, the two-letter code where there is one; case does not matter. */
export const language = (text: string): string =>
  matchesAnd(text, LANGUAGE_TAG, oneOf(`lower(split_part(${text}, '-', 1))`, [...LANGUAGES, ...LANGUAGES_3]))
