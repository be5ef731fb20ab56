import fc from 'fast-check'
import { weightedMedian } from '../../../shared/stats/metrics/estimators.js'
import { medianAbsoluteError } from '../../../shared/stats/regression.js'

test('the weighted median is the median with every row as often as it counts', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(3)), { maxLength: 20 }), (pairs) => {
      const sorted = [...pairs].sort((a, b) => a[0] - b[0])
      const copies = sorted.flatMap(([value, weight]) => Array.from({ length: weight }, () => value))
      const median = weightedMedian(
        sorted.map(([value]) => value),
        Uint16Array.from(sorted.keys()),
        Uint8Array.from(sorted, ([, weight]) => weight),
      )
      expect(median).toEqual(
        medianAbsoluteError(
          copies,
          copies.map(() => 0),
        ).value,
      )
    }),
  )
})
