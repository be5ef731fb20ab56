import type { Codes } from '../judged-rows.js'

/** The items that are known: of the test rows, of training, and of what the models rank. */
export class Catalogue {
  readonly #names: string[] = []
  readonly #placeOf = new Map<string, number>()
  readonly #interactions: ReadonlyMap<string, number> | null

  /** @param interactions how often each item stands in the training data; null when nobody knows */
  constructor(interactions: ReadonlyMap<string, number> | null) {
    this.#interactions = interactions
    for (const name of interactions?.keys() ?? []) this.place(name)
  }

  get size(): number {
    return this.#names.length
  }

  get names(): readonly string[] {
    return this.#names
  }

  /** Place of an item, a new one for an item that is not known yet. */
  place(name: string): number {
    let place = this.#placeOf.get(name)
    if (place === undefined) {
      place = this.#names.push(name) - 1
      this.#placeOf.set(name, place)
    }
    return place
  }

  /** Places of the items of a column; 2³² − 1 for a missing one. */
  places({ codes, names }: Codes): Uint32Array {
    // Only what rows have: a column may know names of rows that are not judged.
    const known = new Float64Array(names.length).fill(-1)
    const result = new Uint32Array(codes.length)
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] as number
      if (known[code] === -1) {
        const name = names[code] ?? null
        known[code] = name === null ? NO_ITEM : this.place(name)
      }
      result[row] = known[code] as number
    }
    return result
  }

  /** Interactions by place; null when nobody knows them. */
  popularity(): Float64Array | null {
    const interactions = this.#interactions
    return interactions && Float64Array.from(this.#names, (name) => interactions.get(name) ?? 0)
  }
}

export const NO_ITEM = 0xffffffff
