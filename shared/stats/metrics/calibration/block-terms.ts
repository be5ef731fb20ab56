import { Accumulator } from '../../numeric.js'
import type { Sample } from '../../sample.js'
import { BLOCKS } from '../../sampling/bootstrap.js'

/** Sums by block that keep the digits lost to rounding (Neumaier): the order of rows does not show in them. */
export class BlockSums {
  readonly width: number
  private readonly sums: Float64Array
  private readonly lost: Float64Array

  /** @param width Sums of each block. */
  constructor(width: number) {
    this.width = width
    this.sums = new Float64Array(BLOCKS * width)
    this.lost = new Float64Array(BLOCKS * width)
  }

  add(block: number, index: number, term: number): void {
    const place = block * this.width + index
    const total = this.sums[place] as number
    const next = total + term
    const rest = Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total
    this.lost[place] = (this.lost[place] as number) + rest
    this.sums[place] = next
  }

  /** Blocks × width. */
  finished(): Float64Array {
    return this.sums.map((sum, place) => sum + (this.lost[place] as number))
  }
}

/** Weighted sums of the terms of each row over the rows of each block: blocks × width. */
export function blockTerms(
  sample: Sample,
  width: number,
  write: (row: number, terms: Float64Array) => void,
): Float64Array {
  const sums = new BlockSums(width)
  const terms = new Float64Array(width)
  for (let row = 0; row < sample.n; row++) {
    const weight = sample.weights === null ? 1 : (sample.weights[row] as number)
    if (!(weight > 0)) continue
    write(row, terms)
    for (let k = 0; k < width; k++) sums.add(sample.blocks[row] as number, k, weight * (terms[k] as number))
  }
  return sums.finished()
}

/** Sums over all blocks. */
export function totalsOf(blocks: Float64Array): Float64Array {
  const width = blocks.length / BLOCKS
  return Float64Array.from({ length: width }, (_, k) => {
    const total = new Accumulator()
    for (let block = 0; block < BLOCKS; block++) total.add(blocks[block * width + k] as number)
    return total.sum
  })
}

/** `bootstrap of row blocks`, or of clusters. */
export function bootstrapName({ clustered }: Pick<Sample, 'clustered'>): string {
  return `Poisson bootstrap of ${clustered ? 'clusters' : 'row blocks'}`
}
