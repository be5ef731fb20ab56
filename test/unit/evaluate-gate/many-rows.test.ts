import fc from 'fast-check'
import { measured } from '../../../actions/evaluate-gate/measure.js'
import { type Trivial, trivialOf, trivialValue } from '../../../actions/evaluate-gate/trivial.js'
import { letGo, perSample } from '../../../shared/stats/metrics/estimators/common.js'
import { findMetric, type Metric } from '../../../shared/stats/metrics/index.js'
import type { BinarySample, ClassSample, MulticlassSample } from '../../../shared/stats/sample.js'
import { BLOCKS, withBlockWeights } from '../../../shared/stats/sampling/bootstrap.js'
import { fillPoissonOnes, seededRandom } from '../../../shared/stats/sampling/rng.js'

const N = 120_000
const TWO = ['roc_auc', 'average_precision', 'log_loss', 'brier', 'ece', 'recall', 'precision', 'f1', 'mcc', 'accuracy']
const THREE = ['accuracy', 'balanced_accuracy', 'f1_macro', 'log_loss', 'brier', 'ece', 'roc_auc_ovr_macro']

function rows(classes: number, weighted: boolean) {
  const random = seededRandom(`${classes} ${weighted}`)
  return {
    n: N,
    classes: Array.from({ length: classes }, (_, k) => `c${k}`),
    truth: Uint16Array.from({ length: N }, () => Math.min(classes - 1, Math.floor(random.uniform() ** 2 * classes))),
    label: new Uint16Array(N),
    blocks: Uint16Array.from({ length: N }, (_, i) => i % BLOCKS),
    weights: weighted ? Float64Array.from({ length: N }, (_, i) => (i % 5) / 2) : null,
    clustered: false,
  }
}

const binary = (weighted: boolean): BinarySample => ({
  ...rows(2, weighted),
  task: 'binary',
  score: new Float64Array(N),
})
const multiclass = (weighted: boolean): MulticlassSample => ({
  ...rows(3, weighted),
  task: 'multiclass',
  probabilities: new Float64Array(3 * N),
})

describe('the trivial model of very many rows', () => {
  test.each([
    ['two classes', TWO, binary(false)],
    ['two classes with weights', TWO, binary(true)],
    ['three classes', THREE, multiclass(false)],
    ['three classes with weights', THREE, multiclass(true)],
  ] as [string, string[], ClassSample][])('has the value of all its rows: %s', (_, names, sample) => {
    const trivial = trivialOf(sample, 0.5) as Trivial
    const answers = trivial.whole()
    for (const name of names) {
      const metric = findMetric(name, sample.task) as Metric
      const [short, whole] = [trivialValue(metric, trivial), metric.value(answers)]
      const shown = (value: typeof whole) => measured({ ...value, n: N, interval: null })
      expect([name, short.reason]).toEqual([name, whole.reason])
      if (whole.reason === null) expect(Math.abs(short.value - whole.value)).toBeLessThan(1e-11)
      else expect(shown(short)).toEqual(shown(whole))
    }
  })
})

describe('what is computed once', () => {
  test('is computed again of a sample that was let go, and of no other', () => {
    let count = 0
    const one = perSample((sample: ClassSample) => {
      count += 1
      return sample.n
    })
    const [a, b] = [binary(false), binary(false)]
    for (const sample of [a, b, a, b]) expect(one(sample)).toBe(N)
    expect(count).toBe(2)
    letGo(a)
    for (const sample of [a, b]) expect(one(sample)).toBe(N)
    expect(count).toBe(3)
  })

  test('draws of a seed are the same however statistics and seeds take turns', () => {
    const fresh = (seed: string, replicates: number) => {
      const random = seededRandom(seed)
      const weights = new Uint8Array(BLOCKS)
      return Array.from({ length: replicates }, () => {
        fillPoissonOnes(random, weights)
        return weights.reduce((sum, weight, block) => sum + weight * block, 0)
      })
    }
    const asked = fc.record({ seed: fc.constantFrom('a', 'b'), replicates: fc.integer({ min: 1, max: 12 }) })
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 6 }), (all) => {
        for (const { seed, replicates } of all) {
          const settings = { seed, replicates, level: 0.95 }
          const drawn = withBlockWeights(settings, (weights) =>
            weights.reduce((sum, weight, block) => sum + weight * block, 0),
          )
          expect([...drawn]).toEqual(fresh(seed, replicates))
        }
      }),
      { numRuns: 30 },
    )
  })
})
