import { holm } from '../../../stats/multiple.js'
import { clamp, total } from '../../../stats/numeric.js'
import { proportionsTest } from '../../../stats/two-sample/categorical.js'
import { ksBounds, ksTest } from '../../../stats/two-sample/kolmogorov-smirnov.js'
import { asText } from '../../column-types.js'
import type { Dataset, DatasetColumn } from '../../dataset.js'
import type { DataEngine } from '../../engine/engine.js'
import { cellOf } from '../../profile/cuts.js'
import { covered, FEWEST_TEXTS, sampleTexts, textsByWord } from '../../profile/words.js'
import { cellsOf } from '../pool/bounds.js'
import { type PooledColumn, poolWords } from '../pool/columns.js'
import { LENGTH_POINTS, lengthSample } from './lengths.js'
import type { TextPart } from './measure.js'

/** What a profile alone tells of a text column, beside the same of these data. */
export interface TextByProfile {
  /** Texts by their length in code points, in the cells between the quantiles that the profile keeps. */
  readonly lengths: {
    readonly before: readonly number[]
    readonly now: readonly number[]
    readonly below: { readonly low: readonly number[]; readonly high: readonly number[] }
    /** What the counts of the baseline come from, in words. */
    readonly from: string
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
  before: PooledColumn,
  distinct: number,
): Promise<TextByProfile> {
  const text = asText(type, sql)
  const words = before.pooled === undefined ? poolWords([before]) : before.pooled.words
  const lengths = await lengthsNow(engine, table, text, before)
  if (words === null) return { lengths, words: null }
  const { texts } = await sampleTexts(engine, `SELECT ${text} AS v FROM ${table}`, distinct)
  const now = textsByWord(texts)
  const known = new Set(words.tokens.map(({ word }) => word))
  const news = [...now].filter(([word, count]) => !known.has(word) && count >= FEWEST_TEXTS)
  return {
    lengths,
    words: {
      before: words.texts,
      now: texts.length,
      tokens: [
        ...words.tokens.map(({ word, low, high }) => {
          const count = now.get(word) ?? 0
          // Of what is not known exactly, the count that speaks least for a change.
          const expected = (count / Math.max(1, texts.length)) * words.texts
          const closest = low === high ? low : Math.round(clamp(expected, low, high))
          return { token: word, before: closest, now: count, atMost: low < high && closest === high }
        }),
        ...news.map(([token, count]) => ({ token, before: words.unlisted, now: count, atMost: true })),
      ],
      known: { before: words.covered, now: covered(texts, known) },
    },
  }
}

async function lengthsNow(
  engine: DataEngine,
  table: string,
  text: string,
  column: PooledColumn,
): Promise<TextByProfile['lengths']> {
  const sample = column.pooled === undefined ? lengthSample(column) : column.pooled.lengths
  if (sample === null) return null
  const { cuts, low, high } = sample
  const now = new Array<number>(cuts.length + 1).fill(0)
  const rows = await engine.all(
    `SELECT length(${text}) AS l, count(*) AS n FROM ${table} WHERE ${text} IS NOT NULL GROUP BY 1`,
  )
  for (const { l, n: count } of rows) {
    const cell = cellOf(cuts, Number(l))
    now[cell] = (now[cell] as number) + Number(count)
  }
  const of = column.pooled === undefined ? 'the baseline' : `each of ${column.pooled.profiles} profiles`
  return { before: cellsOf(sample), now, below: { low, high }, from: `${LENGTH_POINTS} quantiles of ${of}`, cuts }
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
    const [n, m] = [total(lengths.before), total(lengths.now)]
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
        from: lengths.from,
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
