import type { Check } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import type { Baseline } from './models.js'

/** What it means that there is nothing to compare with; no check when there is. */
export function baselineCheck(baseline: Baseline): Check[] {
  if (baseline.status === 'compared') return []
  const { reason, name } = baseline
  const alone = 'the candidate is judged alone: by rules with min and max, and against a trivial model'
  switch (baseline.status) {
    case 'first-version':
      return [checkOf('pass', { rule: 'first-version', subject: 'baseline', message: `${reason}; ${alone}` })]
    case 'none':
      return [checkOf('pass', { rule: 'no-baseline', subject: 'baseline', message: `${reason}; ${alone}` })]
    case 'same-as-candidate':
      return [
        checkOf('pass', {
          rule: 'same-model',
          subject: `baseline ${name}`,
          message: `${reason}: there is no difference to judge, and nothing would be replaced`,
        }),
      ]
    case 'unreadable':
      return [
        checkOf('inconclusive', {
          rule: 'baseline-unreadable',
          subject: `baseline ${name}`,
          message: `the candidate could not be compared with ${reason}`,
          expected: 'the baseline answers on the same rows',
          cure: 'make the version answer here (install what its predict command needs), or name another baseline',
        }),
      ]
  }
}
