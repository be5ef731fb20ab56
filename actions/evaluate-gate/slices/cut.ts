import { fewValues, numberText, quantileEdges, rangeNames, rangeOf } from '../../../shared/stats/slices/binning.js'
import type { JudgedRows } from '../judged-rows.js'
import { HOLDS, isMeant, MISSING, valueName } from './names.js'

/** A value for each row. Codes from `names.length` on are of no slice. */
export interface Cut {
  readonly codes: Uint8Array | Uint16Array | Uint32Array
  readonly names: readonly string[]
}

/** A cut by values of a column; with `wanted`, by those alone, in their order. */
export async function cutByValues(rows: JudgedRows, column: string, wanted?: readonly string[]): Promise<Cut> {
  const { codes, names } = await rows.codes(column)
  const all = names.map(valueName)
  if (wanted === undefined) return { codes, names: all }
  const places = all.map((name, code) => {
    const place = wanted.findIndex((one) => isMeant(one, name) || (names[code] !== null && one === names[code]))
    return place < 0 ? wanted.length : place
  })
  return { codes: mapped(codes, places, wanted.length + 1), names: wanted }
}

/** A cut by ranges; a missing number is a slice. */
export async function cutByEdges(rows: JudgedRows, column: string, edges: readonly number[]): Promise<Cut> {
  return cutAt(await rows.numbers(column), edges)
}

/** A cut into ranges of about as many rows, or by its values when there are no more than that. */
export async function cutByQuantiles(rows: JudgedRows, column: string, ranges: number): Promise<Cut> {
  const numbers = await rows.numbers(column)
  const few = fewValues(numbers, ranges)
  if (few === null) return cutAt(numbers, quantileEdges(numbers, ranges))
  const { codes } = cutAt(numbers, few)
  const names = [...few.map(numberText), MISSING]
  // Ranges begin at the values, so none is below the first.
  return { codes: codes.map((code) => code - 1), names }
}

/** A condition: its rows are the one slice. */
export async function cutByCondition(rows: JudgedRows, condition: string): Promise<Cut> {
  const holds = await rows.holds(condition)
  return { codes: holds.map((one) => 1 - one), names: [HOLDS] }
}

/** Every combination of the values of several cuts, the last the fastest. */
export function crossOf(cuts: readonly Cut[], nameOf: (values: readonly string[]) => string): Cut {
  const size = cuts.reduce((product, { names }) => product * names.length, 1)
  const rows = cuts[0]?.codes.length ?? 0
  const codes = codesFor(rows, size + 1)
  for (let i = 0; i < rows; i++) {
    let place = 0
    for (const cut of cuts) {
      const code = cut.codes[i] as number
      if (code >= cut.names.length) {
        place = size
        break
      }
      place = place * cut.names.length + code
    }
    codes[i] = place
  }
  const values = cuts.reduce<string[][]>(
    (before, { names }) => before.flatMap((some) => names.map((name) => [...some, name])),
    [[]],
  )
  return { codes, names: values.map(nameOf) }
}

/** Codes in as few bytes as hold numbers below a size. */
function codesFor(rows: number, size: number): Uint8Array | Uint16Array | Uint32Array {
  return size <= 256 ? new Uint8Array(rows) : size <= 65536 ? new Uint16Array(rows) : new Uint32Array(rows)
}

/** The codes with others in their place. */
export function mapped(codes: Cut['codes'], places: ArrayLike<number>, size: number): Cut['codes'] {
  const result = codesFor(codes.length, size)
  for (let i = 0; i < codes.length; i++) result[i] = places[codes[i] as number] ?? size - 1
  return result
}

function cutAt(numbers: Float64Array, edges: readonly number[]): Cut {
  const codes = codesFor(numbers.length, edges.length + 2)
  for (let i = 0; i < numbers.length; i++) codes[i] = rangeOf(numbers[i] as number, edges)
  return { codes, names: [...rangeNames(edges), MISSING] }
}
