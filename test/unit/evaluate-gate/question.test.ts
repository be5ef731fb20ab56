import { frameQuestion, type TruthFacts, withClasses } from '../../../actions/evaluate-gate/question.js'
import { Config } from '../../../shared/contracts/config.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import { shortList } from '../../../shared/report/format.js'

type Rows = readonly Readonly<Record<string, Cell>>[]

function frame(rows: Rows, data: Record<string, unknown> = {}, task?: string, known: string[] = []) {
  const config = Config.parse({ model: 'm', ...(task ? { task } : {}), data: { target: 'y', ...data } })
  const columns = Object.keys(rows[0] ?? { x: 1, y: 1 })
  const { target } = config.data
  const truth =
    target !== undefined && columns.includes(target) ? factsOf(rows.map((row) => row[target] ?? null)) : null
  return frameQuestion(config, { columns, truth, knownClasses: known })
}

function factsOf(cells: readonly Cell[]): TruthFacts {
  const known = cells.filter((cell) => cell !== null)
  const counts = new Map<Cell, number>()
  for (const cell of known) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  const numbers = known.filter((cell): cell is number => typeof cell === 'number')
  const type = known.every((cell) => typeof cell === 'boolean') ? 'boolean' : 'string'
  return {
    type: known.length > 0 && numbers.length === known.length ? 'number' : type,
    known: known.length,
    distinct: counts.size,
    fraction: numbers.some((value) => !Number.isInteger(value)),
    infinite: numbers.some((value) => !Number.isFinite(value)),
    values: [...counts],
  }
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

  test('no true value at all', () => {
    expect(problemsOf(() => frame(targets([null, null])))[0]?.message).toBe('no row has a value of "y"')
  })

  test('a mistyped column is answered with the nearest; a weight that is not there', () => {
    const problems = problemsOf(() => frame(targets([0, 1]), { target: 'Y', weight: 'w' }))
    expect(problems.map(({ where }) => where)).toEqual(['data.target', 'data.weight'])
    expect(problems[0]?.cure).toBe('did you mean "y"? it has: x, y')
  })

  test('numbers that are not finite are no regression', () => {
    expect(problemsOf(() => frame(targets([0.5, Number.POSITIVE_INFINITY, 2])))[0]?.message).toBe(
      'regression, but "y" has values that are no finite numbers',
    )
  })

  test('more values than classes can be', () => {
    const many = targets(Array.from({ length: 1001 }, (_, i) => `c${i}`))
    expect(problemsOf(() => frame(many))[0]).toMatchObject({
      where: 'task',
      message: 'multiclass, but the target has 1,001 different values',
    })
  })
})

test('features are all columns but target, id and excluded ones', () => {
  const rows = [
    { id: 1, x: 2, z: 3, y: 0 },
    { id: 2, x: 2, z: 3, y: 1 },
  ]
  expect(frame(rows, { id: 'id', exclude: ['z'] }).features).toEqual(['x'])
  expect(frame(rows, { id: 'id', weight: 'z' }).features).toEqual(['x'])
})

test('long lists are cut with their number', () => {
  expect(shortList(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
})
