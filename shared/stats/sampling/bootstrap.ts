import { normalCdf, tQuantile } from '../distributions.js'
import { quantileSorted } from '../numeric.js'
import type { Interval, IntervalSettings } from '../types.js'
import { fillPoissonOnes, hash32, seededRandom } from './rng.js'

/** Number of hash blocks: a standard error estimated from them is itself off by about 2 % (1 / √(2 · 1,024)). */
export const BLOCKS = 1024

/** Block of each row by the hash of its id, so that the order of rows does not matter. */
export function hashBlocks(ids: ArrayLike<string>): Uint16Array {
  const blocks = new Uint16Array(ids.length)
  for (let i = 0; i < ids.length; i++) blocks[i] = hash32(ids[i] as string) % BLOCKS
  return blocks
}

/**
 * Replicates of a statistic of counts. Each cell is drawn as Poisson(count), which has exactly the law of a Poisson
 * bootstrap over the rows behind the cells, at a cost that does not depend on the number of rows.
 */
export function bootstrapCells(
  counts: Float64Array,
  statistic: (counts: Float64Array) => number,
  settings: IntervalSettings,
): Float64Array {
  const random = seededRandom(settings.seed)
  const drawn = new Float64Array(counts.length)
  return Float64Array.from({ length: settings.replicates }, () => {
    for (let i = 0; i < counts.length; i++) drawn[i] = random.poisson(counts[i] as number)
    return statistic(drawn)
  })
}

/**
 * Replicates of a statistic of sums: `sums` holds `width` sums for each of `BLOCKS` blocks, and each block counts
 * Poisson(1) times in a replicate, the places of which begin at 0.
 */
export function bootstrapBlocks(
  sums: Float64Array,
  width: number,
  statistic: (totals: Float64Array, replicate: number) => number,
  settings: IntervalSettings,
): Float64Array {
  const totals = new Float64Array(width)
  const addBlocks = adderOf(sums, width)
  let replicate = 0
  return withBlockWeights(settings, (weights) => {
    totals.fill(0)
    addBlocks(totals, weights)
    return statistic(totals, replicate++)
  })
}

/** Adds the sums of all blocks, each as often as its weight says. Zeros are passed over where they are most. */
function adderOf(sums: Float64Array, width: number): (totals: Float64Array, weights: Uint8Array) => void {
  const blocks = Array.from({ length: BLOCKS }, (_, block) => ({
    block,
    from: block * width,
    slots: slotsOf(sums.subarray(block * width, (block + 1) * width)),
  })).filter(({ slots }) => slots.length > 0)
  const filled = blocks.reduce((sum, { slots }) => sum + slots.length, 0)
  const sparse = 2 * filled < width * blocks.length
  return (totals, weights) => {
    for (const { block, from, slots } of blocks) {
      const weight = weights[block] as number
      if (weight === 0) continue
      if (sparse) {
        for (let i = 0; i < slots.length; i++) {
          const k = slots[i] as number
          totals[k] = (totals[k] as number) + weight * (sums[from + k] as number)
        }
      } else {
        for (let k = 0; k < width; k++) totals[k] = (totals[k] as number) + weight * (sums[from + k] as number)
      }
    }
  }
}

/** Places of the sums that are not 0. */
function slotsOf(sums: Float64Array): Uint32Array {
  const slots: number[] = []
  for (let k = 0; k < sums.length; k++) if (sums[k] !== 0) slots.push(k)
  return Uint32Array.from(slots)
}

/** Replicates of a statistic that needs the weight of every row, that of its block; it must not write into them. */
export function withBlockWeights(
  settings: IntervalSettings,
  statistic: (blockWeights: Uint8Array) => number,
): Float64Array {
  const drawn = drawnOf(settings.seed)
  return Float64Array.from({ length: settings.replicates }, (_, replicate) => {
    let weights = drawn.replicates[replicate]
    if (weights === undefined) {
      weights = new Uint8Array(BLOCKS)
      fillPoissonOnes(drawn.random, weights)
      drawn.replicates.push(weights)
    }
    return statistic(weights)
  })
}

interface Drawn {
  readonly seed: string
  readonly random: ReturnType<typeof seededRandom>
  /** Weights of the blocks in each replicate so far. */
  readonly replicates: Uint8Array[]
}

let last: Drawn | null = null

/** The draws of a seed: all statistics of some rows share them, and one seed's are kept (a kilobyte for each replicate). */
function drawnOf(seed: string): Drawn {
  if (last?.seed !== seed) last = { seed, random: seededRandom(seed), replicates: [] }
  return last
}

/**
 * Percentile interval from replicates. With few resampled units it is stretched as Hesterberg (2015) proposes, since
 * percentiles of a bootstrap of n units are too narrow by √((n − 1) / n) and as t is wider than z.
 *
 * No interval when over 5 % of the replicates are undefined, or when they are all the same: both mean that the rows are
 * too few to know the spread, and an interval of no width would look like proof.
 */
export function intervalFromReplicates(
  replicates: Float64Array,
  level: number,
  method: string,
  units = Number.POSITIVE_INFINITY,
): { interval: Interval | null; reason: string | null } {
  const known = replicates.filter((replicate) => !Number.isNaN(replicate)).sort()
  if (known.length < 0.95 * replicates.length || known.length === 0) {
    const lost = replicates.length - known.length
    return {
      interval: null,
      reason: `${lost} of ${replicates.length} bootstrap replicates are undefined: too few rows`,
    }
  }
  if (known[0] === known[known.length - 1]) {
    return { interval: null, reason: 'all bootstrap replicates are equal: too few rows to know the spread' }
  }
  const tail = tailOf(level, units)
  const low = quantileSorted(known, tail)
  const high = quantileSorted(known, 1 - tail)
  return { interval: { low, high, level, method }, reason: null }
}

/** Share of the replicates beyond each end: Φ(−√(n / (n − 1)) t) with n − 1 degrees of freedom. */
function tailOf(level: number, units: number): number {
  if (!(units >= 2 && units < Number.POSITIVE_INFINITY)) return (1 - level) / 2
  return normalCdf(-Math.sqrt(units / (units - 1)) * tQuantile(0.5 + level / 2, units - 1))
}
