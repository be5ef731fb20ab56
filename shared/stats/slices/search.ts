import type { CodedColumn, Facts, Sums } from './cube.js'
import { comparePredicates, forEachSlice, holdsWithin, type Predicate, type Slice, totalOf } from './enumerate.js'
import { type Excess, excessOver, type MeanOf, meanOf, sliceLineScore, stands, without } from './score.js'

/** `weak`: a larger loss than the other rows. `regression`: a larger loss than the baseline's on the same rows. */
export type SliceKind = 'weak' | 'regression'

/** Channels of the facts that are searched. */
const LOSS = 0
/** Loss of the candidate minus that of the baseline. */
const CHANGE = 1

export interface SearchSettings {
  readonly predicates: number
  /** Fewest rows of a slice, and of the others, among those that are searched. */
  readonly minRows: number
  /** Lift below which a slice is of no use. */
  readonly minLift: number
  /** Of the SliceLine score. */
  readonly alpha: number
  /** n Σw² / (Σw)² of all rows. */
  readonly kish: number
}

/** A slice that is worth a test on other rows. */
export interface Candidate {
  readonly kind: SliceKind
  readonly predicates: readonly Predicate[]
  readonly rows: number
  /** Loss as a multiple of that of all rows, or of the baseline's on the same rows. */
  readonly lift: number
  readonly score: number | null
}

export interface Found {
  readonly candidates: readonly Candidate[]
  /** Slices with enough rows. */
  readonly slices: number
  /** What regressions are measured against: 0, or the change of the other rows where all rows changed for the worse. */
  readonly changeAgainst: 'zero' | 'rest'
}

/** Slices of a kind that go to the test: more of them make each harder to confirm. */
const MOST_CANDIDATES = 15

/** Standard errors that a loss has to lie above that of the others. */
const SEEN = 2
/** Standard errors that a slice of more predicates has to lie above the rest of one of fewer, else it only repeats it. */
const ADDS = 3
/** Slices are ranked by a bound so many standard errors below what was seen: the best of many are lucky ones. */
const LUCK = 3
/** Slices kept by rank, from which those that repeat others are then taken out. */
const KEPT = 200

/**
 * Looks at every slice of up to so many predicates for those whose loss is larger than that of the other rows, and, where
 * there is a baseline, whose loss is larger than the baseline's. Half of those that are returned are the best by SliceLine's
 * score, which weighs size, and the others by the lower bound of the difference, which finds small slices too. A slice that
 * only repeats a wider or narrower one is left out.
 */
export function searchSlices(columns: readonly CodedColumn[], facts: Facts, settings: SearchSettings): Found {
  const total = totalOf(facts)
  const hasBaseline = facts.channels.length > CHANGE
  const changeAgainst = hasBaseline && total(CHANGE).sum > 0 ? 'rest' : 'zero'
  const looks: Look[] = [weakLook(total(LOSS), settings)]
  if (hasBaseline) looks.push(regressionLook(total(LOSS), total(CHANGE), changeAgainst, settings))
  const lists = looks.map(() => ({ byBound: new Best(), byScore: new Best() }))
  const slices = forEachSlice(columns, facts, settings.predicates, settings.minRows, (slice) => {
    looks.forEach((look, i) => {
      const seen = look.at(slice)
      if (seen === null) return
      lists[i]?.byBound.add(seen.bound, seen)
      if (seen.score !== null && seen.score > 0) lists[i]?.byScore.add(seen.score, seen)
    })
  })
  const candidates = looks.flatMap((look, i) => {
    const { byBound, byScore } = lists[i] as (typeof lists)[number]
    return select(look, alternating(byBound.items, byScore.items))
  })
  return { candidates, slices, changeAgainst }
}

interface Seen extends Candidate {
  readonly sums: Sums
  /** Lower bound of the difference, by which slices are ranked. */
  readonly bound: number
}

/** What makes a slice of a kind worth telling. */
interface Look {
  /** Null for a slice that is not. */
  at(slice: Slice): Seen | null
  /** How far these rows are worse than what they are compared with. */
  excess(sums: Sums): Excess
  mean(sums: Sums): MeanOf
}

function weakLook(all: Sums, { minRows, minLift, alpha, kish }: SearchSettings): Look {
  const mean = (sums: Sums) => meanOf(sums, kish)
  const excess = (sums: Sums) => excessOver(mean(sums), mean(without(all, sums)))
  return {
    mean,
    excess,
    at(slice) {
      const sums = slice.sums(LOSS)
      if (all.count - sums.count < minRows) return null
      const lift = sums.sum / sums.weight / (all.sum / all.weight)
      if (!(lift >= minLift)) return null
      const own = excess(sums)
      if (!stands(own, SEEN) || !addsToAll(slice.parents(LOSS), sums, mean)) return null
      const score = sliceLineScore(sums, all, alpha)
      return seenOf('weak', slice, sums, lift, score, own)
    },
  }
}

function regressionLook(
  losses: Sums,
  changes: Sums,
  against: Found['changeAgainst'],
  { minRows, minLift, kish }: SearchSettings,
): Look {
  const mean = (sums: Sums) => meanOf(sums, kish)
  const excess = (sums: Sums) => {
    const own = mean(sums)
    if (against === 'rest') return excessOver(own, mean(without(changes, sums)))
    return { difference: own.mean, error: Math.sqrt(own.variance) }
  }
  return {
    mean,
    excess,
    at(slice) {
      const sums = slice.sums(CHANGE)
      if (against === 'rest' && losses.count - sums.count < minRows) return null
      const loss = slice.sums(LOSS).sum
      const lift = loss / Math.max(0, loss - sums.sum)
      if (!(sums.sum > 0) || !(lift >= minLift)) return null
      const own = excess(sums)
      if (!stands(own, SEEN) || !addsToAll(slice.parents(CHANGE), sums, mean)) return null
      return seenOf('regression', slice, sums, lift, null, own)
    },
  }
}

function seenOf(kind: SliceKind, { predicates }: Slice, sums: Sums, lift: number, score: number | null, own: Excess) {
  const bound = own.difference - LUCK * own.error
  return { kind, predicates, rows: sums.count, lift, score, sums, bound }
}

function addsToAll(parents: readonly Sums[], sums: Sums, mean: Look['mean']): boolean {
  return parents.every((parent) => addsTo(parent, sums, mean))
}

/** Whether a part of a slice is worse than the rest of it. A part that is all of it adds nothing. */
function addsTo(outer: Sums, inner: Sums, mean: Look['mean']): boolean {
  return stands(excessOver(mean(inner), mean(without(outer, inner))), ADDS)
}

/** The first ones that say something of their own: of nested slices, each has to be worse without the others. */
function select(look: Look, ranked: readonly Seen[]): Candidate[] {
  const chosen: Seen[] = []
  for (const seen of ranked) {
    if (chosen.length === MOST_CANDIDATES) break
    const adds = chosen
      .filter((other) => holdsWithin(other.predicates, seen.predicates))
      .every((other) => addsTo(other.sums, seen.sums, look.mean))
    if (adds && standsAlone(look, seen, chosen)) chosen.push(seen)
  }
  return chosen
    .filter((seen) => standsAlone(look, seen, chosen))
    .map(({ kind, predicates, rows, lift, score }) => ({ kind, predicates, rows, lift, score }))
}

/**
 * Whether what is left of a slice is still worse when chosen parts of it are taken out: those of the same columns together,
 * since they have no row in common.
 */
function standsAlone(look: Look, seen: Seen, chosen: readonly Seen[]): boolean {
  const left = new Map<string, Sums>()
  for (const part of chosen) {
    if (part === seen || !holdsWithin(seen.predicates, part.predicates)) continue
    const columns = part.predicates.map(({ column }) => column).join()
    left.set(columns, without(left.get(columns) ?? seen.sums, part.sums))
  }
  return [...left.values()].every((rest) => rest.count > 1 && stands(look.excess(rest), SEEN))
}

/** The items of two lists in turns, each once. */
function alternating(a: readonly Seen[], b: readonly Seen[]): Seen[] {
  const all = new Map<string, Seen>()
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    for (const seen of [a[i], b[i]]) {
      if (seen === undefined) continue
      const key = seen.predicates.map(({ column, code }) => `${column}:${code}`).join()
      if (!all.has(key)) all.set(key, seen)
    }
  }
  return [...all.values()]
}

/** The items of the highest rank, the best first; ties by the order of their predicates. */
class Best {
  private readonly kept: { readonly rank: number; readonly seen: Seen }[] = []

  get items(): Seen[] {
    return this.kept.map(({ seen }) => seen)
  }

  add(rank: number, seen: Seen): void {
    const last = this.kept[KEPT - 1]
    if (last !== undefined && !(rank >= last.rank)) return
    let [low, high] = [0, this.kept.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.kept[middle] as (typeof this.kept)[number]
      const order = other.rank - rank || comparePredicates(seen.predicates, other.seen.predicates)
      if (order > 0) low = middle + 1
      else high = middle
    }
    this.kept.splice(low, 0, { rank, seen })
    if (this.kept.length > KEPT) this.kept.pop()
  }
}
