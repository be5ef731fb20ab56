import { readContract } from '../../../actions/validate-data/formats/read-contract.js'
import { inferContract } from '../../../actions/validate-data/infer/infer.js'
import { type Answers, openAnswers } from './rules-support.js'

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

/** Verdict and what was measured of each check of a list, on columns as CSV. */
async function ask(columns: Readonly<Record<string, readonly (string | number)[]>>, ...checks: readonly object[]) {
  const names = Object.keys(columns)
  const rows = (columns[names[0] as string] ?? []).map((_, i) => names.map((name) => columns[name]?.[i]).join(','))
  const text = JSON.stringify({ schema: 'plumbline.data-contract/1', 'extra-columns': 'allow', checks })
  const { contract } = readContract(text, 'data-contract.yml')
  const { checks: found, problems } = await answers.ask(contract, [names.join(','), ...rows, ''].join('\n'), 'data.csv')
  expect(problems).toEqual([])
  return found.map(({ verdict, measured }) => [verdict, measured])
}

describe('a column without any value is never passed over in silence', () => {
  const data = { a: ['', ''], b: [1, 2] }

  test.each([
    ['range', { check: 'range', column: 'a', min: 0 }],
    ['outliers', { check: 'outliers', column: 'a', limit: 3 }],
    ['sum', { check: 'sum', columns: ['a', 'b'], total: 3 }],
    ['compare', { check: 'compare', columns: ['a', 'b'], operator: '<=' }],
    ['statistic', { check: 'statistic', column: 'a', statistic: 'mean', min: 3 }],
    ['correlation', { check: 'correlation', columns: ['a', 'b'], method: 'pearson', min: 0.5 }],
    ['divergence', { check: 'divergence', column: 'a', expected: { bins: [0, 1], weights: [1] }, max: 1 }],
  ])('%s', async (_, check) => {
    const [[verdict] = []] = await ask(data, check)
    expect(verdict).toBe('inconclusive')
    expect((await ask(data, { ...check, 'on-empty': 'fail' }))[0]?.[0]).toBe('fail')
    expect((await ask(data, { ...check, 'on-empty': 'pass' }))[0]?.[0]).toBe('pass')
  })

  // Great Expectations 1.24, b > a with a all null: ignore_row_if neither and both_values_are_missing fail,
  // either_value_is_missing passes. The same of a + b = 3, with 2 unexpected.
  test.each([
    ['never', ['fail', 2]],
    ['all-missing', ['fail', 2]],
    ['any-missing', ['pass', 0]],
  ])('rows of which only one value is missing, pass-over %s', async (passOver, wanted) => {
    const more = { 'pass-over': passOver, 'on-empty': 'pass' }
    expect(
      await ask(
        data,
        { check: 'compare', columns: ['b', 'a'], operator: '>', ...more },
        { check: 'sum', columns: ['a', 'b'], total: 3, ...more },
      ),
    ).toEqual([wanted, wanted])
  })
})

describe('large and long numbers', () => {
  // numpy.diff([9007199254740992, 9007199254740993]) is [1]: as doubles they would be equal.
  test('neighbours above 2^53 are in order', async () => {
    expect(
      await ask(
        { a: ['9007199254740992', '9007199254740993'] },
        { check: 'order', column: 'a', direction: 'increasing', strictly: true },
        { check: 'order', column: 'a', direction: 'decreasing' },
      ),
    ).toEqual([
      ['pass', 0],
      ['fail', 1],
    ])
  })

  // expect_column_value_z_scores_to_be_less_than of Great Expectations 1.24 on 1700000000123456 + i, i = 0 … 29: none at
  // threshold 3, two at 1.6, four at 1.5.
  test('z-scores of values that lie close together and far from 0', async () => {
    const a = Array.from({ length: 30 }, (_, i) => String(1700000000123456n + BigInt(i)))
    const z = (limit: number) => ({ check: 'outliers', column: 'a', method: 'z', limit, strict: true })
    expect(await ask({ a }, z(3), z(1.6), z(1.5))).toEqual([
      ['pass', 0],
      ['fail', 2],
      ['fail', 4],
    ])
  })

  // The same expectation on thirty times one value: none.
  test.each(['0.1234567890123456', '1700000000123456', '-1152921504606846976'])(
    'a column of %s alone has no outliers',
    async (value) => {
      const checks = ['z', 'robust-z', 'iqr'].map((method) => ({ check: 'outliers', column: 'a', method, limit: 0.5 }))
      expect(await ask({ a: Array(30).fill(value) }, ...checks)).toEqual(Array(3).fill(['pass', 0]))
    },
  )

  test('a bound that the thirteenth digit decides', async () => {
    const a = ['0.05', '0.1000000000001']
    expect(await ask({ a }, { check: 'range', column: 'a', max: 0.1 })).toEqual([['fail', 1]])
    expect(await ask({ a: ['0.05', '0.1'] }, { check: 'range', column: 'a', max: 0.1 })).toEqual([['pass', 0]])
  })
})

// Great Expectations 1.24 on pandas, [1.5, inf, -inf, nan]: one unexpected below 10, one above 0, two outside {1.5}, one in it.
test('infinity lies beyond every bound and in no set; NaN is missing', async () => {
  expect(
    await ask(
      { a: ['1.5', 'inf', '-inf', 'nan'] },
      { check: 'range', column: 'a', max: 10 },
      { check: 'range', column: 'a', min: 0 },
      { check: 'values', column: 'a', values: [1.5] },
      { check: 'forbidden', column: 'a', values: [1.5] },
    ),
  ).toEqual([
    ['fail', 1],
    ['fail', 1],
    ['fail', 2],
    ['fail', 1],
  ])
})

test('a contract that was inferred from infinities is kept by them', async () => {
  const lines = Array.from({ length: 200 }, (_, i) => (i % 50 === 7 ? 'inf' : String((i * 37) % 101)))
  const data = `a\n${lines.join('\n')}\n`
  const empty = readContract('schema: plumbline.data-contract/1\n', 'c.yml')
  const { profile } = await answers.ask(empty.contract, data, 'data.csv')
  const { contract } = readContract(inferContract(profile), 'c.yml')
  expect(contract.columns[0]?.range).toBeUndefined()
  const { checks } = await answers.ask(contract, data, 'data.csv')
  expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
})

// dateutil.parser.parse raises ValueError for each but the first and the last two.
test('a day that does not exist is no date, in whatever way it is written', async () => {
  const days = ['2024-01-31', '2024-02-30', '31/04/2024', '20240230', '2024-02-30T10:00:00Z', '30 Feb 2024']
  const zoned = ['2024-01-31T10:00:00+05:30', '2024-01-31 10:00:00+0530']
  expect(await ask({ a: [...days, ...zoned] }, { check: 'date-format', column: 'a' })).toEqual([['fail', 5]])
})

describe('a listed value is one of the type of the column', () => {
  // expect_column_values_to_not_be_in_set with value_set ["2024-01-30"] on those timestamps: one unexpected.
  test('a day is its midnight', async () => {
    const a = ['2024-01-30 00:00:00', '2024-01-30 05:00:00']
    expect(
      await ask(
        { a },
        { check: 'forbidden', column: 'a', values: ['2024-01-30'] },
        { check: 'values', column: 'a', values: ['2024-01-30', '2024-01-30T05:00:00Z'] },
        { check: 'value-set', column: 'a', values: ['2024-01-30'], relation: 'superset' },
        { check: 'value-set', column: 'a', values: ['2024-01-30', '2024-01-31'], relation: 'superset' },
      ),
    ).toEqual([
      ['fail', 1],
      ['pass', 0],
      ['pass', 2],
      ['fail', 2],
    ])
  })

  test('1.50 is 1.5, and True is true', async () => {
    expect(
      await ask(
        { a: ['1.5', '1.50'], b: ['True', 'true'] },
        { check: 'values', column: 'a', values: ['1.50'] },
        { check: 'forbidden', column: 'a', values: ['1.500'] },
        { check: 'values', column: 'b', values: ['True'] },
        { check: 'most-common', column: 'b', values: ['True'] },
      ),
    ).toEqual([
      ['pass', 0],
      ['fail', 2],
      ['pass', 0],
      ['pass', 'true'],
    ])
  })

  test('in a column of text or of integers it is its letters', async () => {
    expect(
      await ask(
        { a: ['x', '1.50'], b: [1, 2] },
        { check: 'forbidden', column: 'a', values: ['1.5'] },
        { check: 'forbidden', column: 'b', values: ['1.0'] },
      ),
    ).toEqual([
      ['pass', 0],
      ['pass', 0],
    ])
  })
})

test('a number is no bound of dates', async () => {
  const [[verdict, measured] = []] = await ask(
    { a: ['2024-01-30', '2024-01-31'] },
    { check: 'statistic', column: 'a', statistic: 'min', min: 5 },
  )
  expect([verdict, measured]).toEqual(['fail', 'date'])
})

// pandas.Series([True, False, True]): sum() is 2, std() 0.5773502691896258, min() False.
test('booleans count as 1 and 0', async () => {
  const of = (statistic: string, bounds: object) => ({ check: 'statistic', column: 'a', statistic, ...bounds })
  expect(
    await ask({ a: ['true', 'false', 'true'] }, of('sum', { min: 2 }), of('sd', { max: 0.58 }), of('min', { min: 0 })),
  ).toEqual([
    ['pass', 2],
    ['pass', 0.57735026919],
    ['pass', 0],
  ])
})
