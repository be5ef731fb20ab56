import fc from 'fast-check'
import { metricNames } from '../../../shared/stats/metrics/index.js'
import { weightedAuc, weightedAveragePrecision } from '../../../shared/stats/metrics/multilabel/areas.js'
import { METRICS } from '../../../shared/stats/metrics/multilabel/index.js'
import { gradientOf } from '../../../shared/stats/metrics/multilabel/overlap.js'
import { type MultilabelSample, selectRows } from '../../../shared/stats/sample.js'
import { BLOCKS, intervalFromReplicates, withBlockWeights } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import type { Interval } from '../../../shared/stats/types.js'
import { multilabel, named, SETTINGS, valueBy } from './task-fixtures.js'

const CLASSES = ['a', 'b', 'c']
const TRUTH = [1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1]
const SCORES = [
  0.9, 0.2, 0.6, 0.3, 0.8, 0.3, 0.7, 0.4, 0.4, 0.1, 0.6, 0.2, 0.6, 0.6, 0.1, 0.2, 0.7, 0.7, 0.8, 0.9, 0.3, 0.4, 0.1,
  0.5,
]
const WEIGHTS = [1, 2, 0.5, 1, 3, 1, 0, 2]
const PLAIN = multilabel(TRUTH, SCORES, CLASSES)
const WEIGHTED = multilabel(TRUTH, SCORES, CLASSES, WEIGHTS)

// scikit-learn 1.9.1 with t, s as above and p = s > 0.5, without and with sample_weight:
// precision_score(t, p, average=…), recall_score, f1_score, fbeta_score(beta=2), jaccard_score, all zero_division=0;
// accuracy_score, hamming_loss, label_ranking_average_precision_score(t, s), coverage_error, label_ranking_loss,
// roc_auc_score(t, s, average=…), average_precision_score; log_loss and brier_score_loss as the mean of the columns.
test.each([
  ['precision_micro', 0.8181818181818182, 0.7037037037037037],
  ['recall_micro', 0.75, 0.7916666666666666],
  ['f1_micro', 0.782608695652174, 0.7450980392156863],
  ['f2_micro', 0.7627118644067796, 0.7723577235772358],
  ['jaccard_micro', 0.6428571428571429, 0.59375],
  ['precision_macro', 0.8666666666666667, 0.8095238095238096],
  ['recall_macro', 0.75, 0.7857142857142857],
  ['f1_macro', 0.7777777777777777, 0.746031746031746],
  ['f2_macro', 0.7566137566137566, 0.7566137566137566],
  ['jaccard_macro', 0.6666666666666666, 0.6333333333333333],
  ['precision_weighted', 0.8666666666666667, 0.8333333333333334],
  ['recall_weighted', 0.75, 0.7916666666666666],
  ['f1_weighted', 0.7777777777777777, 0.7638888888888888],
  ['f2_weighted', 0.7566137566137566, 0.7685185185185185],
  ['jaccard_weighted', 0.6666666666666666, 0.6583333333333333],
  ['precision_samples', 0.6875, 0.5714285714285714],
  ['recall_samples', 0.6458333333333333, 0.6904761904761905],
  ['f1_samples', 0.6416666666666666, 0.6031746031746033],
  ['f2_samples', 0.6378968253968254, 0.6455026455026455],
  ['jaccard_samples', 0.5833333333333333, 0.5476190476190477],
  ['precision_of:c', 1.0, 1.0],
  ['recall_of:c', 0.5, 0.5],
  ['f0.5_of:a', 1.0, 1.0],
  ['exact_match', 0.375, 0.38095238095238093],
  ['hamming_loss', 0.20833333333333334, 0.20634920634920634],
  ['lrap', 0.9166666666666666, 0.8492063492063492],
  ['coverage_error', 1.75, 1.4761904761904763],
  ['ranking_loss', 0.125, 0.16666666666666666],
  ['roc_auc_micro', 0.9166666666666667, 0.920405982905983],
  ['average_precision_micro', 0.905808080808081, 0.8435841755734229],
  ['roc_auc_macro', 0.9270833333333334, 0.9727891156462585],
  ['average_precision_macro', 0.9444444444444443, 0.9746031746031747],
  ['roc_auc_weighted', 0.9270833333333334, 0.9761904761904763],
  ['average_precision_weighted', 0.9444444444444443, 0.9777777777777779],
  ['roc_auc_of:b', 0.875, 0.9183673469387755],
  ['average_precision_of:b', 0.9166666666666666, 0.9238095238095239],
  ['log_loss', 0.4214662387552563, 0.4127491336765117],
  ['brier', 0.13166666666666668, 0.12746031746031747],
])('%s equals scikit-learn, plain and weighted', (name, plain, weighted) => {
  expect(valueBy(name, PLAIN)).toBeCloseTo(plain, 12)
  expect(valueBy(name, WEIGHTED)).toBeCloseTo(weighted, 12)
})

const reasonOf = (name: string, sample: MultilabelSample) => named(name, 'multilabel').value(sample).reason

test('what is undefined says why', () => {
  const none = multilabel([0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4], ['a', 'b'])
  expect(reasonOf('f1_micro', none)).toBe('no pair of row and class is true or predicted')
  expect(reasonOf('recall_of:b', none)).toBe('no row is true')
  expect(reasonOf('recall_of:z', none)).toBe('there is no class "z"')
  expect(reasonOf('f1_weighted', none)).toBe('no row has any class')
  expect(reasonOf('roc_auc_macro', none)).toBe('no row has the class a')
  expect(reasonOf('roc_auc_micro', none)).toBe('rows with and rows without a class are needed')
  expect(reasonOf('average_precision_weighted', none)).toBe('no row has any class')
  const all = multilabel([1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], ['a', 'b'])
  expect(reasonOf('roc_auc_of:a', all)).toBe('every row has the class a')
  expect(reasonOf('roc_auc_weighted', all)).toBe('every row has the class a')
  expect(reasonOf('lrap', { ...all, scores: null })).toMatch(/labels only/)
})

// scikit-learn: a row with no or with all labels counts 1 in label_ranking_average_precision_score and 0 in
// label_ranking_loss; precision_score(average='samples', zero_division=0) counts 0/0 as 0.
test('rows with no class and with every class', () => {
  const sample = multilabel([0, 0, 1, 1], [0.1, 0.2, 0.9, 0.3], ['a', 'b'])
  expect(valueBy('lrap', sample)).toBe(1)
  expect(valueBy('ranking_loss', sample)).toBe(0)
  expect(valueBy('coverage_error', sample)).toBe(1)
  expect(valueBy('jaccard_samples', sample)).toBe(0.25)
  expect(valueBy('f1_macro', sample)).toBe(0.5)
})

test('names and families of the task', () => {
  expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length)
  expect(metricNames('multilabel')).toEqual(expect.arrayContaining(['f<β>_<average>', 'roc_auc_of:<class>', 'lrap']))
  expect(() => named('f0_macro', 'multilabel')).toThrow()
  expect(named('recall_of:two words: x', 'multilabel').title).toBe('recall of two words: x')
})

function pair(n: number, seed: string): [MultilabelSample, MultilabelSample] {
  const random = seededRandom(seed)
  const logits = Array.from({ length: n * 3 }, () => 2 * random.normal() - 0.5)
  const truth = logits.map((x) => Number(random.uniform() < 1 / (1 + Math.exp(-x))))
  const model = (noise: number) =>
    multilabel(
      truth,
      logits.map((x) => 1 / (1 + Math.exp(-x - noise * random.normal()))),
      CLASSES,
    )
  return [model(0.3), model(0.8)]
}

const SOME = [...METRICS, named('f2_of:b', 'multilabel'), named('roc_auc_of:a', 'multilabel')]

describe.each(SOME.map((metric) => [metric.name, metric] as const))('%s', (_name, metric) => {
  const [better, worse] = pair(300, 'multilabel')

  test('value in range and interval; the swapped models negate the difference', () => {
    const { value, interval, reason } = metric.estimate(better, SETTINGS)
    expect(reason).toBeNull()
    expect(value).toBeGreaterThanOrEqual(metric.range[0])
    expect(value).toBeLessThanOrEqual(metric.range[1])
    expect(interval?.low).toBeLessThan(value)
    expect(interval?.high).toBeGreaterThan(value)
    const forward = metric.difference(better, worse, SETTINGS)
    const backward = metric.difference(worse, better, SETTINGS)
    expect(backward.value).toBeCloseTo(-forward.value, 12)
    expect(forward.interval?.low).toBeLessThan(forward.interval?.high as number)
  })

  test('the order of rows changes nothing, and weight 2 is a row twice', () => {
    const reversed = selectRows(
      better,
      Uint32Array.from({ length: 300 }, (_, i) => 299 - i),
    )
    expect(metric.value(reversed).value).toBeCloseTo(metric.value(better).value, 12)
    const rows = Uint32Array.from({ length: 450 }, (_, i) => (i < 300 ? i : i - 300))
    const twice = metric.value(selectRows(better, rows)).value
    const weights = Float64Array.from({ length: 300 }, (_, i) => (i < 150 ? 2 : 1))
    expect(metric.value({ ...better, weights }).value).toBeCloseTo(twice, 12)
    const { interval } = metric.estimate({ ...better, weights, clustered: true }, SETTINGS)
    expect(interval?.method).toMatch(/^Poisson bootstrap of clusters/)
  })
})

test('slopes are the derivatives by the weight of a row', () => {
  const step = 1e-6
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 3 })), {
        minLength: 3,
        maxLength: 12,
      }),
      fc.nat(),
      (rows, pick) => {
        const truth = rows.map(([positive]) => Number(positive))
        fc.pre(truth.includes(0) && truth.includes(1))
        const score = rows.map(([, s]) => s / 5)
        const at = pick % rows.length
        const weights = rows.map(([, , w]) => w)
        for (const area of [weightedAuc, weightedAveragePrecision]) {
          const moved = (by: number) =>
            area(
              truth,
              score,
              weights.map((w, i) => (i === at ? w + by : w)),
            ).value
          const slope = (moved(step) - moved(-step)) / (2 * step)
          expect(area(truth, score, weights).slope[at]).toBeCloseTo(slope, 6)
        }
      },
    ),
  )
})

test('the gradient of a mean over classes is its derivative by each cell', () => {
  const cells = Float64Array.from([5, 2, 1, 0, 0, 0, 3, 0, 4])
  for (const weighted of [false, true]) {
    for (const [a, b, c] of [
      [1, 0, 1],
      [5, 4, 1],
      [1, 1, 1],
    ] as const) {
      const { gradient } = gradientOf({ a, b, c }, cells, weighted)
      for (const at of [0, 1, 2, 6, 7, 8]) {
        const moved = (by: number) =>
          gradientOf(
            { a, b, c },
            cells.map((cell, i) => (i === at ? cell + by : cell)),
            weighted,
          ).value
        expect(gradient[at]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 6)
      }
    }
  }
})

test('a perfect model has no interval of no width', () => {
  const perfect = multilabel(TRUTH, TRUTH, CLASSES)
  for (const name of ['f1_macro', 'roc_auc_macro', 'average_precision_weighted', 'lrap']) {
    const { value, interval, reason } = named(name, 'multilabel').estimate(perfect, SETTINGS)
    expect(value).toBe(1)
    expect(interval).toBeNull()
    expect(reason).toMatch(/spread/)
  }
})

test.each(['f1_weighted', 'average_precision_micro'])(
  'the first order of %s is near the bootstrap that weighs every row anew',
  (name) => {
    const [sample] = pair(1000, name)
    const metric = named(name, 'multilabel')
    const blocks = Uint16Array.from({ length: 1000 }, (_, i) => i % BLOCKS)
    const settings = { ...SETTINGS, replicates: 150 }
    const first = metric.estimate({ ...sample, blocks }, settings).interval as Interval
    const replicates = withBlockWeights(
      settings,
      (weights) =>
        metric.value({ ...sample, blocks, weights: Float64Array.from(blocks, (b) => weights[b] as number) }).value,
    )
    const exact = intervalFromReplicates(replicates, 0.95, 'exact').interval as Interval
    const width = exact.high - exact.low
    expect(Math.abs(first.low - exact.low)).toBeLessThan(0.1 * width)
    expect(Math.abs(first.high - exact.high)).toBeLessThan(0.1 * width)
  },
)
