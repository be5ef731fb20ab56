import type { Check } from '../../shared/contracts/common.js'
import type { ModelManifest } from '../../shared/contracts/model-manifest.js'
import { checkOf } from '../../shared/core/check.js'
import type { ModelFile } from '../../shared/registry/model-files.js'
import { type Chain, judgedModel } from './lineage.js'

export interface Judgement {
  readonly checks: Check[]
  readonly overrides: ModelManifest['overrides']
}

/**
 * Whether the evidence allows to publish the model. A refusal can be set aside by a person who says why, which makes it
 * a warning that stays in the manifest for good: never a pass. Pure.
 */
export function judgeEvidence(
  chain: Chain,
  packaged: readonly ModelFile[],
  overrideReason: string | undefined,
): Judgement {
  const refusals = [...trainingRefusals(chain), ...evaluationRefusals(chain, packaged)]
  if (overrideReason !== undefined) {
    return {
      checks: refusals.length === 0 ? accepted(chain) : refusals.map((check) => setAside(check, overrideReason)),
      overrides: refusals.map(({ rule, message }) => ({ rule, message, reason: overrideReason })),
    }
  }
  return { checks: refusals.length === 0 ? accepted(chain) : refusals, overrides: [] }
}

function trainingRefusals({ training }: Chain): Check[] {
  if (training === null || training.document.status === 'succeeded') return []
  return [
    checkOf('fail', {
      rule: 'training-not-succeeded',
      subject: training.ref.name,
      message: `the training did not succeed: ${training.document.summary}`,
      measured: training.document.status,
      expected: 'succeeded',
      cure: 'train again; the model files may be from an earlier run, or half written',
    }),
  ]
}

function evaluationRefusals({ evaluation }: Chain, packaged: readonly ModelFile[]): Check[] {
  if (evaluation === null) {
    return [
      checkOf('inconclusive', {
        rule: 'evaluation-missing',
        subject: 'evaluation',
        message: 'nobody has looked at what this model answers: there is no evaluation document',
        measured: null,
        expected: 'an evaluation with verdict pass or warn',
        cure: 'run evaluate-gate first; to publish all the same, say why in the input override-reason',
      }),
    ]
  }
  const { verdict, summary } = evaluation.document
  if (judgedModel(evaluation.document, packaged) === 'unnamed') return [unlinked(evaluation.ref.name)]
  if (verdict === 'pass' || verdict === 'warn') return []
  return [
    checkOf(verdict === 'inconclusive' ? 'inconclusive' : 'fail', {
      rule: 'evaluation-refuses',
      subject: evaluation.ref.name,
      message: `the verdict of evaluate-gate is ${verdict}: ${summary}`,
      measured: verdict,
      expected: 'pass or warn',
      cure: 'mend what it found, then train and evaluate again; to publish all the same, say why in the input override-reason',
    }),
  ]
}

const unlinked = (name: string): Check =>
  checkOf('inconclusive', {
    rule: 'evaluation-unlinked',
    subject: name,
    message: 'the evaluation does not say which model it judged',
    expected: 'the digest of the packaged model',
    cure: 'have the model files in the job that evaluates; to publish all the same, say why in the input override-reason',
  })

function accepted({ evaluation }: Chain): Check[] {
  if (evaluation === null) return []
  const { verdict, summary } = evaluation.document
  return [
    checkOf(verdict === 'warn' ? 'warn' : 'pass', {
      rule: 'evaluation-accepts',
      subject: evaluation.ref.name,
      message: `the verdict of evaluate-gate is ${verdict}: ${summary}`,
      measured: verdict,
      expected: 'pass or warn',
      cure: 'read its warnings: they are part of the model card',
    }),
  ]
}

const setAside = (check: Check, reason: string): Check => ({
  ...check,
  rule: 'refusal-overridden',
  verdict: 'warn',
  message: `${check.message}. Set aside: ${reason}`,
  details: { ...check.details, refused: check.rule, refusal: check.verdict },
  cure: 'the reason is part of the manifest and of the model card',
})
