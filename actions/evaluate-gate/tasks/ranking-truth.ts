import { ascendingOrder } from '../../../shared/stats/order.js'
import type { RankingSample } from '../../../shared/stats/sample.js'
import { hashBlocks } from '../../../shared/stats/sampling/bootstrap.js'
import { hash32 } from '../../../shared/stats/sampling/rng.js'
import type { Codes } from '../judged-rows.js'
import { type Catalogue, NO_ITEM } from './catalogue.js'
import type { FaultSink } from './faults.js'
import { idealOrder } from './rank-order.js'
import type { RowFrame } from './sink.js'

/** What is known of the queries. A judged row is a query with an item and its relevance. */
export interface RankingTruth {
  /** Of the queries: these are what is resampled. */
  readonly frame: RowFrame
  /** Names of the queries, in the order of their bytes. */
  readonly queries: readonly string[]
  /** Query of each judged row. */
  readonly queryOf: Uint32Array
  /** A judged row of each query: the first one. */
  readonly firstRow: Uint32Array
  /** Item of each judged row, by its place in the catalogue. */
  readonly itemOf: Uint32Array
  /** Of each judged row, 0 or more. */
  readonly relevance: Float64Array
  readonly ideal: Pick<RankingSample, 'ideal' | 'idealOffsets'>
  readonly catalogue: Catalogue
}

/** The columns of the judged rows. Without relevances every row is relevant. */
export interface RankingColumns {
  readonly queries: Codes
  readonly items: Codes
  readonly relevance: Float64Array | null
}

/** The truth of a ranking. Notes rows without query or item, pairs that stand twice, and relevances and weights that are none. */
export function truthOfRanking(
  rows: RowFrame,
  { queries, items, relevance }: RankingColumns,
  catalogue: Catalogue,
  faults: FaultSink,
): RankingTruth {
  const { n } = rows
  const { names, queryOf, firstRow } = namedQueries(queries, n)
  const itemOf = catalogue.places(items)
  const relevances = relevance ?? new Float64Array(n).fill(1)
  for (let row = 0; row < n; row++) {
    if (names[queryOf[row] as number] === null)
      faults.add('no query', row, 'give every row what its item is ranked for')
    if (itemOf[row] === NO_ITEM) faults.add('no item', row, 'give every row an item')
    const own = relevances[row] as number
    if (own >= 0 && own < Number.POSITIVE_INFINITY) continue
    relevances[row] = faults.add(
      'a relevance that is no number of 0 or more',
      row,
      'write 0 for an item that is not relevant',
    )
  }
  noteTwice(queryOf, itemOf, catalogue.size, (row) =>
    faults.add('a query and item of another row', row, 'give each item of a query one row'),
  )
  const texts = names.map((name) => name ?? '')
  return {
    frame: frameOfQueries(rows, texts, queryOf, firstRow, faults),
    queries: texts,
    queryOf,
    firstRow,
    itemOf,
    relevance: relevances,
    ideal: idealOrder(names.length, queryOf, relevances),
    catalogue,
  }
}

/** Hashes of the names of queries and of items, for lots. */
export function nameHashes(names: readonly string[]): Uint32Array {
  return Uint32Array.from(names, hash32)
}

/** Calls `note` for each entry whose query and item stand in an earlier one already. */
export function noteTwice(query: Uint32Array, item: Uint32Array, items: number, note: (entry: number) => void): void {
  const keys = new Float64Array(query.length)
  for (let i = 0; i < keys.length; i++)
    keys[i] = (query[i] as number) * (items + 1) + Math.min(items, item[i] as number)
  const order = ascendingOrder(keys)
  for (let i = 1; i < order.length; i++) {
    const entry = order[i] as number
    if (item[entry] !== NO_ITEM && keys[entry] === keys[order[i - 1] as number]) note(entry)
  }
}

/** The queries that rows have, in the order of the column's names. */
function namedQueries({ codes, names }: Codes, n: number) {
  const seen = new Uint8Array(names.length)
  for (let row = 0; row < n; row++) seen[codes[row] as number] = 1
  const placeOfCode = new Uint32Array(names.length)
  const present: (string | null)[] = []
  for (const [code, name] of names.entries()) {
    if (seen[code] === 0) continue
    placeOfCode[code] = present.length
    present.push(name)
  }
  const queryOf = new Uint32Array(n)
  const firstRow = new Uint32Array(present.length)
  for (let row = n - 1; row >= 0; row--) {
    const query = placeOfCode[codes[row] as number] as number
    queryOf[row] = query
    firstRow[query] = row
  }
  return { names: present, queryOf, firstRow }
}

/** A query has the weight that all its rows have; its block is that of its cluster, or of its name. */
function frameOfQueries(
  { n, weights, blocks, clustered }: RowFrame,
  names: readonly string[],
  queryOf: Uint32Array,
  firstRow: Uint32Array,
  faults: FaultSink,
): RowFrame {
  const own = weights && Float64Array.from(firstRow, (row) => weights[row] as number)
  if (weights !== null && own !== null) {
    for (let row = 0; row < n; row++) {
      if (weights[row] !== own[queryOf[row] as number]) {
        faults.add('a weight other than that of its query', row, 'give all rows of a query the same weight')
      }
    }
  }
  return {
    n: names.length,
    weights: own,
    clustered,
    blocks: clustered ? Uint16Array.from(firstRow, (row) => blocks[row] as number) : hashBlocks(names),
  }
}
