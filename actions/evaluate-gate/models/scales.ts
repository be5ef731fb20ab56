import type { InputRef } from '../../../shared/contracts/common.js'
import type { Context } from '../../../shared/core/context.js'
import { type Problem, problemsError } from '../../../shared/core/errors.js'
import { isNumeric } from '../../../shared/data/column-types.js'
import { type Dataset, type DatasetColumn, loadDataset } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { shortList } from '../../../shared/report/format.js'
import { NaiveErrors, type NaiveScale } from '../../../shared/stats/naive-errors.js'
import type { Scales } from '../../../shared/stats/sample.js'
import type { Frame } from '../answers/sample.js'
import type { JudgedRows } from '../judged-rows.js'
import { keyOf, type SeriesOfRows, scalesOfRows } from './series-scales.js'

/** Metrics that need the scale of a row. */
const SCALED: readonly string[] = ['mase']

/**
 * Scales of the errors of the judged rows, from the training data of their series: see `NaiveErrors`. Undefined where
 * neither `evaluate.forecast` nor a rule asks for them. Throws one UserError with what is missing for them.
 */
export async function scalesOf(
  ctx: Context,
  { question, rows }: Pick<Frame, 'question' | 'rows'>,
): Promise<{ scales: Scales; refs: readonly InputRef[] } | undefined> {
  const { forecast, rules = [] } = ctx.config.evaluate
  const asked = forecast !== undefined || rules.some(({ metric }) => SCALED.includes(metric))
  if (question.task !== 'regression' || !asked) return undefined
  const { seasonality, series } = { seasonality: 1, series: [], ...forecast }
  const { train, time } = ctx.config.data
  if (train === undefined || time === undefined) {
    throw unusable([
      ...(train === undefined ? [lacking('data.train', 'name the data that the model learnt from')] : []),
      ...(time === undefined ? [lacking('data.time', 'name the column with the time of a row')] : []),
    ])
  }
  const engine = await ctx.data()
  const dataset = await loadDataset(engine, ctx.files, 'train', train, { key: 'data.train' })
  const problems = problemsOf(dataset, rows, { target: question.target, time, series })
  if (problems.length > 0) throw unusable(problems)
  const known = await naiveScales(engine, dataset, { target: question.target, time, series }, seasonality)
  return { scales: scalesOfRows(await seriesOf(rows, series), known, seasonality), refs: dataset.files }
}

interface Columns {
  readonly target: string
  readonly time: string
  readonly series: readonly string[]
}

const unusable = (problems: readonly Problem[]) =>
  problemsError('The errors of the model cannot be scaled by those of a naive forecast (mase).', problems)

const lacking = (where: string, cure: string): Problem => ({
  where,
  message: 'is missing, and the scale of an error comes from the training rows in the order of time',
  cure,
})

function problemsOf({ columns }: Dataset, rows: JudgedRows, { target, time, series }: Columns): Problem[] {
  const typeOf = (name: string) => columns.find((column) => column.name === name)?.type
  const problems: Problem[] = []
  const missing = [target, time, ...series].filter((name) => typeOf(name) === undefined)
  if (missing.length > 0) {
    problems.push({
      where: 'data.train',
      message: `has no column ${shortList(missing)}`,
      cure: `it has: ${shortList(
        columns.map(({ name }) => name),
        20,
      )}`,
    })
  }
  const untold = series.filter((name) => !rows.columns.some((column) => column.name === name))
  if (untold.length > 0) {
    problems.push({
      where: 'evaluate.forecast.series',
      message: `the test data have no column ${shortList(untold)}`,
      cure: 'name columns that training and test data have',
    })
  }
  const ofTarget = typeOf(target)
  if (ofTarget !== undefined && !isNumeric(ofTarget)) {
    problems.push({ where: 'data.train', message: `"${target}" is ${ofTarget} there`, cure: 'give numbers' })
  }
  if (typeOf(time) === 'string' || typeOf(time) === 'boolean') {
    problems.push({
      where: 'data.time',
      message: `"${time}" is ${typeOf(time)} in the training data, and has no order of time`,
      cure: 'write dates or times as ISO 8601, or numbers',
    })
  }
  return problems
}

/** Scale of each series by its key. Rows without a value of target or time are none. */
async function naiveScales(
  engine: DataEngine,
  dataset: Dataset,
  { target, time, series }: Columns,
  seasonality: number,
): Promise<ReadonlyMap<string, NaiveScale>> {
  const sqlOf = (name: string) => (dataset.columns.find((column) => column.name === name) as DatasetColumn).sql
  const value = `CAST(${sqlOf(target)} AS DOUBLE)`
  const from = `${dataset.table} WHERE ${sqlOf(time)} IS NOT NULL AND isfinite(${value})`
  const keys = series.map(sqlOf)
  const errors = new NaiveErrors(seasonality)
  const place = keys.length === 0 ? '0' : `dense_rank() OVER (ORDER BY ${keys.join(', ')}) - 1`
  // Of rows of one time the smaller value comes first, so that the order of the file changes nothing.
  await engine.numbers(
    `SELECT CAST(${place} AS INTEGER) AS k, ${value} AS y FROM ${from} ORDER BY k, ${sqlOf(time)}, y`,
    ([places, values], count) => {
      for (let i = 0; i < count; i++) errors.add(places?.[i] as number, values?.[i] as number)
    },
  )
  const scales = errors.scales()
  if (keys.length === 0) return new Map(scales.map((scale) => [keyOf([]), scale]))
  const cells = await engine.columns(
    `SELECT DISTINCT ${keys.map((sql, i) => `${sql} AS s${i}`).join(', ')} FROM ${from} ORDER BY ${keys.map((_, i) => `s${i}`).join(', ')}`,
  )
  return new Map(
    scales.map((scale, k) => [
      keyOf(
        keys.map((_, i) => {
          const cell = cells[`s${i}`]?.[k] ?? null
          return cell === null ? null : String(cell)
        }),
      ),
      scale,
    ]),
  )
}

async function seriesOf(rows: JudgedRows, series: readonly string[]): Promise<SeriesOfRows> {
  const columns = []
  for (const name of series) columns.push(await rows.codes(name))
  const codeOf = new Map<string, number>()
  const codes = new Uint32Array(rows.n)
  for (let row = 0; row < rows.n; row++) {
    const key = keyOf(columns.map((column) => column.names[column.codes[row] as number] ?? null))
    const code = codeOf.get(key) ?? codeOf.size
    codeOf.set(key, code)
    codes[row] = code
  }
  return { codes, keys: [...codeOf.keys()] }
}
