import { meanInterval } from '../../intervals.js'
import { mean } from '../../numeric.js'
import type { RankingSample } from '../../sample.js'
import { bounds, ofSums, perSample } from '../estimators.js'
import { isPlain } from '../evidence.js'
import type { Estimator } from '../metric.js'

export const RANKING = ['ranking'] as const

/** The ranked items of a query, and the relevances that it has at all. */
export interface Query {
  /** Places in the sample's `item`, `score` and `relevance`. */
  readonly from: number
  readonly to: number
  /** Places in the sample's `ideal`. */
  readonly idealFrom: number
  readonly idealTo: number
}

const NO_SPREAD = 'every query gives the same number: the spread is unknown'

/**
 * The mean of a number per query over the queries that have it; NaN leaves a query out. Student's t on independent queries
 * that count once each; otherwise a bootstrap of blocks.
 */
export function meanOfQueries(spec: {
  of(sample: RankingSample, query: Query): number
  /** Why no query has a number. */
  none: string
  refuse?(sample: RankingSample): string | null
}): Estimator<RankingSample> {
  const values = perSample((sample: RankingSample) => {
    const own = new Float64Array(sample.n)
    for (let query = 0; query < sample.n; query++) own[query] = spec.of(sample, queryAt(sample, query))
    return own
  })
  const counts = (sample: RankingSample, query: number) => !Number.isNaN(values(sample)[query])
  const resampled = ofSums<RankingSample>({
    none: spec.none,
    ...(spec.refuse === undefined ? {} : { refuse: spec.refuse }),
    sums: (sample) => {
      const own = values(sample)
      return {
        width: 2,
        terms: (out, at, query) => {
          const counted = !Number.isNaN(own[query])
          out[at] = Number(counted)
          out[at + 1] = counted ? (own[query] as number) : 0
        },
        of: ([weight, sum]) => (sum as number) / (weight as number),
      }
    },
  })
  return {
    methods: { single: 'Student t over queries', difference: 'Student t of the paired differences of queries' },
    counts,
    rows(sample) {
      let rows = 0
      for (let query = 0; query < sample.n; query++) {
        rows += Number(counts(sample, query) && (sample.weights === null || (sample.weights[query] as number) > 0))
      }
      return rows
    },
    value(sample) {
      const refused = spec.refuse?.(sample) ?? null
      if (refused !== null || !isPlain(sample)) return resampled.value(sample)
      const known = knownOf(values(sample))
      return known.length === 0 ? { value: Number.NaN, reason: spec.none } : { value: mean(known), reason: null }
    },
    interval(sample, value, settings) {
      if (!isPlain(sample)) return resampled.interval(sample, value, settings)
      const interval = meanInterval(knownOf(values(sample)), settings.level)
      return bounds(interval && { ...interval, method: 'Student t over queries' }, NO_SPREAD)
    },
    differenceInterval(a, b, value, settings) {
      const [ofA, ofB] = [values(a), values(b)]
      const samePart = ofA.every((own, query) => Number.isNaN(own) === Number.isNaN(ofB[query]))
      // The mean of the differences is the difference of the means only when both are taken over the same queries.
      if (!isPlain(a) || !samePart) return resampled.differenceInterval(a, b, value, settings)
      const interval = meanInterval(knownOf(ofA.map((own, query) => own - (ofB[query] as number))), settings.level)
      return bounds(interval && { ...interval, method: 'Student t of the paired differences of queries' }, NO_SPREAD)
    },
  }
}

/** Where the ranked items of a query, and its items in the ideal order, begin and end. */
export function queryAt({ offsets, idealOffsets }: RankingSample, query: number): Query {
  return {
    from: offsets[query] as number,
    to: offsets[query + 1] as number,
    idealFrom: idealOffsets[query] as number,
    idealTo: idealOffsets[query + 1] as number,
  }
}

/** Relevant items of a query, ranked or not. */
export function relevantOf({ ideal }: RankingSample, { idealFrom, idealTo }: Query): number {
  let relevant = 0
  for (let i = idealFrom; i < idealTo && (ideal[i] as number) > 0; i++) relevant += 1
  return relevant
}

/** Queries without a relevant item: most measures leave them out. */
export function withoutRelevant(sample: RankingSample): number {
  let queries = 0
  for (let query = 0; query < sample.n; query++) queries += Number(relevantOf(sample, queryAt(sample, query)) === 0)
  return queries
}

/** The number of a query, or 0 where it has none and is to count all the same. */
export function orZero(value: number, zero: boolean): number {
  return zero && Number.isNaN(value) ? 0 : value
}

function knownOf(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value))
}
