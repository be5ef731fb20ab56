import { ascendingOrder } from '../../../shared/stats/order.js'
import type { RankingSample } from '../../../shared/stats/sample.js'

/** Items that are ranked, in any order: one entry for each query and item. */
export interface Entries {
  readonly query: Uint32Array
  readonly item: Uint32Array
  readonly score: Float64Array
  readonly relevance: Float64Array
  /** Decides between equal scores, the lower one first. */
  readonly lot: Uint32Array
}

/** The entries by query, and within one by descending score, equal scores by lot. */
export function inRankOrder(
  queries: number,
  { query, item, score, relevance, lot }: Entries,
): Pick<RankingSample, 'offsets' | 'item' | 'score' | 'relevance'> {
  // Each sort keeps the order of the one before where its own keys are equal.
  const byLot = ascendingOrder(lot)
  const descending = taken(score, byLot, new Float64Array(byLot.length))
  for (let i = 0; i < descending.length; i++) descending[i] = -(descending[i] as number)
  const byScore = taken(byLot, ascendingOrder(descending), new Uint32Array(byLot.length))
  const { offsets, order } = byQuery(queries, query, byScore)
  const n = order.length
  return {
    offsets,
    item: taken(item, order, new Uint32Array(n)),
    score: taken(score, order, new Float64Array(n)),
    relevance: taken(relevance, order, new Float64Array(n)),
  }
}

/** The values at these places, written to `into`. */
export function taken<T extends Float64Array | Uint32Array>(from: ArrayLike<number>, places: Uint32Array, into: T): T {
  for (let i = 0; i < places.length; i++) into[i] = from[places[i] as number] as number
  return into
}

/** Relevances above 0 by query, descending. */
export function idealOrder(
  queries: number,
  query: Uint32Array,
  relevance: Float64Array,
): Pick<RankingSample, 'idealOffsets' | 'ideal'> {
  const relevant = positive(relevance)
  const n = relevant.length
  const descending = taken(relevance, relevant, new Float64Array(n))
  for (let i = 0; i < n; i++) descending[i] = -(descending[i] as number)
  const byRelevance = taken(relevant, ascendingOrder(descending), new Uint32Array(n))
  const { offsets, order } = byQuery(queries, query, byRelevance)
  return { idealOffsets: offsets, ideal: taken(relevance, order, new Float64Array(n)) }
}

/**
 * A number that a query and an item draw: the same for the same names in any order of rows, and without regard to either
 * name, so that no model gains by how items are called.
 * @param query hash of the name of the query, 32 bits
 * @param item hash of that of the item
 */
export function lotOf(query: number, item: number): number {
  let lot = Math.imul(query ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(item + 0x7f4a7c15, 0xc2b2ae35)
  lot = Math.imul(lot ^ (lot >>> 15), 0x2c1b3c6d)
  return (lot ^ (lot >>> 13)) >>> 0
}

function positive(relevance: Float64Array): Uint32Array {
  let count = 0
  for (const value of relevance) count += Number(value > 0)
  const entries = new Uint32Array(count)
  let next = 0
  for (let entry = 0; entry < relevance.length; entry++) if ((relevance[entry] as number) > 0) entries[next++] = entry
  return entries
}

/** A stable counting sort of entries by their query. */
function byQuery(
  queries: number,
  query: Uint32Array,
  entries: Uint32Array,
): { offsets: Uint32Array; order: Uint32Array } {
  const offsets = new Uint32Array(queries + 1)
  for (let i = 0; i < entries.length; i++) {
    const q = query[entries[i] as number] as number
    offsets[q + 1] = (offsets[q + 1] as number) + 1
  }
  for (let q = 0; q < queries; q++) offsets[q + 1] = (offsets[q + 1] as number) + (offsets[q] as number)
  const next = offsets.slice(0, queries)
  const order = new Uint32Array(entries.length)
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as number
    const q = query[entry] as number
    const at = next[q] as number
    next[q] = at + 1
    order[at] = entry
  }
  return { offsets, order }
}
