import type { RankingSample } from '../../sample.js'
import { proportion } from '../estimators.js'
import { type Estimator, type Family, type Metric, type MetricInfo, metric } from '../metric.js'
import { meanOfQueries, orZero, type Query, queryAt, RANKING, relevantOf } from './queries.js'

/** A measure of where the relevant items of a query are; relevant is a relevance above 0. */
interface Kind {
  readonly name: string
  readonly title: string
  readonly direction: MetricInfo['direction']
  readonly formula: string
  readonly none: string
  /** Whether it can be taken over all ranks. */
  readonly uncut: boolean
  /** NaN leaves the query out. */
  of(sample: RankingSample, query: Query, k: number): number
}

const NONE = 'no query has a relevant item'
const LEFT_OUT = 'queries without a relevant item are left out'
const COUNT_0 = 'queries without a relevant item count 0'
const better = { direction: 'higher-is-better', none: NONE } as const

const KINDS: readonly Kind[] = [
  {
    ...better,
    name: 'map',
    title: 'MAP',
    uncut: true,
    formula: `Mean over queries of Σ precision at the rank of each relevant item within k, divided by min(R, k) with R the relevant items of the query; ${LEFT_OUT}`,
    of(sample, query, k) {
      const relevant = relevantOf(sample, query)
      let [hits, sum] = [0, 0]
      for (let i = query.from; i < query.to && i - query.from < k; i++) {
        if (!isRelevant(sample, i)) continue
        hits += 1
        sum += hits / (i - query.from + 1)
      }
      return sum / (relevant === 0 ? Number.NaN : Math.min(relevant, k))
    },
  },
  {
    ...better,
    name: 'mrr',
    title: 'MRR',
    uncut: true,
    formula: `Mean over queries of 1 / rank of the first relevant item, 0 when it is not within k; ${LEFT_OUT}`,
    of(sample, query, k) {
      if (relevantOf(sample, query) === 0) return Number.NaN
      for (let i = query.from; i < query.to && i - query.from < k; i++) {
        if (isRelevant(sample, i)) return 1 / (i - query.from + 1)
      }
      return 0
    },
  },
  {
    ...better,
    name: 'hit_rate',
    title: 'hit rate',
    uncut: false,
    formula: `Share of queries with a relevant item within k; ${LEFT_OUT}`,
    of: (sample, query, k) => (relevantOf(sample, query) === 0 ? Number.NaN : Number(hitsWithin(sample, query, k) > 0)),
  },
  {
    ...better,
    name: 'precision',
    title: 'precision',
    uncut: false,
    formula: `Mean over queries of relevant items within k, divided by k, also where fewer are ranked; ${LEFT_OUT}`,
    of: (sample, query, k) => (relevantOf(sample, query) === 0 ? Number.NaN : hitsWithin(sample, query, k) / k),
  },
  {
    ...better,
    name: 'recall',
    title: 'recall',
    uncut: false,
    formula: `Mean over queries of the share of their relevant items within k; ${LEFT_OUT}`,
    of: (sample, query, k) => hitsWithin(sample, query, k) / relevantOf(sample, query),
  },
  {
    name: 'fall_out',
    title: 'fall-out',
    direction: 'lower-is-better',
    uncut: false,
    none: 'no query has a ranked item that is not relevant',
    formula:
      'Mean over queries of the share of their ranked items that are not relevant within k; queries without such an item are left out',
    of(sample, query, k) {
      const ranked = query.to - query.from
      const within = Math.min(k, ranked) - hitsWithin(sample, query, k)
      return within / (ranked - hitsWithin(sample, query, ranked))
    },
  },
]

export const R_PRECISION: Metric = metric(
  {
    name: 'r_precision',
    title: 'R-precision',
    tasks: RANKING,
    direction: 'higher-is-better',
    range: [0, 1],
    needs: 'values',
    definition: `Mean over queries of the share of relevant items within the first R ranks, R being the relevant items of the query; ${LEFT_OUT}.`,
  },
  meanOfQueries({
    none: NONE,
    of: (sample, query) => {
      const relevant = relevantOf(sample, query)
      return hitsWithin(sample, query, relevant) / relevant
    },
  }),
)

/** @param zero whether a query without a relevant item counts 0, in place of being left out */
function metricOf(kind: Kind, name: string, k: number, zero: boolean): Metric {
  const cut = k === Number.POSITIVE_INFINITY ? 'k = all ranks' : `k = ${k}`
  return metric(
    {
      name,
      title: `${kind.title}${k === Number.POSITIVE_INFINITY ? '' : ` at ${k}`}${zero ? ', all queries' : ''}`,
      tasks: RANKING,
      direction: kind.direction,
      range: [0, 1],
      needs: 'values',
      definition: `${zero ? kind.formula.replace(LEFT_OUT, COUNT_0) : kind.formula}; ${cut}.`,
    },
    kind.name === 'hit_rate'
      ? shareOfHits(k, zero)
      : meanOfQueries({ of: (sample, query) => orZero(kind.of(sample, query, k), zero), none: kind.none }),
  )
}

/** A hit or none is a proportion, whose interval holds near 0 and 1 too. */
function shareOfHits(k: number, zero: boolean): Estimator<RankingSample> {
  return proportion<RankingSample>({
    counts: (sample, query) => zero || relevantOf(sample, queryAt(sample, query)) > 0,
    hit: (sample, query) => hitsWithin(sample, queryAt(sample, query), k) > 0,
    none: NONE,
  })
}

export const HIT_FAMILIES: readonly Family[] = KINDS.map((kind) => ({
  // Of fall-out it is other queries that have none.
  pattern: new RegExp(
    `^${kind.name}(${kind.none === NONE ? '_zero' : '(?!)'})?${kind.uncut ? '(?:_at_(\\d+))?' : '_at_(\\d+)'}$`,
  ),
  tasks: RANKING,
  form: `${kind.name}_at_<k>`,
  of: (name, zero, cut) => {
    const k = cut === undefined ? Number.POSITIVE_INFINITY : Number(cut)
    return k > 0 ? metricOf(kind, name, k, zero !== undefined) : undefined
  },
}))

function hitsWithin(sample: RankingSample, { from, to }: Query, k: number): number {
  let hits = 0
  for (let i = from; i < to && i - from < k; i++) hits += Number(isRelevant(sample, i))
  return hits
}

function isRelevant({ relevance }: RankingSample, place: number): boolean {
  return (relevance[place] as number) > 0
}
