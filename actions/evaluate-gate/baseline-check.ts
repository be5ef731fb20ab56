import type { Check } from '../../shared/contracts/common.js'
import { checkOf } from '../../shared/core/check.js'
import { plural } from '../../shared/report/format.js'
import { sameAnswers } from '../../shared/stats/same-answers.js'
import type { Sample } from '../../shared/stats/sample.js'
import type { NoBaseline } from './models/baseline.js'

/** What it means that there is nothing to compare with. */
export function baselineCheck({ status, name, reason }: NoBaseline): Check {
  const alone = 'the candidate is judged alone: by rules with min and max, and against a trivial model'
  switch (status) {
    case 'first-version':
      return checkOf('pass', { rule: 'first-version', subject: 'baseline', message: `${reason}; ${alone}` })
    case 'none':
      return checkOf('pass', { rule: 'no-baseline', subject: 'baseline', message: `${reason}; ${alone}` })
    case 'same-as-candidate':
      return checkOf('pass', {
        rule: 'same-model',
        subject: `baseline ${name}`,
        message: `${reason}: there is no difference to judge, and nothing would be replaced`,
      })
    case 'unreadable':
      return checkOf('inconclusive', {
        rule: 'baseline-unreadable',
        subject: `baseline ${name}`,
        message: `the candidate could not be compared with ${reason}`,
        expected: 'the baseline answers on the same rows',
        cure: 'make the version answer here (install what its predict command needs), or name another baseline',
      })
  }
}

/** A warning when two models that are not the same file by file answer the same on every row: perhaps one was asked twice. */
export function sameAnswersCheck(candidate: Sample, baseline: Sample | null, name: string): Check[] {
  if (baseline === null || candidate.n === 0 || !sameAnswers(candidate, baseline)) return []
  return [
    checkOf('warn', {
      rule: 'same-answers',
      subject: `baseline ${name}`,
      message: `the candidate answers exactly as ${name} on ${candidate.n === 1 ? 'the one row' : `all ${plural(candidate.n, 'row')}`}: it may be the same model`,
      expected: 'another model than the baseline',
      cure: 'check that the candidate was trained anew, and that its predictions are its own',
    }),
  ]
}
