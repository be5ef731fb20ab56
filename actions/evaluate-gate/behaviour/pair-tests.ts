import type {
  DirectionConfig,
  InvarianceConfig,
  PerturbationConfig,
} from '../../../shared/contracts/evaluate-behaviour.js'
import { formatPercent } from '../../../shared/report/format.js'
import { boundText } from '../figures.js'
import { askPairs } from './asking.js'
import { anotherOf, type Changer, numberIn, pairsOf } from './changes.js'
import type { ColumnFacts } from './columns.js'
import { declared } from './declared.js'
import { answerTexts, moveOf, moveText, numberOf } from './moves.js'
import { perturbationOf } from './perturbation.js'
import { withWordsSwapped } from './text.js'
import type { Answer, BehaviourQuestion, BehaviourTest, Compared, Pair } from './types.js'

/** What tests are made of besides their own part of the configuration. */
export interface Ground {
  readonly question: BehaviourQuestion
  readonly facts: ColumnFacts
  /** Any text, such as the digest of the rows. */
  readonly seed: string
}

/** Small changes of the input. */
export async function perturbationTest(
  part: PerturbationConfig,
  at: readonly PropertyKey[],
  { question, facts, seed }: Ground,
): Promise<BehaviourTest> {
  const named = await perturbationOf(part, question.features, facts)
  const seeded = `${seed} perturbation ${part.kind ?? 'noise'}`
  return stillTest(part, at, question, { kind: 'perturbation', ...named, seed: seeded })
}

/** A feature whose value, or whose words, are swapped. */
export async function invarianceTest(
  part: InvarianceConfig,
  at: readonly PropertyKey[],
  { question, facts, seed }: Ground,
): Promise<BehaviourTest> {
  const { column, words } = part
  const name = words === undefined ? `${column} swapped` : `words of ${column} swapped`
  const change = words === undefined ? swapOf(column, part.values ?? (await facts.values(column))) : wordsOf(part)
  return stillTest(part, at, question, { kind: 'invariance', name, change, seed: `${seed} invariance ${column}` })
}

/** A feature that goes up or down, and an answer that may move one way only. */
export function directionTest(
  part: DirectionConfig,
  at: readonly PropertyKey[],
  { question, seed }: Pick<Ground, 'question' | 'seed'>,
): BehaviourTest {
  const { column, expect, tolerance } = part
  const by = part.by ?? (part['by-share'] as number)
  const amount = part.by === undefined ? formatPercent(Math.abs(by)) : boundText(Math.abs(by))
  const of = part.class === undefined ? '' : `, class ${part.class}`
  const wrong = expect === 'increases' ? 'falls' : 'rises'
  const score = ['regression', 'quantile'].includes(question.task) ? 'value' : 'score'
  const sign = expect === 'increases' ? -1 : 1
  return {
    ...declared(part, at, 'share'),
    kind: 'directional',
    name: `${column} ${by > 0 ? 'up' : 'down'} by ${amount}: ${score} ${expect}${of}`,
    fails: `${wrong} by more than ${boundText(tolerance)}`,
    definition: `A row fails when the ${score} ${wrong} by more than ${boundText(tolerance)}${isRelative(question) ? ', relative to its size before' : ''}.`,
    async run(bench) {
      const picked = await bench.pick(part.rows)
      const pairs = pairsOf(picked, stepOf(part), `${seed} directional ${column}`)
      const answers = await askPairs(bench.candidate, pairs)
      if (answers.refusal !== null) return { rows: picked.length, compared: [], silent: 0, refusal: answers.refusal }
      const compared = pairs.flatMap((pair, i): Compared[] => {
        const [from, to] = [answers.before[i] as Answer, answers.after[i] as Answer]
        const [was, is] = [numberOf(from, question, part.class ?? null), numberOf(to, question, part.class ?? null)]
        if (was === null || is === null) return []
        const change = is === was ? 0 : (is - was) / (isRelative(question) ? Math.abs(was) : 1)
        return [sideBySide(pair, from, to, change, sign * change > tolerance)]
      })
      return { rows: picked.length, compared, silent: pairs.length - compared.length, refusal: null }
    },
  }
}

/** How rows are changed, and what that is called. */
interface StillChange {
  readonly kind: 'perturbation' | 'invariance'
  readonly name: string
  readonly change: Changer
  readonly seed: string
}

/** A test whose answer must not move, whatever the direction. */
function stillTest(
  part: PerturbationConfig | InvarianceConfig,
  at: readonly PropertyKey[],
  question: BehaviourQuestion,
  { kind, name, change, seed }: StillChange,
): BehaviourTest {
  return {
    ...declared(part, at, 'share'),
    kind,
    name,
    fails: `moves by more than ${boundText(part.tolerance)}`,
    definition: moveText(question.task),
    async run(bench) {
      const picked = await bench.pick(part.rows)
      const pairs = pairsOf(picked, change, seed)
      const answers = await askPairs(bench.candidate, pairs)
      if (answers.refusal !== null) return { rows: picked.length, compared: [], silent: 0, refusal: answers.refusal }
      const compared = pairs.map((pair, i) => {
        const [from, to] = [answers.before[i] as Answer, answers.after[i] as Answer]
        const move = moveOf(from, to, question.task)
        return sideBySide(pair, from, to, move, move > part.tolerance)
      })
      return { rows: picked.length, compared, silent: 0, refusal: null }
    },
  }
}

function sideBySide({ name, changes }: Pair, from: Answer, to: Answer, move: number, failed: boolean): Compared {
  return { name, changes, ...answerTexts(from, to), move, failed }
}

function swapOf(column: string, values: readonly (string | number | bigint | boolean | null)[]): Changer {
  return (row, random) => {
    const before = row[column] ?? null
    const other = anotherOf(values, before, random)
    return other === null ? [] : [{ column, before, after: other.value }]
  }
}

function wordsOf({ column, words = [] }: InvarianceConfig): Changer {
  return (row, random) => {
    const before = row[column]
    return typeof before === 'string' ? [{ column, before, after: withWordsSwapped(before, words, random) }] : []
  }
}

function stepOf({ column, by, 'by-share': share = 0 }: DirectionConfig): Changer {
  return (row) => {
    const before = numberIn(row[column])
    if (before === null) return []
    const moved = by === undefined ? before + Math.abs(before) * share : before + by
    // A share of a whole number stays whole, as noise does; a declared amount is meant as it is.
    const after = by === undefined && Number.isInteger(before) ? Math.round(moved) : moved
    return [{ column, before, after }]
  }
}

function isRelative({ task }: BehaviourQuestion): boolean {
  return task === 'regression' || task === 'quantile' || task === 'ranking'
}
