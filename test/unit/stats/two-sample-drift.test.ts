import fc from 'fast-check'
import { hellingerDistance, kullbackLeibler } from '../../../shared/stats/drift.js'
import {
  chiSquareTest,
  cramersV,
  fisherExact,
  pooledCells,
  proportionsTest,
} from '../../../shared/stats/two-sample/categorical.js'
import { kolmogorovTail } from '../../../shared/stats/two-sample/kolmogorov.js'
import { ksBounds, ksCritical, ksTest } from '../../../shared/stats/two-sample/kolmogorov-smirnov.js'
import { wassersteinOfCells } from '../../../shared/stats/two-sample/wasserstein.js'

/** Equal but for the given relative error. */
function near(actual: number | undefined, expected: number, error = 1e-9) {
  expect(actual).toBeDefined()
  expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(Math.abs(expected) * error)
}

// scipy 1.17.1: kstwo.sf(d, n)
test.each([
  [10, 0.04, 1, 1e-12],
  [10, 0.08, 0.9999978058034054, 1e-9],
  [10, 0.3, 0.27053557479999946, 1e-9],
  [3, 0.3, 0.8862222222222222, 1e-9],
  [50, 0.12, 0.4337679661310233, 1e-9],
  [50, 0.2, 0.03143877776953241, 1e-9],
  [50, 0.6, 9.634070456142374e-18, 1e-8],
  [20, 0.97, 6.973568802000124e-31, 1e-9],
  [140, 0.06, 0.6719092248862638, 1e-9],
  [500, 0.03, 0.7473166700457021, 1e-9],
  [500, 0.05, 0.15866260223815387, 1e-9],
  [5000, 0.008, 0.9035907876780276, 1e-7],
  [5000, 0.015, 0.20846142096186204, 1e-7],
  [5000, 0.03, 0.00024159234422666817, 1e-6],
  [200_000, 0.002, 0.39995085369038097, 1e-7],
  [200_000, 0.003, 0.0545369786611305, 1e-6],
  [1_000_000, 0.0008, 0.5438713666611479, 1e-7],
  [1_000_000, 0.002, 0.0006700277103670718, 1e-5],
])('the tail of the statistic of %d values at %d', (n, d, p, error) => near(kolmogorovTail(n, d), p, error))

// scipy 1.17.1: _attempt_exact_2kssamp(n, m, gcd, h / lcm, 'two-sided'), what ks_2samp(method='exact') asks
test.each([
  [7, 5, 12 / 35, 0.7373737373737375],
  [50, 50, 10 / 50, 0.2719135601522248],
  [8, 1000, 300 / 1000, 0.39608878751034343],
  [300, 200, 90 / 600, 0.008336939675395796],
  [1000, 1000, 60 / 1000, 0.05462666510701526],
  [997, 1003, 61_000 / 999_991, 0.045619385569132614],
  [10_000, 9999, 2_000_000 / 99_990_000, 0.03589605170521495],
  [12, 18, 15 / 36, 0.13571943929712413],
])('exact Kolmogorov–Smirnov of %d and %d values', (n, m, d, p) => {
  const test = ksTest(d, n, m)
  expect(test.method).toBe('exact')
  near(test.pValue, p, 1e-8)
  near(ksTest(d, m, n).pValue, p, 1e-8)
})

const LARGE = [4000, 3000, 2000, 1500, 1000, 500]
const SMALL = [150, 120, 90, 60, 40, 40]

test('Kolmogorov–Smirnov of counted values, against scipy 1.17.1 ks_2samp', () => {
  // ks_2samp(np.repeat(range(6), LARGE), np.repeat(range(6), SMALL)), 12,000 and 500 values: asymptotic
  const found = ksBounds(LARGE, SMALL, () => true)
  near(found?.low, 0.043333333333333335)
  expect(found?.high).toBe(found?.low)
  expect(ksTest(0.043333333333333335, 12_000, 500)).toEqual({
    pValue: expect.closeTo(0.31904578298059494, 8),
    method: 'asymptotic',
  })
  // The same against a hundredth of LARGE: exact
  const few = ksTest(0.043333333333333335, 120, 500)
  expect(few.method).toBe('exact')
  near(few.pValue, 0.989418836741204)
  expect(ksTest(0, 120, 500).pValue).toBe(1)
})

test('counts in cells bound the exact statistic', () => {
  const sample = fc.array(fc.nat(60), { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: 1, max: 20 }), (a, b, width) => {
      const count = (values: number[], size: number) => {
        const counts = new Array<number>(Math.ceil(61 / size)).fill(0)
        for (const value of values) counts[Math.floor(value / size)] = (counts[Math.floor(value / size)] ?? 0) + 1
        return counts
      }
      const exact = ksBounds(count(a, 1), count(b, 1), () => true) as { low: number; high: number }
      const coarse = ksBounds(count(a, width), count(b, width)) as { low: number; high: number }
      expect(coarse.low).toBeLessThanOrEqual(exact.low + 1e-12)
      expect(coarse.high).toBeGreaterThanOrEqual(exact.low - 1e-12)

      const at = (size: number) => Array.from({ length: Math.ceil(61 / size) + 1 }, (_, i) => i * size)
      const moved = wassersteinOfCells(at(1), count(a, 1), count(b, 1), () => true)
      const rough = wassersteinOfCells(at(width), count(a, width), count(b, width))
      expect(moved?.bound).toBe(0)
      expect(Math.abs((rough?.distance ?? 0) - (moved?.distance ?? 0))).toBeLessThanOrEqual((rough?.bound ?? 0) + 1e-9)
    }),
  )
})

test('Wasserstein, against scipy 1.17.1 wasserstein_distance', () => {
  near(wassersteinOfCells([0, 1, 2, 3, 4, 5, 6], LARGE, SMALL, () => true)?.distance, 0.18000000000000005)
  // Uniform on [0, 1] against uniform on [0.5, 1.5]: moved by a half
  near(wassersteinOfCells([0, 0.5, 1, 1.5], [1, 1, 0], [0, 1, 1])?.distance, 0.5)
  // A cell that holds only one side: all of it against nothing, ∫ |1 − x| and ∫ |x| are a half each
  near(wassersteinOfCells([0, 1, 2], [5, 0], [0, 3])?.distance, 1)
})

test('chi-square, against scipy 1.17.1', () => {
  const [b, c] = [
    [120, 80, 50, 30],
    [90, 70, 60, 40],
  ]
  // chi2_contingency([b, c], correction=False)
  expect(chiSquareTest(b, c)).toMatchObject({ degrees: 3 })
  near(chiSquareTest(b, c)?.statistic, 6.558298844013133)
  near(chiSquareTest(b, c)?.pValue, 0.08739147940517152)
  // contingency.association([b, c], method='cramer')
  near(cramersV(b, c), 0.11020434591831477)
})

test('edges of chi-square: one shared category, a new one, nothing', () => {
  // evidently#1929: p must be 1, not NaN
  expect(chiSquareTest([10, 0], [7, 0])).toEqual({ statistic: 0, degrees: 0, pValue: 1 })
  expect(chiSquareTest([0, 0], [1, 2])).toBeNull()
  expect(chiSquareTest([1, 2], [])).toBeNull()
})

test('rare cells are pooled until chi-square holds, and no row is lost', () => {
  expect(pooledCells([100, 1, 2, 100], [100, 2, 1, 100])).toEqual({ before: [100, 103], now: [100, 103] })
  expect(pooledCells([3, 2], [1, 2])).toEqual({ before: [5], now: [3] })
  const counts = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 15 })
  fc.assert(
    fc.property(counts, (cells) => {
      const [b, c] = [cells.map((cell) => cell[0]), cells.map((cell) => cell[1])]
      const pooled = pooledCells(b, c)
      const sum = (values: number[]) => values.reduce((all, one) => all + one, 0)
      expect([sum(pooled.before), sum(pooled.now)]).toEqual([sum(b), sum(c)])
      const smaller = Math.min(sum(b), sum(c)) / (sum(b) + sum(c))
      if (pooled.before.length > 1) {
        pooled.before.forEach((one, i) => {
          expect((one + (pooled.now[i] as number)) * smaller).toBeGreaterThanOrEqual(5)
        })
      }
    }),
  )
})

test('proportions, against scipy 1.17.1', () => {
  // z² = chi2_contingency([[120, 180], [60, 140]], correction=False).statistic
  const found = proportionsTest({ hits: 120, n: 300 }, { hits: 60, n: 200 })
  expect(found?.method).toBe('z')
  near(found?.statistic, 2.282177322938193)
  near(found?.pValue, 0.02247887336612522)
  // fisher_exact([[hits, misses], [hits, misses]]).pvalue
  near(fisherExact({ hits: 3, n: 50 }, { hits: 10, n: 50 }), 0.07130815271626866, 1e-7)
  near(fisherExact({ hits: 0, n: 50 }, { hits: 8, n: 50 }), 0.00577016201961505, 1e-7)
  near(fisherExact({ hits: 1, n: 100 }, { hits: 2, n: 1000 }), 0.2488904016522268, 1e-7)
  expect(fisherExact({ hits: 25, n: 50 }, { hits: 25, n: 50 })).toBeCloseTo(1, 7)
  expect(proportionsTest({ hits: 0, n: 50 }, { hits: 8, n: 50 })?.method).toBe('exact')
  expect(proportionsTest({ hits: 0, n: 50 }, { hits: 0, n: 8 })?.pValue).toBe(1)
  expect(proportionsTest({ hits: 0, n: 0 }, { hits: 0, n: 8 })).toBeNull()
})

test('Hellinger and Kullback–Leibler, against numpy 2.4.6', () => {
  const [b, c] = [
    [120, 80, 50, 30, 20, 0],
    [90, 70, 60, 40, 30, 10],
  ]
  // np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum()) / np.sqrt(2)
  near(hellingerDistance(b, c).value, 0.1563717203830091)
  // sum(q * log(q / max(p, 1e-4)))
  near(kullbackLeibler(b, c).value, 0.19154458482572284)
  expect(kullbackLeibler([1, 1], [1, 0]).value).toBeCloseTo(Math.LN2, 12)
  expect(hellingerDistance([1, 0], [0, 5]).value).toBe(1)
  expect(kullbackLeibler([0], [1]).reason).toBe('the baseline has no values')
})

test('what equal data reach is the level asked for', () => {
  // √(ln(2 / 0.05) / 2 · (1/1000 + 1/1000)); scipy 1.17.1: the exact p of 0.061 is 0.0484, that of 0.060 is 0.0546
  near(ksCritical(0.05, 1000, 1000), 0.060736146190830516)
})
