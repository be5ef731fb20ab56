import fc from 'fast-check'
import {
  jensenShannonDistance,
  largestShareChange,
  populationStabilityIndex,
  totalVariation,
} from '../../../shared/stats/drift.js'
import { benjaminiHochberg, holm } from '../../../shared/stats/multiple.js'

const BASELINE = [120, 80, 50, 30, 20, 0]
const CURRENT = [90, 70, 60, 40, 30, 10]

test('drift of counts, against scipy 1.17.1 and numpy 2.4.6', () => {
  expect(populationStabilityIndex(BASELINE, CURRENT).value).toBeCloseTo(0.2554587302892284, 12) // zero cell 1e-4
  expect(jensenShannonDistance(BASELINE, CURRENT).value).toBeCloseTo(0.13900805156457163, 12) // spatial.distance
  expect(totalVariation(BASELINE, CURRENT).value).toBeCloseTo(0.13333333333333336, 12)
  expect(largestShareChange(BASELINE, CURRENT).value).toBeCloseTo(0.1, 12)
})

test('no data is undefined, not stable', () => {
  expect(populationStabilityIndex([0, 0], [1, 2])).toEqual({ value: Number.NaN, reason: 'the baseline has no values' })
  expect(totalVariation([1, 2], [0, 0])).toEqual({ value: Number.NaN, reason: 'the current data have no values' })
  expect(() => totalVariation([1], [1, 2])).toThrow('baseline has 1 cells and current 2')
})

test('all distances are 0 for equal shares, symmetric, and at least 0', () => {
  const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(counts, (cells) => {
      const a = cells.map((cell) => cell[0])
      const b = cells.map((cell) => cell[1])
      fc.pre(a.some(Boolean) && b.some(Boolean))
      for (const distance of [populationStabilityIndex, jensenShannonDistance, totalVariation, largestShareChange]) {
        expect(distance(a, b).value).toBeGreaterThanOrEqual(0)
        expect(distance(a, b).value).toBeCloseTo(distance(b, a).value, 9)
        expect(
          distance(
            a,
            a.map((count) => 3 * count),
          ).value,
        ).toBeCloseTo(0, 7)
      }
      expect(jensenShannonDistance(a, b).value).toBeLessThanOrEqual(Math.sqrt(Math.LN2) + 1e-12)
    }),
  )
})

describe('several tests at once', () => {
  const P = [0.01, 0.04, 0.03, 0.005, 0.5, 0.03]

  test('against statsmodels 0.15.0 multipletests', () => {
    holm(P).forEach((p, i) => {
      expect(p).toBeCloseTo([0.05, 0.12, 0.12, 0.03, 0.5, 0.12][i] as number, 12)
    })
    benjaminiHochberg(P).forEach((p, i) => {
      expect(p).toBeCloseTo([0.03, 0.048, 0.045, 0.03, 0.5, 0.045][i] as number, 12)
    })
  })

  test('a test that could not be made is not counted', () => {
    expect(holm([0.02, Number.NaN, 0.03])).toEqual([0.04, Number.NaN, 0.04])
    expect(benjaminiHochberg([])).toEqual([])
  })

  test('never below the raw p, in the order of the raw p, Benjamini–Hochberg never above Holm', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        const [h, bh] = [holm(ps), benjaminiHochberg(ps)]
        ps.forEach((p, i) => {
          expect(h[i]).toBeGreaterThanOrEqual(p)
          expect(bh[i]).toBeGreaterThanOrEqual(p - 1e-12)
          expect(bh[i]).toBeLessThanOrEqual((h[i] as number) + 1e-12)
          ps.forEach((q, j) => {
            if (p < q) expect(h[i]).toBeLessThanOrEqual(h[j] as number)
          })
        })
      }),
    )
  })
})
