import type { Check, Verdict } from '../contracts/common.js'

type Facts = Pick<Check, 'rule' | 'subject' | 'message'> & Partial<Check>

/** A check with the fields that it has; the others say "nothing". `cure` is dropped when the verdict is `pass`. */
export function checkOf(verdict: Verdict, facts: Facts): Check {
  return {
    rule: facts.rule,
    subject: facts.subject,
    verdict,
    message: facts.message,
    measured: facts.measured ?? null,
    expected: facts.expected ?? '',
    n: facts.n ?? null,
    interval: facts.interval ?? null,
    details: facts.details ?? {},
    examples: facts.examples ?? [],
    cure: verdict === 'pass' ? null : (facts.cure ?? null),
    where: facts.where ?? null,
  }
}
