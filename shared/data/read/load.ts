import type { ColumnType } from '../../contracts/data-contract.js'
import { formatInteger, plural } from '../../report/format.js'
import { castOf, typedValue } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { openRowStore } from '../engine/row-store.js'
import { guessTypes, inBatches, widen } from './load-types.js'
import { countGone, type GoneCounts } from './missing-kinds.js'
import type { RawColumn, Relation } from './relation.js'

let tables = 0

interface Loaded {
  readonly name: string
  readonly columns: readonly DatasetColumn[]
  /** Whether the table has the list column `bad`. */
  readonly hasBad: boolean
  /** Whether it has the list column `gone`. */
  readonly hasGone: boolean
  /** Whether it has the column `whole`. */
  readonly hasWhole: boolean
  readonly content: Dataset['content']
  readonly rows: number
  readonly rowsOfFile: readonly number[]
  /** Of values that count as missing and are not told so by the source. */
  readonly notes: readonly string[]
}

interface TableOptions {
  readonly declared: ReadonlyMap<string, ColumnType>
  readonly apart: readonly string[] | null
  /** Called each time that the engine begins to fill the table. */
  readonly begun: () => void
  /** Whether rows may stay where they are: for who reads each column a few times. */
  readonly inPlace: boolean
}

/**
 * Fills a row store. The type of a text column is guessed from the first rows and then holds only if every value of the
 * column is written so: otherwise a wider type is taken and it is filled again. A declared type stays, and what is
 * not written so goes into the list column `bad`. The list column `gone` says why values are missing that stand there all
 * the same, where the source has such. With `apart`, a column `content` holds the hash of all other columns.
 */
export async function loadTable(
  engine: DataEngine,
  relation: Relation,
  files: number,
  { declared, apart, begun, inPlace }: TableOptions,
): Promise<Loaded> {
  tables += 1
  const number = tables
  const store = await openRowStore(engine, `dataset_${number}`, relation.columns.length)
  const { name } = store
  // A name of its own, for sources may be read at the same time.
  let types = await guessTypes(engine, `sample_${number}`, relation, declared)
  const told = relation.columns.flatMap(({ gone }, i) => (gone === null ? [] : [i]))
  for (;;) {
    const typed = relation.columns
      .map((column, i) => {
        const isSure = column.asDeclared === undefined && (column.type === types[i] || types[i] === 'string')
        return isSure ? null : i
      })
      .filter((i) => i !== null)
    const hashed =
      apart === null ? [] : relation.columns.flatMap(({ name: column }, i) => (apart.includes(column) ? [] : [i]))
    const staying = inPlace && typed.length === 0 && told.length === 0 && hashed.length === 0
    const point = staying && relation.numbered !== undefined ? store.point : null
    const more = files > 1 ? 'file' : point === null ? null : 'rowid'
    const rows = selectTyped(relation, types, { typed, told, hashed, more })
    const filled =
      point === null ? store.fill(rows, files) : point(rows).then(() => readThrough(engine, name, types.length))
    begun()
    await filled
    const columns = relation.columns.map((column, i): DatasetColumn => {
      const place = (list: readonly number[]) => (list.includes(i) ? list.indexOf(i) + 1 : null)
      return {
        name: column.name,
        sql: `c${i}`,
        type: types[i] as ColumnType,
        badIndex: place(typed),
        gone: { nothing: column.nothing, index: place(told) },
      }
    })
    const free = columns.filter((column, i) => relation.columns[i]?.type === null && !declared.has(column.name))
    const widened = await widen(engine, name, columns, free)
    if (widened === null) {
      const clean = await cleanColumns(engine, name, columns)
      const gone = await countGone(engine, name, columns)
      const size = await countRows(engine, name, files)
      return {
        name,
        columns: columns.map((column) => ({
          ...column,
          badIndex: clean.has(column) ? null : column.badIndex,
          gone: {
            nothing: column.gone?.nothing ?? 'null',
            index: gone.has(column) ? (column.gone?.index ?? null) : null,
          },
        })),
        hasBad: typed.length > 0,
        hasGone: told.length > 0,
        hasWhole: relation.whole !== undefined,
        content: apart === null || hashed.length === 0 ? undefined : { apart },
        ...size,
        notes: endlessNotes(gone, size.rows),
      }
    }
    types = widened
  }
}

/** Looks at every value of rows that stay where they are: what cannot be read is told now, and not by whoever needs it first. */
async function readThrough(engine: DataEngine, table: string, columns: number): Promise<void> {
  const all = Array.from({ length: columns }, (_, i) => `c${i}`)
  await engine.all(`SELECT bit_xor(hash(${all.join(', ')})) AS h FROM ${table}`)
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

const endlessNotes = (gone: ReadonlyMap<DatasetColumn, GoneCounts>, rows: number): string[] =>
  [...gone].flatMap(([{ name }, { unknown }]) =>
    unknown === 0
      ? []
      : [
          `${JSON.stringify(name)}: infinite, or too far off for a timestamp, in ${formatInteger(unknown)} of ${plural(rows, 'row')}, and missing there`,
        ],
  )

/** Columns of a relation by their index. */
interface Selected {
  /** Those whose texts may not be of their type. */
  readonly typed: readonly number[]
  /** Those in which something may stand that is missing all the same. */
  readonly told: readonly number[]
  /** Those that make the content of a row; none for no hash of it. */
  readonly hashed: readonly number[]
  /** What else goes with each row: the index of its file, or its own. */
  readonly more: 'file' | 'rowid' | null
}

function selectTyped(
  relation: Relation,
  types: readonly ColumnType[],
  { typed, told, hashed, more }: Selected,
): string {
  const texts = relation.columns.flatMap(({ value, asDeclared, gone }, i) => [
    `${value} AS x${i}`,
    ...(asDeclared === undefined ? [] : [`${asDeclared.text} AS d${i}`, `${asDeclared.shown} AS w${i}`]),
    ...(gone === null ? [] : [`${gone.raw} AS r${i}`]),
  ])
  if (relation.whole !== undefined) texts.push(`${relation.whole} AS whole`)
  const textOf = (i: number) => (relation.columns[i]?.asDeclared === undefined ? `x${i}` : `d${i}`)
  // What is looked at twice is a column first, for the engine would work it out twice.
  const casts = relation.columns.map(({ type }, i) =>
    type === null ? castOf(types[i] as ColumnType, textOf(i)) : null,
  )
  const tried = casts.flatMap((cast, i) => (cast === null ? [] : [`, ${cast} AS t${i}`]))
  const values = relation.columns.map((column, i) => {
    const cast = casts[i] === null ? undefined : `t${i}`
    return `${valueIn(column, types[i] as ColumnType, textOf(i), cast)} AS v${i}`
  })
  const isBad = (i: number) => `(x${i} IS NOT NULL AND v${i} IS NULL)`
  const shown = (i: number) => (relation.columns[i]?.asDeclared === undefined ? `CAST(x${i} AS VARCHAR)` : `w${i}`)
  const bad = listOf(typed, isBad, shown, 'bad')
  const isGone = (i: number) => `(r${i} IS NOT NULL AND x${i} IS NULL)`
  const kinds = new Map(relation.columns.map(({ gone }, i) => [i, gone?.kind(`r${i}`) ?? 'NULL']))
  const gone = listOf(told, isGone, (i) => kinds.get(i) as string, 'gone')
  const also = `${relation.whole === undefined ? '' : ', whole'}${more === null ? '' : `, ${more}`}`
  const source = { file: `, ${relation.fileIndex} AS file`, rowid: ', file_row_number AS rowid', none: '' }[
    more ?? 'none'
  ]
  const from = more === 'rowid' ? relation.numbered : relation.from
  const rows =
    `SELECT ${relation.columns.map((_, i) => `v${i} AS c${i}`).join(', ')}${bad}${gone}${also} FROM ` +
    `(SELECT *, ${values.join(', ')} FROM (SELECT *${tried.join('')} FROM (SELECT ${texts.join(', ')}${source} FROM ${from})))`
  if (hashed.length === 0) return rows
  const all = `hash(${hashed.map((i) => `c${i}`).join(', ')})`
  const content = typed.length === 0 ? all : `CASE WHEN bad IS NULL THEN ${all} ELSE hash(${all}, bad) END`
  return `SELECT *, ${content} AS content FROM (${rows})`
}

/** One list for all columns, filled in few rows, costs less than a text column beside each column. */
function listOf(
  columns: readonly number[],
  holds: (i: number) => string,
  text: (i: number) => string,
  name: string,
): string {
  if (columns.length === 0) return ''
  const texts = columns.map((i) => `CASE WHEN ${holds(i)} THEN ${text(i)} END`)
  return `, CASE WHEN ${columns.map(holds).join(' OR ')} THEN [${texts.join(', ')}] END AS ${name}`
}

function valueIn(column: RawColumn, type: ColumnType, text: string, cast: string | undefined): string {
  if (column.type === type) return text
  if (column.type === 'integer' && type === 'number') return `CAST(${text} AS DOUBLE)`
  return column.type === null ? typedValue(type, text, cast) : typedValue(type, `CAST(${text} AS VARCHAR)`)
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
