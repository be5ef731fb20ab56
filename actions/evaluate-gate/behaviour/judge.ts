import type { Check } from '../../../shared/contracts/common.js'
import type { BehaviourResult } from '../../../shared/contracts/evaluate-behaviour.js'
import { checkOf } from '../../../shared/core/check.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { clip } from '../../../shared/report/escape.js'
import { formatPercent, plural } from '../../../shared/report/format.js'
import { wilson } from '../../../shared/stats/intervals.js'
import type { Decision } from '../decide.js'
import { intervalText } from '../figures.js'
import { verdictOfDecision } from '../verdicts.js'
import type { BehaviourTest, Compared, Tested } from './types.js'

const MOST_EXAMPLES = 5
const TEXT_LENGTH = 200
const MOST_CHANGES = 5

/** Codes of the rules, as `plumbline explain` knows them. */
export const RULES: Readonly<Record<BehaviourResult['kind'], string>> = {
  perturbation: 'perturbation',
  invariance: 'invariance',
  directional: 'directional',
  cases: 'minimum-functionality',
  determinism: 'determinism',
  batching: 'batching',
  churn: 'churn',
}

const OF: Readonly<Record<BehaviourResult['kind'], readonly [one: string, many: string]>> = {
  perturbation: ['changed row', 'changed rows'],
  invariance: ['changed row', 'changed rows'],
  directional: ['changed row', 'changed rows'],
  cases: ['case', 'cases'],
  determinism: ['row', 'rows'],
  batching: ['row', 'rows'],
  churn: ['row', 'rows'],
}

/** Counts the failures and decides: by Wilson's interval of their share, or by the rows themselves. */
export function judgeBehaviour(
  test: BehaviourTest,
  tested: Tested,
  level: number,
): { result: BehaviourResult; check: Check } {
  const { compared } = tested
  const failures = compared.filter(({ failed }) => failed).sort(byMove)
  const n = compared.length
  const result: BehaviourResult = {
    kind: test.kind,
    name: test.name,
    definition: test.definition,
    rows: tested.rows,
    changed: n,
    failed: failures.length,
    rate: n === 0 ? null : failures.length / n,
    interval: test.basis === 'share' ? wilson(failures.length, n, level) : null,
    tolerance: test.tolerance,
    maxFailures: test.maxFailures,
    basis: test.basis,
    reason: n === 0 ? reasonOf(test, tested) : null,
    examples: failures.slice(0, MOST_EXAMPLES).map(exampleOf),
  }
  return { result, check: checkOfResult(test, tested, result) }
}

/** A declared test that could not be run. */
export function untested(test: Pick<BehaviourTest, 'name' | 'level'>, because: string, cure: string): Check {
  return checkOf(verdictOfDecision('open', test.level), {
    rule: 'behaviour-untested',
    subject: test.name,
    message: `${test.name}: not tested, because ${because}`,
    expected: 'models that can be asked about any rows',
    cure,
  })
}

/** Decision on the share of failures. A share of 0 can be broken, and never proven, by an interval. */
function decideShare({ basis, failed, changed, interval, maxFailures }: BehaviourResult): Decision {
  if (changed === 0) return 'open'
  if (basis === 'every') return failed <= maxFailures * changed ? 'kept' : 'broken'
  if (interval === null) return 'open'
  return interval.high <= maxFailures ? 'kept' : interval.low > maxFailures ? 'broken' : 'open'
}

function checkOfResult(test: BehaviourTest, tested: Tested, result: BehaviourResult): Check {
  const { changed, failed, rate, interval, tolerance } = result
  const [one, many] = OF[test.kind]
  const facts = {
    rule: RULES[test.kind],
    subject: test.name,
    measured: rate,
    expected: expectedOf(test),
    n: changed,
    interval,
    details: {
      failed,
      rows: tested.rows,
      ...(tolerance === null ? {} : { tolerance }),
      ...(tested.silent === 0 ? {} : { 'without a number': tested.silent }),
    },
    examples: result.examples.map((example) => ({ where: example.id, value: exampleText(example) })),
  }
  if (tested.refusal !== null) {
    return checkOf(verdictOfDecision('broken', test.level), {
      ...facts,
      message: `${test.name}: the model answers the rows as they are, but not when they are changed: ${clip(tested.refusal, 500)}`,
      cure: 'let the model answer such rows, or reject them by the contract of the data and take the test away',
    })
  }
  if (rate === null) {
    return checkOf(verdictOfDecision('open', test.level), {
      ...facts,
      message: `${test.name}: ${result.reason}`,
      cure: CURES[test.kind].nothing,
    })
  }
  const decision = decideShare(result)
  const share =
    interval === null
      ? `${failed} of ${plural(changed, one, many)}`
      : `${formatPercent(rate)} of ${plural(changed, one, many)} (${formatPercent(interval.level)} interval ${intervalText(interval, false)})`
  return checkOf(verdictOfDecision(decision, test.level), {
    ...facts,
    message: `${test.name}: the answer ${test.fails} on ${share}; allowed ${formatPercent(test.maxFailures)}`,
    cure: decision === 'open' ? openCure(result) : CURES[test.kind].broken,
  })
}

function expectedOf({ maxFailures, kind, fails, basis }: BehaviourTest): string {
  const of = OF[kind][1]
  if (basis === 'every' && maxFailures === 0) return `no ${OF[kind][0]} whose answer ${fails}`
  return `at most ${formatPercent(maxFailures)} of the ${of} with an answer that ${fails}`
}

function reasonOf(test: BehaviourTest, { rows, silent }: Tested): string {
  if (silent > 0) return `no answer to ${plural(silent, 'row')} has what is compared`
  return test.basis === 'every' || test.kind === 'churn'
    ? 'there were no rows to ask about'
    : `none of ${plural(rows, 'row')} was really changed, so nothing was tested`
}

function openCure({ rate, interval, maxFailures }: BehaviourResult): string {
  if (maxFailures === 0) return 'no number of rows proves a share of 0: allow a small one, such as 0.01'
  const needed = rate === null || interval === null ? null : rowsNeeded(rate, maxFailures, interval.level)
  return `test more rows${needed === null ? '' : ` (about ${plural(needed, 'row')} at this share)`}, or allow more failures`
}

/** Rows at which the interval of this share would decide; null when that is more than anybody would ask. */
function rowsNeeded(rate: number, bound: number, level: number): number | null {
  for (let n = 30; n <= 100_000; n = Math.ceil(n * 1.1)) {
    const interval = wilson(Math.round(rate * n), n, level)
    if (interval !== null && (interval.high <= bound || interval.low > bound)) return Number(n.toPrecision(2))
  }
  return null
}

const RETRAIN = 'train with less weight on this feature, or widen the tolerance if such moves are right'
const CURES: Readonly<Record<BehaviourResult['kind'], { readonly nothing: string; readonly broken: string }>> = {
  perturbation: { nothing: 'name features that such a change can reach, by `columns`', broken: RETRAIN },
  invariance: { nothing: 'name a column with at least two values, or words that its text has', broken: RETRAIN },
  directional: {
    nothing: 'let the model answer with scores, and name a feature with numbers',
    broken: 'constrain the model to be monotone in this feature, or take the test away if the direction may turn',
  },
  cases: { nothing: 'write cases', broken: 'look at the failed cases: the model, or what is expected of it, is wrong' },
  determinism: {
    nothing: 'give test rows',
    broken:
      'fix the seeds of the model, switch off dropout and the like when it predicts, and keep no state between rows',
  },
  batching: {
    nothing: 'give test rows',
    broken: 'answer each row by itself: no statistics over the batch, no padding that shows in the answer',
  },
  churn: {
    nothing: 'let both models answer with labels or scores',
    broken: 'look at the rows that changed; if they are meant, raise `max`',
  },
}

function byMove(a: Compared, b: Compared): number {
  const [x, y] = [Number.isNaN(a.move) ? 0 : Math.abs(a.move), Number.isNaN(b.move) ? 0 : Math.abs(b.move)]
  if (x !== y) return x > y ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function exampleOf({ name, changes, from, to, move }: Compared): BehaviourResult['examples'][number] {
  return {
    id: clip(name, TEXT_LENGTH),
    changes: changes
      .slice(0, MOST_CHANGES)
      .map(({ column, before, after }) => ({ column, before: scalar(before), after: scalar(after) })),
    from: clip(from, TEXT_LENGTH),
    to: clip(to, TEXT_LENGTH),
    move: Number.isFinite(move) ? move : null,
  }
}

function exampleText({ changes, from, to }: BehaviourResult['examples'][number]): string {
  const changed = changes.map(({ column, before, after }) => `${column}: ${before} → ${after}`).join(', ')
  return clip(`${changed === '' ? '' : `${changed}; `}${from} → ${to}`, TEXT_LENGTH)
}

function scalar(cell: Cell): string | number | boolean | null {
  if (typeof cell === 'bigint') return cell.toString()
  return typeof cell === 'string' ? clip(cell, TEXT_LENGTH) : cell
}
