import { BLOCKS } from '../sampling/bootstrap.js'
import type { CodedColumn } from './cube.js'
import type { Predicate } from './enumerate.js'
import { type Term, unitOf } from './fixed-point.js'

/** Slices that can be told apart by the bits of a number. */
const MOST_SLICES = 31

/** Which of some slices each row is in, a bit for each. */
export interface Membership {
  readonly masks: Int32Array
  readonly slices: number
}

/**
 * @param columns by their place in the predicates; only those of predicates are read.
 * @throws RangeError for more than 31 slices.
 */
export function membershipOf(
  slices: readonly (readonly Predicate[])[],
  columns: ReadonlyMap<number, CodedColumn>,
  rows: number,
): Membership {
  if (slices.length > MOST_SLICES) throw new RangeError(`${slices.length} slices are more than ${MOST_SLICES}`)
  const masks = new Int32Array(rows).fill(2 ** slices.length - 1)
  const used = [...new Set(slices.flat().map(({ column }) => column))]
  for (const column of used) {
    const { codes, card } = columns.get(column) as CodedColumn
    // Of each value, the slices that it is not against.
    const open = Int32Array.from({ length: card }, (_, code) =>
      slices.reduce((mask, predicates, slice) => {
        const wanted = predicates.find((predicate) => predicate.column === column)
        return wanted === undefined || wanted.code === code ? mask | (1 << slice) : mask
      }, 0),
    )
    for (let i = 0; i < rows; i++) masks[i] = (masks[i] as number) & (open[codes[i] as number] as number)
  }
  return { masks, slices: slices.length }
}

/** Sums of a number per row over each slice, then over all rows; the same whatever the order of rows. */
export function sumsBySlice({ masks, slices }: Membership, term: Term): Float64Array {
  const unit = unitOf(masks.length, term)
  const sums = new Float64Array(slices + 1)
  for (let i = 0; i < masks.length; i++) {
    const value = Math.round(term(i) / unit)
    sums[slices] = (sums[slices] as number) + value
    if (slices === 0) continue
    for (let rest = masks[i] as number; rest !== 0; rest &= rest - 1) {
      const slice = 31 - Math.clz32(rest & -rest)
      sums[slice] = (sums[slice] as number) + value
    }
  }
  return sums.map((sum) => sum * unit)
}

/** The same by block: that of a slice, or of all rows, begins at its place times `BLOCKS`. */
export function blockSumsBySlice({ masks, slices }: Membership, term: Term, blockOf: Term): Float64Array {
  const unit = unitOf(masks.length, term)
  const sums = new Float64Array((slices + 1) * BLOCKS)
  for (let i = 0; i < masks.length; i++) {
    const value = Math.round(term(i) / unit)
    const all = slices * BLOCKS + blockOf(i)
    sums[all] = (sums[all] as number) + value
    for (let rest = masks[i] as number; rest !== 0; rest &= rest - 1) {
      const place = (31 - Math.clz32(rest & -rest)) * BLOCKS + blockOf(i)
      sums[place] = (sums[place] as number) + value
    }
  }
  return sums.map((sum) => sum * unit)
}

/** Rows that slices have in common, `slices` × `slices`; the rows of a slice on the diagonal. */
export function commonRows({ masks, slices }: Membership): Float64Array {
  const common = new Float64Array(slices * slices)
  for (let i = 0; i < masks.length; i++) {
    for (let a = masks[i] as number; a !== 0; a &= a - 1) {
      const from = (31 - Math.clz32(a & -a)) * slices
      for (let b = masks[i] as number; b !== 0; b &= b - 1) {
        const place = from + 31 - Math.clz32(b & -b)
        common[place] = (common[place] as number) + 1
      }
    }
  }
  return common
}
