/** Rows that are kept before those that cannot be wanted are let go. */
const ROOM = 4096
/** Rows that may be told, with more of them than are wanted where some are alike. */
const MOST_TIES = 5000

interface Kept {
  readonly row: number
  readonly key: number
  readonly block: number
}

/**
 * The rows of the largest keys of very many, one after the other: little more is kept than is wanted. Of rows with equal keys
 * those of the first blocks, so that the order of the rows does not matter. Keys that are NaN, or not above `floor`, are left out.
 */
export class LargestRows {
  private kept: Kept[] = []
  private room = ROOM
  private least: number
  /** Whether a key has to be above the least one, and not only as large. */
  private isOpen = true
  private readonly most: number

  /** `most`: rows that are wanted, one or more. */
  constructor(most: number, floor: number) {
    this.most = most
    this.least = floor
  }

  add(row: number, key: number, block: number): void {
    if (!(key > this.least || (key === this.least && !this.isOpen))) return
    this.kept.push({ row, key, block })
    if (this.kept.length < this.room) return
    this.drop()
    this.room = Math.max(ROOM, 2 * this.kept.length)
  }

  /** At least as many as are wanted, where there are so many: which of the last ones are meant, their names tell. In no order. */
  rows(): Kept[] {
    this.drop()
    const bound = this.least
    const above = this.kept.filter(({ key }) => key > bound)
    const tied = this.kept.filter(({ key }) => key === bound).sort((a, b) => a.row - b.row)
    return [...above, ...tied.slice(0, MOST_TIES)]
  }

  /** Lets go of the rows that others keep out. */
  private drop(): void {
    if (this.kept.length < this.most) return
    const keys = Float64Array.from(this.kept, ({ key }) => key).sort()
    const bound = keys[keys.length - this.most] as number
    const above = this.kept.filter(({ key }) => key > bound)
    const tied = this.kept.filter(({ key }) => key === bound).sort((a, b) => a.block - b.block)
    const last = (tied[this.most - above.length - 1] as Kept).block
    this.kept = [...above, ...tied.filter(({ block }) => block <= last)]
    this.least = bound
    this.isOpen = false
  }
}
