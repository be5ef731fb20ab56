import fc from 'fast-check'
import type { ColumnProfile } from '../../../shared/contracts/data-profile.js'
import { asText } from '../../../shared/data/column-types.js'
import { meanOf } from '../../../shared/data/profile/slices.js'
import { contingency, cramersV, mutualInformation, pearson, weightedRanks } from '../../../shared/stats/association.js'
import { powerOfTwo, weightedMoments } from '../../../shared/stats/moments.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const columnOf = async (path: string, content: string): Promise<ColumnProfile> => {
  await bench.write(path, content)
  const [column] = (await bench.profile(path)).columns
  if (column === undefined) throw new Error('no column')
  return column
}
const csv = (name: string, values: readonly (string | number)[]) => `${name}\n${values.join('\n')}\n`

// All references: numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1.
describe('numbers equal those of scipy', () => {
  const x = [1.5, 2.25, 2.25, -3, 10, 0.1, 7.75, 4, 4, 4, 1000]

  test('skewness, kurtosis, median deviation and outliers', async () => {
    const { numeric } = await columnOf('x.csv', csv('x', x))
    expect(numeric).toMatchObject({
      skewness: 2.84534825865, // st.skew(x)
      kurtosis: 6.09763156003, // st.kurtosis(x)
      mad: 2.5, // st.median_abs_deviation(x)
      zeros: 0,
      negatives: 1,
      // (abs(st.zscore(x, ddof=1)) > 3).sum(), (0.6745*abs(x - np.median(x))/mad > 3.5).sum(), fences of np.quantile(x, [.25, .75])
      outliers: { z: 1, robust: 1, iqr: 1 },
    })
  })

  test('with weights', () => {
    // z = np.repeat([0., 1, 2, 10], [5, 3, 1, 1]); z.mean(), z.std(ddof=1), st.skew(z), st.kurtosis(z)
    const moments = weightedMoments([0, 1, 2, 10], [5, 3, 1, 1])
    expect(moments.mean).toBeCloseTo(1.5, 14)
    expect(moments.sd).toBeCloseTo(3.064129385141706, 14)
    expect(moments.skewness).toBeCloseTo(2.4304644197858436, 13)
    expect(moments.kurtosis).toBeCloseTo(4.34655649311999, 13)
  })

  test('of more different values than are held in memory', async () => {
    // h = (np.arange(30000) * 7919 % 30011) / 8.0; h2 = h**3
    await bench.parquet('h.parquet', 'SELECT ((i * 7919 % 30011) / 8.0) ** 3 AS x FROM range(30000) r(i)')
    const [column] = (await bench.profile('h.parquet')).columns
    expect(column?.numeric).toMatchObject({
      mean: 13197234658.8, // h2.mean() = 13197234658.849756
      sd: 14964796785.2, // h2.std(ddof=1) = 14964796785.1606
      skewness: 1.05833332445, // st.skew(h2)
      kurtosis: -0.0921934071041, // st.kurtosis(h2)
      mad: 6487895975.76, // st.median_abs_deviation(h2) = 6487895975.763672
      outliers: { z: 0, robust: 2590, iqr: 0 },
      negatives: 0,
    })
    // np.quantile(h2, [.005, .5, .995])
    const grid = column?.numeric?.grid ?? []
    expect([grid.length, grid[1], grid[100], grid[199]]).toEqual([201, 6591.14208008, 6599050532.56, 51999559825.7])
    expect(column?.counts).toBeUndefined()
  })

  test('huge, tiny and far-off values neither overflow nor vanish', async () => {
    const huge = await columnOf('huge.csv', csv('x', ['1e300', '-1e300', '1.7e308', '0', 'inf', 'nan']))
    // st.skew and st.kurtosis of [1, -1, 1.7e8, 0] / 1.7e8: the shape does not hang on the scale
    expect(huge.numeric?.skewness).toBeCloseTo(1.1547005383792515, 10)
    expect(huge.nonFiniteBy).toEqual({ nan: 1, positive: 1, negative: 0 })
    const tiny = await columnOf('tiny.csv', csv('x', ['1e-310', '2e-310', '3e-310']))
    expect(tiny.numeric?.mean).toBeCloseTo(2e-310, 320)
    // x = np.array([1e9 + 1, 1e9 + 2, 1e9 + 3]): x.std(ddof=1) = 1
    expect((await columnOf('off.csv', csv('x', [1000000001, 1000000002, 1000000003]))).numeric?.sd).toBe(1)
  })

  test('a constant has no shape, whatever its rounding', async () => {
    const { numeric } = await columnOf('c.csv', csv('x', Array(9).fill(0.1)))
    expect(numeric).toMatchObject({ sd: 0, skewness: null, kurtosis: null, mad: 0, outliers: { z: null, iqr: null } })
  })

  test('correlations, with and without weights', () => {
    const a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const b = [2, 1, 4, 3, 7, 5, 6, 100, 8, 9]
    const ones = a.map(() => 1)
    const w = [1, 2, 1, 3, 1, 1, 2, 1, 1, 1]
    const order = (values: readonly number[]) =>
      values.map((_, i) => i).sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0))
    const spearman = (weights: number[]) =>
      pearson(weightedRanks(a, weights, order(a)), weightedRanks(b, weights, order(b)), weights)
    expect(pearson(a, b, ones)).toBeCloseTo(0.3645246028419564, 13) // st.pearsonr(a, b)
    expect(spearman(ones)).toBeCloseTo(0.9030303030303028, 13) // st.spearmanr(a, b)
    expect(pearson(a, b, w)).toBeCloseTo(0.3815357848993526, 13) // st.pearsonr(np.repeat(a, w), np.repeat(b, w))
    expect(spearman(w)).toBeCloseTo(0.9198218262806235, 13) // st.spearmanr(np.repeat(a, w), np.repeat(b, w))
    expect(pearson(a, Array(10).fill(0.1), ones)).toBeNull()
    expect(pearson([1], [2], [1])).toBeNull()
  })

  test('association of categories', () => {
    const t = [20, 5, 3, 4, 15, 6]
    const a = Int32Array.from([0, 0, 0, 1, 1, 1])
    const b = Int32Array.from([0, 1, 2, 0, 1, 2])
    const table = contingency(a, b, t, [2, 3])
    // chi2 = st.chi2_contingency(t, correction=False)[0]; Bergsma's correction of phi² and of both numbers of categories
    expect(cramersV(table)).toBeCloseTo(0.5283644584315893, 13)
    expect(mutualInformation(table)).toBeCloseTo(0.16722736022322532, 13) // mutual_info_score(rows, columns)
    expect(cramersV(contingency(a, a, t, [2, 2]))).toBeCloseTo(1, 12)
    expect(
      cramersV(
        contingency(
          a,
          Int32Array.from(b, () => 0),
          t,
          [2, 1],
        ),
      ),
    ).toBeNull()
    expect(
      mutualInformation(
        contingency(
          a,
          b,
          t.map(() => 0),
          [2, 3],
        ),
      ),
    ).toBeNull()
  })
})

test('a power of two is never smaller than what it scales', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-290 }), (size) => {
      const power = powerOfTwo(size)
      expect(Number.isInteger(Math.log2(power))).toBe(true)
      expect(size / power <= 2 && (power >= size || power === 2 ** 1023)).toBe(true)
    }),
  )
})

test('sums of slices lose nothing', () => {
  // (2^40 + 1 + 2^-20) / 3, in parts of 32 binary digits
  const parts = [
    { bucket: 1, sum: 1n << 62n, count: 1 },
    { bucket: 0, sum: 1n << 54n, count: 1 },
    { bucket: -1, sum: 1n << 66n, count: 1 },
  ]
  expect(meanOf(parts)).toBe(Number(((2 ** 40 + 1 + 2 ** -20) / 3).toPrecision(12)))
  expect(meanOf([])).toBeNull()
  expect(meanOf([{ bucket: 31, sum: (-1n << 85n) * 3n, count: 3 }])).toBe(-Number((2 ** 1023).toPrecision(12)))
})

describe('what stands there', () => {
  test('counts one by one where they are few, instead of a grid', async () => {
    const column = await columnOf('few.csv', csv('x', [2, 1, 2, 0, -0.5]))
    expect(column.counts).toEqual({ values: [-0.5, 0, 1, 2], counts: [1, 1, 1, 2] })
    expect(column.numeric?.grid).toBeUndefined()
    expect(column.numeric).toMatchObject({ zeros: 1, negatives: 1 })
  })

  test('shapes of text and quantiles of its length', async () => {
    const column = await columnOf('s.csv', csv('s', ['AB-123', 'CD-456', '"Zürich, CH"', 'x', 'x', 'Übermut']))
    expect(column.patterns).toEqual({
      top: [
        { pattern: 'AA-999', count: 2 },
        { pattern: 'a', count: 2 },
        { pattern: 'Aa+', count: 1 },
        { pattern: 'Aa+, AA', count: 1 },
      ],
      other: 0,
      sample: null,
    })
    // np.quantile([6, 6, 10, 1, 1, 7], [.05, .25, .5, .75, .95])
    expect(column.lengths).toEqual({ p05: 1, p25: 2.25, p50: 6, p75: 6.75, p95: 9.25 })
  })

  test('hostile texts stand there as they are, and a very long one is cut', async () => {
    const long = 'x'.repeat(5000)
    const texts = ["it's", '::set-output name=a::b', '<script>alert(1)</script>', long]
    await bench.write('hostile.jsonl', [...texts, ...texts].map((s) => `${JSON.stringify({ s })}\n`).join(''))
    const [column] = (await bench.profile('hostile.jsonl')).columns
    expect(column?.top.map(({ value }) => value)).toEqual(
      expect.arrayContaining([...texts.slice(0, 3), `${'x'.repeat(1000)}…`]),
    )
  })

  test('time from the first to the last day, with its gaps', async () => {
    const column = await columnOf(
      'd.csv',
      csv('d', ['2024-02-27', '2024-02-28', '2024-02-28', '2024-03-05', '2024-03-07']),
    )
    expect(column.time).toEqual({
      first: '2024-02-27',
      last: '2024-03-07',
      unit: 'day',
      periods: [
        { period: '2024-02-27', count: 1 },
        { period: '2024-02-28', count: 2 },
        { period: '2024-03-05', count: 1 },
        { period: '2024-03-07', count: 1 },
      ],
      days: { spanned: 10, present: 4 },
      gaps: {
        total: 2,
        longest: [
          { from: '2024-02-29', to: '2024-03-04', days: 5 },
          { from: '2024-03-06', to: '2024-03-06', days: 1 },
        ],
      },
    })
    await bench.parquet(
      't.parquet',
      "SELECT TIMESTAMP '2000-01-01 23:59:59' + to_days(i::INT) AS t FROM range(1000) r(i)",
    )
    const [t] = (await bench.profile('t.parquet')).columns
    expect(t?.time).toMatchObject({ first: '2000-01-01T23:59:59Z', unit: 'month', gaps: { total: 0, longest: [] } })
    expect(t?.time?.periods).toHaveLength(33)
    expect(asText('date', 'c')).toBe('CAST(c AS VARCHAR)')
  })

  test('slices: rows, missing and mean of the others', async () => {
    await bench.write('slices.csv', 'k,x,s\na,1,u\na,,v\nb,3,\n,nan,w\na,2.5,u\n')
    const profile = await bench.profile('slices.csv', { slices: ['k', 'nowhere'] })
    expect(profile.slices).toEqual([
      {
        column: 'k',
        values: [
          {
            value: 'a',
            rows: 3,
            columns: [
              { missing: 1, mean: 1.75 },
              { missing: 0, mean: null },
            ],
          },
          {
            value: 'b',
            rows: 1,
            columns: [
              { missing: 0, mean: 3 },
              { missing: 1, mean: null },
            ],
          },
          {
            value: null,
            rows: 1,
            columns: [
              { missing: 0, mean: null },
              { missing: 0, mean: null },
            ],
          },
        ],
        sliced: ['x', 's'],
        columnsLeftOut: 0,
        otherValues: 0,
        otherRows: 0,
        reason: null,
      },
      {
        column: 'nowhere',
        values: [],
        sliced: [],
        columnsLeftOut: 0,
        otherValues: 0,
        otherRows: 0,
        reason: 'there is no such column',
      },
    ])
  })

  test('associations on the rows that have both values', async () => {
    const a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const b = [2, 1, 4, 3, 7, 5, 6, 100, 8, 9]
    const rows = a.map((value, i) => `${value},${b[i]},${value > 5 ? 'hi' : 'lo'}`)
    await bench.write('assoc.csv', `a,b,c\n${rows.join('\n')}\n11,,hi\n`)
    const { associations } = await bench.profile('assoc.csv', { target: 'c' })
    expect(associations?.sample).toEqual({ rows: 11, of: 11, method: 'all rows' })
    expect(associations?.columns).toEqual(['c', 'a', 'b'])
    const pair = associations?.pairs.find((one) => one.a === 'a' && one.b === 'b')
    expect(pair).toMatchObject({ n: 10, pearson: 0.364525, spearman: 0.90303, cramersV: null })
    // mutual_info_score([0]*5 + [1]*6, range(11)) = the entropy of 5 and 6 of 11
    expect(associations?.pairs[0]).toMatchObject({ a: 'a', b: 'b' })
    expect(associations?.pairs.find((one) => one.a === 'c' && one.b === 'a')?.mutualInformation).toBe(0.689009)
  })

  test('empty columns, one row and no second column', async () => {
    await bench.write('empty.csv', 'a,b\n1,\n')
    const profile = await bench.profile('empty.csv')
    expect(profile.columns[1]).toMatchObject({ missing: 1, distinct: 0, numeric: null, length: null, top: [] })
    expect(profile.associations).toBeUndefined()
  })
})

describe('wide tables', () => {
  test('2,000 columns are told shortly, and the profile says what it leaves out', async () => {
    const names = Array.from({ length: 2000 }, (_, i) => `column ${i}`)
    const rows = Array.from({ length: 300 }, (_, row) =>
      names.map((_, i) => (i % 2 === 0 ? ((row * 7919 * (i + 1)) % 10007) / 97 : `v${(row * (i + 3)) % 5}`)).join(','),
    )
    await bench.write('wide.csv', `${names.join(',')}\n${rows.join('\n')}\n`)
    const profile = await bench.profile('wide.csv')
    expect(profile.detail?.level).toBe('wide')
    expect(profile.detail?.dropped).toContain('value counts')
    expect(profile.associations?.columns).toHaveLength(30)
    // A text in five is constant, and paired with nothing.
    expect(profile.associations).toMatchObject({ leftOut: 1770, pairsLeftOut: 135 })
    expect(JSON.stringify(profile).length).toBeLessThan(1_300_000)
  }, 60_000)
})

test('neither the order of columns nor that of rows shows', async () => {
  const rows = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom('a', 'b', ''),
    ),
    {
      minLength: 2,
      maxLength: 30,
    },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (data) => {
      await bench.write('one.csv', `a,b,c\n${data.map(([a, b, c]) => `${a},${b},${c}`).join('\n')}\n`)
      await bench.write(
        'two.csv',
        `c,a,b\n${[...data]
          .reverse()
          .map(([a, b, c]) => `${c},${a},${b}`)
          .join('\n')}\n`,
      )
      const [{ files: _, columns: x, ...one }, { files: __, columns: y, ...two }] = [
        await bench.profile('one.csv'),
        await bench.profile('two.csv'),
      ]
      expect(two).toEqual(one)
      expect([...y].sort((p, q) => (p.name < q.name ? -1 : 1))).toEqual(x)
    }),
    { numRuns: 8 },
  )
}, 30_000)
