import { Accumulator } from '../numeric.js'
import type { Sample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'

/** Whether a row is one of those that a value is made from. */
export type Counts<S extends Sample> = (sample: S, row: number) => boolean

/**
 * Whether closed forms hold, which take rows as independent and as counting once each. Otherwise a bootstrap of blocks
 * takes their place.
 */
export function isPlain(sample: Sample): boolean {
  return sample.weights === null && !sample.clustered
}

/** Whether any row counts. */
export function hasWeight({ weights }: Sample): boolean {
  return weights === null || weights.some((weight) => weight > 0)
}

/** Rows with a weight above 0. */
export function weightedRows({ n, weights }: Sample): number {
  if (weights === null) return n
  let rows = 0
  for (let i = 0; i < n; i++) rows += Number((weights[i] as number) > 0)
  return rows
}

/** Blocks with a row that counts and weighs more than 0: the number of clusters when they are few, else less. */
export function clustersOf<S extends Sample>(sample: S, counts?: Counts<S>): number {
  const { n, blocks, weights } = sample
  const seen = new Uint8Array(BLOCKS)
  let left = BLOCKS
  for (let i = 0; left > 0 && i < n; i++) {
    const block = blocks[i] as number
    if (seen[block] === 1 || (weights !== null && !((weights[i] as number) > 0))) continue
    if (counts !== undefined && !counts(sample, i)) continue
    seen[block] = 1
    left -= 1
  }
  return BLOCKS - left
}

/** Kish's effective sample size (Σw)² / Σw²: equal weights give the number of rows, one heavy row gives about 1. */
export function effectiveSize<S extends Sample>(sample: S, counts?: Counts<S>): number {
  const [sum, squares] = [new Accumulator(), new Accumulator()]
  for (let i = 0; i < sample.n; i++) {
    if (counts !== undefined && !counts(sample, i)) continue
    const weight = sample.weights === null ? 1 : (sample.weights[i] as number)
    sum.add(weight)
    squares.add(weight * weight)
  }
  return squares.sum === 0 ? 0 : sum.sum ** 2 / squares.sum
}
