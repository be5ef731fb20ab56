import type { ColumnProfile, ProfileSample } from '../../contracts/data-profile.js'
import type { DataEngine } from '../engine/engine.js'
import { round12 } from '../engine/sql.js'
import { type Ordered, orderedFew } from './ordered.js'
import { shapeOf } from './shapes.js'
import { smallestHashes } from './smallest-hashes.js'
import { FEW, type Values } from './values.js'

/** Values that shapes and personal data are looked for in, with their counts. */
export interface LookedAt {
  readonly texts: readonly string[]
  readonly counts: ArrayLike<number>
  /** Null when it is all of them. */
  readonly sample: ProfileSample | null
}

/** All values, or of very many the 20,000 with the smallest hash, which are the same every time. `text` is SQL for `v` as text. */
export async function lookAt(engine: DataEngine, text: string, values: Values, of: number): Promise<LookedAt> {
  if (values.kind === 'few') return { texts: values.texts, counts: values.counts, sample: null }
  const { texts, counts } = await smallestHashes(engine, text, values, FEW)
  const sample = {
    rows: counts.reduce((sum, count) => sum + count, 0),
    of,
    method: `the ${FEW.toLocaleString('en')} different values with the smallest 64-bit hash`,
  }
  return { texts, counts, sample }
}

/** What is told of all texts of a column. */
export interface TextFacts {
  /** Their lengths in code points; null without a text. */
  readonly lengths: Ordered | null
  /** Texts that begin like a number or a date. */
  readonly numberLike: number
}

/** One look at the texts of a column. */
export async function textFacts(engine: DataEngine, values: Values): Promise<TextFacts> {
  const counts = new Map<number, number>()
  let numberLike = 0
  const add = (length: number, count: number, like: number) => {
    counts.set(length, (counts.get(length) ?? 0) + count)
    numberLike += like
  }
  if (values.kind === 'few') {
    values.texts.forEach((text, i) => {
      const count = values.counts[i] as number
      add(codePoints(text), count, text < ':' ? count : 0)
    })
  } else {
    const found = await engine.all(
      `SELECT length(v) AS l, sum(n)::BIGINT AS n, coalesce(sum(n) FILTER (WHERE v < ':'), 0)::BIGINT AS m FROM ${values.table} GROUP BY 1`,
    )
    for (const { l, n, m } of found) add(Number(l), Number(n), Number(m))
  }
  const sorted = [...counts].sort(([a], [b]) => a - b)
  const lengths = orderedFew({
    numbers: Float64Array.from(sorted, ([length]) => length),
    counts: Float64Array.from(sorted, ([, count]) => count),
  })
  return { lengths: sorted.length === 0 ? null : lengths, numberLike }
}

/** The length that SQL counts: astral signs are one. */
function codePoints(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

/** Extremes and mean of lengths; the sum is a whole number, so that it is exact. */
export async function lengthSummary(lengths: Ordered): Promise<NonNullable<ColumnProfile['length']>> {
  const [min, max] = [await lengths.at(0), await lengths.at(lengths.n - 1)]
  let total = 0
  for (let length: number | null = min; length !== null; length = await lengths.next(length)) {
    total += length * ((await lengths.count(length, true)) - (await lengths.count(length, false)))
  }
  return { min, max, mean: round12(total / lengths.n) }
}

/** The most frequent shapes, ties in the order of their text. */
export function patternsOf({ texts, counts, sample }: LookedAt, most: number): NonNullable<ColumnProfile['patterns']> {
  const shapes = new Map<string, number>()
  let all = 0
  for (let i = 0; i < texts.length; i++) {
    const shape = shapeOf(texts[i] as string)
    const count = counts[i] as number
    shapes.set(shape, (shapes.get(shape) ?? 0) + count)
    all += count
  }
  const top = mostFrequent(shapes, most)
  return { top, other: top.reduce((rest, { count }) => rest - count, all), sample }
}

/** The first ones by count, then by text, without putting all of them in order: there may be as many as texts. */
function mostFrequent(counts: ReadonlyMap<string, number>, most: number): { pattern: string; count: number }[] {
  const top: { pattern: string; count: number }[] = []
  const isBefore = (pattern: string, count: number, other: { pattern: string; count: number }) =>
    count > other.count || (count === other.count && pattern < other.pattern)
  for (const [pattern, count] of counts) {
    const last = top[most - 1]
    if (last !== undefined && !isBefore(pattern, count, last)) continue
    let place = Math.min(top.length, most - 1)
    while (place > 0 && isBefore(pattern, count, top[place - 1] as { pattern: string; count: number })) {
      top[place] = top[place - 1] as { pattern: string; count: number }
      place -= 1
    }
    top[place] = { pattern, count }
  }
  return top
}
