import type { ColumnType } from '../contracts/data-contract.js'
import { TRIED, typedValue, wider } from './column-types.js'
import type { DatasetColumn } from './dataset.js'
import type { DataEngine } from './engine.js'
import type { RawColumn, Relation } from './relation.js'
import { inOneThread, openWideStore } from './wide-store.js'

/** Values looked at to guess the types; every value is checked afterwards. */
const GUESS_VALUES = 500_000
const GUESS_ROWS = 20_000
const COLUMNS_AT_ONCE = 50
/** More files are read in one thread. */
const FILES_OF_THREADS = 1000

let tables = 0

interface Loaded {
  readonly name: string
  readonly columns: readonly DatasetColumn[]
  /** Whether the table has the list column `bad`. */
  readonly hasBad: boolean
  readonly rows: number
  readonly rowsOfFile: readonly number[]
}

/**
 * Fills a table. The type of a text column is guessed from the first rows and then holds only if every value of the
 * column is written so: otherwise a wider type is taken and the table filled again. A declared type stays, and what is
 * not written so goes into the list column `bad`.
 */
export async function loadTable(
  engine: DataEngine,
  relation: Relation,
  files: number,
  declared: ReadonlyMap<string, ColumnType>,
): Promise<Loaded> {
  tables += 1
  const number = tables
  const store = await openWideStore(engine, relation.columns.length)
  const name = `${store === null ? '' : `${store}.`}dataset_${number}`
  // A name of its own, for sources may be read at the same time.
  let types = await guessTypes(engine, `sample_${number}`, relation, declared)
  for (;;) {
    const typed = relation.columns
      .map((column, i) => (column.type === types[i] || types[i] === 'string' ? null : i))
      .filter((i) => i !== null)
    const rows = selectTyped(relation, types, typed, files > 1)
    const statement = `CREATE OR REPLACE TABLE ${name} AS ${rows}`
    if (store !== null || files > FILES_OF_THREADS) await inOneThread(engine, statement)
    else await engine.run(statement)
    const columns = relation.columns.map((column, i): DatasetColumn => {
      const at = typed.indexOf(i)
      return { name: column.name, sql: `c${i}`, type: types[i] as ColumnType, badIndex: at < 0 ? null : at + 1 }
    })
    const free = columns.filter((column, i) => relation.columns[i]?.type === null && !declared.has(column.name))
    const widened = await widen(engine, name, columns, free)
    if (widened === null) {
      const clean = await cleanColumns(engine, name, columns)
      return {
        name,
        columns: columns.map((column) => (clean.has(column) ? { ...column, badIndex: null } : column)),
        hasBad: typed.length > 0,
        ...(await countRows(engine, name, files)),
      }
    }
    types = widened
  }
}

/** Columns in which every value is of its type: nobody has to look at the list of those that are not. */
async function cleanColumns(
  engine: DataEngine,
  table: string,
  columns: readonly DatasetColumn[],
): Promise<Set<DatasetColumn>> {
  const typed = columns.filter(({ badIndex }) => badIndex !== null)
  if (typed.length === 0) return new Set()
  const [any] = await engine.all(`SELECT 1 FROM ${table} WHERE bad IS NOT NULL LIMIT 1`)
  if (any === undefined) return new Set(typed)
  const clean = new Set<DatasetColumn>()
  for (const batch of inBatches(typed)) {
    const counts = batch.map(({ badIndex }, i) => `count(bad[${badIndex}]) AS n${i}`)
    const [row = {}] = await engine.all(`SELECT ${counts.join(', ')} FROM ${table} WHERE bad IS NOT NULL`)
    for (const [i, column] of batch.entries()) if (Number(row[`n${i}`]) === 0) clean.add(column)
  }
  return clean
}

function selectTyped(
  relation: Relation,
  types: readonly ColumnType[],
  typed: readonly number[],
  manyFiles: boolean,
): string {
  const texts = relation.columns.map((column, i) => `${column.value} AS x${i}`)
  const values = relation.columns.map((column, i) => `${valueIn(column, types[i] as ColumnType, `x${i}`)} AS v${i}`)
  const isBad = (i: number) => `(x${i} IS NOT NULL AND v${i} IS NULL)`
  // One list for all columns, filled in bad rows alone, costs less than a text column beside each typed one.
  const bad =
    typed.length === 0
      ? ''
      : `, CASE WHEN ${typed.map(isBad).join(' OR ')} THEN [${typed.map((i) => `CASE WHEN ${isBad(i)} THEN CAST(x${i} AS VARCHAR) END`).join(', ')}] END AS bad`
  const file = manyFiles ? ', file' : ''
  return (
    `SELECT ${relation.columns.map((_, i) => `v${i} AS c${i}`).join(', ')}${bad}${file} FROM ` +
    `(SELECT *, ${values.join(', ')} FROM (SELECT ${texts.join(', ')}${manyFiles ? `, ${relation.fileIndex} AS file` : ''} FROM ${relation.from}))`
  )
}

function valueIn(column: RawColumn, type: ColumnType, text: string): string {
  if (column.type === type) return text
  if (column.type === 'integer' && type === 'number') return `CAST(${text} AS DOUBLE)`
  return typedValue(type, column.type === null ? text : `CAST(${text} AS VARCHAR)`)
}

async function guessTypes(
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
function inBatches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / COLUMNS_AT_ONCE) }, (_, i) =>
    items.slice(i * COLUMNS_AT_ONCE, (i + 1) * COLUMNS_AT_ONCE),
  )
}

/** Types to read again with, or null when every column whose type was guessed fits it. */
async function widen(
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

async function countRows(
  engine: DataEngine,
  table: string,
  files: number,
): Promise<{ rows: number; rowsOfFile: number[] }> {
  if (files === 1) {
    const [row] = await engine.all(`SELECT count(*) AS n FROM ${table}`)
    const rows = Number(row?.n ?? 0)
    return { rows, rowsOfFile: [rows] }
  }
  const counts = await engine.all(`SELECT file, count(*) AS n FROM ${table} GROUP BY file`)
  const rowsOfFile = Array.from({ length: files }, () => 0)
  for (const { file, n } of counts) rowsOfFile[Number(file)] = Number(n)
  return { rows: rowsOfFile.reduce((sum, n) => sum + n, 0), rowsOfFile }
}
