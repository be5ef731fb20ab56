import type { Check, Verdict } from '../../shared/contracts/common.js'
import { troubles, verdictOf } from '../../shared/core/verdict.js'
import { plural } from '../../shared/report/format.js'

export interface Decision {
  readonly verdict: Verdict
  readonly summary: string
  readonly failed: number
  readonly warned: number
}

/** The verdict over all checks, with the worst finding as its reason. */
export function decide(checks: readonly Check[]): Decision {
  const failed = checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'error').length
  const warned = checks.filter(({ verdict }) => verdict === 'warn').length
  const found = troubles(checks)
  const verdict = verdictOf(checks)
  const [first, ...others] = found
  if (first === undefined) {
    return {
      verdict,
      summary: checks.length === 0 ? 'nothing was checked' : `${plural(checks.length, 'check')} passed`,
      failed,
      warned,
    }
  }
  const more = others.length === 0 ? '' : `; ${plural(others.length, 'more finding')}`
  return { verdict, summary: `${first.message}${more}`, failed, warned }
}
