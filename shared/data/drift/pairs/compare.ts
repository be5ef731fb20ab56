import type { Associations, PairTables } from '../../../contracts/data-profile.js'
import type { Contingency } from '../../../stats/association.js'
import { total } from '../../../stats/numeric.js'
import { type DependenceChange, dependenceChange } from '../../../stats/two-sample/dependence.js'
import { type Coded, sizeOf, tableOf } from '../../profile/pair-tables.js'

/** A column of these data in the cells of a baseline. */
export interface Side extends Coded {
  readonly isTime: boolean
}

/** Two columns, their table in one profile, and these data in the same cells. */
export interface PairIn {
  readonly a: string
  readonly b: string
  readonly profile: Associations
  readonly table: Contingency
  readonly sides: readonly [Side, Side]
}

export interface Compared extends PairIn {
  readonly current: Contingency
  readonly change: DependenceChange
}

/** The pairs of one profile whose columns these data have; `sides` in the order of its columns. */
export function pairsIn(profile: Associations, tables: PairTables, sides: readonly (Side | null)[]): PairIn[] {
  return tables.pairs.flatMap((pair) => {
    const [left, right] = [sides[pair.a], sides[pair.b]]
    if (left == null || right == null) return []
    const [a, b] = [profile.columns[pair.a] as string, profile.columns[pair.b] as string]
    return [{ a, b, profile, table: tableOfBaseline(tables, pair), sides: [left, right] }]
  })
}

/** What equal rows add to the counts is no evidence, and is taken from them. */
function tableOfBaseline({ effective, parts }: PairTables, { a, b, counts }: PairTables['pairs'][number]): Contingency {
  const rowsOfPair = total(counts)
  const share = Math.min(1, effective / Math.max(1, rowsOfPair))
  const [rows, columns] = [a, b].map((i) => sizeOf(parts[i] as PairTables['parts'][number])) as [number, number]
  return { rows, columns, counts: Float64Array.from(counts, (count) => count * share) }
}

/** A pair that several profiles tell, against most of them. */
export interface AgainstMost {
  /** Against the profile whose effect counts. */
  readonly told: Compared
  readonly pValue: number
}

/**
 * One pair in the tables of each profile that tells it, against the rows of these data with a weight of 1. It differs from most of N
 * profiles, k = ⌊N/2⌋ + 1: its effect is the k-th largest, and its p-value N/k times the k-th smallest, which holds however the
 * tests hang together (Rüger, Metrika 25 (1978) 171–178), as they do by the rows of these data. Tables of several profiles are not
 * added up: columns that moved from one to the next would seem to depend on each other in the sum. Null where no profile tells.
 */
export function againstMost(pair: readonly PairIn[], rows: ArrayLike<number>): AgainstMost | null {
  const all = pair.flatMap((one): Compared[] => {
    const current = tableOf(...one.sides, rows)
    const change = dependenceChange(one.table, current)
    return change === null ? [] : [{ ...one, current, change }]
  })
  const most = Math.floor(all.length / 2) + 1
  const told = [...all].sort((x, y) => y.change.effect - x.change.effect)[most - 1]
  if (told === undefined) return null
  const [p] = all
    .map(({ change }) => change.pValue)
    .sort((x, y) => x - y)
    .slice(most - 1) as [number]
  return { told, pValue: Math.min(1, (all.length / most) * p) }
}
