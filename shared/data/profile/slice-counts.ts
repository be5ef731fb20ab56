import { asNumber, asText } from '../column-types.js'
import type { DatasetColumn } from '../dataset.js'
import type { Cell, DataEngine } from '../engine/engine.js'
import { double, literalList } from '../engine/sql.js'
import { histogramCounts, histogramSql } from '../histogram.js'
import { cellOf } from './cuts.js'
import { type CellPlan, type CountedCells, FARTHEST } from './slice-cells.js'

/** Cuts of one scan: an engine elsewhere writes each of them into its plan. */
const CUTS_AT_ONCE = 4_000
const CUTS_ELSEWHERE = 400

export type PlanOfNumbers = Extract<CellPlan, { readonly cuts: readonly number[] }>

/** What was counted, by the value of the slice and the name of the column. */
export type CellsBySlice = ReadonlyMap<string | null, ReadonlyMap<string, CountedCells>>

export interface PlannedColumn {
  readonly column: Pick<DatasetColumn, 'name' | 'type' | 'sql'>
  readonly plan: CellPlan
}

/**
 * The cells of some columns in some slices of a table, or in all; `slice` is the column whose values they are, null for missing.
 */
export async function countSlices(
  engine: DataEngine,
  table: string,
  slice: Pick<DatasetColumn, 'type' | 'sql'>,
  values: readonly (string | null)[] | null,
  planned: readonly PlannedColumn[],
): Promise<CellsBySlice> {
  const found = new Map<string | null, Map<string, CountedCells>>()
  const put = (value: string | null, name: string, cells: CountedCells) =>
    found.set(value, (found.get(value) ?? new Map<string, CountedCells>()).set(name, cells))
  const s = asText(slice.type, slice.sql)
  const wanted = values === null ? 'true' : isAmong('s', values)
  const ordered = planned.flatMap(({ column, plan }) => (plan.of === 'value' ? [] : [{ column, plan }]))
  for (const { column, plan } of ordered) {
    if (!plan.isFew) continue
    const rows = await engine.all(
      `SELECT s, x, count(*) AS n FROM (SELECT ${s} AS s, ${numberSql(column, plan)} AS x FROM ${table}) WHERE x IS NOT NULL AND ${wanted} GROUP BY s, x`,
    )
    for (const [value, cells] of fewCells(rows, plan)) put(value, column.name, cells)
  }
  const numbers = ordered.filter(({ plan }) => !plan.isFew)
  for (const batch of batches(numbers, engine.remote === undefined ? CUTS_AT_ONCE : CUTS_ELSEWHERE)) {
    const xs = batch.map(({ column, plan }, i) => `${numberSql(column, plan)} AS x${i}`)
    const whole = batch.map(({ plan }, i) => `${wholeSql(`x${i}`, plan)} AS q${i}`)
    const told = batch.map(
      ({ plan }, i) => `${numbersTold(`x${i}`, `q${i}`, i)}, ${histogramSql(`x${i}`, plan.cuts)} AS h${i}`,
    )
    const rows = await engine.all(
      `SELECT s, ${told.join(', ')} FROM (SELECT *, ${whole.join(', ')} FROM (SELECT ${s} AS s, ${xs.join(', ')} FROM ${table}) WHERE ${wanted}) GROUP BY s`,
    )
    for (const row of rows) {
      batch.forEach(({ column, plan }, i) => {
        const counts = histogramCounts(row[`h${i}`], plan.cuts.length, Number(row[`n${i}`]))
        put(textOf(row.s), column.name, { of: plan.of, counts, ...extremesOf(row, i) })
      })
    }
  }
  for (const { column, plan } of planned) {
    if (plan.of !== 'value') continue
    const raw = `SELECT s, v, count(*) AS n FROM (SELECT ${s} AS s, ${column.sql} AS v FROM ${table}) WHERE v IS NOT NULL AND ${wanted} GROUP BY s, v`
    const counted = `SELECT s, ${asText(column.type, 'v')} AS v, n FROM (${raw})`
    const rows = await engine.all(valuesTold(counted, plan.values))
    for (const [value, cells] of valueCells(rows, plan.values)) put(value, column.name, cells)
  }
  return found
}

/** SQL for whether a text is one of some values, null among them. */
export function isAmong(text: string, values: readonly (string | null)[]): string {
  const texts = values.filter((value) => value !== null)
  const missing = texts.length < values.length ? [`${text} IS NULL`] : []
  return `(${[...missing, ...(texts.length === 0 ? [] : [`list_contains(${literalList(texts)}, ${text})`])].join(' OR ') || 'false'})`
}

function batches<T extends { readonly plan: PlanOfNumbers }>(planned: readonly T[], most: number): T[][] {
  const found: T[][] = []
  let cuts = most
  for (const one of planned) {
    const own = one.plan.cuts.length
    if (cuts + own > most) {
      found.push([])
      cuts = 0
    }
    found.at(-1)?.push(one)
    cuts += own
  }
  return found
}

const numberSql = ({ type, sql }: PlannedColumn['column'], { of }: PlanOfNumbers): string =>
  of === 'length' ? `CAST(length(${asText(type, sql)}) AS DOUBLE)` : asNumber(type, sql)

/** SQL for a number as a whole number of units away from the centre: see {@link wholeOf}. */
export function wholeSql(x: string, { centre, unit, isFar }: PlanOfNumbers): string {
  if (unit === 0) return '0::BIGINT'
  const far = `(${x} - ${double(centre)}) / ${double(unit)}`
  const whole = `CAST(floor(${far} + 0.5::DOUBLE) AS BIGINT)`
  if (!isFar) return whole
  return `CASE WHEN abs(${far}) < ${double(FARTHEST)} THEN ${whole} WHEN ${far} > 0 THEN ${FARTHEST}::BIGINT WHEN ${x} IS NOT NULL THEN -${FARTHEST}::BIGINT END`
}

function wholeOf(x: number, { centre, unit }: PlanOfNumbers): bigint {
  if (unit === 0) return 0n
  const far = (x - centre) / unit
  if (Math.abs(far) < FARTHEST) return BigInt(Math.floor(far + 0.5))
  return BigInt(far > 0 ? FARTHEST : -FARTHEST)
}

/** SQL for what is told of numbers `x` and their whole numbers `q`, each standing there `n` times. */
export const numbersTold = (x: string, q: string, i: number, n?: string): string =>
  n === undefined
    ? `count(${x}) AS n${i}, min(${x}) AS lo${i}, max(${x}) AS hi${i}, sum(${q}) AS q${i}, sum(${q} * ${q}) AS qq${i}`
    : `sum(${n})::BIGINT AS n${i}, min(${x}) AS lo${i}, max(${x}) AS hi${i}, sum(${q}::HUGEINT * ${n}) AS q${i}, sum((${q} * ${q})::HUGEINT * ${n}) AS qq${i}`

/** What `numbersTold` gives; zeros where there is no number. */
export const extremesOf = (row: Record<string, Cell>, i: number) => ({
  // Which of the two zeros comes first hangs on the order of rows.
  min: Number(row[`lo${i}`] ?? 0) + 0,
  max: Number(row[`hi${i}`] ?? 0) + 0,
  sum: BigInt(String(row[`q${i}`] ?? 0)),
  squares: BigInt(String(row[`qq${i}`] ?? 0)),
})

/** Cells out of the numbers `x` of each slice `s` with their counts. */
function fewCells(rows: readonly Record<string, Cell>[], plan: PlanOfNumbers): Map<string | null, CountedCells> {
  const found = new Map<string | null, CountedNumbers>()
  for (const { s, x, n } of rows) {
    const [value, count] = [Number(x) + 0, Number(n)]
    const one = found.get(textOf(s)) ?? {
      of: plan.of,
      counts: new Array<number>(plan.cuts.length + 1).fill(0),
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      sum: 0n,
      squares: 0n,
    }
    const cell = cellOf(plan.cuts, value)
    one.counts[cell] = (one.counts[cell] as number) + count
    one.min = Math.min(one.min, value)
    one.max = Math.max(one.max, value)
    const whole = wholeOf(value, plan)
    one.sum += whole * BigInt(count)
    one.squares += whole * whole * BigInt(count)
    found.set(textOf(s), one)
  }
  return found
}

interface CountedNumbers {
  readonly of: PlanOfNumbers['of']
  readonly counts: number[]
  min: number
  max: number
  sum: bigint
  squares: bigint
}

/** SQL for the rows of each slice `s` by the place of their value in a list, 0 for others; `counted` has `s`, `v` and `n`. */
export const valuesTold = (counted: string, values: readonly string[]): string =>
  `SELECT s, cell, sum(n)::BIGINT AS n FROM (SELECT s, coalesce(list_position(${literalList(values)}, v), 0) AS cell, n FROM (${counted})) GROUP BY s, cell`

/** What `valuesTold` gives, by slice. */
export function valueCells(
  rows: readonly Record<string, Cell>[],
  values: readonly string[],
): Map<string | null, CountedCells> {
  const found = new Map<string | null, { of: 'value'; counts: number[]; other: number }>()
  for (const { s, cell, n } of rows) {
    const one = found.get(textOf(s)) ?? { of: 'value', counts: values.map(() => 0), other: 0 }
    if (Number(cell) === 0) one.other += Number(n)
    else one.counts[Number(cell) - 1] = Number(n)
    found.set(textOf(s), one)
  }
  return found
}

export const textOf = (cell: Cell | undefined): string | null => (cell == null ? null : String(cell))
