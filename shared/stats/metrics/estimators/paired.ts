import { pairedProportionDifference } from '../../intervals.js'
import { Accumulator } from '../../numeric.js'
import type { Sample } from '../../sample.js'
import { BLOCKS, bootstrapBlocks, intervalFromReplicates } from '../../sampling/bootstrap.js'
import { seededRandom } from '../../sampling/rng.js'
import type { IntervalSettings } from '../../types.js'
import { isPlain } from '../evidence.js'
import type { Bounds } from '../metric.js'
import { blockMethod, filledBlocks, negated, symmetric } from './common.js'
import { blockTotals } from './sums.js'

/** Which rows count, and which of them each model has right. */
interface PairedHits {
  counts(row: number): boolean
  a(row: number): boolean
  b(row: number): boolean
}

/**
 * Interval of the difference of two shares on the same rows. On independent rows that count once each, that of Bonett
 * and Price; otherwise a bootstrap of blocks with two more rows as in it, one that only a gets right and one that only b
 * does. Also tells how many rows only one model has right.
 */
export function pairedInterval(sample: Sample, hits: PairedHits, settings: IntervalSettings): Bounds {
  if (isPlain(sample)) {
    let [n, onlyA, onlyB] = [0, 0, 0]
    for (let i = 0; i < sample.n; i++) {
      if (!hits.counts(i)) continue
      n += 1
      const [a, b] = [hits.a(i), hits.b(i)]
      if (a && !b) onlyA += 1
      if (b && !a) onlyB += 1
    }
    return ofCounts(n, onlyA, onlyB, settings)
  }
  let discordant = 0
  const { sums, totals } = blockTotals(sample, {
    width: 3,
    terms: (out, at, row) => {
      const counted = hits.counts(row)
      const [a, b] = [counted && hits.a(row), counted && hits.b(row)]
      if (a !== b) discordant += 1
      out[at] = Number(counted)
      out[at + 1] = Number(a && !b)
      out[at + 2] = Number(b && !a)
    },
  })
  const lead = leadOf(sums, totals)
  const pseudo = pseudoWeight(sample, (row) => hits.counts(row), sums, 3)
  const random = seededRandom(`${settings.seed} pseudo rows`)
  // The model that leads gets the first of the two random numbers: swapped models get exactly the negated interval.
  const [first, second] = lead < 0 ? [2, 1] : [1, 2]
  const statistic = (drawn: Float64Array) => {
    const gain = pseudo * random.poisson(1)
    const loss = pseudo * random.poisson(1)
    const weight = (drawn[0] as number) + gain + loss
    return ((drawn[first] as number) + gain - (drawn[second] as number) - loss) / weight
  }
  const replicates = bootstrapBlocks(sums, 3, statistic, settings)
  const method = `${blockMethod(sample)}, percentile`
  const { interval, reason } = intervalFromReplicates(replicates, settings.level, method, filledBlocks(sample))
  const turned = interval && (lead < 0 ? negated(interval) : lead === 0 ? symmetric(interval) : interval)
  return { interval: turned, reason, discordant }
}

/** Above 0 when the first model has more right than the second, on the whole or in the first block where they differ. */
function leadOf(sums: Float64Array, totals: Float64Array): number {
  const whole = (totals[1] as number) - (totals[2] as number)
  if (whole !== 0) return whole
  for (let from = 0; from < sums.length; from += 3) {
    const gap = (sums[from + 1] as number) - (sums[from + 2] as number)
    if (gap !== 0) return gap
  }
  return 0
}

/** The interval of counts of independent rows. */
export function ofCounts(n: number, onlyA: number, onlyB: number, { level }: IntervalSettings): Bounds {
  const interval = pairedProportionDifference({ n, onlyA, onlyB }, level)
  const reason = interval === null ? 'there are too few rows for an interval' : null
  return { interval, reason, discordant: onlyA + onlyB }
}

/**
 * Weight of one more independent unit: Σm² / Σm over rows, or over the blocks of clusters. With it Σm / (Σm² / Σm) units
 * make up the sample, its effective size. `sums` begins each block with the weight of its rows.
 */
export function pseudoWeight(
  sample: Sample,
  counts: (row: number) => boolean,
  sums: Float64Array,
  width: number,
): number {
  const [whole, squares] = [new Accumulator(), new Accumulator()]
  const add = (size: number) => {
    whole.add(size)
    squares.add(size * size)
  }
  if (sample.clustered) for (let block = 0; block < BLOCKS; block++) add(sums[block * width] as number)
  else
    for (let i = 0; i < sample.n; i++) if (counts(i)) add(sample.weights === null ? 1 : (sample.weights[i] as number))
  return whole.sum === 0 ? 0 : squares.sum / whole.sum
}
