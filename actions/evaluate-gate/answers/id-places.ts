import { hash32 } from '../../../shared/stats/sampling/rng.js'

/** Where each of many ids stands: a hash table of their places, which takes a fraction of the memory of a `Map`. */
export class IdPlaces {
  readonly #ids: readonly string[]
  /** Place of an id and 1 more, 0 for none. */
  readonly #slots: Int32Array
  /** Different ids. */
  readonly size: number

  /** Of an id that stands several times the last place is kept; `twice` hears of each further one. */
  constructor(ids: readonly string[], twice: (id: string) => void) {
    let slots = 64
    while (slots < 2 * ids.length) slots *= 2
    this.#ids = ids
    this.#slots = new Int32Array(slots)
    let size = 0
    for (let place = 0; place < ids.length; place++) {
      const id = ids[place] as string
      const slot = this.#slotOf(id)
      if (this.#slots[slot] === 0) size += 1
      else twice(id)
      this.#slots[slot] = place + 1
    }
    this.size = size
  }

  /** Place of an id, or -1. */
  of(id: string): number {
    return (this.#slots[this.#slotOf(id)] as number) - 1
  }

  /** Slot in which an id stands, or the free one in which it would. */
  #slotOf(id: string): number {
    const mask = this.#slots.length - 1
    for (let slot = hash32(id) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] as number
      if (place === 0 || this.#ids[place - 1] === id) return slot
    }
  }
}
