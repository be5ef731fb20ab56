import type { Config } from '../../shared/contracts/config.js'
import { type Problem, problemsError } from '../../shared/core/errors.js'
import type { DatasetColumn } from '../../shared/data/dataset.js'
import { sideBySide } from '../../shared/data/engine/engine.js'
import { fillByRow } from '../../shared/data/engine/fill.js'
import { plural, shortList } from '../../shared/report/format.js'
import type { PredictionFile } from './answers/file.js'
import { type Match, MOST_NAMED, requireMatch, rowsTwiceProblem } from './answers/join.js'
import type { Frame, Truth } from './answers/sample.js'
import { engineRows } from './engine-rows.js'
import type { JudgedRows } from './judged-rows.js'
import type { Question } from './question.js'
import { readTruth } from './tasks/columns.js'
import { isEmptyCell } from './tasks/empty-cell.js'
import { type Keyed, repeatedIds } from './test-data.js'
import { identifyRows } from './truth.js'

/** Which rows are judged, and what was left out. */
export interface Settled {
  readonly frame: Frame
  /** Row of the test data of each judged row; null when all are judged. */
  readonly datasetRows: Int32Array | null
  readonly notes: readonly string[]
}

/**
 * The rows that are judged: those with a true value that every file of predictions has an answer for. Throws one
 * UserError for ids that do not name one row each, rows without a prediction beyond `evaluate.min-coverage`, and weights
 * that are none.
 */
export async function settleRows(
  config: Config,
  question: Question,
  test: Keyed,
  files: readonly PredictionFile[],
): Promise<Settled> {
  const { engine, dataset } = test
  let known: Uint8Array | null = null
  const truths = truthColumns(config, dataset)
  const lists = question.task === 'multilabel' && config.data.targets === undefined
  if (truths.length > 0) {
    const isKnown = truths.map((column) => `(${knownSql(column, lists)})`).join(' AND ')
    const [counted] = await engine.all(`SELECT count(*) FILTER (${isKnown}) AS n FROM ${dataset.table}`)
    if (Number(counted?.n) < dataset.rows) {
      const query = `SELECT CAST(rowid AS INTEGER), CAST(${isKnown} AS UTINYINT) FROM ${dataset.table}`
      known = await fillByRow(engine, query, new Uint8Array(dataset.rows))
    }
  }
  const all = engineRows(engine, dataset, { n: dataset.rows, places: null }, question.id)
  // Ranked lists are put together by query and item, not by row.
  const matches = files.map(({ match }) => match).filter((match) => match !== null)
  await requireIds(test, question.id, matches)
  for (const file of files) await requireCoverage(file, known, all, question, config.evaluate['min-coverage'])

  const { withoutTruth, datasetRows, ...selection } = judgedOf(dataset.rows, known, matches)
  const { n } = selection
  const rows = engineRows(engine, dataset, selection, question.id)
  const clusters = clustersOf(
    config,
    question,
    dataset.columns.map(({ name }) => name),
  )
  const weights = await weightsOf(config, rows)
  const [truth, identity] = await sideBySide(
    engine,
    true,
    () => truthOf(config, question, rows),
    (line) => identifyRows(line, dataset, { id: question.id, clusters: clusters.columns }, selection),
  )
  const uncovered = dataset.rows - withoutTruth - n
  return {
    frame: {
      question,
      rows,
      units: rows,
      truth,
      blocks: identity.blocks,
      weights,
      clustered: clusters.columns.length > 0,
      digest: identity.digest,
    },
    datasetRows,
    notes: [
      ...(withoutTruth === 0
        ? []
        : [`${plural(withoutTruth, 'row has', 'rows have')} no value of ${question.target}.`]),
      ...(uncovered === 0
        ? []
        : [
            `${plural(uncovered, 'row has', 'rows have')} no prediction in one of the files and were left out (evaluate.min-coverage).`,
          ]),
      ...clusters.notes,
    ],
  }
}

/** Rows that have a true value and a prediction in every file; `places` and `datasetRows` are null when all have. */
function judgedOf(rows: number, known: Uint8Array | null, matches: readonly Match[]) {
  const found = matches.map(({ places }) => places).filter((places) => places !== null)
  if (known === null && found.length === 0) return { n: rows, withoutTruth: 0, places: null, datasetRows: null }
  const isJudged = (row: number) => known?.[row] !== 0 && found.every((places) => (places[row] as number) >= 0)
  let n = 0
  let withoutTruth = 0
  for (let row = 0; row < rows; row++) {
    if (known?.[row] === 0) withoutTruth += 1
    if (isJudged(row)) n += 1
  }
  if (n === rows) return { n, withoutTruth, places: null, datasetRows: null }
  const places = new Int32Array(rows).fill(-1)
  const datasetRows = new Int32Array(n)
  let place = 0
  for (let row = 0; row < rows; row++) {
    if (!isJudged(row)) continue
    places[row] = place
    datasetRows[place++] = row
  }
  return { n, withoutTruth, places, datasetRows }
}

/** SQL of whether a true value is known: an empty list of classes is. */
function knownSql(column: DatasetColumn, lists: boolean): string {
  const isThere = `${column.sql} IS NOT NULL`
  return lists ? `${isThere} OR ${isEmptyCell(column)}` : isThere
}

/** Columns that a row has to have a value of to be judged. */
function truthColumns({ data }: Config, { columns }: Keyed['dataset']) {
  const wanted = data.target === undefined ? (data.targets ?? []) : [data.target]
  return columns.filter(({ name }) => wanted.includes(name))
}

async function truthOf({ data }: Config, { task, target }: Question, rows: JudgedRows): Promise<Truth> {
  if (task === 'regression') return { kind: 'numbers', of: await rows.numbers(target) }
  if (task === 'binary' || task === 'multiclass') return { kind: 'classes', of: await rows.codes(target) }
  const { targets, query, item } = data
  return { kind: 'task', of: await readTruth(task, { target: data.target, targets, query, item }, rows) }
}

/** Throws when ids name several rows; files of predictions have seen to that already. */
async function requireIds(test: Keyed, id: string | null, files: readonly unknown[]): Promise<void> {
  if (id === null || files.length > 0) return
  const twice = await repeatedIds(test, id)
  if (twice.count > 0) throw problemsError('The test rows cannot be judged.', [rowsTwiceProblem(twice, id)])
}

async function requireCoverage(
  { match, source }: PredictionFile,
  known: Uint8Array | null,
  all: JudgedRows,
  { id }: Question,
  minCoverage: number,
): Promise<void> {
  if (match === null) return
  const { places } = match
  const some: number[] = []
  let missing = 0
  let rows = 0
  for (let row = 0; row < all.n; row++) {
    if (known?.[row] === 0) continue
    rows += 1
    if (places === null || (places[row] as number) >= 0) continue
    missing += 1
    if (some.length < MOST_NAMED) some.push(row)
  }
  requireMatch(
    match,
    { missing, rows, some: await all.namesOf(Uint32Array.from(some)) },
    source,
    id as string,
    minCoverage,
  )
}

/** Columns whose values make a cluster: what a ranking asks for, else the entity of a row. */
function clustersOf(
  { data }: Config,
  { task }: Question,
  columns: readonly string[],
): { columns: readonly string[]; notes: readonly string[] } {
  const { group } = data
  if (group === undefined || task === 'ranking') return { columns: [], notes: [] }
  const missing = group.filter((name) => !columns.includes(name))
  if (missing.length === 0) return { columns: group, notes: [] }
  return {
    columns: [],
    notes: [
      `The test data have no column ${shortList(missing)} (data.group): rows are taken as independent of each other.`,
    ],
  }
}

async function weightsOf({ data: { weight } }: Config, rows: JudgedRows): Promise<Float64Array | null> {
  if (weight === undefined) return null
  const weights = await rows.numbers(weight)
  const bad: number[] = []
  let count = 0
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const value = weights[i] as number
    if (value >= 0 && value < Number.POSITIVE_INFINITY) sum += value
    else {
      count += 1
      if (bad.length < 5) bad.push(i)
    }
  }
  const problems: Problem[] = []
  if (count > 0) {
    const names = await rows.namesOf(Uint32Array.from(bad))
    problems.push({
      where: 'data.weight',
      message: `"${weight}" is no weight on ${plural(count, 'row')}: ${shortList(names)}`,
      cure: 'give each row a finite number of 0 or more',
    })
  } else if (sum === 0) {
    problems.push({
      where: 'data.weight',
      message: `"${weight}" is 0 on every row`,
      cure: 'name the column with the weights',
    })
  }
  if (problems.length > 0) throw problemsError('The test rows cannot be judged.', problems)
  return weights
}
