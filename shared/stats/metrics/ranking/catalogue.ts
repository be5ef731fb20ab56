import { tQuantile } from '../../distributions.js'
import { mean, sumOf } from '../../numeric.js'
import type { RankingSample } from '../../sample.js'
import { BLOCKS } from '../../sampling/bootstrap.js'
import type { IntervalSettings } from '../../types.js'
import { bounds, perSample } from '../estimators.js'
import { weightedRows } from '../evidence.js'
import { type Bounds, type Estimator, type Family, type Metric, metric } from '../metric.js'
import { meanOfQueries, RANKING } from './queries.js'

/** Share of the catalogue that is ever recommended: `catalogue_coverage_at_10`. */
function catalogueCoverage(name: string, k: number): Metric {
  return metric(
    {
      name,
      title: `catalogue coverage at ${k}`,
      tasks: RANKING,
      direction: 'higher-is-better',
      range: [0, 1],
      needs: 'values',
      definition: `Share of the items of the catalogue that are within the first ${k} ranks of any query; it grows with the number of queries.`,
    },
    coverageEstimator(k),
  )
}

/** Mean self-information of what is recommended: `novelty_at_10`. */
function novelty(name: string, k: number): Metric {
  return metric(
    {
      name,
      title: `novelty at ${k}`,
      tasks: RANKING,
      direction: 'higher-is-better',
      range: [0, Number.POSITIVE_INFINITY],
      needs: 'values',
      definition: `Mean over queries of the mean of −log2 of the share of training interactions that the first ${k} items have; an item without any counts as if it had one.`,
    },
    meanOfQueries({
      refuse: needsPopularity,
      none: 'no query has a ranked item',
      of: (sample, { from, to }) => {
        const total = interactions(sample)
        return meanWithin(from, to, k, (place) => Math.log2(total / Math.max(1, popularityAt(sample, place))))
      },
    }),
  )
}

/** Average recommendation popularity, as a share of all interactions: `popularity_at_10`. */
function popularityBias(name: string, k: number): Metric {
  return metric(
    {
      name,
      title: `popularity at ${k}`,
      tasks: RANKING,
      direction: 'lower-is-better',
      range: [0, 1],
      needs: 'values',
      definition: `Popularity bias: mean over queries of the mean share of training interactions that the first ${k} items have (average recommendation popularity).`,
    },
    meanOfQueries({
      refuse: needsPopularity,
      none: 'no query has a ranked item',
      of: (sample, { from, to }) => {
        const total = interactions(sample)
        return meanWithin(from, to, k, (place) => popularityAt(sample, place) / total)
      },
    }),
  )
}

export const CATALOGUE_FAMILIES: readonly Family[] = [
  atRank('catalogue_coverage', catalogueCoverage),
  atRank('novelty', novelty),
  atRank('popularity', popularityBias),
]

function atRank(name: string, of: (name: string, k: number) => Metric): Family {
  return {
    pattern: new RegExp(`^${name}_at_(\\d+)$`),
    tasks: RANKING,
    form: `${name}_at_<k>`,
    of: (whole, k) => (Number(k) > 0 ? of(whole, Number(k)) : undefined),
  }
}

/** What is recommended, and how many items nothing but one block of queries recommends. */
interface Covered {
  readonly items: number
  /** Blocks with a query. */
  readonly blocks: readonly number[]
  /** Items that only the queries of a block recommend. */
  readonly only: Uint32Array
}

/**
 * A replicate that leaves out queries always covers less, so a bootstrap lies below the value. The jackknife over blocks of
 * queries has no such bias in its variance, which errs upwards only (Efron and Stein, 1981). One item more is added to it:
 * where every item is recommended by several blocks, the spread is small, not none.
 */
function coverageEstimator(k: number): Estimator<RankingSample> {
  const covered = perSample((sample: RankingSample) => coveredBy(sample, k))
  const method = (sample: Pick<RankingSample, 'clustered'>) =>
    `jackknife over ${sample.clustered ? 'clusters' : 'query blocks'}, Student t`
  const without = (sample: RankingSample, block: number) => {
    const { items, only } = covered(sample)
    return (items - (only[block] as number)) / sample.catalogue
  }
  const jackknife = (
    sample: RankingSample,
    value: number,
    of: (block: number) => number,
    { level }: IntervalSettings,
  ): Bounds => {
    const left = covered(sample).blocks.map(of)
    const blocks = left.length
    if (blocks < 2) return bounds(null, 'one block of queries has no spread')
    const centre = mean(left)
    const spread = ((blocks - 1) / blocks) * sumOf(blocks, (i) => ((left[i] as number) - centre) ** 2)
    const half = tQuantile(0.5 + level / 2, blocks - 1) * Math.sqrt(spread + sample.catalogue ** -2)
    return bounds({ low: value - half, high: value + half, level, method: method(sample) })
  }
  return {
    methods: { single: method({ clustered: false }), difference: method({ clustered: false }) },
    rows: weightedRows,
    value: (sample) =>
      sample.catalogue === 0
        ? { value: Number.NaN, reason: 'the catalogue is empty' }
        : { value: covered(sample).items / sample.catalogue, reason: null },
    interval: (sample, value, settings) => jackknife(sample, value, (block) => without(sample, block), settings),
    differenceInterval: (a, b, value, settings) =>
      jackknife(a, value, (block) => without(a, block) - without(b, block), settings),
  }
}

function coveredBy({ n, offsets, item, blocks, weights, catalogue }: RankingSample, k: number): Covered {
  const SEVERAL = BLOCKS + 1
  // 0: by none; else 1 + the only block.
  const by = new Uint16Array(catalogue)
  const seen = new Uint8Array(BLOCKS)
  for (let query = 0; query < n; query++) {
    if (weights !== null && weights[query] === 0) continue
    const block = blocks[query] as number
    seen[block] = 1
    const to = Math.min(offsets[query + 1] as number, (offsets[query] as number) + k)
    for (let place = offsets[query] as number; place < to; place++) {
      const own = by[item[place] as number]
      by[item[place] as number] = own === 0 || own === block + 1 ? block + 1 : SEVERAL
    }
  }
  const only = new Uint32Array(BLOCKS)
  let items = 0
  for (const owner of by) {
    if (owner === 0) continue
    items += 1
    if (owner !== SEVERAL) only[owner - 1] = (only[owner - 1] as number) + 1
  }
  return { items, blocks: Array.from(seen.keys()).filter((block) => seen[block] === 1), only }
}

const interactions = perSample((sample: RankingSample) => {
  const { popularity } = sample
  return popularity === null ? 0 : sumOf(popularity.length, (item) => popularity[item] as number)
})

function needsPopularity(sample: RankingSample): string | null {
  if (sample.popularity === null) return 'the interactions of the training data are not known'
  return interactions(sample) > 0 ? null : 'the training data have no interaction with an item of the catalogue'
}

function popularityAt({ popularity, item }: RankingSample, place: number): number {
  return (popularity as Float64Array)[item[place] as number] as number
}

function meanWithin(from: number, to: number, k: number, of: (place: number) => number): number {
  const end = Math.min(to, from + k)
  let sum = 0
  for (let place = from; place < end; place++) sum += of(place)
  return end > from ? sum / (end - from) : Number.NaN
}
