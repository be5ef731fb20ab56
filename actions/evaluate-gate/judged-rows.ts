import type { ColumnType } from '../../shared/contracts/data-contract.js'
import type { Cell } from '../../shared/data/engine/engine.js'

export type Row = Readonly<Record<string, Cell>>

/** Values of a column: that of row i is `names[codes[i]]`, a missing one is null. Names are in the order of their bytes, null last. */
export interface Codes {
  readonly codes: Uint16Array | Uint32Array
  readonly names: readonly (string | null)[]
}

/** The rows that are judged, in a fixed order; what of them is asked for is fetched then, and nothing of them is kept here. */
export interface JudgedRows {
  readonly n: number
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[]
  /** Numbers of a column of numbers, NaN where one is missing; `into` is memory that may be used for them. */
  numbers(column: string, into?: Float64Array): Promise<Float64Array>
  /** Values of a column as text. */
  codes(column: string): Promise<Codes>
  /** 1 where a condition in SQL holds, 0 where it does not or is unknown. Throws UserError for what is no condition on these columns. */
  holds(condition: string): Promise<Uint8Array>
  /** Some rows as objects, in the given order. */
  pick(rows: Uint32Array, columns: readonly string[]): Promise<Row[]>
  /** All rows as objects, in their order, so many at once. */
  batches(columns: readonly string[], size: number): AsyncIterable<Row[]>
  /** What some rows are called: their ids, else `row 12`. */
  namesOf(rows: Uint32Array): Promise<string[]>
}
