import type { DatasetProfile } from '../../../contracts/data-profile.js'
import { ksTest } from '../../../stats/two-sample/kolmogorov-smirnov.js'
import { LEAST_SPREAD } from '../../../stats/two-sample/wasserstein.js'
import { asNumber, asText } from '../../column-types.js'
import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { round12 } from '../../engine/sql.js'
import { isAmong } from '../../profile/slice-counts.js'
import { measureCells } from '../by-method.js'
import { chooseMethod } from '../methods.js'
import type { ColumnDrift } from '../types.js'
import {
  allUntold,
  type SliceComparison,
  type SlicePart,
  testParts,
  type Untold,
  untoldOf,
  verdictOf,
} from './tests.js'

/** Different values of a category within one slice that have a cell of their own. */
const MOST_CELLS = 100

export interface SliceSides {
  readonly before: Dataset
  readonly now: Dataset
  /** Of the data that are judged: says which slices there are. */
  readonly profile: DatasetProfile
  readonly drifts: readonly ColumnDrift[]
}

/**
 * The whole distribution of every column in each slice that both sides have, from every row: numbers by Kolmogorov–Smirnov or the
 * Wasserstein distance in standard deviations of the baseline's slice, others by their values, as {@link chooseMethod} has it, and
 * missing values as a share. It counts when the effect is at least that of the method (or `limit`) and p, after Holm over everything
 * compared in all slices, at most `alpha`. Null without slices.
 */
export async function compareSliceRows(
  engine: DataEngine,
  { before, now, profile, drifts }: SliceSides,
  limit: number | undefined,
  alpha: number,
): Promise<SliceComparison | null> {
  const slices = (profile.slices ?? []).filter(({ reason }) => reason === null)
  if (slices.length === 0) return null
  const parts: SlicePart[] = []
  const untold: Untold[] = []
  for (const told of slices) {
    const { column: slice, values, sliced } = told
    const [a, b] = [columnOf(before, slice), columnOf(now, slice)]
    if (a === undefined || b === undefined) {
      untold.push(allUntold(told, 'the baseline has no such column'))
      continue
    }
    untold.push(...untoldOf(told, () => true))
    const ask = sidesSql(
      { before, now },
      a,
      b,
      values.map(({ value }) => value),
    )
    for (const drift of drifts) {
      const [c, d] = [columnOf(before, drift.column), columnOf(now, drift.column)]
      const kind = drift.compared?.kind
      if (drift.column === slice || !sliced.includes(drift.column) || kind === undefined) continue
      if (c === undefined || d === undefined) continue
      const of = kind === 'text' ? 'length' : 'values'
      if (of === 'length' && drift.compared?.sensitive !== false) continue
      const found =
        of === 'length'
          ? await numbersBySlice(engine, ask(c, d, lengthOf), true)
          : kind === 'number' || kind === 'time'
            ? await numbersBySlice(engine, ask(c, d, asNumber))
            : await valuesBySlice(engine, ask(c, d, asText))
      parts.push(...found.map((part) => ({ ...part, slice, column: drift.column, of }) as const))
    }
  }
  const { tests, tooSmall } = testParts(parts, limit)
  return { ...verdictOf(tests, alpha), tooSmall: tooSmall.size, untold, withRows: true }
}

const lengthOf: AsSql = (type, sql) => `CAST(length(${asText(type, sql)}) AS DOUBLE)`

const columnOf = ({ columns }: Dataset, name: string): DatasetColumn | undefined =>
  columns.find((column) => column.name === name)

type AsSql = (type: DatasetColumn['type'], sql: string) => string

/** SQL for `s` (the slice), `x` (the value), `b` and `c` (rows of the baseline and of these data), equal ones together. */
const sidesSql =
  (
    { before, now }: { before: Dataset; now: Dataset },
    a: DatasetColumn,
    b: DatasetColumn,
    values: readonly (string | null)[],
  ) =>
  (c: DatasetColumn, d: DatasetColumn, as: AsSql): string => {
    const side = (slice: DatasetColumn, { type, sql }: DatasetColumn, table: string, counts: string) =>
      `SELECT s, x, ${counts} FROM (SELECT ${asText(slice.type, slice.sql)} AS s, ${as(type, sql)} AS x FROM ${table}) WHERE ${isAmong('s', values)} GROUP BY s, x`
    return `(SELECT s, x, sum(b)::BIGINT AS b, sum(c)::BIGINT AS c FROM (${side(a, c, before.table, 'count(*) AS b, 0 AS c')} UNION ALL ${side(b, d, now.table, '0 AS b, count(*) AS c')}) GROUP BY s, x)`
  }

interface Sizes {
  rows: number
  present: number
}

type Part = Pick<SlicePart, 'value' | 'sides' | 'measure'>

/** Kolmogorov–Smirnov and Wasserstein of each slice, from every value of both sides. */
async function numbersBySlice(engine: DataEngine, counted: string, lengths = false): Promise<Part[]> {
  const rows = await engine.all(
    `WITH counted AS ${counted},
     totals AS (SELECT s, sum(b)::BIGINT AS rows, sum(c)::BIGINT AS news, (sum(b) FILTER (WHERE x IS NOT NULL))::DOUBLE AS n,
       (sum(c) FILTER (WHERE x IS NOT NULL))::DOUBLE AS m, count(x) AS kinds,
       sum(b * x) FILTER (WHERE x IS NOT NULL) / nullif(sum(b) FILTER (WHERE x IS NOT NULL), 0) AS mean FROM counted GROUP BY s),
     steps AS (SELECT s, x, b, lead(x) OVER w AS next, (sum(b) OVER w)::DOUBLE AS f, (sum(c) OVER w)::DOUBLE AS g FROM counted WHERE x IS NOT NULL
       WINDOW w AS (PARTITION BY s ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
     SELECT totals.s AS s, any_value(rows) AS rows, any_value(news) AS news, any_value(n) AS n, any_value(m) AS m, any_value(kinds) AS kinds,
       max(abs(f * m - g * n)) AS gap, sum(abs(f * m - g * n) / nullif(n, 0) / nullif(m, 0) * (next - x)) AS distance,
       sum(b * (x - mean) ** 2) / nullif(any_value(n), 0) AS variance
     FROM totals LEFT JOIN steps ON totals.s IS NOT DISTINCT FROM steps.s GROUP BY totals.s ORDER BY totals.s`,
  )
  return rows.map((row): Part => {
    const [n, m] = [Number(row.n ?? 0), Number(row.m ?? 0)]
    const sides = [
      { rows: Number(row.rows), present: n },
      { rows: Number(row.news), present: m },
    ] as const
    return {
      value: row.s == null ? null : String(row.s),
      sides,
      measure() {
        if (n === 0 || m === 0) return null
        const ks = Number(row.gap) / n / m
        const test = ksTest(ks, n, m)
        const facts = { bound: 0, pValue: test.pValue, pMethod: `Kolmogorov–Smirnov, ${test.method}`, cells: 0, n, m }
        const method = lengths ? 'ks' : chooseMethod(true, Number(row.kinds), n)
        // The engine adds up in the order of its threads.
        const far = round12(Number(row.distance ?? 0) / Math.max(Math.sqrt(Number(row.variance ?? 0)), LEAST_SPREAD))
        const effect = method === 'wasserstein' ? far : ks
        return { ...facts, method: method === 'wasserstein' ? method : 'ks', statistic: effect, effect }
      },
    }
  })
}

/** Values of each slice with their counts; the rarest share a cell. */
async function valuesBySlice(engine: DataEngine, counted: string): Promise<Part[]> {
  const rows = await engine.all(
    `WITH counted AS ${counted}, placed AS (SELECT *, CASE WHEN x IS NULL THEN 0 ELSE row_number() OVER (PARTITION BY s, x IS NULL ORDER BY b + c DESC, x) END AS place FROM counted)
     SELECT s, least(place, ${MOST_CELLS}) AS cell, sum(b)::BIGINT AS b, sum(c)::BIGINT AS c FROM placed GROUP BY ALL ORDER BY s, cell`,
  )
  const slices = new Map<string | null, { before: number[]; now: number[]; sides: [Sizes, Sizes] }>()
  for (const { s, cell, b, c } of rows) {
    const value = s == null ? null : String(s)
    const one = slices.get(value) ?? {
      before: [],
      now: [],
      sides: [
        { rows: 0, present: 0 },
        { rows: 0, present: 0 },
      ],
    }
    slices.set(value, one)
    for (const [i, count] of [Number(b), Number(c)].entries()) {
      const side = one.sides[i as 0 | 1]
      side.rows += count
      if (Number(cell) > 0) side.present += count
    }
    if (Number(cell) === 0) continue
    one.before.push(Number(b))
    one.now.push(Number(c))
  }
  return [...slices].map(
    ([value, { before, now, sides }]): Part => ({
      value,
      sides,
      measure() {
        const [n, m] = [sides[0].present, sides[1].present]
        return n === 0 || m === 0 ? null : measureCells(before, now, chooseMethod(false, before.length, n))
      },
    }),
  )
}
