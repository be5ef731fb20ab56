import fc from 'fast-check'
import { FAMILIES, METRICS } from '../../../shared/stats/metrics/calibration/index.js'
import type { Metric } from '../../../shared/stats/metrics/metric.js'
import { type ClassSample, selectRows } from '../../../shared/stats/sample.js'
import type { Estimate } from '../../../shared/stats/types.js'
import { congruential, severalClasses, threeClasses, twoClasses } from './calibration-samples.js'
import { SCORE, TRUTH } from './fixtures.js'
import { DEFAULT_SETTINGS } from './settings.js'

const SETTINGS = { ...DEFAULT_SETTINGS, replicates: 100 }

function named(name: string, task: 'binary' | 'multiclass' = 'binary'): Metric {
  const fixed = METRICS.find((metric) => metric.name === name && metric.tasks.includes(task))
  if (fixed !== undefined) return fixed
  for (const family of FAMILIES) {
    const parameters = family.pattern.exec(name)
    const found = parameters && family.of(name, ...parameters.slice(1))
    if (found) return found
  }
  throw new Error(`no metric ${name}`)
}

const numberOf = (name: string, sample: ClassSample) => named(name, sample.task).value(sample).value

const ROWS = twoClasses(TRUTH, SCORE)
/** Scores on edges of quarters, and one of 1 beside another of the last quarter. */
const EDGES = twoClasses([1, 0, 0, 1, 0, 1], [0.9375, 1, 0.25, 0.25, 0.5, 0.75])
/** Weights of the 20 rows. */
const WEIGHTS = [1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 3, 1]
/** Probabilities of three classes with a tie, a score on an edge and a wrong certainty. */
const SMALL = severalClasses(
  [0, 2, 1, 1, 2, 1],
  [
    [0.5, 0.3, 0.2],
    [0.2, 0.2, 0.6],
    [0.4, 0.4, 0.2],
    [0.1, 0.7, 0.2],
    [0.3, 0.4, 0.3],
    [1, 0, 0],
  ],
)

/*
 * torchmetrics: the formula of functional/classification/calibration_error.py of 1.9.0 in numpy (bucketize of the right
 * side, prop_bin weights, norms l1, l2 and max). netcal: ECE, MCE and ACE of netcal 1.4.0 itself, `ECE(bins).measure(p, y)`.
 * scikit-learn: calibration_curve of 1.9.1, its gaps put together with numpy. Guo: `(c > lo) & (c <= hi)` of the authors.
 */
describe('conventions, told apart by scores on an edge', () => {
  test.each([
    ['torchmetrics l1', 'ece_4_width_halfopen', 0.38541666666666663],
    ['torchmetrics l2', 'rmsce_4_width_halfopen', 0.48713928962874675],
    ['torchmetrics max', 'mce_4_width_halfopen', 1],
    ['netcal ECE', 'ece_4_width_left', 0.28125],
    ['netcal MCE', 'mce_4_width_left', 0.5],
    ['netcal ACE', 'ace_4_width_left', 0.3263888888888889],
    ['scikit-learn, weighted by rows', 'ece_4_width_right', 0.3645833333333333],
    ['scikit-learn, largest', 'mce_4_width_right', 0.5],
    ['scikit-learn, mean', 'ace_4_width_right', 0.3671875],
  ])('%s: %s', (_source, name, expected) => {
    expect(numberOf(name, EDGES)).toBeCloseTo(expected, 12)
  })
})

describe('20 rows', () => {
  test.each([
    ['torchmetrics l1', 'ece_4_width_halfopen', 0.12],
    ['torchmetrics l2', 'rmsce_4_width_halfopen', 0.12811127975318956],
    ['torchmetrics max', 'mce_4_width_halfopen', 0.17],
    ['torchmetrics l2', 'rmsce_8_width_halfopen', 0.19006577808748212],
    ['netcal ECE', 'ece_8_width_left', 0.13],
    ['netcal MCE', 'mce_8_width_left', 0.425],
    ['netcal ACE', 'ace_8_width_left', 0.16875],
    ['netcal ECE, equal_intervals=False', 'ece_8_mass_left', 0.12],
    ['netcal MCE, equal_intervals=False', 'mce_8_mass_left', 0.425],
    ['netcal ACE, equal_intervals=False', 'ace_8_mass_left', 0.14479166666666668],
    ['scikit-learn uniform', 'ece_4_width_right', 0.12],
    ['scikit-learn uniform', 'mce_4_width_right', 0.1375],
    ['scikit-learn uniform', 'rmsce_4_width_right', 0.12069367955992677],
    ['scikit-learn quantile', 'ece_8_mass_right', 0.1],
    ['scikit-learn quantile', 'ace_8_mass_right', 0.11041666666666666],
    ['scikit-learn quantile', 'rmsce_8', 0.1558578412100805],
    ['Guo, highest of two', 'ece_4_width_right_toplabel', 0.07],
    ['Guo, highest of two', 'ece_8_width_toplabel', 0.095],
  ])('%s: %s', (_source, name, expected) => {
    expect(numberOf(name, ROWS)).toBeCloseTo(expected, 12)
  })

  test('weights, against numpy.average of each bin', () => {
    const weighted = twoClasses(TRUTH, SCORE, WEIGHTS)
    expect(numberOf('ece_4_width', weighted)).toBeCloseTo(0.175, 12)
    expect(numberOf('mce_4_width', weighted)).toBeCloseTo(0.25, 12)
    expect(numberOf('ace_4_width', weighted)).toBeCloseTo(0.14604166666666668, 12)
    expect(numberOf('rmsce_4_width', weighted)).toBeCloseTo(0.18915145732857522, 12)
  })

  test('whole weights and equal mass: calibration_curve of the repeated rows', () => {
    expect(numberOf('ece_5', twoClasses(TRUTH, SCORE, WEIGHTS))).toBeCloseTo(0.15357142857142855, 12)
  })
})

describe('several classes', () => {
  test.each([
    ['torchmetrics l1', 'ece_4_width_halfopen', 0.5],
    ['torchmetrics l2', 'rmsce_4_width_halfopen', 0.5477225575051662],
    ['netcal ACE', 'ace_4_width_left', 0.6],
    ['netcal ACE, equal_intervals=False', 'ace_8_mass_left', 0.52],
    ['Guo', 'ece_4_width_right', 0.33333333333333337],
    ['each class against the rest, in numpy', 'ece_4_width_classwise', 0.24444444444444446],
    ['each class against the rest, in numpy', 'ece_8_width_classwise', 0.3],
  ])('6 rows, %s: %s', (_source, name, expected) => {
    expect(numberOf(name, SMALL)).toBeCloseTo(expected, 12)
  })

  test.each([
    ['torchmetrics l1', 'ece_8_width_halfopen', 0.08099193085258577],
    ['torchmetrics l2', 'rmsce_8_width_halfopen_toplabel', 0.09174082610935248],
    ['torchmetrics max', 'mce_8_width_halfopen', 0.36012429551378833],
    ['netcal ACE', 'ace_8_width_left', 0.16040335405036682],
    ['netcal ECE, equal_intervals=False', 'ece_8_mass_left', 0.1267605717103884],
    ['netcal MCE, equal_intervals=False', 'mce_8_mass_left', 0.23381543881264122],
    ['each class against the rest, in numpy', 'ece_8_width_classwise', 0.11302168349729524],
  ])('60 rows, %s: %s', (_source, name, expected) => {
    expect(numberOf(name, threeClasses())).toBeCloseTo(expected, 12)
  })
})

describe('names', () => {
  test('what is left out is as in ece', () => {
    for (const name of ['ece_15', 'ece_mass', 'ece_right', 'ece_15_mass_right_positive', 'ece_positive']) {
      expect(numberOf(name, ROWS)).toBe(numberOf('ece', ROWS))
    }
    expect(numberOf('ece_toplabel', SMALL)).toBe(numberOf('ece', SMALL))
  })

  test('the definition tells bins, edges and what is held against the truth', () => {
    expect(named('ece').definition).toBe(
      'Expected calibration error in 15 equal-mass bins (a, b]: mean gap between score and rate, weighted by rows; score of the positive class for two classes, top label for more.',
    )
    expect(named('mce_10_width_halfopen_classwise').definition).toBe(
      'Maximum calibration error in 10 equal-width bins [a, b) with 1 in a bin of its own: the largest gap between score and rate of a bin that has rows; probability of each class against the rest, mean over classes.',
    )
    expect(named('ece_10').minRows).toBe(200)
  })

  test.each(['ece_0', 'ece_1001', 'ece_width_15', 'ece_', 'ece_left_right', 'xece', 'ece_15_mass_right_positive_'])(
    '%s is no name',
    (name) => {
      expect(() => named(name)).toThrow('no metric')
    },
  )

  test('kinds belong to tasks', () => {
    expect(named('ece_positive').tasks).toEqual(['binary'])
    expect(named('ece_classwise').tasks).toEqual(['multiclass'])
    expect(named('ece_toplabel').tasks).toEqual(['binary', 'multiclass'])
  })
})

describe('what an interval is not made of', () => {
  const next = congruential(3)
  const score = Array.from({ length: 400 }, () => next() ** 3)
  const sample = twoClasses(
    score.map((p) => Number(next() < p)),
    score,
  )

  test('a bin of few rows, where every bin counts alike', () => {
    for (const name of ['mce_15_width', 'ace_15_width']) {
      const { value, interval, reason } = named(name).estimate(sample, SETTINGS)
      expect(value).toBeGreaterThan(0)
      expect(interval).toBeNull()
      expect(reason).toMatch(/^a bin has \d+ rows, and the gap of fewer than 20 is unknown$/)
    }
    expect(named('ece_15_width').estimate(sample, SETTINGS).interval).not.toBeNull()
    expect(named('mce').estimate(sample, SETTINGS).interval).not.toBeNull()
  })

  test('thousands of bins', () => {
    const many = severalClasses(
      Array.from({ length: 200 }, (_, i) => i),
      Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 1 / 200)),
    )
    const { interval, reason } = named('ece_15_width_classwise', 'multiclass').estimate(many, SETTINGS)
    expect(interval).toBeNull()
    expect(reason).toBe('there are 3000 bins, and intervals are made of 1500 at most')
  })

  test('labels without scores', () => {
    expect(named('mce').estimate({ ...sample, score: null }, SETTINGS).reason).toContain('needs probabilities')
  })
})

test('certain and always right: no error, and no proof of it', () => {
  const truth = Array.from({ length: 400 }, (_, i) => i % 2)
  const { value, interval, reason } = named('ece').estimate(twoClasses(truth, truth), SETTINGS)
  expect(value).toBe(0)
  expect(interval).toBeNull()
  expect(reason).toContain('too few rows to know the spread')
})

describe('properties', () => {
  const rows = fc.array(
    fc.record({
      truth: fc.nat(1),
      score: fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      weight: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  const names = fc.constantFrom('ece', 'mce_5', 'ace_4_mass_left', 'rmsce_6_width_halfopen', 'ece_7_toplabel')

  test('a weight of k is k equal rows', () => {
    fc.assert(
      fc.property(rows, names, (all, name) => {
        fc.pre(all.some(({ weight }) => weight > 0))
        const sample = twoClasses(
          all.map(({ truth }) => truth),
          all.map(({ score }) => score),
          all.map(({ weight }) => weight),
        )
        const repeated = all.flatMap((row) => Array.from({ length: row.weight }, () => row))
        const plain = twoClasses(
          repeated.map(({ truth }) => truth),
          repeated.map(({ score }) => score),
        )
        expect(numberOf(name, sample)).toBeCloseTo(numberOf(name, plain), 10)
      }),
    )
  })

  test('weights of any size: only their ratios count', () => {
    fc.assert(
      fc.property(rows, names, (all, name) => {
        fc.pre(all.some(({ weight }) => weight > 0))
        const scaled = (factor: number) =>
          twoClasses(
            all.map(({ truth }) => truth),
            all.map(({ score }) => score),
            all.map(({ weight }) => (weight + 0.5) * factor),
          )
        expect(numberOf(name, scaled(2 ** -20 / 3))).toBeCloseTo(numberOf(name, scaled(1 / 3)), 9)
      }),
    )
  })

  test('the order of rows changes nothing', () => {
    fc.assert(
      fc.property(rows, names, (all, name) => {
        const sample = twoClasses(
          all.map(({ truth }) => truth),
          all.map(({ score }) => score),
        )
        const backwards = selectRows(
          sample,
          Uint32Array.from(all, (_, i) => all.length - 1 - i),
        )
        const [before, after] = [sample, backwards].map((one) => named(name).estimate(one, SETTINGS)) as [
          Estimate,
          Estimate,
        ]
        expect(after.value).toBeCloseTo(before.value, 12)
        if (before.interval !== null) {
          expect(after.interval?.low).toBeCloseTo(before.interval.low, 9)
          expect(after.interval?.high).toBeCloseTo(before.interval.high, 9)
        }
      }),
      { numRuns: 12 },
    )
  })
})
