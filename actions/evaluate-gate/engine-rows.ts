import { UserError } from '../../shared/core/errors.js'
import { sharedDoubles } from '../../shared/core/shared-numbers.js'
import { type Dataset, requireNames } from '../../shared/data/dataset.js'
import { readCondition } from '../../shared/data/engine/condition.js'
import { type Cell, type DataEngine, EngineError, reasonOf } from '../../shared/data/engine/engine.js'
import { fillByRow, fillInOrder } from '../../shared/data/engine/fill.js'
import { identifier } from '../../shared/data/engine/sql.js'
import { pureFunctions, syntaxTree } from '../../shared/data/engine/syntax.js'
import { shortList } from '../../shared/report/format.js'
import type { JudgedRows, Row } from './judged-rows.js'

/** Rows of a dataset that are judged: all, or those whose place is 0 or more, in the order of their places. */
export interface Selection {
  readonly n: number
  /** Place among the judged rows by row of the dataset, -1 for one that is not judged; null when all are. */
  readonly places: Int32Array | null
}

/** Ids that one query asks for. */
const IDS_AT_ONCE = 5000
const VALUES = 'judged_values'
const ROW = '"judged row"'

/** The judged rows as they lie in the engine. `id` is the column that names them. */
export function engineRows(
  engine: DataEngine,
  dataset: Dataset,
  { n, places }: Selection,
  id: string | null,
): JudgedRows {
  const column = (name: string) => {
    const found = dataset.columns.find((column) => column.name === name)
    if (found === undefined) throw new RangeError(`there is no column ${name}`)
    return found
  }
  const placeOf = (row: number): number => (places === null ? row : (places[row] as number))

  /** Puts numbers of a query where their rows are judged. */
  const scatter = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(sql: string, into: T): Promise<T> =>
    fillByRow(engine, sql, into, placeOf)

  let datasetRows: Uint32Array | null = null
  const rowOf = (place: number): number => {
    if (places === null) return place
    if (datasetRows === null) {
      datasetRows = new Uint32Array(n)
      for (let row = 0; row < places.length; row++) {
        if ((places[row] as number) >= 0) datasetRows[places[row] as number] = row
      }
    }
    return datasetRows[place] as number
  }

  const pick = async (wanted: Uint32Array, names: readonly string[]): Promise<Row[]> => {
    const selected = names.map((name, k) => `, ${column(name).sql} AS v${k}`).join('')
    const byRow = new Map<number, Row>()
    for (let from = 0; from < wanted.length; from += IDS_AT_ONCE) {
      const rows = Array.from(wanted.subarray(from, from + IDS_AT_ONCE), rowOf)
      const cells = await engine.columns(
        `SELECT CAST(rowid AS INTEGER) AS r${selected} FROM ${dataset.table} WHERE rowid IN (${rows.join(', ')})`,
      )
      for (const [k, row] of (cells.r as number[]).entries()) byRow.set(row, rowFrom(names, cells, k))
    }
    return Array.from(wanted, (place) => byRow.get(rowOf(place)) as Row)
  }

  return {
    n,
    columns: dataset.columns.map(({ name, type }) => ({ name, type })),
    numbers(name, into = sharedDoubles(n)) {
      const value = `coalesce(CAST(${column(name).sql} AS DOUBLE), 'nan'::DOUBLE)`
      // To fetch the row of each beside it takes half as long again.
      if (places === null) return fillInOrder(engine, `SELECT ${value} FROM ${dataset.table}`, into)
      return scatter(`SELECT CAST(rowid AS INTEGER), ${value} FROM ${dataset.table}`, into)
    },
    async codes(name) {
      const { sql } = column(name)
      await engine.run(
        `CREATE OR REPLACE TEMP TABLE ${VALUES} AS SELECT v, CAST(row_number() OVER () - 1 AS INTEGER) AS k FROM (SELECT DISTINCT ${sql} AS v FROM ${dataset.table})`,
      )
      const { v: cells = [] } = await engine.columns(`SELECT v FROM ${VALUES} ORDER BY k`)
      const { names, codes } = dictionary(cells)
      const into = names.length > 65_536 ? new Uint32Array(n) : new Uint16Array(n)
      await scatter(
        `SELECT CAST(rowid AS INTEGER), k FROM ${dataset.table} JOIN (SELECT v, k FROM ${VALUES}) ON ${sql} IS NOT DISTINCT FROM v`,
        into,
      )
      for (let i = 0; i < n; i++) into[i] = codes[into[i] as number] as number
      return { codes: into, names }
    },
    async holds(condition) {
      await requireCondition(engine, dataset, condition)
      const named = dataset.columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(', ')
      const from = `(SELECT rowid AS ${ROW}, ${named} FROM ${dataset.table})`
      const holds = `CAST(coalesce(CAST((${condition}\n) AS BOOLEAN), false) AS UTINYINT)`
      try {
        return await scatter(`SELECT CAST(${ROW} AS INTEGER), ${holds} FROM ${from}`, new Uint8Array(n))
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        throw new UserError(`the condition ${JSON.stringify(condition)} cannot be evaluated: ${reasonOf(error, '')}`)
      }
    },
    pick,
    async *batches(names, size) {
      const selected = names.map((name, k) => `${column(name).sql} AS v${k}`)
      const all = ['CAST(rowid AS INTEGER) AS r', ...selected].join(', ')
      let batch: Row[] = []
      for await (const cells of engine.chunks(`SELECT ${all} FROM ${dataset.table} ORDER BY rowid`)) {
        for (const [k, row] of (cells.r as number[]).entries()) {
          if (placeOf(row) < 0) continue
          batch.push(rowFrom(names, cells, k))
          if (batch.length === size) {
            yield batch
            batch = []
          }
        }
      }
      if (batch.length > 0) yield batch
    },
    async namesOf(rows) {
      if (id === null) return Array.from(rows, (place) => `row ${rowOf(place) + 1}`)
      return (await pick(rows, [id])).map((row) => String(row[id]))
    },
  }
}

function rowFrom(names: readonly string[], cells: Record<string, Cell[]>, k: number): Row {
  // Of a plain object this name is its prototype, and no column.
  const row: Record<string, Cell> = names.includes('__proto__') ? Object.create(null) : {}
  for (let i = 0; i < names.length; i++) row[names[i] as string] = cells[`v${i}`]?.[k] ?? null
  return row
}

/** The texts of different values in their order, a missing one last, and for each value which of them it is. */
function dictionary(cells: readonly Cell[]): { names: (string | null)[]; codes: number[] } {
  const texts = [...new Set(cells.filter((cell) => cell !== null).map(String))].sort()
  const place = new Map(texts.map((text, code) => [text, code]))
  return {
    names: cells.includes(null) ? [...texts, null] : texts,
    codes: cells.map((cell) => (cell === null ? texts.length : (place.get(String(cell)) as number))),
  }
}

/** Throws UserError for what is not one expression on the columns. */
async function requireCondition(engine: DataEngine, dataset: Dataset, condition: string): Promise<void> {
  const shown = JSON.stringify(condition)
  requireNames(dataset)
  const read = readCondition(condition, await syntaxTree(engine, condition), await pureFunctions(engine))
  if ('problem' in read) {
    throw new UserError(`the condition ${shown} ${read.problem}`, {
      cure: 'write one condition on columns of the test data, such as: age >= 65',
    })
  }
  const names = dataset.columns.map(({ name }) => name)
  // SQL does not tell names apart by case.
  const known = new Set(names.map((name) => name.toLowerCase()))
  const unknown = read.columns.filter((name) => !known.has(name.toLowerCase()))
  if (unknown.length === 0) return
  throw new UserError(`the condition ${shown} names columns that the test data do not have: ${shortList(unknown)}`, {
    cure: `it has: ${shortList(names, 20)}; texts stand in single quotes`,
  })
}

/** All rows of a small table as objects. */
export async function tableRows({ engine, dataset }: { engine: DataEngine; dataset: Dataset }): Promise<Row[]> {
  const all = engineRows(engine, dataset, { n: dataset.rows, places: null }, null)
  const names = dataset.columns.map(({ name }) => name)
  return all.pick(
    Uint32Array.from({ length: dataset.rows }, (_, row) => row),
    names,
  )
}
