import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type { Sample } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { binary, clustered, multiclass, OTHER_SCORE, regression, SCORE, TRUTH, weighted } from './fixtures.js'

const SETTINGS = { level: 0.95, seed: 'evidence', replicates: 200 }

const estimate = (name: string, sample: Sample) => (findMetric(name, sample.task) as Metric).estimate(sample, SETTINGS)
const difference = (name: string, a: Sample, b: Sample): Estimate =>
  (findMetric(name, a.task) as Metric).difference(a, b, SETTINGS)

describe('what an estimate rests on', () => {
  test('independent rows that count once each: their number alone', () => {
    const { clusters, effective, discordant } = estimate('accuracy', binary(TRUTH, SCORE))
    expect([clusters, effective, discordant]).toEqual([undefined, undefined, undefined])
  })

  test('clusters: those with rows that count', () => {
    const sample = clustered(binary(TRUTH, SCORE), 2)
    expect(estimate('accuracy', sample).clusters).toBe(10)
    // TRUTH is 1 in rows 1, 2, 4, 7, 8, 12, 14 and 17: in 8 pairs of rows, of which two rows share none.
    expect(estimate('recall', sample).clusters).toBe(8)
    expect(estimate('recall', clustered(binary(TRUTH, SCORE), 10)).clusters).toBe(2)
  })

  test('weights: the effective size of Kish, (Σw)² / Σw²', () => {
    const even = weighted(binary(TRUTH, SCORE), new Array(20).fill(7))
    expect(estimate('accuracy', even).effective).toBeCloseTo(20, 12)
    const uneven = weighted(binary(TRUTH, SCORE), [100, ...new Array(19).fill(1)])
    // numpy 2.4.6: (119)**2 / (10000 + 19)
    expect(estimate('accuracy', uneven).effective).toBeCloseTo(1.41341451242639, 12)
    // The heavy row is negative: for recall the eight positive ones count alike.
    expect(estimate('recall', uneven)).toMatchObject({ n: 8, effective: expect.closeTo(8, 12) })
  })

  test('a difference of shares: the rows that only one model has right', () => {
    const [a, b] = [binary(TRUTH, SCORE), binary(TRUTH, OTHER_SCORE)]
    const right = (scores: readonly number[], i: number) => Number((scores[i] as number) > 0.5) === TRUTH[i]
    const rows = TRUTH.filter((_, i) => right(SCORE, i) !== right(OTHER_SCORE, i)).length
    expect(difference('accuracy', a, b).discordant).toBe(rows)
    expect(
      difference(
        'hamming',
        weighted(
          a,
          TRUTH.map(() => 2),
        ),
        weighted(
          b,
          TRUTH.map(() => 2),
        ),
      ).discordant,
    ).toBe(rows)
    expect(difference('f1', a, b).discordant).toBeUndefined()
  })

  test('one cluster alone has no interval', () => {
    const { value, interval, reason } = estimate('accuracy', clustered(binary(TRUTH, SCORE), 20))
    expect(value).toBeCloseTo(0.8, 14)
    expect(interval).toBeNull()
    expect(reason).toContain('too few rows')
  })

  test('clusters that agree on every label are not proven equal', () => {
    const some = clustered(binary([1, 0, 1, 0, 1, 0], [0.9, 0.1, 0.8, 0.2, 0.4, 0.3]), 2)
    const same = clustered(binary([1, 0, 1, 0, 1, 0], [0.8, 0.2, 0.9, 0.1, 0.3, 0.4]), 2)
    for (const name of ['accuracy', 'recall', 'f1', 'balanced_accuracy']) {
      const { interval } = difference(name, some, same)
      expect(interval?.low).toBeLessThan(-0.1)
      expect(interval?.high).toBeGreaterThan(0.1)
    }
  })
})

describe('a class by its name', () => {
  const sample = multiclass([0, 2, 1, 1, 2, 1], [0, 2, 0, 1, 1, 0], 3)

  test('that the sample does not have', () => {
    expect(estimate('recall_of:c9', sample)).toEqual({
      value: Number.NaN,
      n: 0,
      interval: null,
      reason: 'there is no class "c9"',
    })
  })

  test('may hold any characters', () => {
    const odd = { ...sample, classes: ['a:b', 'two\nlines', 'f1_of:x'] }
    expect(estimate('recall_of:a:b', odd).value).toBe(1)
    expect(estimate('recall_of:two\nlines', odd).value).toBeCloseTo(1 / 3, 14)
    expect(estimate('f1_of:f1_of:x', odd).value).toBeCloseTo(2 / 3, 14)
    expect(findMetric('recall_of:', 'multiclass')).toBeUndefined()
    expect(findMetric('constructor_of:x', 'multiclass')).toBeUndefined()
  })

  test('a missing class leaves a mean over classes undefined, and is named', () => {
    const scores = [0.5, 0.3, 0.2, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2]
    const without = multiclass([0, 2, 0], [0, 2, 0], 3, scores)
    for (const name of ['roc_auc_ovr_macro', 'roc_auc_ovo_macro', 'average_precision_macro']) {
      expect(estimate(name, without).reason).toBe('no row is of class "c1"')
    }
  })
})

describe('the same model twice, with noise of its own', () => {
  // With fewer, chance alone would take a rate of 2.5 % above the 5 % that are allowed.
  const SEEDS = 400

  /** How often the whole interval is on the side of a loss, which happens by chance in 2.5 %. */
  function failures(name: string, make: (seed: string) => readonly [Sample, Sample]): number {
    const metric = findMetric(name, make('0')[0].task) as Metric
    const sign = metric.direction === 'higher-is-better' ? 1 : -1
    let failed = 0
    for (let seed = 0; seed < SEEDS; seed++) {
      const [a, b] = make(`${name} ${seed}`)
      const { interval } = metric.difference(a, b, SETTINGS)
      if (interval !== null && Math.max(sign * interval.low, sign * interval.high) < 0) failed += 1
    }
    return failed
  }

  const share = (z: number) => 1 / (1 + Math.exp(-z))

  function binaries(seed: string): readonly [Sample, Sample] {
    const random = seededRandom(seed)
    const logit = Array.from({ length: 200 }, () => 1.5 * random.normal())
    const truth = logit.map((z) => Number(random.uniform() < share(z)))
    const model = () =>
      binary(
        truth,
        logit.map((z) => share(z + random.normal())),
      )
    return [model(), model()]
  }

  function regressions(seed: string): readonly [Sample, Sample] {
    const random = seededRandom(seed)
    const truth = Array.from({ length: 200 }, () => 5 + random.normal())
    const model = () =>
      regression(
        truth,
        truth.map((y) => y + 0.5 * random.normal()),
      )
    return [model(), model()]
  }

  /** Ten rows of one user share their noise. */
  function users(seed: string): readonly [Sample, Sample] {
    const random = seededRandom(seed)
    const truth = Array.from({ length: 600 }, () => random.below(2))
    const model = () => {
      const noise = Array.from({ length: 60 }, () => 1.5 * random.normal())
      return clustered(
        binary(
          truth,
          truth.map((t, i) => share(2 * t - 1 + (noise[Math.floor(i / 10)] as number))),
        ),
        10,
      )
    }
    return [model(), model()]
  }

  test.each(['accuracy', 'f1', 'roc_auc', 'log_loss'])('%s', (name) => {
    expect(failures(name, binaries)).toBeLessThanOrEqual(0.05 * SEEDS)
  })

  test.each(['rmse', 'mae', 'median_ae'])('%s', (name) => {
    expect(failures(name, regressions)).toBeLessThanOrEqual(0.05 * SEEDS)
  })

  test.each(['accuracy', 'roc_auc', 'log_loss'])('%s of users', (name) => {
    expect(failures(name, users)).toBeLessThanOrEqual(0.05 * SEEDS)
  })

  test('users taken for independent rows fail far more often', () => {
    const asRows = (seed: string) => users(seed).map((sample) => ({ ...sample, clustered: false })) as [Sample, Sample]
    expect(failures('log_loss', asRows)).toBeGreaterThan(0.08 * SEEDS)
  })
})
