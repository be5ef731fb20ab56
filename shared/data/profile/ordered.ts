import type { ColumnType } from '../../contracts/data-contract.js'
import { asNumber } from '../column-types.js'
import type { DataEngine } from '../engine/engine.js'
import { interpolate } from '../order-statistics.js'
import type { FewValues, ManyValues } from './values.js'

/** Finite numbers in ascending order. Every answer is exact. */
export interface Ordered {
  readonly n: number
  /** Says which ranks will be asked, so that they are read at once. */
  prepare(ranks: readonly number[]): Promise<void>
  /** Value at a rank from 0. */
  at(rank: number): Promise<number>
  /** Values below a bound, or at most as large as it. */
  count(bound: number, inclusive: boolean): Promise<number>
  /** The smallest value above a bound; null when there is none. */
  next(bound: number): Promise<number | null>
}

/** Numbers in memory, each with how often it stands there. */
export const orderedFew = ({ numbers, counts }: Pick<FewValues, 'numbers' | 'counts'>): Ordered =>
  orderedNumbers({ numbers, ends: cumulated(counts) })

/** Numbers in memory, each with how many are at most as large. */
export function orderedNumbers({
  numbers,
  ends,
}: {
  readonly numbers: Float64Array
  readonly ends: Float64Array | Uint32Array
}): Ordered {
  return {
    n: ends.at(-1) ?? 0,
    prepare: async () => undefined,
    at: async (rank) => numbers[firstAbove(ends, rank, true)] as number,
    count: async (bound, inclusive) => {
      const index = firstAbove(numbers, bound, inclusive)
      return index === 0 ? 0 : (ends[index - 1] as number)
    },
    next: async (bound) => numbers[firstAbove(numbers, bound, true)] ?? null,
  }
}

/** Rows of the table behind one entry of the index. */
const CHUNK = 128

interface Chunk {
  readonly xs: Float64Array
  readonly ends: Float64Array
}

/** Numbers in a table of the engine, by an index of every 128th; a lookup reads as many rows. */
export async function orderedMany(engine: DataEngine, type: ColumnType, { table }: ManyValues): Promise<Ordered> {
  const x = asNumber(type, 'v')
  // Deleted rows leave gaps in the numbers of rows, which do no harm: chunks are then smaller.
  const index = await engine.columns(
    `SELECT rowid // ${CHUNK} AS chunk, sum(n)::BIGINT AS n, min(${x}) AS x FROM ${table} GROUP BY 1 ORDER BY 1`,
  )
  const chunks = (index.chunk ?? []).map(Number)
  const firsts = Float64Array.from(index.x ?? [], Number)
  const ends = cumulated(Float64Array.from(index.n ?? [], Number))
  const cache = new Map<number, Chunk>()
  const open = async (i: number): Promise<Chunk> => {
    const known = cache.get(i)
    if (known !== undefined) return known
    const [chunk] = await read([i])
    return chunk as Chunk
  }
  /** One query for some chunks; they come back in their order. */
  const read = async (wanted: readonly number[]): Promise<Chunk[]> => {
    const starts = wanted.map((i) => (chunks[i] as number) * CHUNK)
    const within = starts.map((from) => `rowid BETWEEN ${from} AND ${from + CHUNK - 1}`)
    const where = wanted.length === 1 ? within[0] : `rowid // ${CHUNK} IN (${wanted.map((i) => chunks[i]).join(', ')})`
    const rows = await engine.columns(
      `SELECT rowid // ${CHUNK} AS c, ${x} AS x, n FROM ${table} WHERE ${where} ORDER BY v`,
    )
    const [cs, xs, ns] = [rows.c ?? [], rows.x ?? [], rows.n ?? []].map((cells) => Float64Array.from(cells, Number))
    return wanted.map((i) => {
      const from = firstAbove(cs as Float64Array, chunks[i] as number, false)
      const to = firstAbove(cs as Float64Array, chunks[i] as number, true)
      const chunk = { xs: (xs as Float64Array).slice(from, to), ends: cumulated((ns as Float64Array).slice(from, to)) }
      cache.set(i, chunk)
      return chunk
    })
  }
  const before = (i: number) => (i === 0 ? 0 : (ends[i - 1] as number))
  return {
    n: ends.at(-1) ?? 0,
    async prepare(ranks) {
      const wanted = new Set(ranks.map((rank) => firstAbove(ends, rank, true)))
      await read([...wanted].filter((i) => !cache.has(i)).sort((a, b) => a - b))
    },
    async at(rank) {
      const i = firstAbove(ends, rank, true)
      const { xs, ends: inner } = await open(i)
      return xs[firstAbove(inner, rank - before(i), true)] as number
    },
    async count(bound, inclusive) {
      const i = firstAbove(firsts, bound, inclusive) - 1
      if (i < 0) return 0
      const { xs, ends: inner } = await open(i)
      const index = firstAbove(xs, bound, inclusive)
      return before(i) + (index === 0 ? 0 : (inner[index - 1] as number))
    },
    async next(bound) {
      const i = firstAbove(firsts, bound, true) - 1
      if (i < 0) return firsts[0] ?? null
      const { xs } = await open(i)
      return xs[firstAbove(xs, bound, true)] ?? firsts[i + 1] ?? null
    },
  }
}

/** Median of |x − median|: `scipy.stats.median_abs_deviation(x)`. */
export async function medianDeviation(ordered: Ordered, median: number): Promise<number> {
  const below = await ordered.count(median, false)
  const above = ordered.n - below
  const left = async (i: number) => median - (await ordered.at(below - 1 - i))
  const right = async (i: number) => (await ordered.at(below + i)) - median
  /** The deviation at a rank: the two sides are each in ascending order. */
  const at = async (rank: number): Promise<number> => {
    let [low, high] = [Math.max(0, rank + 1 - above), Math.min(below, rank + 1)]
    // How many of the first rank + 1 deviations lie on the left.
    while (low < high) {
      const taken = (low + high) >>> 1
      if ((await left(taken)) < (await right(rank - taken))) low = taken + 1
      else high = taken
    }
    const others = rank + 1 - low
    return Math.max(low > 0 ? await left(low - 1) : 0, others > 0 ? await right(others - 1) : 0)
  }
  const { n } = ordered
  const [a, b] = [await at((n - 1) >>> 1), await at(n >>> 1)]
  return interpolate(2, 0.5, (rank) => (rank === 0 ? a : b))
}

function cumulated(counts: Float64Array): Float64Array {
  let total = 0
  return counts.map((count) => {
    total += count
    return total
  })
}

/** The first index whose value is above a bound (or, exclusive, not below it). */
function firstAbove(values: Float64Array | Uint32Array, bound: number, inclusive: boolean): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const value = values[middle] as number
    if (inclusive ? value <= bound : value < bound) low = middle + 1
    else high = middle
  }
  return low
}
