import { holm } from '../../../stats/multiple.js'
import { proportionsTest } from '../../../stats/two-sample/categorical.js'
import { ksBounds, ksTest } from '../../../stats/two-sample/kolmogorov-smirnov.js'
import type { Measure } from '../by-method.js'
import type { TextDrift } from '../types.js'

/** What was measured of texts; `token` where it is a word. */
export interface TextPart {
  readonly of: string
  readonly token?: string
  readonly measure: Measure
}

/**
 * What tells two collections of texts apart, each with its own p: the length (Kolmogorov–Smirnov), the token whose share of the
 * texts moved most (z-test, Holm over the tokens), and texts with a token that is not in the baseline, against the share of texts
 * of the baseline with a token that no other of its texts has (what a fresh text is expected to bring, as Good and Turing).
 * Texts are counted, not tokens: those of one text hang together.
 */
export function measureText({ before, now, tokens, unknown, lengths }: TextDrift): TextPart[] {
  const found: TextPart[] = []
  const gap = ksBounds(lengths.before, lengths.now, () => true)
  if (gap !== null) {
    const test = ksTest(gap.low, before, now)
    const pMethod = `Kolmogorov–Smirnov, ${test.method}`
    const facts = { method: 'ks', statistic: gap.low, effect: gap.low, pValue: test.pValue, pMethod } as const
    found.push({ of: 'length of the text', measure: { ...facts, bound: 0, cells: 0, n: before, m: now } })
  }
  const tested = tokens.map((one) => proportionsTest({ hits: one.before, n: before }, { hits: one.now, n: now }))
  const adjusted = holm(tested.map((test) => test?.pValue ?? 1))
  const moved = tokens
    .map((one, i) => ({ ...one, i, change: Math.abs(one.now / now - one.before / before) }))
    .sort((a, b) => b.change - a.change || (a.token < b.token ? -1 : 1))[0]
  if (moved !== undefined) {
    const p = adjusted[moved.i] as number
    found.push({
      of: `texts with the word ${JSON.stringify(moved.token.slice(0, 40))}`,
      token: moved.token,
      measure: share(
        tested[moved.i]?.statistic ?? 0,
        moved.change,
        p,
        `z-test, Holm over ${tokens.length} words`,
        before,
        now,
      ),
    })
  }
  const news = proportionsTest({ hits: unknown.before, n: before }, { hits: unknown.now, n: now })
  const more = unknown.now / now - unknown.before / before
  found.push({
    of: 'texts with a word that the baseline does not have',
    measure: share(
      news?.statistic ?? 0,
      Math.max(0, more),
      more > 0 ? (news?.pValue ?? 1) : 1,
      'z-test of proportions',
      before,
      now,
    ),
  })
  return found
}

const share = (statistic: number, effect: number, pValue: number, pMethod: string, n: number, m: number): Measure => ({
  method: 'z-test',
  statistic,
  effect,
  bound: 0,
  pValue,
  pMethod,
  cells: 2,
  n,
  m,
})
