import { frameQuestion, withClasses } from '../../../actions/evaluate-gate/question.js'
import { cutSlices, MISSING, smallSliceNotes } from '../../../actions/evaluate-gate/slices.js'
import { Config } from '../../../shared/contracts/config.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine.js'
import { shortList } from '../../../shared/report/format.js'

type Rows = readonly Readonly<Record<string, Cell>>[]

function frame(rows: Rows, data: Record<string, unknown> = {}, task?: string, known: string[] = []) {
  const config = Config.parse({ model: 'm', ...(task ? { task } : {}), data: { target: 'y', ...data } })
  return frameQuestion(config, { columns: Object.keys(rows[0] ?? { x: 1, y: 1 }), rows, files: [] }, known)
}

function problemsOf(body: () => unknown) {
  try {
    body()
  } catch (error) {
    if (error instanceof UserError) return error.problems
    throw error
  }
  throw new Error('nothing was thrown')
}

const targets = (values: readonly Cell[]): Rows => values.map((y, x) => ({ x, y }))

describe('the task of a target', () => {
  test.each([
    ['two numbers', [0, 1, 1, 0], 'binary', '1'],
    ['two booleans', [true, false], 'binary', 'true'],
    ['two texts, the usual word', ['No', 'Yes', 'Yes'], 'binary', 'Yes'],
    ['two texts, the rarer one', ['ham', 'ham', 'spam'], 'binary', 'spam'],
    ['three texts', ['a', 'b', 'c'], 'multiclass', null],
    ['few whole numbers', [0, 1, 2, 2], 'multiclass', null],
    ['numbers with a fraction', [0.5, 1, 2], 'regression', null],
    ['many whole numbers', Array.from({ length: 30 }, (_, i) => i), 'regression', null],
  ] as const)('%s', (_name, values, task, positive) => {
    expect(frame(targets(values))).toMatchObject({ task, positive })
  })

  test('a boolean may be named as programs write it', () => {
    expect(frame(targets([true, false]), { positive: 'False' }).classes).toEqual(['true', 'false'])
    expect(frame(targets(['True', 'true', 'no']), {}, 'multiclass').classes).toEqual(['True', 'no', 'true'])
  })

  test('the positive class is the second one', () => {
    expect(frame(targets(['ham', 'ham', 'spam']), { positive: 'ham' }).classes).toEqual(['spam', 'ham'])
  })

  test('classes are in the order of numbers, then of texts', () => {
    expect(frame(targets([10, 2, 'x', 2]), {}, 'multiclass').classes).toEqual(['2', '10', 'x'])
  })

  test('classes of the training data, and those that only a model knows, count', () => {
    const question = frame(targets(['a', 'b', 'c']), {}, 'multiclass', ['d'])
    expect(question.classes).toEqual(['a', 'b', 'c', 'd'])
    expect(withClasses(question, ['e']).classes).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('one class only is still binary when the training data have two', () => {
    expect(frame(targets([0, 0, 0]), {}, undefined, ['0', '1']).classes).toEqual(['0', '1'])
    expect(frame(targets([1, 1]), { positive: '1' }).classes).toEqual(['not 1', '1'])
  })
})

describe('mistakes, all at once', () => {
  test('columns that are not there', () => {
    const problems = problemsOf(() => frame(targets([0, 1]), { target: 'label', id: 'key', features: ['x', 'z'] }))
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).toEqual([
      'data.target: the test data have no column "label"',
      'data.id: the test data have no column "key"',
      'data.features: the test data have no column "z"',
    ])
    expect(problems[0]?.cure).toBe('it has: x, y')
  })

  test('a target that does not fit the task', () => {
    expect(problemsOf(() => frame(targets([0, 1, 2]), {}, 'binary'))[0]?.message).toBe(
      'binary, but the target has 3 values: 0, 1, 2',
    )
    expect(problemsOf(() => frame(targets(['a', 'b']), {}, 'regression'))[0]?.message).toContain('no finite numbers')
    expect(problemsOf(() => frame(targets([0, 1]), { positive: 'yes' }))[0]).toMatchObject({
      where: 'data.positive',
      message: '"yes" is no value of the target',
      cure: 'it is one of: 0, 1',
    })
  })

  test('rows without a true value are left out and counted; none left is an error', () => {
    const question = frame(targets([0, null, 1]))
    expect(question).toMatchObject({ withoutTruth: 1, names: ['row 1', 'row 3'] })
    expect(problemsOf(() => frame(targets([null, null])))[0]?.message).toBe('no row has a value of "y"')
    expect(problemsOf(() => frame([]))[0]?.message).toBe('has no rows')
  })

  test('an id that names two rows', () => {
    const rows = [0, 1, 0].map((y, i) => ({ id: i === 2 ? 'a' : `${'ab'[i]}`, y }))
    expect(problemsOf(() => frame(rows, { id: 'id' }))[0]?.message).toBe(
      '1 values of "id" name more than one test row: a',
    )
  })
})

test('features are all columns but target, id and excluded ones', () => {
  const rows = [
    { id: 1, x: 2, z: 3, y: 0 },
    { id: 2, x: 2, z: 3, y: 1 },
  ]
  expect(frame(rows, { id: 'id', exclude: ['z'] }).features).toEqual(['x'])
})

test('the digest of the rows does not depend on their order', () => {
  const rows = targets([0, 1, 1, 0])
  expect(frame([...rows].reverse()).rowsDigest).toBe(frame(rows).rowsDigest)
  expect(frame(targets([0, 1, 1, 1])).rowsDigest).not.toBe(frame(rows).rowsDigest)
})

test('long lists are cut with their number', () => {
  expect(shortList(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
})

describe('slices', () => {
  const rows = [...Array<Cell>(40).fill('big'), ...Array<Cell>(3).fill('small'), null].map((size) => ({ size }))
  const cut = (slices: unknown[], rules: unknown[] = []) =>
    cutSlices(rows, ['size'], Config.parse({ model: 'm', evaluate: { slices, rules } }).evaluate)

  test('every value of a column; the missing one too; small ones are listed, not dropped', () => {
    const slices = cut(['size'])
    expect(slices.judged.map(({ value, rows }) => [value, rows.length])).toEqual([['big', 40]])
    expect(slices.small).toEqual([
      { column: 'size', value: MISSING, rows: 1 },
      { column: 'size', value: 'small', rows: 3 },
    ])
    expect(smallSliceNotes(slices)).toEqual(['size: 2 of its values have fewer than 30 rows: (missing) (1), small (3)'])
  })

  test('declared values, with their own minimum; one that never occurs has no rows', () => {
    const slices = cut([{ column: 'size', values: ['small', 'huge'], 'min-rows': 2 }])
    expect(slices.judged.map(({ value }) => value)).toEqual(['small'])
    expect(slices.small).toEqual([{ column: 'size', value: 'huge', rows: 0 }])
  })

  test('a column that a rule names is cut; one that is not there is an error with its key', () => {
    expect(cut([], [{ metric: 'recall', slice: 'size', min: 0.5 }]).judged).toHaveLength(1)
    expect(cut([], [{ metric: 'recall', slice: 'colour', min: 0.5 }]).problems[0]).toEqual({
      where: 'evaluate.rules[0].slice',
      message: 'the test data have no column "colour"',
      cure: 'it has: size',
    })
  })
})
