/** A number for each row. Rows are counted from 0, in any order. */
export type Term = (row: number) => number

/**
 * Numbers as whole multiples of a unit, so that sums of them are exact: the order of rows does not show in the result, not
 * even in its last bit.
 */
export interface FixedPoint {
  readonly values: Int32Array
  /** A power of two. */
  readonly unit: number
}

/** Whole numbers up to 2^52 add up without rounding, with a bit to spare. */
const EXACT_BITS = 52
/** More are of no use: the numbers themselves are rounded. */
const MOST_BITS = 40
/** Of a signed 32-bit number. */
const INT_BITS = 30

/**
 * The power of two of which numbers are rounded to multiples, as fine as lets all of them add up without rounding: 40 bits of
 * the largest up to some 4,000 numbers, 28 bits for 10 million.
 *
 * @throws RangeError for NaN or an infinity.
 */
export function unitOf(rows: number, term: Term): number {
  let largest = 0
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(term(i))
    if (!(size < Number.POSITIVE_INFINITY)) throw new RangeError(`${term(i)} of row ${i} does not add up`)
    if (size > largest) largest = size
  }
  return unitFor(rows, largest, MOST_BITS)
}

function unitFor(rows: number, largest: number, mostBits: number): number {
  if (largest === 0) return 1
  const bits = Math.min(mostBits, EXACT_BITS - Math.ceil(Math.log2(Math.max(2, rows))))
  // Beyond these a power of two is no normal number.
  return 2 ** Math.max(-1022, Math.min(1023, Math.ceil(Math.log2(largest)) - bits))
}

/** Numbers of 30 bits at most, in half the memory of doubles. */
export function fixedPoint(rows: number, term: Term): FixedPoint {
  const numbers = new Float64Array(rows)
  for (let i = 0; i < rows; i++) numbers[i] = term(i)
  return fixedPointOf(numbers)
}

/**
 * `fixedPoint` of numbers that lie one after the other.
 *
 * @throws RangeError for NaN or an infinity.
 */
export function fixedPointOf(numbers: Float64Array): FixedPoint {
  const rows = numbers.length
  let largest = 0
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(numbers[i] as number)
    if (!(size < Number.POSITIVE_INFINITY)) throw new RangeError(`${numbers[i]} of row ${i} does not add up`)
    if (size > largest) largest = size
  }
  const unit = unitFor(rows, largest, INT_BITS)
  const values = new Int32Array(rows)
  for (let i = 0; i < rows; i++) values[i] = Math.round((numbers[i] as number) / unit)
  return { values, unit }
}
