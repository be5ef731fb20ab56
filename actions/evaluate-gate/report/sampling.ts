/** Rows for a picture or a list, chosen by what they are and not by where they stand. */

const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)

/** Rows that are kept before they are cut: where very many have the same hash, it does not matter which are. */
const MOST_KEPT = 50_000
const BUCKETS = 1 << 16

/** A 32-bit hash of a pair of numbers and the block of its row (the finalizer of MurmurHash3 over their words). */
export function hashOf(x: number, y: number, block: number): number {
  // Mixed first, for a block and a small difference of a number would cancel out.
  let hash = mix(block ^ 0x9e3779b9)
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
