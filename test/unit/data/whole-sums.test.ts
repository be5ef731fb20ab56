import fc from 'fast-check'
import { double } from '../../../shared/data/engine/sql.js'
import { WholeSum } from '../../../shared/data/profile/whole-sums.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

function sumOf(digits: number, terms: readonly (readonly [term: number, count: number])[]): number {
  const sum = new WholeSum(digits)
  for (const [term, count] of terms) sum.add(term, count)
  return sum.value
}

// Python 3.12: float(Fraction(sum(round(Fraction(t) * 2**62) * n for t, n in terms), 2**62)); round() takes the even of two.
test.each([
  [[[0.1, 1]], 0.1],
  [[[0.1, 10]], 1],
  [[[1, 2147483647]], 2147483647],
  [
    [
      [1, 1],
      [-1, 1],
      [2 ** -62, 3],
    ],
    3 * 2 ** -62,
  ],
  // Halves go to the even whole number: 0.5 to 0, 1.5 to 2, −2.5 to −2.
  [[[0.5 * 2 ** -62, 1]], 0],
  [[[1.5 * 2 ** -62, 1]], 2 ** -61],
  [[[-2.5 * 2 ** -62, 1]], -(2 ** -61)],
] as const)('%j', (terms, expected) => {
  expect(sumOf(62, terms)).toBe(expected)
})

test('the order of the terms does not show', () => {
  const term = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 1e6 }))
  fc.assert(
    fc.property(fc.array(term, { maxLength: 60 }), fc.constantFrom(57, 62), (terms, digits) => {
      expect(sumOf(digits, [...terms].reverse())).toBe(sumOf(digits, terms))
    }),
    { numRuns: 200, seed: 5 },
  )
})

test('it is the sum of the engine, to the last bit', async () => {
  const small = fc
    .integer({ min: 1, max: 80 })
    .chain((power) => fc.double({ min: -1, max: 1, noNaN: true }).map((term) => term * 2 ** -power))
  const term = fc.tuple(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), small), fc.integer({ min: 1, max: 31 }))
  await fc.assert(
    fc.asyncProperty(fc.array(term, { minLength: 1, maxLength: 40 }), async (terms) => {
      const rows = terms.map(([value, count]) => `(${double(value)}, ${count})`).join(', ')
      for (const [digits, type] of [
        [57, 'BIGINT'],
        [62, 'HUGEINT'],
      ] as const) {
        const [row] = await bench.engine.all(
          `SELECT CAST(sum(CAST(t * ${double(2 ** digits)} AS ${type}) * n) AS VARCHAR) AS s FROM (VALUES ${rows}) v(t, n)`,
        )
        expect(sumOf(digits, terms)).toBe(Number(BigInt(String(row?.s))) / 2 ** digits)
      }
    }),
    { numRuns: 60, seed: 8 },
  )
})
