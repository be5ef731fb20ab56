import type { ColumnProfile } from '../../../contracts/data-profile.js'
import { total } from '../../../stats/numeric.js'
import { round12 } from '../../engine/sql.js'
import { atomsOf, type Cuts, cutsOf } from '../../profile/cuts.js'
import { coarsest } from '../../profile/slice-cells.js'
import { FEWEST_TEXTS } from '../../profile/words.js'
import { lengthSample } from '../text/lengths.js'
import { atSome, belowAt, cellsOf, poolSamples, type Sample, sampleOf } from './bounds.js'

/** Places at which the numbers of several profiles are known together, and values that are counted one by one. */
const MOST_CUTS = 400
const MOST_COUNTED = 2_000

/**
 * A column of several profiles together. It is no document: beside what one profile can say it has what is known by bounds only.
 */
export interface PooledColumn extends ColumnProfile {
  readonly pooled?: {
    readonly profiles: number
    readonly numbers: Cuts | null
    readonly lengths: Sample | null
    readonly words: PooledWords | null
  }
}

/** Words of the texts of several profiles: in how many texts each stands at least and at most. */
export interface PooledWords {
  readonly texts: number
  readonly tokens: readonly { readonly word: string; readonly low: number; readonly high: number }[]
  /** The most texts that hold a word which no profile lists. */
  readonly unlisted: number
  /** Texts that hold a word of the list of their own profile: at least so many hold one of all lists. */
  readonly covered: number
}

/** What is known of the numbers of several profiles at places of all of them, `edges` among these. */
export function poolNumbers(
  columns: readonly ColumnProfile[],
  type: ColumnProfile['type'],
  edges: readonly number[],
): Cuts {
  const all = poolSamples(numberSamples(columns), edges)
  const wanted = new Set(edges)
  const kept = new Set(coarsest(cellsOf(all), MOST_CUTS))
  const places = all.cuts.map((_, i) => i).filter((i) => kept.has(i) || wanted.has(all.cuts[i] as number))
  const { cuts, low, high, ...rest } = atSome(all, places)
  const isExact = low.every((count, i) => count === high[i])
  return {
    cuts,
    counts: cellsOf(rest),
    atoms: atomsOf(type, cuts),
    ...(isExact ? {} : { below: { low, high } }),
    basis: { of: 'profiles', points: cuts.length, profiles: columns.length },
  }
}

const numberSamples = (columns: readonly ColumnProfile[]): Sample[] =>
  columns.flatMap((column) => {
    const known = cutsOf(column)
    return known === null ? [] : [sampleOf(known.cuts, known.counts, known.below)]
  })

/** How many numbers of several profiles lie below a place, as is likeliest. */
export function likelyBelow(columns: readonly ColumnProfile[]): (x: number) => number {
  const samples = numberSamples(columns)
  return (x) => samples.reduce((sum, sample) => sum + belowAt(sample, x).likely, 0)
}

/** Every value with its count, where all profiles have counted theirs and they are not too many. */
export function poolCounts(columns: readonly ColumnProfile[]): ColumnProfile['counts'] {
  const found = new Map<number | string, number>()
  for (const { counts } of columns) {
    if (counts === undefined) return undefined
    counts.values.forEach((value, i) => void found.set(value, (found.get(value) ?? 0) + (counts.counts[i] ?? 0)))
  }
  if (found.size > MOST_COUNTED) return undefined
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1))
  return { values: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) }
}

/** Lengths of the texts of several profiles; null where one does not tell its own. */
export function poolLengths(columns: readonly ColumnProfile[]): Sample | null {
  const samples = columns.map(lengthSample)
  return samples.every((sample) => sample !== null) ? poolSamples(samples) : null
}

/**
 * Words of the texts of several profiles; null where one does not tell its own. A text of two runs counts twice. A word that a
 * profile does not list stands in as many of its texts as such a word may.
 */
export function poolWords(columns: readonly ColumnProfile[]): PooledWords | null {
  const all = columns.flatMap(({ words }) => (words === undefined || words.top.length === 0 ? [] : [words]))
  if (all.length < columns.length) return null
  const lists = all.map((words) => ({
    counts: new Map(words.top.map(({ word, count }) => [word, count])),
    unlisted: words.top.length < words.most ? FEWEST_TEXTS - 1 : (words.top.at(-1)?.count ?? 0),
  }))
  const sum = (of: (list: (typeof lists)[number]) => number) => lists.reduce((total, list) => total + of(list), 0)
  const names = [...new Set(lists.flatMap(({ counts }) => [...counts.keys()]))]
  const tokens = names
    .map((word) => ({
      word,
      low: sum(({ counts }) => counts.get(word) ?? 0),
      high: sum(({ counts, unlisted }) => counts.get(word) ?? unlisted),
    }))
    .sort((a, b) => b.low - a.low || (a.word < b.word ? -1 : 1))
  return {
    texts: all.reduce((total, { texts }) => total + texts, 0),
    tokens,
    unlisted: sum(({ unlisted }) => unlisted),
    covered: all.reduce((total, { covered }) => total + covered, 0),
  }
}

/** The value below which a share of the numbers lies, as is likeliest. */
export function likelyQuantile({ cuts, counts }: Cuts, p: number, min: number, max: number): number {
  const edges = [min, ...cuts, max]
  let rest = p * total(counts)
  for (const [i, count] of counts.entries()) {
    const [from, to] = [Math.max(min, edges[i] as number), Math.min(max, edges[i + 1] as number)]
    if (count > 0 && rest <= count) return round12(Math.min(max, Math.max(min, from + ((to - from) * rest) / count)))
    rest -= count
  }
  return max
}
