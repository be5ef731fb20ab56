import { parse } from 'yaml'
import { inferFromData, textColumns, updateFromData } from '../../../actions/validate-data/infer/data.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { profileTable } from '../../../shared/data/profile.js'
import { timeSql } from '../../../shared/data/written-time.js'
import { type Bench, openBench } from '../data/support.js'
import { contract, csv, times, validate } from './support.js'

const two = (n: number) => String(n).padStart(2, '0')
/** Day i since 2024-01-01, written as day/month/year. */
const written = (i: number) => {
  const day = new Date(Date.UTC(2024, 0, 1) + i * 86_400_000)
  return `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`
}
const DATED = contract(
  "columns: [{ name: at, type: date, date-format: '%d/%m/%Y', order: increasing, range: { min: 2024-01-01, max: 2024-12-31 }, statistics: { max: { max: 2024-12-31 } } }, { name: x }]\nfreshness: { column: at, max-age: 10d }",
)
const rows = (from: number, n: number, of = written) =>
  csv(
    'at,x',
    times(n, (i) => [of(from + i), i % 7]),
  )

describe('a column with a date-format is time where time is asked for', () => {
  const judge = (train: string, data: object = {}) =>
    validate({ 'train.csv': train, 'data-contract.yml': DATED }, { train: 'train.csv', ...data })

  test('order, range, statistics and freshness go by the day and not by the letters', async () => {
    // As texts 01/02/2024 is before 31/01/2024.
    const { check } = await judge(rows(0, 60))
    expect(check('sequential-value')).toMatchObject({ verdict: 'pass' })
    expect(check('value-range')).toMatchObject({ verdict: 'pass' })
    expect(check('statistic-range')).toMatchObject({ verdict: 'pass', measured: '2024-02-29' })
    expect(check('freshness').message).toContain('is 2024-02-29')
    expect(check('date-format')).toMatchObject({ verdict: 'pass' })
  })

  test('what is not written so is a finding of its format, and no time', async () => {
    const { check } = await judge(rows(0, 60, (i) => (i === 59 ? '2026-01-01' : i === 30 ? '99/99/2024' : written(i))))
    expect(check('date-format')).toMatchObject({ verdict: 'fail', measured: 2 })
    expect(check('sequential-value')).toMatchObject({ verdict: 'pass' })
    expect(check('statistic-range')).toMatchObject({ measured: '2024-02-28' })
    const turned = await judge(rows(0, 60, (i) => written(59 - i)))
    expect(turned.check('sequential-value')).toMatchObject({
      verdict: 'fail',
      measured: 59,
      examples: expect.arrayContaining([expect.objectContaining({ value: expect.stringContaining('28/02/2024') })]),
    })
  })

  test('as data.time it tells test from train, and a season of the baseline', async () => {
    const files = { 'train.csv': rows(0, 60), 'test.csv': rows(40, 30), 'data-contract.yml': DATED }
    const { validation } = await validate(files, { train: 'train.csv', test: 'test.csv', time: 'at' })
    const overlap = validation.checks.find(({ rule }) => /date|time/.test(rule) && rule !== 'date-format')
    expect(overlap?.message).not.toContain('neither a time nor a number')
    const base = csv(
      'at,x',
      times(400, (i) => [written(i - 366), i % 7]),
    )
    const seasonal = await validate(
      { ...files, 'base.csv': base },
      { train: 'train.csv', time: 'at', baseline: { data: 'base.csv', season: 'year' } },
    )
    expect(seasonal.validation.baseline?.source).toBe('base.csv, from 2023-01-01 to 2023-02-28')
  })
})

describe('inference', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({ threads: 1 })
  })
  afterAll(() => bench.close())

  let files = 0
  async function loaded(text: string, types = new Map()) {
    files += 1
    const dataset = await bench.load(await bench.write(`f${files}.csv`, text), { types })
    return { dataset, profile: await profileTable(bench.engine, dataset) }
  }
  async function inferred(text: string) {
    const { dataset, profile } = await loaded(text)
    const yaml = await inferFromData(bench.engine, dataset, profile, {})
    const { columns } = DataContract.parse(parse(yaml))
    return { yaml, rule: (name: string) => columns.find((one) => one.name === name) }
  }
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

  test('finds the format that every value has', async () => {
    const { rule } = await inferred(
      csv(
        'dmy,mdy,dots,slashes,named,hours,order_date,amount,mixed',
        times(60, (i) => {
          const [d, m, y] = written(i).split('/') as [string, string, string]
          return [
            `${d}/${m}/${y}`,
            `${m}/${d}/${y}`,
            `${d}.${m}.${y}`,
            `${y}/${m}/${d}`,
            `${MONTHS[Number(m) - 1]} ${d} ${y}`,
            `${d}/${m}/${y} ${two(i % 24)}:30`,
            `${y}${m}${d}`,
            10_000_000 + i * 1_234_567,
            i === 59 ? 'soon' : `${d}/${m}/${y}`,
          ]
        }),
      ),
    )
    const formats = ['dmy', 'mdy', 'dots', 'slashes', 'named', 'hours', 'order_date'].map(
      (name) => rule(name)?.['date-format'],
    )
    expect(formats).toEqual(['%d/%m/%Y', '%m/%d/%Y', '%d.%m.%Y', '%Y/%m/%d', '%b %d %Y', '%d/%m/%Y %H:%M', '%Y%m%d'])
    expect(rule('dmy')).toMatchObject({
      type: 'date',
      order: 'strictly-increasing',
      range: { min: expect.any(String) },
    })
    expect(rule('hours')?.type).toBe('timestamp')
    expect(rule('amount')?.['date-format']).toBeUndefined()
    expect(rule('mixed')?.['date-format']).toBeUndefined()
  })

  test('writes neither where no value tells day from month, and says so', async () => {
    const { rule, yaml } = await inferred(
      csv(
        'at',
        times(120, (i) => [`${two(1 + (i % 12))}/${two(1 + (i % 11))}/2024`]),
      ),
    )
    expect(rule('at')).toMatchObject({ type: 'string' })
    expect(rule('at')?.['date-format']).toBeUndefined()
    expect(yaml).toContain('each may be %d/%m/%Y or %m/%d/%Y: no value tells day from month')
  })

  test('the data keep the contract that was inferred from them', async () => {
    const text = rows(0, 90)
    const { yaml } = await inferred(text)
    const { validation } = await validate({ 'train.csv': text, 'data-contract.yml': yaml }, { train: 'train.csv' })
    const found = validation.checks.filter(({ verdict }) => verdict !== 'pass')
    expect(found.map(({ rule }) => rule)).toEqual(['no-target'])
  })

  test('zeros far from all other values may stand for none', async () => {
    const weights = (zeros: number, least: number) =>
      csv(
        'w',
        times(200, (i) => [i < zeros ? 0 : least + ((i * 37) % 190) / 10]),
      )
    expect((await inferred(weights(6, 40))).yaml).toContain('0 (6 rows) may stand for no value')
    expect((await inferred(weights(4, 40))).yaml).not.toContain('may stand for no value')
    expect((await inferred(weights(6, 0.3))).yaml).not.toContain('may stand for no value')
  })

  describe('--update', () => {
    async function update(yaml: string, text: string) {
      const { dataset, profile } = await loaded(text, textColumns({ text: yaml, path: 'c.yml' }))
      return updateFromData(bench.engine, dataset, profile, { text: yaml, path: 'c.yml' }, {})
    }
    const HEAD = 'schema: plumbline.data-contract/1\n'
    const data = csv(
      'n,s',
      times(200, (i) => [i < 10 ? 500 + i : i % 50, i < 8 ? 'much-too-long' : 'ok']),
    )

    test('widens the entries of checks, statistics that no profile holds, and outliers', async () => {
      const yaml = `${HEAD}columns:
  - name: n
    outliers: { z: 3, max-share: 0.01 }
    statistics: { skewness: { max: 1 } }
  - name: s
    statistics: { max-length: { max: 5 } }
checks:
  - { check: range, column: n, min: 0, max: 100 } # agreed
  - { check: length, column: s, max: 3 }
  - { check: statistic, column: n, statistic: quantile, quantile: 0.99, max: 60 }
  - { check: pattern, column: s, patterns: '[a-z]+' }
  - { check: compare, columns: [n, n], operator: '<' }
`
      const { text, changes, left } = await update(yaml, data)
      expect(text).toContain('{ check: range, column: n, min: 0, max: 510 } # agreed; was max 100')
      expect(text).toContain('{ check: length, column: s, max: 13 } # was max 3')
      expect(text).toMatch(/quantile: 0\.99, max: 510 \} # was max 60/)
      expect(text).toMatch(/patterns: '\[a-z\]\+', mostly: 0\.94 \} # was 1: 8 of 200 break it/)
      expect(text).toMatch(/outliers: \{ z: 3, max-share: 0\.075 \} # was max-share 0\.01/)
      expect(text).toMatch(/skewness: \{ max: [\d.]+ \} \} # was max 1/)
      expect(text).toMatch(/max-length: \{ max: 13 \} \} # was max 5/)
      expect(changes).toHaveLength(7)
      expect(left).toEqual(['check compare of "n, n": 200 of 200 break it'])
      // Once more with the same data nothing is left to widen.
      expect((await update(text, data)).changes).toEqual([])
    })

    test('dates in a format of their own: the range is widened, the text is not retyped', async () => {
      const yaml = `${HEAD}columns:\n  - { name: at, type: date, date-format: '%d/%m/%Y', range: { min: "2024-01-01", max: "2024-01-31" } }\n  - name: x\n`
      const { text, left } = await update(yaml, rows(0, 60))
      expect(text).toContain('type: date')
      expect(text).toMatch(/max: "2025-\d\d-\d\d"/)
      expect(left).toEqual([])
    })
  })
})

describe('a date-format with the name of a zone', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({ threads: 1 })
  })
  afterAll(() => bench.close())

  // Days as Python 3.11's calendar.monthrange has them; zones of the IANA database.
  test.each<[string, string, string | null]>([
    ['%Y-%m-%d %H:%M:%S %Z', '2024-02-29 10:00:00 UTC', '2024-02-29 10:00:00'],
    ['%Y-%m-%d %H:%M:%S %Z', '2024-02-30 10:00:00 UTC', null],
    ['%Y-%m-%d %H:%M:%S %Z', '2023-02-29 10:00:00 America/New_York', null],
    ['%Y-%m-%d %H:%M:%S %Z', '2024-02-28 20:00:00 America/New_York', '2024-02-29 01:00:00'],
    ['%Y-%m-%d %H:%M:%S %Z', '2024-04-31 10:00:00 Etc/GMT+5', null],
    ['%Y-%m-%d %H:%M:%S %Z', '2024-04-30 10:00:00 Etc/GMT+5', '2024-04-30 15:00:00'],
    ['%Y-%m-%d %H:%M:%S %Z', '2024-04-30 10:00:00 Mars/Base', null],
    ['%Y-%m-%dT%H%M%S%Z', '2024-04-31T100000UTC', null],
    ['%Y-%m-%dT%H%M%S%Z', '2024-04-30T100000UTC', '2024-04-30 10:00:00'],
    ['%a %b %d %H:%M:%S %Z %Y', 'Fri Nov 27 20:52:01 EST 2026', '2026-11-28 01:52:01'],
    ['%a %b %d %H:%M:%S %Z %Y', 'Sat Nov 31 20:52:01 EST 2026', null],
    ['%Z (%d.%m.%Y)', 'UTC (30.02.2024)', null],
    ['%Z (%d.%m.%Y)', 'UTC (28.02.2024)', '2024-02-28 00:00:00'],
    ['%d.%m.%Y', '30.02.2024', null],
    ['%d.%m.%Y %%Z', '29.02.2024 %Z', '2024-02-29 00:00:00'],
  ])('%s reads %s as %s', async (format, text, expected) => {
    const [row] = await bench.engine.all(
      `SELECT CAST(CAST(${timeSql('t', format)} AS TIMESTAMP) AS VARCHAR) AS time FROM (SELECT '${text}' AS t)`,
    )
    expect(row?.time).toBe(expected)
  })

  test('has no 30 February', async () => {
    const { check } = await validate(
      {
        'train.csv': csv(
          'at',
          times(28, (i) => [i === 3 ? '30 Feb 2024 UTC' : `${two(i + 1)} Feb 2024 UTC`]),
        ),
        'data-contract.yml': contract("columns: [{ name: at, date-format: '%d %b %Y %Z' }]"),
      },
      { train: 'train.csv' },
    )
    expect(check('date-format')).toMatchObject({ verdict: 'fail', measured: 1 })
  })
})
