import type { Prediction } from '../../../shared/contracts/predict.js'
import { ascendingOrder } from '../../../shared/stats/order.js'
import type { RankingSample } from '../../../shared/stats/sample.js'
import type { Codes } from '../judged-rows.js'
import { NO_ITEM } from './catalogue.js'
import type { FaultSink } from './faults.js'
import { inRankOrder, lotOf, taken } from './rank-order.js'
import { nameHashes, noteTwice, type RankingTruth } from './ranking-truth.js'
import { type AnswerSink, placeOf } from './sink.js'

/** Scores of the judged rows: the items of a query are those of its rows. */
export class RankingSink implements AnswerSink<RankingTruth, RankingSample> {
  readonly n: number
  readonly #scores: Float64Array

  constructor(n: number) {
    this.n = n
    this.#scores = new Float64Array(n).fill(Number.NaN)
  }

  put(place: number, { score }: Prediction): void {
    if (score !== null) this.#scores[place] = score
  }

  sample(truth: RankingTruth, faults: FaultSink, places?: Int32Array): RankingSample {
    const { queryOf, itemOf, relevance } = truth
    const score = new Float64Array(queryOf.length)
    for (let row = 0; row < score.length; row++) {
      const place = placeOf(row, places)
      const own = place < 0 ? Number.NaN : (this.#scores[place] as number)
      score[row] = Number.isNaN(own)
        ? faults.add('no score', row, 'answer with a score per row, the higher the better')
        : own
    }
    return sampleOfEntries(truth, queryOf, itemOf, score, relevance)
  }
}

/** Items that a model ranks, each with its query: a file that has items besides those of the judged rows. */
export interface RankedLists {
  readonly queries: Codes
  readonly items: Codes
  /** The higher the better: a rank is given with its sign turned. */
  readonly score: Float64Array
}

/**
 * The sample of ranked lists. An item that no judged row has is not relevant.
 * @param faults rows of the lists that cannot be read
 * @param unranked queries of the judged rows that no list is of
 * @returns with the rows of the lists whose query is not judged
 */
export function sampleOfLists(
  truth: RankingTruth,
  { queries, items, score }: RankedLists,
  faults: FaultSink,
  unranked: FaultSink,
): { readonly sample: RankingSample; readonly unused: number } {
  const known = new Map(truth.queries.map((name, query) => [name, query]))
  const queryOfCode = queries.names.map((name) => (name === null ? undefined : known.get(name)))
  const rows = rowsOfKnown(queries.codes, queryOfCode)
  const n = rows.length
  const query = new Uint32Array(n)
  for (let i = 0; i < n; i++) query[i] = queryOfCode[queries.codes[rows[i] as number] as number] as number
  const item = truth.catalogue.places({ codes: taken(items.codes, rows, new Uint32Array(n)), names: items.names })
  const own = taken(score, rows, new Float64Array(n))
  const ranked = new Uint8Array(truth.queries.length)
  for (let entry = 0; entry < n; entry++) {
    const row = rows[entry] as number
    ranked[query[entry] as number] = 1
    if (item[entry] === NO_ITEM) faults.add('no item', row, 'give every row an item')
    if (!Number.isFinite(own[entry]))
      own[entry] = faults.add('no score or rank', row, 'give every row a score or a rank')
  }
  noteTwice(query, item, truth.catalogue.size, (entry) =>
    faults.add('a query and item of another row', rows[entry] as number, 'rank each item of a query once'),
  )
  for (let q = 0; q < ranked.length; q++) {
    if (ranked[q] === 0) unranked.add('no ranked item', q, 'rank items for every query of the test rows')
  }
  const sample = sampleOfEntries(truth, query, item, own, relevanceOf(truth, query, item))
  return { sample, unused: queries.codes.length - n }
}

/** The sample of entries in any order; the catalogue has to know all items of all models by then. */
export function sampleOfEntries(
  { frame, queries, ideal, catalogue }: RankingTruth,
  query: Uint32Array,
  item: Uint32Array,
  score: Float64Array,
  relevance: Float64Array,
): RankingSample {
  const [ofQueries, ofItems] = [nameHashes(queries), nameHashes(catalogue.names)]
  const lot = new Uint32Array(query.length)
  for (let i = 0; i < lot.length; i++) {
    lot[i] = lotOf(ofQueries[query[i] as number] as number, ofItems[item[i] as number] as number)
  }
  return {
    task: 'ranking',
    ...frame,
    ...inRankOrder(queries.length, { query, item, score, relevance, lot }),
    ...ideal,
    catalogue: catalogue.size,
    popularity: catalogue.popularity(),
  }
}

/** The sample with the whole catalogue, once all models have been read: each may rank items that are new. */
export function withCatalogue(sample: RankingSample, { catalogue }: RankingTruth): RankingSample {
  return { ...sample, catalogue: catalogue.size, popularity: catalogue.popularity() }
}

/** Relevance of queries and items by the judged rows; 0 where there is no such row. */
export function relevanceOf(truth: RankingTruth, query: Uint32Array, item: Uint32Array): Float64Array {
  const items = truth.catalogue.size
  const keyOf = (q: number, i: number) => q * (items + 1) + Math.min(items, i)
  const keys = new Float64Array(truth.queryOf.length)
  for (let row = 0; row < keys.length; row++) {
    keys[row] = keyOf(truth.queryOf[row] as number, truth.itemOf[row] as number)
  }
  const order = ascendingOrder(keys)
  const sorted = taken(keys, order, new Float64Array(keys.length))
  const result = new Float64Array(query.length)
  for (let i = 0; i < result.length; i++) {
    const key = keyOf(query[i] as number, item[i] as number)
    const at = lowerBound(sorted, key)
    if (sorted[at] === key) result[i] = truth.relevance[order[at] as number] as number
  }
  return result
}

function lowerBound(sorted: Float64Array, key: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < key) low = middle + 1
    else high = middle
  }
  return low
}

function rowsOfKnown(codes: Codes['codes'], queryOfCode: readonly (number | undefined)[]): Uint32Array {
  const rows = new Uint32Array(codes.length)
  let count = 0
  for (let row = 0; row < codes.length; row++) {
    if (queryOfCode[codes[row] as number] !== undefined) rows[count++] = row
  }
  return rows.subarray(0, count)
}
