/** To add and take away such a number rounds a smaller one to a multiple of 2^bits, of two equally near to the even one. */
const rounding = (bits: number): number => 1.5 * 2 ** (52 + bits)
const HIGH = rounding(42)
const MIDDLE = rounding(20)
const LOW = rounding(0)

/**
 * A sum of terms between −1 and 1, times their counts, in whole numbers of 2^−digits (62 at most): exact, so that it is
 * the same in any order, and the same as the engine's sum of `CAST(term * 2^digits AS HUGEINT) * count`. It holds for
 * 2³¹ values together, for each term is added in three parts that stay whole doubles.
 */
export class WholeSum {
  readonly #factor: number
  readonly #parts = new Float64Array(3)

  constructor(digits: number) {
    this.#factor = 2 ** digits
  }

  add(term: number, count: number): void {
    const parts = this.#parts
    const whole = term * this.#factor
    const high = whole + HIGH - HIGH
    const rest = whole - high
    const middle = rest + MIDDLE - MIDDLE
    const low = rest - middle + LOW - LOW
    parts[0] = (parts[0] as number) + high * count
    parts[1] = (parts[1] as number) + middle * count
    parts[2] = (parts[2] as number) + low * count
  }

  /** The sum as the nearest double. */
  get value(): number {
    return Number([...this.#parts].reduce((sum, part) => sum + BigInt(part), 0n)) / this.#factor
  }
}
