import type { ChurnConfig, RepeatedConfig } from '../../../shared/contracts/evaluate-behaviour.js'
import type { Task } from '../../../shared/stats/sample.js'
import { boundText } from '../figures.js'
import { askAll } from './asking.js'
import { declared } from './declared.js'
import { answerText, answerTexts, labelOf, moveOf, moveText } from './moves.js'
import type { Answer, BehaviourQuestion, BehaviourTest, Compared, Picked } from './types.js'

/** Tasks whose answers are numbers without a label. */
const WITHOUT_LABEL: readonly Task[] = ['regression', 'quantile', 'ranking']
const CHURN_TOLERANCE = 0.1

/** The same rows twice in one process, and once in a new one. */
export function determinismTest(
  part: RepeatedConfig,
  at: readonly PropertyKey[],
  question: BehaviourQuestion,
): BehaviourTest {
  return {
    ...declared(part, at, 'every'),
    kind: 'determinism',
    name: 'the same rows asked again',
    fails: `differs by more than ${boundText(part.tolerance)}`,
    definition: `Each row is asked twice in one process and once in a new one. ${moveText(question.task)}`,
    async run({ candidate, pick }) {
      const picked = await pick(part.rows)
      const rows = picked.map(({ row }) => row)
      const first = await askAll(candidate, rows)
      const second = await askAll(candidate, rows)
      await candidate.renew()
      const third = await askAll(candidate, rows)
      const compared = picked.map((one, i) => {
        const [a, b, c] = [first[i] as Answer, second[i] as Answer, third[i] as Answer]
        const further = moveOf(a, b, question.task) >= moveOf(a, c, question.task) ? b : c
        return same(one, a, further, question.task, part.tolerance)
      })
      return { rows: picked.length, compared, silent: 0, refusal: null }
    },
  }
}

/** Rows in one call, and each in a call of its own. */
export function batchingTest(
  part: RepeatedConfig,
  at: readonly PropertyKey[],
  question: BehaviourQuestion,
): BehaviourTest {
  return {
    ...declared(part, at, 'every'),
    kind: 'batching',
    name: 'rows asked one by one',
    fails: `differs by more than ${boundText(part.tolerance)} from that of the batch`,
    definition: `All rows are asked in one call, then each in a call of its own. ${moveText(question.task)}`,
    async run({ candidate, pick }) {
      const picked = await pick(part.rows)
      const together = await candidate.ask(picked.map(({ row }) => row))
      const compared: Compared[] = []
      for (const [i, one] of picked.entries()) {
        const [alone] = await candidate.ask([one.row])
        compared.push(same(one, together[i] as Answer, alone as Answer, question.task, part.tolerance))
      }
      return { rows: picked.length, compared, silent: 0, refusal: null }
    },
  }
}

/** How many answers are not those of the baseline. */
export function churnTest(part: ChurnConfig, at: readonly PropertyKey[], question: BehaviourQuestion): BehaviourTest {
  const byLabel = part.tolerance === undefined && !WITHOUT_LABEL.includes(question.task)
  const tolerance = byLabel ? null : (part.tolerance ?? CHURN_TOLERANCE)
  return {
    kind: 'churn',
    name: 'answers against the baseline',
    fails: tolerance === null ? 'is another label' : `moves by more than ${boundText(tolerance)}`,
    definition:
      tolerance === null
        ? 'A row counts when the label of the candidate is not that of the baseline.'
        : `A row counts when the candidate’s answer is so far from the baseline’s. ${moveText(question.task)}`,
    tolerance,
    maxFailures: part.max,
    wanted: part.rows,
    basis: 'share',
    level: part.level,
    at,
    needsBaseline: true,
    async run({ candidate, baseline, pick, pickForBaseline }) {
      if (baseline === null) throw new Error('churn without a baseline')
      const picked = await pick(part.rows)
      const theirs = await pickForBaseline(part.rows)
      const ours = await askAll(candidate, rowsOf(picked))
      const before = await askAll(baseline, rowsOf(theirs))
      const compared = picked.flatMap(({ name }, i): Compared[] => {
        const [from, to] = [before[i] as Answer, ours[i] as Answer]
        const move = moveOf(from, to, question.task)
        if (tolerance !== null) {
          return [{ name, changes: [], ...answerTexts(from, to), move, failed: move > tolerance }]
        }
        const [was, is] = [labelOf(from, question), labelOf(to, question)]
        if (was === null || is === null) return []
        const [fromText, toText] = [labelled(was, from), labelled(is, to)]
        return [{ name, changes: [], from: fromText, to: toText, move, failed: !sameLabel(was, is) }]
      })
      return { rows: picked.length, compared, silent: picked.length - compared.length, refusal: null }
    },
  }
}

/** `True` and `true`, as programs write a boolean, are the same label. */
export function sameLabel(a: string, b: string): boolean {
  if (a === b) return true
  const plain = a.toLowerCase()
  return (plain === 'true' || plain === 'false') && plain === b.toLowerCase()
}

function same({ name }: Picked, from: Answer, to: Answer, task: Task, tolerance: number): Compared {
  const move = moveOf(from, to, task)
  return { name, changes: [], ...answerTexts(from, to), move, failed: move > tolerance }
}

function rowsOf(picked: readonly Picked[]) {
  return picked.map(({ row }) => row)
}

function labelled(label: string, answer: Answer): string {
  const text = answerText(answer)
  return text === label || text.startsWith(`${label} · `) ? text : `${label} · ${text}`
}
