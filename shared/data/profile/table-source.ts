import { asNumber, asText } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import { type DataEngine, sharedTable } from '../engine/engine.js'
import { invalidCounts } from '../measure.js'
import { countGone, missingByKind } from '../read/missing-kinds.js'
import { isNarrow } from '../read/width.js'
import { duplicates } from '../repeats.js'
import { pullJoint } from './joint.js'
import { type KeyColumn, sampleHash } from './row-key.js'
import { countSlices } from './slice-counts.js'
import { bucketOf, type SliceCounts, type SumPart, wholeIn, wholePart } from './slices.js'
import { type ProfileSource, SAMPLE_CONTENTS } from './source.js'
import { measurable } from './values.js'

export interface TableOptions {
  /** Column that names a row: left out when whole rows are compared. */
  readonly id?: string | undefined
}

/** The source of a dataset in a table. */
export async function tableSource(engine: DataEngine, dataset: Dataset, { id }: TableOptions): Promise<ProfileSource> {
  const invalid = await invalidCounts(engine, dataset)
  const gone = await countGone(engine, dataset.table, dataset.columns)
  const columnOf = (name: string) => dataset.columns.find((column) => column.name === name) as DatasetColumn
  let chosen: string | undefined
  return {
    name: dataset.name,
    files: dataset.files,
    rows: dataset.rows,
    isShared: isNarrow(dataset.columns),
    columns: dataset.columns.map((column) => ({
      name: column.name,
      type: column.type,
      raw: `SELECT ${plainZero(column)} AS v, 1 AS n FROM ${dataset.table}`,
      values: `SELECT ${plainZero(column)} AS v, count(*) AS n FROM ${dataset.table} GROUP BY 1`,
      rows: dataset.rows,
      oneByOne: engine.remote === undefined,
      invalid: invalid.get(column) ?? 0,
      missingBy: (missing) => missingByKind(column, missing, gone.get(column)),
    })),
    duplicates: (own) => duplicates(own, dataset, id),
    choose: async (own, columns) => {
      chosen = await sampleTable(
        own,
        dataset,
        id,
        columns.map(({ name }) => columnOf(name)),
      )
    },
    joint: async (own, columns) => {
      const asked = columns.map(({ name }) => columnOf(name))
      const table = chosen ?? (await sampleTable(own, dataset, id, asked))
      const joint = await pullJoint(own, table, asked, dataset.rows)
      await own.run(`DROP TABLE ${table}`)
      return joint
    },
    slices: (column, sliced) => slicesOf(engine, dataset, columnOf(column.name), sliced.map(columnOf)),
    sliceCells: (column, values, plans) =>
      countSlices(
        engine,
        dataset.table,
        columnOf(column.name),
        values,
        [...plans].map(([name, plan]) => ({ column: columnOf(name), plan })),
      ),
  }
}

/** Minus zero is zero: which of the two stands for both would hang on the order of rows. */
const plainZero = ({ type, sql }: DatasetColumn) => (type === 'number' ? `${sql} + 0.0` : sql)

/** Columns that make the content of a row: all but the id, or the id where there is no other. */
export function contentColumns<T extends { readonly name: string }>(
  columns: readonly T[],
  id: string | undefined,
): readonly T[] {
  const others = columns.filter(({ name }) => name !== id)
  return others.length > 0 ? others : columns
}

export const keyColumn = ({ name, sql, type, badIndex }: DatasetColumn): KeyColumn => ({
  name,
  sql,
  type,
  bad: badIndex === null ? null : `bad[${badIndex}]`,
})

/**
 * A table with some columns and `n` = 1 of the rows whose content has one of the smallest hashes. Hashes are
 * spread evenly, so that a bound below which three times as many lie as are needed spares a sort of all of them; where
 * many rows are equal there are fewer, and all are looked at.
 */
export async function sampleTable(
  engine: DataEngine,
  dataset: Pick<Dataset, 'table' | 'rows' | 'columns'>,
  id: string | undefined,
  columns: readonly { readonly sql: string }[],
  where = 'true',
): Promise<string> {
  const hash = sampleHash(contentColumns(dataset.columns, id).map(keyColumn))
  const selected = ['h', ...columns.map(({ sql }) => sql)].join(', ')
  const { create, name } = sharedTable(engine, 'profile_sample')
  const share = (3 * SAMPLE_CONTENTS) / dataset.rows
  for (const bound of share < 0.5 ? [BigInt(Math.floor(share * 2 ** 32)) << 32n, null] : [null]) {
    const below = bound === null ? '' : ` WHERE h < ${bound}::UBIGINT`
    await engine.run(
      `${create} AS SELECT ${selected}, 1 AS n FROM (SELECT *, ${hash} AS h FROM ${dataset.table} WHERE ${where})${below}`,
    )
    if (bound === null || (await contents(engine, name)) >= SAMPLE_CONTENTS) break
  }
  await keepSmallest(engine, name)
  return name
}

async function contents(engine: DataEngine, table: string): Promise<number> {
  const [row] = await engine.all(`SELECT count(DISTINCT h) AS n FROM ${table}`)
  return Number(row?.n)
}

/** Leaves the rows with the smallest hashes in a table that has them as `h`. */
export async function keepSmallest(engine: DataEngine, table: string): Promise<void> {
  await engine.run(
    `DELETE FROM ${table} WHERE h > (SELECT max(h) FROM (SELECT DISTINCT h FROM ${table} ORDER BY h LIMIT ${SAMPLE_CONTENTS}))`,
  )
}

async function slicesOf(
  engine: DataEngine,
  { table }: Dataset,
  slice: DatasetColumn,
  columns: readonly DatasetColumn[],
): Promise<SliceCounts[]> {
  const value = asText(slice.type, slice.sql)
  const missing = columns.map(
    ({ sql, badIndex }, i) =>
      `count(*) FILTER (WHERE ${sql} IS NULL${badIndex === null ? '' : ` AND bad[${badIndex}] IS NULL`}) AS m${i}`,
  )
  const rows = await engine.all(
    `SELECT ${[`${value} AS s`, 'count(*) AS n', ...missing].join(', ')} FROM ${table} GROUP BY s`,
  )
  const found = rows.map((row) => ({
    value: row.s == null ? null : String(row.s),
    rows: Number(row.n),
    columns: new Map(columns.map(({ name }, i) => [name, { missing: Number(row[`m${i}`]), parts: [] as SumPart[] }])),
  }))
  const byValue = new Map(found.map((one) => [one.value, one]))
  for (const column of columns) {
    if (!measurable(column.type)) continue
    const whole = await wholeSums(engine, table, value, column)
    if (whole !== null) {
      for (const [s, part] of whole) byValue.get(s)?.columns.get(column.name)?.parts.push(part)
      continue
    }
    const x = asNumber(column.type, column.sql)
    const sums = await engine.all(sumsBySlice(`SELECT ${value} AS s, ${x} AS x FROM ${table}`))
    for (const { s, b, q, n } of sums) {
      const part = { bucket: Number(b), sum: BigInt(String(q)), count: Number(n) }
      byValue
        .get(s == null ? null : String(s))
        ?.columns.get(column.name)
        ?.parts.push(part)
    }
  }
  return found
}

/** Integers from here on are not told apart as doubles. */
const EXACT = 2 ** 53

/** Sums of integers and days by slice; null for other types, and where the doubles that stand for some of them are others. */
async function wholeSums(
  engine: DataEngine,
  table: string,
  slice: string,
  { type, sql }: DatasetColumn,
): Promise<Map<string | null, SumPart> | null> {
  if (type !== 'integer' && type !== 'date') return null
  const x = type === 'integer' ? sql : `CAST(${asNumber(type, sql)} AS BIGINT)`
  const rows = await engine.all(
    `SELECT s, sum(x) AS q, count(x) AS n, count(*) FILTER (WHERE x < -${EXACT} OR x > ${EXACT}) AS far FROM (SELECT ${slice} AS s, ${x} AS x FROM ${table}) GROUP BY s`,
  )
  if (rows.some(({ far }) => Number(far) > 0)) return null
  return new Map(
    rows.flatMap(({ s, q, n }) =>
      Number(n) === 0 ? [] : [[s == null ? null : String(s), wholePart(BigInt(String(q)), Number(n))] as const],
    ),
  )
}

/** SQL for the sums of `x` by `s` in parts that add up exactly. */
export const sumsBySlice = (from: string): string =>
  `SELECT s, b, sum(${wholeIn('x', 'b')}) AS q, count(*) AS n FROM (SELECT s, x, ${bucketOf('x')} AS b FROM (${from}) WHERE x IS NOT NULL) GROUP BY s, b`
