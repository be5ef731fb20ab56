import fc from 'fast-check'
import { scoreQuantiles } from '../../../shared/stats/calibration-quantiles.js'
import { quantileSorted } from '../../../shared/stats/numeric.js'
import { congruential } from './calibration-samples.js'

const SHARES = [0.1, 0.25, 0.5, 0.9]

test('numpy 2.4.6, quantile(s, [0.1, 0.25, 0.5, 0.9])', () => {
  const score = [0.1, 0.9, 0.8, 0.3, 0.35, 0.6, 0.2, 0.6, 0.7, 0.05]
  const expected = [0.095, 0.225, 0.475, 0.81]
  scoreQuantiles(score, null, SHARES).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 12)
  })
})

test('the same as after sorting all, bit for bit; whole weights repeat rows', () => {
  const score = fc.oneof(fc.constantFrom(0, 0.5, 1, 1e-9, 0.999999), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(fc.array(fc.tuple(score, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 50 }), (rows) => {
      const scores = rows.map(([value]) => value)
      const sorted = (values: readonly number[]) => Float64Array.from(values).sort()
      const of = (values: readonly number[]) => SHARES.map((share) => quantileSorted(sorted(values), share) + 0)
      expect(scoreQuantiles(scores, null, SHARES)).toEqual(of(scores))
      const weights = Float64Array.from(rows, ([, weight]) => weight)
      const repeated = rows.flatMap(([value, weight]) => Array.from({ length: weight }, () => value))
      expect(scoreQuantiles(scores, weights, SHARES)).toEqual(of(repeated))
    }),
  )
})

test('many scores: only some are sorted, and the quantiles are the same', () => {
  const next = congruential(11)
  const pile = (u: number) => (u < 0.3 ? 0 : u > 0.9 ? 1 : u * u)
  const score = Float64Array.from({ length: 30_000 }, () => pile(next()))
  const shares = Array.from({ length: 14 }, (_, i) => (i + 1) / 15)
  const sorted = score.slice().sort()
  expect(scoreQuantiles(score, null, shares)).toEqual(shares.map((share) => quantileSorted(sorted, share)))
  const weights = Float64Array.from(score, () => Math.floor(next() * 3))
  const repeated = Float64Array.from(
    [...score].flatMap((value, i) => new Array<number>(weights[i] as number).fill(value)),
  )
  repeated.sort()
  expect(scoreQuantiles(score, weights, shares)).toEqual(shares.map((share) => quantileSorted(repeated, share)))
})

test('nothing that counts, no quantile', () => {
  expect(scoreQuantiles([], null, [0.5])).toEqual([Number.NaN])
  expect(scoreQuantiles([0.3], Float64Array.of(0), [0.5])).toEqual([Number.NaN])
})
