import type { InputRef } from '../../../shared/contracts/common.js'
import type { Context } from '../../../shared/core/context.js'
import { problemsError } from '../../../shared/core/errors.js'
import { isNumeric } from '../../../shared/data/column-types.js'
import { sideBySide } from '../../../shared/data/engine/engine.js'
import { engineRows } from '../engine-rows.js'
import type { Question } from '../question.js'
import type { RankedLists } from '../tasks/ranking.js'
import { readRankedLists } from '../tasks/table.js'
import { columnOf, type Keyed, openKeyed, repeatedIds } from '../test-data.js'
import { AnswerColumns, type Answers, answersOf } from './columns.js'
import { IdMatcher, type Match } from './join.js'
import { readLines } from './lines.js'
import { readTable } from './table.js'

/** Predictions of a file, joined to the test data by id. */
export interface PredictionFile {
  readonly source: string
  readonly ref: InputRef
  /** Null for ranked lists. */
  readonly match: Match | null
  /** Ranked lists, which have no row of the test data each. */
  readonly lists: RankedLists | null
  /** Answers of some rows of the file, by index, or of all with null; a file of ranked lists has none. */
  answers(rows: Int32Array | null): Answers
}

/**
 * Reads a file of predictions. JSON Lines, also packed as `.jsonl.gz`: one object per row with the id and the answer, such as
 * `score`, `label`, `probabilities` or `value`. CSV, TSV, Parquet: the same as columns, probabilities as `p_<class>`. Throws one UserError with what cannot be read.
 */
export async function readPredictionFile(
  ctx: Context,
  path: string,
  test: Keyed,
  { id, task }: Pick<Question, 'id' | 'task'>,
): Promise<PredictionFile> {
  const { evaluate, data } = ctx.config
  if (task === 'ranking' && evaluate.ranking.predictions === 'lists') return readLists(ctx, path, data)
  if (id === null) {
    throw problemsError(`The predictions of ${path} cannot be used.`, [
      {
        where: 'data.id',
        message: `is missing, and the predictions of ${path} can only be joined by id, never by the order of rows`,
        cure: 'name the column that identifies a row, in the test data and in the predictions',
      },
    ])
  }
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) {
    const { ids, columns } = await readLines(ctx, path, id, task)
    const ref: InputRef = { kind: 'file', name: path, ...(await ctx.files.digest(path)), rows: ids.length }
    return {
      source: path,
      ref,
      match: await matchTexts(test, id, ids),
      lists: null,
      answers: (rows) => answersOf(columns, rows),
    }
  }
  const file = await openKeyed(ctx, 'predictions', path, 'evaluate.predictions', id)
  const hasIds = file.dataset.columns.some(({ name }) => name === id)
  const [match, columns] = await sideBySide(
    test.engine,
    true,
    // Without ids the answers say what is missing.
    async () => (hasIds ? matchTables(test, file, id) : null),
    (engine) => readTable({ ...file, engine }, path, id, task, evaluate.labels.separator),
  )
  return {
    source: path,
    ref: file.dataset.files[0] as InputRef,
    match,
    lists: null,
    answers: (rows) => answersOf(columns, rows),
  }
}

async function readLists(
  ctx: Context,
  path: string,
  { query, item }: { readonly query?: string | undefined; readonly item?: string | undefined },
): Promise<PredictionFile> {
  const { engine, dataset } = await openKeyed(ctx, 'predictions', path, 'evaluate.predictions', null)
  const rows = engineRows(engine, dataset, { n: dataset.rows, places: null }, null)
  const lists = await readRankedLists(rows, { query: query as string, item: item as string }, path)
  const none = new AnswerColumns(0, 'ranking')
  return { source: path, ref: dataset.files[0] as InputRef, match: null, lists, answers: () => none }
}

/** Joins by ids as texts, those of the test rows one after the other. */
async function matchTexts(test: Keyed, id: string, ids: readonly string[]): Promise<Match> {
  const { dataset, engine } = test
  const matcher = new IdMatcher(ids, dataset.rows)
  const query = `SELECT ${columnOf(test, id).sql} AS v FROM ${dataset.table} ORDER BY rowid`
  for await (const { v = [] } of engine.chunks(query)) for (const name of v) matcher.add(String(name))
  return matcher.match()
}

/** Joins by id in the engine. Ids of two kinds, such as numbers and texts, are compared as texts. */
async function matchTables(test: Keyed, file: Keyed, id: string): Promise<Match> {
  const [ours, theirs] = [columnOf(test, id), columnOf(file, id)]
  if (ours.type !== theirs.type && !(isNumeric(ours.type) && isNumeric(theirs.type))) {
    const [a, b] = [await test.asText(), await file.asText()]
    return matchTables(a, b, id)
  }
  if (await isSameOrder(test, file, id)) return { places: null, twice: NONE, rowsTwice: NONE, unused: 0 }
  const { engine } = test
  const places = new Int32Array(test.dataset.rows).fill(-1)
  const used = new Uint8Array(file.dataset.rows)
  let twice = false
  let matched = 0
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE judged_match AS SELECT CAST(t.rowid AS INTEGER) AS r, CAST(p.rowid AS INTEGER) AS q FROM ${test.dataset.table} t JOIN ${file.dataset.table} p ON t.${ours.sql} = p.${theirs.sql}`,
  )
  await engine.numbers('SELECT r, q FROM judged_match', (chunk, count) => {
    const [rows, found] = chunk as [ArrayLike<number>, ArrayLike<number>]
    for (let k = 0; k < count; k++) {
      const [row, place] = [rows[k] as number, found[k] as number]
      if (places[row] !== -1) twice = true
      if (used[place] === 0) matched += 1
      used[place] = 1
      places[row] = place
    }
  })
  await engine.run('DROP TABLE judged_match')
  return {
    places,
    twice: twice ? await repeatedIds(file, id) : NONE,
    // Also of rows that no prediction belongs to.
    rowsTwice: await repeatedIds(test, id),
    unused: file.dataset.rows - matched,
  }
}

/** Whether both have the same ascending ids: what most programs write, and no join is needed to know it. */
async function isSameOrder(test: Keyed, file: Keyed, id: string): Promise<boolean> {
  if (test.dataset.rows !== file.dataset.rows || !(await test.ascending())) return false
  const column = (keyed: Keyed, name: string) =>
    `(SELECT ${columnOf(keyed, id).sql} AS ${name} FROM ${keyed.dataset.table})`
  const [row] = await test.engine.all(
    `SELECT coalesce(bool_and(a = b), false) AS same FROM ${column(test, 'a')} POSITIONAL JOIN ${column(file, 'b')}`,
  )
  return row?.same === true
}

const NONE = { count: 0, some: [] }
