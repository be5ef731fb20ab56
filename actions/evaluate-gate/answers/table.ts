import { sharedDoubles } from '../../../shared/core/shared-numbers.js'
import { isNumeric } from '../../../shared/data/column-types.js'
import type { DatasetColumn } from '../../../shared/data/dataset.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { fillInOrder } from '../../../shared/data/engine/fill.js'
import { normalise } from '../../../shared/predict/normalise.js'
import type { Task } from '../../../shared/stats/sample.js'
import { withEmptyCells } from '../tasks/empty-cell.js'
import { ANSWER_COLUMNS, type AnswerReader, answerReader } from '../tasks/table.js'
import type { Keyed } from '../test-data.js'
import { AnswerColumns } from './columns.js'
import { FileFaults } from './file-faults.js'

/** Columns of a table of predictions: the id, any of these, and `p_<class>` for the probability of a class. */
const KEYS = ['label', 'score', 'value'] as const
const PROBABILITY = 'p_'

/** Answers of a table, in its order. Throws one UserError with the first mistakes, each with its row. */
export async function readTable(
  file: Keyed,
  path: string,
  id: string,
  task: Task,
  separator: string,
): Promise<AnswerColumns> {
  const { engine, dataset } = file
  const faults = new FileFaults(path)
  const names = dataset.columns.map(({ name }) => name)
  const reader = readerOf(task, names, separator)
  if (!names.includes(id)) faults.add(path, `has no column "${id}"`)
  if (reader === null) faults.add(path, `has none of the columns ${wordsOf(task)}`)
  faults.throwAny()
  const { columns: read, answer } = reader as AnswerReader
  const known = read.map((wanted) => dataset.columns.find(({ name }) => name === wanted) as DatasetColumn)
  const columns = new AnswerColumns(dataset.rows, task)
  const one = known[0] as DatasetColumn
  if (
    columns.whole === null &&
    known.length === 1 &&
    (one.name === 'score' || one.name === 'value') &&
    (await isAllNumbers(file, one))
  ) {
    const query = `SELECT CAST(${one.sql} AS DOUBLE) FROM ${dataset.table}`
    columns.take(one.name, await fillInOrder(engine, query, sharedDoubles(dataset.rows)))
    return columns
  }
  const selected = known.map((column, k) => `${cellSql(column, task)} AS v${k}`).join(', ')
  let row = 0
  for await (const cells of engine.chunks(`SELECT ${selected} FROM ${dataset.table} ORDER BY rowid`)) {
    const rows = cells.v0?.length ?? 0
    for (let i = 0; i < rows; i++) {
      const given = answer(known.map((_, k) => cells[`v${k}`]?.[i] ?? null))
      const result = normalise(given, task)
      if ('problem' in result) faults.add(`${path} row ${row + 1}`, `is ${result.problem}`)
      else columns.put(row, result.prediction)
      row += 1
    }
  }
  faults.throwAny()
  return columns
}

type Columnar = 'binary' | 'multiclass' | 'regression'

/** An empty cell is an answer where it lists no class or is an empty text. */
function cellSql(column: DatasetColumn, task: Task): string {
  const isText = (task === 'multilabel' && column.name === 'labels') || (task === 'text' && column.name === 'text')
  return isText ? withEmptyCells(column) : column.sql
}

function readerOf(task: Task, names: readonly string[], separator: string): AnswerReader | null {
  if (task !== 'binary' && task !== 'multiclass' && task !== 'regression') return answerReader(task, names, separator)
  const columns = names.filter((name) => (KEYS as readonly string[]).includes(name) || name.startsWith(PROBABILITY))
  return columns.length === 0 ? null : { columns, answer: (cells) => answerOfCells(columns, cells) }
}

function wordsOf(task: Task): string {
  return task in ANSWER_COLUMNS
    ? ANSWER_COLUMNS[task as Exclude<Task, Columnar>]
    : `${KEYS.join(', ')} and ${PROBABILITY}<class>`
}

function answerOfCells(columns: readonly string[], cells: readonly Cell[]): Record<string, unknown> {
  const answer: Record<string, unknown> = {}
  // A class may be called as what every object has.
  const probabilities: Record<string, unknown> = Object.create(null)
  for (const [k, name] of columns.entries()) {
    if (name.startsWith(PROBABILITY)) probabilities[name.slice(PROBABILITY.length)] = cells[k]
    else answer[name] = cells[k]
  }
  return Object.keys(probabilities).length === 0 ? answer : { ...answer, probabilities }
}

/** Whether every row has a finite number in the column: the way for many rows, with no object for each. */
async function isAllNumbers({ engine, dataset }: Keyed, { sql, type }: DatasetColumn): Promise<boolean> {
  if (!isNumeric(type)) return false
  const [row] = await engine.all(
    `SELECT coalesce(bool_and(${sql} IS NOT NULL AND isfinite(CAST(${sql} AS DOUBLE))), false) AS finite FROM ${dataset.table}`,
  )
  return row?.finite === true
}
