import fc from 'fast-check'
import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import { NaiveErrors } from '../../../shared/stats/naive-errors.js'
import { type RegressionSample, type Scales, selectRows } from '../../../shared/stats/sample.js'
import { regression, weighted } from './fixtures.js'
import { DEFAULT_SETTINGS } from './settings.js'

/** The first two years of the monthly totals of airline passengers (Box and Jenkins), and half a year of forecasts. */
const PASSENGERS = [
  112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114,
  140,
]
const TRUTH = [145, 150, 178, 163, 172, 178]
const FORECAST = [141, 152, 170, 160, 165, 185.5]

const scalesOf = (seasonality: number, ...series: readonly (readonly number[])[]) => {
  const errors = new NaiveErrors(seasonality)
  for (const [k, values] of series.entries()) for (const value of values) errors.add(k, value)
  return errors.scales()
}
const mase = findMetric('mase', 'regression') as Metric
const sampleOf = (scales: Scales): RegressionSample => ({ ...regression(TRUTH, FORECAST), scales })
const all = (scale: number, reason: string | null = null): Scales => ({ of: new Float64Array(6).fill(scale), reason })

describe('the naive forecast of a series', () => {
  // numpy 2.4.6: mean(abs(train[sp:] − train[:-sp]))
  test.each([
    [1, 12.521739130434783],
    [12, 13],
  ])('%d rows before', (seasonality, scale) => {
    expect(scalesOf(seasonality, PASSENGERS)).toEqual([{ rows: 24, scale: expect.closeTo(scale, 13) }])
  })

  test('series are apart, and one that is too short has no scale', () => {
    const scales = scalesOf(2, [1, 2, 5, 1], [9, 9], [4, 4, 4])
    expect(scales).toEqual([
      { rows: 4, scale: 2.5 },
      { rows: 2, scale: Number.NaN },
      { rows: 3, scale: 0 },
    ])
  })

  test('by its definition, of any numbers', () => {
    const numbers = fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 5 }), fc.integer({ min: 1, max: 5 }), (series, seasonality) => {
        const expected = series.map((values) => {
          const errors = values.slice(seasonality).map((value, i) => Math.abs(value - (values[i] as number)))
          return { rows: values.length, scale: errors.reduce((sum, error) => sum + error, 0) / errors.length }
        })
        expect(scalesOf(seasonality, ...series)).toEqual(expected)
      }),
    )
  })
})

describe('MASE', () => {
  // sktime 1.2.0: mean_absolute_scaled_error(y, p, y_train=train, sp=1) and with sp=12
  test.each([
    [1, 0.4192708333333333],
    [12, 0.40384615384615385],
  ])('of forecasts %d rows before', (seasonality, expected) => {
    const [own] = scalesOf(seasonality, PASSENGERS)
    expect(mase.value(sampleOf(all(own?.scale as number)))).toEqual({
      value: expect.closeTo(expected, 14),
      reason: null,
    })
  })

  test('of several series is the mean over rows; slices take the scales of their rows along', () => {
    const scales = { of: Float64Array.of(1, 1, 4, 4, 2, 5), reason: null }
    // numpy 2.4.6: mean(abs(y − p) / scale), and average(…, weights=[1, 0, 2, 1, 1, 3])
    expect(mase.value(sampleOf(scales)).value).toBeCloseTo(2.2916666666666665, 14)
    expect(mase.value(weighted(sampleOf(scales), [1, 0, 2, 1, 1, 3])).value).toBeCloseTo(2.09375, 14)
    expect(mase.value(selectRows(sampleOf(scales), Uint32Array.of(2, 5))).value).toBeCloseTo(1.75, 14)
    const { interval } = mase.estimate(sampleOf(scales), DEFAULT_SETTINGS)
    expect(interval?.method).toBe('Student t')
  })

  test('without a scale it is undefined, and says why; of rows that have one it is not', () => {
    const sample = sampleOf({ of: Float64Array.of(1, Number.NaN, 1, 1, 1, 1), reason: '"b" has no training rows' })
    expect(mase.value(sample)).toEqual({ value: Number.NaN, reason: '"b" has no training rows' })
    expect(mase.value(weighted(sample, [1, 0, 1, 1, 1, 1])).reason).toBeNull()
    expect(mase.value(selectRows(sample, Uint32Array.of(0, 2))).value).toBe(6)
    expect(mase.value(sampleOf(all(0))).reason).toBe('a row has no scale')
    expect(mase.value(regression(TRUTH, FORECAST)).reason).toBe(
      'there is no scale: it comes from the training data (data.train), by evaluate.forecast',
    )
  })
})
