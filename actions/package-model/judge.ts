import type { Check } from '../../shared/contracts/common.js'
import type { ModelManifest, Override } from '../../shared/contracts/model-manifest.js'
import { checkOf } from '../../shared/core/check.js'
import type { ModelFile } from '../../shared/registry/model-files.js'
import { overrideOfGate } from '../../shared/registry/overrides.js'
import { type Chain, judgedModel } from './lineage.js'
import type { Waiver } from './waiver.js'

export interface Judgement {
  readonly checks: Check[]
  readonly overrides: ModelManifest['overrides']
}

/**
 * Whether the evidence allows to publish the model. A refusal can be set aside by a person who says why, here or before
 * in evaluate-gate; that makes it a warning that stays in the manifest for good, never a pass. Pure.
 */
export function judgeEvidence(chain: Chain, packaged: readonly ModelFile[], waiver: Waiver | null): Judgement {
  const gate = setAsideByGate(chain)
  const refusals = [...trainingRefusals(chain), ...evaluationRefusals(chain, packaged)]
  const before = gate === null ? [] : [gate.override]
  const checks = gate === null ? [] : [gate.check]
  if (refusals.length === 0) return { checks: gate === null ? accepted(chain) : checks, overrides: before }
  if (waiver === null) return { checks: [...checks, ...refusals], overrides: before }
  return {
    checks: [...checks, ...refusals.map((check) => setAside(check, waiver))],
    overrides: [...before, ...refusals.map(({ rule, message }) => ({ rule, message, ...waiver }))],
  }
}

/** What evaluate-gate refused and `evaluate.override` let through, null when there is no such thing. */
function setAsideByGate({ evaluation }: Chain): { override: Override; check: Check } | null {
  const override = evaluation === null ? null : overrideOfGate(evaluation.document)
  if (evaluation === null || override === null) return null
  const refusal = evaluation.document.override?.verdict ?? null
  const check = checkOf('warn', {
    rule: 'refusal-overridden',
    subject: evaluation.ref.name,
    message: `${override.message}. Set aside by ${override.actor}: ${override.reason}`,
    measured: refusal,
    expected: 'pass or warn',
    details: { refused: override.rule, refusal },
    cure: KEPT,
  })
  return { override, check }
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

const KEPT =
  'the reason is part of the manifest and of every later document; take evaluate.override or override-reason away when it has served, for it lets the next model through too'

const setAside = (check: Check, { reason, actor }: Waiver): Check => ({
  ...check,
  rule: 'refusal-overridden',
  verdict: 'warn',
  message: `${check.message}. Set aside by ${actor}: ${reason}`,
  details: { ...check.details, refused: check.rule, refusal: check.verdict },
  cure: KEPT,
})
