import type { SelfTestResult } from '../../../shared/contracts/evaluate-self-test.js'
import { wilson } from '../../../shared/stats/intervals.js'
import { type Sample, selectRows } from '../../../shared/stats/sample.js'
import type { Subjects } from '../compare.js'
import type { Decision } from '../decide.js'
import { rounded, roundedInterval } from '../rounding.js'
import { drawRows, type EqualPair, exchanger } from './exchange.js'

/** Rows of one comparison: with more of them a seed takes longer and chance counts for less. */
export const MOST_ROWS = 20_000
/** The same answers give the same decisions but for the seed of the bootstrap: a few of them tell. */
const IDENTICAL_SEEDS = 20

/** A comparison that is made up. */
export interface Trial extends EqualPair {
  /** Which of the judged rows it has, ascending: row i of the samples is the judged row `rows[i]`. */
  readonly rows: Uint32Array
  readonly seed: string
}

/** Decides the demands that an equal model meets, all together, as the gate does. */
export type JudgeTrial = (trial: Trial) => readonly Decision[]

export interface SelfTestSettings {
  readonly seeds: number
  /** Level of the gate’s intervals: one side of it is the rate that is allowed. */
  readonly confidence: number
  /** Any text, such as the digest of the rows. */
  readonly seed: string
}

/** Whose answers are exchanged with those of the candidate. */
interface Partner {
  readonly against: NonNullable<SelfTestResult['against']>
  readonly answers: Sample
}

/**
 * How often the gate refuses a model that is as good as the baseline. For each seed two equal models are made of the
 * candidate and the baseline (see `exchanger`), or without a baseline of the candidate and the trivial model, on all judged rows or on about 20,000 drawn anew, and judged by the
 * demands that an equal model meets. The share of seeds in which one of them counts as broken is the rate of false
 * refusals; that some stay open is no mistake but a lack of rows, and counted apart. Beside that the candidate is compared
 * with its own answers.
 *
 * What it does not tell: how often a worse model passes, and what another set of rows would give.
 */
export function runSelfTest(
  subjects: Pick<Subjects, 'candidate' | 'baseline'> & Partial<Pick<Subjects, 'trivial'>>,
  demands: number,
  judge: JudgeTrial,
  settings: SelfTestSettings,
): SelfTestResult {
  const alpha = rounded((1 - settings.confidence) / 2)
  const { candidate } = subjects
  const reason = whyNothing(candidate, demands)
  if (reason !== null) return untested(candidate.n, demands, alpha, reason)
  const { against, answers } = partnerOf(subjects)
  const drawn = pairs(candidate, answers, settings.seed)
  let [failed, inconclusive, rows, refused] = [0, 0, 0, 0]
  const identical = Math.min(settings.seeds, IDENTICAL_SEEDS)
  for (let i = 0; i < settings.seeds; i++) {
    const seed = `${settings.seed} ${i}`
    const { pair, rows: own } = drawn(seed)
    const decisions = judge({ ...pair, rows: own, seed })
    rows += own.length
    if (decisions.includes('broken')) failed += 1
    else if (decisions.includes('open')) inconclusive += 1
    if (i >= identical) continue
    const same = selectRows(candidate, own)
    if (judge({ candidate: same, baseline: same, rows: own, seed }).includes('broken')) refused += 1
  }
  const interval = wilson(failed, settings.seeds, 0.95)
  return {
    seeds: settings.seeds,
    rows: Math.round(rows / settings.seeds),
    demands,
    failed,
    inconclusive,
    rate: rounded(failed / settings.seeds),
    interval: interval && roundedInterval(interval),
    alpha,
    identical: { seeds: identical, failed: refused },
    against,
    reason: null,
  }
}

/** A copy of the candidate disagrees with it on no row, and would tell little: it comes last. */
function partnerOf({ candidate, baseline, trivial }: Parameters<typeof runSelfTest>[0]): Partner {
  if (baseline !== null) return { against: 'baseline', answers: baseline }
  const floor = trivial?.whole() ?? null
  return floor === null ? { against: 'itself', answers: candidate } : { against: 'trivial', answers: floor }
}

function whyNothing(candidate: Sample, demands: number): string | null {
  if (demands === 0) return 'no rule allows a loss against the baseline'
  return candidate.n === 0 ? 'there are no rows' : null
}

function untested(n: number, demands: number, alpha: number, reason: string | null): SelfTestResult {
  const none = { seeds: 0, failed: 0, inconclusive: 0, rate: null, interval: null, identical: { seeds: 0, failed: 0 } }
  return { ...none, rows: n, demands, alpha, reason }
}

/** Equal models for a seed: of all rows, which are put together once, or of rows drawn for it. */
function pairs(candidate: Sample, baseline: Sample, seed: string) {
  if (candidate.n <= MOST_ROWS) {
    const rows = drawRows(candidate.n, MOST_ROWS, seed)
    const exchange = exchanger({ candidate, baseline })
    return (own: string) => ({ pair: exchange(own), rows })
  }
  return (own: string) => {
    const rows = drawRows(candidate.n, MOST_ROWS, `${own} rows`)
    const exchange = exchanger({ candidate: selectRows(candidate, rows), baseline: selectRows(baseline, rows) })
    return { pair: exchange(own), rows }
  }
}
