import type { ColumnType } from '../../contracts/data-contract.js'
import { problemsError } from '../../core/errors.js'
import { agree, partOf } from '../../report/format.js'
import { isTemporal } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { identifier, literalList } from '../engine/sql.js'
import { type MissingTokens, presentValue, textColumn, tokensOf } from './missing.js'
import { finiteTime, typedColumn, valueIn, widthFacts } from './parquet-types.js'
import type { RawColumn } from './relation.js'

/** A column of Parquet files or of a table. */
export interface SqlColumn {
  /** As it is written there. */
  readonly name: string
  /** As the engine calls it, which tells names apart that differ in case alone. */
  readonly engineName: string
  readonly sqlType: string
}

/**
 * Columns with the types that they have, and sentences about values that lose digits. `from` is SQL. Wide numbers are
 * integers when all of them fit in 64 bits, else numbers. `plain` are names of columns that are known to have no empty
 * text and no infinite time.
 */
export async function typedColumns(
  engine: DataEngine,
  from: string,
  columns: readonly SqlColumn[],
  missing: MissingTokens,
  plain: ReadonlySet<string> = new Set(),
): Promise<{ columns: RawColumn[]; notes: string[] }> {
  const typed = columns.map((column) => ({ ...column, ...typedColumn(column.sqlType) }))
  const wide = typed.filter(({ width }) => width !== 'plain')
  const facts = wide.flatMap((column, i) => {
    const { fits, lossy } = widthFacts(column, identifier(column.engineName), column.sqlType)
    return [`${fits} AS fits${i}`, `${lossy} AS lossy${i}`, `count(${identifier(column.engineName)}) AS n${i}`]
  })
  const [row = {}] = facts.length === 0 ? [] : await engine.all(`SELECT ${facts.join(', ')} FROM ${from}`)
  const notes: string[] = []
  const read = typed.map((column): RawColumn => {
    const i = wide.indexOf(column)
    const fits = i < 0 || row[`fits${i}`] !== false
    const type = column.type === 'integer' && !fits ? 'number' : column.type
    const lossy = i < 0 || (type === 'integer' && fits) ? 0 : Number(row[`lossy${i}`])
    if (lossy > 0) {
      const what = column.width === 'nanoseconds' ? 'cut to microseconds' : 'rounded to the nearest double'
      notes.push(
        `${JSON.stringify(column.name)} (${column.sqlType}): ${partOf(lossy, Number(row[`n${i}`]), 'value')} ${agree(lossy, 'is', 'are')} ${what}`,
      )
    }
    const tokens = tokensOf(missing, column.name)
    const raw = valueIn(column, type, identifier(column.engineName))
    const present = presentColumn({ name: column.name, type, nothing: 'null' }, raw, tokens)
    return tokens.length === 0 && plain.has(column.name) ? { ...present, gone: null } : present
  })
  return { columns: read, notes }
}

/** A column of a type; `raw` is SQL for its value in that type. */
function presentColumn(
  column: Pick<RawColumn, 'name' | 'nothing'> & { readonly type: ColumnType },
  raw: string,
  tokens: readonly string[],
): RawColumn {
  const { type } = column
  if (type === 'string') return textColumn(column, raw, tokens)
  const value = presentValue(type, isTemporal(type) ? finiteTime(raw) : raw, tokens)
  const kind = (one: string) => {
    if (!isTemporal(type)) return "'token'"
    const isToken = `list_contains(${literalList(tokens)}, CAST(${one} AS VARCHAR))`
    return tokens.length === 0 ? "'unknown'" : `CASE WHEN ${isToken} THEN 'token' ELSE 'unknown' END`
  }
  return { ...column, value, gone: value === raw ? null : { raw, kind } }
}

/** Throws UserError for columns of the same name or without one. `where` is the file or table. */
export function requireDifferentNames(names: readonly string[], where: string): void {
  const blank = names.flatMap((name, i) => (name.trim() === '' ? [i + 1] : []))
  const twice = [...new Set(names.filter((name, i) => name.trim() !== '' && names.indexOf(name) !== i))]
  if (blank.length + twice.length === 0) return
  throw problemsError('the names of the columns are not usable', [
    ...blank.map((at) => ({
      where,
      message: `column ${at} has no name (blank-header)`,
      cure: 'give every column a name',
    })),
    ...twice.map((name) => ({
      where,
      message: `two columns are named ${JSON.stringify(name)} (duplicate-label)`,
      cure: 'give every column a name of its own',
    })),
  ])
}
