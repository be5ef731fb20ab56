import { quantileSorted } from '../numeric.js'

/** Ranges of numbers by their edges: range k holds edge k − 1 and what is below edge k, the last what is above. */
export type Edges = readonly number[]

/**
 * Edges that cut numbers into at most so many ranges of about as many rows each: quantiles by linear interpolation, with as
 * few digits as hardly move them. Fewer edges where many rows have one value. NaN is left out; the order does not matter.
 */
export function quantileEdges(values: Float64Array, ranges: number): number[] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort()
  const [least, most] = [sorted[0], sorted[sorted.length - 1]]
  if (least === undefined || most === undefined || least === most) return []
  const exact = Array.from({ length: ranges - 1 }, (_, k) => quantileSorted(sorted, (k + 1) / ranges))
  // A quantile that equals the least value would cut off nothing.
  const distinct = [...new Set(exact)].filter((edge) => edge > least)
  return distinct.map((edge, k) => shortened(edge, distinct[k - 1] ?? least, distinct[k + 1] ?? most))
}

/** A number with as few digits as move it by no more than a twentieth of the way to its neighbours. */
function shortened(value: number, before: number, after: number): number {
  const room = Math.min(value - before, after > value ? after - value : value - before) / 20
  for (let digits = 1; digits < 16; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.abs(short - value) <= room) return short
  }
  return value
}

/** The values of some rows (all of them by default), ascending, when there are at most so many; null when there are more. NaN is left out. */
export function fewValues(values: Float64Array, most: number, rows: Uint32Array | null = null): number[] | null {
  // A few comparisons take less time than a look into a set. −0 equals 0.
  const found = new Float64Array(most + 1)
  let size = 0
  const count = rows === null ? values.length : rows.length
  for (let i = 0; i < count; i++) {
    const value = values[rows === null ? i : (rows[i] as number)] as number
    if (Number.isNaN(value)) continue
    let k = 0
    while (k < size && found[k] !== value) k += 1
    if (k < size) continue
    if (size === most) return null
    found[size++] = value === 0 ? 0 : value
  }
  return [...found.subarray(0, size)].sort((a, b) => a - b)
}

/** Range of a number: how many edges are not above it. One more than the last range for NaN. */
export function rangeOf(value: number, edges: Edges): number {
  if (Number.isNaN(value)) return edges.length + 1
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value >= (edges[middle] as number)) low = middle + 1
    else high = middle
  }
  return low
}

/** Ranges of the numbers of some rows, as `rangeOf` gives them, for fewer than 255 edges. */
export function rangesOf(numbers: Float64Array, rows: Uint32Array, edges: Edges): Uint8Array {
  const codes = new Uint8Array(rows.length)
  const sorted = Float64Array.from(edges)
  const missing = sorted.length + 1
  for (let i = 0; i < rows.length; i++) {
    const value = numbers[rows[i] as number] as number
    // A few comparisons without a branch take less time than a search.
    let code = 0
    for (let k = 0; k < sorted.length; k++) code += Number(value >= (sorted[k] as number))
    codes[i] = Number.isNaN(value) ? missing : code
  }
  return codes
}

/** `(−∞, 10)`, `[10, 20)`, `[20, ∞)`. */
export function rangeNames(edges: Edges): string[] {
  return Array.from({ length: edges.length + 1 }, (_, k) => {
    const low = k === 0 ? '(−∞' : `[${numberText(edges[k - 1] as number)}`
    return `${low}, ${k === edges.length ? '∞' : numberText(edges[k] as number)})`
  })
}

/** A number as it is written, with a real minus sign. */
export function numberText(value: number): string {
  return String(value === 0 ? 0 : value).replace('-', '−')
}
