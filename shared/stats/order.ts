import type { Numbers } from './numeric.js'

const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS
const MASK = DIGITS - 1
const PASSES = 6

/**
 * Indices that put finite numbers in ascending order; equal numbers keep their order, −0 equals 0.
 *
 * Radix sort on the bits of the doubles: a comparator sort takes twenty times as long on a million rows.
 * @throws RangeError for NaN or an infinity.
 */
export function ascendingOrder(values: Numbers): Uint32Array {
  const n = values.length
  let high = new Uint32Array(n)
  let low = new Uint32Array(n)
  let index = new Uint32Array(n)
  const histograms = new Uint32Array(DIGITS * PASSES)
  const bits = new DataView(new ArrayBuffer(8))
  for (let i = 0; i < n; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value)) throw new RangeError(`value ${i} is ${value}: only finite numbers have an order`)
    bits.setFloat64(0, value === 0 ? 0 : value)
    let h = bits.getUint32(0)
    let l = bits.getUint32(4)
    // Order of the bits as unsigned integers becomes the order of the numbers.
    if (h & 0x80000000) {
      h = ~h >>> 0
      l = ~l >>> 0
    } else {
      h = (h | 0x80000000) >>> 0
    }
    high[i] = h
    low[i] = l
    index[i] = i
    for (let pass = 0; pass < PASSES; pass++) {
      const slot = pass * DIGITS + digit(h, l, pass)
      histograms[slot] = (histograms[slot] as number) + 1
    }
  }
  let nextHigh = new Uint32Array(n)
  let nextLow = new Uint32Array(n)
  let nextIndex = new Uint32Array(n)
  for (let pass = 0; pass < PASSES; pass++) {
    const counts = histograms.subarray(pass * DIGITS, (pass + 1) * DIGITS)
    if (n === 0 || counts[digit(high[0] as number, low[0] as number, pass)] === n) continue
    let start = 0
    for (let d = 0; d < DIGITS; d++) {
      const count = counts[d] as number
      counts[d] = start
      start += count
    }
    for (let i = 0; i < n; i++) {
      const h = high[i] as number
      const l = low[i] as number
      const d = digit(h, l, pass)
      const to = counts[d] as number
      counts[d] = to + 1
      nextHigh[to] = h
      nextLow[to] = l
      nextIndex[to] = index[i] as number
    }
    ;[high, nextHigh] = [nextHigh, high]
    ;[low, nextLow] = [nextLow, low]
    ;[index, nextIndex] = [nextIndex, index]
  }
  return index
}

function digit(high: number, low: number, pass: number): number {
  if (pass === 0) return low & MASK
  if (pass === 1) return (low >>> 11) & MASK
  if (pass === 2) return low >>> 22
  if (pass === 3) return high & MASK
  if (pass === 4) return (high >>> 11) & MASK
  return high >>> 22
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
