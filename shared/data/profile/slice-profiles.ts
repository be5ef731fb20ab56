import type { ColumnProfile, SliceProfile } from '../../contracts/data-profile.js'
import { type CellPlan, keptCells, planOf, shareCells } from './slice-cells.js'
import type { CellsBySlice } from './slice-counts.js'
import {
  FEWEST_ROWS,
  mostFrequent,
  noSlices,
  type SliceCounts,
  slicedColumns,
  sliceProfile,
  whyNoSlices,
} from './slices.js'
import type { ProfileSource } from './source.js'

/** A slice column whose values are known. */
interface Told {
  readonly column: ColumnProfile
  readonly slices: { readonly told: SliceCounts[]; readonly rest: SliceCounts[] }
  readonly plans: ReadonlyMap<string, CellPlan>
}

/** The slices of some columns, in their order; the largest slices are told best. */
export async function profileSlices(
  source: ProfileSource,
  columns: readonly ColumnProfile[],
  names: readonly string[],
  id: string | undefined,
): Promise<SliceProfile[]> {
  const found: (Told | SliceProfile)[] = []
  for (const name of names) {
    const reason = whyNoSlices(name, columns)
    const column = columns.find((one) => one.name === name)
    if (reason !== null || column === undefined) {
      found.push(noSlices(name, reason ?? 'there is no such column'))
      continue
    }
    const { chosen } = slicedColumns(columns, name)
    const slices = mostFrequent(await source.slices(column, chosen))
    // The values of an identifier are those of no distribution.
    const told = chosen.filter((one) => one !== id)
    found.push({ column, slices, plans: plansOf(columns, told) })
  }
  const told = found.filter((one): one is Told => 'plans' in one)
  const { most, chosen } = largest(told)
  const profiles: SliceProfile[] = []
  for (const one of found) {
    if (!('plans' in one)) {
      profiles.push(one)
      continue
    }
    const { column, slices, plans } = one
    const values = chosen.get(column.name) ?? []
    const counted: CellsBySlice =
      values.length === 0 || plans.size === 0
        ? new Map()
        : await source.sliceCells(column, isFew(slices) ? null : values, plans)
    const cellsOf = (value: string | null, name: string) => {
      const [plan, cells] = [plans.get(name), counted.get(value)?.get(name)]
      return plan === undefined || cells === undefined || !values.includes(value)
        ? undefined
        : keptCells(plan, cells, most)
    }
    const large = slices.told.filter(({ rows }) => rows >= FEWEST_ROWS)
    const without = plans.size === 0 ? 0 : large.length - values.length
    profiles.push(sliceProfile(column.name, columns, slices, cellsOf, without))
  }
  return profiles
}

/** Slices that are sooner counted all than looked for. */
const FEW_SLICES = 100
const isFew = ({ told, rest }: Told['slices']): boolean => told.length + rest.length <= FEW_SLICES

function plansOf(columns: readonly ColumnProfile[], names: readonly string[]): Map<string, CellPlan> {
  const plans = new Map<string, CellPlan>()
  for (const column of columns) {
    const plan = names.includes(column.name) ? planOf(column) : null
    if (plan !== null) plans.set(column.name, plan)
  }
  return plans
}

/** The slices that have cells: those with the most rows of all slice columns, as many as there is room for. */
function largest(told: readonly Told[]): { most: number; chosen: Map<string, (string | null)[]> } {
  const all = told.flatMap(({ column, slices, plans }) =>
    slices.told
      .filter(({ rows }) => rows >= FEWEST_ROWS)
      .map(({ value, rows }) => ({ column: column.name, value, rows, pairs: plans.size })),
  )
  const { most, pairs } = shareCells(all.reduce((sum, one) => sum + one.pairs, 0))
  const chosen = new Map<string, (string | null)[]>()
  let room = pairs
  // Equal ones stay in the order of the columns and of their values.
  for (const { column, value, pairs: own } of all.sort((a, b) => b.rows - a.rows)) {
    room -= own
    if (room < 0) break
    chosen.set(column, [...(chosen.get(column) ?? []), value])
  }
  return { most, chosen }
}
