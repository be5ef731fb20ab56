import fc from 'fast-check'
import { binaryConfidence } from '../../../shared/stats/calibration.js'
import { recalibrate } from '../../../shared/stats/calibration-logistic.js'
import { IDEALS, METRICS } from '../../../shared/stats/metrics/calibration/index.js'
import type { Metric } from '../../../shared/stats/metrics/metric.js'
import { congruential, manyRows, threeClasses, twoClasses } from './calibration-samples.js'
import { SCORE, TRUTH } from './fixtures.js'
import { DEFAULT_SETTINGS } from './settings.js'

const SETTINGS = { ...DEFAULT_SETTINGS, replicates: 300 }
const named = (name: string) => METRICS.find((metric) => metric.name === name) as Metric
const confidence = (truth: readonly number[], score: readonly number[], weights: readonly number[] | null = null) =>
  binaryConfidence(truth, score, weights && Float64Array.from(weights))

/*
 * statsmodels 0.15.0 with x = logit of clip(p, 1e-8, 1 − 1e-8):
 * GLM(y, add_constant(x), Binomial(), freq_weights=w).fit(tol=1e-14), and GLM(y, ones, Binomial(), offset=x, …) at slope 1.
 * scikit-learn 1.9.1, LogisticRegression(C=inf, solver='newton-cholesky'), gives the same on the 20 rows.
 */
describe('logistic recalibration, against statsmodels', () => {
  test('20 rows, of which one has a score of 0 and one of 1', () => {
    const { fit } = recalibrate(confidence(TRUTH, SCORE))
    expect(fit?.intercept).toBeCloseTo(-0.40621149870915063, 9)
    expect(fit?.slope).toBeCloseTo(1.3373122227887175, 9)
    expect(recalibrate(confidence(TRUTH, SCORE), 1).fit?.intercept).toBeCloseTo(-0.384747985866856, 9)
  })

  test('200 rows, plain and with weights of which some are 0', () => {
    const { truth, score, weights } = manyRows()
    const { fit } = recalibrate(confidence(truth, score))
    expect(fit?.intercept).toBeCloseTo(-1.016575497989171, 9)
    expect(fit?.slope).toBeCloseTo(1.1495382506934482, 9)
    const weighted = recalibrate(confidence(truth, score, weights)).fit
    expect(weighted?.intercept).toBeCloseTo(-1.104543919974456, 9)
    expect(weighted?.slope).toBeCloseTo(1.195591201274612, 9)
    expect(recalibrate(confidence(truth, score, weights), 1).fit?.intercept).toBeCloseTo(-0.979987669936968, 9)
  })

  test('three classes: the top label against whether it is right', () => {
    expect(named('calibration_intercept').value(threeClasses()).value).toBeCloseTo(0.03383729030434182, 9)
    expect(named('calibration_slope').value(threeClasses()).value).toBeCloseTo(0.4075822886682965, 9)
    expect(named('calibration_slope_error').value(threeClasses()).value).toBeCloseTo(1 - 0.4075822886682965, 9)
    expect(named('calibration_intercept_offset').value(threeClasses()).value).toBeCloseTo(-0.009680689100163151, 9)
  })

  test('a start from a part of many rows ends at the same place', () => {
    const next = congruential(5)
    const score = Array.from({ length: 120_000 }, () => Math.floor(next() * 1000) / 1000)
    const truth = score.map((p) => Number(next() < p))
    const { fit } = recalibrate(confidence(truth, score))
    // Grouped by score, the rows are few, and the search starts afresh.
    const cells = new Map<string, [number, number, number]>()
    score.forEach((p, i) => {
      const key = `${p} ${truth[i]}`
      cells.set(key, [truth[i] as number, p, (cells.get(key)?.[2] ?? 0) + 1])
    })
    const grouped = [...cells.values()]
    const other = recalibrate(
      confidence(
        grouped.map(([y]) => y),
        grouped.map(([, p]) => p),
        grouped.map(([, , n]) => n),
      ),
    ).fit
    expect(fit?.slope).toBeCloseTo(other?.slope as number, 9)
    expect(fit?.intercept).toBeCloseTo(other?.intercept as number, 9)
  })
})

describe('where there is no fit', () => {
  test.each([
    [[0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9], 'the scores separate the outcomes: the slope has no finite value'],
    [[1, 1, 0, 0], [0.1, 0.5, 0.5, 0.9], 'the scores separate the outcomes: the slope has no finite value'],
    [[0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3], 'every row has the same score'],
    [[0, 0], [0.3, 0.4], 'the event happens in no row'],
    [[1, 1], [0.3, 0.4], 'the event happens in every row'],
  ])('%j at %j: %s', (truth, score, reason) => {
    expect(recalibrate(confidence(truth, score))).toEqual({ fit: null, reason })
    const {
      value,
      interval,
      reason: ofMetric,
    } = named('calibration_slope').estimate(twoClasses(truth, score), SETTINGS)
    expect(value).toBeNaN()
    expect(interval).toBeNull()
    expect(ofMetric).toBe(reason)
  })

  test('separated scores still have an intercept at slope 1', () => {
    expect(recalibrate(confidence([0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9]), 1).fit?.intercept).toBeCloseTo(0, 12)
  })

  test('a model that is certain and wrong is flat, not broken', () => {
    const truth = [0, 1, 0, 1, 0, 1, 1, 1]
    const { fit } = recalibrate(confidence(truth, [0, 1, 0, 1, 1, 0, 1, 1]))
    expect(fit?.slope).toBeGreaterThan(0)
    expect(fit?.slope).toBeLessThan(0.1)
  })
})

test('the score equations hold at the fit: residuals sum to 0, alone and times the logit', () => {
  const rows = fc.array(fc.tuple(fc.nat(1), fc.double({ min: 0.01, max: 0.99, noNaN: true })), {
    minLength: 4,
    maxLength: 60,
  })
  fc.assert(
    fc.property(rows, (all) => {
      const { fit } = recalibrate(
        confidence(
          all.map(([y]) => y),
          all.map(([, p]) => p),
        ),
      )
      if (fit === null || Math.abs(fit.slope) > 1e3) return
      let [plain, times] = [0, 0]
      for (const [y, p] of all) {
        const x = Math.log(p / (1 - p))
        const residual = y - 1 / (1 + Math.exp(-(fit.intercept + fit.slope * x)))
        plain += residual
        times += residual * x
      }
      expect(plain).toBeCloseTo(0, 5)
      expect(times).toBeCloseTo(0, 5)
    }),
  )
})

describe('in the large', () => {
  test('mean score against event rate, numpy', () => {
    const plain = twoClasses(TRUTH, SCORE)
    expect(named('calibration_in_the_large').value(plain).value).toBeCloseTo(1.1625, 12)
    expect(named('calibration_bias').value(plain).value).toBeCloseTo(0.065, 12)
    const weighted = twoClasses(TRUTH, SCORE, [1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 3, 1])
    expect(named('calibration_in_the_large').value(weighted).value).toBeCloseTo(1.4222222222222223, 12)
    expect(named('calibration_bias').value(weighted).value).toBeCloseTo(0.13571428571428573, 12)
    expect(named('calibration_in_the_large').value(threeClasses()).value).toBeCloseTo(1.0045135677146322, 12)
    expect(named('calibration_bias').value(threeClasses()).value).toBeCloseTo(0.002332009985893335, 12)
  })

  test('no event, no ratio', () => {
    const none = twoClasses([0, 0, 0], [0.1, 0.2, 0.3])
    expect(named('calibration_in_the_large').value(none).reason).toBe('the event happens in no row')
    expect(named('calibration_bias').value(none).value).toBeCloseTo(0.2, 12)
  })
})

test('indicators have an ideal, and a distance from it that can be compared', () => {
  for (const [name, ideal] of IDEALS) {
    const { truth, score } = manyRows()
    const sample = twoClasses(truth, score)
    const of = named(name).estimate(sample, SETTINGS)
    const away = named(`${name}_error`).estimate(sample, SETTINGS)
    expect(away.value).toBeCloseTo(Math.abs(of.value - ideal), 12)
    const [low, high] = [of.interval?.low as number, of.interval?.high as number]
    if (low <= ideal && high >= ideal) expect(away.interval?.low).toBe(0)
    expect(away.interval?.high).toBeCloseTo(Math.max(Math.abs(low - ideal), Math.abs(high - ideal)), 12)
  }
})
