import fc from 'fast-check'
import { aucInterval, mannWhitneyScoreInterval, rankedAucDifferenceInterval } from '../../../shared/stats/delong.js'
import { normalCdf, normalQuantile, tCdf, tQuantile, twoSidedZ } from '../../../shared/stats/distributions.js'
import {
  detectableDifference,
  meanInterval,
  newcombeDifference,
  pairedProportionDifference,
  wilson,
} from '../../../shared/stats/intervals.js'
import { mcnemar } from '../../../shared/stats/mcnemar.js'
import type { Numbers } from '../../../shared/stats/numeric.js'
import { rankDescending } from '../../../shared/stats/ranked/ranking.js'
import { OTHER_SCORE, SCORE, TRUTH } from './fixtures.js'

const aucDifferenceInterval = (truth: Numbers, a: Numbers, b: Numbers, level: number) =>
  rankedAucDifferenceInterval(rankDescending(truth, a), rankDescending(truth, b), level)

test('distributions, against scipy 1.17.1', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
  expect(normalQuantile(0.9)).toBeCloseTo(1.2815515655446004, 12)
  expect(twoSidedZ(0.99)).toBeCloseTo(2.5758293035489004, 12)
  expect(normalCdf(-1.234)).toBeCloseTo(0.10860145212152433, 12)
  expect(tQuantile(0.975, 7)).toBeCloseTo(2.364624251592784, 10)
  expect(tCdf(1.3, 4)).toBeCloseTo(0.868274201764388, 12)
})

describe('Wilson, against statsmodels 0.15.0 proportion_confint(method="wilson")', () => {
  test.each([
    [14, 100, 0.95, 0.08526343659939131, 0.2213718821096384],
    [140, 1000, 0.95, 0.11986857462597703, 0.1628866914836227],
    [1400, 10000, 0.95, 0.1333373193312127, 0.14693915949567446],
    [120, 1000, 0.95, 0.10129926060130912, 0.14160907584771276],
    [0, 20, 0.95, 0, 0.1611251580528194],
    [20, 20, 0.95, 0.8388748419471804, 1],
    [1, 3, 0.95, 0.06149194472039626, 0.7923403991979523],
    [14, 100, 0.9, 0.09237297702588648, 0.2065937819379991],
  ])('%i of %i at %f', (hits, n, level, low, high) => {
    const interval = wilson(hits, n, level)
    expect(interval?.low).toBeCloseTo(low, 12)
    expect(interval?.high).toBeCloseTo(high, 12)
    expect(interval).toMatchObject({ level, method: 'Wilson score' })
  })

  test('nothing counted, nothing known', () => {
    expect(wilson(0, 0, 0.95)).toBeNull()
  })
})

describe('Newcombe, against statsmodels 0.15.0 confint_proportions_2indep(method="newcomb")', () => {
  test.each([
    [56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614],
    [9, 10, 3, 10, 0.1705227239345029, 0.809017973535488],
    [10, 10, 0, 20, 0.6790860371419145, 1],
  ])('%i/%i − %i/%i', (a, n, b, m, low, high) => {
    const interval = newcombeDifference({ hits: a, n }, { hits: b, n: m }, 0.95)
    expect(interval?.low).toBeCloseTo(low, 12)
    expect(interval?.high).toBeCloseTo(high, 12)
  })

  test('a side without rows has no difference', () => {
    expect(newcombeDifference({ hits: 1, n: 2 }, { hits: 0, n: 0 }, 0.95)).toBeNull()
  })
})

describe('paired proportions', () => {
  // Bentur 2009 and Cavo 2012 in Fagerland, Lydersen and Laake (Stat Med 2014); digits by numpy 2.4.6 from the formula.
  test.each([
    [21, 1, 7, -0.5083593066664394, -0.013379823768343235],
    [161, 6, 16, -0.1194988110665119, -0.0032005754365555666],
    [1000, 0, 0, -0.002766275098502351, 0.002766275098502351],
  ])('Bonett–Price, n = %i, %i against %i', (n, onlyA, onlyB, low, high) => {
    const interval = pairedProportionDifference({ n, onlyA, onlyB }, 0.95)
    expect(interval?.low).toBeCloseTo(low, 12)
    expect(interval?.high).toBeCloseTo(high, 12)
  })

  test('a single row proves nothing', () => {
    const interval = pairedProportionDifference({ n: 1, onlyA: 0, onlyB: 0 }, 0.95)
    expect(interval?.low).toBeLessThan(-0.8)
    expect(interval?.high).toBeGreaterThan(0.8)
  })

  test.each([
    [5, 12, 0.143463134765625, 'exact'],
    [30, 14, 0.023738515250054576, 'chi-square'],
    [0, 0, 1, 'exact'],
    [1, 0, 1, 'exact'],
    [13, 12, 1, 'chi-square'],
    [7, 7, 1, 'exact'],
  ] as const)('McNemar %i against %i (statsmodels 0.15.0 mcnemar)', (onlyA, onlyB, pValue, method) => {
    const test = mcnemar(onlyA, onlyB)
    expect(test).toMatchObject({ n10: onlyA, n01: onlyB, method })
    expect(test.p).toBeCloseTo(pValue, 9)
  })
})

describe('mean', () => {
  const values = [0.1, -0.2, 0.3, 0.05, 0, -0.1, 0.4, 0.15]

  test('t interval, against statsmodels 0.15.0 DescrStatsW.tconfint_mean', () => {
    expect(meanInterval(values, 0.95)?.low).toBeCloseTo(-0.07782753472121394, 10)
    expect(meanInterval(values, 0.95)?.high).toBeCloseTo(0.25282753472121394, 10)
    expect(meanInterval(values, 0.9)?.low).toBeCloseTo(-0.04496333319304392, 10)
  })

  test('one value, or equal ones, tell nothing about the spread', () => {
    expect(meanInterval([1], 0.95)).toBeNull()
    expect(meanInterval([1, 1, 1], 0.95)).toBeNull()
  })
})

describe('ROC AUC', () => {
  test('DeLong, against MLstatkit 0.1.91 Delong_test and the definition over all pairs in numpy', () => {
    const interval = aucInterval(TRUTH, SCORE, 0.95)
    expect(interval?.low).toBeCloseTo(0.7037579600464626, 10)
    expect(interval?.high).toBe(1)
    expect(interval?.method).toBe('DeLong')
    expect(aucInterval(TRUTH, OTHER_SCORE, 0.95)?.low).toBeCloseTo(0.6545962906257525, 10)
  })

  test('paired DeLong, against the same (variance of the difference 0.007136797664141414)', () => {
    const interval = aucDifferenceInterval(TRUTH, SCORE, OTHER_SCORE, 0.95)
    expect(interval?.low).toBeCloseTo(-0.13953524699712064, 10)
    expect(interval?.high).toBeCloseTo(0.1916185803304539, 10)
    expect(interval?.method).toBe('paired DeLong')
  })

  test('perfect separation still has an interval: Newcombe’s, against scipy 1.17.1 brentq on its equation', () => {
    const truth = Array.from({ length: 20 }, (_, i) => Number(i >= 12))
    const score = truth.map((t, i) => t + i / 100)
    const interval = aucInterval(truth, score, 0.95)
    expect(interval?.low).toBeCloseTo(0.7929834183827339, 9)
    expect(interval?.high).toBe(1)
    expect(interval?.method).toBe('Mann–Whitney score (Newcombe)')
    const general = mannWhitneyScoreInterval(0.8, 20, 30, 0.95)
    expect(general.low).toBeCloseTo(0.6433456145211157, 9)
    expect(general.high).toBeCloseTo(0.8941462416513685, 9)
  })

  test('two models that both separate perfectly are not proven equal', () => {
    const truth = [0, 0, 0, 1, 1, 1]
    const interval = aucDifferenceInterval(truth, [1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 5, 6], 0.95)
    expect(interval?.low).toBeLessThan(-0.3)
    expect(interval?.high).toBeGreaterThan(0.3)
  })

  test('a recalibrated model ranks the rows alike: the difference is exactly 0', () => {
    const recalibrated = SCORE.map((score) => score ** 2 / 2)
    expect(aucDifferenceInterval(TRUTH, SCORE, recalibrated, 0.95)).toEqual({
      low: 0,
      high: 0,
      level: 0.95,
      method: 'same placement of every row',
    })
  })

  test('a missing class has none', () => {
    expect(aucInterval([1, 1], [0.2, 0.3], 0.95)).toBeNull()
    expect(aucDifferenceInterval([0, 0], [0.2, 0.3], [0.1, 0.2], 0.95)).toBeNull()
  })

  test('swapping the models negates the difference', () => {
    const row = fc.tuple(fc.nat(1), fc.nat(10), fc.nat(10))
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 50 }), (rows) => {
        const truth = rows.map((r) => r[0])
        const [a, b] = [rows.map((r) => r[1]), rows.map((r) => r[2])]
        const forward = aucDifferenceInterval(truth, a, b, 0.95)
        const backward = aucDifferenceInterval(truth, b, a, 0.95)
        if (forward === null || backward === null) return expect(forward).toBe(backward)
        expect(forward.low).toBeCloseTo(-backward.high, 9)
        expect(forward.high).toBeCloseTo(-backward.low, 9)
        expect(forward.method).toBe(backward.method)
      }),
    )
  })
})

describe('what could be seen', () => {
  test('by standard error: z for the level plus z for the power', () => {
    expect(detectableDifference(0.01, 0.95)).toBeCloseTo(0.01 * (1.959963984540054 + 0.8416212335729143), 10) // scipy norm.ppf
  })
})
