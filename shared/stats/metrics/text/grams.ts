/** Numbers n-grams of numbered characters or words: equal ones get the same number. Exact, and without a text per n-gram. */
export class Grams {
  #mask = 0
  #prefixes = new Int32Array(0)
  #units = new Int32Array(0)
  #ids = new Int32Array(0)
  #size = 0

  /** N-grams numbered since `clear`; the first has the number 1. */
  get size(): number {
    return this.#size
  }

  /** Forgets all, and makes room for so many different n-grams. */
  clear(room: number): void {
    let slots = 64
    while (slots < 2 * room) slots *= 2
    if (slots > this.#ids.length) {
      this.#prefixes = new Int32Array(slots)
      this.#units = new Int32Array(slots)
      this.#ids = new Int32Array(slots)
    } else {
      this.#ids.fill(0, 0, slots)
    }
    this.#mask = slots - 1
    this.#size = 0
  }

  /**
   * Makes the numbers of (n − 1)-grams those of n-grams: that which begins at i is `numbers[i]` and then unit `i + n − 1`.
   * For n = 1 all numbers are 0.
   * @returns how many n-grams there are
   */
  lengthen(numbers: Int32Array, units: Int32Array, n: number): number {
    const count = Math.max(0, units.length - n + 1)
    for (let i = 0; i < count; i++) numbers[i] = this.#idOf(numbers[i] as number, units[i + n - 1] as number)
    return count
  }

  #idOf(prefix: number, unit: number): number {
    let slot = Math.imul(Math.imul(prefix, 0x9e3779b1) ^ unit, 0x85ebca6b)
    slot = (slot ^ (slot >>> 15)) & this.#mask
    while (this.#ids[slot] !== 0) {
      if (this.#prefixes[slot] === prefix && this.#units[slot] === unit) return this.#ids[slot] as number
      slot = (slot + 1) & this.#mask
    }
    this.#size += 1
    this.#prefixes[slot] = prefix
    this.#units[slot] = unit
    this.#ids[slot] = this.#size
    return this.#size
  }
}

/**
 * How many of the first `count` numbers find one of theirs in `left`, the numbers that are there by number; each takes away the
 * one that it finds.
 */
export function takeMatches(left: Int32Array, numbers: Int32Array, count: number): number {
  let matching = 0
  for (let i = 0; i < count; i++) {
    const number = numbers[i] as number
    const there = left[number] as number
    if (there === 0) continue
    matching += 1
    left[number] = there - 1
  }
  return matching
}
