import { asText } from './column-types.js'
import type { Dataset, DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine/engine.js'
import { literal, literalList } from './engine/sql.js'

/**
 * What may stand around or between letters without a meaning of its own. Not among them: `#` `%` `&` `*` `@` and hyphens
 * (`C#`, `A-`, `R&D`), nor what Unicode calls a symbol (`A+`, `<5`, `€`).
 */
const IDLE = '[\\s\\pZ_.,;:!?\'"`´‘’“”«»()\\[\\]{}/\\\\…·¡¿|]'
const HYPHENS = '[-‐‑‒–—]+'

/**
 * SQL for what is left of a text when case, accents, white space and punctuation are taken away; NULL when nothing is, and
 * for NULL. Between two digits punctuation stays (`1.5` is not `15`), a hyphen goes between letters alone (`e-mail` is
 * `email`, but `A-` is not `A` and `-1` is not `1`), and signs with a meaning stay. `ß` and ligatures stay as they are.
 */
export function variantKey(text: string): string {
  const replace = (from: string, pattern: string, by: string) =>
    `regexp_replace(${from}, ${literal(pattern)}, ${literal(by)}, 'g')`
  const plain = `lower(strip_accents(nfc_normalize(${text})))`
  const edges = replace(plain, `^${IDLE}+|${IDLE}+$`, '')
  const behind = replace(edges, `([\\pL\\pM])${IDLE}+`, '\\1')
  const before = replace(behind, `${IDLE}+([\\pL\\pM])`, '\\1')
  const between = `([\\pL\\pM])${HYPHENS}([\\pL\\pM])`
  // Twice: a letter between two hyphens belongs to two matches.
  return `nullif(${replace(replace(before, between, '\\1\\2'), between, '\\1\\2')}, '')`
}

/** SQL for one row per variant: `value`, `n` rows, and the more frequent `usual` spelling with its `usual_n` rows. */
function variantRows(text: string, from: string): string {
  const counted = `SELECT value, n, ${variantKey('value')} AS k FROM (SELECT ${text} AS value, count(*) AS n FROM ${from} WHERE ${text} IS NOT NULL GROUP BY 1)`
  // Of two equally frequent spellings the first in the order of bytes is the usual one.
  const ranked = `SELECT *, first_value(value) OVER w AS usual, first_value(n) OVER w AS usual_n FROM (${counted}) WHERE k IS NOT NULL WINDOW w AS (PARTITION BY k ORDER BY n DESC, value)`
  return `SELECT value, n, usual, usual_n FROM (${ranked}) WHERE value != usual`
}

/**
 * SQL condition on a row: its value differs from a more frequent value of the same key in case, white space, punctuation
 * or accents alone. `text` is an SQL expression over the rows of `from`, a table or a subquery in parentheses. Never true
 * for NULL.
 */
export const variantCondition = (text: string, from: string): string =>
  `(${text} IN (SELECT value FROM (${variantRows(text, from)})))`

export interface Variant {
  readonly value: string
  readonly count: number
  /** The more frequent spelling. */
  readonly usual: string
  readonly usualCount: number
}

export interface Variants {
  /** Different values that are variants of another. */
  readonly values: number
  /** Rows that hold one. */
  readonly rows: number
  /** The most frequent ones, ties in the order of their text. */
  readonly examples: readonly Variant[]
}

/** Spellings of a text column that are variants of a more frequent one. */
export async function measureVariants(
  engine: DataEngine,
  { table }: Dataset,
  column: DatasetColumn,
  most = 20,
): Promise<Variants> {
  const rows = await engine.all(
    `SELECT *, count(*) OVER () AS total, sum(n) OVER () AS total_n FROM (${variantRows(asText(column.type, column.sql), table)}) ORDER BY n DESC, value LIMIT ${most}`,
  )
  return {
    values: Number(rows[0]?.total ?? 0),
    rows: Number(rows[0]?.total_n ?? 0),
    examples: rows.map(({ value, n, usual, usual_n }) => ({
      value: String(value),
      count: Number(n),
      usual: String(usual),
      usualCount: Number(usual_n),
    })),
  }
}

/** How people and programs write that there is no value, in lower case without white space around it. */
export const NULL_SPELLINGS: readonly string[] = [
  '',
  '-',
  '--',
  '---',
  '?',
  '??',
  '.',
  'na',
  'n/a',
  'n.a.',
  '#n/a',
  '#n/a n/a',
  '#na',
  '<na>',
  'nan',
  '-nan',
  '#nan',
  '1.#qnan',
  '1.#ind',
  'nat',
  'none',
  'null',
  '<null>',
  '(null)',
  'nil',
  '\\n',
  'undefined',
  'missing',
  'not available',
  'not applicable',
  'unknown',
  '#value!',
  '#ref!',
  '#div/0!',
  '\u0000',
]

/** Numbers that stand for no value by old custom. */
export const STAND_IN_NUMBERS: readonly number[] = [
  -9, -99, -999, -9999, -99999, -999999, 999, 9999, 99999, 999999, 9999999, 99999999, 999999999, -32768, -2147483648,
]

/** SQL condition on a text: it is one of {@link NULL_SPELLINGS}, in any case and with white space around it. */
export const nullSpellingCondition = (text: string): string =>
  `list_contains(${literalList(NULL_SPELLINGS)}, lower(trim(${text}, ${literal(' \t\r\n\u00a0')})))`

/** Null spellings that stand in a text column as values, as they are written, the most frequent first. */
export async function measureNullSpellings(
  engine: DataEngine,
  { table }: Dataset,
  { sql, type }: DatasetColumn,
): Promise<{ value: string; count: number }[]> {
  if (type !== 'string') return []
  const rows = await engine.all(
    `SELECT ${sql} AS value, count(*) AS n FROM ${table} WHERE length(${sql}) <= 20 AND ${nullSpellingCondition(sql)} GROUP BY 1 ORDER BY n DESC, value`,
  )
  return rows.map(({ value, n }) => ({ value: String(value), count: Number(n) }))
}
