/** Values in one bucket on average, and most that are put in order by insertion. */
const PER_BUCKET = 4
const MOST_INSERTED = 64
const FEWEST = 256

/**
 * Finite numbers in ascending order: `values` itself or another array; `values` is overwritten. They are dealt into buckets
 * of equal width first, which takes a third of the time of a comparison sort where they are spread evenly; what lies in
 * a crowded bucket is sorted by comparison, so that no data take longer than that. What is in order stays as it is.
 */
export function sortNumbers(values: Float64Array): Float64Array {
  const n = values.length
  if (isAscending(values)) return values
  const [low, high] = extremes(values)
  const buckets = Math.floor(n / PER_BUCKET)
  const scale = (buckets - 1) / (high - low)
  if (n < FEWEST || !(scale > 0 && scale < Number.MAX_VALUE)) return values.sort()
  const starts = endsOfBuckets(values, low, scale, buckets)
  const dealt = deal(values, low, scale, starts)
  for (let at = 0; at < buckets; at++) {
    const [from, to] = [starts[at] as number, starts[at + 1] as number]
    if (to - from > MOST_INSERTED) dealt.subarray(from, to).sort()
    else insertionSort(dealt, from, to)
  }
  return dealt
}

// Loops stand alone in small functions: what is compiled while it runs is a whole function, once for each of its loops.

function extremes(values: Float64Array): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

/** How many values lie in each bucket or one before it. */
function endsOfBuckets(values: Float64Array, low: number, scale: number, buckets: number): Uint32Array {
  const ends = new Uint32Array(buckets + 1)
  for (let i = 0; i < values.length; i++) {
    const at = (((values[i] as number) - low) * scale) >>> 0
    ends[at] = (ends[at] as number) + 1
  }
  let total = 0
  for (let at = 0; at <= buckets; at++) {
    total += ends[at] as number
    ends[at] = total
  }
  return ends
}

/** The values bucket by bucket. Each is filled from its end down, so that `ends` become the starts. */
function deal(values: Float64Array, low: number, scale: number, ends: Uint32Array): Float64Array {
  const dealt = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const at = ((value - low) * scale) >>> 0
    const to = (ends[at] as number) - 1
    ends[at] = to
    dealt[to] = value
  }
  return dealt
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if ((values[i] as number) < (values[i - 1] as number)) return false
  return true
}

function insertionSort(values: Float64Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    let at = i
    while (at > from && (values[at - 1] as number) > value) {
      values[at] = values[at - 1] as number
      at -= 1
    }
    values[at] = value
  }
}
