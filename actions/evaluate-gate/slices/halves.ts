import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'

/** Indices of the rows on which slices are searched, of some of them, and of those on which they are tested. */
export interface Halves {
  readonly searched: Uint32Array
  /** Of whole blocks, so that which rows they are does not depend on the order of rows. */
  readonly sample: Uint32Array
  readonly tested: Uint32Array
  /** Rows of the searching half that were left out because they would take too long. */
  readonly skipped: number
}

/** Rows that quantiles are taken from, about. */
const SAMPLED = 50_000

/**
 * Splits rows by their bootstrap block, which is a hash of the name of the row or of its cluster: even blocks are searched, odd
 * ones test, so that no cluster is in both and the order of rows does not matter.
 *
 * @param counts rows that can be used; the others are in neither half.
 * @param mostSearched beyond it whole blocks are left out of the search.
 */
export function halvesOf(blocks: Uint16Array, counts: (row: number) => boolean, mostSearched: number): Halves {
  const sizes = new Uint32Array(BLOCKS)
  for (let i = 0; i < blocks.length; i++) {
    if (counts(i)) sizes[blocks[i] as number] = (sizes[blocks[i] as number] as number) + 1
  }
  const searchEnd = endOf(sizes, mostSearched)
  const sampleEnd = Math.min(searchEnd, endOf(sizes, SAMPLED))
  const total = (from: number, to: number) => {
    let rows = 0
    for (let block = from; block < to; block += 2) rows += sizes[block] as number
    return rows
  }
  const searched = new Uint32Array(total(0, searchEnd))
  const sample = new Uint32Array(total(0, sampleEnd))
  const tested = new Uint32Array(total(1, BLOCKS))
  let [ofSearched, ofSample, ofTested] = [0, 0, 0]
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i] as number
    if (!counts(i)) continue
    if (block % 2 === 1) tested[ofTested++] = i
    else {
      if (block < searchEnd) searched[ofSearched++] = i
      if (block < sampleEnd) sample[ofSample++] = i
    }
  }
  return { searched, sample, tested, skipped: total(0, BLOCKS) - searched.length }
}

/** The block before which even blocks hold about so many rows; the first one always counts. */
function endOf(sizes: Uint32Array, most: number): number {
  let rows = 0
  for (let block = 0; block < BLOCKS; block += 2) {
    if (rows > 0 && rows + (sizes[block] as number) > most) return block
    rows += sizes[block] as number
  }
  return BLOCKS
}
