import {
  type Edges,
  fewValues,
  numberText,
  quantileEdges,
  rangeNames,
  rangesOf,
} from '../../../shared/stats/slices/binning.js'
import type { CodedColumn } from '../../../shared/stats/slices/cube.js'
import type { Codes, JudgedRows } from '../judged-rows.js'
import { MISSING, OTHERS, valueName } from './names.js'

/** How the values of a column become a few codes. */
export interface Coding {
  readonly column: string
  /** Of each code. */
  readonly names: readonly string[]
  /** The codes of some rows; `scratch` is memory for a number of each row. */
  encode(rows: Uint32Array, scratch: Float64Array): Promise<CodedColumn>
}

/** Values of a column of texts that are told apart; those with too few rows are no slices anyway. */
const MOST_VALUES = 32

/**
 * Ranges of a column of numbers by quantiles, or its values when they are few; the commonest values of any other column and the
 * others together; a missing value. They are chosen by the rows that are searched, so that the others stay untouched.
 *
 * @param most ranges of a column of numbers.
 * @param fewest rows of a value that is told apart.
 * @param scratch memory for a number of each row.
 * @param sample some of the searched rows, for quantiles: an edge need not be known to the last digit.
 */
export async function codingOf(
  rows: JudgedRows,
  { name, type }: JudgedRows['columns'][number],
  searched: Uint32Array,
  sample: Uint32Array,
  { most, fewest, scratch }: { most: number; fewest: number; scratch: Float64Array },
): Promise<{ coding: Coding; coded: CodedColumn }> {
  if (type === 'number' || type === 'integer') {
    const fetched = await rows.numbers(name, scratch)
    const { names, encode } = numberCoding(fetched, searched, sample, most)
    return {
      coding: { column: name, names, encode: async (some, into) => encode(await rows.numbers(name, into), some) },
      coded: encode(fetched, searched),
    }
  }
  const fetched = await rows.codes(name)
  const { names, codeOf } = valueCoding(fetched, searched, fewest)
  const encode = ({ codes }: Codes, some: Uint32Array): CodedColumn => {
    const coded = new Uint8Array(some.length)
    for (let i = 0; i < some.length; i++) coded[i] = codeOf[codes[some[i] as number] as number] as number
    return { codes: coded, card: names.length }
  }
  return {
    coding: { column: name, names, encode: async (some) => encode(await rows.codes(name), some) },
    coded: encode(fetched, searched),
  }
}

function numberCoding(numbers: Float64Array, searched: Uint32Array, sample: Uint32Array, most: number) {
  const few = fewValues(numbers, most, searched)
  return few === null ? rangeCoding(quantileEdges(picked(numbers, sample), most)) : fewNumbersCoding(few)
}

function picked(numbers: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => numbers[row] as number)
}

// A function of its own: what is returned would else keep the numbers of the column in memory.
function rangeCoding(edges: Edges) {
  const names = [...rangeNames(edges), MISSING]
  return {
    names,
    encode: (values: Float64Array, rows: Uint32Array) => ({ codes: rangesOf(values, rows, edges), card: names.length }),
  }
}

/** The values themselves; one that only rows have that are not searched is among the others. */
function fewNumbersCoding(few: readonly number[]) {
  const names = [...few.map(numberText), OTHERS, MISSING]
  return {
    names,
    encode(values: Float64Array, rows: Uint32Array): CodedColumn {
      const codes = rangesOf(values, rows, few)
      for (let i = 0; i < codes.length; i++) {
        const range = codes[i] as number
        if (range > few.length) continue
        const isKnown = range > 0 && few[range - 1] === values[rows[i] as number]
        codes[i] = isKnown ? range - 1 : few.length
      }
      return { codes, card: names.length }
    },
  }
}

function valueCoding({ codes, names }: Codes, searched: Uint32Array, fewest: number) {
  const counts = new Uint32Array(names.length)
  for (let i = 0; i < searched.length; i++) {
    const code = codes[searched[i] as number] as number
    counts[code] = (counts[code] as number) + 1
  }
  const top = topCodes(counts, names, fewest)
  const codeOf = new Uint8Array(names.length).fill(top.length)
  top.forEach((code, place) => {
    codeOf[code] = place
  })
  const missing = names.indexOf(null)
  if (missing >= 0) codeOf[missing] = top.length + 1
  return { names: [...top.map((code) => valueName(names[code] as string)), OTHERS, MISSING], codeOf }
}

/** Codes of the commonest values with enough rows, in the order of the codes; ties go to the lower code. */
function topCodes(counts: Uint32Array, names: readonly (string | null)[], fewest: number): number[] {
  const top: number[] = []
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code] as number
    if (names[code] === null || count < fewest) continue
    let place = top.length
    while (place > 0 && (counts[top[place - 1] as number] as number) < count) place -= 1
    if (place >= MOST_VALUES) continue
    top.splice(place, 0, code)
    if (top.length > MOST_VALUES) top.pop()
  }
  return top.sort((a, b) => a - b)
}
