import type { DatasetProfile } from '../../../contracts/data-profile.js'
import { total } from '../../../stats/numeric.js'
import { asNumber, asText } from '../../column-types.js'
import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { type CellPlan, type CountedCells, coarsest, merged, planOf } from '../../profile/slice-cells.js'
import { countSlices, isAmong } from '../../profile/slice-counts.js'
import { measurable } from '../../profile/values.js'
import type { SliceDrift } from '../slices/tests.js'
import { countPeriods, type Periods, sinceOfCounts } from './counts.js'
import { periodSql, unitOf } from './dated.js'
import type { Since } from './periods.js'

/** The largest ones that are dated, and cells that their periods are counted in. */
const MOST_DATED = 5
const MOST_CELLS = 10

/** What a part of the baseline is counted by, and its counts. */
interface Cells {
  readonly plan: CellPlan
  readonly counts: readonly number[]
}

export interface SliceSinceRequest {
  readonly dataset: Dataset
  /** Rows of the baseline, where there are. */
  readonly rows: Dataset | null
  readonly baseline: DatasetProfile
  /** The column with the time of a row. */
  readonly clock: DatasetColumn | undefined
  /** The index from which on a period is off. */
  readonly limit: number
}

/**
 * The largest drifts of slices with since when they are off, as columns have it, from the rows of the slice alone: the first period
 * from which on the index of every later one is at least the limit and beyond chance. A drift of a mean alone is not dated.
 */
export async function withSliceSince(
  engine: DataEngine,
  request: SliceSinceRequest,
  drifted: readonly SliceDrift[],
): Promise<SliceDrift[]> {
  const { clock } = request
  if (clock === undefined) return [...drifted]
  const found: SliceDrift[] = []
  for (const [i, one] of drifted.entries()) {
    const since = i < MOST_DATED && one.column !== clock.name ? await sinceOfSlice(engine, request, clock, one) : null
    found.push(since === null ? one : { ...one, since })
  }
  return found
}

async function sinceOfSlice(
  engine: DataEngine,
  { dataset, rows, baseline, limit }: SliceSinceRequest,
  clock: DatasetColumn,
  drift: SliceDrift,
): Promise<Since | null> {
  const [slice, column] = [columnOf(dataset, drift.slice), columnOf(dataset, drift.column)]
  if (slice === undefined || column === undefined || drift.of === 'mean') return null
  const from = `(SELECT * FROM ${dataset.table} WHERE ${isAmong(asText(slice.type, slice.sql), [drift.value])})`
  const unit = await unitOf(engine, { table: from, rows: drift.rowsNow }, clock)
  if (unit === null) return null
  if (drift.of === 'missing') {
    const { type, sql } = column
    const gone = Math.round(drift.before * drift.rowsBefore)
    const parts = {
      baseline: [drift.rowsBefore - gone, gone],
      of: measurable(type) ? asNumber(type, sql) : sql,
      part: 'CASE WHEN x IS NULL THEN 1 ELSE 0 END',
    }
    return sinceOfCounts(parts, await countPeriods(engine, { table: from }, clock, unit, parts), limit, unit)
  }
  const before = rows === null ? cellsOfProfile(baseline, drift) : await cellsOfRows(engine, rows, baseline, drift)
  if (before === null) return null
  const periods = await periodsOf(engine, from, periodSql(unit, clock), column, before)
  return sinceOfCounts({ baseline: before.counts }, periods, limit, unit)
}

const columnOf = ({ columns }: Dataset, name: string): DatasetColumn | undefined =>
  columns.find((column) => column.name === name)

async function periodsOf(
  engine: DataEngine,
  from: string,
  period: string,
  column: DatasetColumn,
  { plan }: Cells,
): Promise<Periods> {
  const counted = await countSlices(engine, from, { type: 'string', sql: period }, null, [{ column, plan }])
  return [...counted].flatMap(([at, cells]) => {
    const own = cells.get(column.name)
    return at === null || own === undefined ? [] : [[at, countsOf(own)] as const]
  })
}

const countsOf = (cells: CountedCells): number[] =>
  cells.of === 'value' ? [...cells.counts, cells.other] : [...cells.counts]

/** What the profile keeps of the slice, in few cells. */
function cellsOfProfile({ slices = [], columns }: DatasetProfile, drift: SliceDrift): Cells | null {
  const slice = slices.find(({ column }) => column === drift.slice)
  const at = slice?.sliced.indexOf(drift.column) ?? -1
  const cells = slice?.values.find(({ value }) => value === drift.value)?.columns[at]?.cells
  if (cells === undefined) return null
  if (cells.of !== 'value')
    return fewCells({ of: cells.of, cuts: cells.cuts, centre: 0, unit: 0, isFar: false, isFew: false }, cells.counts)
  const top = columns.find(({ name }) => name === drift.column)?.top ?? []
  const values = top.slice(0, cells.counts.length).map(({ value }) => value)
  return fewCells({ of: 'value', values }, [...cells.counts, cells.other])
}

/** The same, counted in the rows of the baseline. */
async function cellsOfRows(
  engine: DataEngine,
  rows: Dataset,
  baseline: DatasetProfile,
  drift: SliceDrift,
): Promise<Cells | null> {
  const profile = baseline.columns.find(({ name }) => name === drift.column)
  const plan = profile === undefined ? null : planOf(profile)
  const [slice, column] = [columnOf(rows, drift.slice), columnOf(rows, drift.column)]
  if (plan === null || slice === undefined || column === undefined) return null
  const counted = await countSlices(engine, rows.table, slice, [drift.value], [{ column, plan }])
  const cells = counted.get(drift.value)?.get(drift.column)
  return cells === undefined ? null : fewCells(plan, countsOf(cells))
}

/** At most ten cells: in more of them the chance of a short period hides what is there. */
function fewCells(plan: CellPlan, counts: readonly number[]): Cells {
  if (plan.of !== 'value') {
    const kept = coarsest(counts, MOST_CELLS)
    return { plan: { ...plan, cuts: kept.map((i) => plan.cuts[i] as number) }, counts: merged(counts, kept) }
  }
  const order = plan.values.map((_, i) => i).sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b)
  const named = order.slice(0, MOST_CELLS - 1)
  const all = total(counts)
  const own = named.map((i) => counts[i] as number)
  return {
    plan: { of: 'value', values: named.map((i) => plan.values[i] as string) },
    counts: [...own, own.reduce((rest, count) => rest - count, all)],
  }
}
