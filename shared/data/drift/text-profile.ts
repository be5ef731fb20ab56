import type { ColumnProfile } from '../../contracts/data-profile.js'
import { holm } from '../../stats/multiple.js'
import { proportionsTest } from '../../stats/two-sample/categorical.js'
import { ksBounds, ksTest } from '../../stats/two-sample/kolmogorov-smirnov.js'
import { asText } from '../column-types.js'
import type { Dataset, DatasetColumn } from '../dataset.js'
import type { DataEngine } from '../engine.js'
import { countsBelow } from './grid.js'
import { cellOf } from './numbers.js'
import type { TextPart } from './text-measure.js'
import { covered, FEWEST_TEXTS, sampleTexts, textsByWord } from './words.js'

/** What a profile alone tells of a text column, beside the same of these data. */
export interface TextByProfile {
  /** Texts by their length in code points, in the cells between the quantiles that the profile keeps. */
  readonly lengths: {
    readonly before: readonly number[]
    readonly now: readonly number[]
    readonly below: { readonly low: readonly number[]; readonly high: readonly number[] }
    readonly points: number
    /** Ends of the cells but the last. */
    readonly cuts: readonly number[]
  } | null
  /** Different texts of each side, those that hold a word, and those that hold one of the words that the profile lists. */
  readonly words: {
    readonly before: number
    readonly now: number
    /** `atMost`: the profile does not list the word, so that it was in no more texts than that. */
    readonly tokens: readonly {
      readonly token: string
      readonly before: number
      readonly now: number
      readonly atMost: boolean
    }[]
    readonly known: { readonly before: number; readonly now: number }
  } | null
}

/** Lengths and, where the profile keeps some, words of a column of texts. */
export async function measureTextByProfile(
  engine: DataEngine,
  { table }: Pick<Dataset, 'table'>,
  { type, sql }: DatasetColumn,
  before: ColumnProfile,
  distinct: number,
): Promise<TextByProfile> {
  const text = asText(type, sql)
  const { words } = before
  const lengths = await lengthsNow(engine, table, text, before)
  if (words === undefined || words.top.length === 0) return { lengths, words: null }
  const { texts } = await sampleTexts(engine, `SELECT ${text} AS v FROM ${table}`, distinct)
  const now = textsByWord(texts)
  const known = new Set(words.top.map(({ word }) => word))
  // What a full list leaves out is at most as frequent as its last word.
  const atMost = words.top.length < words.most ? FEWEST_TEXTS - 1 : (words.top.at(-1)?.count ?? 0)
  const news = [...now].filter(([word, count]) => !known.has(word) && count >= FEWEST_TEXTS)
  return {
    lengths,
    words: {
      before: words.texts,
      now: texts.length,
      tokens: [
        ...words.top.map(({ word, count }) => ({
          token: word,
          before: count,
          now: now.get(word) ?? 0,
          atMost: false,
        })),
        ...news.map(([token, count]) => ({ token, before: atMost, now: count, atMost: true })),
      ],
      known: { before: words.covered, now: covered(texts, known) },
    },
  }
}

async function lengthsNow(
  engine: DataEngine,
  table: string,
  text: string,
  { length, lengths, ...column }: ColumnProfile,
): Promise<TextByProfile['lengths']> {
  const n = column.rows - column.missing - column.invalid - column.nonFinite
  if (length === null || lengths === undefined || n === 0) return null
  const { p05, p25, p50, p75, p95 } = lengths
  const quantiles = [
    { p: 0, value: length.min },
    { p: 0.05, value: p05 },
    { p: 0.25, value: p25 },
    { p: 0.5, value: p50 },
    { p: 0.75, value: p75 },
    { p: 0.95, value: p95 },
    { p: 1, value: length.max },
  ]
  const { cuts, low, high, likely } = countsBelow(n, quantiles)
  const now = new Array<number>(cuts.length + 1).fill(0)
  const rows = await engine.all(
    `SELECT length(${text}) AS l, count(*) AS n FROM ${table} WHERE ${text} IS NOT NULL GROUP BY 1`,
  )
  for (const { l, n: count } of rows) {
    const cell = cellOf(cuts, Number(l))
    now[cell] = (now[cell] as number) + Number(count)
  }
  const before = [...likely, n].map((count, i) => count - (i === 0 ? 0 : (likely[i - 1] as number)))
  return { before, now, below: { low, high }, points: quantiles.length, cuts }
}

/**
 * What has moved, each with its own p: the length (Kolmogorov–Smirnov at the quantiles that the profile keeps), the word whose
 * share of the texts moved most (z-test, Holm over the words; a word that the profile does not list counts as frequent as it may have
 * been), and texts without any word that the profile lists.
 */
export function measureTextProfile({ lengths, words }: TextByProfile): TextPart[] {
  const found: TextPart[] = []
  const gap = lengths === null ? null : ksBounds(lengths.before, lengths.now, () => false, lengths.below)
  if (lengths !== null && gap !== null) {
    const [n, m] = [lengths.before, lengths.now].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [
      number,
      number,
    ]
    const test = ksTest(gap.low, n, m)
    found.push({
      of: 'length of the text',
      measure: {
        method: 'ks',
        statistic: gap.low,
        effect: gap.low,
        bound: gap.high - gap.low,
        pValue: test.pValue,
        pMethod: `Kolmogorov–Smirnov, ${test.method}`,
        cells: 0,
        n,
        m,
        from: `${lengths.points} quantiles of the baseline`,
      },
    })
  }
  if (words === null || words.now === 0) return found
  const { before: n, now: m, tokens, known } = words
  const tested = tokens.map((one) => {
    const more = one.now / m - one.before / n
    const test = proportionsTest({ hits: one.before, n }, { hits: one.now, n: m })
    return { ...one, change: one.atMost ? Math.max(0, more) : Math.abs(more), test }
  })
  const adjusted = holm(tested.map(({ change, test }) => (change === 0 ? 1 : (test?.pValue ?? 1))))
  const [moved] = tested
    .map((one, i) => ({ ...one, p: adjusted[i] as number }))
    .sort((a, b) => b.change - a.change || (a.token < b.token ? -1 : 1))
  const facts = { method: 'z-test', bound: 0, cells: 2, n, m } as const
  if (moved !== undefined) {
    const pMethod = `z-test, Holm over ${tokens.length} words`
    const statistic = moved.test?.statistic ?? 0
    found.push({
      of: `texts with the word ${JSON.stringify(moved.token.slice(0, 40))}`,
      token: moved.token,
      measure: { ...facts, statistic, effect: moved.change, pValue: moved.p, pMethod },
    })
  }
  const fewer = proportionsTest({ hits: known.before, n }, { hits: known.now, n: m })
  const less = known.before / n - known.now / m
  found.push({
    of: 'texts without any of the words that the baseline lists',
    measure: {
      ...facts,
      statistic: fewer?.statistic ?? 0,
      effect: Math.max(0, less),
      pValue: less > 0 ? (fewer?.pValue ?? 1) : 1,
      pMethod: 'z-test of proportions',
    },
  })
  return found
}
