import fc from 'fast-check'
import { METRICS as CALIBRATION } from '../../../shared/stats/metrics/calibration/index.js'
import { findMetric, METRICS, type Metric, metricNames } from '../../../shared/stats/metrics/index.js'
import { type Sample, selectRows, type Task } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { binary, clustered, multiclass, OTHER_SCORE, regression, SCORE, TRUTH, weighted } from './fixtures.js'
import { DEFAULT_SETTINGS } from './settings.js'

const SETTINGS = { ...DEFAULT_SETTINGS, replicates: 200 }
const PROBABILITIES = [0.5, 0.3, 0.2, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2, 0.1, 0.7, 0.2, 0.3, 0.4, 0.3, 1, 0, 0]

/** Two models on n rows of a task, the second a little worse. */
function pair(task: Task, n: number, seed: string): [Sample, Sample] {
  const random = seededRandom(seed)
  const draw = (make: () => number) => Array.from({ length: n }, make)
  if (task === 'regression') {
    const truth = draw(() => 5 + random.normal())
    const noisy = (sd: number) => ({
      ...regression(
        truth,
        truth.map((y) => y + sd * random.normal()),
      ),
      scales: { of: Float64Array.from(truth, (_, i) => 1 + (i % 3)), reason: null },
    })
    return [noisy(0.5), noisy(0.6)]
  }
  if (task === 'binary') {
    const logit = draw(() => 2 * random.normal())
    const truth = logit.map((x) => Number(random.uniform() < 1 / (1 + Math.exp(-x))))
    const noisy = (sd: number) =>
      binary(
        truth,
        logit.map((x) => 1 / (1 + Math.exp(-x - sd * random.normal()))),
      )
    return [noisy(0.3), noisy(0.6)]
  }
  const truth = draw(() => random.below(3))
  const model = (skill: number): Sample => {
    const rows = truth.map((t) => {
      const weights = [0, 1, 2].map((k) => random.uniform() + (k === t ? skill : 0))
      const sum = weights.reduce((a, b) => a + b, 0)
      return weights.map((w) => w / sum)
    })
    return multiclass(
      truth,
      rows.map((row) => row.indexOf(Math.max(...row))),
      3,
      rows.flat(),
    )
  }
  return [model(0.5), model(0.4)]
}

const TASKS = ['binary', 'multiclass', 'regression'] as const
/** Metrics of the other tasks, and of calibration, are tested where they are. */
const CASES = METRICS.filter((metric) => metric.name === 'ece' || !CALIBRATION.includes(metric)).flatMap((metric) =>
  TASKS.filter((task) => metric.tasks.includes(task)).map((task) => [metric.name, task, metric] as const),
)

const KINDS = ['plain', 'weighted', 'clustered'] as const

/** A pair as rows that count once each, as rows of different weights, or as clusters of four. */
function pairOf(kind: (typeof KINDS)[number], [a, b]: [Sample, Sample]): [Sample, Sample] {
  if (kind === 'plain') return [a, b]
  if (kind === 'clustered') return [clustered(a, 4), clustered(b, 4)]
  const random = seededRandom(`weights ${a.n}`)
  const weights = Array.from({ length: a.n }, () => 0.5 + random.uniform())
  return [weighted(a, weights), weighted(b, weights)]
}

/** The largest error is the one number that has no interval. */
const hasInterval = ({ methods }: Metric) => methods.single !== 'none'

test('names are unique within a task, and every entry says what it is', () => {
  const keys = METRICS.flatMap(({ name, tasks }) => tasks.map((task) => `${name} ${task}`))
  expect(new Set(keys).size).toBe(keys.length)
  for (const metric of METRICS) {
    expect(metric.definition).toMatch(/^\S.{19,}\.$/)
    expect(metric.methods.single).not.toBe('')
    expect(metric.methods.difference).not.toBe('')
    expect(metric.range[0]).toBeLessThan(metric.range[1])
    for (const task of metric.tasks) expect(findMetric(metric.name, task)).toBe(metric)
  }
})

describe.each(CASES)('%s, %s', (_name, task, metric: Metric) => {
  const rows = pair(task, 400, metric.name)

  describe.each(KINDS)('%s', (kind) => {
    const [better, worse] = pairOf(kind, rows)

    test('the value lies in its range and in its interval, which carries level and method', () => {
      const { value, interval, n, reason, clusters, effective } = metric.estimate(better, SETTINGS)
      expect(value).toBeGreaterThanOrEqual(metric.range[0])
      expect(value).toBeLessThanOrEqual(metric.range[1])
      expect(n).toBeGreaterThan(0)
      if (!hasInterval(metric)) {
        expect(interval).toBeNull()
        expect(reason).toContain('rests on a single row')
        return
      }
      expect(reason).toBeNull()
      expect(interval?.level).toBe(0.95)
      expect(interval?.method.length).toBeGreaterThan(3)
      expect(interval?.low).toBeLessThanOrEqual(value)
      expect(interval?.high).toBeGreaterThanOrEqual(value)
      expect(clusters !== undefined).toBe(kind === 'clustered')
      expect(effective !== undefined).toBe(kind === 'weighted')
      if (kind === 'clustered' && metric.name !== 'ece') expect(interval?.method).toContain('bootstrap of clusters')
    })

    test('swapping the models negates the difference', () => {
      const forward = metric.difference(better, worse, SETTINGS)
      const backward = metric.difference(worse, better, SETTINGS)
      expect(forward.value).toBeCloseTo(-backward.value, 12)
      expect(forward.value).toBeCloseTo(metric.value(better).value - metric.value(worse).value, 12)
      if (!hasInterval(metric)) return
      expect(forward.interval?.low).toBeCloseTo(-(backward.interval?.high as number), 10)
      expect(forward.interval?.high).toBeCloseTo(-(backward.interval?.low as number), 10)
    })

    test('a model is never different from itself', () => {
      const { value, interval } = metric.difference(better, better, SETTINGS)
      expect(value).toBe(0)
      expect(interval?.low).toBeLessThanOrEqual(0)
      expect(interval?.high).toBeGreaterThanOrEqual(0)
    })

    test('the order of rows changes neither value nor interval by a bit', () => {
      const order = Uint32Array.from({ length: 400 }, (_, i) => (i * 271 + 7) % 400)
      const [shuffled, shuffledWorse] = [selectRows(better, order), selectRows(worse, order)]
      expect(metric.estimate(shuffled, SETTINGS)).toEqual(metric.estimate(better, SETTINGS))
      expect(metric.difference(shuffled, shuffledWorse, SETTINGS)).toEqual(metric.difference(better, worse, SETTINGS))
    })
  })

  test('no interval leaves the range, however few the rows', () => {
    const [least, most] = metric.range
    const few = { ...SETTINGS, replicates: 40 }
    for (const n of [2, 3, 5, 12, 40]) {
      for (const kind of KINDS) {
        const [a, b] = pairOf(kind, pair(task, n, `${metric.name} ${n}`))
        const single = metric.estimate(a, few).interval
        const difference = metric.difference(a, b, few).interval
        for (const [interval, low, high] of [
          [single, least, most],
          [difference, least - most, most - least],
        ] as const) {
          if (interval === null) continue
          expect(interval.low).toBeGreaterThanOrEqual(low)
          expect(interval.high).toBeLessThanOrEqual(high)
          expect(interval.low).toBeLessThanOrEqual(interval.high)
        }
      }
    }
  })

  test('a row of weight 2 counts as two, one of weight 0 not at all', () => {
    const [sample] = rows
    const weights = Array.from({ length: 400 }, (_, i) => i % 3)
    const repeated = Uint32Array.from(weights.flatMap((weight, i) => Array.from({ length: weight }, () => i)))
    const { value } = metric.value(weighted(sample, weights))
    // A calibration error cuts its bins of equal mass at other places.
    expect(value).toBeCloseTo(metric.value(selectRows(sample, repeated)).value, metric.name === 'ece' ? 2 : 11)
  })

  test('no rows, or none that weighs: NaN and the reason', () => {
    const nothing = metric.estimate(selectRows(rows[0], new Uint32Array()), SETTINGS)
    expect(nothing).toMatchObject({ value: Number.NaN, reason: 'there are no rows', interval: null })
    const weightless = metric.estimate(weighted(rows[0], new Array(400).fill(0)), SETTINGS)
    expect(weightless).toMatchObject({ value: Number.NaN, reason: 'no row has a weight above 0', interval: null })
  })

  test('another task is a bug of the caller', () => {
    const other = (['binary', 'multiclass', 'regression'] as const).find((t) => !metric.tasks.includes(t)) as Task
    expect(() => metric.value(pair(other, 5, 'x')[0])).toThrow(`${metric.name} does not measure ${other} models`)
  })
})

describe('values through the registry, against scikit-learn 1.9.1', () => {
  const value = (name: string, sample: Sample) => findMetric(name, sample.task)?.value(sample).value

  test('binary', () => {
    const sample = binary(TRUTH, SCORE)
    expect(value('roc_auc', sample)).toBeCloseTo(0.8645833333333334, 14)
    expect(value('log_loss', sample)).toBeCloseTo(0.4597061770384682, 14)
    expect(value('brier', sample)).toBeCloseTo(0.15375, 14)
    expect(value('average_precision', sample)).toBeCloseTo(0.7857142857142857, 14)
    expect(value('f1', sample)).toBeCloseTo(0.75, 14)
    expect(value('precision', sample)).toBeCloseTo(0.75, 14)
    expect(value('specificity', sample)).toBeCloseTo(0.8333333333333334, 14)
    const difference = findMetric('roc_auc', 'binary')?.difference(sample, binary(TRUTH, OTHER_SCORE), SETTINGS)
    expect(difference?.interval?.low).toBeCloseTo(-0.13953524699712064, 10) // MLstatkit 0.1.91
  })

  test('multiclass', () => {
    const sample = multiclass([0, 2, 1, 1, 2, 1], [0, 2, 0, 1, 1, 0], 3, PROBABILITIES)
    expect(value('log_loss', sample)).toBeCloseTo(6.620760778930318, 12)
    expect(value('brier', sample)).toBeCloseTo(0.6766666666666667, 14)
    expect(value('top_2_accuracy', sample)).toBeCloseTo(0.8333333333333334, 14)
  })

  test('regression', () => {
    const sample = regression([3, -0.5, 2, 7, 4.2, 1.1, -2.4, 8.8], [2.5, 0, 2, 8, 4, 1.5, -2, 7.9])
    expect(value('rmse', sample)).toBeCloseTo(0.5777110004145672, 14)
    expect(value('r2', sample)).toBeCloseTo(0.9724799010513296, 14)
    expect(value('median_ae', sample)).toBeCloseTo(0.45, 14)
    expect(value('bias', sample)).toBeCloseTo(0.0875, 14)
    expect(value('pinball_0.9', sample)).toBeCloseTo(0.20875, 14)
  })
})

describe('what cannot be measured', () => {
  const estimate = (name: string, sample: Sample) => findMetric(name, sample.task)?.estimate(sample, SETTINGS)

  test('one class only', () => {
    const sample = binary([0, 0, 0], [0.1, 0.6, 0.3])
    expect(estimate('roc_auc', sample)?.reason).toBe('no row is of the positive class')
    expect(estimate('recall', sample)?.reason).toBe('no row is of the positive class')
    expect(estimate('mcc', sample)?.reason).toBe('all rows are of one class')
    expect(estimate('balanced_accuracy', sample)?.value).toBeNaN()
  })

  test('labels without probabilities', () => {
    const sample = { ...binary(TRUTH, SCORE), score: null }
    expect(estimate('roc_auc', sample)?.reason).toBe(
      'the model answers with labels only, and this metric needs probabilities',
    )
    expect(estimate('accuracy', sample)?.value).toBeCloseTo(0.8, 14)
  })

  test('a difference says whose value is undefined', () => {
    const never = binary([0, 1, 1], [0.1, 0.2, 0.3])
    const some = binary([0, 1, 1], [0.1, 0.8, 0.9])
    const precision = findMetric('precision', 'binary') as Metric
    expect(precision.difference(never, some, SETTINGS).reason).toBe('candidate: no row was predicted positive')
    expect(precision.difference(some, never, SETTINGS).reason).toBe('baseline: no row was predicted positive')
    expect(precision.difference(never, never, SETTINGS).reason).toBe('no row was predicted positive')
  })

  test('no mistakes on few rows: the value, but no interval of no width', () => {
    const { value, interval, reason } = estimate('f1', binary([1, 0, 1], [0.9, 0.1, 0.8])) ?? {}
    expect(value).toBe(1)
    expect(interval).toBeNull()
    expect(reason).toContain('too few rows')
  })

  test('models that agree on all of few rows are not proven equal', () => {
    const some = binary([1, 0, 1, 0, 1, 0], [0.9, 0.1, 0.8, 0.2, 0.4, 0.3])
    const same = binary([1, 0, 1, 0, 1, 0], [0.8, 0.2, 0.9, 0.1, 0.3, 0.4])
    for (const name of ['accuracy', 'recall', 'f1', 'balanced_accuracy']) {
      const interval = findMetric(name, 'binary')?.difference(some, same, SETTINGS).interval
      expect(interval?.low).toBeLessThan(-0.1)
      expect(interval?.high).toBeGreaterThan(0.1)
    }
  })
})

test('families of metrics', () => {
  expect(findMetric('f0.5', 'binary')?.title).toBe('F0.5')
  expect(findMetric('top_3_accuracy', 'multiclass')?.title).toBe('top-3 accuracy')
  expect(findMetric('f1', 'regression')).toBeUndefined()
  expect(findMetric('top_0_accuracy', 'multiclass')).toBeUndefined()
  expect(findMetric('constructor', 'binary')).toBeUndefined()
  expect(metricNames('regression')).toContain('pinball_<α>')
})

test('a sample of some rows is what it says', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 10 }), (rows) => {
      const sample = multiclass([0, 2, 1, 1, 2, 1], [0, 2, 0, 1, 1, 0], 3, PROBABILITIES)
      const chosen = selectRows(sample, Uint32Array.from(rows))
      expect([...chosen.truth]).toEqual(rows.map((row) => sample.truth[row]))
      expect([...(chosen.probabilities ?? [])]).toEqual(
        rows.flatMap((row) => PROBABILITIES.slice(3 * row, 3 * row + 3)),
      )
    }),
  )
})

test('R² of three rows: a replicate of one row alone is undefined, and so many of them leave no interval', () => {
  const r2 = findMetric('r2', 'regression') as Metric
  const { value, interval, reason } = r2.estimate(regression([1.5, 1e6, -4], [1.4, 9e5, -3]), SETTINGS)
  expect(value).toBeCloseTo(0.985000037498755, 12) // scikit-learn 1.9.1
  expect(interval).toBeNull()
  expect(reason).toContain('bootstrap replicates are undefined: too few rows')
})

test('two models that err alike in opposite ways: the interval is symmetric about 0', () => {
  const truth = Array.from({ length: 400 }, (_, i) => i % 2)
  const label = (flipped: (i: number) => boolean) => truth.map((t, i) => (flipped(i) ? 1 - t : t))
  const a = binary(
    truth,
    label((i) => i < 40),
  )
  const b = binary(
    truth,
    label((i) => i >= 360),
  )
  const { value, interval } = (findMetric('f1', 'binary') as Metric).difference(a, b, SETTINGS)
  expect(value).toBe(0)
  expect(interval?.low).toBe(-(interval?.high as number))
  expect(interval?.high).toBeGreaterThan(0.02)
})

describe('the interval of a calibration error holds the true one', () => {
  const ece = findMetric('ece', 'binary') as Metric
  const REPEATS = 40

  /** Scores 1 / (1 + e⁻ᶻ) with z = 1.5 N(0, 1) + shift, of rows whose log odds are without the shift. */
  function shifted(shift: number, seed: string): Sample {
    const random = seededRandom(seed)
    const logit = Array.from({ length: 300 }, () => 1.5 * random.normal())
    const share = (z: number) => 1 / (1 + Math.exp(-z))
    return binary(
      logit.map((z) => Number(random.uniform() < share(z))),
      logit.map((z) => share(z + shift)),
    )
  }

  // True values by numpy 2.4.6 on four million rows: 0.0000, 0.0529, 0.1708.
  test.each([
    ['calibrated', 0, 0],
    ['a little too high', 0.3, 0.0529],
    ['much too high', 1, 0.1708],
  ])('%s', (_name, shift, truth) => {
    let held = 0
    for (let i = 0; i < REPEATS; i++) {
      const { interval } = ece.estimate(shifted(shift, `ece ${i}`), SETTINGS)
      held += Number((interval?.low as number) <= truth && truth <= (interval?.high as number))
    }
    expect(held).toBeGreaterThanOrEqual(0.9 * REPEATS)
  })

  test('the difference of a calibrated model and one that is not', () => {
    let held = 0
    for (let i = 0; i < REPEATS; i++) {
      const [a, b] = [shifted(0, `ece ${i}`), shifted(1, `ece ${i}`)]
      const { interval } = ece.difference(a, b, SETTINGS)
      held += Number((interval?.low as number) <= -0.1708 && (interval?.high as number) >= -0.1708)
    }
    expect(held).toBeGreaterThanOrEqual(0.9 * REPEATS)
  })
})
