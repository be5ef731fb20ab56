import type { ColumnType } from '../../../shared/contracts/data-contract.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { Accumulator } from '../../../shared/stats/numeric.js'
import type { JudgedRows } from '../judged-rows.js'

/** Values that are kept of a column with more. */
const MOST_VALUES = 10_000
/** A column of text with more values, or whose values hardly repeat, is prose and no category. */
const MOST_CATEGORIES = 100
const SOME_ROWS = 5000

/** What changes are made from: facts about columns over all judged rows, each found once. */
export class ColumnFacts {
  readonly #rows: JudgedRows
  readonly #types: ReadonlyMap<string, ColumnType>
  readonly #spreads = new Map<string, Promise<number>>()
  readonly #values = new Map<string, Promise<{ values: Cell[]; distinct: number }>>()

  constructor(rows: JudgedRows) {
    this.#rows = rows
    this.#types = new Map(rows.columns.map(({ name, type }) => [name, type]))
  }

  isNumeric(column: string): boolean {
    return isNumericType(this.#types.get(column))
  }

  isText(column: string): boolean {
    return this.#types.get(column) === 'string'
  }

  /** Whether a column is of text, or of true and false, and its values repeat. */
  async isCategory(column: string): Promise<boolean> {
    const type = this.#types.get(column)
    if (type === 'boolean') return true
    if (type !== 'string' || (await this.#hasMany(column))) return false
    const { distinct } = await this.#valuesOf(column)
    return distinct <= MOST_CATEGORIES && 2 * distinct <= this.#rows.n
  }

  /** Standard deviation (n − 1) of the numbers of a column; NaN below two. */
  spread(column: string): Promise<number> {
    const known = this.#spreads.get(column) ?? this.#rows.numbers(column).then(spreadOf)
    this.#spreads.set(column, known)
    return known
  }

  /** Values that a column has, ascending, without the missing one; of more than 10,000 so many evenly spaced ones. */
  async values(column: string): Promise<Cell[]> {
    return (await this.#valuesOf(column)).values
  }

  /** Whether a few rows alone have too many values for a category: the values of all would fill the memory. */
  async #hasMany(column: string): Promise<boolean> {
    const seen = new Set<Cell>()
    for await (const batch of this.#rows.batches([column], SOME_ROWS)) {
      for (const row of batch) if (row[column] != null) seen.add(row[column])
      break
    }
    return seen.size > MOST_CATEGORIES
  }

  #valuesOf(column: string): Promise<{ values: Cell[]; distinct: number }> {
    const known = this.#values.get(column) ?? this.#readValues(column)
    this.#values.set(column, known)
    return known
  }

  async #readValues(column: string): Promise<{ values: Cell[]; distinct: number }> {
    if (this.isNumeric(column)) {
      const sorted = (await this.#rows.numbers(column)).slice().sort()
      let distinct = 0
      for (const number of sorted) {
        // NaN comes last, and is a missing number.
        if (Number.isNaN(number)) break
        if (distinct === 0 || sorted[distinct - 1] !== number) {
          sorted[distinct] = number
          distinct += 1
        }
      }
      return { values: Array.from(evenly(sorted.subarray(0, distinct))), distinct }
    }
    const { names } = await this.#rows.codes(column)
    const known = names.filter((name): name is string => name !== null)
    const isBoolean = this.#types.get(column) === 'boolean'
    const values = Array.from(evenly(known), (name): Cell => (isBoolean ? name.toLowerCase() === 'true' : name))
    return { values, distinct: known.length }
  }
}

/** Whether cells of a column are numbers that can be moved. */
export function isNumericType(type: ColumnType | undefined): boolean {
  return type === 'integer' || type === 'number'
}

function evenly<Item extends Cell>(items: ArrayLike<Item>): ArrayLike<Item> {
  if (items.length <= MOST_VALUES) return items
  const step = (items.length - 1) / (MOST_VALUES - 1)
  return Array.from({ length: MOST_VALUES }, (_, i) => items[Math.round(i * step)] as Item)
}

/** Two passes over the finite numbers. */
function spreadOf(numbers: Float64Array): number {
  const [total, squares] = [new Accumulator(), new Accumulator()]
  let n = 0
  for (const number of numbers) {
    if (!Number.isFinite(number)) continue
    total.add(number)
    n += 1
  }
  if (n < 2) return Number.NaN
  const centre = total.sum / n
  for (const number of numbers) if (Number.isFinite(number)) squares.add((number - centre) ** 2)
  return Math.sqrt(squares.sum / (n - 1))
}
