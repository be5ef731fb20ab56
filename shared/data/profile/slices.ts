import type { ColumnProfile, SliceCells, SliceProfile } from '../../contracts/data-profile.js'
import { double, round12 } from '../engine/sql.js'
import { measurable } from './values.js'

export const MOST_SLICED = 50
const MOST_VALUES = 20
/** Rows of a slice from which on its distributions are told and judged. */
export const FEWEST_ROWS = 20
/** A column with more values than this cuts the data into dust. */
export const MOST_SLICES = 10_000

/** A part of the sum of a column in a slice: whole numbers times a power of two, so that parts add up exactly. */
export interface SumPart {
  readonly bucket: number
  readonly sum: bigint
  readonly count: number
}

/** One value of the slice column. `columns` by name. */
export interface SliceCounts {
  readonly value: string | null
  readonly rows: number
  readonly columns: ReadonlyMap<string, { readonly missing: number; readonly parts: readonly SumPart[] }>
}

/** Digits behind the point of a bucket of 32 binary orders: enough that no number loses any. */
const DIGITS = 54
const WIDTH = 32

/** SQL for the bucket of a number, and for the number as a whole number in it. */
export const bucketOf = (x: string): string =>
  `CASE WHEN ${x} = 0 OR (abs(${x}) >= 1 AND abs(${x}) < ${2 ** WIDTH}) THEN 0 ELSE greatest(-30, CAST(floor(log2(abs(${x})) / ${WIDTH}) AS INTEGER)) END`
export const wholeIn = (x: string, bucket: string): string =>
  `CAST(${x} * CASE WHEN ${bucket} = 0 THEN ${double(2 ** DIGITS)} ELSE pow(2.0, ${DIGITS} - ${WIDTH} * ${bucket}) END AS HUGEINT)`

/** The part of a sum of whole numbers alone. */
export const wholePart = (sum: bigint, count: number): SumPart => ({ bucket: 0, sum: sum << BigInt(DIGITS), count })

/** The mean of the numbers behind some parts; null when there are none. */
export function meanOf(parts: readonly SumPart[]): number | null {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  if (count === 0) return null
  const lowest = Math.min(...parts.map(({ bucket }) => bucket))
  const total = parts.reduce((sum, part) => sum + (part.sum << BigInt(WIDTH * (part.bucket - lowest))), 0n)
  const negative = total < 0n
  const size = negative ? -total : total
  // The first 64 digits are more than a double holds.
  const shift = Math.max(0, size.toString(2).length - 64)
  const head = Number(size >> BigInt(shift)) / count
  const power = shift + WIDTH * lowest - DIGITS
  const half = Math.trunc(power / 2)
  const mean = head * 2 ** half * 2 ** (power - half)
  return round12((negative ? -1 : 1) * mean)
}

/** Columns that slices are told of: the first fifty by name but the slice column itself, in the order of the data. */
export function slicedColumns(
  columns: readonly { readonly name: string }[],
  slice: string,
): { chosen: string[]; leftOut: number } {
  const others = columns.map(({ name }) => name).filter((name) => name !== slice)
  const first = new Set([...others].sort((a, b) => (a < b ? -1 : 1)).slice(0, MOST_SLICED))
  return { chosen: others.filter((name) => first.has(name)), leftOut: Math.max(0, others.length - MOST_SLICED) }
}

/** Why a column makes no slices; null when it does. */
export function whyNoSlices(name: string, columns: readonly ColumnProfile[]): string | null {
  const column = columns.find((one) => one.name === name)
  if (column === undefined) return 'there is no such column'
  if (column.sensitive) return 'its values stay out of the profile'
  if (column.distinct > MOST_SLICES) return `it has more than ${MOST_SLICES.toLocaleString('en')} values`
  return null
}

/** The most frequent slices first, and those that are not told. */
export function mostFrequent(slices: readonly SliceCounts[]): { told: SliceCounts[]; rest: SliceCounts[] } {
  const sorted = [...slices].sort(
    (a, b) =>
      b.rows - a.rows ||
      Number(a.value === null) - Number(b.value === null) ||
      ((a.value ?? '') < (b.value ?? '') ? -1 : 1),
  )
  return { told: sorted.slice(0, MOST_VALUES), rest: sorted.slice(MOST_VALUES) }
}

/** The profile of slices out of their counts; `cellsOf` is undefined for what has no cells. */
export function sliceProfile(
  name: string,
  columns: readonly ColumnProfile[],
  { told, rest }: ReturnType<typeof mostFrequent>,
  cellsOf: (value: string | null, column: string) => SliceCells | undefined,
  valuesWithoutCells: number,
): SliceProfile {
  const { chosen, leftOut } = slicedColumns(columns, name)
  const isNumber = new Map(columns.map((column) => [column.name, measurable(column.type)]))
  return {
    column: name,
    values: told.map((slice) => ({
      value: slice.value,
      rows: slice.rows,
      columns: chosen.map((column) => {
        const { missing = 0, parts = [] } = slice.columns.get(column) ?? {}
        const isShown = isNumber.get(column) && !columns.find((one) => one.name === column)?.sensitive
        const cells = cellsOf(slice.value, column)
        return { missing, mean: isShown ? meanOf(parts) : null, ...(cells === undefined ? {} : { cells }) }
      }),
    })),
    sliced: chosen,
    columnsLeftOut: leftOut,
    otherValues: rest.length,
    otherRows: rest.reduce((sum, { rows }) => sum + rows, 0),
    ...(valuesWithoutCells === 0 ? {} : { valuesWithoutCells }),
    reason: null,
  }
}

export const noSlices = (column: string, reason: string): SliceProfile => ({
  column,
  values: [],
  sliced: [],
  columnsLeftOut: 0,
  otherValues: 0,
  otherRows: 0,
  reason,
})
