import { FAMILIES, METRICS } from '../../../shared/stats/metrics/quantile/index.js'
import { centralShares } from '../../../shared/stats/metrics/quantile/levels.js'
import { type QuantileSample, selectRows } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { named, quantile, SETTINGS, valueBy } from './task-fixtures.js'

const LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9]
const TRUTH = [1, 2.5, -1, 4, 0.5, 3]
const VALUES = [
  [0, 0.5, 1, 1.5, 2],
  [1, 1.5, 2, 2.5, 3],
  [-0.5, 0, 0.5, 1, 1.5],
  [2, 2.5, 3, 3.5, 3.9],
  [1, 0.8, 0.9, 1.2, 2],
  [2, 2.5, 3.1, 3.5, 4],
].flat()
const PLAIN = quantile(TRUTH, LEVELS, VALUES)
const WEIGHTED = quantile(TRUTH, LEVELS, VALUES, [1, 2, 0.5, 0, 1, 3])

// scikit-learn 1.9.1 mean_pinball_loss(y, q[:, k], alpha=…, sample_weight=w) and its mean over the levels;
// scoringrules 0.10.0 crps_quantile(y, q, levels), interval_score(y, q[:, 0], q[:, 4], 0.2), averaged by numpy with w;
// coverage, width and crossing by numpy: np.average((lower <= y) & (y <= upper), weights=w).
test.each([
  ['pinball_0.1', 0.24166666666666667, 0.18333333333333332],
  ['pinball_0.75', 0.21666666666666667, 0.12333333333333334],
  ['pinball_mean', 0.23633333333333337, 0.15733333333333333],
  ['crps_quantiles', 0.47266666666666673, 0.3146666666666667],
  ['median_mae', 0.5833333333333334, 0.3266666666666667],
  ['coverage_80', 0.5, 0.8],
  ['coverage_50', 0.5, 0.8],
  ['coverage_error_80', 0.30000000000000004, 0],
  ['width_80', 1.8166666666666667, 1.8666666666666667],
  ['interval_score_80', 3.65, 2.8666666666666667],
  ['interval_score_50', 2.1, 1.3466666666666667],
  ['crossing_rate', 0.16666666666666666, 0.13333333333333333],
])('%s equals scikit-learn and scoringrules, plain and weighted', (name, plain, weighted) => {
  expect(valueBy(name, PLAIN)).toBeCloseTo(plain, 12)
  expect(valueBy(name, WEIGHTED)).toBeCloseTo(weighted, 12)
})

test('a level that the model does not answer is refused by name', () => {
  const { value, reason } = named('coverage_90', 'quantile').value(PLAIN)
  expect(value).toBeNaN()
  expect(reason).toBe('the model does not answer the quantile 0.05 and 0.95; it answers 0.1, 0.25, 0.5, 0.75, 0.9')
  expect(named('pinball_0.3', 'quantile').value(PLAIN).reason).toMatch(/^the model does not answer the quantile 0.3;/)
  expect(named('median_mae', 'quantile').value(quantile([1], [0.1], [1])).reason).toMatch(/quantile 0.5/)
})

test('central intervals of levels, whatever the last bits of 1 − α', () => {
  expect(centralShares([0.025, 0.1, 0.5, 0.7, 0.9, 1 - 0.025])).toEqual([0.95, 0.8])
  expect(valueBy('coverage_99.9', quantile([1, 9], [0.0005, 0.9995], [0, 2, 0, 2]))).toBe(0.5)
})

test('names out of range are no metrics', () => {
  for (const name of ['coverage_0', 'coverage_100', 'width_', 'pinball_0.0', 'pinball_1']) {
    expect(
      FAMILIES.some(({ pattern, of }) => {
        const found = pattern.exec(name)
        return found !== null && of(name, ...found.slice(1)) !== undefined
      }),
    ).toBe(false)
  }
})

function pair(n: number): [QuantileSample, QuantileSample] {
  const random = seededRandom('quantile')
  const truth = Array.from({ length: n }, () => random.normal())
  // Quantiles of the standard normal at 0.1, 0.5 and 0.9.
  const model = (shift: number, spread: number) =>
    quantile(
      truth,
      [0.1, 0.5, 0.9],
      truth.flatMap(() => {
        const [centre, width] = [shift + 0.3 * random.normal(), spread * (0.9 + 0.2 * random.uniform())]
        return [-1.2816, 0, 1.2816].map((z) => centre + width * z)
      }),
    )
  return [model(0, 1), model(0.4, 0.6)]
}

const SOME = [
  ...METRICS.filter(({ name }) => name !== 'crossing_rate'),
  ...['pinball_0.9', 'coverage_80', 'coverage_error_80', 'width_80', 'interval_score_80'].map((name) =>
    named(name, 'quantile'),
  ),
]

describe.each(SOME.map((metric) => [metric.name, metric] as const))('%s', (_name, metric) => {
  const [better, worse] = pair(200)

  test('interval about the value, and swapped models', () => {
    const { value, interval } = metric.estimate(worse, SETTINGS)
    expect(interval?.low).toBeLessThan(value)
    expect(interval?.high).toBeGreaterThan(value)
    const forward = metric.difference(better, worse, SETTINGS)
    const backward = metric.difference(worse, better, SETTINGS)
    expect(backward.value).toBeCloseTo(-forward.value, 12)
    expect(forward.interval?.low).toBeLessThan(forward.interval?.high as number)
  })

  test('weight 2 is a row twice, in any order of rows', () => {
    const rows = Uint32Array.from({ length: 300 }, (_, i) => (i < 200 ? i : i - 200)).reverse()
    const weights = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 2 : 1))
    expect(metric.value({ ...worse, weights }).value).toBeCloseTo(metric.value(selectRows(worse, rows)).value, 12)
  })
})

test('the interval of the coverage error is that of the coverage, folded at the nominal share', () => {
  const [, worse] = pair(200)
  const coverage = named('coverage_80', 'quantile').estimate(worse, SETTINGS).interval
  const error = named('coverage_error_80', 'quantile').estimate(worse, SETTINGS).interval
  expect(coverage?.high).toBeLessThan(0.8)
  expect(error?.low).toBeCloseTo(0.8 - (coverage?.high as number), 12)
  expect(error?.high).toBeCloseTo(0.8 - (coverage?.low as number), 12)
  expect(error?.method).toBe('Wilson score, folded at the nominal share')
  const clustered = named('coverage_error_80', 'quantile').estimate({ ...worse, clustered: true }, SETTINGS).interval
  expect(clustered?.method).toBe('Poisson bootstrap of clusters, percentile, folded at the nominal share')
  const near = named('coverage_error_80', 'quantile').estimate(
    quantile(
      Array.from({ length: 100 }, (_, i) => Number(i < 20)),
      [0.1, 0.9],
      Array.from({ length: 100 }, () => [-0.5, 0.5]).flat(),
    ),
    SETTINGS,
  )
  expect(near.value).toBe(0)
  expect(near.interval?.low).toBe(0)
  expect(near.interval?.high).toBeGreaterThan(0.05)
})
