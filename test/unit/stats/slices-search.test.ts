import fc from 'fast-check'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { choose, coverCombinations } from '../../../shared/stats/slices/cover.js'
import { type CodedColumn, countCells, factsOf, marginal, sumsOf } from '../../../shared/stats/slices/cube.js'
import { comparePredicates } from '../../../shared/stats/slices/enumerate.js'
import { searchSlices } from '../../../shared/stats/slices/search.js'
import { topBySliceLine } from './slices-fixtures.js'

/** 40 rows of three columns. */
const X = `100 220 220 012 220 012 100 102 112 121 112 022 100 211 020 110 000 201 121 001
  021 111 112 002 201 102 220 001 222 012 200 002 211 200 201 221 001 002 022 022`.split(/\s+/)
const E = [
  0.25, 0.75, 0.5, 0.5, 0.25, 0.5, 0.5, 2.25, 2, 0.5, 1.5, 0.75, 0.5, 0.75, 1, 0, 1, 0.5, 0.25, 0.25, 0.5, 1, 1.75,
  0.75, 0.25, 2, 0.75, 0.5, 0.75, 0, 0.25, 0.25, 0.75, 0.5, 0.75, 0.25, 0.5, 0.5, 0.75, 0.75,
]

function columnsOf(rows: readonly string[]): CodedColumn[] {
  return Array.from(rows[0] ?? '', (_, k) => ({ codes: Uint8Array.from(rows, (row) => Number(row[k])), card: 3 }))
}
const factsFor = (losses: readonly number[], weights: readonly number[] | null = null) =>
  factsOf(losses.length, [Float64Array.from(losses)], weights && ((i) => weights[i] as number))

// Brute force in Python of the published definition, score = a (mean_S / mean − 1) − (1 − a) (n / |S| − 1): every combination by
// itertools, min_sup rows, score > 0, the k best with all that tie with the last.
describe('SliceLine', () => {
  const top = (alpha: number, k: number, predicates: number, minRows: number, rows = X) =>
    topBySliceLine(columnsOf(rows), factsFor(E), { alpha, top: k, predicates, minRows }).map((slice) => [
      slice.predicates.map(({ column, code }) => `${column}=${code}`).join(' '),
      slice.rows,
      slice.loss,
      Number(slice.score.toFixed(10)),
    ])

  test.each([
    [0.6, 3, 3, 4, []],
    [
      0.95,
      4,
      2,
      4,
      [
        ['0=1 2=2', 5, 9.5, 1.2785714286],
        ['0=1 1=1', 5, 6.25, 0.3964285714],
        ['0=1', 12, 12.5, 0.3470238095],
        ['2=2', 15, 15, 0.3238095238],
      ],
    ],
    [
      0.95,
      5,
      3,
      2,
      [
        ['0=1 2=2', 5, 9.5, 1.2785714286],
        ['0=1 1=0 2=2', 2, 4.25, 0.9839285714],
        ['0=1 1=1 2=2', 3, 5.25, 0.8083333333],
        ['0=1 1=1', 5, 6.25, 0.3964285714],
        ['0=1', 12, 12.5, 0.3470238095],
      ],
    ],
    [0.5, 1, 1, 5, []],
    [
      1,
      2,
      3,
      3,
      [
        ['0=1 2=2', 5, 9.5, 1.7142857143],
        ['0=1 1=1 2=2', 3, 5.25, 1.5],
      ],
    ],
  ])('alpha %f, %i best, %i predicates, %i rows', (alpha, k, predicates, minRows, expected) => {
    expect(top(alpha, k, predicates, minRows)).toEqual(expected)
  })

  test('what ties with the last is there too', () => {
    const copied = X.map((row) => `${row[0]}${row[0]}`)
    expect(top(0.95, 1, 2, 2, copied).map(([slice]) => slice)).toEqual(['0=1', '1=1', '0=1 1=1'])
  })
})

describe('passes over the rows', () => {
  test('hold every combination once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 3, maxLength: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(1000, 60_000),
        (cards, size, mostCells) => {
          const passes = coverCombinations(cards, size, mostCells)
          const all = passes.flatMap(({ combinations }) => combinations.map((one) => one.join()))
          expect(new Set(all).size).toBe(all.length)
          expect(all).toHaveLength(choose(cards.length, size))
          for (const { columns } of passes) {
            expect(columns.reduce((cells, column) => cells * (cards[column] as number), 1)).toBeLessThanOrEqual(
              mostCells,
            )
          }
        },
      ),
    )
  })

  test('ten columns of ten values: 120 triples in far fewer passes', () => {
    expect(coverCombinations(Array(10).fill(9), 3).length).toBeLessThan(25)
  })

  test('cells and their marginals are sums over rows; weight 2 counts as two rows', () => {
    const columns = columnsOf(X)
    const direct = (wanted: readonly (number | null)[], of: (i: number) => number) =>
      X.reduce(
        (sum, row, i) => (wanted.every((code, k) => code === null || Number(row[k]) === code) ? sum + of(i) : sum),
        0,
      )
    const cells = countCells(columns, factsFor(E, Array(40).fill(2)))
    const pairs = marginal(cells, [0, 1, 2], [3, 3, 3], [0, 2])
    for (let a = 0; a < 3; a++) {
      for (let c = 0; c < 3; c++) {
        const loss = (i: number) => E[i] as number
        const { count, weight, sum, square } = sumsOf(pairs, a * 3 + c, 0)
        expect(count).toBe(direct([a, null, c], () => 1))
        expect(weight).toBe(2 * count)
        expect(sum).toBeCloseTo(2 * direct([a, null, c], loss), 6)
        expect(square).toBeCloseTo(2 * direct([a, null, c], (i) => loss(i) ** 2), 6)
      }
    }
  })

  test('more cells than can be counted are refused', () => {
    const wide = { codes: new Uint8Array(1), card: 255 }
    expect(() => countCells([wide, wide, wide], factsFor([1]))).toThrow(RangeError)
  })
})

const SETTINGS = { predicates: 2, minRows: 30, minLift: 1.1, alpha: 0.95, kish: 1 }

/** Rows of some columns of four values, and a loss. */
function planted(seed: string, n: number, columns: number, lossOf: (row: readonly number[], noise: number) => number) {
  const random = seededRandom(seed)
  const rows = Array.from({ length: n }, () => Array.from({ length: columns }, () => random.below(4)))
  const losses = rows.map((row) => lossOf(row, -Math.log(1 - random.uniform())))
  const coded = Array.from({ length: columns }, (_, k) => ({
    codes: Uint8Array.from(rows, (row) => row[k] as number),
    card: 4,
  }))
  return { coded, losses }
}

describe('the search', () => {
  const isBad = (row: readonly number[]) => row[0] === 1 && row[1] === 2
  const text = (predicates: readonly { column: number; code: number }[]) =>
    predicates.map(({ column, code }) => `${column}=${code}`).join(' ')

  test('finds a planted slice first, and tells none that only repeat it', () => {
    const { coded, losses } = planted('planted', 8000, 4, (row, noise) => noise * (isBad(row) ? 2 : 1))
    const { candidates, slices } = searchSlices(coded, factsFor(losses), { ...SETTINGS, predicates: 3 })
    expect(slices).toBe(4 * 4 + 6 * 16 + 4 * 64)
    expect(text(candidates[0]?.predicates ?? [])).toBe('0=1 1=2')
    expect(
      candidates.filter(({ predicates }) => predicates.length > 2 && text(predicates).startsWith('0=1 1=2')),
    ).toEqual([])
    expect(candidates[0]?.lift).toBeGreaterThan(1.7)
  })

  test('tells the parts, and not the whole that is only worse by them', () => {
    const isPart = (row: readonly number[]) => row[0] === 1 && (row[1] === 2 || row[1] === 3)
    const { coded, losses } = planted('parts', 12000, 3, (row, noise) => noise * (isPart(row) ? 2.5 : 1))
    const found = searchSlices(coded, factsFor(losses), SETTINGS).candidates.map(({ predicates }) => text(predicates))
    expect(found.slice(0, 2).sort()).toEqual(['0=1 1=2', '0=1 1=3'])
    expect(found).not.toContain('0=1')
  })

  test('finds where the candidate lost, though it gained on the whole', () => {
    const { coded, losses } = planted('change', 8000, 3, (_, noise) => noise)
    const rows = losses.map((_, i) => [coded[0]?.codes[i] as number, coded[1]?.codes[i] as number])
    const change = losses.map((loss, i) => loss * (isBad(rows[i] as number[]) ? 0.3 : -0.1))
    const facts = factsOf(8000, [Float64Array.from(losses), Float64Array.from(change)], null)
    const { candidates, changeAgainst } = searchSlices(coded, facts, SETTINGS)
    expect(changeAgainst).toBe('zero')
    const regressions = candidates.filter(({ kind }) => kind === 'regression').map(({ predicates }) => text(predicates))
    expect(regressions[0]).toBe('0=1 1=2')
  })

  test('a column of one value changes nothing', () => {
    const { coded, losses } = planted('constant', 4000, 3, (row, noise) => noise * (isBad(row) ? 2 : 1))
    const constant = { codes: new Uint8Array(4000), card: 1 }
    const found = searchSlices([...coded, constant], factsFor(losses), SETTINGS).candidates
    expect(found).toEqual(searchSlices(coded, factsFor(losses), SETTINGS).candidates)
  })

  test('the order of rows changes nothing', () => {
    const { coded, losses } = planted('order', 2000, 3, (row, noise) => noise * (isBad(row) ? 2 : 1))
    const order = losses.map((_, i) => i).sort((a, b) => ((a * 7919) % 2003) - ((b * 7919) % 2003))
    const moved = coded.map(({ codes, card }) => ({ codes: Uint8Array.from(order, (i) => codes[i] as number), card }))
    const movedLosses = order.map((i) => losses[i] as number)
    expect(searchSlices(moved, factsFor(movedLosses), SETTINGS)).toEqual(
      searchSlices(coded, factsFor(losses), SETTINGS),
    )
  })

  test.each([
    ['no loss at all', () => 0],
    ['the same loss everywhere', () => 1],
    ['one row of a huge loss', (i: number) => (i === 7 ? 1e150 : 1)],
    ['tiny losses', (i: number) => (i % 7) * 5e-324],
  ])('%s: nothing is found and nothing breaks', (_name, loss) => {
    const { coded } = planted('hostile', 1000, 3, () => 0)
    const { candidates } = searchSlices(coded, factsFor(Array.from({ length: 1000 }, (_, i) => loss(i))), SETTINGS)
    expect(candidates).toEqual([])
  })

  test('predicates have an order of their own', () => {
    const slices = [
      [{ column: 1, code: 0 }],
      [
        { column: 0, code: 1 },
        { column: 1, code: 0 },
      ],
      [{ column: 0, code: 2 }],
    ]
    expect([...slices].sort(comparePredicates)).toEqual([slices[2], slices[0], slices[1]])
  })
})
