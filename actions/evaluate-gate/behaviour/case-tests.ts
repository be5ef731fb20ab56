import type { BehaviourCase } from '../../../shared/contracts/evaluate-behaviour.js'
import { UserError } from '../../../shared/core/errors.js'
import { formatGiven } from '../../../shared/report/format.js'
import type { Row } from '../judged-rows.js'
import { askAll } from './asking.js'
import type { CaseFile, NamedCase } from './case-files.js'
import { answerText, labelOf, labelsOf, median, scoreOf } from './moves.js'
import { sameLabel } from './repeat-tests.js'
import type { Answer, Asked, BehaviourQuestion, BehaviourTest, Compared, Reading } from './types.js'

type Expectation = BehaviourCase['expect']
type Expected = number | { readonly min?: number | undefined; readonly max?: number | undefined }

/** Rows whose answers are known: every case stands for itself. */
export function casesTest(
  { part, cases }: CaseFile,
  at: readonly PropertyKey[],
  question: BehaviourQuestion,
): BehaviourTest {
  return {
    kind: 'cases',
    name: `cases of ${part.file}`,
    fails: 'is not as expected',
    definition: 'Each row of the file is asked once; a case fails when one of its expectations does not hold.',
    tolerance: part.tolerance,
    maxFailures: part['max-failures'],
    wanted: 0,
    basis: 'every',
    level: part.level,
    at,
    needsBaseline: false,
    async run({ candidate }) {
      const rows = cases.map(({ row }): Row => Object.fromEntries(question.features.map((f) => [f, row[f] ?? null])))
      const answers = await answersTo(candidate, rows)
      const compared = cases.map((one, i) => judgeCase(one, answers[i] as Answer | string, question, part.tolerance))
      return { rows: cases.length, compared, silent: 0, refusal: null }
    },
  }
}

/** Whether an answer is as expected: every expectation has to hold. */
export function holds(expect: Expectation, answer: Answer, reading: Reading, tolerance: number): boolean {
  const isNumber = (expected: Expected, number: number | null) => number !== null && within(expected, number, tolerance)
  const { label, labels, score, probabilities, value, text } = expect
  if (label !== undefined) {
    const given = labelOf(answer, reading)
    if (given === null || ![label].flat().some((one) => sameLabel(one, given))) return false
  }
  if (labels !== undefined) {
    const given = labelsOf(answer, reading.threshold)
    const wanted = [...new Set(labels)].sort()
    if (given === null || wanted.length !== given.length || wanted.some((one, i) => one !== given[i])) return false
  }
  if (score !== undefined && !isNumber(score, scoreOf(answer, reading))) return false
  if (value !== undefined && !isNumber(value, median(answer))) return false
  for (const [name, expected] of Object.entries(probabilities ?? {})) {
    if (!isNumber(expected, answer.probabilities?.[name] ?? null)) return false
  }
  if (text === undefined) return true
  const given = answer.text ?? answer.label
  return given !== null && [text].flat().some((one) => one.trim() === given.trim())
}

/** What is expected, for people: `label approved · score at least 0.9`. */
export function expectedText(expect: Expectation): string {
  const parts: string[] = []
  if (expect.label !== undefined) parts.push(`label ${[expect.label].flat().join(' or ')}`)
  if (expect.labels !== undefined) parts.push(`labels ${expect.labels.join(', ') || '(none)'}`)
  if (expect.score !== undefined) parts.push(`score ${rangeText(expect.score)}`)
  for (const [name, expected] of Object.entries(expect.probabilities ?? {}))
    parts.push(`${name} ${rangeText(expected)}`)
  if (expect.value !== undefined) parts.push(`value ${rangeText(expect.value)}`)
  if (expect.text !== undefined) parts.push([expect.text].flat().join(' or '))
  return parts.join(' · ')
}

/** Answers, or why a row has none: after a failure every row is asked on its own. */
async function answersTo(model: Asked, rows: readonly Row[]): Promise<(Answer | string)[]> {
  try {
    return await askAll(model, rows)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
  await model.renew()
  const answers: (Answer | string)[] = []
  for (const row of rows) {
    try {
      answers.push((await model.ask([row]))[0] as Answer)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      answers.push(`no answer: ${error.message}`)
      await model.renew()
    }
  }
  return answers
}

function judgeCase(
  { name, expect }: NamedCase,
  answer: Answer | string,
  reading: Reading,
  tolerance: number,
): Compared {
  const from = expectedText(expect)
  if (typeof answer === 'string') return { name, changes: [], from, to: answer, move: Number.NaN, failed: true }
  const failed = !holds(expect, answer, reading, tolerance)
  const label = labelOf(answer, reading)
  const given = answerText(answer)
  const to = label === null || given.startsWith(label) ? given : `${label} · ${given}`
  return { name, changes: [], from, to, move: Number.NaN, failed }
}

function within(expected: Expected, number: number, tolerance: number): boolean {
  if (typeof expected === 'number') {
    return Math.abs(number - expected) <= tolerance * Math.max(1, Math.abs(expected))
  }
  return number >= (expected.min ?? Number.NEGATIVE_INFINITY) && number <= (expected.max ?? Number.POSITIVE_INFINITY)
}

function rangeText(expected: Expected): string {
  if (typeof expected === 'number') return formatGiven(expected)
  const { min, max } = expected
  if (min === undefined) return `at most ${formatGiven(max)}`
  return max === undefined ? `at least ${formatGiven(min)}` : `${formatGiven(min)} … ${formatGiven(max)}`
}
