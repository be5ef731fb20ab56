import { distance } from 'fastest-levenshtein'
import { stripped } from './words.js'

/** How an output becomes its reference, word by word. */
export interface Edits {
  readonly hits: number
  readonly substitutions: number
  /** Words of the reference that the output lacks. */
  readonly deletions: number
  readonly insertions: number
}

/**
 * The alignment of least edits. Of several, the one that rapidfuzz takes (which jiwer counts by): from the end, a word is
 * deleted where that is free of loss, else inserted where the row before falls, else matched or substituted.
 * Time is the product of the lengths; memory is that of one row.
 */
export function alignWords(reference: readonly string[], output: readonly string[]): Edits {
  let from = 0
  let [a, b] = [reference.length, output.length]
  while (from < a && from < b && reference[from] === output[from]) from += 1
  while (a > from && b > from && reference[a - 1] === output[b - 1]) {
    a -= 1
    b -= 1
  }
  const same = from + (reference.length - a)
  const columns = a - from
  const [ids, wanted] = numbered(reference.slice(from, a), output.slice(from, b))
  // Distance and hits of the words of the output so far to each prefix of the reference.
  const cost = Uint32Array.from({ length: columns + 1 }, (_, column) => column)
  const hits = new Uint32Array(columns + 1)
  for (let row = 1; row <= b - from; row++) {
    let [diagonal, diagonalHits] = [cost[0] as number, hits[0] as number]
    cost[0] = row
    hits[0] = 0
    for (let column = 1; column <= columns; column++) {
      const [above, aboveHits] = [cost[column] as number, hits[column] as number]
      const left = cost[column - 1] as number
      const match = ids[column - 1] === wanted[row - 1]
      const least = Math.min(left + 1, above + 1, diagonal + Number(!match))
      if (least === left + 1) hits[column] = hits[column - 1] as number
      else if (above !== diagonal - 1) hits[column] = diagonalHits + Number(match)
      cost[column] = least
      diagonal = above
      diagonalHits = aboveHits
    }
  }
  const found = hits[columns] as number
  const edits = cost[columns] as number
  const substitutions = columns - found + (b - from - found) - edits
  return {
    hits: same + found,
    substitutions,
    deletions: columns - found - substitutions,
    insertions: b - from - found - substitutions,
  }
}

/** Words as numbers, equal ones by the same. */
function numbered(a: readonly string[], b: readonly string[]): [Uint32Array, Uint32Array] {
  const ids = new Map<string, number>()
  const idOf = (word: string) => {
    const id = ids.get(word) ?? ids.size
    ids.set(word, id)
    return id
  }
  return [Uint32Array.from(a, idOf), Uint32Array.from(b, idOf)]
}

/** Least edits between two texts by characters (code points), white space at the ends aside, and the reference's length. */
export function characterEdits(reference: string, output: string): { edits: number; length: number } {
  const [wanted, said] = [stripped(reference), stripped(output)]
  const length = lengthOf(wanted)
  if (length === wanted.length && lengthOf(said) === said.length) return { edits: distance(wanted, said), length }
  // The library compares code units: characters of two of them get one of their own.
  const units = new Map<string, string>()
  const inUnits = (text: string) =>
    Array.from(text, (character) => {
      const unit = units.get(character) ?? String.fromCharCode(units.size)
      units.set(character, unit)
      return unit
    }).join('')
  return { edits: distance(inUnits(wanted), inUnits(said)), length }
}

function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}
