import fc from 'fast-check'
import { binaryConfidence } from '../../../shared/stats/calibration.js'
import { brierParts, isotonicMeans, isotonicSteps, poolRoom } from '../../../shared/stats/calibration-isotonic.js'
import { METRICS } from '../../../shared/stats/metrics/calibration/index.js'
import type { Metric } from '../../../shared/stats/metrics/metric.js'
import { manyRows, threeClasses, twoClasses } from './calibration-samples.js'
import { SCORE, TRUTH } from './fixtures.js'

const named = (name: string) => METRICS.find((metric) => metric.name === name) as Metric

/*
 * scikit-learn 1.9.1: r = IsotonicRegression(y_min=0, y_max=1).fit(p, y, sample_weight=w).predict(p), and the parts as the
 * R package reliabilitydiag defines them: MCB = S(p, y) − S(r, y), DSC = S(mean y, y) − S(r, y), UNC = S(mean y, y).
 */
describe('CORP decomposition, against scikit-learn', () => {
  const partsOf = (truth: readonly number[], score: readonly number[], weights: readonly number[] | null = null) => {
    const confidence = binaryConfidence(truth, score, weights && Float64Array.from(weights))
    return brierParts(confidence, isotonicSteps(confidence))
  }
  const close = (parts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, expect.closeTo(value, 12)]))

  test('20 rows with ties', () => {
    expect(partsOf(TRUTH, SCORE)).toEqual(
      close({
        brier: 0.15375,
        miscalibration: 0.024583333333333346,
        discrimination: 0.1108333333333334,
        uncertainty: 0.24,
      }),
    )
    expect(isotonicSteps(binaryConfidence(TRUTH, SCORE)).map(({ from, to, rate }) => [from, to, rate])).toEqual([
      [0, 0.3, 0],
      [0.35, 0.45, 0.25],
      [0.5, 0.5, 0.5],
      [0.55, 0.8, expect.closeTo(0.666666666667, 12)],
      [0.9, 1, 1],
    ])
  })

  test('20 rows with weights', () => {
    const weights = [1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 3, 1]
    expect(partsOf(TRUTH, SCORE, weights)).toEqual(
      close({
        brier: 0.14714285714285716,
        miscalibration: 0.04510204081632653,
        discrimination: 0.11607142857142853,
        uncertainty: 0.21811224489795916,
      }),
    )
  })

  test('200 rows, plain and with weights of which some are 0', () => {
    const { truth, score, weights } = manyRows()
    expect(partsOf(truth, score)).toEqual(
      close({
        brier: 0.1812755,
        miscalibration: 0.04117654130550355,
        discrimination: 0.09427604130550354,
        uncertainty: 0.234375,
      }),
    )
    expect(partsOf(truth, score, weights)).toEqual(
      close({
        brier: 0.18366372549019608,
        miscalibration: 0.045155810729123586,
        discrimination: 0.0960706661266203,
        uncertainty: 0.2345785808876928,
      }),
    )
  })

  test('three classes: each against the rest, summed', () => {
    expect(named('brier_miscalibration').value(threeClasses()).value).toBeCloseTo(0.08723525468935744, 12)
    expect(named('brier_discrimination').value(threeClasses()).value).toBeCloseTo(0.13027132589632598, 12)
  })
})

describe('properties', () => {
  const rows = fc.array(
    fc.record({
      truth: fc.nat(1),
      score: fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      weight: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  const confidenceOf = (all: readonly { truth: number; score: number; weight: number }[]) =>
    binaryConfidence(
      all.map(({ truth }) => truth),
      all.map(({ score }) => score),
      Float64Array.from(all, ({ weight }) => weight),
    )

  test('steps rise, hold every row, and keep the mean', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const steps = isotonicSteps(confidenceOf(all))
        for (let i = 1; i < steps.length; i++) {
          expect(steps[i]?.rate).toBeGreaterThan(steps[i - 1]?.rate as number)
          expect(steps[i]?.from).toBeGreaterThan(steps[i - 1]?.to as number)
        }
        expect(steps.reduce((sum, { n }) => sum + n, 0)).toBe(all.length)
        const hits = all.reduce((sum, { truth, weight }) => sum + truth * weight, 0)
        expect(steps.reduce((sum, { weight, rate }) => sum + weight * rate, 0)).toBeCloseTo(hits, 9)
      }),
    )
  })

  test('Brier = miscalibration − discrimination + uncertainty; recalibrated scores have no miscalibration', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const confidence = confidenceOf(all)
        const steps = isotonicSteps(confidence)
        const parts = brierParts(confidence, steps)
        if (parts === null) throw new Error('there are rows')
        const { brier, miscalibration, discrimination, uncertainty } = parts
        expect(miscalibration - discrimination + uncertainty).toBeCloseTo(brier, 10)
        const rateOf = (score: number) => steps.find(({ to }) => score <= to)?.rate as number
        const again = { ...confidence, score: confidence.score.map(rateOf) }
        const after = brierParts(again, isotonicSteps(again))
        expect(after?.miscalibration).toBeCloseTo(0, 10)
        expect(after?.discrimination).toBeCloseTo(discrimination, 10)
      }),
    )
  })

  test('fits of groups are those of rows when each group is one score', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const groups = new Map<number, { weight: number; hits: number }>()
        for (const { score, truth, weight } of [...all].sort((a, b) => a.score - b.score)) {
          const group = groups.get(score) ?? { weight: 0, hits: 0 }
          groups.set(score, { weight: group.weight + weight, hits: group.hits + weight * truth })
        }
        const weights = Float64Array.from(groups.values(), ({ weight }) => weight)
        const means = Float64Array.from(groups.values(), ({ weight, hits }) => hits / weight)
        const fitted = new Float64Array(means.length)
        isotonicMeans(means, weights, fitted, poolRoom(means.length))
        const steps = isotonicSteps(confidenceOf(all))
        ;[...groups.keys()].forEach((score, i) => {
          const step = steps.find(({ from, to }) => from <= score && score <= to)
          expect(fitted[i]).toBeCloseTo(step?.rate as number, 10)
        })
      }),
    )
  })
})

test('no rows, no parts', () => {
  const empty = binaryConfidence([], [])
  expect(brierParts(empty, isotonicSteps(empty))).toBeNull()
  expect(named('brier_miscalibration').value(twoClasses([], [])).reason).toBe('there are no rows')
})
