import { benjaminiHochberg } from '../multiple.js'
import { type Contrast, contrastOf, type Terms } from './contrast.js'
import type { CodedColumn } from './cube.js'
import { holdsWithin } from './enumerate.js'
import { commonRows, membershipOf } from './membership.js'
import type { Candidate, Found } from './search.js'
import { sidesOf, type TestRows } from './sides.js'

export interface ConfirmSettings {
  readonly level: number
  /** Expected share of false ones among the confirmed. */
  readonly rate: number
  readonly minLift: number
  readonly zeroOne: boolean
}

/** A candidate with what the other half of the rows says. */
export interface Confirmed {
  readonly candidate: Candidate
  readonly contrast: Contrast
  /** Adjusted by Benjamini and Hochberg over all that were tested; NaN when it was not tested. */
  readonly adjusted: number
  readonly outcome: 'confirmed' | 'unconfirmed' | 'untested' | 'repeated'
  /** Why it is not confirmed. */
  readonly reason: string | null
  /** The confirmed slice that it repeats, by its place. */
  readonly repeats: number | null
}

/** Two slices with this share of common rows among all of theirs are the same in other words. */
const ALIKE = 0.8

/**
 * Tests candidates on rows that had no part in finding them. Confirmed is one whose adjusted p-value is at most the rate and
 * whose lift there, too, is large enough. Of confirmed ones, a slice within another is told only when it is worse than the rest
 * of the other, and one of nearly the same rows as a better one not at all: those are `repeated`.
 *
 * @param columns codes of these rows, by their place in the predicates.
 */
export function confirmSlices(
  { candidates, changeAgainst }: Pick<Found, 'candidates' | 'changeAgainst'>,
  columns: ReadonlyMap<number, CodedColumn>,
  count: number,
  rows: TestRows,
  settings: ConfirmSettings,
): Confirmed[] {
  if (candidates.length === 0) return []
  const predicates = candidates.map((candidate) => candidate.predicates)
  const membership = membershipOf(predicates, columns, count)
  const sides = sidesOf(membership, rows)
  const terms: Terms = {
    level: settings.level,
    zeroOne: settings.zeroOne,
    weighted: rows.weight !== null,
    clustered: rows.block !== null,
    changeAgainst,
    sd: sides.deviation,
  }
  const contrasts = candidates.map(({ kind }, k) => contrastOf(kind, sides.of(k), sides.all, terms))
  const adjusted = benjaminiHochberg(contrasts.map(({ p }) => p))
  const first = candidates.map((candidate, k): Confirmed => {
    const contrast = contrasts[k] as Contrast
    const own = adjusted[k] as number
    return { candidate, contrast, adjusted: own, ...outcomeOf(contrast, own, settings), repeats: null }
  })
  return withoutRepeats(first, commonRows(membership), (outer, inner) => {
    const { slice, rest, variance } = sides.of(inner, outer)
    if (rest.rows < 2) return false
    const isWeak = candidates[inner]?.kind === 'weak'
    const gap = isWeak ? slice.loss - rest.loss : slice.change - rest.change
    return gap > 0 && gap >= ADDS * Math.sqrt(isWeak ? variance([1, 0], [-1, 0]) : variance([0, 1], [0, -1]))
  })
}

/** Standard errors that a slice within another has to lie above the rest of it. */
const ADDS = 2

function outcomeOf(
  { p, reason, lift }: Contrast,
  adjusted: number,
  { rate, minLift }: ConfirmSettings,
): Pick<Confirmed, 'outcome' | 'reason'> {
  if (Number.isNaN(p)) return { outcome: 'untested', reason: reason ?? 'it could not be tested' }
  if (adjusted > rate) return { outcome: 'unconfirmed', reason: 'on the other half it may be chance' }
  if (!(lift.value >= minLift)) return { outcome: 'unconfirmed', reason: 'on the other half it is too small to tell' }
  return { outcome: 'confirmed', reason: null }
}

function withoutRepeats(
  all: readonly Confirmed[],
  common: Float64Array,
  adds: (outer: number, inner: number) => boolean,
): Confirmed[] {
  const told: number[] = []
  // What says the same with fewer predicates is told.
  const inTurn = all.map((_, k) => k).sort((a, b) => rankOf(all[a]) - rankOf(all[b]) || a - b)
  const repeats = new Map<number, number>()
  for (const k of inTurn) {
    const { candidate, outcome } = all[k] as Confirmed
    if (outcome !== 'confirmed') continue
    const other = told.find((place) => {
      const { candidate: better } = all[place] as Confirmed
      if (better.kind !== candidate.kind) return false
      const both = common[k * all.length + place] as number
      const either = (common[k * all.length + k] as number) + (common[place * all.length + place] as number) - both
      if (both >= ALIKE * either) return true
      return holdsWithin(better.predicates, candidate.predicates) && !adds(place, k)
    })
    if (other === undefined) told.push(k)
    else repeats.set(k, other)
  }
  return all.map((one, k) => {
    const other = repeats.get(k)
    return other === undefined ? one : { ...one, outcome: 'repeated', repeats: other }
  })
}

function rankOf(one: Confirmed | undefined): number {
  return one?.candidate.predicates.length ?? 0
}
