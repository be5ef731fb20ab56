import type { Check } from '../../shared/contracts/common.js'
import type { EvaluateConfig } from '../../shared/contracts/config.js'
import type { BehaviourResult } from '../../shared/contracts/evaluation.js'
import { checkOf } from '../../shared/core/check.js'
import { judgeBehaviour, planBehaviour } from './behaviour.js'
import { type Answers, pick } from './models.js'
import type { Question } from './question.js'
import { verdictOfDecision } from './rules.js'

export interface BehaviourReport {
  readonly results: BehaviourResult[]
  readonly checks: Check[]
  readonly notes: string[]
}

/** Asks the candidate again about changed rows. Throws UserError when it does not answer. */
export async function runBehaviour(
  config: EvaluateConfig,
  question: Question,
  candidate: Answers,
  seed: string,
  place: (at: readonly PropertyKey[]) => Check['where'],
): Promise<BehaviourReport> {
  const tests = planBehaviour(question, config, seed)
  const notes = [
    ...(config.perturbation === undefined ? ['No perturbation test is declared.'] : []),
    ...(config.invariance.length === 0 ? ['No invariance test is declared.'] : []),
  ]
  const results: BehaviourResult[] = []
  const checks: Check[] = []
  for (const test of tests) {
    if (candidate.ask === null) {
      checks.push(
        checkOf(verdictOfDecision('open', test.level), {
          rule: 'behaviour-untested',
          subject: test.name,
          message: `${test.name}: not tested, because the candidate is known by a file of predictions only`,
          expected: 'a candidate that can be asked about changed rows',
          cure: 'add `predict` to plumbline.yml',
          where: place(test.at),
        }),
      )
      continue
    }
    const after = await candidate.ask(test.changed.map(({ row }) => pick(row, question.features)))
    const { result, check } = judgeBehaviour(test, question, candidate.predictions, after, config.confidence)
    results.push(result)
    checks.push({ ...check, where: place(test.at) })
  }
  return { results, checks, notes }
}
