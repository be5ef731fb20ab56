import fc from 'fast-check'
import type { Prediction } from '../../../shared/contracts/predict.js'
import { compareGolden, decodeGolden, encodeGolden } from '../../../shared/predict/golden.js'

const answer = (parts: Partial<Prediction>): Prediction => ({
  label: null,
  score: null,
  probabilities: null,
  value: null,
  ...parts,
})
const golden = (...predictions: Prediction[]) => predictions.map((prediction) => ({ row: {}, prediction }))

test('what was encoded is decoded, and equals itself without tolerance', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true })
  const prediction = fc.record({
    label: fc.option(fc.string()),
    score: fc.option(number),
    value: fc.option(number),
    probabilities: fc.option(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        number,
      ),
    ),
  })
  fc.assert(
    fc.property(fc.array(prediction), (predictions) => {
      const text = encodeGolden(
        predictions.map((_, x) => ({ x, s: 'a\nb' })),
        predictions,
      )
      const rows = decodeGolden(text, 'golden.jsonl')
      expect(rows.map(({ row }) => row)).toEqual(predictions.map((_, x) => ({ x, s: 'a\nb' })))
      expect(compareGolden(rows, predictions, 0)).toEqual([])
    }),
  )
})

test('numbers may differ by the tolerance, relative to golden numbers above 1', () => {
  const rows = golden(answer({ score: 0.5 }), answer({ value: 1e6 }), answer({ probabilities: { a: 0.2 } }))
  expect(
    compareGolden(
      rows,
      [answer({ score: 0.5009 }), answer({ value: 1e6 + 999 }), answer({ probabilities: { a: 0.2009 } })],
      1e-3,
    ),
  ).toEqual([])
  expect(
    compareGolden(
      rows,
      [answer({ score: 0.502 }), answer({ value: 1e6 + 1001 }), answer({ probabilities: { a: 0.21 } })],
      1e-3,
    ),
  ).toEqual([
    { row: 1, field: 'score', expected: 0.5, answered: 0.502 },
    { row: 2, field: 'value', expected: 1e6, answered: 1e6 + 1001 },
    { row: 3, field: 'probabilities.a', expected: 0.2, answered: 0.21 },
  ])
})

test('another label, another field and no answer are mismatches', () => {
  const rows = golden(answer({ label: 'a' }), answer({ score: 0.5 }), answer({ score: 0.5 }))
  expect(compareGolden(rows, [answer({ label: 'b' }), answer({ value: 0.5 })], 1)).toEqual([
    { row: 1, field: 'label', expected: 'a', answered: 'b' },
    { row: 2, field: 'score', expected: 0.5, answered: null },
    { row: 2, field: 'value', expected: null, answered: 0.5 },
    { row: 3, field: 'score', expected: 0.5, answered: null },
  ])
})

test('a line that is none is named', () => {
  expect(() => decodeGolden('{"row":{},"prediction":{}}\n', 'golden.jsonl of m@v1.0.0')).toThrow(
    'golden.jsonl of m@v1.0.0, line 1 is not a golden row',
  )
})

test('labels in any order, quantiles and texts of a golden row', () => {
  const nothing = { label: null, score: null, probabilities: null, value: null }
  const golden = [{ row: { x: 1 }, prediction: { ...nothing, labels: ['b', 'a'], quantiles: { '0.5': 1 }, text: 'x' } }]
  const decoded = decodeGolden(encodeGolden([{ x: 1 }], [golden[0]?.prediction as Prediction]), 'golden.jsonl')
  expect(decoded).toEqual(golden)
  expect(
    compareGolden(decoded, [{ ...nothing, labels: ['a', 'b'], quantiles: { '0.5': 1.001 }, text: 'x' }], 0.01),
  ).toEqual([])
  expect(compareGolden(decoded, [{ ...nothing, labels: ['a'], quantiles: { '0.5': 2 } }], 0.01)).toEqual([
    { row: 1, field: 'labels', expected: '["a","b"]', answered: '["a"]' },
    { row: 1, field: 'quantiles.0.5', expected: 1, answered: 2 },
    { row: 1, field: 'text', expected: 'x', answered: null },
  ])
})
