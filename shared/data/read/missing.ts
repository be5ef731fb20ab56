import type { ColumnType } from '../../contracts/data-contract.js'
import { type Problem, problemsError } from '../../core/errors.js'
import { double, literalList } from '../engine/sql.js'
import type { RawColumn } from './relation.js'

/**
 * Texts that are often meant as a missing value, in the spelling that files have: what spreadsheets, R, pandas
 * (`read_csv`, na_values), databases and surveys write. None is missing unless the source says so; a profile can count
 * them and propose the line.
 */
export const USUAL_MISSING: readonly string[] = [
  'NA',
  'N/A',
  'n/a',
  'na',
  '<NA>',
  '#N/A',
  '#NA',
  'NaN',
  'nan',
  '-nan',
  '-NaN',
  'null',
  'NULL',
  'Null',
  '(null)',
  'none',
  'None',
  'NONE',
  'nil',
  '\\N',
  '-',
  '--',
  '?',
  '.',
  'missing',
  'unknown',
  '-9',
  '-99',
  '-999',
  '-9999',
  '9999',
]

/** Texts that mean a missing value. The empty text is always one and is not listed. */
export interface MissingTokens {
  readonly everywhere: readonly string[]
  readonly byColumn: ReadonlyMap<string, readonly string[]>
}

export const NO_TOKENS: MissingTokens = { everywhere: [], byColumn: new Map() }

/** `missing` of a source: a list for every column, or a map by column in which `*` is every column. */
export function missingTokens(
  setting: readonly string[] | Readonly<Record<string, readonly string[]>> | undefined,
): MissingTokens {
  if (setting === undefined) return NO_TOKENS
  if (Array.isArray(setting)) return { everywhere: setting as readonly string[], byColumn: new Map() }
  const { '*': everywhere = [], ...rest } = setting as Readonly<Record<string, readonly string[]>>
  return { everywhere, byColumn: new Map(Object.entries(rest)) }
}

/** All tokens of one column. */
export const tokensOf = (tokens: MissingTokens, column: string): string[] => [
  ...new Set([...tokens.everywhere, ...(tokens.byColumn.get(column) ?? [])]),
]

/** Throws UserError when `missing` names a column that the data do not have. `where` is the source: a file or key. */
export function requireKnownColumns(tokens: MissingTokens, columns: readonly string[], where: string): void {
  const unknown = [...tokens.byColumn.keys()].filter((name) => !columns.includes(name))
  if (unknown.length === 0) return
  throw problemsError(
    '`missing` names columns that the data do not have',
    unknown.map(
      (name): Problem => ({
        where,
        message: `\`missing\` names the column ${JSON.stringify(name)}, and there is none`,
        cure: 'write its name as it stands in the data, or use `*` for every column',
      }),
    ),
  )
}

/** SQL for a text with its missing tokens, and the empty text, as NULL. */
export const presentText = (text: string, tokens: readonly string[]): string =>
  tokens.length === 0 ? `nullif(${text}, '')` : without(text, ['', ...tokens])

const without = (text: string, tokens: readonly string[]): string =>
  `CASE WHEN NOT list_contains(${literalList([...tokens])}, ${text}) THEN ${text} END`

/**
 * A column of texts. `text` is SQL for its value, NULL where nothing stands there: in a text file that is the empty cell
 * (`nothing` is `empty`), in all others null, and an empty text is missing by itself, or with `keepsEmpty` a text like any other.
 */
export function textColumn(
  column: Pick<RawColumn, 'name' | 'type' | 'nothing'>,
  text: string,
  tokens: readonly string[],
  keepsEmpty = column.nothing === 'empty',
): RawColumn {
  if (keepsEmpty && tokens.length === 0) return { ...column, value: text, gone: null }
  const kind = (raw: string) => {
    if (keepsEmpty) return "'token'"
    return tokens.length === 0 ? "'empty'" : `CASE WHEN ${raw} = '' THEN 'empty' ELSE 'token' END`
  }
  return { ...column, value: keepsEmpty ? without(text, tokens) : presentText(text, tokens), gone: { raw: text, kind } }
}

/**
 * SQL for a value that has a type, with the tokens as NULL: a number is compared as a number (-999 is also -999.0),
 * anything else by its text.
 */
export function presentValue(type: ColumnType, value: string, tokens: readonly string[]): string {
  if (tokens.length === 0) return value
  if (type !== 'integer' && type !== 'number') {
    return `CASE WHEN NOT list_contains(${literalList([...tokens])}, CAST(${value} AS VARCHAR)) THEN ${value} END`
  }
  const numbers = tokens.filter((token) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(token)).map(Number)
  const nan = type === 'number' && tokens.some((token) => /^[+-]?nan$/i.test(token))
  const conditions = [
    ...(numbers.length > 0 ? [`${value} IN (${numbers.map(double).join(', ')})`] : []),
    ...(nan ? [`isnan(${value})`] : []),
  ]
  return conditions.length === 0 ? value : `CASE WHEN NOT (${conditions.join(' OR ')}) THEN ${value} END`
}
