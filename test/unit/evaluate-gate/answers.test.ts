import fc from 'fast-check'
import { AnswerCollector } from '../../../actions/evaluate-gate/answers/collector.js'
import { AnswerColumns, answerOf, answersOf } from '../../../actions/evaluate-gate/answers/columns.js'
import { IdMatcher, requireMatch } from '../../../actions/evaluate-gate/answers/join.js'
import { parseLines } from '../../../actions/evaluate-gate/answers/lines.js'
import { classesOfAnswers, type Frame, sampleOf } from '../../../actions/evaluate-gate/answers/sample.js'
import { frameQuestion } from '../../../actions/evaluate-gate/question.js'
import { Config } from '../../../shared/contracts/config.js'
import type { Prediction } from '../../../shared/contracts/predict.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { memoryRows } from './memory-rows.js'

async function frameOf(truth: readonly Cell[], task?: string): Promise<Frame> {
  const rows = memoryRows(truth.map((y, i) => ({ id: `r${i}`, y })))
  const config = Config.parse({ model: 'm', ...(task ? { task } : {}), data: { target: 'y', id: 'id' } })
  const numbers = truth.every((cell) => typeof cell === 'number')
  const question = frameQuestion(config, {
    columns: ['id', 'y'],
    truth: {
      type: numbers ? 'number' : typeof truth[0] === 'boolean' ? 'boolean' : 'string',
      known: truth.length,
      distinct: new Set(truth).size,
      fraction: truth.some((cell) => !Number.isInteger(Number(cell))),
      infinite: false,
      values: [...new Set(truth)].map((cell) => [cell, truth.filter((other) => other === cell).length] as const),
    },
    knownClasses: [],
  })
  return {
    question,
    rows,
    units: rows,
    truth:
      question.task === 'regression'
        ? { kind: 'numbers', of: await rows.numbers('y') }
        : { kind: 'classes', of: await rows.codes('y') },
    blocks: new Uint16Array(truth.length),
    weights: null,
    clustered: false,
    digest: 'sha256:0',
  }
}

const answer = (given: Partial<Prediction>): Prediction => ({
  label: null,
  score: null,
  probabilities: null,
  value: null,
  ...given,
})

function said(frame: Frame, answers: readonly Partial<Prediction>[]): AnswerColumns {
  const columns = new AnswerColumns(answers.length, frame.question.task)
  for (const [row, given] of answers.entries()) columns.put(row, answer(given))
  return columns
}

const sample = (frame: Frame, answers: readonly Partial<Prediction>[]) =>
  sampleOf(frame, said(frame, answers), 'candidate')

async function messages(body: () => unknown): Promise<string[]> {
  try {
    await body()
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ message }) => message)
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Where the answers of `rows` lie among predictions of `ids`. */
function matchIds(rows: readonly string[], ids: readonly string[]) {
  const matcher = new IdMatcher(ids, rows.length)
  for (const id of rows) matcher.add(id)
  return matcher.match()
}

describe('joining by id', () => {
  const rows = ['r0', 'r1', 'r2']
  const gap = { missing: 0, rows: 3, some: [] }

  test('whatever the order of the predictions; those without a test row are counted', () => {
    const match = matchIds(rows, ['r2', 'other', 'r0', 'r1'])
    expect([...match.places]).toEqual([2, 3, 0])
    expect(match.unused).toBe(1)
    expect(() => requireMatch(match, gap, 'p.jsonl', 'id', 1)).not.toThrow()
  })

  test('duplicates and missing ids are named, all at once', async () => {
    const match = matchIds(['r0', 'r1', 'r2', 'r2'], ['r0', 'r0', 'r2'])
    expect(
      await messages(() => requireMatch(match, { missing: 1, rows: 4, some: ['r1'] }, 'p.jsonl', 'id', 1)),
    ).toEqual([
      '1 value of "id" name more than one test row: r2',
      '1 id has more than one prediction: r0',
      '1 of 4 test rows have no prediction: r1',
    ])
  })

  test('rows may lack a prediction down to the wanted coverage, never all of them', async () => {
    const half = { missing: 2, rows: 4, some: ['r1', 'r3'] }
    const match = matchIds(rows, ['r0'])
    expect(() => requireMatch(match, half, 'p.jsonl', 'id', 0.5)).not.toThrow()
    expect(await messages(() => requireMatch(match, half, 'p.jsonl', 'id', 0.6))).toEqual([
      '2 of 4 test rows have no prediction: r1, r3; at least 60 % have to have one',
    ])
    const none = { missing: 4, rows: 4, some: ['r1'] }
    expect(await messages(() => requireMatch(match, none, 'p.jsonl', 'id', 0))).toEqual([
      expect.stringContaining('4 of 4 test rows have no prediction'),
    ])
  })

  test('answers are taken in the order of the rows', () => {
    const columns = new AnswerColumns(3, 'binary')
    for (const row of [0, 1, 2])
      columns.put(row, answer({ score: row / 10, label: `l${row}`, probabilities: { a: row } }))
    const taken = answersOf(columns, Int32Array.of(2, 0))
    expect(taken).toMatchObject({ n: 2, score: Float64Array.of(0.2, 0) })
    expect([...(taken.label?.codes ?? [])].map((code) => taken.label?.names[code])).toEqual(['l2', 'l0'])
    expect(taken.probabilities?.get('a')).toEqual(Float64Array.of(2, 0))
  })
})

describe('two classes', () => {
  test('labels and probabilities of a boolean are read as programs write them', async () => {
    const booleans = await frameOf([false, true, true])
    const labels = ['False', 'True', 'TRUE'].map((label) => ({ label }))
    expect(await sample(booleans, labels)).toMatchObject({ label: Uint16Array.of(0, 1, 1) })
    const probabilities = [0.2, 0.7, 0.9].map((p) => ({ probabilities: { False: 1 - p, True: p } }))
    expect(await sample(booleans, probabilities)).toMatchObject({ score: Float64Array.of(0.2, 0.7, 0.9) })
    // A text that is no boolean keeps its case.
    const texts = await frameOf(['Yes', 'no', 'no'])
    expect((await messages(() => sample(texts, labels)))[0]).toContain('unknown class "False"')
  })

  test('a score above the threshold is positive, at it is not', async () => {
    const asked = await frameOf([0, 1, 1])
    const made = await sample(
      asked,
      [0.2, 0.5, 0.51].map((score) => ({ score })),
    )
    expect(made).toMatchObject({ task: 'binary', classes: ['0', '1'], truth: Uint16Array.of(0, 1, 1) })
    expect(made).toMatchObject({ label: Uint16Array.of(0, 0, 1) })
  })

  test('the score of the positive class out of probabilities, also when only the other is given', async () => {
    const asked = await frameOf([0, 1, 1])
    expect(
      await sample(asked, [{ probabilities: { '1': 0.7, '0': 0.3 } }, { probabilities: { '0': 0.4 } }, { score: 1 }]),
    ).toMatchObject({ score: Float64Array.of(0.7, 0.6, 1) })
  })

  test('labels alone', async () => {
    const asked = await frameOf([0, 1, 1])
    expect(
      await sample(
        asked,
        ['0', '1', '0'].map((label) => ({ label })),
      ),
    ).toMatchObject({ score: null, label: Uint16Array.of(0, 1, 0) })
  })

  test('answers that cannot be read, each kind with its rows', async () => {
    const asked = await frameOf([0, 1, 1])
    expect(await messages(() => sample(asked, [{ score: 7 }, { score: -1 }, { label: '1' }]))).toEqual([
      'answered with a score outside 0 … 1 on 2 of 3 rows: r0, r1',
      'answered with no score, while other answers have one on 1 of 3 rows: r2',
    ])
    expect(
      await messages(() =>
        sample(
          asked,
          ['0', 'maybe', '1'].map((label) => ({ label })),
        ),
      ),
    ).toEqual(['answered with the unknown class "maybe" on 1 of 3 rows: r1'])
  })
})

describe('several classes', () => {
  test('the first of the highest probabilities; a class that is not named has 0; sums are brought to 1', async () => {
    const made = await sample(await frameOf(['a', 'b', 'c']), [
      { probabilities: { a: 0.4, b: 0.4, c: 0.2 } },
      { probabilities: { b: 0.4996, c: 0.4996 } },
      { probabilities: { c: 1 } },
    ])
    expect(made).toMatchObject({ label: Uint16Array.of(0, 1, 2) })
    expect('probabilities' in made && [...(made.probabilities ?? [])].slice(3, 6)).toEqual([0, 0.5, 0.5])
  })

  test('probabilities are told apart by the names of their classes, not by their order', async () => {
    const asked = await frameOf(['a', 'b', 'c'])
    const forwards = await sample(asked, Array(3).fill({ probabilities: { a: 0.5, b: 0.3, c: 0.2 } }))
    const backwards = await sample(asked, Array(3).fill({ probabilities: { c: 0.2, b: 0.3, a: 0.5 } }))
    expect(backwards).toEqual(forwards)
  })

  test('probabilities that are none', async () => {
    const asked = await frameOf(['a', 'b', 'c'])
    expect(
      await messages(() =>
        sample(asked, [{ probabilities: { a: 0.9 } }, { probabilities: { a: 2, b: -1 } }, { label: 'a' }]),
      ),
    ).toEqual([
      'answered with probabilities that do not sum to 1 on 1 of 3 rows: r0',
      'answered with a negative probability on 1 of 3 rows: r1',
      'answered with no probabilities, while other answers have them on 1 of 3 rows: r2',
    ])
  })

  test('a class called like a property of every object', async () => {
    const asked = await frameOf(['a', 'b', 'c'])
    const labels = ['a', 'constructor', 'c'].map((label) => ({ label }))
    expect((await messages(() => sample(asked, labels)))[0]).toContain('the unknown class "constructor"')
    expect(classesOfAnswers(said(asked, [{ probabilities: { constructor: 1 } }]))).toEqual(['constructor'])
  })
})

test('a regression needs a number on every row', async () => {
  const asked = await frameOf([1.5, 2.5, 3.5])
  expect(await messages(() => sample(asked, [{ value: 1 }, { score: 1 }, {}]))).toEqual([
    'answered with no number on 2 of 3 rows: r1, r2',
  ])
})

describe('JSON Lines of predictions', () => {
  test('each with the name of its row; a byte order mark and empty lines are nothing', async () => {
    const { ids, columns } = await parseLines(
      ['\uFEFF{"id":1,"score":0.5}', '', '{"id":"b","label":"yes"}'],
      'p.jsonl',
      'id',
      'binary',
    )
    expect(ids).toEqual(['1', 'b'])
    expect(columns.score).toEqual(Float64Array.of(0.5, Number.NaN))
    expect([...(columns.label?.codes ?? [])]).toEqual([-1, 0])
  })

  test('each mistake with its line', async () => {
    const bad = ['{"id":1}', 'nonsense', '{"score":1}', '[1]']
    expect(await messages(() => parseLines(bad, 'p.jsonl', 'id', 'binary'))).toEqual([
      expect.stringContaining('which has none of label, score, probabilities, value'),
      '"nonsense" is not JSON',
      'has no "id"',
      'has no "id"',
    ])
    // 2⁵³ + 1 is the first whole number that JSON numbers cannot tell from its neighbour.
    expect(await messages(() => parseLines(['{"id":9007199254740993,"score":1}'], 'p.jsonl', 'id', 'binary'))).toEqual([
      'has an "id" of more digits than a JSON number keeps: write it as text',
    ])
  })
})

describe('answers of which nobody knows how many there are', () => {
  const N = 140_000
  const of = (row: number) => ({ label: null, score: null, probabilities: null, value: null, ...ANSWERS[row % 5] })
  const ANSWERS = [
    { score: 0.25 },
    { label: 'yes', score: 0.75 },
    { probabilities: { a: 0.5, b: 0.5 } },
    { label: 'no' },
    { value: 3, probabilities: { c: 1 } },
  ]

  test('are the columns that they would be, however many', () => {
    const collector = new AnswerCollector('binary')
    for (let row = 0; row < N; row++) collector.add(of(row))
    const columns = collector.columns()
    expect(columns.n).toBe(N)
    for (const row of [0, 1, 2, 3, 4, 65_535, 65_536, 65_537, 131_071, 131_073, N - 1]) {
      expect([row, answerOf(columns, row)]).toEqual([row, ANSWERS[row % 5]])
    }
    expect(columns.label?.names).toEqual(['yes', 'no'])
    expect(columns.probabilities?.get('c')).toHaveLength(N)
  })

  test('whole answers, of a task that has no columns', () => {
    const collector = new AnswerCollector('text')
    for (let row = 0; row < 70_000; row++) collector.add({ ...of(3), label: null, text: `answer ${row}` })
    const { whole, n } = collector.columns()
    expect([n, whole?.length]).toEqual([70_000, 70_000])
    expect([whole?.[65_535]?.text, whole?.[65_536]?.text]).toEqual(['answer 65535', 'answer 65536'])
  })

  test('none at all', () => {
    expect(new AnswerCollector('regression').columns()).toMatchObject({ n: 0, score: null, value: null, label: null })
  })
})

test('ids are matched by their definition, however often they stand on either side', () => {
  // Few different ids, of which some are equal but for their last character.
  const id = fc.constantFrom('', 'a', 'A', 'aa', 'aaa', 'b', '1', '01', '\u{1F600}', '\u{1F601}', '__proto__')
  fc.assert(
    fc.property(fc.array(id, { maxLength: 40 }), fc.array(id, { maxLength: 40 }), (rows, ids) => {
      const several = (all: readonly string[]) => new Set(all.filter((own, i) => all.indexOf(own) !== i)).size
      const match = matchIds(rows, ids)
      expect([...match.places]).toEqual(rows.map((row) => ids.lastIndexOf(row)))
      expect([match.twice.count, match.rowsTwice.count]).toEqual([several(ids), several(rows)])
      expect(match.unused).toBe(new Set(ids.filter((own) => !rows.includes(own))).size)
    }),
  )
})
