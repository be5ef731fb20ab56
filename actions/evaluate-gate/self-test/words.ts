import type { Check } from '../../../shared/contracts/common.js'
import type { SelfTestConfig, SelfTestResult } from '../../../shared/contracts/evaluate-self-test.js'
import { checkOf } from '../../../shared/core/check.js'
import { type Block, paragraph } from '../../../shared/report/blocks.js'
import { formatFixed, formatInteger, formatPercent, plural } from '../../../shared/report/format.js'

/** The check of a self-test; none when there was nothing to test, which the report says. */
export function selfTestChecks(
  result: SelfTestResult | null,
  config: NonNullable<SelfTestConfig>,
  where: Check['where'],
): Check[] {
  if (result === null || result.rate === null || result.interval === null) return []
  const { seeds, interval, alpha, identical, rate } = result
  const facts = {
    rule: 'self-test',
    subject: 'the gate itself',
    measured: rate,
    expected: `at most ${percent(alpha)}`,
    n: seeds,
    interval: { ...interval },
    details: {
      ...result,
      interval: null,
      identical: `${identical.failed} of ${identical.seeds}`,
      against: result.against ?? 'baseline',
      level: config.level,
    },
    where,
  }
  if (identical.failed > 0) {
    return [
      checkOf('fail', {
        ...facts,
        message: `the candidate compared with its own answers was refused in ${identical.failed} of ${plural(identical.seeds, 'seed')}; that must never be.`,
        cure: 'take the metric that differs out of the rules, and report it as a bug of Plumbline',
      }),
    ]
  }
  const broken = interval.low > alpha
  return [
    checkOf(broken ? config.level : 'pass', {
      ...facts,
      message: `${rateText(result)}; the confidence of the gate allows ${percent(alpha)}${broken ? ', and this is proven to be more' : ''}.`,
      cure: 'judge fewer or larger slices, name the group column if rows depend on each other, or allow more loss',
    }),
  ]
}

/** One line for the report; null when no self-test was asked for. */
export function selfTestText(result: SelfTestResult | null): string | null {
  if (result === null) return null
  const { reason, inconclusive, seeds, rows, demands, identical } = result
  if (result.rate === null) return `Self-test: nothing was tested: ${reason ?? 'unknown'}.`
  return `Self-test: ${WITHOUT_BASELINE[result.against ?? 'baseline']}${rateText(result)}; ${formatInteger(inconclusive)} of ${plural(seeds, 'seed')} stayed undecided. Judged by ${plural(demands, 'demand')} on ${plural(rows, 'row')} each; the candidate against its own answers was refused in ${identical.failed} of ${identical.seeds}.`
}

const WITHOUT_BASELINE: Readonly<Record<NonNullable<SelfTestResult['against']>, string>> = {
  baseline: '',
  trivial: 'there is no baseline, so that equal models were made of the candidate and the trivial model: ',
  itself: 'there is no baseline and no trivial model, so that the candidate was compared with its own answers: ',
}

/** The line as a paragraph, with what it means on the page. */
export function selfTestBlocks(result: SelfTestResult | null, page: boolean): Block[] {
  const text = selfTestText(result)
  if (text === null) return []
  return [paragraph(page ? `${text} ${MEANING}` : text, { importance: 1 })]
}

const MEANING =
  'Equal models are made by a coin for each row (for each block of clusters), which decides whose answer counts as the candidate’s: they are as good as each other on every part of the rows, and disagree as often as the real ones. Only allowed losses of level fail are judged.'

export const explainSelfTest: Readonly<Record<string, { title: string; meaning: string; cure: string }>> = {
  'self-test': {
    title: 'How often the gate refuses a model that is as good as the baseline',
    meaning:
      'With `evaluate.self-test`, many pairs of equal models are made of the candidate and the baseline (without one, of the candidate and the trivial model): for each row a coin decides whose answer counts as the candidate’s, for rows of clusters one coin for each block of them. They are judged by every `max-loss` rule of level fail, with Holm’s correction, on all rows or on 20,000 drawn anew. The share of refusals is the gate’s own rate of false refusals; it warns when that is proven to be above what the confidence allows (2.5 % at 0.95). The candidate is also compared with its own answers, which must never be refused. It does not tell how often a worse model passes.',
    cure: 'Judge fewer or larger slices, name the group column when rows depend on each other, or allow more loss.',
  },
}

function rateText({ failed, seeds, rate, interval }: SelfTestResult): string {
  const bounds = interval === null ? '' : `, 95 % interval ${percent(interval.low)} … ${percent(interval.high)}`
  return `an equal model was refused in ${formatInteger(failed)} of ${plural(seeds, 'seed')} (${percent(rate ?? Number.NaN)}${bounds})`
}

function percent(share: number): string {
  return share >= 0.1 ? formatPercent(share) : `${formatFixed(share * 100, 1)} %`
}
