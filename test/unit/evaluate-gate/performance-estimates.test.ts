import fc from 'fast-check'
import { latenciesOf, percentileOf, quantileRanks } from '../../../actions/evaluate-gate/performance/percentiles.js'
import { percentileRatio, throughputOf, throughputRatio } from '../../../actions/evaluate-gate/performance/ratios.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { inStarts, noisy } from './noisy-times.js'

const SETTINGS = { level: 0.95, seed: 'seed', replicates: 1000 }

describe('percentiles', () => {
  test('nearest rank, as numpy 2 percentile(method="inverted_cdf") of 1 … 1000 ms: 500, 900, 950, 990, to three digits', () => {
    const latencies = latenciesOf(Float64Array.from({ length: 1000 }, (_, i) => i + 1))
    const found = [0.5, 0.9, 0.95, 0.99].map((share) => latencies.at(share))
    for (const [i, exact] of [500, 900, 950, 990].entries()) {
      expect(Math.abs((found[i] as number) / exact - 1)).toBeLessThan(0.001)
    }
    expect(latencies.max).toBe(1000)
  })

  // scipy 1.17.1: quantile_test(arange(1, n + 1), q=0, p=p).confidence_interval(confidence_level=level); nan is no bound.
  test.each([
    [500, 0.5, 0.95, 228, 273],
    [500, 0.9, 0.95, 436, 464],
    [500, 0.95, 0.95, 465, 485],
    [500, 0.99, 0.95, 490, 500],
    [100, 0.95, 0.95, 90, 100],
    [72, 0.95, 0.95, 64, 72],
    [71, 0.95, 0.95, 63, Number.NaN],
    [6, 0.5, 0.95, 1, 6],
    [5, 0.5, 0.95, Number.NaN, Number.NaN],
    [7, 0.5, 0.975, 1, 7],
    [20, 0.9, 0.9, 16, Number.NaN],
    [368, 0.99, 0.95, 360, 368],
    [367, 0.99, 0.95, 359, Number.NaN],
  ])('ranks of %i values, share %d, level %d', (n, share, level, low, high) => {
    const ranks = quantileRanks(n, share, level)
    expect(ranks.low).toBe(Number.isNaN(low) ? 0 : low)
    expect(ranks.high).toBe(Number.isNaN(high) ? n + 1 : high)
  })

  test('a side without a bound is said, with how many values have one', () => {
    const estimate = percentileOf(latenciesOf(new Float64Array(71).fill(3)), 0.95, 0.95)
    expect(estimate.interval?.high).toBe(Number.POSITIVE_INFINITY)
    expect(estimate.reason).toBe('71 values have no bound on both sides: 72 are needed')
    expect(percentileOf(latenciesOf(new Float64Array(72).fill(3)), 0.95, 0.95).reason).toBeNull()
  })

  test('the interval holds the true percentile as often as it says', () => {
    let held = 0
    for (let i = 0; i < 400; i++) {
      const random = seededRandom(`coverage ${i}`)
      const values = Float64Array.from({ length: 100 }, () => 1 + 99 * random.uniform())
      const { interval } = percentileOf(latenciesOf(values), 0.9, 0.95)
      // The true p90 of 1 … 100 is 90.1.
      if (interval !== null && interval.low <= 90.1 * 1.001 && interval.high >= 90.1 / 1.001) held += 1
    }
    expect(held / 400).toBeGreaterThan(0.93)
  })
})

describe('ratios', () => {
  const values = (middle: number, seed: string, n = 500) =>
    Float64Array.from({ length: n }, noisy(middle, seed).bind(null, 1))
  const times = (middle: number, seed: string, n = 500) => inStarts(values(middle, seed, n))

  test('a model that is a quarter slower has a ratio of 1.25 in its interval, and not 1', () => {
    const ratio = percentileRatio(times(12.5, 'a'), times(10, 'b'), 0.95, SETTINGS)
    expect(ratio.interval?.low).toBeGreaterThan(1)
    expect(ratio.interval?.low).toBeLessThan(1.25)
    expect(ratio.interval?.high).toBeGreaterThan(1.25)
    expect(ratio.interval?.high).toBeLessThan(1.5)
  })

  test('swapped models have the inverse ratio, and times in another unit the same one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 300 }), fc.constantFrom(0.5, 0.9), fc.string(), (n, share, seed) => {
        const [a, b] = [times(3, `a ${seed}`, n), times(4, `b ${seed}`, n)]
        const ratio = percentileRatio(a, b, share, SETTINGS)
        const inverse = percentileRatio(b, a, share, SETTINGS)
        expect(inverse.value).toBeCloseTo(1 / ratio.value, 12)
        // Percentiles are interpolated between replicates, which the inverse is not exactly.
        expect(inverse.interval?.low).toBeCloseTo(1 / (ratio.interval?.high as number), 2)
        const seconds = ({ values: ms, starts }: typeof a) => ({ values: ms.map((t) => t / 1000), starts })
        expect(percentileRatio(seconds(a), seconds(b), share, SETTINGS).value).toBeCloseTo(ratio.value, 12)
      }),
      { numRuns: 15 },
    )
  })

  test('what slows both for a while does not show in the ratio', () => {
    const slow = (ms: Float64Array) => inStarts(ms.map((t, i) => (i >= 200 && i < 300 ? 5 * t : t)))
    const quiet = percentileRatio(times(10, 'a'), times(10, 'b'), 0.5, SETTINGS)
    const loud = percentileRatio(slow(values(10, 'a')), slow(values(10, 'b')), 0.5, SETTINGS)
    expect(loud.value).toBeCloseTo(quiet.value, 1)
    expect(loud.interval?.low).toBeLessThan(1)
    expect(loud.interval?.high).toBeGreaterThan(1)
  })

  test('processes that differ make the interval as long as they do: Student t on the log of each start', () => {
    const factors = [1, 1.2, 0.9, 1.1, 1.3]
    const ours = inStarts(
      Float64Array.from({ length: 500 }, (_, i) => (factors[Math.floor(i / 100)] as number) * (2 + (i % 2))),
    )
    const theirs = inStarts(Float64Array.from({ length: 500 }, (_, i) => 2 + (i % 2)))
    const ratio = throughputRatio(theirs, ours, SETTINGS)
    // Python, scipy 1.17.1: l = log([1, 1.2, .9, 1.1, 1.3]); h = t.ppf(.975, 4) * l.std(ddof=1) / sqrt(5);
    // exp(l.mean() - h), exp(l.mean() + h) are 0.9107199, 1.3065291.
    expect(ratio.value).toBeCloseTo(1.1, 12)
    expect(ratio.interval?.low).toBeCloseTo(0.9107199, 6)
    expect(ratio.interval?.high).toBeCloseTo(1.3065291, 6)
    expect(ratio.interval?.method).toBe('block bootstrap of rounds, percentile, at least Student t between starts')
  })

  test('two processes say nothing of another two', () => {
    const [once, other] = [inStarts(values(10, 'a'), 1), inStarts(values(10, 'b'), 1)]
    expect(percentileRatio(once, other, 0.5, SETTINGS)).toMatchObject({
      interval: null,
      reason: 'processes of one model differ, and each was started only once',
    })
  })

  test('a model against itself, whose processes differ by a fifth, is refused in no more than a few of a hundred runs', () => {
    let refused = 0
    for (let i = 0; i < 100; i++) {
      const of = (name: string) => {
        const random = seededRandom(`${name} ${i}`)
        const factors = Array.from({ length: 5 }, () => Math.exp(0.2 * random.normal()))
        return inStarts(values(10, `${name} ${i}`, 200).map((t, k) => t * (factors[Math.floor(k / 40)] as number)))
      }
      const { interval } = throughputRatio(of('a'), of('b'), { ...SETTINGS, replicates: 100 })
      if (interval !== null && interval.low > 1) refused += 1
    }
    expect(refused).toBeLessThanOrEqual(6)
  })

  test('too few rounds have no interval', () => {
    expect(percentileRatio(times(1, 'a', 99), times(1, 'b', 99), 0.95, SETTINGS)).toMatchObject({
      interval: null,
      reason: '99 rounds are too few for a percentile so high: 100 are needed',
    })
    const few = inStarts(values(1, 'a', 12), 2)
    expect(percentileRatio(few, few, 0.5, SETTINGS).reason).toBe('12 rounds are too few to know how they differ')
    expect(throughputOf(inStarts(new Float64Array(0)), 10, SETTINGS).reason).toBe('there were no requests')
  })

  test('times that never vary prove nothing', () => {
    const same = inStarts(new Float64Array(200).fill(2))
    expect(throughputOf(same, 10, SETTINGS)).toMatchObject({ value: 5000, interval: null })
    expect(throughputRatio(same, same, SETTINGS)).toMatchObject({ value: 1, interval: null })
  })

  test('rows per second', () => {
    const alternating = inStarts(Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : 3)))
    // 200 × 10 rows in 400 ms.
    expect(throughputOf(alternating, 10, SETTINGS).value).toBe(5000)
  })
})
