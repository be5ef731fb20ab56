import type { Config } from '../../shared/contracts/config.js'
import type { Context } from '../../shared/core/context.js'
import { type Dataset, type DatasetColumn, loadDataset } from '../../shared/data/dataset.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { featureNames } from '../../shared/data/features.js'
import type { Row } from '../../shared/predict/predictor.js'

/** Tasks in which almost every row has a target of its own, which therefore says nothing about kinds of rows. */
const EACH_ITS_OWN: ReadonlySet<string> = new Set(['regression', 'quantile', 'text'])

/** More different values of one column than this are not each looked for. */
const MOST_VALUES = 100

interface Candidate {
  readonly rowid: number
  /** Digest of the row's content: the same row has the same key wherever it stands. */
  readonly key: string
}

/**
 * Rows of the test data that a model is asked again before and after deployment: at most `count`, a quarter each for the
 * classes, for the values of the declared slices and for the edges of the features (smallest, largest, missing), the rest
 * typical ones. The same data give the same rows, in whatever order they stand. Throws UserError when the data cannot be
 * read.
 */
export async function chooseGoldenRows(ctx: Context, features: readonly string[] | null): Promise<Row[]> {
  const { data, evaluate, package: packaging } = ctx.config
  if (data.test === undefined || packaging.golden === 0) return []
  const engine = await ctx.data()
  const dataset = await loadDataset(engine, ctx.files, 'test', data.test)
  const columns = featureColumns(dataset, ctx.config, features)
  if (columns.length === 0) return []
  const target = dataset.columns.find(({ name }) => name === data.target)
  const slices = evaluate.slices.flatMap((slice) => {
    const wanted = typeof slice === 'string' ? slice : slice.column
    return dataset.columns.find(({ name }) => name === wanted) ?? []
  })
  const pool = await createPool(engine, dataset, columns, [...slices, ...(target ? [target] : [])])
  const first = (where: string, order = 'k') => firstRow(engine, pool, where, order)

  const valued = async (columns: readonly DatasetColumn[]) =>
    (await Promise.all(columns.map((column) => valuesOf(engine, pool, column))))
      .flat()
      .map((where) => () => first(where))
  const share = Math.ceil(packaging.golden / 4)
  const groups: (() => Promise<Candidate | null>)[][] = [
    await valued(target === undefined || EACH_ITS_OWN.has(ctx.config.task ?? '') ? [] : [target]),
    await valued(slices),
    columns.flatMap(edgesOf).map(
      ({ where, order }) =>
        () =>
          first(where, order),
    ),
  ]
  const chosen = new Map<string, number>()
  for (const group of groups) {
    const until = chosen.size + share
    for (const find of group.slice(0, MOST_VALUES)) {
      if (chosen.size >= until) break
      const found = await find()
      if (found && !chosen.has(found.key)) chosen.set(found.key, found.rowid)
    }
  }
  for (const { key, rowid } of await smallestKeys(engine, pool, packaging.golden * 2)) {
    if (!chosen.has(key)) chosen.set(key, rowid)
    if (chosen.size >= packaging.golden) break
  }
  return rowsOf(engine, dataset, columns, [...chosen.values()].slice(0, packaging.golden))
}

function featureColumns(dataset: Dataset, config: Config, features: readonly string[] | null): DatasetColumn[] {
  const all = dataset.columns.map(({ name }) => name)
  const names = config.data.features ?? features ?? featureNames(config.data, all)
  return names.flatMap((name) => dataset.columns.find((column) => column.name === name) ?? [])
}

/** A table of the rows with `r`, the row's number, and `k`, the digest of its features. */
async function createPool(
  engine: DataEngine,
  dataset: Dataset,
  features: readonly DatasetColumn[],
  others: readonly DatasetColumn[],
): Promise<string> {
  const text = features.map(({ sql }) => `coalesce(length(${sql}::VARCHAR) || ':' || ${sql}::VARCHAR, '-')`).join(', ')
  const kept = [...new Set([...features, ...others].map(({ sql }) => sql))].join(', ')
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE golden_pool AS SELECT rowid AS r, md5(concat(${text})) AS k, ${kept} FROM ${dataset.table}`,
  )
  return 'golden_pool'
}

async function firstRow(engine: DataEngine, pool: string, where: string, order: string): Promise<Candidate | null> {
  const [row] = await engine.all(`SELECT r, k FROM ${pool} WHERE ${where} ORDER BY ${order}, k, r LIMIT 1`)
  return row ? { rowid: Number(row.r), key: String(row.k) } : null
}

/** A condition for each value of a column, most frequent first. */
async function valuesOf(engine: DataEngine, pool: string, column: DatasetColumn): Promise<string[]> {
  const { sql } = column
  const ranks = await engine.all(
    `SELECT min(r) AS r FROM ${pool} WHERE ${sql} IS NOT NULL GROUP BY ${sql} ORDER BY count(*) DESC, min(k) LIMIT ${MOST_VALUES}`,
  )
  return ranks.map(({ r }) => `${sql} = (SELECT ${sql} FROM ${pool} WHERE r = ${Number(r)})`)
}

function edgesOf({ sql, type }: DatasetColumn): { where: string; order: string }[] {
  const missing = { where: `${sql} IS NULL`, order: 'k' }
  if (type === 'string' || type === 'boolean') return [missing]
  const there = `${sql} IS NOT NULL`
  return [{ where: there, order: `${sql} ASC` }, { where: there, order: `${sql} DESC` }, missing]
}

async function smallestKeys(engine: DataEngine, pool: string, count: number): Promise<Candidate[]> {
  const rows = await engine.all(`SELECT min(r) AS r, k FROM ${pool} GROUP BY k ORDER BY k LIMIT ${count}`)
  return rows.map(({ r, k }) => ({ rowid: Number(r), key: String(k) }))
}

async function rowsOf(
  engine: DataEngine,
  dataset: Dataset,
  columns: readonly DatasetColumn[],
  rowids: readonly number[],
): Promise<Row[]> {
  if (rowids.length === 0) return []
  // Named by position: feature names may differ in case alone, which SQL does not tell apart.
  const fields = columns.map(({ sql }, i) => `${sql} AS f${i}`).join(', ')
  const found = await engine.all(
    `SELECT rowid AS r, ${fields} FROM ${dataset.table} WHERE rowid IN (${rowids.join(', ')})`,
  )
  const byRow = new Map(found.map((row) => [Number(row.r), row]))
  return rowids.map((rowid) =>
    Object.fromEntries(columns.map(({ name }, i) => [name, byRow.get(rowid)?.[`f${i}`] ?? null])),
  )
}
