import fc from 'fast-check'
import { normalise, parseAnswer } from '../../../shared/predict/normalise.js'
import { rowJson } from '../../../shared/predict/rows.js'

const nothing = { label: null, score: null, probabilities: null, value: null }

test.each([
  [0.25, 'binary', { score: 0.25 }],
  [-3, 'regression', { value: -3 }],
  [2, 'multiclass', { label: '2' }],
  ['yes', 'binary', { label: 'yes' }],
  [true, 'binary', { label: 'true' }],
  [{ label: 1, score: 0.5 }, 'binary', { label: '1', score: 0.5 }],
  [{ probabilities: { a: 0.1, b: 0.9 }, extra: [] }, 'multiclass', { probabilities: { a: 0.1, b: 0.9 } }],
  [{ value: 7, label: null }, 'regression', { value: 7 }],
] as const)('%j of a %s model', (answer, task, expected) => {
  expect(normalise(answer, task)).toEqual({ prediction: { ...nothing, ...expected } })
})

test.each([
  ['"text"', 'regression', '"text", but a regression model answers with numbers'],
  ['{"score":"0.5"}', 'binary', 'a score of "0.5", which is not a finite number'],
  ['{"label":["a"]}', 'binary', 'a label of ["a"], which is not a text, number or boolean'],
  ['{"probabilities":[0.1]}', 'binary', 'a probabilities of [0.1], which is not an object of a number per class'],
  [
    '{"probabilities":{"a":"x"}}',
    'binary',
    'a probabilities of {"a":"x"}, which is not an object of a number per class',
  ],
  ['-inf', 'binary', '-inf, which is not a number'],
  ['1e999', 'binary', 'Infinity, which is not a finite number'],
  ['{}', 'binary', '{}, which has none of label, score, probabilities, value'],
] as const)('%s of a %s model is refused', (line, task, problem) => {
  expect(parseAnswer(line, task)).toEqual({ problem })
})

test('any JSON gives a prediction with something in it, or a problem', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('binary', 'multiclass', 'regression' as const), (answer, task) => {
      const result = parseAnswer(JSON.stringify(answer), task)
      if ('problem' in result) expect(result.problem).not.toBe('')
      else expect(Object.values(result.prediction).some((part) => part !== null)).toBe(true)
    }),
  )
})

test('a row of any scalars is one line that parses back', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), cell)), (entries) => {
      const row = Object.fromEntries(entries)
      const line = rowJson(row)
      expect(line).not.toMatch(/[\r\n]/)
      expect(JSON.stringify(JSON.parse(line))).toBe(JSON.stringify(row))
    }),
  )
})
