import { behaviourProblems, judgeBehaviour, moveOf, planBehaviour } from '../../../actions/evaluate-gate/behaviour.js'
import { frameQuestion, type Question } from '../../../actions/evaluate-gate/question.js'
import { Config } from '../../../shared/contracts/config.js'
import type { Prediction } from '../../../shared/contracts/predict.js'
import type { Cell } from '../../../shared/data/engine.js'
import { mean, variance } from '../../../shared/stats/numeric.js'

const ROWS = Array.from({ length: 200 }, (_, i) => ({
  id: `r${i}`,
  speed: i % 5 === 0 ? null : (i * 37) % 100,
  share: ((i * 17) % 100) / 100,
  constant: 3,
  colour: ['red', 'green', 'blue'][i % 3] as Cell,
  y: i % 2,
}))

function question(rows = ROWS): Question {
  const config = Config.parse({ model: 'm', data: { target: 'y', id: 'id' } })
  return frameQuestion(config, { columns: Object.keys(ROWS[0] as object), rows, files: [] }, [])
}

const evaluate = (given: Record<string, unknown>) => Config.parse({ model: 'm', evaluate: given }).evaluate
const score = (value: number): Prediction => ({ label: null, score: value, probabilities: null, value: null })

describe('noise', () => {
  const asked = question()
  const [test_] = planBehaviour(asked, evaluate({ perturbation: { scale: 0.1 } }), 'seed')

  test('has the declared size on each numeric feature, whole numbers stay whole, empty cells stay empty', () => {
    const changed = test_?.changed ?? []
    expect(changed.length).toBeGreaterThan(190)
    const noise = changed.map(({ index, row }) => (row.share as number) - (ROWS[index]?.share as number))
    const spread = Math.sqrt(variance(ROWS.map(({ share }) => share)))
    const whole = noise.filter((x) => x !== 0)
    expect(Math.abs(mean(whole))).toBeLessThan(0.3 * 0.1 * spread)
    expect(Math.sqrt(variance(whole)) / (0.1 * spread)).toBeCloseTo(1, 0)
    for (const { index, row } of changed) {
      const before = ROWS[index]?.speed
      if (before === null) expect(row.speed).toBeNull()
      else expect(Number.isInteger(row.speed)).toBe(true)
      expect(row.constant).toBe(3)
      expect(row.colour).toBe(ROWS[index]?.colour)
    }
  })

  test('only rows that really changed count', () => {
    const [onSpeed] = planBehaviour(asked, evaluate({ perturbation: { columns: ['speed'], scale: 0.001 } }), 'seed')
    expect(onSpeed?.rows).toBe(200)
    expect(onSpeed?.changed).toEqual([])
  })

  test('the same rows are picked whatever their order, with the same noise', () => {
    const config = evaluate({ perturbation: { rows: 20 } })
    const [forward] = planBehaviour(asked, config, 'seed')
    const [backward] = planBehaviour(question([...ROWS].reverse()), config, 'seed')
    expect(backward?.changed.map(({ row }) => row)).toEqual(forward?.changed.map(({ row }) => row))
  })
})

describe('swapped values', () => {
  test('every row gets another one of the values seen', () => {
    const [swap] = planBehaviour(question(), evaluate({ invariance: [{ column: 'colour' }] }), 'seed')
    expect(swap?.changed).toHaveLength(200)
    for (const { before, after } of swap?.changed ?? []) {
      expect(after).not.toBe(before)
      expect(['red', 'green', 'blue']).toContain(after)
    }
  })

  test('declared values alone', () => {
    const config = evaluate({ invariance: [{ column: 'colour', values: ['red', 'blue'] }] })
    const [swap] = planBehaviour(question(), config, 'seed')
    expect(new Set(swap?.changed.map(({ after }) => after))).toEqual(new Set(['red', 'blue']))
  })

  test('a column with one value changes nothing, and nothing tested is not passed', () => {
    const asked = question()
    const [swap] = planBehaviour(asked, evaluate({ invariance: [{ column: 'constant' }] }), 'seed')
    if (swap === undefined) throw new Error('no test')
    const { result, check } = judgeBehaviour(swap, asked, [], [], 0.95)
    expect(result).toMatchObject({ rows: 200, changed: 0, rate: null, interval: null })
    expect(check.verdict).toBe('inconclusive')
    expect(check.message).toBe('constant swapped: none of 200 rows was really changed, so nothing was tested')
  })
})

test('mistakes: columns that are not there, or that the model never sees', () => {
  const config = evaluate({ perturbation: { columns: ['sped'] }, invariance: [{ column: 'id' }] })
  expect(behaviourProblems(config, question(), Object.keys(ROWS[0] as object)).map(({ message }) => message)).toEqual([
    'the test data have no column "sped"',
    '"id" is no feature, so changing it would change nothing',
  ])
})

test('how far an answer moves', () => {
  const nothing: Prediction = { label: null, score: null, probabilities: null, value: null }
  expect(moveOf(score(0.2), score(0.5))).toBeCloseTo(0.3, 12)
  expect(moveOf({ ...nothing, value: 10 }, { ...nothing, value: 9 })).toBeCloseTo(0.1, 12)
  expect(moveOf({ ...nothing, value: 0 }, { ...nothing, value: 0 })).toBe(0)
  expect(moveOf({ ...nothing, value: 0 }, { ...nothing, value: 1 })).toBe(Number.POSITIVE_INFINITY)
  expect(moveOf({ ...nothing, label: 'a' }, { ...nothing, label: 'b' })).toBe(1)
  expect(
    moveOf({ ...nothing, probabilities: { a: 0.5, b: 0.5 } }, { ...nothing, probabilities: { a: 0.2, c: 0.8 } }),
  ).toBe(0.8)
})

describe('the verdict is that of the interval', () => {
  const asked = question()
  const config = evaluate({ invariance: [{ column: 'colour', tolerance: 0.1, 'max-failures': 0.1 }] })
  const judged = (failures: number, level: 'fail' | 'warn' = 'fail') => {
    const [swap] = planBehaviour(asked, config, 'seed')
    if (swap === undefined) throw new Error('no test')
    const before = asked.rows.map(() => score(0.5))
    const after = swap.changed.map((_, i) => score(i < failures ? 0.9 : 0.55))
    return judgeBehaviour({ ...swap, level }, asked, before, after, 0.95)
  }

  test('statsmodels 0.15.0 proportion_confint(method="wilson"): 8/200 is 2.0 … 7.7 %, 20/200 6.6 … 14.9 %, 40/200 15.0 … 26.1 %', () => {
    expect(judged(8).check.verdict).toBe('pass')
    expect(judged(20).check.verdict).toBe('inconclusive')
    expect(judged(40).check.verdict).toBe('fail')
    expect(judged(40, 'warn').check.verdict).toBe('warn')
    expect(judged(40).result.interval?.low).toBeCloseTo(0.1504, 3)
  })

  test('the worst rows are the examples', () => {
    const { result } = judged(40)
    expect(result.examples).toHaveLength(5)
    expect(result.examples[0]).toMatchObject({ column: 'colour', scoreBefore: 0.5, scoreAfter: 0.9 })
  })
})
