import fc from 'fast-check'
import { sortNumbers } from '../../../shared/data/engine/sort-numbers.js'

const sorted = (values: readonly number[]) => [...sortNumbers(Float64Array.from(values))]
const times = (n: number, make: (i: number) => number) => Array.from({ length: n }, (_, i) => make(i))

// Python 3.12: sorted((i * 7919) % 1009 for i in range(1000)) at these places
test('numbers ascend', () => {
  const found = sorted(times(1000, (i) => (i * 7919) % 1009))
  expect([0, 1, 499, 998, 999].map((i) => found[i])).toEqual([0, 1, 505, 1007, 1008])
})

test.each([
  ['none', []],
  ['one', [3]],
  ['all equal', times(1000, () => 7)],
  ['in order', times(1000, (i) => i >> 1)],
  ['in order but for the last', [...times(1000, (i) => i), 998.5]],
  ['in order from the end', times(1000, (i) => -i)],
  ['two values', times(1000, (i) => i % 2)],
  ['one far away, so that all others share a bucket', [...times(2000, (i) => (i * 31) % 2000), 1e300]],
  ['beyond what their difference can be', [...times(500, (i) => i), -Number.MAX_VALUE, Number.MAX_VALUE]],
  ['next to each other', times(600, (i) => 1 + ((i * 7) % 600) * Number.EPSILON)],
  ['smaller than any normal number', times(600, (i) => ((i * 7) % 600) * Number.MIN_VALUE)],
])('%s', (_, values) => {
  expect(sorted(values)).toEqual([...values].sort((a, b) => a - b))
})

test('whatever the numbers, they are those of a comparison sort', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.integer({ min: 0, max: 9 }),
  )
  fc.assert(
    fc.property(fc.array(number, { minLength: 200, maxLength: 1200 }), (values) => {
      // Minus zero has no place of its own.
      const plain = values.map((value) => value + 0)
      expect(sorted(plain)).toEqual(plain.toSorted((a, b) => a - b))
    }),
    { numRuns: 100, seed: 11 },
  )
})
