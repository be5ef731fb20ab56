import { literal } from '../engine/sql.js'

/** SQL: the whole text matches (RE2). NULL for NULL. */
export const matches = (text: string, pattern: string): string => `regexp_full_match(${text}, ${literal(pattern)})`

/**
 * SQL: `then` is asked of the texts alone that match; a check digit is seldom cheap. NULL for NULL. A plain AND evaluates
 * both sides for every row outside of WHERE, so that the order is kept by CASE.
 */
export const matchesAnd = (text: string, pattern: string, then: string): string =>
  `(CASE WHEN ${matches(text, pattern)} THEN ${then} WHEN ${text} IS NOT NULL THEN false END)`

/** SQL that evaluates `value` once and names it for `body`: the engine has no other `let` inside of an expression. */
export const bind = (value: string, name: string, body: string): string =>
  `list_transform([${value}], lambda ${name}: ${body})[1]`

/** SQL: the text is one of a list of codes. */
export const oneOf = (text: string, codes: readonly string[]): string =>
  `(${text} IN (${codes.map(literal).join(', ')}))`
