import type { RankingSample, Sample } from '../../../shared/stats/sample.js'
import { fewValues, quantileEdges, rangeNames, rangeOf, rangesOf } from '../../../shared/stats/slices/binning.js'
import { fixedPoint, unitOf } from '../../../shared/stats/slices/fixed-point.js'
import { LOSSES, lossKindOf, lossOf } from '../../../shared/stats/slices/loss.js'

const judged = (n: number) => ({ n, blocks: new Uint16Array(n), weights: null, clustered: false })
const two = { task: 'binary', classes: ['no', 'yes'], truth: Uint16Array.of(1, 0, 1), ...judged(3) } as const

describe('the loss of a row', () => {
  const binary: Sample = { ...two, label: Uint16Array.of(1, 1, 0), score: Float64Array.of(0.8, 0.6, 0) }
  const labels: Sample = { ...binary, score: null }

  // sklearn.metrics.log_loss([y], [[1 - p, p]], labels=[0, 1]) of each row; 36.04… = -log(2 ** -52)
  test('log loss of probabilities, clipped as scikit-learn does', () => {
    expect([...lossOf(binary)].map((loss) => Number(loss.toFixed(10)))).toEqual([
      0.2231435513, 0.9162907319, 36.0436533891,
    ])
  })

  test('0 or 1 of labels, and for both models when one of them has nothing else', () => {
    expect([...lossOf(labels)]).toEqual([0, 1, 1])
    expect(lossKindOf([binary, labels])).toBe('zero-one')
    expect([...lossOf(binary, 'zero-one')]).toEqual([0, 1, 1])
  })

  test('several classes: the probability of the true one', () => {
    const sample: Sample = {
      task: 'multiclass',
      classes: ['a', 'b', 'c'],
      truth: Uint16Array.of(2, 0),
      label: Uint16Array.of(2, 1),
      probabilities: Float64Array.of(0.1, 0.2, 0.7, 0.3, 0.5, 0.2),
      ...judged(2),
    }
    expect([...lossOf(sample)].map((loss) => Number(loss.toFixed(10)))).toEqual([0.3566749439, 1.2039728043])
  })

  test('numbers: absolute error, or squared when that is asked; one that overflows stays finite', () => {
    const sample: Sample = {
      task: 'regression',
      truth: Float64Array.of(1, 5, 1e300),
      value: Float64Array.of(3, 4.5, -1e300),
      ...judged(3),
    }
    expect([...lossOf(sample)]).toEqual([2, 0.5, 1e150])
    expect(lossKindOf([sample], 'squared')).toBe('squared-error')
    expect([...lossOf(sample, 'squared-error')]).toEqual([4, 0.25, 1e150])
  })

  // sklearn.metrics.hamming_loss of each row
  test('several labels: the share that is wrong', () => {
    const sample: Sample = {
      task: 'multilabel',
      classes: ['a', 'b', 'c', 'd'],
      truth: Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0),
      label: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0),
      scores: null,
      ...judged(2),
    }
    expect([...lossOf(sample)]).toEqual([0.5, 0])
  })

  // mean of sklearn.metrics.mean_pinball_loss([5], [v], alpha=a) over (3, 0.1), (5, 0.5), (6, 0.9): (0.2 + 0 + 0.1) / 3
  test('quantiles: the mean pinball loss', () => {
    const sample: Sample = {
      task: 'quantile',
      truth: Float64Array.of(5),
      levels: [0.1, 0.5, 0.9],
      values: Float64Array.of(3, 5, 6),
      ...judged(1),
    }
    expect(lossOf(sample)[0]).toBeCloseTo(0.1, 12)
  })

  // 1 - sklearn.metrics.ndcg_score([[3, 2, 0, 1]], [[0.9, 0.5, 0.5, 0.1]]) and of [[0, 1]], [[0.9, 0.1]]; no relevant item: none
  test('ranking: 1 − NDCG, ties averaged; a query without a relevant item has none', () => {
    const sample: RankingSample = {
      task: 'ranking',
      offsets: Uint32Array.of(0, 4, 6, 7),
      item: Uint32Array.of(0, 1, 2, 3, 0, 1, 0),
      score: Float64Array.of(0.9, 0.5, 0.5, 0.1, 0.9, 0.1, 1),
      relevance: Float64Array.of(3, 2, 0, 1, 0, 1, 0),
      idealOffsets: Uint32Array.of(0, 3, 4, 4),
      ideal: Float64Array.of(3, 2, 1, 1),
      catalogue: 4,
      popularity: null,
      ...judged(3),
    }
    const losses = lossOf(sample)
    expect(losses[0]).toBeCloseTo(0.04205357071070215, 10)
    expect(losses[1]).toBeCloseTo(0.3690702464285427, 10)
    expect(losses[2]).toBeNaN()
  })

  // f1_score of evaluate-v1.1.py of SQuAD: "The cat sat." against ["a cat sat down", "dogs"] is 2 · 1 · (2/3) / (1 + 2/3) = 0.8
  test('text: 1 − token F1 with the best reference', () => {
    const sample: Sample = {
      task: 'text',
      references: [['a cat sat down', 'dogs'], ['the'], ['x']],
      output: ['The cat sat.', '', 'y'],
      ...judged(3),
    }
    const losses = lossOf(sample)
    expect(losses[0]).toBeCloseTo(0.2, 12)
    expect([...losses.slice(1)]).toEqual([1, 1])
  })

  test('what a task does not have is refused, and every kind has words', () => {
    expect(() => lossOf(labels, 'log-loss')).toThrow('log loss needs probabilities')
    expect(() => lossOf(labels, 'pinball')).toThrow('pinball is no loss of binary models')
    expect(Object.values(LOSSES).every(({ title, definition }) => title !== '' && definition !== '')).toBe(true)
  })
})

describe('ranges of numbers', () => {
  test('a range holds its lower edge; a missing number is beyond all', () => {
    expect(
      [9.9, 10, 19, 20, 1e300, Number.NEGATIVE_INFINITY, Number.NaN].map((value) => rangeOf(value, [10, 20])),
    ).toEqual([0, 1, 1, 2, 2, 0, 3])
    const numbers = Float64Array.of(9.9, 10, 19, 20, Number.NaN)
    expect([...rangesOf(numbers, Uint32Array.of(4, 3, 1, 0), [10, 20])]).toEqual([3, 2, 1, 0])
    expect(rangeNames([-1.5, 20])).toEqual(['(−∞, −1.5)', '[−1.5, 20)', '[20, ∞)'])
  })

  // numpy.quantile(numpy.arange(1, 101), [0.25, 0.5, 0.75]) is 25.75, 50.5, 75.25
  test('quantiles with as few digits as hardly move them', () => {
    const numbers = Float64Array.from({ length: 100 }, (_, i) => i + 1)
    expect(quantileEdges(numbers, 4)).toEqual([26, 50, 75])
    expect(
      quantileEdges(
        numbers.map((value) => 1e6 + value / 1000),
        2,
      ),
    ).toEqual([1000000.05])
  })

  test('many rows of one value leave fewer ranges; one value alone leaves none', () => {
    expect(quantileEdges(Float64Array.of(0, 0, 0, 0, 0, 0, 1, 2, Number.NaN), 4)).toEqual([0.25])
    expect(quantileEdges(Float64Array.of(3, 3, 3), 4)).toEqual([])
    expect(quantileEdges(new Float64Array(0), 4)).toEqual([])
  })

  test('the values themselves, when they are few', () => {
    expect(fewValues(Float64Array.of(1, 0, -0, Number.NaN, 1), 2)).toEqual([0, 1])
    expect(fewValues(Float64Array.of(1, 2, 3), 2)).toBeNull()
    expect(fewValues(Float64Array.of(1, 2, 3), 2, Uint32Array.of(0, 2))).toEqual([1, 3])
  })
})

describe('numbers that add up exactly', () => {
  test('multiples of a power of two, as fine as their number allows', () => {
    const { values, unit } = fixedPoint(3, (i) => [0.1, -0.25, 1][i] as number)
    expect(unit).toBe(2 ** -30)
    expect([...values].map((value) => value * unit)).toEqual([Math.round(0.1 * 2 ** 30) / 2 ** 30, -0.25, 1])
    expect(unitOf(1e6, () => 1)).toBe(2 ** -32)
    expect(unitOf(5, () => 0)).toBe(1)
  })

  test('what does not add up is refused', () => {
    expect(() => fixedPoint(1, () => Number.NaN)).toThrow(RangeError)
    expect(() => unitOf(1, () => Number.POSITIVE_INFINITY)).toThrow(RangeError)
  })
})
