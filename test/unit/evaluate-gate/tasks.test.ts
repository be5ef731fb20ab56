import fc from 'fast-check'
import type { Row } from '../../../actions/evaluate-gate/judged-rows.js'
import { readTruth } from '../../../actions/evaluate-gate/tasks/columns.js'
import { RowFaults } from '../../../actions/evaluate-gate/tasks/faults.js'
import { taskKeyProblems } from '../../../actions/evaluate-gate/tasks/keys.js'
import { readList } from '../../../actions/evaluate-gate/tasks/lists.js'
import {
  type Answered,
  samplesOfTask,
  sinkOf,
  type TaskSettings,
} from '../../../actions/evaluate-gate/tasks/samples.js'
import { ANSWER_COLUMNS, answerReader } from '../../../actions/evaluate-gate/tasks/table.js'
import { trivialNameOfTask, trivialOfTask } from '../../../actions/evaluate-gate/tasks/trivial.js'
import { type TaskSample, usualOfTask } from '../../../actions/evaluate-gate/tasks/usual.js'
import { describeProblems, UserError } from '../../../shared/core/errors.js'
import { normalise } from '../../../shared/predict/normalise.js'
import { findMetric } from '../../../shared/stats/metrics/index.js'
import type { MultilabelSample, QuantileSample, TextSample } from '../../../shared/stats/sample.js'
import { hashBlocks } from '../../../shared/stats/sampling/bootstrap.js'
import { memoryRows } from './memory-rows.js'

const SETTINGS: TaskSettings = { threshold: 0.5, separator: '|', knownClasses: [], interactions: null }
const KEYS = { target: 'y', targets: undefined, query: undefined, item: undefined }

const frameOf = (rows: readonly Row[], weights: Float64Array | null = null) => ({
  n: rows.length,
  blocks: hashBlocks(rows.map(({ id }) => String(id))),
  weights,
  clustered: false,
})

/** A model with the given answers, as a program would write them. */
function answered(name: string, task: TaskSample['task'], answers: readonly unknown[], places?: Int32Array): Answered {
  const sink = sinkOf(task, answers.length)
  answers.forEach((answer, place) => {
    const result = normalise(answer, task)
    if ('problem' in result) throw new Error(result.problem)
    sink.put(place, result.prediction)
  })
  return { name, answers: sink, ...(places === undefined ? {} : { places }) }
}

async function samples(
  task: TaskSample['task'],
  truth: readonly (string | number | null)[],
  models: readonly Answered[],
  settings: Partial<TaskSettings> = {},
) {
  const rows = memoryRows(truth.map((y, i) => ({ id: `r${i}`, y })))
  const columns = await readTruth(task, KEYS, rows)
  return samplesOfTask(rows, frameOf(truth.map((_, i) => ({ id: `r${i}` }))), columns, models, {
    ...SETTINGS,
    ...settings,
  })
}

async function problemsOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return describeProblems((error as UserError).problems)
}

describe('multilabel', () => {
  const TRUTH = ['a|b', '["c"]', '', 'b']

  test('lists as texts and as JSON, labels and probabilities', async () => {
    const { samples: both, notes } = await samples('multilabel', TRUTH, [
      answered('candidate', 'multilabel', [['a', 'b'], [], { labels: ['c'] }, { labels: ['b', 'b'] }]),
      answered('old', 'multilabel', [
        { probabilities: { a: 0.9, b: 0.2 } },
        { probabilities: { b: 0.1 } },
        { probabilities: { a: 0.5, b: 0.51 } },
        { probabilities: { b: 1 } },
      ]),
    ])
    const [labelled, scored] = both as [MultilabelSample, MultilabelSample]
    expect(labelled.classes).toEqual(['a', 'b', 'c'])
    expect([...labelled.truth]).toEqual([1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    expect([...labelled.label]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0])
    expect(labelled.scores).toBeNull()
    expect([...(scored.scores as Float64Array)]).toEqual([0.9, 0.2, 0, 0, 0.1, 0, 0.5, 0.51, 0, 0, 1, 0])
    expect([...scored.label]).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0])
    expect(notes).toEqual(['The old gives no probability of c on any row: it counts as 0.'])
  })

  test('the model’s own labels count beside its probabilities', async () => {
    const { samples: one } = await samples(
      'multilabel',
      ['a', 'b'],
      [
        answered('candidate', 'multilabel', [
          { labels: ['a'], probabilities: { a: 0.3, b: 0.1 } },
          { labels: [], probabilities: { a: 0.9, b: 0.2 } },
        ]),
      ],
    )
    const [sample] = one as [MultilabelSample]
    expect([...sample.label]).toEqual([1, 0, 0, 0])
    expect([...(sample.scores as Float64Array)]).toEqual([0.3, 0.1, 0.9, 0.2])
  })

  test('classes come from training and from probabilities; an unknown label is a fault', async () => {
    const model = answered('candidate', 'multilabel', [['old'], ['a'], ['typo', 'a']])
    const problems = await problemsOf(samples('multilabel', ['a', 'a', 'a'], [model], { knownClasses: ['old'] }))
    expect(problems).toBe(
      'candidate: answered with the unknown class "typo" on 1 of 3 rows: r2\n' +
        '    → classes are: a, old. Correct the label, or run validate-data first so that the classes of the training data are known',
    )
  })

  test('all faults of the answers are told at once, with counts and names', async () => {
    const answers = Array.from({ length: 8 }, (_, i) => (i < 7 ? { probabilities: { a: 2 } } : ['a']))
    const problems = await problemsOf(
      samples('multilabel', Array(8).fill('a'), [answered('candidate', 'multilabel', answers)]),
    )
    expect(problems).toContain(
      'answered with a probability outside 0 … 1 on 7 of 8 rows: r0, r1, r2, r3, r4 and 2 more',
    )
    expect(problems).toContain('answered with no probabilities, while other answers have them on 1 of 8 rows: r7')
    expect(problems).toContain('answered with no labels on 7 of 8 rows')
  })

  test('faults of the truth come before those of answers', async () => {
    const problems = await problemsOf(
      samples('multilabel', ['["a"', '[[a], b]', 'a'], [answered('candidate', 'multilabel', [['z'], ['a'], ['a']])]),
    )
    expect(problems).toMatch(/^data.test: has a list that cannot be read, such as \[\[a\], b\] on 1 of 3 rows: r1/)
  })

  test('columns of 0 and 1', async () => {
    const rows = memoryRows([
      { id: 'x', cat: 1, dog: 0 },
      { id: 'y', cat: 0, dog: 2 },
    ])
    const keys = { ...KEYS, target: undefined, targets: ['dog', 'cat'] }
    const truth = await readTruth('multilabel', keys, rows)
    const models = [answered('candidate', 'multilabel', [['cat'], []])]
    const problems = await problemsOf(samplesOfTask(rows, frameOf([{ id: 'x' }, { id: 'y' }]), truth, models, SETTINGS))
    expect(problems).toMatch(/^data.test: has neither 0 nor 1 in "dog" on 1 of 2 rows: y/)
    const good = memoryRows([{ id: 'x', cat: 1, dog: 0 }])
    const { samples: one } = await samplesOfTask(
      good,
      frameOf([{ id: 'x' }]),
      await readTruth('multilabel', keys, good),
      [answered('candidate', 'multilabel', [['cat']])],
      SETTINGS,
    )
    expect((one[0] as MultilabelSample).classes).toEqual(['cat', 'dog'])
    expect([...(one[0] as MultilabelSample).truth]).toEqual([1, 0])
  })

  test('answers of a file lie at other places, and some rows have none', async () => {
    const places = Int32Array.of(2, 0, -1)
    const model = answered('candidate', 'multilabel', [['b'], ['a'], ['a', 'b']], places)
    const problems = await problemsOf(samples('multilabel', ['a', 'b', 'a'], [model]))
    expect(problems).toMatch(/no labels on 1 of 3 rows: r2/)
    const { samples: one } = await samples('multilabel', ['a', 'b'], [{ ...model, places: places.subarray(0, 2) }])
    expect([...(one[0] as MultilabelSample).label]).toEqual([1, 1, 0, 1])
  })

  test('the trivial model answers with the shares of the classes', async () => {
    const { trivial } = await samples(
      'multilabel',
      ['a', 'a|b', 'a'],
      [answered('candidate', 'multilabel', [['a'], ['a'], ['a']])],
    )
    const { scores, label } = trivial as MultilabelSample
    expect([...(scores as Float64Array).subarray(0, 2)]).toEqual([1, 1 / 3])
    expect([...label.subarray(0, 2)]).toEqual([1, 0])
  })
})

test.each([
  ['a|b', ['a', 'b']],
  [' a | |b ', ['a', 'b']],
  ['', []],
  ['[]', []],
  ['["a|b", 1, true]', ['a|b', '1', 'true']],
  ['[[1]]', null],
  // DuckDB 1.5: CAST(['a', 'b, c', 'it''s', '"q"', NULL, ''] AS VARCHAR), CAST(['NULL', 'x y'] AS VARCHAR).
  [`[a, 'b, c', 'it\\'s', '"q"', NULL, '']`, ['a', 'b, c', "it's", '"q"', '']],
  [`['NULL', x y]`, ['NULL', 'x y']],
  ['[a, b]', ['a', 'b']],
  ['[a, ]', null],
  ['[[a], b]', null],
  ["['a]", null],
  ['[a,b]', null],
])('the list %j', (cell, expected) => {
  expect(readList(cell, '|')).toEqual(expected)
})

describe('quantile', () => {
  const answer = (quantiles: Record<string, number>) => ({ quantiles })

  test('levels that every model answers are compared', async () => {
    const { samples: both, notes } = await samples(
      'quantile',
      [1, 2],
      [
        answered('candidate', 'quantile', [answer({ '0.9': 3, '0.10': 0 }), answer({ '0.1': 1, '0.9': 4 })]),
        answered('old@v1', 'quantile', [
          answer({ '0.1': 5, '0.5': 6, '0.9': 7 }),
          answer({ '0.1': 8, '0.5': 9, '0.9': 10 }),
        ]),
      ],
    )
    const [candidate, old] = both as [QuantileSample, QuantileSample]
    expect(candidate.levels).toEqual([0.1, 0.9])
    expect([...candidate.values]).toEqual([0, 3, 1, 4])
    expect([...old.values]).toEqual([5, 7, 8, 10])
    expect(notes).toEqual(['The quantiles 0.5 of old@v1 are not compared: not every model answers them.'])
  })

  test('no common level, and rows without one', async () => {
    expect(
      await problemsOf(
        samples(
          'quantile',
          [1],
          [
            answered('candidate', 'quantile', [answer({ '0.5': 1 })]),
            answered('old', 'quantile', [answer({ '0.4': 1 })]),
          ],
        ),
      ),
    ).toMatch(/^candidate, old: no quantile is answered by every model \(candidate: 0.5; old: 0.4\)/)
    const partial = answered('candidate', 'quantile', [answer({ '0.1': 1, '0.9': 2 }), answer({ '0.1': 1 })])
    expect(await problemsOf(samples('quantile', [1, 2], [partial]))).toMatch(/no quantile 0.9 on 1 of 2 rows: r1/)
  })

  // numpy 2.4.6 quantile([1, 2, 4, 8], [0.1, 0.5]); weighted: the same with method='inverted_cdf', weights=[1, 1, 5, 1].
  test('the trivial model answers with the quantiles of the truth', async () => {
    const answers = Array(4).fill(answer({ '0.1': 0, '0.5': 0 }))
    const { samples: one, trivial } = await samples(
      'quantile',
      [8, 1, 4, 2],
      [answered('candidate', 'quantile', answers)],
    )
    const plain = (trivial as QuantileSample).values
    expect(plain[0]).toBeCloseTo(1.3, 12)
    expect(plain[7]).toBe(3)
    const weighted = trivialOfTask({ ...(one[0] as QuantileSample), weights: Float64Array.of(1, 1, 5, 1) }, null)
    expect([...(weighted as QuantileSample).values.subarray(0, 2)]).toEqual([1, 4])
  })
})

describe('text', () => {
  test('references as texts and as JSON arrays; bare texts are answers', async () => {
    const { samples: one } = await samples(
      'text',
      ['one', '["two", "zwei"]', '[not json]'],
      [answered('candidate', 'text', ['One', { text: 'zwei' }, 3])],
    )
    const [sample] = one as [TextSample]
    expect(sample.references).toEqual([['one'], ['two', 'zwei'], ['[not json]']])
    expect(sample.output).toEqual(['One', 'zwei', '3'])
    const { samples: two } = await samples(
      'text',
      ['[one, uno]', "['a, b']"],
      [answered('candidate', 'text', ['', ''])],
    )
    expect((two[0] as TextSample).references).toEqual([['one', 'uno'], ['a, b']])
  })

  test('rows without references or answers', async () => {
    expect(await problemsOf(samples('text', ['[]', 'a'], [answered('candidate', 'text', ['x', 'y'])]))).toMatch(
      /^data.test: has no reference on 1 of 2 rows: r0/,
    )
    const places = Int32Array.of(0, -1)
    expect(await problemsOf(samples('text', ['a', 'b'], [answered('candidate', 'text', ['x'], places)]))).toMatch(
      /answered with no text on 1 of 2 rows: r1/,
    )
  })

  test('the trivial model answers with the commonest reference, when there is one', async () => {
    const model = answered('candidate', 'text', ['x', 'x', 'x', 'x'])
    const { trivial } = await samples('text', ['yes', '["no", "never"]', 'no', 'maybe'], [model])
    expect((trivial as TextSample).output).toEqual(['no', 'no', 'no', 'no'])
    expect((await samples('text', ['a', 'b', 'c', 'd'], [model])).trivial).toBeNull()
  })
})

test('the usual metrics of a task exist, the main one first', async () => {
  const of = async (task: TaskSample['task'], truth: (string | number)[], answer: unknown) =>
    (
      await samples(task, truth, [
        answered(
          'candidate',
          task,
          truth.map(() => answer),
        ),
      ])
    ).samples[0] as TaskSample
  const all = [
    await of('multilabel', ['a', 'b'], ['a']),
    await of('multilabel', ['a', 'b'], { probabilities: { a: 0.5, b: 0.5 } }),
    await of('quantile', [1, 2], { quantiles: { '0.025': 0, '0.1': 0, '0.5': 1, '0.9': 2, '0.975': 3 } }),
    await of('text', ['a', 'b'], 'a'),
  ]
  for (const sample of all) {
    for (const name of usualOfTask(sample)) expect([name, findMetric(name, sample.task)?.name]).toEqual([name, name])
    expect(trivialNameOfTask(sample)).toMatch(/^the /)
  }
  expect(all.map((sample) => usualOfTask(sample)[0])).toEqual(['f1_micro', 'f1_micro', 'pinball_mean', 'token_f1'])
  expect(usualOfTask(all[1] as TaskSample)).toContain('lrap')
  expect(usualOfTask(all[2] as TaskSample)).toContain('coverage_error_95')
})

describe('keys of the truth', () => {
  const none = { target: undefined, targets: undefined, query: undefined, item: undefined }

  test('what a task needs, and what it does not know, all at once', () => {
    expect(describeProblems(taskKeyProblems('ranking', none, ['user', 'item']))).toBe(
      [
        'data.query: is missing: nothing can be ranked without it',
        '    → name the column with what items are ranked for, such as user_id',
        'data.item: is missing: nothing can be ranked without it',
        '    → name the column with the item',
      ].join('\n'),
    )
    const wrong = { target: 'y', targets: ['a'], query: 'usr', item: undefined }
    expect(taskKeyProblems('text', wrong, ['y', 'user']).map(({ where, message }) => `${where} ${message}`)).toEqual([
      'data.targets is a key of the task multilabel, and this one is text',
      'data.query is a key of the task ranking, and this one is text',
      'data.targets[0] the test data have no column "a"',
      'data.query the test data have no column "usr"',
    ])
    expect(taskKeyProblems('multilabel', { ...none, target: 'y', targets: ['y'] }, ['y'])).toHaveLength(1)
    expect(taskKeyProblems('multilabel', none, [])).toHaveLength(1)
    expect(taskKeyProblems('quantile', none, [])).toHaveLength(1)
    expect(taskKeyProblems('ranking', { ...none, query: 'u', item: 'i' }, ['u', 'i'])).toEqual([])
  })

  test('reading the truth without its key is a bug', async () => {
    await expect(readTruth('text', none, memoryRows([{ id: 1 }]))).rejects.toThrow(RangeError)
  })
})

describe('tables of predictions', () => {
  const read = (task: TaskSample['task'], columns: string[], cells: (string | number | null)[]) => {
    const reader = answerReader(task, columns, '|')
    return reader && normalise(reader.answer(reader.columns.map((name) => cells[columns.indexOf(name)] ?? null)), task)
  }

  test('columns become answers', () => {
    expect(read('multilabel', ['id', 'labels', 'p_a', 'p_b'], ['1', 'a|b', 0.5, 0.25])).toMatchObject({
      prediction: { labels: ['a', 'b'], probabilities: { a: 0.5, b: 0.25 } },
    })
    expect(read('multilabel', ['labels'], ['["x|y"]'])).toMatchObject({ prediction: { labels: ['x|y'] } })
    expect(read('multilabel', ['labels', 'p_a'], ['', null])).toMatchObject({ prediction: { labels: [] } })
    expect(read('quantile', ['q_0.1', 'q_0.9', 'q_x'], [1, 2, 3])).toMatchObject({
      prediction: { quantiles: { '0.1': 1, '0.9': 2 } },
    })
    expect(read('ranking', ['rank'], [3])).toMatchObject({ prediction: { score: -3 } })
    expect(read('text', ['text'], ['hello'])).toMatchObject({ prediction: { text: 'hello' } })
    expect(read('text', ['label'], ['hello'])).toBeNull()
    expect(Object.keys(ANSWER_COLUMNS)).toEqual(['multilabel', 'quantile', 'ranking', 'text'])
  })

  test('what is missing in a row is no answer', () => {
    expect(read('quantile', ['q_0.1', 'q_0.9'], [1, null])).toEqual({
      problem: 'a quantiles of {"0.1":1,"0.9":null}, which is not an object of a number per level between 0 and 1',
    })
    expect(read('quantile', ['q_0.1'], [null])).toEqual({ problem: '{}, which has none of quantiles' })
    expect(read('multilabel', ['labels'], ['[[a]]'])).toMatchObject({ problem: expect.stringContaining('[[a]]') })
  })
})

test('kinds of faults beyond the twentieth are counted', async () => {
  const faults = new RowFaults()
  for (let row = 0; row < 30; row++) faults.add(`kind ${row}`, row, 'mend it')
  const problems = await faults.problems(
    'candidate',
    'answered with',
    memoryRows(Array.from({ length: 30 }, (_, i) => ({ id: i }))),
  )
  expect(problems).toHaveLength(21)
  expect(problems[20]?.message).toBe('has faults of other kinds on 10 more rows')
})

test('the order of rows changes no metric', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.subarray(['a', 'b', 'c']), fc.subarray(['a', 'b', 'c'])), { minLength: 2, maxLength: 12 }),
      async (rows) => {
        const value = async (some: typeof rows) => {
          const model = answered(
            'candidate',
            'multilabel',
            some.map(([, labels]) => labels),
          )
          const { samples: one } = await samples(
            'multilabel',
            some.map(([labels]) => JSON.stringify(labels)),
            [model],
            { knownClasses: ['a', 'b', 'c'] },
          )
          return findMetric('f1_macro', 'multilabel')?.value(one[0] as MultilabelSample).value
        }
        expect(await value([...rows].reverse())).toBeCloseTo((await value(rows)) as number, 12)
      },
    ),
    { numRuns: 20 },
  )
})
