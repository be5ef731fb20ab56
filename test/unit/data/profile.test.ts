import fc from 'fast-check'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const csv = (name: string, values: readonly (string | number)[]) => `${name}\n${values.join('\n')}\n`
const columnOf = async (path: string, content: string) => {
  await bench.write(path, content)
  const [column] = (await bench.profile(path)).columns
  if (column === undefined) throw new Error('no column')
  return column
}

describe('numbers equal those of numpy', () => {
  // numpy 2.4.6: x.mean(), x.std(ddof=1), np.quantile(x, [.01, .05, .25, .5, .75, .95, .99]), to twelve digits
  test('moments and quantiles', async () => {
    const column = await columnOf('x.csv', csv('x', [1.5, 2.25, 2.25, -3, 10, 0.1, 7.75, 4, 4, 4, 1000]))
    expect(column.numeric).toMatchObject({
      min: -3,
      max: 1000,
      mean: 93.8954545455,
      sd: 300.541099897,
      quantiles: { p01: -2.69, p05: -1.45, p25: 1.875, p50: 4, p75: 5.875, p95: 505, p99: 901 },
    })
    expect(column).toMatchObject({ type: 'number', distinct: 8, missing: 0, invalid: 0, nonFinite: 0, length: null })
    expect(column.top[0]).toEqual({ value: '4', count: 3 })
  })

  test('and the histogram holds a fifth of the rows in each of five bins, cut at np.quantile(y, [.2, .4, .6, .8])', async () => {
    const column = await columnOf(
      'y.csv',
      csv(
        'y',
        Array.from({ length: 200 }, (_, i) => (i + 1) ** 2 / 7),
      ),
    )
    expect(column.numeric?.histogram).toEqual({
      kind: 'equal-mass',
      edges: [0.14285714285714285, 237.828571429, 928.085714286, 2070.91428571, 3666.31428571, 5714.285714285715],
      counts: [40, 40, 40, 40, 40],
    })
  })

  test('one value, one row', async () => {
    expect((await columnOf('one.csv', csv('x', [7]))).numeric).toMatchObject({
      skewness: null,
      kurtosis: null,
      mad: 0,
      outliers: { z: null, robust: null, iqr: null },
      min: 7,
      max: 7,
      mean: 7,
      sd: 0,
      quantiles: { p01: 7, p05: 7, p25: 7, p50: 7, p75: 7, p95: 7, p99: 7 },
      histogram: { kind: 'equal-mass', edges: [7, 7], counts: [1] },
    })
  })

  test('a value that most rows have gets a bin of its own', async () => {
    const values = [...Array.from({ length: 970 }, () => 0), ...Array.from({ length: 30 }, (_, i) => 100 + i)]
    expect((await columnOf('zero.csv', csv('x', values))).numeric?.histogram).toEqual({
      kind: 'equal-mass',
      edges: [0, 100, 129],
      counts: [970, 30],
    })
    expect(
      (
        await columnOf(
          'top.csv',
          csv(
            'x',
            values.map((value) => -value),
          ),
        )
      ).numeric?.histogram,
    ).toEqual({
      kind: 'equal-mass',
      edges: [-129, 0, 0],
      counts: [30, 970],
    })
  })
})

describe('traps of the engine', () => {
  test('NaN and infinities are counted apart and poison nothing', async () => {
    const column = await columnOf('nan.csv', csv('x', [1, 2, 'NaN', 3, 'inf', '-Infinity']))
    expect(column).toMatchObject({ type: 'number', missing: 0, nonFinite: 3, distinct: 3, otherCount: 0 })
    expect(column.numeric).toMatchObject({ min: 1, max: 3, mean: 2, sd: 1, quantiles: { p50: 2 } })
    expect(column.numeric?.histogram.counts.reduce((a, b) => a + b)).toBe(3)
  })

  test('the same in Parquet', async () => {
    await bench.parquet('nan.parquet', "SELECT unnest(['1', '2', 'nan', '3', 'inf', '-inf'])::DOUBLE AS x")
    const [column] = (await bench.profile('nan.parquet')).columns
    expect(column).toMatchObject({ nonFinite: 3, distinct: 3, numeric: { mean: 2, sd: 1 } })
  })

  test('whole numbers keep all digits, and no quantile leaves the values', async () => {
    // numpy 2.4.6: np.quantile(x, [.01, .25, .5]) of the first column's values
    const times = [1700000000127, 1700000000127, 1700000000127, 1700000000129, 1700000000133]
    const column = await columnOf('ms.csv', csv('x', times))
    expect(column.numeric).toMatchObject({
      min: 1700000000127,
      max: 1700000000133,
      quantiles: { p01: 1700000000127, p25: 1700000000127, p50: 1700000000127 },
    })
    // The commonest value has a bin of its own.
    expect(column.numeric?.histogram.edges.slice(0, 2)).toEqual([1700000000127, 1700000000129])
    expect(column.numeric?.histogram.counts[0]).toBe(3)
    const { numeric } = await columnOf('near.csv', csv('x', [0, 0.5, 0.99999999999995, 0.99999999999995]))
    expect(numeric?.quantiles.p99).toBe(0.99999999999995)
    expect(numeric?.histogram.counts.at(-1)).toBe(2)
  })

  test('squares of huge values do not overflow', async () => {
    const column = await columnOf('huge.csv', csv('x', ['1e300', '-1e300', '1.7e308', '0']))
    expect(column.numeric).toMatchObject({ min: -1e300, max: 1.7e308, mean: 4.25e307, sd: 8.5e307 })
  })

  test('different values are counted exactly', async () => {
    // approx_count_distinct says 239,648 for 200,001 different values.
    await bench.parquet('many.parquet', "SELECT i AS n, 'text ' || i AS t FROM range(200001) r(i)")
    const profile = await bench.profile('many.parquet')
    expect(profile.columns.map(({ distinct, top }) => ({ distinct, top }))).toEqual([
      { distinct: 200_001, top: [] },
      { distinct: 200_001, top: [] },
    ])
    expect(profile.columns[0]?.numeric?.quantiles).toEqual({
      p01: 2000,
      p05: 10000,
      p25: 50000,
      p50: 100000,
      p75: 150000,
      p95: 190000,
      p99: 198000,
    })
  })

  test('numbers with more different values than are counted one by one take another way to the same result', async () => {
    const few = await bench.parquet('few.parquet', 'SELECT (i * 7919 % 100000) / 8 AS x FROM range(100000) r(i)')
    const many = await bench.parquet('manyx.parquet', 'SELECT (i * 7919 % 100001) / 8 AS x FROM range(100001) r(i)')
    const [a] = (await bench.profile(few)).columns
    const [b] = (await bench.profile(many)).columns
    expect(a?.top).toEqual([])
    expect(a?.numeric?.histogram.counts).toEqual(Array.from({ length: 20 }, () => 5000))
    // One value more than 100,000: a bin of 5,000 more or one, and every quantile on its rank.
    expect(b?.numeric?.histogram.counts).toEqual([...Array.from({ length: 19 }, () => 5000), 5001])
    expect(b?.numeric?.quantiles).toMatchObject({ p25: 3125, p50: 6250, p75: 9375 })
  })

  test('two runs on two threads give the same bytes', async () => {
    await bench.parquet(
      'random.parquet',
      'SELECT (hash(i) % 1000003) / 977 AS x, hash(i + 1) % 977 AS k FROM range(300000) r(i)',
    )
    const first = JSON.stringify(await bench.profile('random.parquet'))
    for (let run = 0; run < 3; run++) expect(JSON.stringify(await bench.profile('random.parquet'))).toBe(first)
  })
})

describe('text', () => {
  test('lengths in characters, top values with ties by their text, the rest counted', async () => {
    const column = await columnOf('t.csv', csv('t', ['b', 'a', '"ü😀"', 'a', 'b', 'c']))
    expect(column).toMatchObject({ type: 'string', length: { min: 1, max: 2 }, numeric: null, otherCount: 0 })
    expect(column.top).toEqual([
      { value: 'a', count: 2 },
      { value: 'b', count: 2 },
      { value: 'c', count: 1 },
      { value: 'ü😀', count: 1 },
    ])
  })

  test('identifiers leave no value in the profile', async () => {
    const column = await columnOf(
      'id.csv',
      csv(
        'id',
        Array.from({ length: 50 }, (_, i) => `user-${i}@example.org`),
      ),
    )
    expect(column).toMatchObject({ distinct: 50, top: [], otherCount: 50 })
    expect(JSON.stringify(column)).not.toContain('@')
  })

  test('numbers with a few strangers among them are said to be mostly numbers', async () => {
    const column = await columnOf(
      'm.csv',
      csv('x', [...Array.from({ length: 95 }, (_, i) => i), 'n/a', 'n/a', '-', '?', 'x']),
    )
    expect(column).toMatchObject({ type: 'string', mostly: { type: 'integer', count: 95 } })
  })
})

describe('duplicates', () => {
  // pandas 3.1.1: df.duplicated().sum() = 3, df.duplicated(keep=False).sum() = 5
  test('have three meanings, named apart', async () => {
    await bench.write('dup.csv', 'a,b\n1,x\n1,x\n2,y\n2,y\n2,y\n3,\n')
    expect((await bench.profile('dup.csv')).duplicates).toEqual({ extra: 3, groups: 2, members: 5 })
  })

  test('leave the id out, and what is not of a declared type is not the same as missing', async () => {
    await bench.write('dup2.csv', 'id,a\n1,x\n2,x\n3,\n4,5\n')
    expect((await bench.profile('dup2.csv')).duplicates.extra).toBe(0)
    expect((await bench.profile('dup2.csv', { id: 'id' })).duplicates.extra).toBe(1)
    await bench.write('dup3.csv', 'a\nx\ny\nx\n\n')
    const types = new Map([['a', 'integer' as const]])
    expect((await bench.profile('dup3.csv', { types })).duplicates).toEqual({ extra: 1, groups: 1, members: 2 })
  })
})

describe('the same data in another form', () => {
  const rows = fc.array(
    fc.record({
      n: fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 5 }),
      x: fc.option(
        fc.integer({ min: -4000, max: 4000 }).map((value) => value / 8 + 0.0625),
        { freq: 5 },
      ),
      t: fc.option(fc.constantFrom('red', 'green', 'say "hi"', 'a,b', '<b>', '::error::'), { freq: 5 }),
      d: fc.option(
        fc.integer({ min: 1, max: 28 }).map((day) => `2024-02-${String(day).padStart(2, '0')}`),
        { freq: 5 },
      ),
      b: fc.option(fc.boolean(), { freq: 5 }),
    }),
    { minLength: 3, maxLength: 60 },
  )
  const types = new Map([
    ['n', 'integer' as const],
    ['x', 'number' as const],
    ['t', 'string' as const],
    ['d', 'date' as const],
    ['b', 'boolean' as const],
  ])
  const cell = (value: unknown) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`)
  const asCsv = (data: readonly Record<string, unknown>[]) =>
    `n,x,t,d,b\n${data.map((row) => [row.n, row.x, row.t, row.d, row.b].map(cell).join(',')).join('\n')}\n`
  const body = async (path: string) => {
    const { files: _, ...profile } = await bench.profile(path, { types })
    // A missing value is an empty cell in one form, and null in the others.
    return { ...profile, columns: profile.columns.map(({ missingBy, ...column }) => column) }
  }

  test('CSV, JSON Lines and Parquet have one profile', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        await bench.write('same.csv', asCsv(data))
        await bench.write('same.jsonl', data.map((row) => `${JSON.stringify(row)}\n`).join(''))
        const dataset = await bench.load('same.csv', { types })
        await bench.parquet('same.parquet', `SELECT c0 AS n, c1 AS x, c2 AS t, c3 AS d, c4 AS b FROM ${dataset.table}`)
        const expected = await body('same.csv')
        expect(await body('same.jsonl')).toEqual(expected)
        expect(await body('same.parquet')).toEqual(expected)
      }),
      { numRuns: 12 },
    )
  })

  test('the order of rows does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows.chain((data) => fc.tuple(fc.constant(data), fc.shuffledSubarray(data, { minLength: data.length }))),
        async ([data, shuffled]) => {
          await bench.write('order.csv', asCsv(data))
          const expected = await body('order.csv')
          await bench.write('order.csv', asCsv(shuffled))
          expect(await body('order.csv')).toEqual(expected)
        },
      ),
      { numRuns: 12 },
    )
  })
})
