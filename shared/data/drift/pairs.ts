import type { Association, Associations, PairTables } from '../../contracts/data-profile.js'
import type { Contingency } from '../../stats/association.js'
import { holm } from '../../stats/multiple.js'
import { type DependenceChange, dependenceChange } from '../../stats/two-sample/dependence.js'
import { isTemporal } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine/engine.js'
import { type Cells, type Coded, codesOf, sizeOf, tableOf } from '../profile/pair-tables.js'
import { measurable } from '../profile/values.js'
import { cellLabel } from './pair-words.js'
import { MOST_ROWS, sampleColumns } from './sample.js'
import { lastRun, type Since, type Unit } from './since.js'
import { sampledPeriods } from './since-joint.js'

/** The effect from which on two columns go together in another way, where nobody says another. */
export const PAIR_LIMIT = 0.1
/** Rows that each side needs: with fewer the cells of two columns are too thin. */
const FEWEST_ROWS = 500
/** Rows of a period, of which fewer say nothing. */
const FEWEST_OF_PERIOD = 100

/** Two columns that may go together in another way than in the baseline. */
export interface PairDrift {
  readonly a: string
  readonly b: string
  readonly change: DependenceChange
  /** The p-value by Holm over all pairs. */
  readonly adjusted: number
  /** The cell that moved most: its share of the rows, as it would be if the columns went together as before, and as it is. */
  readonly cell: { readonly label: string; readonly expected: number; readonly found: number }
  /** What the profiles of both sides say of the pair; null where one does not. */
  readonly before: Association | null
  readonly now: Association | null
}

/** How pairs of columns go together, as far as the profile of a baseline tells. */
export interface PairsDrift {
  /** Pairs with a table on both sides, at least one, those that changed most first. */
  readonly pairs: readonly PairDrift[]
  /** Rows that the tables of the baseline are worth, and those of these data that were looked at. */
  readonly baseline: number
  readonly rows: number
  /** Since when the first pair has changed, in dated data; null else. */
  readonly since: Since | null
}

export interface PairsRequest {
  readonly dataset: Dataset
  readonly before: Associations
  readonly now: Associations | undefined
  /** Columns of both sides. */
  readonly names: readonly string[]
  /** A pair has changed when the effect is at least `limit` and its adjusted p-value at most `alpha`. */
  readonly limit: number
  readonly alpha: number
  /** Column with the time of a row. */
  readonly clock?: DatasetColumn | undefined
}

/** Whether a pair goes together in another way than before. */
export const hasChanged = (
  { change, adjusted }: Pick<PairDrift, 'change' | 'adjusted'>,
  { limit, alpha }: Pick<PairsRequest, 'limit' | 'alpha'>,
): boolean => change.effect >= limit && adjusted <= alpha

/** A column of these data in the cells of the baseline. */
interface Side extends Coded {
  readonly isTime: boolean
}

/**
 * Compares the tables of pairs that a profile keeps with up to 10,000 rows of the data. Null where there is nothing to compare: the
 * profile keeps none, as those of earlier versions, a side has fewer than 500 rows, or no two columns with several values on both.
 */
export async function measurePairs(engine: DataEngine, request: PairsRequest): Promise<PairsDrift | null> {
  const { before } = request
  const { tables } = before
  if (tables === undefined) return null
  const sides = await sidesOf(engine, request, tables)
  const rows = sides.find((side) => side !== null)?.codes.length ?? 0
  if (Math.min(rows, tables.effective) < FEWEST_ROWS) return null
  const pairs = changesOf(request, tables, sides)
  if (pairs.length === 0) return null
  return { pairs, baseline: tables.effective, rows, since: await sinceOfWorst(engine, request, tables, sides, pairs) }
}

/** Columns of the tables as they are in these data; null for one that is not there, or is of another kind. */
async function sidesOf(
  engine: DataEngine,
  { dataset, before, names }: PairsRequest,
  { parts }: PairTables,
): Promise<(Side | null)[]> {
  const known = parts.map((one, i) => {
    const column = dataset.columns.find(({ name }) => name === before.columns[i])
    const isAlike = column !== undefined && measurable(column.type) === (one.of === 'number')
    return isAlike && names.includes(column.name) ? { column, cells: one } : null
  })
  const asked = known.filter((one) => one !== null)
  const wanted = asked.map(({ column }) => column.name)
  const values = asked.length < 2 ? [] : await sampleColumns(engine, dataset, wanted, MOST_ROWS)
  return known.map((one) => {
    if (one === null) return null
    const codes = codesOf(one.cells, values[asked.indexOf(one)] ?? [])
    return { cells: one.cells, codes, isTime: isTemporal(one.column.type) }
  })
}

/** All pairs with a table on both sides, the largest change first. */
function changesOf({ before, now }: PairsRequest, tables: PairTables, sides: readonly (Side | null)[]): PairDrift[] {
  const each = new Uint8Array(MOST_ROWS).fill(1)
  const found = tables.pairs.flatMap((pair) => {
    const [left, right] = [sides[pair.a], sides[pair.b]]
    if (left == null || right == null) return []
    const current = tableOf(left, right, each)
    const change = dependenceChange(tableOfBaseline(tables, pair), current)
    return change === null ? [] : [{ pair, left, right, current, change }]
  })
  const adjusted = holm(found.map(({ change }) => change.pValue))
  return found
    .map(({ pair, left, right, current, change }, i): PairDrift => {
      const [a, b] = [before.columns[pair.a] as string, before.columns[pair.b] as string]
      return {
        a,
        b,
        change,
        adjusted: adjusted[i] as number,
        cell: movedCell(change, current, [`${JSON.stringify(a)} `, left], [`${JSON.stringify(b)} `, right]),
        before: pairOf(before, a, b),
        now: pairOf(now, a, b),
      }
    })
    .sort((x, y) => y.change.effect - x.change.effect || (x.a + x.b < y.a + y.b ? -1 : 1))
}

/** What equal rows add to the counts is no evidence, and is taken from them. */
function tableOfBaseline({ effective, parts }: PairTables, { a, b, counts }: PairTables['pairs'][number]): Contingency {
  const rowsOfPair = counts.reduce((sum, count) => sum + count, 0)
  const share = Math.min(1, effective / Math.max(1, rowsOfPair))
  const [rows, columns] = [sizeOf(parts[a] as Cells), sizeOf(parts[b] as Cells)]
  return { rows, columns, counts: Float64Array.from(counts, (count) => count * share) }
}

function movedCell(
  { expected }: DependenceChange,
  { counts, columns }: Contingency,
  [a, left]: readonly [string, Side],
  [b, right]: readonly [string, Side],
): PairDrift['cell'] {
  const n = counts.reduce((sum, count) => sum + count, 0)
  let most = 0
  const off = (i: number) => Math.abs((counts[i] as number) - (expected[i] as number))
  for (let i = 1; i < counts.length; i++) if (off(i) > off(most)) most = i
  const label = `${a}${cellLabel(left, Math.floor(most / columns))} with ${b}${cellLabel(right, most % columns)}`
  return { label, expected: (expected[most] as number) / n, found: (counts[most] as number) / n }
}

const pairOf = (all: Associations | undefined, a: string, b: string): Association | null =>
  all?.pairs.find((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a)) ?? null

/**
 * Since when the pair that changed most has: the first period from which on every later one has, as `hasChanged` says of its
 * sampled rows alone. Periods with fewer than 100 are passed over, and so are those whose change may be chance. Null where nothing
 * has changed or the data are not dated.
 */
async function sinceOfWorst(
  engine: DataEngine,
  { dataset, before, clock, limit, alpha }: PairsRequest,
  tables: PairTables,
  sides: readonly (Side | null)[],
  [worst]: readonly PairDrift[],
): Promise<Since | null> {
  if (worst === undefined || clock === undefined || !hasChanged(worst, { limit, alpha })) return null
  const [a, b] = [before.columns.indexOf(worst.a), before.columns.indexOf(worst.b)]
  const [left, right, pair] = [sides[a], sides[b], tables.pairs.find((one) => one.a === a && one.b === b)]
  if (left == null || right == null || pair === undefined) return null
  const dated = await sampledPeriods(engine, dataset, clock, left.codes.length)
  if (dated === null) return null
  const table = tableOfBaseline(tables, pair)
  return periodsOf(
    dated.periods,
    dated.unit,
    (rows) => {
      const change = dependenceChange(table, tableOf(left, right, rows))
      return change === null ? null : { effect: change.effect, isChance: change.pValue > alpha }
    },
    limit,
  )
}

/** The first period from which on all are off; `look` at the rows of one, given as 0 and 1. */
function periodsOf(
  periods: readonly (string | null)[],
  unit: Unit,
  look: (rows: Uint8Array) => { readonly effect: number; readonly isChance: boolean } | null,
  limit: number,
): Since | null {
  const rowsOf = new Map<string, Uint8Array>()
  periods.forEach((period, row) => {
    if (period === null) return
    const rows = rowsOf.get(period) ?? new Uint8Array(periods.length)
    rows[row] = 1
    rowsOf.set(period, rows)
  })
  const judged = [...rowsOf]
    .filter(([, rows]) => rows.reduce((sum, one) => sum + one, 0) >= FEWEST_OF_PERIOD)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([from, rows]) => {
      const found = look(rows)
      if (found === null) return []
      if (found.effect < limit) return [{ from, bad: false }]
      return found.isChance ? [] : [{ from, bad: true }]
    })
  return lastRun(judged, unit)
}
