import type { Verdict } from '../contracts/common.js'
import type { Evaluation } from '../contracts/evaluation.js'
import type { Override } from '../contracts/model-manifest.js'
import { type Block, type Inline, list } from '../report/blocks.js'

/**
 * The refusal of evaluate-gate that a person set aside (`evaluate.override`), as a manifest keeps it; null when there is
 * none: a model that the gate accepts needs no override, and one that is refused all the same was not let through. Pure.
 */
export function overrideOfGate(evaluation: Pick<Evaluation, 'override' | 'summary' | 'verdict'>): Override | null {
  const { override, summary } = evaluation
  if (override === undefined || lets(override.verdict) || !lets(evaluation.verdict)) return null
  const { verdict, reason, actor } = override
  return { rule: 'evaluate-gate', message: `the verdict of evaluate-gate was ${verdict}: ${summary}`, reason, actor }
}

const lets = (verdict: Verdict): boolean => verdict === 'pass' || verdict === 'warn'

/** Who set aside what and why, in one line. Pure. */
export function describeOverride({ message, reason, actor }: Override): Inline {
  const who = actor === undefined ? 'Set aside: ' : ['Set aside by ', actor, ': ']
  return [{ strong: who }, message, '. Reason given: ', reason]
}

/** As the verdicts that it is about: a report that is cut to size loses it late. */
const IMPORTANCE = 75

/** A line for each override, for a document that speaks of the version; no block when there is none. Pure. */
export function overrideBlocks(overrides: readonly Override[] | undefined): Block[] {
  if (overrides === undefined || overrides.length === 0) return []
  return [list(overrides.map(describeOverride), { importance: IMPORTANCE })]
}
