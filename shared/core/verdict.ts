import { type Check, VERDICTS, type Verdict } from '../contracts/common.js'

/** The worst of some verdicts; `pass` when there are none, so ask for evidence before you call it. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let rank = 0
  for (const verdict of verdicts) rank = Math.max(rank, VERDICTS.indexOf(verdict))
  return VERDICTS[rank] as Verdict
}

/** The verdict over checks: `inconclusive` when nothing was checked, for nothing is green for lack of evidence. */
export function verdictOf(checks: readonly Check[]): Verdict {
  return checks.length === 0 ? 'inconclusive' : worst(checks.map((check) => check.verdict))
}

/** The checks that did not pass, worst first. */
export function troubles(checks: readonly Check[]): Check[] {
  return checks
    .filter((check) => check.verdict !== 'pass')
    .sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))
}

export const FAIL_ON = ['never', 'fail', 'inconclusive', 'warn'] as const
export type FailOn = (typeof FAIL_ON)[number]

/** Whether a step with this verdict fails. `error` always does. */
export function failsStep(verdict: Verdict, failOn: FailOn): boolean {
  if (verdict === 'error') return true
  return failOn !== 'never' && VERDICTS.indexOf(verdict) >= VERDICTS.indexOf(failOn)
}
