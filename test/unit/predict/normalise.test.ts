import fc from 'fast-check'
import { normalise, parseAnswer } from '../../../shared/predict/normalise.js'
import { rowJson } from '../../../shared/predict/rows.js'

const TASKS = ['binary', 'multiclass', 'regression', 'multilabel', 'quantile', 'ranking', 'text'] as const
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
  [['a', 2, 'a'], 'multilabel', { labels: ['a', '2'] }],
  [[], 'multilabel', { labels: [] }],
  [{ labels: [true], probabilities: { a: 0.1 } }, 'multilabel', { labels: ['true'], probabilities: { a: 0.1 } }],
  [{ quantiles: { '0.1': -1, '.9': 2 } }, 'quantile', { quantiles: { '0.1': -1, '.9': 2 } }],
  [7, 'ranking', { score: 7 }],
  [{ rank: 2 }, 'ranking', { score: -2 }],
  [{ score: 0.5, rank: 2 }, 'ranking', { score: 0.5 }],
  ['hello', 'text', { text: 'hello' }],
  ['', 'text', { text: '' }],
  [{ text: 'hello', label: 'no' }, 'text', { text: 'hello' }],
  [{ label: 'hello' }, 'text', { text: 'hello' }],
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
  ['"a"', 'multilabel', '"a", but a multilabel model answers with a list of labels or with probabilities'],
  ['[["a"]]', 'multilabel', 'a labels of [["a"]], which is not a list of texts, numbers or booleans'],
  ['1', 'quantile', '1, but a model of quantiles answers with {"quantiles": {"0.1": …}}'],
  [
    '{"quantiles":{"1.5":1}}',
    'quantile',
    'a quantiles of {"1.5":1}, which is not an object of a number per level between 0 and 1',
  ],
  ['{"quantiles":{}}', 'quantile', 'a quantiles of {}, which is not an object of a number per level between 0 and 1'],
  ['"a"', 'ranking', '"a", but a model that ranks answers with a score per row'],
  ['{"rank":0}', 'ranking', 'a rank of 0, which is not a rank, 1 for the best'],
  ['{"text":[]}', 'text', 'a text of [], which is not a text'],
  ['["a"]', 'text', 'the array ["a"]; give one number, one label or an object per row'],
] as const)('%s of a %s model is refused', (line, task, problem) => {
  expect(parseAnswer(line, task)).toEqual({ problem })
})

test('any JSON gives a prediction with something in it, or a problem', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...TASKS), (answer, task) => {
      const result = parseAnswer(JSON.stringify(answer), task)
      if ('problem' in result) expect(result.problem).not.toBe('')
      else expect(Object.values(result.prediction).some((part) => part !== null && part !== undefined)).toBe(true)
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
