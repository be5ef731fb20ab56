import type { RankingSample } from '../../sample.js'
import { type Family, type Metric, type MetricInfo, metric } from '../metric.js'
import { meanOfQueries, orZero, type Query, RANKING } from './queries.js'

interface Convention {
  /** 2^rel − 1 in place of rel. */
  readonly exponential: boolean
  /** Items of equal score in the order in which they are ranked, in place of the mean over all orders of them. */
  readonly ordered: boolean
  /** Queries without a relevant item count 0, in place of being left out. */
  readonly zero: boolean
  /** Ranks that count; Infinity for all. */
  readonly k: number
}

/** Normalised discounted cumulative gain; the plain one equals scikit-learn's ndcg_score. */
function ndcgMetric(name: string, convention: Convention): Metric {
  const { exponential, ordered, zero, k } = convention
  const cut = k === Number.POSITIVE_INFINITY ? '' : ` at ${k}`
  const gain = exponential ? '2^rel − 1' : 'rel'
  const ties = ordered ? 'items of equal score in their order' : 'items of equal score averaged over their orders'
  const info: MetricInfo = {
    name,
    title: `NDCG${cut}${exponential ? ', exponential gain' : ''}${ordered ? ', ties by order' : ''}${zero ? ', all queries' : ''}`,
    tasks: RANKING,
    direction: 'higher-is-better',
    range: [0, 1],
    needs: 'values',
    definition: `Mean over queries of Σ (${gain}) / log2(rank + 1)${cut && ` over the first ${k} ranks`}, divided by that of the best ranking of all relevances of the query; ${ties}; queries without a relevant item ${zero ? 'count 0' : 'are left out'}.`,
  }
  return metric(
    info,
    meanOfQueries({
      of: (sample, query) => orZero(ndcgOf(sample, query, convention), zero),
      none: 'no query has a relevant item',
    }),
  )
}

/** NDCG of one query, NaN when it has no relevant item. */
export function ndcgOf(
  sample: RankingSample,
  query: Query,
  { exponential, ordered, k }: Omit<Convention, 'zero'>,
): number {
  const gain = (relevance: number) => (exponential ? 2 ** relevance - 1 : relevance)
  const { ideal, relevance, score } = sample
  let best = 0
  for (let i = query.idealFrom; i < query.idealTo && i - query.idealFrom < k; i++) {
    best += gain(ideal[i] as number) * discount(i - query.idealFrom)
  }
  if (best === 0) return Number.NaN
  let sum = 0
  for (let i = query.from; i < query.to && i - query.from < k; ) {
    let next = i + 1
    while (!ordered && next < query.to && score[next] === score[i]) next += 1
    let [gains, discounts] = [0, 0]
    for (let j = i; j < next; j++) {
      gains += gain(relevance[j] as number)
      if (j - query.from < k) discounts += discount(j - query.from)
    }
    sum += (gains / (next - i)) * discounts
    i = next
  }
  return Math.min(1, sum / best)
}

/** Of the rank, from 0. */
function discount(rank: number): number {
  return 1 / Math.log2(rank + 2)
}

export const NDCG_FAMILY: Family = {
  pattern: /^ndcg(_exponential)?(_ordered)?(_zero)?(?:_at_(\d+))?$/,
  tasks: RANKING,
  form: 'ndcg_at_<k>',
  of: (name, exponential, ordered, zero, cut) => {
    const k = cut === undefined ? Number.POSITIVE_INFINITY : Number(cut)
    const convention = {
      exponential: exponential !== undefined,
      ordered: ordered !== undefined,
      zero: zero !== undefined,
      k,
    }
    return k > 0 ? ndcgMetric(name, convention) : undefined
  },
}
