import { classesOfPredictions, joinById, sampleOf } from '../../../actions/evaluate-gate/join.js'
import { parseLines, predictionsOfTable } from '../../../actions/evaluate-gate/predictions.js'
import { frameQuestion, type Question } from '../../../actions/evaluate-gate/question.js'
import { Config } from '../../../shared/contracts/config.js'
import type { Prediction } from '../../../shared/contracts/predict.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine.js'

function question(truth: readonly Cell[], task?: string, data: Record<string, unknown> = { id: 'id' }): Question {
  const rows = truth.map((y, i) => ({ id: `r${i}`, y }))
  const config = Config.parse({ model: 'm', ...(task ? { task } : {}), data: { target: 'y', ...data } })
  return frameQuestion(config, { columns: ['id', 'y'], rows, files: [] }, [])
}

const answer = (given: Partial<Prediction>): Prediction => ({
  label: null,
  score: null,
  probabilities: null,
  value: null,
  ...given,
})
const named = (ids: readonly string[]) => ids.map((id, i) => ({ id, prediction: answer({ score: i / 10 }) }))

function messages(body: () => unknown): string[] {
  try {
    body()
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ message }) => message)
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('joining by id', () => {
  const asked = question([0, 1, 1])

  test('whatever the order of the predictions; those without a test row are counted', () => {
    const joined = joinById(asked, named(['r2', 'other', 'r0', 'r1']), 'p.jsonl')
    expect(joined.predictions.map(({ score }) => score)).toEqual([0.2, 0.3, 0])
    expect(joined.unused).toBe(1)
  })

  test('duplicates and missing ids are named, both at once', () => {
    expect(messages(() => joinById(asked, named(['r0', 'r0', 'r2']), 'p.jsonl'))).toEqual([
      '1 ids have more than one prediction: r0',
      '1 of 3 test rows have no prediction: r1',
    ])
  })

  test('never by the order of rows', () => {
    expect(messages(() => joinById(question([0, 1], undefined, {}), named(['r0', 'r1']), 'p.jsonl'))[0]).toContain(
      'can only be joined by id, never by the order of rows',
    )
  })
})

describe('two classes', () => {
  const asked = question([0, 1, 1])

  test('labels and probabilities of a boolean are read as programs write them', () => {
    const booleans = question([false, true, true])
    const labels = ['False', 'True', 'TRUE'].map((label) => answer({ label }))
    expect(sampleOf(booleans, labels, 'candidate')).toMatchObject({ label: Uint16Array.of(0, 1, 1) })
    const probabilities = [0.2, 0.7, 0.9].map((p) => answer({ probabilities: { False: 1 - p, True: p } }))
    expect(sampleOf(booleans, probabilities, 'candidate')).toMatchObject({ score: Float64Array.of(0.2, 0.7, 0.9) })
    // A text that is no boolean keeps its case.
    expect(messages(() => sampleOf(question(['Yes', 'no', 'no']), labels, 'candidate'))[0]).toContain(
      'unknown class "False"',
    )
  })

  test('a score above the threshold is positive, at it is not', () => {
    const sample = sampleOf(
      asked,
      [0.2, 0.5, 0.51].map((score) => answer({ score })),
      'candidate',
    )
    expect(sample).toMatchObject({ task: 'binary', classes: ['0', '1'] })
    expect('label' in sample && [...sample.label]).toEqual([0, 0, 1])
  })

  test('the score of the positive class out of probabilities, also when only the other is given', () => {
    const sample = sampleOf(
      asked,
      [
        answer({ probabilities: { '1': 0.7, '0': 0.3 } }),
        answer({ probabilities: { '0': 0.4 } }),
        answer({ score: 1 }),
      ],
      'candidate',
    )
    expect('score' in sample && [...(sample.score ?? [])]).toEqual([0.7, 0.6, 1])
  })

  test('labels alone', () => {
    const sample = sampleOf(
      asked,
      ['0', '1', '0'].map((label) => answer({ label })),
      'candidate',
    )
    expect('score' in sample && sample.score).toBeNull()
    expect('label' in sample && [...sample.label]).toEqual([0, 1, 0])
  })

  test('answers that cannot be read, each kind with its rows', () => {
    expect(
      messages(() =>
        sampleOf(asked, [answer({ score: 7 }), answer({ score: -1 }), answer({ label: '1' })], 'candidate'),
      ),
    ).toEqual([
      'answered with a score outside 0 … 1 on 2 of 3 rows: r0, r1',
      'answered with no score, while other answers have one on 1 of 3 rows: r2',
    ])
    expect(
      messages(() =>
        sampleOf(
          asked,
          ['0', 'maybe', '1'].map((label) => answer({ label })),
          'candidate',
        ),
      ),
    ).toEqual(['answered with the unknown class "maybe" on 1 of 3 rows: r1'])
  })
})

describe('several classes', () => {
  const asked = question(['a', 'b', 'c'])

  test('the first of the highest probabilities; a class that is not named has 0; sums are brought to 1', () => {
    const sample = sampleOf(
      asked,
      [
        answer({ probabilities: { a: 0.4, b: 0.4, c: 0.2 } }),
        answer({ probabilities: { b: 0.4996, c: 0.4996 } }),
        answer({ probabilities: { c: 1 } }),
      ],
      'candidate',
    )
    expect('label' in sample && [...sample.label]).toEqual([0, 1, 2])
    expect('probabilities' in sample && [...(sample.probabilities ?? [])].slice(3, 6)).toEqual([0, 0.5, 0.5])
  })

  test('probabilities that are none', () => {
    expect(
      messages(() =>
        sampleOf(
          asked,
          [answer({ probabilities: { a: 0.9 } }), answer({ probabilities: { a: 2, b: -1 } }), answer({ label: 'a' })],
          'candidate',
        ),
      ),
    ).toEqual([
      'answered with probabilities that do not sum to 1 on 1 of 3 rows: r0',
      'answered with a negative probability on 1 of 3 rows: r1',
      'answered with no probabilities, while other answers have them on 1 of 3 rows: r2',
    ])
  })

  test('a class called like a property of every object', () => {
    expect(
      messages(() =>
        sampleOf(
          asked,
          ['a', 'constructor', 'c'].map((label) => answer({ label })),
          'x',
        ),
      )[0],
    ).toContain('the unknown class "constructor"')
    expect([...classesOfPredictions([answer({ probabilities: { constructor: 1 } })])]).toEqual(['constructor'])
  })
})

test('a regression needs a number on every row', () => {
  const asked = question([1.5, 2.5, 3.5])
  expect(
    messages(() => sampleOf(asked, [answer({ value: 1 }), answer({ score: 1 }), answer({})], 'candidate')),
  ).toEqual(['answered with no number on 2 of 3 rows: r1, r2'])
})

describe('files of predictions', () => {
  test('JSON Lines, each mistake with its line', () => {
    const text = '{"id":1,"score":0.5}\n\n{"id":"b","label":"yes"}\n'
    expect(parseLines(text, 'p.jsonl', 'id', 'binary')).toEqual([
      { id: '1', prediction: answer({ score: 0.5 }) },
      { id: 'b', prediction: answer({ label: 'yes' }) },
    ])
    const bad = '{"id":1}\nnonsense\n{"score":1}\n[1]\n'
    expect(messages(() => parseLines(bad, 'p.jsonl', 'id', 'binary'))).toEqual([
      expect.stringContaining('which has none of label, score, probabilities, value'),
      '"nonsense" is not JSON',
      'has no "id"',
      'has no "id"',
    ])
    // 2⁵³ + 1 is the first whole number that JSON numbers cannot tell from its neighbour.
    expect(messages(() => parseLines('{"id":9007199254740993,"score":1}', 'p.jsonl', 'id', 'binary'))).toEqual([
      'has an "id" of more digits than a JSON number keeps: write it as text',
    ])
  })

  test('tables with one column per class', () => {
    const table = { columns: ['id', 'p_a', 'p_b'], rows: [{ id: 1, p_a: 0.2, p_b: 0.8 }] }
    expect(predictionsOfTable(table, 'p.csv', 'id', 'multiclass')).toEqual([
      { id: '1', prediction: answer({ probabilities: { a: 0.2, b: 0.8 } }) },
    ])
    expect(messages(() => predictionsOfTable({ columns: ['x'], rows: [] }, 'p.csv', 'id', 'binary'))).toEqual([
      'has no column "id"',
      'has none of the columns label, score, value and p_<class>',
    ])
    const gap = { columns: ['id', 'score'], rows: [{ id: 1, score: Number.NaN }] }
    expect(messages(() => predictionsOfTable(gap, 'p.csv', 'id', 'binary'))).toEqual([
      'is a score of NaN, which is not a finite number',
    ])
  })
})
