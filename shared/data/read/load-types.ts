/** Which types the columns of a source have: guessed from the first rows, then held against every value. */
import type { ColumnType } from '../../contracts/data-contract.js'
import { TRIED, typedValue, wider } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import type { Relation } from './relation.js'

/** Values looked at to guess the types; every value is checked afterwards. */
const GUESS_VALUES = 500_000
const GUESS_ROWS = 20_000
const COLUMNS_AT_ONCE = 50

/** Declared types, those of the source, and a guess for the others. `table` is a name for a temporary table. */
export async function guessTypes(
  engine: DataEngine,
  table: string,
  relation: Relation,
  declared: ReadonlyMap<string, ColumnType>,
): Promise<ColumnType[]> {
  const types: (ColumnType | null)[] = relation.columns.map((column) => declared.get(column.name) ?? column.type)
  const unknown = types.map((type, i) => (type === null ? i : null)).filter((i) => i !== null)
  if (unknown.length > 0) {
    const rows = Math.max(200, Math.min(GUESS_ROWS, Math.floor(GUESS_VALUES / unknown.length)))
    const sample = unknown.map((i) => `${relation.columns[i]?.value} AS x${i}`).join(', ')
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${sample} FROM ${relation.from} LIMIT ${rows}`)
    const guessed = await fittingTypes(
      engine,
      table,
      unknown.map((i) => `x${i}`),
    )
    await engine.run(`DROP TABLE ${table}`)
    unknown.forEach((i, at) => {
      types[i] = guessed[at] ?? 'string'
    })
  }
  return types.map((type) => type ?? 'string')
}

/**
 * The most specific type that every value of a text column is written as; null where none fits or no value is there.
 * Nothing but nan and inf is no number.
 */
async function fittingTypes(
  engine: DataEngine,
  from: string,
  columns: readonly string[],
): Promise<(ColumnType | null)[]> {
  const types: (ColumnType | null)[] = []
  for (const batch of inBatches(columns)) {
    const counts = batch.flatMap((column, i) => [
      `count(${column}) AS n${i}`,
      ...TRIED.map((type) => `count(${typedValue(type, column)}) AS ${type}${i}`),
      `count(*) FILTER (WHERE isfinite(${typedValue('number', column)})) AS finite${i}`,
    ])
    const [row = {}] = await engine.all(`SELECT ${counts.join(', ')} FROM ${from}`)
    const fits = (type: ColumnType, i: number) =>
      row[`${type}${i}`] === row[`n${i}`] && (type !== 'number' || Number(row[`finite${i}`]) > 0)
    types.push(...batch.map((_, i) => (row[`n${i}`] === 0 ? null : (TRIED.find((type) => fits(type, i)) ?? null))))
  }
  return types
}

/** A query over many columns plans and holds all of its expressions at once. */
export function inBatches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / COLUMNS_AT_ONCE) }, (_, i) =>
    items.slice(i * COLUMNS_AT_ONCE, (i + 1) * COLUMNS_AT_ONCE),
  )
}

/** Types to read again with, or null when every column whose type was guessed fits it. */
export async function widen(
  engine: DataEngine,
  table: string,
  columns: readonly DatasetColumn[],
  guessed: readonly DatasetColumn[],
): Promise<ColumnType[] | null> {
  const next = new Map([
    ...(await misfits(
      engine,
      table,
      guessed.filter((column) => column.badIndex !== null),
    )),
    ...(await lateTypes(
      engine,
      table,
      guessed.filter((column) => column.type === 'string'),
    )),
  ])
  return next.size === 0 ? null : columns.map((column) => next.get(column) ?? column.type)
}

/** Columns with values that are not of the guessed type, with the type to take instead. */
async function misfits(
  engine: DataEngine,
  table: string,
  guessed: readonly DatasetColumn[],
): Promise<Map<DatasetColumn, ColumnType>> {
  const wrong = new Map<DatasetColumn, ColumnType>()
  // A table in which no column was typed has no list of values that do not fit.
  if (guessed.length === 0) return wrong
  const [any] = await engine.all(`SELECT 1 FROM ${table} WHERE bad IS NOT NULL LIMIT 1`)
  if (any === undefined) return wrong
  for (const batch of inBatches(guessed)) {
    const counts = batch.flatMap(({ badIndex, type }, i) => {
      const next = wider(type)
      return [
        `count(bad[${badIndex}]) AS bad${i}`,
        `${next === null ? '0' : `count(${typedValue(next, `bad[${badIndex}]`)})`} AS next${i}`,
      ]
    })
    const [row = {}] = await engine.all(`SELECT ${counts.join(', ')} FROM ${table} WHERE bad IS NOT NULL`)
    batch.forEach((column, i) => {
      if (row[`bad${i}`] === 0) return
      wrong.set(column, row[`next${i}`] === row[`bad${i}`] ? (wider(column.type) ?? 'string') : 'string')
    })
  }
  return wrong
}

/** Columns that were empty where the types were guessed, and turn out to have a type. */
async function lateTypes(
  engine: DataEngine,
  table: string,
  texts: readonly DatasetColumn[],
): Promise<Map<DatasetColumn, ColumnType>> {
  const late = new Map<DatasetColumn, ColumnType>()
  if (texts.length === 0) return late
  // Where one value has no type, a look at all of them is not needed.
  const one = `(SELECT ${texts.map(({ sql }) => `any_value(${sql}) AS ${sql}`).join(', ')} FROM ${table})`
  const guesses = await fittingTypes(
    engine,
    one,
    texts.map(({ sql }) => sql),
  )
  const candidates = texts.filter((_, i) => guesses[i] !== null)
  if (candidates.length === 0) return late
  const fits = await fittingTypes(
    engine,
    table,
    candidates.map(({ sql }) => sql),
  )
  candidates.forEach((column, i) => {
    const type = fits[i] ?? null
    if (type !== null) late.set(column, type)
  })
  return late
}
