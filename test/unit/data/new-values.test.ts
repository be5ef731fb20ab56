import fc from 'fast-check'
import { measureCategories } from '../../../shared/data/leakage/categories.js'
import { chanceOfNewValues } from '../../../shared/data/leakage/new-values.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

/** The chance that all c copies of a value fall among m of n + m rows: math.comb(m, c) / math.comb(n + m, c). */
const exact = (c: number, n: number, m: number): number =>
  Array.from({ length: c }, (_, i) => (m - i) / (n + m - i)).reduce((product, factor) => product * factor, 1)

describe('new values that chance brings', () => {
  // numpy: np.random.default_rng(0), 20,000 permutations of the 700 rows; the mean of the rows of test whose value stands in
  // test alone is 9.89, and 57 or more of them come in 3 of 10,000.
  const sizes = [14, 20, 30, 5, 5, 1, 1, 1, 623].map((rows) => ({ rows, values: 1 }))

  test('as many as a random division leaves, and a chance that is never too small', () => {
    const { expected, chance } = chanceOfNewValues(sizes, { n: 100, m: 600, found: 57 })
    expect(Math.abs(expected - 9.89)).toBeLessThan(0.4)
    expect(chance).toBeGreaterThan(0.0003)
    expect(chance).toBeLessThan(0.01)
  })

  test('as many as are expected, or fewer, are chance', () => {
    expect(chanceOfNewValues(sizes, { n: 100, m: 600, found: 0 })).toMatchObject({ chance: 1 })
    expect(chanceOfNewValues([], { n: 10, m: 10, found: 0 })).toEqual({ expected: 0, chance: 1 })
  })

  test('of one value, never below its exact chance', () => {
    const count = fc.integer({ min: 1, max: 400 })
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 60 }), (n, m, c) => {
        fc.pre(c <= m)
        const { expected, chance } = chanceOfNewValues([{ rows: c, values: 1 }], { n, m, found: c })
        expect(chance).toBeGreaterThanOrEqual(exact(c, n, m) * (1 - 1e-9))
        expect(expected / c).toBeGreaterThanOrEqual(exact(c, n, m) * (1 - 1e-9))
        expect(chance).toBeLessThanOrEqual((m / (n + m)) ** c * (1 + 1e-6))
      }),
    )
  })

  test('values of very many rows, and very many values', () => {
    const { expected, chance } = chanceOfNewValues(
      [
        { rows: 1, values: 1_000_000 },
        { rows: 5_000_000, values: 3 },
      ],
      { n: 8_000_000, m: 8_000_000, found: 500_100 },
    )
    expect(expected).toBe(500_000)
    expect(chance).toBeGreaterThan(0.9)
  })
})

describe('categories of two datasets', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench()
  })
  afterAll(() => bench.close())

  const side = async (name: string, values: readonly string[]) => {
    const dataset = await bench.load(await bench.write(`${name}.csv`, `c\n${values.join('\n')}\n`))
    return { dataset, profile: await profileTable(bench.engine, dataset) }
  }
  const repeat = (value: string, times: number) => Array.from({ length: times }, () => value)

  test('are counted alike where profiles list all of them and where they do not', async () => {
    const common = (times: number) => ['a', 'b'].flatMap((value) => repeat(value, times))
    const many = Array.from({ length: 150 }, (_, i) => repeat(`v${i}`, 2)).flat()
    const few = await measureCategories(
      bench.engine,
      await side('train', [...common(30), 'rare']),
      await side('test', [...common(15), ...repeat('new', 3), 'rare', 'once']),
      ['c'],
    )
    // 96 rows, 35 of them in test: 'a' and 'b' of 45 rows, 'new' of 3, 'rare' of 2, 'once' of 1
    expect(few).toMatchObject([{ feature: 'c', newRows: 4, newValues: 2, values: ['new', 'once'], rows: 35 }])
    const at = 35 / 96
    expect(few[0]?.expectedRows).toBeCloseTo(3 * at ** 3 + 2 * at ** 2 + at + 90 * at ** 45, 12)

    const tables = await measureCategories(
      bench.engine,
      await side('train-many', [...many, 'rare', ...common(30)]),
      await side('test-many', [...common(15), ...repeat('new', 3), 'rare', 'once']),
      ['c'],
    )
    // 396 rows, 35 of them in test, and 150 values of 2 rows besides
    const there = 35 / 396
    expect(tables).toMatchObject([{ newRows: 4, newValues: 2, values: ['new', 'once'], rows: 35 }])
    expect(tables[0]?.expectedRows).toBeCloseTo(3 * there ** 3 + 151 * 2 * there ** 2 + there + 90 * there ** 45, 12)
  })
})
