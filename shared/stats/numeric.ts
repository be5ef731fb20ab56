/** Any flat sequence of numbers that is read by index. */
export type Numbers = ArrayLike<number>

/** Sum that keeps the digits lost to rounding (Neumaier), so that the order of rows does not show in the result. */
export class Accumulator {
  private total = 0
  private lost = 0

  add(term: number): void {
    const next = this.total + term
    this.lost += Math.abs(this.total) >= Math.abs(term) ? this.total - next + term : term - next + this.total
    this.total = next
  }

  get sum(): number {
    // An infinite total makes `lost` NaN, and the total is the answer then.
    return Number.isFinite(this.total) ? this.total + this.lost : this.total
  }
}

/** Many sums at once, each like that of an `Accumulator`. */
export class Tally {
  private readonly totals: Float64Array
  private readonly lost: Float64Array

  constructor(size: number) {
    this.totals = new Float64Array(size)
    this.lost = new Float64Array(size)
  }

  add(slot: number, term: number): void {
    const total = this.totals[slot] as number
    const next = total + term
    const lost = Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total
    this.lost[slot] = (this.lost[slot] as number) + lost
    this.totals[slot] = next
  }

  /** Adds what another tally holds in a slot, with the digits that it has kept. */
  addFrom(slot: number, other: Tally, from: number): void {
    this.add(slot, other.totals[from] as number)
    this.add(slot, other.lost[from] as number)
  }

  values(): Float64Array {
    return this.totals.map((total, slot) => (Number.isFinite(total) ? total + (this.lost[slot] as number) : total))
  }
}

/** Sum of `term(i)` for i below `n`. */
export function sumOf(n: number, term: (index: number) => number): number {
  const accumulator = new Accumulator()
  for (let i = 0; i < n; i++) accumulator.add(term(i))
  return accumulator.sum
}

/** Sum of counts, which are whole numbers: added up as they come. */
export function total(counts: Numbers): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i] as number
  return sum
}

/** Mean, NaN when empty. */
export function mean(values: Numbers): number {
  return sumOf(values.length, (i) => values[i] as number) / values.length
}

/** Sample variance with n − 1, NaN below two values. */
export function variance(values: Numbers): number {
  if (values.length < 2) return Number.NaN
  const centre = mean(values)
  return sumOf(values.length, (i) => ((values[i] as number) - centre) ** 2) / (values.length - 1)
}

/** Quantile of ascending values by linear interpolation (numpy's default), NaN when empty. */
export function quantileSorted(sorted: Numbers, p: number): number {
  if (sorted.length === 0) return Number.NaN
  const position = p * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (high - low) * (position - below)
}

/** A product or quotient of decimals such as 0.9 without what binary fractions add to it: 12 significant digits. */
export function decimal(value: number): number {
  return Number(value.toPrecision(12))
}

/** The nearest number in [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
