import type { OneClass } from '../classification.js'
import { Accumulator, type Numbers, Tally } from '../numeric.js'
import type { ClassSample } from '../sample.js'
import { BLOCKS } from '../sampling/bootstrap.js'
import { type Proportion, proportionOf, RATES, type Rate, type Shares } from './rates.js'

/** How rows count, and which of them depend on each other. */
export type Design = Pick<ClassSample, 'weights' | 'blocks' | 'clustered'>

/**
 * Sums over some rows that weigh more than 0. There is a place for each class and cell (tp, fp and fn of the class against
 * the rest, classes in turn), and a last one for all rows.
 */
export interface BlockSums {
  readonly classes: number
  readonly clustered: boolean
  /** Rows, by place. */
  readonly rows: Float64Array
  /** Squares of their weights, by place. */
  readonly squares: Float64Array
  /** Weights, by place and within it by block. */
  readonly weights: Float64Array
}

/** What is left of two sums that were rounded apart. */
const ROUNDING = 1e-12

/** Whether rows count once each and are independent: counts say all then. */
export function isPlainDesign({ weights, clustered }: Design): boolean {
  return weights === null && !clustered
}

/** Sums over the given rows (indices into `truth` and `label`, which hold classes), or over all rows for null. */
export function blockSums(
  truth: Numbers,
  label: Numbers,
  { weights, blocks, clustered }: Design,
  rows: Uint32Array | null,
  classes: number,
): BlockSums {
  const places = 3 * classes + 1
  const counts = new Float64Array(places)
  const [squares, sums] = [new Tally(places), new Tally(places * BLOCKS)]
  const add = (place: number, block: number, weight: number) => {
    counts[place] = (counts[place] as number) + 1
    squares.add(place, weight * weight)
    sums.add(place * BLOCKS + block, weight)
  }
  const n = rows === null ? truth.length : rows.length
  for (let i = 0; i < n; i++) {
    const row = rows === null ? i : (rows[i] as number)
    const weight = weights === null ? 1 : (weights[row] as number)
    if (!(weight > 0)) continue
    const [t, p, block] = [truth[row] as number, label[row] as number, blocks[row] as number]
    if (t === p) add(3 * t, block, weight)
    else {
      add(3 * p + 1, block, weight)
      add(3 * t + 2, block, weight)
    }
    add(places - 1, block, weight)
  }
  return { classes, clustered, rows: counts, squares: squares.values(), weights: sums.values() }
}

/** The sums of all rows without those of a part of them. */
export function withoutPart(whole: BlockSums, part: BlockSums): BlockSums {
  return {
    ...whole,
    rows: whole.rows.map((sum, place) => sum - (part.rows[place] as number)),
    squares: whole.squares.map((sum, place) => rest(sum, part.squares[place] as number)),
    weights: whole.weights.map((sum, place) => rest(sum, part.weights[place] as number)),
  }
}

/** The rates of class `k` against the rest, as effective counts. */
export function effectiveShares({ classes, clustered, rows, squares, weights }: BlockSums, k: number): Shares {
  const last = 3 * classes
  const cells = (at: (place: number) => number): OneClass => {
    const [tp, fp, fn] = [at(3 * k), at(3 * k + 1), at(3 * k + 2)]
    return { tp, fp, fn, tn: rest(at(last), tp + fp + fn) }
  }
  const ofRows = cells((place) => rows[place] as number)
  const ofSquares = cells((place) => squares[place] as number)
  const blocks = Array.from({ length: BLOCKS }, (_, block) => block)
    .filter((block) => (weights[last * BLOCKS + block] as number) > 0)
    .map((block) => cells((place) => weights[place * BLOCKS + block] as number))
  const shareOf = (rate: Rate) =>
    effectiveShare(
      blocks.map((counts) => proportionOf(counts, rate)),
      { rows: proportionOf(ofRows, rate).n, squares: proportionOf(ofSquares, rate).n, clustered },
    )
  return Object.fromEntries(RATES.map((rate) => [rate, shareOf(rate)])) as unknown as Shares
}

/**
 * A rate as the counts of a simple sample that would be as sure of it (Rao and Scott 1992; Scott and Rao 1981): with h and
 * n the weights of hits and of rows below the line by block, the rate is p = Σh / Σn, its variance by linearization
 * v = B / (B − 1) · Σ(h − p n)² / (Σn)² over the B blocks with rows below the line, and the effective number of rows
 * p (1 − p) / v, at most the rows. Where that knows nothing of the spread, at a rate of 0 or 1 or in one block, it is Kish's
 * (Σw)² / Σw²: of the clusters, whose number it is where they weigh the same, else of the rows.
 */
export function effectiveShare(
  blocks: readonly Proportion[],
  { rows, squares, clustered }: { readonly rows: number; readonly squares: number; readonly clustered: boolean },
): Proportion {
  const filled = blocks.filter(({ n }) => n > 0)
  const weight = sumOver(filled, ({ n }) => n)
  const design = { rows, weight, clusters: clustered ? filled.length : null }
  if (weight === 0) return { hits: 0, n: 0, design }
  const p = sumOver(filled, ({ hits }) => hits) / weight
  const kish = () => weight ** 2 / (clustered ? sumOver(filled, ({ n }) => n * n) : squares)
  const scatter = sumOver(filled, ({ hits, n }) => (hits - p * n) ** 2)
  const spread = (filled.length / (filled.length - 1)) * (scatter / weight ** 2)
  const known = p > 0 && p < 1 && filled.length > 1
  const n = Math.min(rows, known ? (p * (1 - p)) / spread : kish())
  return { hits: p * n, n, design }
}

function sumOver(blocks: readonly Proportion[], term: (block: Proportion) => number): number {
  const sum = new Accumulator()
  for (const block of blocks) sum.add(term(block))
  return sum.sum
}

function rest(whole: number, part: number): number {
  const left = whole - part
  return left > ROUNDING * whole ? left : 0
}
