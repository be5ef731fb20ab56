import type { Cell } from '../../../shared/data/engine/engine.js'
import { type Random, seededRandom } from '../../../shared/stats/sampling/rng.js'
import type { Row } from '../judged-rows.js'
import type { Change, Pair, Picked } from './types.js'

/** The changes that a row gets, the largest first; a column whose value would stay as it is is none. */
export type Changer = (row: Row, random: Random) => readonly Change[]

/** Pairs of the rows that really change. Each row has random numbers of its own, by seed and name. */
export function pairsOf(picked: readonly Picked[], change: Changer, seed: string): Pair[] {
  return picked.flatMap(({ name, row }) => {
    const changes = change(row, seededRandom(`${seed} ${name}`)).filter(isChange)
    if (changes.length === 0) return []
    const after = { ...row, ...Object.fromEntries(changes.map(({ column, after }) => [column, after])) }
    return [{ name, before: row, after, changes }]
  })
}

/** A cell as a number; null for what is none, or has more digits than a number keeps. */
export function numberIn(cell: Cell | undefined): number | null {
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : null
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : null
}

/** Another one of the values, each as likely; null when there is none. */
export function anotherOf(values: readonly Cell[], before: Cell, random: Random): { readonly value: Cell } | null {
  const own = values.findIndex((value) => isSame(value, before))
  const others = own === -1 ? values.length : values.length - 1
  if (others === 0) return null
  const at = random.below(others)
  return { value: values[own !== -1 && at >= own ? at + 1 : at] as Cell }
}

function isSame(a: Cell, b: Cell): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') return a !== null && b !== null && String(a) === String(b)
  return Object.is(a, b) || a === b
}

function isChange({ before, after }: Change): boolean {
  return !isSame(before, after)
}
