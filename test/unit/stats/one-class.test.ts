import fc from 'fast-check'
import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type { BinarySample, MulticlassSample, Sample } from '../../../shared/stats/sample.js'
import { BLOCKS, bootstrapBlocks } from '../../../shared/stats/sampling/bootstrap.js'
import { fillPoissonOnes, seededRandom } from '../../../shared/stats/sampling/rng.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { binary, clustered, multiclass, weighted } from './fixtures.js'

const SETTINGS = { level: 0.95, seed: 'one class', replicates: 200 }
const NAMES = [
  'precision',
  'recall',
  'specificity',
  'npv',
  'fpr',
  'fnr',
  'f1',
  'f0.5',
  'jaccard',
  'fowlkes_mallows',
  'lr_plus',
  'lr_minus',
  'prevalence_threshold',
]

const named = (name: string, { task }: Sample) => findMetric(name, task) as Metric

/** Truth and the labels of two models, and the class that is asked for. */
interface Rows {
  readonly classes: number
  readonly of: number
  readonly rows: readonly (readonly [truth: number, a: number, b: number])[]
}

const rowsOf = (classes: number) => {
  const one = fc.nat(classes - 1)
  return fc.record({
    classes: fc.constant(classes),
    of: one,
    rows: fc.array(fc.tuple(one, one, one), { minLength: 1, maxLength: 40 }),
  })
}
const ROWS: fc.Arbitrary<Rows> = fc.integer({ min: 3, max: 6 }).chain(rowsOf)

/** The same rows with their classes, and as those of the two-class task whether a row is of the class. */
function both({ classes, of, rows }: Rows): [of: readonly MulticlassSample[], isOf: readonly BinarySample[]] {
  const column = (place: 0 | 1 | 2) => rows.map((row) => row[place])
  const isOf = (values: readonly number[]) => values.map((value) => Number(value === of))
  return [
    ([1, 2] as const).map((place) => multiclass(column(0), column(place), classes)),
    ([1, 2] as const).map((place) => binary(isOf(column(0)), isOf(column(place)))),
  ]
}

const estimates = (metric: Metric, [a, b]: readonly Sample[]): Estimate[] => [
  metric.estimate(a as Sample, SETTINGS),
  metric.estimate(b as Sample, SETTINGS),
  metric.difference(a as Sample, b as Sample, SETTINGS),
]

describe('a measure of one class is that of the two-class task "is it of this class"', () => {
  test.each(NAMES)('%s: value, rows, interval and reason, to the last bit', (name) => {
    fc.assert(
      fc.property(ROWS, fc.constantFrom(1, 3), (rows, size) => {
        const [all, two] = both(rows)
        const samples = (of: readonly Sample[]) => of.map((sample) => (size === 1 ? sample : clustered(sample, size)))
        const ofClass = named(`${name}_of:c${rows.of}`, all[0] as Sample)
        expect(estimates(ofClass, samples(all))).toEqual(estimates(named(name, two[0] as Sample), samples(two)))
      }),
      { numRuns: 20 },
    )
  })

  test.each(NAMES)('%s of weighted rows, but for rounding', (name) => {
    fc.assert(
      fc.property(ROWS, fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 40, maxLength: 40 }), (rows, eighths) => {
        const [all, two] = both(rows)
        // Of eighths every sum is exact, so that nothing that is 0 is off by a rounding.
        const weights = rows.rows.map((_, i) => (eighths[i] as number) / 8)
        const heavy = (of: readonly Sample[]) => of.map((sample) => weighted(sample, weights))
        const ofClass = estimates(named(`${name}_of:c${rows.of}`, all[0] as Sample), heavy(all))
        const ofTwo = estimates(named(name, two[0] as Sample), heavy(two))
        ofClass.forEach((own, i) => {
          const other = ofTwo[i] as Estimate
          expect([own.n, own.reason, own.discordant]).toEqual([other.n, other.reason, other.discordant])
          expect([own.value]).toEqual([Number.isNaN(other.value) ? Number.NaN : expect.closeTo(other.value, 12)])
          expect(own.interval === null).toBe(other.interval === null)
          if (own.interval === null || other.interval === null) return
          expect(own.interval.low).toBeCloseTo(other.interval.low, 9)
          expect(own.interval.high).toBeCloseTo(other.interval.high, 9)
        })
      }),
      { numRuns: 20 },
    )
  })

  test('the order of the classes changes nothing of the others', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const turned = (k: number) => rows.classes - 1 - k
        const [all] = both(rows)
        const [other] = both({
          ...rows,
          of: turned(rows.of),
          rows: rows.rows.map(([t, a, b]) => [turned(t), turned(a), turned(b)]),
        })
        const renamed = other.map((sample) => ({ ...sample, classes: sample.classes.toReversed() }))
        const metric = named(`f1_of:c${rows.of}`, all[0] as Sample)
        expect(estimates(metric, renamed)).toEqual(estimates(metric, all))
      }),
      { numRuns: 20 },
    )
  })
})

describe('one of very many classes', () => {
  /** 8,000 rows of 400 classes, 20 of each: class 7 is found 15 times, and 3 rows of class 8 are taken for it. */
  const truth = Array.from({ length: 8000 }, (_, i) => i % 400)
  const labels = (missed: number, taken: number) =>
    truth.map((t, i) => (t === 7 && i < 400 * missed ? 9 : t === 8 && i < 400 * taken ? 7 : t))
  const sample = multiclass(truth, labels(5, 3), 400)
  const other = multiclass(truth, labels(8, 1), 400)
  const of = (name: string, samples = sample) => named(name, samples).estimate(samples, SETTINGS)

  test('shares have their closed interval, as those of few classes do', () => {
    // statsmodels 0.15.0: proportion_confint(15, 20, method='wilson')
    const recall = of('recall_of:c7')
    expect(recall).toMatchObject({ value: 0.75, n: 20, reason: null })
    expect(recall.interval?.method).toBe('Wilson score')
    expect(recall.interval?.low).toBeCloseTo(0.5312991223812559, 12)
    expect(recall.interval?.high).toBeCloseTo(0.8881382985923344, 12)
    // proportion_confint(15, 18, method='wilson')
    const precision = of('precision_of:c7')
    expect(precision).toMatchObject({ value: 15 / 18, n: 18 })
    expect(precision.interval?.low).toBeCloseTo(0.6077796189608428, 12)
    expect(precision.interval?.high).toBeCloseTo(0.9416342319413856, 12)
    // proportion_confint(7992, 8000, method='wilson')
    const accuracy = of('accuracy')
    expect(accuracy.interval?.low).toBeCloseTo(0.9980278169896702, 12)
    expect(accuracy.interval?.high).toBeCloseTo(0.999493191025946, 12)
  })

  test('others a bootstrap of their four cells', () => {
    // scikit-learn 1.9.1: f1_score(y, label, labels=[7], average=None)
    const f1 = of('f1_of:c7')
    expect(f1.value).toBeCloseTo(0.7894736842105263, 14)
    expect(f1.interval?.method).toBe('Poisson bootstrap of the confusion cells, percentile')
    // numpy 2.4.6: quantile of 2 tp / (2 tp + w), a million times tp = poisson(15) and w = poisson(8): 0.6154 and 0.9167
    const many = named('f1_of:c7', sample).estimate(sample, { ...SETTINGS, replicates: 20_000 }).interval
    expect(Math.abs((many?.low as number) - 0.6154)).toBeLessThan(0.005)
    expect(Math.abs((many?.high as number) - 0.9167)).toBeLessThan(0.005)
  })

  test('two models that agree on a class are not proven equal on it', () => {
    const { value, interval } = named('precision_of:c20', sample).difference(sample, other, SETTINGS)
    expect(value).toBe(0)
    expect(interval?.low).toBeLessThan(-0.01)
    expect(interval?.high).toBeGreaterThan(0.01)
  })
})

/** A replicate is the sum of all blocks, each as often as it was drawn. */
function plainReplicates(sums: Float64Array, width: number): number[][] {
  const random = seededRandom(SETTINGS.seed)
  const weights = new Uint8Array(BLOCKS)
  return Array.from({ length: SETTINGS.replicates }, () => {
    fillPoissonOnes(random, weights)
    return Array.from({ length: width }, (_, k) =>
      weights.reduce((sum, weight, block) => sum + weight * (sums[block * width + k] as number), 0),
    )
  })
}

test('blocks are drawn alike, however many of their sums are 0', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.nat(BLOCKS - 1), fc.nat(5), fc.integer({ min: -9, max: 9 })), { maxLength: 60 }),
      fc.boolean(),
      (width, terms, filled) => {
        const sums = new Float64Array(BLOCKS * width).fill(filled ? 1 : 0)
        for (const [block, k, term] of terms) sums[block * width + (k % width)] = term
        const drawn: number[][] = []
        const places = bootstrapBlocks(
          sums,
          width,
          (totals, replicate) => {
            drawn.push([...totals])
            return replicate
          },
          SETTINGS,
        )
        expect(drawn).toEqual(plainReplicates(sums, width))
        expect([...places]).toEqual(drawn.map((_, i) => i))
      },
    ),
    { numRuns: 25 },
  )
})
