import type { ColumnProfile, DatasetProfile, SliceCells, SliceProfile } from '../../../contracts/data-profile.js'
import { total } from '../../../stats/numeric.js'
import type { Dataset } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { atomsOf } from '../../profile/cuts.js'
import type { CellPlan, CountedCells } from '../../profile/slice-cells.js'
import { type CellsBySlice, countSlices, type PlannedColumn } from '../../profile/slice-counts.js'
import { FEWEST_ROWS } from '../../profile/slices.js'
import { measureCells, measureNumbers } from '../by-method.js'
import { chooseMethod, METHOD_FACTS } from '../methods.js'
import { type NumberCells, regroup } from '../numbers.js'
import type { PooledCells } from '../pool/slices.js'
import type { ColumnDrift } from '../types.js'
import { FEWEST_SEEN } from '../values.js'
import {
  allUntold,
  type SliceComparison,
  type SlicePart,
  type SliceTest,
  type SliceValue,
  testMeans,
  testParts,
  type Untold,
  untoldOf,
  verdictOf,
} from './tests.js'

export interface SliceProfiles {
  readonly baseline: DatasetProfile
  /** Of the data that are judged: says which slices there are. */
  readonly profile: DatasetProfile
  readonly dataset: Dataset
  readonly drifts: readonly ColumnDrift[]
}

/**
 * Columns within each slice that the baseline profile and these data have, by the cells that the profile keeps of them, exactly
 * counted on both sides: the methods and limits are those of a baseline with rows. Where it keeps no cells, by the mean. Null
 * without slices in these data.
 */
export async function compareSliceProfiles(
  engine: DataEngine,
  { baseline, profile, dataset, drifts }: SliceProfiles,
  limit: number | undefined,
  alpha: number,
): Promise<SliceComparison | null> {
  const slices = (profile.slices ?? []).filter(({ reason }) => reason === null)
  if (slices.length === 0) return null
  const [parts, means]: [SlicePart[], SliceTest[]] = [[], []]
  const small = new Set<string>()
  const untold: Untold[] = []
  for (const slice of slices) {
    const old = baseline.slices?.find(({ column }) => column === slice.column)
    if (old === undefined || old.reason !== null) {
      untold.push(allUntold(slice, 'the profile of the baseline tells no slices of it'))
      continue
    }
    const shared = sharedValues(old, slice)
    untold.push(...untoldOf(slice, (value) => shared.some(([was]) => was.value === value)))
    const compared = drifts.flatMap((drift) => {
      const column = baseline.columns.find(({ name }) => name === drift.column)
      const isOther = drift.column !== slice.column && drift.compared !== undefined
      return isOther && column !== undefined && old.sliced.includes(column.name) ? [{ drift, column }] : []
    })
    const cellsOf = (was: SliceValue, { drift, column }: (typeof compared)[number]) => {
      const cells = was.columns[old.sliced.indexOf(column.name)]?.cells
      return cells !== undefined && isAsBefore(cells, drift) ? cells : undefined
    }
    const plans = new Map<string, PlannedColumn>()
    for (const one of compared) {
      const plan = commonPlan(
        shared.flatMap(([was]) => cellsOf(was, one) ?? []),
        one.column,
      )
      const column = dataset.columns.find(({ name }) => name === one.column.name)
      if (plan !== null && column !== undefined) plans.set(column.name, { column, plan })
    }
    const counted = await countNow(engine, dataset, slice.column, shared, [...plans.values()])
    for (const [was, one] of shared) {
      if (Math.min(was.rows, one.rows) < FEWEST_ROWS) small.add(`${slice.column}\0${one.value}`)
      else {
        for (const each of compared) {
          const { name } = each.column
          const [cells, plan] = [cellsOf(was, each), plans.get(name)?.plan]
          if (cells === undefined || plan === undefined) {
            means.push(...testMeans([baseline, profile], [old, slice], [was, one], name, limit))
            continue
          }
          const now = counted.get(one.value)?.get(name) ?? emptyOf(plan)
          const side = { slice: slice.column, column: each.column, was, rows: one.rows, cells }
          parts.push(partOf(side, plan, now, limit ?? METHOD_FACTS.wasserstein.limit))
        }
      }
    }
  }
  const { tests } = testParts(parts, limit)
  return { ...verdictOf([...tests, ...means], alpha), tooSmall: small.size, untold, withRows: false }
}

/** Slice values that both profiles tell, baseline first. */
function sharedValues(old: SliceProfile, now: SliceProfile): (readonly [SliceValue, SliceValue])[] {
  return now.values.flatMap((one) => {
    const was = old.values.find(({ value }) => value === one.value)
    return was === undefined ? [] : [[was, one] as const]
  })
}

/** What has to be counted so that the cells of every slice can be put together from it; null without cells. */
function commonPlan(cells: readonly SliceCells[], column: ColumnProfile): CellPlan | null {
  const [first] = cells
  if (first === undefined) return null
  if (first.of === 'value') {
    const most = Math.max(...cells.map((one) => one.counts.length))
    return { of: 'value', values: column.top.slice(0, most).map(({ value }) => value) }
  }
  const cuts = new Set(cells.flatMap((one) => (one.of === 'value' ? [] : one.cuts)))
  return { of: first.of, cuts: [...cuts].sort((a, b) => a - b), ...NO_SPREAD }
}

async function countNow(
  engine: DataEngine,
  dataset: Dataset,
  name: string,
  shared: readonly (readonly [SliceValue, SliceValue])[],
  planned: readonly PlannedColumn[],
): Promise<CellsBySlice> {
  const slice = dataset.columns.find((column) => column.name === name)
  if (slice === undefined || shared.length === 0 || planned.length === 0) return new Map()
  const values = shared.map(([, { value }]) => value)
  return countSlices(engine, dataset.table, slice, values, planned)
}

const emptyOf = (plan: CellPlan): CountedCells =>
  plan.of === 'value'
    ? { of: 'value', counts: plan.values.map(() => 0), other: 0 }
    : { of: plan.of, counts: new Array(plan.cuts.length + 1).fill(0), min: 0, max: 0, sum: 0n, squares: 0n }

/** Whether the column can be counted in the cells of the baseline. */
function isAsBefore({ of }: SliceCells, { compared }: ColumnDrift): boolean {
  switch (compared?.kind) {
    case undefined:
      return false
    case 'number':
    case 'time':
      return of === 'number'
    case 'text':
      return of === 'length' && !compared.sensitive
    default:
      return of !== 'number'
  }
}

/** What is counted in cells alone needs no deviation. */
const NO_SPREAD = { centre: 0, unit: 0, isFar: false, isFew: false }

interface Side {
  readonly slice: string
  readonly column: ColumnProfile
  readonly was: SliceValue
  /** Rows of the slice in these data. */
  readonly rows: number
  readonly cells: SliceCells
}

function partOf(
  { slice, column, was, rows, cells }: Side,
  plan: CellPlan,
  counted: CountedCells,
  limit: number,
): SlicePart {
  const base = { slice, value: was.value, column: column.name }
  if (cells.of === 'value' || counted.of === 'value' || plan.of === 'value') {
    const [before, now] = valueCounts(cells, counted)
    const used = before.filter((count, i) => count + (now[i] as number) > 0).length
    return {
      ...base,
      of: 'values',
      sides: [
        { rows: was.rows, present: total(before) },
        { rows, present: total(now) },
      ],
      measure: () =>
        total(before) === 0 || total(now) === 0
          ? null
          : measureCells(before, now, chooseMethod(false, used, total(before))),
    }
  }
  const numbers = numbersOf(column, cells, plan.cuts, counted)
  const n = total(numbers.before)
  const isKnown = numbers.before.every((count, i) => count === 0 || numbers.atoms[i])
  const kinds = isKnown ? numbers.before.filter((count) => count > 0).length : column.distinct
  const wanted = cells.of === 'length' || chooseMethod(true, kinds, n) !== 'wasserstein' ? 'ks' : 'wasserstein'
  return {
    ...base,
    of: cells.of === 'length' ? 'length' : 'values',
    sides: [
      { rows: was.rows, present: n },
      { rows, present: total(numbers.now) },
    ],
    measure() {
      const found = measureNumbers(numbers, wanted)
      // So few cells may leave a distance open on both sides of its limit; cumulative shares are exact at their ends.
      const isOpen = found?.method === 'wasserstein' && Math.abs(found.effect - limit) < found.bound
      return isOpen ? measureNumbers(numbers, 'ks') : found
    },
  }
}

/**
 * Rows by value of both sides; those without a cell of their own are the last. A value that the baseline has seldom is one of them:
 * which rare ones it happens to list is chance, and a fresh sample brings others.
 */
function valueCounts(cells: SliceCells, counted: CountedCells): [number[], number[]] {
  if (cells.of !== 'value' || counted.of !== 'value') return [[], []]
  const [n, m] = [total(cells.counts) + cells.other, total(counted.counts) + counted.other]
  const isSeen = (count: number) => Math.min(count, (count / n) * m) >= FEWEST_SEEN
  const named = cells.counts.flatMap((count, i) => (isSeen(count) ? [i] : []))
  const [before, now] = [named.map((i) => cells.counts[i] as number), named.map((i) => counted.counts[i] ?? 0)]
  return [
    [...before, n - total(before)],
    [...now, m - total(now)],
  ]
}

function numbersOf(
  { type }: ColumnProfile,
  cells: Exclude<SliceCells, { of: 'value' }>,
  common: readonly number[],
  counted: Exclude<CountedCells, { of: 'value' }>,
): NumberCells {
  const { cuts, counts, min, max, sd, below } = cells as typeof cells & PooledCells
  const now = regroup(common, counted.counts, [Number.NEGATIVE_INFINITY, ...cuts, Number.POSITIVE_INFINITY])
  const [n, m] = [total(counts), total(now)]
  const [low, high] = m === 0 ? [min, max] : [Math.min(min, counted.min), Math.max(max, counted.max)]
  const edges = [Math.min(low, cuts[0] ?? low), ...cuts, Math.max(high, cuts.at(-1) ?? high)]
  const atoms = atomsOf(cells.of === 'length' ? 'integer' : type, cuts)
  const basis = atoms.every((atom, i) => atom || counts[i] === 0) ? 'counts' : 'bins'
  return {
    edges,
    before: counts,
    now,
    atoms: atoms.map((atom, i) => atom || edges[i] === edges[i + 1]),
    spread: n < 2 ? 0 : sd * Math.sqrt((n - 1) / n),
    ...(below === undefined ? {} : { below }),
    basis: { of: basis, points: counts.length },
  }
}
