import fc from 'fast-check'
import { firstOrder } from '../../../shared/stats/metrics/estimators/ranked.js'
import { rankedRows, sumsByBlock } from '../../../shared/stats/metrics/estimators/ranking.js'
import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import { ascendingOrder } from '../../../shared/stats/order.js'
import { aucInfluence, rankedAuc } from '../../../shared/stats/ranked/auc.js'
import { averagePrecisionInfluence, rankedAveragePrecision } from '../../../shared/stats/ranked/average-precision.js'
import {
  interpolatedPrecisionInfluence,
  rankedInterpolatedPrecision,
} from '../../../shared/stats/ranked/interpolated.js'
import { kolmogorovInfluence, rankedKolmogorov } from '../../../shared/stats/ranked/kolmogorov.js'
import { partialAucInfluence, rankedPartialAuc } from '../../../shared/stats/ranked/partial-auc.js'
import { rankDescending } from '../../../shared/stats/ranked/ranking.js'
import { orderedBy, spearman, spearmanInfluence } from '../../../shared/stats/ranked/spearman.js'
import type { BinarySample, Sample } from '../../../shared/stats/sample.js'
import { intervalFromReplicates, withBlockWeights } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import type { Interval } from '../../../shared/stats/types.js'
import { binary, multiclass, regression, SCORE, TRUTH, weighted } from './fixtures.js'

const SETTINGS = { level: 0.95, seed: 'first order', replicates: 300 }

const RANKED = [
  ['roc_auc', rankedAuc, aucInfluence],
  ['average_precision', rankedAveragePrecision, averagePrecisionInfluence],
  ['pr_auc_interpolated', rankedInterpolatedPrecision, interpolatedPrecisionInfluence],
  ['ks', rankedKolmogorov, kolmogorovInfluence],
  ['roc_auc_max_fpr_0.3', rankedPartialAuc(0.3), partialAucInfluence(0.3)],
] as const

/** Scores of 1 / (1 + e⁻ᶻ), in hundredths, so that some tie. */
function scored(n: number, seed: string): BinarySample {
  const random = seededRandom(seed)
  const logit = Array.from({ length: n }, () => 2 * random.normal())
  const share = (z: number) => 1 / (1 + Math.exp(-z))
  return binary(
    logit.map((z) => Number(random.uniform() < share(z))),
    logit.map((z) => Math.round(100 * share(z + 0.5 * random.normal())) / 100),
  )
}

function expectSimilar(a: Interval | null, b: Interval | null, share: number): void {
  const length = (b?.high as number) - (b?.low as number)
  expect(Math.abs((a?.low as number) - (b?.low as number))).toBeLessThan(share * length)
  expect(Math.abs((a?.high as number) - (b?.high as number))).toBeLessThan(share * length)
}

describe.each(RANKED)('%s', (name, statistic, influence) => {
  test('the influence of a row is the slope of the statistic in its weight', () => {
    const random = seededRandom(name)
    const truth = [...TRUTH, ...TRUTH]
    const score = [...SCORE, ...SCORE.map((s) => Math.min(1, s + 0.03))]
    const ranking = rankDescending(truth, score)
    const weights = Float64Array.from(truth, () => 0.5 + random.uniform())
    const psi = influence(ranking, weights)
    const h = 1e-5
    psi.forEach((slope, i) => {
      const at = (step: number) => {
        const moved = weights.slice()
        moved[i] = (moved[i] as number) + step
        return statistic(ranking, moved)
      }
      expect(slope).toBeCloseTo(((at(h) - at(-h)) / (2 * h)) * (weights[i] as number), 7)
    })
    expect(psi.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 12)
  })

  test('20,000 rows: the interval is that of replicates which read every row', () => {
    const sample = scored(20000, name)
    const exact = findMetric(name, 'binary')?.estimate({ ...sample, clustered: true }, SETTINGS).interval ?? null
    expect(exact?.method).toBe('Poisson bootstrap of clusters, percentile')
    const { ranking, weights, keys } = rankedRows(sample)
    const replicates = firstOrder(
      statistic(ranking, weights),
      sumsByBlock(influence(ranking, weights), keys()),
      SETTINGS,
    )
    expectSimilar(intervalFromReplicates(replicates, 0.95, 'first order').interval, exact, 0.1)
  })

  test('only the order of the scores matters', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), fc.nat(20)), { minLength: 2, maxLength: 40 }), (rows) => {
        const truth = rows.map(([t]) => t)
        const value = (transform: (score: number) => number) =>
          findMetric(name, 'binary')?.value(
            binary(
              truth,
              rows.map(([, score]) => transform(score / 20)),
            ),
          )
        expect(value((score) => score ** 3)).toEqual(value((score) => score))
        expect(value((score) => 0.2 + score / 2)).toEqual(value((score) => score))
      }),
    )
  })
})

test('Spearman: the influence of a row is the slope of ρ in its weight', () => {
  const random = seededRandom('spearman')
  const [x, y] = [0, 1].map(() => Float64Array.from({ length: 30 }, () => random.below(8))) as [
    Float64Array,
    Float64Array,
  ]
  const weights = Float64Array.from({ length: 30 }, () => 0.5 + random.uniform())
  const [byX, byY] = [orderedBy(x, ascendingOrder(x)), orderedBy(y, ascendingOrder(y))]
  const rho = (w: Float64Array) => spearman(byX, byY, w, [new Float64Array(30), new Float64Array(30)])
  const h = 1e-5
  spearmanInfluence(byX, byY, weights).forEach((slope, i) => {
    const at = (step: number) => {
      const moved = weights.slice()
      moved[i] = (moved[i] as number) + step
      return rho(moved)
    }
    expect(slope).toBeCloseTo(((at(h) - at(-h)) / (2 * h)) * (weights[i] as number), 7)
  })
})

describe('several classes: as replicates in which every row weighs what its block does', () => {
  const random = seededRandom('classes')
  const n = 600
  const truth = Array.from({ length: n }, () => Math.min(2, random.below(5)))
  const rows = truth.map((t) => {
    const weights = [0, 1, 2].map((k) => random.uniform() + (k === t ? 0.4 : 0))
    const sum = weights.reduce((a, b) => a + b, 0)
    return weights.map((w) => w / sum)
  })
  const sample = multiclass(
    truth,
    rows.map((row) => row.indexOf(Math.max(...row))),
    3,
    rows.flat(),
  )

  function exactly(metric: Metric, of: Sample): Interval | null {
    const replicates = withBlockWeights(SETTINGS, (weights) => {
      const own = of.weights ?? new Float64Array(of.n).fill(1)
      const drawn = Array.from(own, (weight, i) => weight * (weights[of.blocks[i] as number] as number))
      return metric.value(weighted(of, drawn)).value
    })
    return intervalFromReplicates(replicates, 0.95, 'exact').interval
  }

  test.each([
    'roc_auc_ovr_macro',
    'roc_auc_ovr_weighted',
    'roc_auc_ovr_micro',
    'roc_auc_ovo_macro',
    'roc_auc_ovo_weighted',
    'average_precision_macro',
    'average_precision_weighted',
    'average_precision_micro',
  ])('%s', (name) => {
    const metric = findMetric(name, 'multiclass') as Metric
    expectSimilar(metric.estimate(sample, SETTINGS).interval, exactly(metric, sample), 0.12)
    const uneven = weighted(
      sample,
      truth.map((_, i) => 0.5 + (i % 4) / 2),
    )
    expectSimilar(metric.estimate(uneven, SETTINGS).interval, exactly(metric, uneven), 0.12)
  })
})

test('the median of many rows: its interval is that of theory', () => {
  const random = seededRandom('median')
  const n = 60000
  const truth = Array.from({ length: n }, () => 0)
  const sample = regression(
    truth,
    truth.map(() => random.normal()),
  )
  const { value, interval } = findMetric('median_ae', 'regression')?.estimate(sample, SETTINGS) ?? {}
  // |N(0, 1)| has its median at 0.67449 and there the density 0.63555 (scipy 1.17.1 halfnorm): 1.96 · ½ / (0.63555 √n).
  const half = (1.959964 * 0.5) / (0.635553 * Math.sqrt(n))
  expect(value).toBeCloseTo(0.67449, 1)
  expect(interval?.method).toContain('ranks at the quantile')
  expect((interval?.high as number) - (interval?.low as number)).toBeGreaterThan(2 * half * 0.8)
  expect((interval?.high as number) - (interval?.low as number)).toBeLessThan(2 * half * 1.2)
})

test('weights of 1: the bootstrap that takes the place of a closed form gives the same interval', () => {
  const sample = scored(3000, 'ones')
  for (const name of ['roc_auc', 'log_loss', 'accuracy', 'recall', 'precision', 'f1', 'brier']) {
    const metric = findMetric(name, 'binary') as Metric
    const settings = { ...SETTINGS, replicates: 1000 }
    const closed = metric.estimate(sample, settings).interval
    const drawn = metric.estimate(weighted(sample, new Array(3000).fill(1)), settings).interval
    expect(drawn?.method).toContain('bootstrap')
    expectSimilar(drawn, closed, 0.08)
  }
})
