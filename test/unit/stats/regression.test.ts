import fc from 'fast-check'
import { findMetric } from '../../../shared/stats/metrics/index.js'
import type { Value } from '../../../shared/stats/types.js'
import { regression, weighted } from './fixtures.js'

const TRUTH = [3, -0.5, 2, 7, 4.2, 1.1, -2.4, 8.8]
const VALUE = [2.5, 0, 2, 8, 4, 1.5, -2, 7.9]

const measure = (name: string, truth: readonly number[], value: readonly number[]): Value =>
  findMetric(name, 'regression')?.value(regression(truth, value)) as Value

test('values with negative truths, against scikit-learn 1.9.1', () => {
  const value = (name: string) => measure(name, TRUTH, VALUE).value
  expect(value('mae')).toBeCloseTo(0.4875, 14)
  expect(value('mse')).toBeCloseTo(0.33375, 14)
  expect(value('rmse')).toBeCloseTo(0.5777110004145672, 14)
  expect(value('r2')).toBeCloseTo(0.9724799010513296, 14)
  expect(value('mape')).toBeCloseTo(0.24871482683982682, 14)
  expect(value('median_ae')).toBeCloseTo(0.45, 14)
  expect(value('pinball_0.9')).toBeCloseTo(0.20875, 14)
  expect(value('pinball_0.1')).toBeCloseTo(0.27875, 14)
  // numpy 2.4.6: mean(2|a−b|/(|a|+|b|)) and mean(b−a)
  expect(value('smape')).toBeCloseTo(0.37015336545057587, 14)
  expect(value('bias')).toBeCloseTo(0.0875, 14)
})

describe('a constant truth', () => {
  test('has no R², unless scikit-learn’s force_finite is asked for', () => {
    expect(measure('r2', [2, 2, 2], [2, 2, 1])).toEqual({ value: Number.NaN, reason: 'every true value is the same' })
    expect(measure('r2_finite', [2, 2, 2], [2, 2, 2]).value).toBe(1) // r2_score
    expect(measure('r2_finite', [2, 2, 2], [2, 2, 1]).value).toBe(0) // r2_score
    expect(measure('r2', [2], [2]).reason).toBe('R² needs at least two rows')
    expect(measure('r2', [0.1, 0.1, 0.1], [0.1, 0.2, 0.3]).value).toBeNaN()
  })

  test.each(['explained_variance', 'd2_absolute', 'd2_pinball_0.2', 'pearson', 'spearman'])('has no %s', (name) => {
    const { value, reason } = measure(name, [0.1, 0.1, 0.1], [0.1, 0.2, 0.3])
    expect(value).toBeNaN()
    expect(reason).toContain('the same')
  })
})

describe('values that a formula does not take', () => {
  test.each([
    ['mape', [0, 1, 0], [1, 1, 1], '2 of 3 true values are 0, and a relative error divides by them'],
    ['wmape', [0, 0], [1, 2], 'every true value is 0'],
    ['msle', [-1, 1], [1, 1], '1 of 2 true values are negative, and this error takes logarithms'],
    ['rmsle', [1, 1], [1, -2], '1 of 2 predictions are negative, and this error takes logarithms'],
    ['poisson_deviance', [1, -1], [1, 1], '1 of 2 true values are negative, and this distribution has none'],
    ['poisson_deviance', [1, 0], [1, 0], '1 of 2 predictions are 0 or less, and the deviance takes their logarithm'],
    ['gamma_deviance', [1, 0], [1, 1], '1 of 2 true values are 0 or less, and this distribution has none'],
    ['tweedie_deviance_1.5', [1, -2], [1, 1], '1 of 2 true values are negative, and this distribution has none'],
  ])('%s', (name, truth, value, reason) => {
    expect(measure(name, truth, value)).toEqual({ value: Number.NaN, reason })
  })

  test('are taken where a convention says how', () => {
    expect(measure('smape', [0, 1], [0, 1]).value).toBe(0)
    // scikit-learn 1.9.1 mean_absolute_percentage_error([0, 1], [1, 1])
    expect(measure('mape_clipped', [0, 1], [1, 1]).value).toBeCloseTo(2251799813685248, 0)
    // scikit-learn 1.9.1 mean_poisson_deviance([0, 2], [1, 1])
    expect(measure('poisson_deviance', [0, 2], [1, 1]).value).toBeCloseTo(1.3862943611198906, 14)
  })

  test('no deviance lies between the normal and Poisson’s', () => {
    expect(findMetric('tweedie_deviance_0.5', 'regression')).toBeUndefined()
    expect(findMetric('tweedie_deviance_1', 'regression')).toBeDefined()
  })
})

test('a row without weight is not there, whatever it says', () => {
  const sample = weighted(regression([1, 2, 1e9], [1.5, 2, -1e9]), [1, 1, 0])
  expect(findMetric('max_error', 'regression')?.value(sample).value).toBe(0.5)
  expect(findMetric('r2', 'regression')?.value(sample).value).toBeCloseTo(0.5, 12) // r2_score([1, 2], [1.5, 2])
})

test('the order of rows does not show, even far from 0', () => {
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 40 }), (pairs) => {
      const of = (some: typeof pairs) =>
        measure(
          'mse',
          some.map((p) => p[0]),
          some.map((p) => p[1]),
        ).value
      const once = of(pairs)
      expect(Math.abs(of([...pairs].reverse()) - once)).toBeLessThanOrEqual(1e-15 * once)
    }),
  )
})
