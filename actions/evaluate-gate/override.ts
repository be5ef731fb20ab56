import type { Check, Verdict } from '../../shared/contracts/common.js'
import type { EvaluateConfig } from '../../shared/contracts/config.js'
import type { Evaluation } from '../../shared/contracts/evaluation.js'
import { checkOf } from '../../shared/core/check.js'

/** A refusal set aside, or why the wish to do so has no effect. */
export interface Overridden {
  readonly checks: readonly Check[]
  readonly override: Evaluation['override']
}

/**
 * What `evaluate.override` does to a verdict: a model that is refused passes with a warning that names who answers for it
 * and why. One that is meant for another model does nothing, and says so.
 */
export function applyOverride(
  wanted: EvaluateConfig['override'],
  verdict: Verdict,
  candidate: string | null,
  where: Check['where'],
): Overridden {
  if (wanted === undefined) return { checks: [], override: undefined }
  const { reason, actor } = wanted
  if (wanted.candidate !== undefined && candidate?.startsWith(wanted.candidate) !== true) {
    return {
      checks: [
        checkOf('warn', {
          rule: 'override-other-model',
          subject: 'override',
          message: `the override of ${actor} is meant for ${wanted.candidate}, and this candidate is ${candidate ?? 'of unknown digest'}: it has no effect`,
          cure: 'take evaluate.override away, or write the digest of this candidate',
          where,
        }),
      ],
      override: undefined,
    }
  }
  if (verdict === 'pass' || verdict === 'warn') return { checks: [], override: undefined }
  return {
    checks: [
      checkOf('warn', {
        rule: 'override',
        subject: 'override',
        message: `the gate came to "${verdict}" and ${actor} sets it aside: ${reason}`,
        expected: 'no override',
        details: { reason, actor, verdict },
        cure: 'take evaluate.override away when the reason is gone',
        where,
      }),
    ],
    override: { reason, actor, verdict },
  }
}
