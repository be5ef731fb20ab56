/** Rows for a picture or a list, chosen by what they are and not by where they stand. */

const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)

/** Rows that are kept before they are cut: where very many have the same hash, it does not matter which are. */
const MOST_KEPT = 50_000
const BUCKETS = 1 << 16

/** A 32-bit hash of a pair of numbers and the block of its row (the finalizer of MurmurHash3 over their words). */
export function hashOf(x: number, y: number, block: number): number {
  let hash = block ^ 0x9e3779b9
  for (const value of [x, y]) {
    scratch[0] = value
    hash = mix(hash ^ (words[0] as number))
    hash = mix(hash ^ (words[1] as number))
  }
  return hash >>> 0
}

function mix(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/**
 * At most `most` of n rows, evenly by chance: those of the smallest hashes. The same rows are chosen whatever their order,
 * but for rows that have the same hash. Two passes, and little more memory than the rows that are chosen.
 */
export function chooseByHash(n: number, most: number, hash: (row: number) => number): number[] {
  if (n <= most) return Array.from({ length: n }, (_, row) => row)
  const counts = new Uint32Array(BUCKETS)
  for (let row = 0; row < n; row++) {
    const bucket = hash(row) >>> 16
    counts[bucket] = (counts[bucket] as number) + 1
  }
  let last = 0
  for (let sum = counts[0] as number; sum < most; sum += counts[last] as number) last += 1
  const kept: { row: number; key: number }[] = []
  for (let row = 0; row < n; row++) {
    const key = hash(row)
    const bucket = key >>> 16
    if (bucket < last || (bucket === last && kept.length < MOST_KEPT)) kept.push({ row, key })
  }
  return kept
    .sort((a, b) => a.key - b.key || a.row - b.row)
    .slice(0, most)
    .map(({ row }) => row)
}

/** Rows that may be told, with more of them than are wanted where some are alike. */
const MOST_TIES = 5000

/**
 * The rows of the largest keys, those of equal keys by block: at least `most` of them where there are so many, with a key
 * above `floor`. In no order; to cut them to `most` takes their names. Keys that are NaN are left out.
 */
export function largest(keys: Float64Array, blocks: Uint16Array, most: number, floor: number): Uint32Array {
  const bound = boundOf(keys, most, floor)
  const above: number[] = []
  const ties = new Uint32Array(1 << 16)
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number
    if (!(key > floor)) continue
    if (key > bound) above.push(row)
    else if (key === bound) ties[blocks[row] as number] = (ties[blocks[row] as number] as number) + 1
  }
  const wanted = most - above.length
  let last = -1
  for (let sum = 0; sum < wanted && last < ties.length - 1; ) {
    last += 1
    sum += ties[last] as number
  }
  const tied: number[] = []
  for (let row = 0; row < keys.length && tied.length < MOST_TIES; row++) {
    const key = keys[row] as number
    if (key > floor && key === bound && (blocks[row] as number) <= last) tied.push(row)
  }
  return Uint32Array.from([...above, ...tied])
}

/** The `most`-th largest key above the floor; the smallest of them when there are fewer. */
function boundOf(keys: Float64Array, most: number, floor: number): number {
  const heap = new Float64Array(most)
  let size = 0
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number
    if (!(key > floor)) continue
    if (size < most) {
      heap[size++] = key
      if (size === most) heap.sort()
    } else if (key > (heap[0] as number)) insert(heap, key)
  }
  if (size === 0) return Number.POSITIVE_INFINITY
  return size < most ? Math.min(...heap.subarray(0, size)) : (heap[0] as number)
}

/** Takes the smallest out of an ascending list and puts a key in its place. */
function insert(sorted: Float64Array, key: number): void {
  let at = 0
  while (at + 1 < sorted.length && (sorted[at + 1] as number) < key) {
    sorted[at] = sorted[at + 1] as number
    at += 1
  }
  sorted[at] = key
}
