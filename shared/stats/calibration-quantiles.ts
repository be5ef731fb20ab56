import type { Numbers } from './numeric.js'
import { ascendingOrder } from './order.js'

/** Few scores are sorted at once; of many, only the buckets that hold a quantile. */
const MOST_BUCKETS = 65536
const FEW = 10_000

/**
 * Quantiles of scores in [0, 1] by linear interpolation (numpy's default) for ascending shares, without sorting them all;
 * NaN when nothing counts.
 *
 * Weights that are whole numbers count a row so many times. Others are scaled to a mean of 1, and the value at a position
 * is then the smallest score below which and with which more weight than that lies.
 */
export function scoreQuantiles(score: Numbers, weights: Float64Array | null, shares: readonly number[]): number[] {
  const n = score.length
  const scale = weights === null ? 1 : scaleOf(weights)
  const weightOf = (row: number) => (weights === null ? 1 : (weights[row] as number) * scale)
  const buckets = n < FEW ? 1 : MOST_BUCKETS
  const masses = new Float64Array(buckets)
  for (let i = 0; i < n; i++) {
    const bucket = bucketOf(score[i] as number, buckets)
    masses[bucket] = (masses[bucket] as number) + (weights === null ? 1 : (weights[i] as number) * scale)
  }
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  if (!(total > 0)) return shares.map(() => Number.NaN)
  const last = Math.max(0, total - 1)
  const places = shares.map((share) => {
    const below = Math.floor(share * last)
    return { below, above: Math.min(below + 1, last), part: share * last - below }
  })
  const at = valuesAt(
    places.flatMap(({ below, above }) => [below, above]),
    { score, weights, weightOf, masses },
  )
  return places.map(({ part }, i) => {
    const [low, high] = [at[2 * i] as number, at[2 * i + 1] as number]
    return low + (high - low) * part
  })
}

/** Scores at positions of the cumulated weight, which starts at 0. Only the buckets that hold one are sorted. */
function valuesAt(
  positions: readonly number[],
  of: { score: Numbers; weights: Float64Array | null; weightOf(row: number): number; masses: Float64Array },
): number[] {
  const { score, weightOf, masses } = of
  const buckets = masses.length
  const ascending = [...positions.keys()].sort((a, b) => (positions[a] as number) - (positions[b] as number) || a - b)
  const wanted = new Uint8Array(buckets)
  const begins = new Float64Array(buckets)
  let mass = 0
  let next = 0
  let lastFilled = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    begins[bucket] = mass
    if (masses[bucket] === 0) continue
    lastFilled = bucket
    mass += masses[bucket] as number
    while (next < ascending.length && (positions[ascending[next] as number] as number) < mass) {
      wanted[bucket] = 1
      next++
    }
  }
  if (next < ascending.length) wanted[lastFilled] = 1
  const { rows, values } = rowsIn(wanted, score, of.weights)
  const order = ascendingOrder(values)
  const found = new Array<number>(positions.length)
  next = 0
  let bucket = -1
  let reached = 0
  for (const place of order) {
    const value = values[place] as number
    const own = bucketOf(value, buckets)
    if (own !== bucket) {
      bucket = own
      reached = begins[own] as number
    }
    reached += weightOf(rows[place] as number)
    while (next < ascending.length && (positions[ascending[next] as number] as number) < reached) {
      found[ascending[next++] as number] = value
    }
  }
  // What rounding of weights leaves over lies at the end.
  while (next < ascending.length)
    found[ascending[next++] as number] = values[order[order.length - 1] as number] as number
  return found
}

/** Rows of the wanted buckets that count, and their scores. */
function rowsIn(wanted: Uint8Array, score: Numbers, weights: Float64Array | null) {
  const buckets = wanted.length
  let count = 0
  for (let i = 0; i < score.length; i++) count += wanted[bucketOf(score[i] as number, buckets)] as number
  const rows = new Uint32Array(count)
  const values = new Float64Array(count)
  let place = 0
  for (let i = 0; i < score.length; i++) {
    const value = score[i] as number
    if (wanted[bucketOf(value, buckets)] === 0 || (weights !== null && !((weights[i] as number) > 0))) continue
    rows[place] = i
    values[place++] = value
  }
  return { rows: rows.subarray(0, place), values: values.subarray(0, place) }
}

function bucketOf(score: number, buckets: number): number {
  return Math.min(buckets - 1, Math.floor(score * buckets))
}

function scaleOf(weights: Float64Array): number {
  let [sum, rows, whole] = [0, 0, true]
  for (const weight of weights) {
    if (!(weight > 0)) continue
    sum += weight
    rows += 1
    whole &&= Number.isInteger(weight)
  }
  return whole ? 1 : rows / sum
}
