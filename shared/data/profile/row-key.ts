import type { ColumnType } from '../../contracts/data-contract.js'
import { asText, typedValue } from '../column-types.js'

/** A column of a table as far as the content of its rows is compared. */
export interface KeyColumn {
  readonly name: string
  readonly sql: string
  readonly type: ColumnType
  /** SQL for the text that is not of the declared type; null where there is none. */
  readonly bad: string | null
}

/**
 * SQL for a 64-bit hash of the content of a row that does not hang on the types that the columns were taken for: a number
 * hashes as a number, whether its column is integer, number or text; times and truth values likewise. Nor does it hang on
 * the order of the columns. Rows that differ only in how a value is written (`1`, `1.0`) have one hash: see `writtenAs`.
 */
export const looseHash = (columns: readonly KeyColumn[]): string => `hash(${byName(columns).map(looseKey).join(', ')})`

/** Columns whose content a sample is chosen by: more would cost much memory, and choose no better. */
export const SAMPLE_COLUMNS = 100

export const byName = <T extends { readonly name: string }>(columns: readonly T[]): T[] =>
  [...columns].sort((a, b) => (a.name < b.name ? -1 : 1))

/** `looseHash` of the first hundred columns by name. */
export const sampleHash = (columns: readonly KeyColumn[]): string => looseHash(byName(columns).slice(0, SAMPLE_COLUMNS))

function looseKey({ sql, type, bad }: KeyColumn): string {
  const key = typedKey(type, sql)
  return bad === null ? key : `CASE WHEN ${bad} IS NOT NULL THEN ${typedKey('string', bad)} ELSE ${key} END`
}

function typedKey(type: ColumnType, sql: string): string {
  if (type === 'integer' || type === 'number') return `hash(CAST(${sql} AS DOUBLE) + 0.0)`
  if (type === 'date' || type === 'timestamp') return `hash(CAST(${sql} AS TIMESTAMP))`
  if (type === 'boolean') return `hash(${sql})`
  const read = (as: 'number' | 'timestamp' | 'boolean') => readAs(as, sql)
  return (
    `CASE WHEN ${mayBeTyped(sql)} THEN CASE WHEN ${read('number')} IS NOT NULL THEN hash(${read('number')} + 0.0) ` +
    `WHEN ${read('timestamp')} IS NOT NULL THEN hash(${read('timestamp')}) ` +
    `WHEN ${read('boolean')} IS NOT NULL THEN hash(${read('boolean')}) ELSE hash(${sql}) END ELSE hash(${sql}) END`
  )
}

/** A cheap look spares most texts the strict one. */
function readAs(type: 'number' | 'timestamp' | 'boolean', sql: string): string {
  if (type === 'boolean') return `(${typedValue(type, sql)})`
  const may = type === 'number' ? `TRY_CAST(${sql} AS DOUBLE) IS NOT NULL` : `substring(${sql}, 5, 1) = '-'`
  return `(CASE WHEN ${may} THEN ${typedValue(type, sql)} END)`
}

/** Whether a text may be written as a number, time or truth value; most texts are told by their first letter, digests by others. */
const mayBeTyped = (sql: string) =>
  `((${sql} < ':' AND NOT contains(${sql}, 'c') AND NOT contains(${sql}, 'd')) OR (strlen(${sql}) <= 8 AND regexp_full_match(${sql}, '(?i)nan|inf|infinity|true|false')))`

/**
 * SQL for a hash of how the value of a column is written, NULL where that is the usual way: what `looseHash` leaves out.
 * Both together tell rows apart as the typed columns do; where a column is a number, time or truth value in the end, the
 * way of writing is not looked at.
 */
export function writtenAs({ sql, type, bad }: KeyColumn): string {
  const written =
    type === 'integer'
      ? // Beyond 2⁵³ two integers may be one number.
        `CASE WHEN ${sql} NOT BETWEEN -9007199254740992 AND 9007199254740992 THEN hash(${sql}) END`
      : type === 'string'
        ? textAs(sql)
        : 'NULL::UBIGINT'
  return bad === null ? written : `CASE WHEN ${bad} IS NOT NULL THEN hash(${bad}, 1) ELSE ${written} END`
}

function textAs(sql: string): string {
  const number = readAs('number', sql)
  const usual = (condition: string) => `CASE WHEN ${condition} THEN NULL ELSE hash(${sql}) END`
  return (
    `CASE WHEN ${mayBeTyped(sql)} THEN CASE WHEN ${number} IS NOT NULL THEN ${usual(`${asText('number', number)} IS NOT DISTINCT FROM ${sql}`)} ` +
    `WHEN ${readAs('timestamp', sql)} IS NOT NULL THEN ${usual(`length(${sql}) = 10`)} ` +
    `WHEN (${typedValue('boolean', sql)}) IS NOT NULL THEN ${usual(`${sql} IN ('true', 'false')`)} END END`
  )
}
