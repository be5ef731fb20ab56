import type { ColumnProfile, DatasetProfile, SliceCells, SliceProfile } from '../../../contracts/data-profile.js'
import { total } from '../../../stats/numeric.js'
import { coarsest } from '../../profile/slice-cells.js'
import { atSome, cellsOf, poolSamples, type Sample, sampleOf } from './bounds.js'
import { poolMoments } from './moments.js'

const MOST_CELLS = 40

/** Cells of several profiles: below the end of each cell but the last lie at least and at most so many values. */
export type PooledCells = SliceCells & { readonly below?: Pick<Sample, 'low' | 'high'> }

type Value = SliceProfile['values'][number]
type Told = Value['columns'][number]
/** A profile's column and what it tells of it within a slice. */
interface Part {
  readonly column: ColumnProfile | undefined
  readonly rows: number
  readonly told: Told
}

/**
 * Slices that every profile tells, with all of their rows: rows, missing values and listed categories add up, and so do the bounds of
 * numbers and lengths. Undefined where a profile has no slices.
 */
export function poolSlices(
  profiles: readonly DatasetProfile[],
  columns: readonly ColumnProfile[],
): SliceProfile[] | undefined {
  const [first, ...others] = profiles
  if (first?.slices === undefined) return undefined
  const found = first.slices.flatMap((slice) => {
    const same = [slice, ...others.flatMap(({ slices = [] }) => slices.filter(({ column }) => column === slice.column))]
    return same.length < profiles.length || same.some(({ reason }) => reason !== null)
      ? []
      : [poolSlice(profiles, same as [SliceProfile, ...SliceProfile[]], columns)]
  })
  return found.length === 0 ? undefined : found
}

function poolSlice(
  profiles: readonly DatasetProfile[],
  slices: readonly [SliceProfile, ...SliceProfile[]],
  columns: readonly ColumnProfile[],
): SliceProfile {
  const [first] = slices
  const sliced = first.sliced.filter((name) => slices.every((slice) => slice.sliced.includes(name)))
  const values = first.values.flatMap(({ value }) => {
    const same = slices.flatMap((slice) => slice.values.filter((one) => one.value === value))
    if (same.length < slices.length) return []
    return [
      {
        value,
        rows: same.reduce((sum, { rows }) => sum + rows, 0),
        columns: sliced.map((name) => {
          const parts = same.map(({ rows, columns: told }, i): Part => {
            const column = profiles[i]?.columns.find((one) => one.name === name)
            return { column, rows, told: told[slices[i]?.sliced.indexOf(name) ?? -1] as Told }
          })
          const pooled = columns.find((one) => one.name === name)
          return pooled === undefined ? NOTHING : poolTold(parts, pooled)
        }),
      },
    ]
  })
  return {
    ...first,
    sliced,
    values,
    otherValues: Math.max(...slices.map(({ otherValues }) => otherValues)),
    otherRows: slices.reduce((sum, slice) => sum + slice.otherRows, 0),
  }
}

const NOTHING: Told = { missing: 0, mean: null }

function poolTold(parts: readonly Part[], pooled: ColumnProfile): Told {
  const missing = parts.reduce((sum, { told }) => sum + told.missing, 0)
  const means = parts.flatMap(({ rows, told }) => {
    const { cells } = told
    const n = cells === undefined || cells.of !== 'number' ? rows - told.missing : total(cells.counts)
    return told.mean === null ? [] : [{ n, mean: told.mean, sd: cells?.of === 'number' ? cells.sd : 0 }]
  })
  const isTold = parts.every(({ column }) => column !== undefined)
  const cells = isTold ? poolCells(parts, pooled, means) : undefined
  const mean = means.length === 0 ? null : poolMoments(means).mean
  return { missing, mean, ...(cells === undefined ? {} : { cells }) }
}

function poolCells(
  parts: readonly Part[],
  pooled: ColumnProfile,
  means: readonly { n: number; mean: number; sd: number }[],
): PooledCells | undefined {
  const cells = parts.flatMap(({ told }) => told.cells ?? [])
  const values = parts.flatMap(({ column, told }) =>
    told.cells?.of === 'value' && column !== undefined ? [{ column, cells: told.cells }] : [],
  )
  if (values.length === parts.length) return poolValues(values, pooled)
  const [first] = cells
  const numbers = cells.flatMap((one) => (one.of !== 'value' && one.of === first?.of ? [one] : []))
  // A slice without values in one profile has no cells there.
  const empty = parts.filter(({ rows, told }) => told.cells === undefined && told.missing === rows).length
  if (first === undefined || first.of === 'value' || numbers.length + empty < parts.length) return undefined
  const all = poolSamples(numbers.map(({ cuts, counts }) => sampleOf(cuts, counts)))
  const sample = atSome(all, coarsest(cellsOf(all), MOST_CELLS))
  const { cuts, low, high } = sample
  const isExact = low.every((count, i) => count === high[i])
  return {
    of: first.of,
    min: Math.min(...numbers.map(({ min }) => min)),
    max: Math.max(...numbers.map(({ max }) => max)),
    sd: first.of === 'number' ? poolMoments(means.filter(({ n }) => n > 0)).sd : 0,
    cuts: [...cuts],
    counts: cellsOf(sample),
    ...(isExact ? {} : { below: { low, high } }),
  }
}

/** The commonest values of all profiles together, as far as every one of them has counted them in the slice. */
function poolValues(
  parts: readonly { readonly column: ColumnProfile; readonly cells: Extract<SliceCells, { of: 'value' }> }[],
  pooled: ColumnProfile,
): SliceCells | undefined {
  const counted = parts.map(
    ({ column, cells }) =>
      new Map(column.top.slice(0, cells.counts.length).map(({ value }, i) => [value, cells.counts[i] ?? 0])),
  )
  const last = pooled.top.findIndex(({ value }, i) => {
    // A value that a profile does not have at all was counted as none.
    const isKnown = parts.every(({ column }, k) => counted[k]?.has(value) || isNowhere(column, value))
    return i >= MOST_CELLS || !isKnown
  })
  const named = pooled.top.slice(0, last < 0 ? pooled.top.length : last)
  if (named.length === 0) return undefined
  const counts = named.map(({ value }) => counted.reduce((sum, one) => sum + (one.get(value) ?? 0), 0))
  const rows = parts.reduce((sum, { cells }) => sum + total(cells.counts) + cells.other, 0)
  return { of: 'value', counts, other: rows - total(counts) }
}

const isNowhere = ({ top, otherCount }: ColumnProfile, value: string): boolean =>
  otherCount === 0 && top.every((one) => one.value !== value)
