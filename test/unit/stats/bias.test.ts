import fc from 'fast-check'
import { type Contrast, chanceWithin, differenceOf, ratioOf } from '../../../shared/stats/bias/compare.js'
import {
  blockSums,
  type Design,
  effectiveShare,
  effectiveShares,
  withoutPart,
} from '../../../shared/stats/bias/design.js'
import { allOf, type Parity, parityOf, rollUp } from '../../../shared/stats/bias/parity.js'
import { countClasses, estimateShare, proportionOf, RATES, type Rate } from '../../../shared/stats/bias/rates.js'
import { equalizedOdds, type Spread, spreadOf } from '../../../shared/stats/bias/spread.js'
import type { OneClass } from '../../../shared/stats/classification.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import type { Estimate } from '../../../shared/stats/types.js'

const estimateRate = (counts: OneClass, rate: Rate, level: number) =>
  estimateShare(proportionOf(counts, rate), rate, level)

const share = (hits: number, n: number) => ({ hits, n })
const against = (hits: number, n: number, otherHits: number, otherN: number): Contrast => ({
  group: share(hits, n),
  other: share(otherHits, otherN),
  overlaps: false,
})

function expectInterval({ interval }: Estimate, low: number, high: number): void {
  expect(interval?.low).toBeCloseTo(low, 10)
  expect(interval?.high).toBeCloseTo(high, 10)
}

/** y_true, y_pred and sensitive_features of the literals below: tp, fp, fn and tn rows of each group. */
const GROUPS: Readonly<Record<'a' | 'b' | 'c', OneClass>> = {
  a: { tp: 30, fp: 10, fn: 10, tn: 50 },
  b: { tp: 12, fp: 6, fn: 8, tn: 34 },
  c: { tp: 5, fp: 10, fn: 15, tn: 20 },
}
const ALL: OneClass = { tp: 47, fp: 26, fn: 33, tn: 104 }

describe('rates of a group', () => {
  // aequitas 1.1.0: Group().get_crosstabs(df, attr_cols=['grp'])
  test.each([
    ['a', [0.4, 0.75, 1 / 6, 0.25, 0.25, 1 / 6]],
    ['b', [0.3, 0.6, 0.15, 0.4, 1 / 3, 8 / 42]],
    ['c', [0.3, 0.25, 1 / 3, 0.75, 2 / 3, 15 / 35]],
  ] as const)('%s: selection, TPR, FPR, FNR, FDR, FOR', (name, expected) => {
    const counts = GROUPS[name]
    RATES.forEach((rate, i) => {
      expect(estimateRate(counts, rate, 0.95).value).toBeCloseTo(expected[i] as number, 12)
    })
  })

  test('with Wilson’s interval (statsmodels 0.15.0: proportion_confint(40, 100, 0.05 / 3, "wilson"))', () => {
    expectInterval(estimateRate(GROUPS.a, 'selection_rate', 1 - 0.05 / 3), 0.2912340451297356, 0.5196069224808689)
  })

  test('nothing below the line is undefined, with its reason', () => {
    const none = { tp: 0, fp: 9, fn: 0, tn: 31 }
    expect(estimateRate(none, 'tpr', 0.95)).toEqual({
      value: Number.NaN,
      reason: 'there are no positive rows',
      n: 0,
      interval: null,
    })
    expect(estimateRate({ tp: 0, fp: 0, fn: 2, tn: 3 }, 'fdr', 0.95).reason).toBe(
      'there are no rows predicted positive',
    )
  })

  test('a class is counted against the rest, on the rows of the group', () => {
    const truth = [0, 1, 2, 1, 2, 0]
    const label = [0, 1, 1, 2, 2, 1]
    expect(countClasses(truth, label, null, 3)).toEqual([
      { tp: 1, fp: 0, fn: 1, tn: 4 },
      { tp: 1, fp: 2, fn: 1, tn: 2 },
      { tp: 1, fp: 1, fn: 1, tn: 3 },
    ])
    expect(countClasses(truth, label, Uint32Array.of(1, 2), 3)[2]).toEqual({ tp: 0, fp: 0, fn: 1, tn: 1 })
  })
})

describe('a group against another', () => {
  test('ratios as those of Aequitas, without its rounding at the bound', () => {
    // aequitas 1.1.0: Bias().get_disparity_major_group(xt, original_df=df), reference a
    const disparity = (name: 'b' | 'c', rate: (typeof RATES)[number]) =>
      ratioOf({ group: proportionOf(GROUPS[name], rate), other: proportionOf(GROUPS.a, rate), overlaps: false }, 0.95)
        .value
    expect(RATES.map((rate) => disparity('b', rate))).toEqual([0.75, 0.8, 0.9, 1.6, 4 / 3, 8 / 7])
    expect(disparity('c', 'selection_rate')).toBe(0.75)
    expect(disparity('c', 'tpr')).toBeCloseTo(0.3333333333333333, 12)
    expect(disparity('c', 'fpr')).toBe(2)
    expect(disparity('c', 'fnr')).toBe(3)
    expect(disparity('c', 'fdr')).toBeCloseTo(2.6666666666666665, 12)
    expect(disparity('c', 'for')).toBeCloseTo(2.5714285714285716, 12)
  })

  test('Newcombe’s interval of the difference', () => {
    // statsmodels 0.15.0: confint_proportions_2indep(12, 20, 30, 40, compare='diff', method='newcomb')
    const estimate = differenceOf(against(12, 20, 30, 40), 0.95)
    expect(estimate.value).toBeCloseTo(-0.15, 12)
    expectInterval(estimate, -0.38924735348461026, 0.08646716278659441)
  })

  test('the interval of the ratio: r exp(∓ hypot(log p1/l1, log u2/p2)) of statsmodels’ Wilson limits', () => {
    expectInterval(ratioOf(against(12, 20, 30, 40), 0.95), 0.5051501171069626, 1.1326343825372653)
    // Near Katz’s log interval, 0.51845 … 0.69438, and the score interval, 0.51779 … 0.69351, on many rows
    // (confint_proportions_2indep(180, 600, 300, 600, compare='ratio', method='log' and 'score')).
    expectInterval(ratioOf(against(180, 600, 300, 600), 0.95), 0.5180614064080333, 0.6936209608363428)
  })

  test('has a width where every row hits, and where none does', () => {
    // proportion_confint(30, 30, method='wilson') is 0.88649 … 1; Katz’s interval would be 1 … 1.
    expectInterval(ratioOf(against(30, 30, 30, 30), 0.95), 0.8864866068260312, 1.128048627356471)
    // proportion_confint(0, 40)[1] / proportion_confint(20, 50)[0]
    const none = ratioOf(against(0, 40, 20, 50), 0.95)
    expect(none.value).toBe(0)
    expectInterval(none, 0, 0.31737309583564943)
  })

  test('0/0 and x/0 are undefined', () => {
    for (const hits of [0, 7]) {
      const { value, interval, reason } = ratioOf(against(hits, 40, 0, 50), 0.95)
      expect([value, interval, reason]).toEqual([Number.NaN, null, 'the rate of the reference is 0'])
    }
    expect(ratioOf(against(0, 0, 3, 50), 0.95).reason).toContain('the group has none')
    expect(differenceOf(against(3, 9, 0, 0), 0.95).reason).toContain('the reference has none')
  })

  test('against all rows, of which the group is a part', () => {
    // 12 of 20 against 47 of 80: ρ = 12/20 : 35/60 mapped by 1 / (w + (1 − w) / ρ), w = 1/4; 3/4 of Newcombe’s interval.
    const contrast: Contrast = { group: share(12, 20), other: share(35, 60), overlaps: true }
    const ratio = ratioOf(contrast, 0.95)
    expect(ratio.value).toBeCloseTo(1.0212765957446808, 12)
    expectInterval(ratio, 0.7026664594001818, 1.3171609538013076)
    const difference = differenceOf(contrast, 0.95)
    expect(difference.value).toBeCloseTo(12 / 20 - 47 / 80, 12)
    expectInterval(difference, -0.16968825620539665, 0.1780450848015957)
  })

  test('against all rows when the others never hit, or are none', () => {
    const alone = ratioOf({ group: share(5, 20), other: share(0, 60), overlaps: true }, 0.95)
    expect(alone.value).toBe(4)
    expect(alone.interval?.high).toBeCloseTo(4, 12)
    const everybody = ratioOf({ group: share(5, 20), other: share(0, 0), overlaps: true }, 0.95)
    expect([everybody.value, everybody.interval]).toEqual([1, null])
  })
})

describe('the chance of a ratio within bounds', () => {
  test('is the half level at which the interval reaches the bound (scipy 1.17.1: brentq on the interval above)', () => {
    expect(chanceWithin(against(180, 600, 300, 600), 0.8) / 4.306604958430985e-5).toBeCloseTo(1, 6)
    expect(chanceWithin(against(36, 60, 30, 40), 0.9)).toBeCloseTo(0.20270178910752384, 8)
  })

  test('is the same for the reverse ratio, 1 within, and NaN when there is no ratio', () => {
    expect(chanceWithin(against(300, 600, 180, 600), 0.8) / 4.306604958433188e-5).toBeCloseTo(1, 6)
    expect(chanceWithin(against(45, 100, 50, 100), 0.8)).toBe(1)
    expect(chanceWithin(against(45, 100, 0, 100), 0.8)).toBeNaN()
    expect(chanceWithin(against(0, 100_000, 50_000, 100_000), 0.8)).toBe(1e-12)
  })

  test('agrees with the interval at every level', () => {
    fc.assert(
      fc.property(
        contrasts,
        fc.constantFrom(0.8, 0.9, 0.95, 0.99),
        fc.double({ min: 0.5, max: 0.95, noNaN: true }),
        (c, level, tau) => {
          const { interval } = ratioOf(c, level)
          if (interval === null) return
          const outside = interval.high < tau || interval.low > 1 / tau
          const chance = chanceWithin(c, tau)
          if (Math.abs(chance - (1 - level) / 2) > 1e-9) expect(chance < (1 - level) / 2).toBe(outside)
        },
      ),
    )
  })
})

const counts = fc
  .tuple(fc.nat({ max: 200 }), fc.integer({ min: 1, max: 200 }))
  .map(([hits, n]) => share(Math.min(hits, n), n))
const contrasts = fc
  .tuple(counts, counts, fc.boolean())
  .map(([group, other, overlaps]): Contrast => ({ group, other, overlaps }))

test('intervals hold their value, a difference changes sign and a ratio turns over when the groups are swapped', () => {
  fc.assert(
    fc.property(counts, counts, fc.boolean(), (group, other, overlaps) => {
      const [there, back] = [
        ratioOf({ group, other, overlaps }, 0.95),
        ratioOf({ group: other, other: group, overlaps: false }, 0.95),
      ]
      if (there.interval !== null) {
        expect(there.interval.low).toBeLessThanOrEqual(there.value * (1 + 1e-12))
        expect(there.interval.high).toBeGreaterThanOrEqual(there.value * (1 - 1e-12))
        expect(Number.isFinite(there.interval.high)).toBe(true)
        expect(there.interval.high).toBeGreaterThan(there.interval.low)
      }
      if (!overlaps && there.value > 0 && back.value > 0) {
        expect((there.interval?.low as number) * (back.interval?.high as number)).toBeCloseTo(1, 9)
      }
      const [up, down] = [
        differenceOf({ group, other, overlaps: false }, 0.95),
        differenceOf({ group: other, other: group, overlaps: false }, 0.95),
      ]
      expect(up.value).toBeCloseTo(-down.value, 12)
      expect(up.interval?.low).toBeCloseTo(-(down.interval?.high as number), 12)
    }),
  )
})

test('every row twice keeps the rates and ratios, and makes their intervals shorter', () => {
  fc.assert(
    fc.property(contrasts, (contrast) => {
      const twice = ({ hits, n }: { hits: number; n: number }) => share(2 * hits, 2 * n)
      const doubled = { ...contrast, group: twice(contrast.group), other: twice(contrast.other) }
      const [one, two] = [ratioOf(contrast, 0.95), ratioOf(doubled, 0.95)]
      expect(two.value).toBe(one.value)
      if (one.interval === null || two.interval === null) return
      expect(two.interval.high - two.interval.low).toBeLessThan(one.interval.high - one.interval.low)
    }),
  )
})

/** Hits and rows of some clusters, as effective counts. */
const ofClusters = (clusters: readonly (readonly [hits: number, n: number])[]) => {
  const rows = clusters.reduce((sum, [, n]) => sum + n, 0)
  const blocks = clusters.map(([hits, n]) => share(hits, n))
  return effectiveShare(blocks, { rows, squares: rows, clustered: true })
}

/** Eight clusters with 15 hits on 29 rows, and six with 8 on 23. */
// biome-ignore format: hits and rows side by side
const EIGHT = [[3, 4], [0, 3], [2, 4], [4, 5], [1, 3], [0, 2], [2, 4], [3, 4]] as const
// biome-ignore format: hits and rows side by side
const SIX = [[1, 4], [2, 4], [0, 3], [1, 4], [3, 5], [1, 3]] as const

describe('rows in clusters and with weights count like fewer', () => {
  test('the variance of a rate is the cluster-robust one of statsmodels', () => {
    // statsmodels 0.15.0: sm.OLS(y, ones).fit(cov_type='cluster', cov_kwds={'groups': g}).cov_params(), y the 29 rows;
    // numpy 2.4.6: the same as B / (B − 1) · Σ(h − p n)² / (Σn)².
    const { hits, n, design } = ofClusters(EIGHT)
    expect(hits / n).toBeCloseTo(0.5172413793103449, 14)
    expect(((15 / 29) * (14 / 29)) / n).toBeCloseTo(0.010225073202871277, 14)
    expect(n).toBeCloseTo(24.42063053097345, 10)
    expect(design).toEqual({ rows: 29, weight: 29, clusters: 8 })
    // proportion_confint(p * 24.42063…, 24.42063…, method='wilson')
    const rate = estimateShare(ofClusters(EIGHT), 'selection_rate', 0.95)
    expectInterval(rate, 0.33065414429631823, 0.699141625488654)
    expect([rate.n, rate.interval?.method]).toEqual([29, 'Wilson score on effective counts (Rao–Scott)'])
  })

  test('of weighted rows in clusters: sm.WLS(y, ones, weights=w) with the same covariance, 0.0127861', () => {
    // Row i of the 29 has the weight 1, 1.5 or 2 by i % 3; the first rows of a cluster are its hits.
    let row = 0
    const blocks = EIGHT.map(([hits, n]) => {
      const weights = Array.from({ length: n }, () => 1 + (row++ % 3) * 0.5)
      const sum = (some: readonly number[]) => some.reduce((total, weight) => total + weight, 0)
      return share(sum(weights.slice(0, hits)), sum(weights))
    })
    const { hits, n } = effectiveShare(blocks, { rows: 29, squares: 0, clustered: true })
    expect(hits / n).toBeCloseTo(0.5348837209302325, 14)
    expect(n).toBeCloseTo(19.457306073361398, 10)
  })

  test('never like more rows than there are', () => {
    // p (1 − p) / v is 29.786 of 23 rows.
    expect(ofClusters(SIX)).toMatchObject({ n: 23, hits: 8 })
  })

  test('ratio and difference take the effective counts', () => {
    const contrast = { group: ofClusters(EIGHT), other: ofClusters(SIX), overlaps: false }
    const difference = differenceOf(contrast, 0.95)
    expect(difference.value).toBeCloseTo(0.16941529235382313, 12)
    expectInterval(difference, -0.10650809653603338, 0.4114814952049164)
    const ratio = ratioOf(contrast, 0.95)
    expect(ratio.value).toBeCloseTo(1.4870689655172415, 12)
    expectInterval(ratio, 0.7826592082549066, 2.9486944894630454)
    expect([ratio.n, ratio.interval?.method]).toEqual([
      52,
      'Wilson limits, squares added on the log scale on effective counts (Rao–Scott)',
    ])
    const spread = spreadOf([contrast.group, contrast.other], contrast.other, 'between_groups', 0.95)
    expect([spread.difference.n, spread.difference.interval?.method]).toEqual([
      52,
      'Wilson by group, Bonferroni on effective counts (Rao–Scott)',
    ])
  })

  test('all rows as reference are those of both by their weights, not by their effective counts', () => {
    const ratio = ratioOf({ group: ofClusters(EIGHT), other: ofClusters(SIX), overlaps: true }, 0.95)
    // 15/29 by 23/52
    expect(ratio.value).toBeCloseTo(1.1694152923538232, 12)
    expectInterval(ratio, 0.8906093308724925, 1.4130410954695314)
  })

  test('where the spread is unknown it is the number of clusters, or Kish’s', () => {
    expect(
      ofClusters([
        [4, 4],
        [4, 4],
        [4, 4],
      ]).n,
    ).toBeCloseTo(3, 12)
    expect(
      ofClusters([
        [0, 4],
        [0, 4],
        [0, 4],
      ]),
    ).toMatchObject({ hits: 0, n: 3 })
    expect(ofClusters([[2, 5]])).toMatchObject({ hits: 0.4, n: 1 })
    // One cluster holds 97 of 100 rows: (97 + 1 + 1 + 1)² / (97² + 3).
    expect(
      ofClusters([
        [97, 97],
        [1, 1],
        [1, 1],
        [1, 1],
      ]).n,
    ).toBeCloseTo(10_000 / 9412, 12)
    // Weights 3, 1, 1, 1 of independent rows: 36 / 12.
    const rows = [share(3, 3), share(1, 1), share(1, 1), share(1, 1)]
    expect(effectiveShare(rows, { rows: 4, squares: 12, clustered: false })).toMatchObject({ hits: 3, n: 3 })
    expect(effectiveShare([], { rows: 0, squares: 0, clustered: true })).toMatchObject({ hits: 0, n: 0 })
  })

  const judgedRows = fc.array(
    fc.record({
      truth: fc.nat({ max: 2 }),
      label: fc.nat({ max: 2 }),
      block: fc.nat({ max: 9 }),
      weight: fc.constantFrom(0, 0.5, 1, 2, 3),
    }),
    { minLength: 1, maxLength: 40 },
  )
  type JudgedRow = { truth: number; label: number; block: number; weight: number }
  const sumsOf = (
    rows: readonly JudgedRow[],
    weighted: boolean,
    clustered: boolean,
    some: Uint32Array | null = null,
  ) => {
    const design: Design = {
      blocks: Uint16Array.from(rows, ({ block }) => block),
      weights: weighted ? Float64Array.from(rows, ({ weight }) => weight) : null,
      clustered,
    }
    const [truth, label] = [rows.map((row) => row.truth), rows.map((row) => row.label)]
    return blockSums(truth, label, design, some, 3)
  }

  test('rates of whole weights are those of each row so many times, with the same variance in clusters', () => {
    fc.assert(
      fc.property(judgedRows, (rows) => {
        const whole = rows.map((row) => ({ ...row, weight: Math.ceil(row.weight) }))
        const repeated = whole.flatMap((row) => Array.from({ length: row.weight }, () => ({ ...row, weight: 1 })))
        const [weighted, plain] = [sumsOf(whole, true, true), sumsOf(repeated, false, true)]
        for (const k of [0, 1, 2]) {
          const [a, b] = [effectiveShares(weighted, k), effectiveShares(plain, k)]
          const counts = countClasses(
            repeated.map(({ truth }) => truth),
            repeated.map(({ label }) => label),
            null,
            3,
          )[k] as OneClass
          for (const rate of RATES) {
            const { hits, n } = proportionOf(counts, rate)
            if (n > 0) expect(a[rate].hits / a[rate].n).toBeCloseTo(hits / n, 10)
            expect(a[rate].design?.weight).toBeCloseTo(n, 10)
            expect(a[rate].n).toBeCloseTo(Math.min(b[rate].n, a[rate].design?.rows as number), 9)
          }
        }
      }),
    )
  })

  test('the order of rows changes nothing, a part and the rest make the whole', () => {
    fc.assert(
      fc.property(judgedRows, fc.boolean(), (rows, clustered) => {
        const all = sumsOf(rows, true, clustered)
        const turned = sumsOf([...rows].reverse(), true, clustered)
        expect(effectiveShares(turned, 1)).toEqual(effectiveShares(all, 1))
        const middle = Math.floor(rows.length / 2)
        const part = sumsOf(
          rows,
          true,
          clustered,
          Uint32Array.from({ length: middle }, (_, i) => i),
        )
        const rest = sumsOf(rows.slice(middle), true, clustered)
        expect(effectiveShares(withoutPart(all, part), 1)).toEqual(effectiveShares(rest, 1))
      }),
    )
  })

  test('each row three times in its cluster keeps the interval; taken as independent it would be narrower', () => {
    const random = seededRandom('repeats')
    const rows = Array.from({ length: 200 }, (_, block) => ({
      truth: 1,
      label: Number(random.uniform() < 0.4),
      block,
      weight: 1,
    }))
    const rate = (some: readonly JudgedRow[], clustered: boolean) =>
      estimateShare(effectiveShares(sumsOf(some, false, clustered), 1).selection_rate, 'selection_rate', 0.95)
    const width = ({ interval }: Estimate) => (interval?.high as number) - (interval?.low as number)
    const three = [...rows, ...rows, ...rows]
    expect(width(rate(three, true))).toBeCloseTo(width(rate(rows, true)), 10)
    const counts = countClasses(
      three.map(({ truth }) => truth),
      three.map(({ label }) => label),
      null,
      3,
    )[1] as OneClass
    expect(width(rate(three, true)) / width(estimateRate(counts, 'selection_rate', 0.95))).toBeCloseTo(Math.sqrt(3), 1)
  })

  test('95 % intervals of 80 clusters hold the truth 92 times in 100, where rows as independent hold it far less', () => {
    const random = seededRandom('coverage')
    const [runs, truth] = [1000, 0.3]
    const held = { rate: 0, difference: 0, independent: 0 }
    const drawn = () => {
      // Beta-binomial clusters by Polya's urn: a rate of 0.3, an intraclass correlation of 1 / 4, 2 to 9 rows each.
      return Array.from({ length: 80 }, (): [number, number] => {
        const n = 2 + random.below(8)
        let hits = 0
        for (let i = 0; i < n; i++) hits += Number(random.uniform() < (3 * truth + hits) / (3 + i))
        return [hits, n]
      })
    }
    const holds = ({ interval }: Estimate, value: number) =>
      Number((interval?.low as number) <= value && value <= (interval?.high as number))
    for (let run = 0; run < runs; run++) {
      const [one, two] = [drawn(), drawn()]
      const [a, b] = [ofClusters(one), ofClusters(two)]
      held.rate += holds(estimateShare(a, 'tpr', 0.95), truth)
      held.difference += holds(differenceOf({ group: a, other: b, overlaps: false }, 0.95), 0)
      const [hits, n] = [0, 1].map((k) => one.reduce((sum, cluster) => sum + (cluster[k] as number), 0)) as [
        number,
        number,
      ]
      held.independent += holds(estimateRate({ tp: hits, fn: n - hits, fp: 0, tn: 0 }, 'tpr', 0.95), truth)
    }
    expect(held.rate / runs).toBeGreaterThan(0.92)
    expect(held.difference / runs).toBeGreaterThan(0.92)
    expect(held.independent / runs).toBeLessThan(0.88)
  })
})

describe('how far groups lie apart', () => {
  const rates = (rate: 'selection_rate' | 'tpr' | 'fpr') => Object.values(GROUPS).map((one) => proportionOf(one, rate))
  const overall = (rate: 'selection_rate' | 'tpr' | 'fpr') => proportionOf(ALL, rate)
  const values = ({ difference, ratio }: Spread) => [difference.value, ratio.value]

  // fairlearn 0.15.0: demographic_parity_difference(y, p, sensitive_features=g, method=…) and so on
  test.each([
    ['selection_rate', 'between_groups', 0.10000000000000003, 0.7499999999999999],
    ['selection_rate', 'to_overall', 0.05238095238095242, 0.863013698630137],
    ['tpr', 'between_groups', 0.5, 0.3333333333333333],
    ['tpr', 'to_overall', 0.3375, 0.425531914893617],
  ] as const)('demographic parity, equal opportunity: %s %s', (rate, method, difference, ratio) => {
    const spread = spreadOf(rates(rate), overall(rate), method, 0.95)
    expect(spread.difference.value).toBeCloseTo(difference, 12)
    expect(spread.ratio.value).toBeCloseTo(ratio, 12)
  })

  // fairlearn 0.15.0: equalized_odds_difference(y, p, sensitive_features=g, method=…, agg=…), equalized_odds_ratio(…)
  test.each([
    ['between_groups', 'worst_case', 0.5, 0.3333333333333333],
    ['between_groups', 'mean', 0.3416666666666667, 0.39166666666666666],
    ['to_overall', 'worst_case', 0.3375, 0.425531914893617],
    ['to_overall', 'mean', 0.23541666666666666, 0.5127659574468085],
  ] as const)('equalized odds: %s, %s', (method, aggregate, difference, ratio) => {
    const all = { tpr: overall('tpr'), fpr: overall('fpr') }
    const spread = equalizedOdds(rates('tpr'), rates('fpr'), all, method, aggregate, 0.95)
    expect(spread.difference.value).toBeCloseTo(difference, 12)
    expect(spread.ratio.value).toBeCloseTo(ratio, 12)
    expect(spread.difference.interval?.low).toBeLessThanOrEqual(difference)
    expect(spread.ratio.interval?.high).toBeGreaterThanOrEqual(ratio)
  })

  test('its interval is from the closest to the furthest rates within Bonferroni’s intervals', () => {
    // statsmodels 0.15.0: proportion_confint(h, n, 0.05 / 3, 'wilson') of 40/100, 18/60, 15/50
    const three = spreadOf(rates('selection_rate'), overall('selection_rate'), 'between_groups', 0.95)
    expectInterval(three.difference, 0, 0.34742600704969884)
    expectInterval(three.ratio, 0.3313676319189329, 1)
    // proportion_confint(h, n, 0.05 / 2, 'wilson') of 300/600, 180/600
    const two = spreadOf([share(300, 600), share(180, 600)], share(480, 1200), 'between_groups', 0.95)
    expectInterval(two.difference, 0.11098583069484613, 0.2856927227956787)
    expectInterval(two.ratio, 0.47633325720626085, 0.7557733888064707)
  })

  test('a group without positive rows makes it undefined; fairlearn takes a rate of 0 and says 0.75', () => {
    const tpr = [share(30, 40), share(12, 20), share(0, 0)]
    expect(values(spreadOf(tpr, share(42, 60), 'between_groups', 0.95))).toEqual([Number.NaN, Number.NaN])
    const odds = equalizedOdds(
      tpr,
      rates('fpr'),
      { tpr: share(42, 60), fpr: overall('fpr') },
      'to_overall',
      'mean',
      0.95,
    )
    expect(odds.difference.reason).toContain('a group has none of the rows')
  })

  test('no group selected: no difference, and no ratio (fairlearn: nan)', () => {
    const spread = spreadOf([share(0, 2), share(0, 2)], share(0, 4), 'between_groups', 0.95)
    expect([spread.difference.value, spread.ratio.value, spread.ratio.reason]).toEqual([
      0,
      Number.NaN,
      'the rate is 0 in every group',
    ])
    expect(values(spreadOf([share(0, 2), share(0, 2)], share(0, 4), 'to_overall', 0.95))).toEqual([0, Number.NaN])
  })

  test('the order of the groups changes nothing, one group is none', () => {
    expect(spreadOf([share(1, 2)], share(1, 2), 'between_groups', 0.95).difference.reason).toContain('fewer than two')
    fc.assert(
      fc.property(
        fc.array(counts, { minLength: 2, maxLength: 6 }),
        fc.constantFrom('between_groups' as const, 'to_overall' as const),
        (groups, method) => {
          const all = groups.reduce((sum, { hits, n }) => share(sum.hits + hits, sum.n + n))
          const spread = spreadOf(groups, all, method, 0.95)
          expect(spreadOf([...groups].reverse(), all, method, 0.95)).toEqual(spread)
          const { value, interval } = spread.difference
          expect(interval?.low).toBeLessThanOrEqual(value + 1e-12)
          expect(interval?.high).toBeGreaterThanOrEqual(value - 1e-12)
        },
      ),
    )
  })
})

describe('parity', () => {
  test('both ends of tau … 1/tau are within, both ways; an undefined ratio is NA', () => {
    expect([0.79, 0.8, 1, 1.25, 1.26, Number.NaN].map((ratio) => parityOf(ratio, 0.8))).toEqual([
      false,
      true,
      true,
      true,
      false,
      null,
    ])
  })

  test.each<[string, Parity[], Parity]>([
    ['all true', [true, true], true],
    ['NA beside true', [true, null], null],
    ['NA beside false', [null, false], false],
    ['all NA', [null, null], null],
    ['nothing', [], null],
  ])('of several: %s', (_name, parts, expected) => {
    expect(allOf(parts)).toBe(expected)
  })

  test('roll-ups of group c as Aequitas’, where no part is NA', () => {
    // aequitas 1.1.0: Fairness(tau=0.8).get_group_value_fairness(predefined reference b); row a
    const rolled = rollUp({ selection_rate: false, tpr: true, fpr: true, fnr: false, fdr: false, for: true })
    expect(rolled).toEqual({
      demographic_parity: false,
      equal_opportunity: true,
      equalized_odds: true,
      type_i_parity: false,
      type_ii_parity: false,
      supervised_parity: false,
    })
  })

  test('an undefined part leaves the whole undefined, unless another is false', () => {
    const none = { selection_rate: true, tpr: null, fnr: null, fdr: true, for: true }
    expect(rollUp({ ...none, fpr: true })).toEqual({
      demographic_parity: true,
      equal_opportunity: null,
      equalized_odds: null,
      type_i_parity: true,
      type_ii_parity: null,
      supervised_parity: null,
    })
    // aequitas 1.1.0, reference a, a group without positive rows: TPR NA, FPR false, equalized odds and both types false.
    expect(rollUp({ ...none, fpr: false })).toMatchObject({ equalized_odds: false, supervised_parity: false })
  })
})
