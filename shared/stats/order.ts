import type { Numbers } from './numeric.js'

const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS
const MASK = DIGITS - 1
const LARGEST_KEY = 0xffffffff
/** Longer runs of equal keys are sorted like the whole, shorter ones by insertion. */
const SHORT = 48

/**
 * Indices that put finite numbers in ascending order; −0 equals 0. Equal numbers keep their order, or that of `start`, a
 * permutation of all indices.
 *
 * Radix sort in three passes on the place of each number between the least and the largest, in 32 bits; runs of numbers
 * that share a place are put in order afterwards. A comparator sort takes thirty times as long on a million rows.
 * @throws RangeError for NaN or an infinity.
 */
export function ascendingOrder(values: Numbers, start?: Uint32Array): Uint32Array {
  const doubles = values instanceof Float64Array ? values : Float64Array.from(values)
  const index = new Uint32Array(doubles.length)
  for (let i = 0; i < index.length; i++) {
    const row = start === undefined ? i : (start[i] as number)
    requireFinite(doubles, row)
    index[i] = row
  }
  return sorted(doubles, index, 0).index
}

/** Rows in ascending order, each with a flag that has gone with it. */
export interface FlaggedOrder {
  readonly order: Uint32Array
  readonly flags: Uint8Array
  /** 1 at the first row of each run of equal numbers. */
  readonly first: Uint8Array
}

/** `ascendingOrder` with the flag of each row, 0 or 1: to carry it along costs less than to fetch it afterwards. */
export function ascendingFlags(values: Numbers, flag: (row: number) => boolean, start?: Uint32Array): FlaggedOrder {
  const doubles = values instanceof Float64Array ? values : Float64Array.from(values)
  const n = doubles.length
  if (n > 2 ** 31) throw new RangeError(`${n} rows are more than can be ranked`)
  const flagged = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const row = start === undefined ? i : (start[i] as number)
    requireFinite(doubles, row)
    flagged[i] = ((row << 1) | (flag(row) ? 1 : 0)) >>> 0
  }
  const { index: order, keys } = sorted(doubles, flagged, 1)
  const flags = new Uint8Array(n)
  const first = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    const row = (order[i] as number) >>> 1
    flags[i] = (order[i] as number) & 1
    // Different places are different numbers; only within a place do the numbers have to be looked at.
    const alike = i > 0 && (keys === null || keys[i] === keys[i - 1])
    first[i] = alike && doubles[row] === doubles[order[i - 1] as number] ? 0 : 1
    order[i] = row
  }
  return { order, flags, first }
}

function requireFinite(values: Float64Array, row: number): void {
  if (!Number.isFinite(values[row] as number)) {
    throw new RangeError(`value ${row} is ${values[row]}: only finite numbers have an order`)
  }
}

/**
 * The indices, stably sorted by their values, and the place of each; null when all are equal. The row of an index are its
 * bits without the last `flagBits`. `index` is used up.
 */
function sorted(
  values: Float64Array,
  index: Uint32Array,
  flagBits: number,
): { index: Uint32Array; keys: Uint32Array | null } {
  const n = index.length
  const [least, most] = extremes(values, index, flagBits)
  if (!(least < most)) return { index, keys: null }
  const counts = new Uint32Array(3 * DIGITS)
  let keys: Uint32Array = countPlaces(values, index, flagBits, least, most, counts)
  let nextKeys: Uint32Array = new Uint32Array(n)
  let next: Uint32Array = new Uint32Array(n)
  let from: Uint32Array = index
  for (let pass = 0; pass < 3; pass++) {
    scatter(keys, from, nextKeys, next, counts.subarray(pass * DIGITS, (pass + 1) * DIGITS), pass * DIGIT_BITS)
    ;[keys, nextKeys] = [nextKeys, keys]
    ;[from, next] = [next, from]
  }
  orderRuns(values, keys, from, flagBits)
  return { index: from, keys }
}

// Loops stand alone in small functions: what is compiled while it runs is a whole function, once for each of its loops.

function extremes(values: Float64Array, index: Uint32Array, flagBits: number): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < index.length; i++) {
    const value = values[(index[i] as number) >>> flagBits] as number
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}

/** The place of each value between the least and the largest; the digits of the places are counted. */
function countPlaces(
  values: Float64Array,
  index: Uint32Array,
  flagBits: number,
  least: number,
  most: number,
  counts: Uint32Array,
): Uint32Array {
  // Halved, a range that overflows is finite.
  const half = Number.isFinite(most - least) ? 1 : 0.5
  const range = half * most - half * least
  const keys = new Uint32Array(index.length)
  for (let i = 0; i < keys.length; i++) {
    const value = values[(index[i] as number) >>> flagBits] as number
    const key = (((half * value - half * least) / range) * LARGEST_KEY) >>> 0
    keys[i] = key
    const [low, middle, high] = [key & MASK, DIGITS + ((key >>> 11) & MASK), 2 * DIGITS + (key >>> 22)]
    counts[low] = (counts[low] as number) + 1
    counts[middle] = (counts[middle] as number) + 1
    counts[high] = (counts[high] as number) + 1
  }
  return keys
}

function scatter(
  keys: Uint32Array,
  index: Uint32Array,
  nextKeys: Uint32Array,
  nextIndex: Uint32Array,
  counts: Uint32Array,
  shift: number,
): void {
  let begin = 0
  for (let d = 0; d < DIGITS; d++) {
    const count = counts[d] as number
    counts[d] = begin
    begin += count
  }
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number
    const d = (key >>> shift) & MASK
    const to = counts[d] as number
    counts[d] = to + 1
    nextKeys[to] = key
    nextIndex[to] = index[i] as number
  }
}

/** Orders each run of equal keys by the numbers themselves. */
function orderRuns(values: Float64Array, keys: Uint32Array, index: Uint32Array, flagBits: number): void {
  const n = keys.length
  const short = new Float64Array(SHORT)
  let from = 0
  while (from < n) {
    const key = keys[from]
    let to = from + 1
    while (to < n && keys[to] === key) to += 1
    if (to - from > 1 && !isAscending(values, index, flagBits, from, to)) {
      if (to - from <= SHORT) insertionSort(values, index, flagBits, from, to, short)
      // They lie in a 2³²nd of the range: a place among themselves tells them apart.
      else index.set(sorted(values, index.slice(from, to), flagBits).index, from)
    }
    from = to
  }
}

function isAscending(values: Float64Array, index: Uint32Array, flagBits: number, from: number, to: number): boolean {
  let before = values[(index[from] as number) >>> flagBits] as number
  for (let i = from + 1; i < to; i++) {
    const value = values[(index[i] as number) >>> flagBits] as number
    if (value < before) return false
    before = value
  }
  return true
}

function insertionSort(
  values: Float64Array,
  index: Uint32Array,
  flagBits: number,
  from: number,
  to: number,
  placed: Float64Array,
): void {
  placed[0] = values[(index[from] as number) >>> flagBits] as number
  for (let i = from + 1; i < to; i++) {
    const entry = index[i] as number
    const value = values[entry >>> flagBits] as number
    let place = i - from
    while (place > 0 && (placed[place - 1] as number) > value) {
      placed[place] = placed[place - 1] as number
      index[from + place] = index[from + place - 1] as number
      place -= 1
    }
    placed[place] = value
    index[from + place] = entry
  }
}

/** Calls `visit(from, to)` for each run of equal values in the given order; `to` is exclusive. */
export function forEachTie(values: Numbers, order: Uint32Array, visit: (from: number, to: number) => void): void {
  let from = 0
  while (from < order.length) {
    const value = values[order[from] as number]
    let to = from + 1
    while (to < order.length && values[order[to] as number] === value) to++
    visit(from, to)
    from = to
  }
}
