import fc from 'fast-check'
import {
  bias,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  pinballLoss,
  rootMeanSquaredError,
  rSquared,
  symmetricMeanAbsolutePercentageError,
} from '../../../shared/stats/regression.js'

const TRUTH = [3, -0.5, 2, 7, 4.2, 1.1, -2.4, 8.8]
const VALUE = [2.5, 0, 2, 8, 4, 1.5, -2, 7.9]

test('values, against scikit-learn 1.9.1', () => {
  expect(meanAbsoluteError(TRUTH, VALUE).value).toBeCloseTo(0.4875, 14)
  expect(meanSquaredError(TRUTH, VALUE).value).toBeCloseTo(0.33375, 14)
  expect(rootMeanSquaredError(TRUTH, VALUE).value).toBeCloseTo(0.5777110004145672, 14)
  expect(rSquared(TRUTH, VALUE).value).toBeCloseTo(0.9724799010513296, 14)
  expect(meanAbsolutePercentageError(TRUTH, VALUE).value).toBeCloseTo(0.24871482683982682, 14)
  expect(medianAbsoluteError(TRUTH, VALUE).value).toBeCloseTo(0.45, 14)
  expect(pinballLoss(TRUTH, VALUE, 0.9).value).toBeCloseTo(0.20875, 14)
  expect(pinballLoss(TRUTH, VALUE, 0.1).value).toBeCloseTo(0.27875, 14)
  // numpy 2.4.6: mean(2|a−b|/(|a|+|b|)) and mean(b−a)
  expect(symmetricMeanAbsolutePercentageError(TRUTH, VALUE).value).toBeCloseTo(0.37015336545057587, 14)
  expect(bias(TRUTH, VALUE).value).toBeCloseTo(0.0875, 14)
})

test('a constant truth has no R², unless scikit-learn’s force_finite is asked for', () => {
  expect(rSquared([2, 2, 2], [2, 2, 1])).toEqual({ value: Number.NaN, reason: 'every true value is the same' })
  expect(rSquared([2, 2, 2], [2, 2, 2], true).value).toBe(1)
  expect(rSquared([2, 2, 2], [2, 2, 1], true).value).toBe(0)
  expect(rSquared([2], [2]).reason).toBe('R² needs at least two rows')
})

test('MAPE is refused when a true value is 0, with their number', () => {
  const { value, reason } = meanAbsolutePercentageError([0, 1, 0], [1, 1, 1])
  expect(value).toBeNaN()
  expect(reason).toBe('2 of 3 true values are 0, and a relative error divides by them')
  expect(symmetricMeanAbsolutePercentageError([0, 1], [0, 1]).value).toBe(0)
})

test('no rows, no number', () => {
  for (const measure of [meanAbsoluteError, meanSquaredError, medianAbsoluteError, bias]) {
    expect(measure([], [])).toEqual({ value: Number.NaN, reason: 'there are no rows' })
  }
})

test('the order of rows does not show, even far from 0', () => {
  const pair = fc.tuple(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  )
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 40 }), (pairs) => {
      const of = (some: typeof pairs) =>
        meanSquaredError(
          some.map((p) => p[0]),
          some.map((p) => p[1]),
        ).value
      const once = of(pairs)
      expect(Math.abs(of([...pairs].reverse()) - once)).toBeLessThanOrEqual(1e-15 * once)
    }),
  )
})
