import fc from 'fast-check'
import { type Contrast, chanceWithin, differenceOf, ratioOf } from '../../../shared/stats/bias/compare.js'
import { allOf, type Parity, parityOf, rollUp } from '../../../shared/stats/bias/parity.js'
import { type Counts, countClasses, estimateRate, proportionOf, RATES } from '../../../shared/stats/bias/rates.js'
import { equalizedOdds, type Spread, spreadOf } from '../../../shared/stats/bias/spread.js'
import type { Estimate } from '../../../shared/stats/types.js'

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
const GROUPS: Readonly<Record<'a' | 'b' | 'c', Counts>> = {
  a: { tp: 30, fp: 10, fn: 10, tn: 50 },
  b: { tp: 12, fp: 6, fn: 8, tn: 34 },
  c: { tp: 5, fp: 10, fn: 15, tn: 20 },
}
const ALL: Counts = { tp: 47, fp: 26, fn: 33, tn: 104 }

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
