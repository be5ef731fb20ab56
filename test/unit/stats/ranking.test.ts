import fc from 'fast-check'
import { findMetric } from '../../../shared/stats/metrics/index.js'
import { FAMILIES } from '../../../shared/stats/metrics/ranking/index.js'
import { withoutRelevant } from '../../../shared/stats/metrics/ranking/queries.js'
import { type RankingSample, selectRows } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { named, ranking, SETTINGS, valueBy } from './task-fixtures.js'

type Ranked = readonly (readonly [item: number, score: number, relevance: number])[]

/** Three queries over five items; the third does not rank item 4, which is relevant. */
const UNTIED = [
  {
    ranked: [
      [0, 0.9, 3],
      [1, 0.85, 0],
      [2, 0.8, 1],
      [4, 0.4, 2],
      [3, 0.1, 0],
    ] as Ranked,
  },
  {
    ranked: [
      [1, 0.6, 0],
      [0, 0.5, 0],
      [2, 0.4, 0],
      [3, 0.3, 1],
      [4, 0.2, 0],
    ] as Ranked,
  },
  {
    ranked: [
      [1, 0.9, 2],
      [3, 0.8, 1],
      [2, 0.3, 0],
      [0, 0.1, 0],
    ] as Ranked,
    more: [1],
  },
]
const WEIGHTS = [1, 2, 0.5]

// trec_eval through pytrec_eval-terrier 0.5.11, RelevanceEvaluator(qrels, {'map', 'map_cut.3', 'recip_rank', 'P.3',
// 'recall.3', 'success.1,3', 'Rprec', 'ndcg', 'ndcg_cut.3'}) on the same queries; means and np.average with the weights.
// Its map_cut divides by all relevant items, which are no more than 3 here, so that min(R, 3) is the same.
test.each([
  ['map', 0.574074074074074, 0.4682539682539682],
  ['map_at_3', 0.4074074074074074, 0.25396825396825395],
  ['mrr', 0.75, 0.5714285714285714],
  ['precision_at_3', 0.4444444444444444, 0.2857142857142857],
  ['recall_at_3', 0.4444444444444444, 0.2857142857142857],
  ['hit_rate_at_1', 0.6666666666666666, 0.42857142857142855],
  ['hit_rate_at_3', 0.6666666666666666, 0.42857142857142855],
  ['r_precision', 0.4444444444444444, 0.2857142857142857],
  ['ndcg', 0.7289574816773629, 0.6278278539758376],
  ['ndcg_at_3', 0.5251033378396582, 0.33004528552254986],
])('%s equals trec_eval, plain and weighted', (name, plain, weighted) => {
  expect(valueBy(name, ranking(UNTIED, 5))).toBeCloseTo(plain, 12)
  expect(valueBy(name, ranking(UNTIED, 5, { weights: WEIGHTS }))).toBeCloseTo(weighted, 12)
})

/** Two scores of the first and of the second query are equal. */
const TIED = [
  {
    ranked: [
      [0, 0.9, 3],
      [1, 0.8, 0],
      [2, 0.8, 1],
      [4, 0.4, 2],
      [3, 0.1, 0],
    ] as Ranked,
  },
  {
    ranked: [
      [0, 0.5, 0],
      [1, 0.5, 0],
      [2, 0.4, 0],
      [3, 0.3, 1],
      [4, 0.2, 0],
    ] as Ranked,
  },
  {
    ranked: [
      [1, 0.9, 2],
      [3, 0.8, 0],
      [4, 0.7, 0],
      [2, 0.3, 0],
      [0, 0.1, 0],
    ] as Ranked,
  },
]

// scikit-learn 1.9.1 ndcg_score(rel, score, k=…, sample_weight=w); exponential: ndcg_score(2.0**rel - 1, score, …).
test.each([
  ['ndcg_at_1', 0.6666666666666666, 0.42857142857142855],
  ['ndcg_exponential_at_1', 0.6666666666666666, 0.42857142857142855],
  ['ndcg_at_3', 0.5829182466385548, 0.3567870685473328],
  ['ndcg_exponential_at_3', 0.6018181843820882, 0.37298701518464705],
  ['ndcg', 0.7867723904762597, 0.6545696370006205],
  ['ndcg_exponential', 0.7912288651212208, 0.6583894724105873],
])('%s equals scikit-learn with ties, plain and weighted', (name, plain, weighted) => {
  expect(valueBy(name, ranking(TIED, 5))).toBeCloseTo(plain, 12)
  expect(valueBy(name, ranking(TIED, 5, { weights: WEIGHTS }))).toBeCloseTo(weighted, 12)
})

/** The second query has no relevant item. */
const EMPTY = [
  ...UNTIED.slice(0, 1),
  {
    ranked: [
      [0, 0.5, 0],
      [1, 0.4, 0],
      [2, 0.3, 0],
      [3, 0.2, 0],
      [4, 0.1, 0],
    ] as Ranked,
  },
  {
    ranked: [
      [0, 0.9, 2],
      [1, 0.8, 1],
      [2, 0.3, 0],
      [3, 0.2, 0],
      [4, 0.1, 0],
    ] as Ranked,
  },
]

// scikit-learn 1.9.1 ndcg_score(rel, score, k=3), with sample_weight=w, and without k: a query of zeros counts 0.
test('queries without a relevant item count 0 where the name says so', () => {
  const [sample, heavy] = [ranking(EMPTY, 5), ranking(EMPTY, 5, { weights: WEIGHTS })]
  expect(valueBy('ndcg_zero_at_3', sample)).toBeCloseTo(0.5783356617129581, 12)
  expect(valueBy('ndcg_zero_at_3', heavy)).toBeCloseTo(0.35285913861110696, 12)
  expect(valueBy('ndcg_zero', sample)).toBeCloseTo(0.6386309528595319, 12)
  for (const name of ['ndcg', 'map', 'mrr', 'hit_rate', 'precision', 'recall']) {
    // As torchmetrics has it with empty_target_action='neg', its default: the mean over all three.
    expect([name, valueBy(`${name}_zero_at_2`, sample)]).toEqual([
      name,
      expect.closeTo((2 / 3) * valueBy(`${name}_at_2`, sample), 12),
    ])
    expect(named(`${name}_zero_at_2`, 'ranking').estimate(sample, SETTINGS).n).toBe(3)
    expect(named(`${name}_at_2`, 'ranking').estimate(sample, SETTINGS).n).toBe(2)
  }
  expect(named('map_zero_at_2', 'ranking').definition).toContain('queries without a relevant item count 0')
  expect(findMetric('fall_out_zero_at_2', 'ranking')).toBeUndefined()
  expect(findMetric('recall_zero', 'ranking')).toBeUndefined()
})

test('equal scores: averaged, or in their order', () => {
  const queries = [
    {
      ranked: [
        [0, 0.5, 0],
        [1, 0.5, 1],
      ] as Ranked,
    },
  ]
  // DCG over both orders: (1 / log2(2) + 1 / log2(3)) / 2; in their order: 1 / log2(3).
  expect(valueBy('ndcg', ranking(queries, 2))).toBeCloseTo((1 + 1 / Math.log2(3)) / 2, 12)
  expect(valueBy('ndcg_ordered', ranking(queries, 2))).toBeCloseTo(1 / Math.log2(3), 12)
  expect(valueBy('ndcg_exponential_ordered_at_1', ranking(queries, 2))).toBe(0)
})

test('average precision at k divides by min(R, k)', () => {
  // Relevant at ranks 1 and 3 of four relevant ones: (1/1) / min(4, 2) at 2, (1 + 2/3) / min(4, 3) at 3.
  const sample = ranking(
    [
      {
        ranked: [
          [0, 3, 1],
          [1, 2, 0],
          [2, 1, 1],
        ] as Ranked,
        more: [1, 1],
      },
    ],
    5,
  )
  expect(valueBy('map_at_2', sample)).toBe(0.5)
  expect(valueBy('map_at_3', sample)).toBeCloseTo((1 + 2 / 3) / 3, 12)
  expect(valueBy('map', sample)).toBeCloseTo((1 + 2 / 3) / 4, 12)
})

test('queries without a relevant item are left out and not counted', () => {
  const sample = ranking(
    [
      ...UNTIED,
      {
        ranked: [
          [0, 1, 0],
          [1, 0.5, 0],
        ] as Ranked,
      },
      { ranked: [] },
    ],
    5,
  )
  expect(withoutRelevant(sample)).toBe(2)
  for (const name of [
    'ndcg_at_3',
    'map',
    'mrr_at_3',
    'hit_rate_at_1',
    'precision_at_3',
    'recall_at_3',
    'r_precision',
  ]) {
    const { n, value } = named(name, 'ranking').estimate(sample, SETTINGS)
    expect(n).toBe(3)
    expect(value).toBe(valueBy(name, ranking(UNTIED, 5)))
  }
  const none = ranking([{ ranked: [[0, 1, 0]] as Ranked }], 5)
  expect(named('ndcg_at_10', 'ranking').value(none)).toEqual({
    value: Number.NaN,
    reason: 'no query has a relevant item',
  })
})

test('fall-out is the share of the irrelevant ranked items within k', () => {
  // By hand, as torchmetrics defines RetrievalFallOut(top_k=2): irrelevant within 2 / irrelevant is 1/2, 2/4 and 0/2; a
  // query of relevant items alone has none.
  const all = { ranked: [[0, 1, 1]] as Ranked }
  expect(valueBy('fall_out_at_2', ranking([...UNTIED, all], 5))).toBeCloseTo((1 / 2 + 2 / 4 + 0) / 3, 12)
  expect(named('fall_out_at_2', 'ranking').value(ranking([all], 5)).reason).toMatch(/not relevant/)
})

test('catalogue coverage, novelty and popularity', () => {
  const popularity = [8, 4, 2, 2, 0, 0, 0, 0]
  const sample = ranking(UNTIED, 8, { popularity })
  // First two ranks: items 0 1, 1 0, 1 3.
  expect(valueBy('catalogue_coverage_at_2', sample)).toBe(3 / 8)
  // −log2 of 8/16, 4/16, 2/16 is 1, 2, 3.
  expect(valueBy('novelty_at_2', sample)).toBe((1.5 + 1.5 + 2.5) / 3)
  expect(valueBy('popularity_at_2', sample)).toBe((6 + 6 + 3) / 16 / 3)
  // An item without interactions counts as if it had one: −log2(1/16) = 4.
  expect(valueBy('novelty_at_1', ranking([{ ranked: [[7, 1, 1]] as Ranked }], 8, { popularity }))).toBe(4)
  expect(named('novelty_at_2', 'ranking').value(ranking(UNTIED, 8)).reason).toMatch(/training data are not known/)
})

test('the spread of the coverage is that of the jackknife, and never none', () => {
  const queries = Array.from({ length: 40 }, (_, q) => ({ ranked: [[q % 30, 1, 1]] as Ranked }))
  const { interval, value } = named('catalogue_coverage_at_1', 'ranking').estimate(ranking(queries, 100), SETTINGS)
  expect(value).toBe(0.3)
  // Twenty items are recommended by one query only, ten by two: the variance of the 40 leave-one-out values times 39,
  // and one item more; the t quantile with 39 degrees of freedom is 2.0226909.
  const spread = (39 / 40) * (20 * (0.01 - 0.005) ** 2 + 20 * 0.005 ** 2) + 0.01 ** 2
  expect(interval?.high).toBeCloseTo(0.3 + 2.0226909 * Math.sqrt(spread), 6)
  expect(interval?.method).toBe('jackknife over query blocks, Student t')
  const same = Array.from({ length: 40 }, () => ({ ranked: [[0, 1, 1]] as Ranked }))
  const all = named('catalogue_coverage_at_1', 'ranking').estimate(ranking(same, 100), SETTINGS).interval
  expect((all?.high as number) - (all?.low as number)).toBeGreaterThan(0.02)
  expect(named('catalogue_coverage_at_1', 'ranking').estimate(ranking(same.slice(0, 1), 100), SETTINGS).reason).toMatch(
    /one block/,
  )
})

// Over 400 draws of 60 queries the interval holds the mean coverage of such draws in at least 93 % of them.
test('the interval of the coverage holds what other queries would cover', () => {
  const random = seededRandom('coverage')
  const draw = () =>
    ranking(
      Array.from({ length: 60 }, () => ({ ranked: [[Math.floor(200 * random.uniform() ** 2), 1, 1]] as Ranked })),
      200,
    )
  const samples = Array.from({ length: 400 }, draw)
  const metric = named('catalogue_coverage_at_1', 'ranking')
  const expected = samples.reduce((sum, sample) => sum + metric.value(sample).value, 0) / samples.length
  const held = samples.filter((sample) => {
    const { interval } = metric.estimate(sample, SETTINGS)
    return interval !== null && interval.low <= expected && expected <= interval.high
  })
  expect(held.length / samples.length).toBeGreaterThan(0.93)
})

test('names out of range are no metrics', () => {
  for (const name of [
    'ndcg_at_0',
    'hit_rate',
    'recall_at_',
    'mrr_at_0',
    'catalogue_coverage',
    'ndcg_ordered_exponential',
  ]) {
    expect(
      FAMILIES.some(({ pattern, of }) => {
        const found = pattern.exec(name)
        return found !== null && of(name, ...found.slice(1)) !== undefined
      }),
    ).toBe(false)
  }
})

function pair(queries: number): [RankingSample, RankingSample] {
  const random = seededRandom('ranking')
  const relevances = Array.from({ length: queries }, () =>
    Array.from({ length: 12 }, () => Number(random.uniform() < 0.2)),
  )
  const popularity = Array.from({ length: 12 }, (_, item) => 1 + item ** 2)
  const model = (noise: number) =>
    ranking(
      relevances.map((own) => {
        const ranked = own.map((relevance, item) => [item, relevance + noise * random.normal(), relevance] as const)
        return { ranked: [...ranked].sort((a, b) => b[1] - a[1]) }
      }),
      12,
      { popularity },
    )
  return [model(0.5), model(1.5)]
}

const SOME = [
  'ndcg_at_5',
  'ndcg_exponential_ordered',
  'map_at_5',
  'mrr_at_5',
  'hit_rate_at_2',
  'precision_at_3',
  'recall_at_3',
  'fall_out_at_3',
  'r_precision',
  'novelty_at_3',
  'popularity_at_3',
]

describe.each(SOME)('%s', (name) => {
  const [better, worse] = pair(120)
  const metric = named(name, 'ranking')

  test('intervals, swapped models, definition', () => {
    const { value, interval } = metric.estimate(better, SETTINGS)
    expect(interval?.low).toBeLessThan(value)
    expect(interval?.high).toBeGreaterThan(value)
    const forward = metric.difference(better, worse, SETTINGS)
    const backward = metric.difference(worse, better, SETTINGS)
    expect(backward.value).toBeCloseTo(-forward.value, 12)
    expect(forward.interval?.low).toBeLessThan(forward.interval?.high as number)
    expect(metric.definition).toMatch(/^\S.{20,}\.$/)
  })

  test('weight 2 is a query twice, in any order of queries', () => {
    const rows = Uint32Array.from({ length: 180 }, (_, i) => (i < 120 ? i : i - 120)).reverse()
    const weights = Float64Array.from({ length: 120 }, (_, i) => (i < 60 ? 2 : 1))
    expect(metric.value({ ...better, weights }).value).toBeCloseTo(metric.value(selectRows(better, rows)).value, 12)
    expect(metric.estimate({ ...better, clustered: true }, SETTINGS).interval?.method).toMatch(/clusters/)
  })
})

test('a hit rate is a proportion', () => {
  const { interval } = named('hit_rate_at_10', 'ranking').estimate(
    ranking(
      Array.from({ length: 40 }, () => ({ ranked: [[0, 1, 1]] as Ranked })),
      1,
    ),
    SETTINGS,
  )
  // scipy 1.17.1 binomtest(40, 40).proportion_ci(method='wilson').low
  expect(interval?.low).toBeCloseTo(0.9123783988027133, 12)
  expect(interval?.high).toBe(1)
})

test('a difference over other queries is no paired one', () => {
  const more = { ranked: [[0, 1, 0]] as Ranked }
  const some = ranking([...UNTIED.slice(0, 2), { ranked: [] }, more, more, more], 5)
  const others = ranking([...UNTIED.slice(0, 2), more, more, more, { ranked: [] }], 5)
  const { interval } = named('fall_out_at_2', 'ranking').difference(some, others, SETTINGS)
  expect(interval?.method ?? 'Poisson').toMatch(/^Poisson/)
})

test('a monotone change of the scores changes nothing', () => {
  const [sample] = pair(30)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), (power) => {
      const moved = { ...sample, score: sample.score.map((s) => 7 + power * s) }
      for (const name of SOME) expect(valueBy(name, moved)).toBeCloseTo(valueBy(name, sample), 12)
    }),
    { numRuns: 5 },
  )
})
