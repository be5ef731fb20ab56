import fc from 'fast-check'
import { weightedQuantile } from '../../../shared/stats/weighted-quantile.js'

const cumulate = (weights: readonly number[]) => {
  let sum = 0
  return Float64Array.from(weights, (weight) => {
    sum += weight
    return sum
  })
}

// scikit-learn 1.9.1, utils.stats._weighted_percentile(array, weights, 100 p, average=True)
test.each([
  [[1, 2, 3, 4], [1, 1, 1, 1], 0.5, 2.5],
  [[1, 2, 3, 4], [1, 1, 1, 1], 0.25, 1.5],
  [[1, 2, 3, 4, 5], [1, 1, 1, 1, 1], 0.5, 3],
  [[1, 2, 3, 4], [1, 1, 0, 2], 0.5, 3],
  [[1, 2, 3, 4], [0.5, 3, 0.25, 1], 0.5, 2],
  [[1, 2, 3], [0, 1, 1], 0, 2],
  [[1, 2, 3], [1, 1, 1], 1, 3],
])('%j with weights %j at %d', (sorted, weights, p, expected) => {
  expect(weightedQuantile({ sorted: Float64Array.from(sorted), cumulated: cumulate(weights) }, p)).toBe(expected)
})

test('nothing that counts, no quantile', () => {
  expect(weightedQuantile({ sorted: new Float64Array(0), cumulated: null }, 0.5)).toBeNaN()
  expect(weightedQuantile({ sorted: Float64Array.of(1), cumulated: Float64Array.of(0) }, 0.5)).toBeNaN()
})

test('the weighted median is the median with every row as often as it counts', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(3)), { maxLength: 20 }), (pairs) => {
      const sorted = [...pairs].sort((a, b) => a[0] - b[0])
      const copies = sorted.flatMap(([value, weight]) => Array.from({ length: weight }, () => value))
      const median = weightedQuantile(
        {
          sorted: Float64Array.from(sorted, ([value]) => value),
          cumulated: cumulate(sorted.map(([, weight]) => weight)),
        },
        0.5,
      )
      const half = (copies.length - 1) / 2
      const middle = ((copies[Math.floor(half)] as number) + (copies[Math.ceil(half)] as number)) / 2
      expect(median).toEqual(copies.length === 0 ? Number.NaN : middle)
    }),
  )
})
