import type { ColumnProfile, ProfileSample } from '../../contracts/data-profile.js'
import { tokensOf } from '../drift/text/against-rows.js'
import type { DataEngine } from '../engine/engine.js'

/** Different texts that are read word by word, and signs of each. */
const MOST_TEXTS = 10_000
const LONGEST_TEXT = 2000
/** A word in fewer texts may be that of a person, and says nothing of the others. */
export const FEWEST_TEXTS = 20
const LONGEST_WORD = 40

export type Words = NonNullable<ColumnProfile['words']>

/** Different texts of a column, and what of them was looked at where not all were. */
export interface Texts {
  readonly texts: readonly string[]
  readonly sample: ProfileSample | null
}

/**
 * All different texts, or of very many the 10,000 with the smallest hash, which are the same every time and however the data were
 * cut. `from` is SQL with the texts as `v`.
 */
export async function sampleTexts(engine: DataEngine, from: string, distinct: number): Promise<Texts> {
  const share = Math.min(1, (2 * MOST_TEXTS) / Math.max(1, distinct))
  const bound = BigInt(Math.floor(share * (2 ** 32 - 1))) << 32n
  const below = share < 1 ? ` AND hash(v) <= ${bound}::UBIGINT` : ''
  const found = await engine.columns(
    `SELECT left(v, ${LONGEST_TEXT}) AS t FROM (SELECT v, hash(v) AS h FROM (${from}) WHERE v IS NOT NULL${below} GROUP BY v) ORDER BY h, v LIMIT ${MOST_TEXTS}`,
  )
  return toldOf((found.t ?? []).map(String), distinct)
}

/** The same out of at least as many texts with the smallest hash, in its order. */
export const firstTexts = (texts: readonly string[], distinct: number): Texts =>
  toldOf(
    texts
      .slice(0, MOST_TEXTS)
      .map((text) => (text.length > LONGEST_TEXT ? [...text].slice(0, LONGEST_TEXT).join('') : text)),
    distinct,
  )

function toldOf(texts: readonly string[], distinct: number): Texts {
  const method = `the ${MOST_TEXTS.toLocaleString('en')} different texts with the smallest 64-bit hash`
  return { texts, sample: texts.length < distinct ? { rows: texts.length, of: distinct, method } : null }
}

/** How many of some texts hold each word: letters and digits that stand together, in lower case. */
export function textsByWord(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) for (const word of tokensOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Texts that hold at least one of some words. */
export const covered = (texts: readonly string[], words: ReadonlySet<string>): number =>
  texts.filter((text) => [...tokensOf(text)].some((word) => words.has(word))).length

/**
 * The words in the most texts, at most `most` and each in at least twenty of them; none with four digits, which may be a number of
 * somebody. Ties in the order of their letters.
 */
export function wordsOf({ texts, sample }: Texts, most: number): Words {
  const top = [...textsByWord(texts)]
    .filter(([word, count]) => count >= FEWEST_TEXTS && word.length <= LONGEST_WORD && !/(\p{N}.*){4}/u.test(word))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([word, count]) => ({ word, count }))
  return { texts: texts.length, top, most, covered: covered(texts, new Set(top.map(({ word }) => word))), sample }
}

/** Whether a column is free text of several words, of which a profile may tell the words. */
export const hasWords = ({ type, top, distinct, sensitive, patterns }: ColumnProfile): boolean =>
  type === 'string' &&
  top.length === 0 &&
  distinct > 0 &&
  sensitive == null &&
  (patterns?.top ?? []).some(({ pattern }) => pattern.includes(' '))
