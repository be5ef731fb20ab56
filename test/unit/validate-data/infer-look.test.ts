import fc from 'fast-check'
import { parse } from 'yaml'
import { smallestShare, statisticBounds, tailReach } from '../../../actions/validate-data/infer/bounds.js'
import { inferFromData } from '../../../actions/validate-data/infer/data.js'
import { lookAtData } from '../../../actions/validate-data/infer/look.js'
import { namesRows } from '../../../actions/validate-data/infer/order.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from '../data/support.js'
import { breachesOf } from './infer-support.js'
import { csv, times, validate } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ threads: 1 })
})
afterAll(() => bench.close())

let files = 0
async function loaded(text: string) {
  files += 1
  const dataset = await bench.load(await bench.write(`l${files}.csv`, text))
  return { dataset, profile: await profileTable(bench.engine, dataset) }
}
async function look(text: string, options: { key?: string[] } = {}) {
  const { dataset, profile } = await loaded(text)
  return lookAtData(bench.engine, dataset, profile, options)
}
async function inferred(text: string, options: { target?: string; key?: string[] } = {}) {
  const { dataset, profile } = await loaded(text)
  return inferFromData(bench.engine, dataset, profile, options)
}
async function rules(text: string) {
  const { columns } = DataContract.parse(parse(await inferred(text)))
  return Object.fromEntries(columns.map((rule) => [rule.name, rule]))
}

describe('formats', () => {
  const luhn = ['4111111111111111', '5555555555554444', '378282246310005', '6011000990139424', '3530111333300000']

  test('are those of every value, the more specific first', async () => {
    const { formats } = await look(
      csv(
        'mail,uuid,web,ip,hash,month,word,few,almost,version,code,slug',
        times(60, (i) => [
          `a${i}@example.org`,
          `018f3a5c-7d2e-7c1a-9b1f-0242ac12${String(i).padStart(4, '0')}`,
          `https://example.org/${i}`,
          i % 2 ? `192.0.2.${i}` : `2001:db8::${i}`,
          i.toString(16).padStart(32, 'a'),
          `20${String(i).padStart(2, '0')}-07`,
          `word${i}`,
          `a${i % 3}@example.org`,
          i === 59 ? 'nobody' : `a${i}@example.org`,
          `1.${i}.0`,
          [
            'NL',
            'DE',
            'FR',
            'BE',
            'GB',
            'US',
            'IT',
            'ES',
            'PT',
            'SE',
            'NO',
            'FI',
            'DK',
            'PL',
            'CZ',
            'AT',
            'CH',
            'IE',
            'GR',
            'HU',
          ][i % 20] as string,
          `first-post-${i}`,
        ]),
      ),
    )
    expect(Object.fromEntries(formats)).toEqual({
      mail: 'email',
      uuid: 'uuid',
      web: 'url',
      ip: 'ip',
      hash: 'md5',
      month: 'year-month',
      version: 'semver',
      code: 'country',
    })
  })

  test('of whole numbers are told by their check digit', async () => {
    const digit = (body: string) =>
      [...`${body}0`]
        .reverse()
        .reduce((sum, d, i) => sum + (i % 2 ? ((Number(d) * 2) % 10) + Math.floor((Number(d) * 2) / 10) : Number(d)), 0)
    const card = (i: number) => {
      const body = `411111111111${String(i).padStart(3, '0')}`
      return `${body}${(10 - (digit(body) % 10)) % 10}`
    }
    const { formats } = await look(
      csv(
        'pan,number',
        times(60, (i) => [luhn[i] ?? card(i), 4_111_111_111_111_111 + i]),
      ),
    )
    expect(Object.fromEntries(formats)).toEqual({ pan: 'card' })
  })

  test('keep values of people out of the contract', async () => {
    const text = await inferred(
      csv(
        'mail,n',
        times(60, (i) => [`ada${i}@example.org`, i]),
      ),
    )
    expect(text).toContain('sensitive: true #')
    expect(text).not.toMatch(/ada\d/)
  })
})

describe('order', () => {
  test('is that of time and of numbers that name rows, in every row', async () => {
    const day = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
    const { orders } = await look(
      csv(
        'order_id,at,day,back,late,height,n',
        times(60, (i) => [
          i * 3,
          `${day(i)}T00:00:00Z`,
          day(Math.floor(i / 2)),
          day(100 - i),
          i === 40 ? day(0) : day(i),
          i,
          i,
        ]),
      ),
    )
    expect(Object.fromEntries(orders)).toEqual({
      order_id: 'strictly-increasing',
      at: 'strictly-increasing',
      day: 'increasing',
      back: 'strictly-decreasing',
    })
  })

  test.each([
    ['id', true],
    ['ID', true],
    ['order_id', true],
    ['orderId', true],
    ['uuid', true],
    ['invoice no', true],
    ['zipCode', true],
    ['paid', false],
    ['valid', false],
    ['humid', false],
    ['piano', false],
    ['monkey', false],
    ['grid', false],
    ['casino', false],
  ])('%s names rows: %s', (name, expected) => {
    expect(namesRows(name)).toBe(expected)
  })
})

describe('comparisons', () => {
  const random = (i: number, k: number) => ((i * 7919 + k * 104_729) % 10_007) / 10_007

  test('are those that hold by rule: never the reverse, what follows from others, or two columns that lie apart', async () => {
    const { comparisons } = await look(
      csv(
        'low,middle,high,copy,apart,other',
        times(500, (i) => {
          const low = random(i, 1) * 100
          const middle = low + random(i, 2) * 20
          return [low, middle, middle + random(i, 3) * 20, low, random(i, 4) * 100 + 95, random(i, 5) * 100].map((x) =>
            x.toFixed(3),
          )
        }),
      ),
    )
    expect(comparisons.map(({ low, operator, high }) => `${low} ${operator} ${high}`).sort()).toEqual([
      'copy <= middle',
      'low = copy',
      'middle <= high',
    ])
    expect(comparisons.every(({ rows }) => rows === 500)).toBe(true)
  })

  test('need a hundred rows, and pass over missing values', async () => {
    const table = (n: number) =>
      csv(
        'a,b',
        times(n, (i) => [i % 50, i % 3 ? (i % 50) + (i % 7) : null]),
      )
    expect((await look(table(90))).comparisons).toEqual([])
    expect((await look(table(300))).comparisons).toEqual([{ low: 'a', high: 'b', operator: '<=', rows: 200 }])
  })
})

describe('stand-ins', () => {
  test('are told, and forbidden where none was seen', async () => {
    const text = csv(
      'age,word,note,far',
      times(100, (i) => [i % 20 === 0 ? -999 : 20 + (i % 50), i % 33 ? `word ${i % 60}` : 'N/A', `note ${i}`, i * 30]),
    )
    const { standIns } = await look(text)
    expect(Object.fromEntries(standIns)).toEqual({
      age: [{ value: '-999', count: 5 }],
      word: [{ value: 'N/A', count: 4 }],
    })
    const written = await inferred(text)
    expect(written).toContain('-999 (5 rows) may stand for no value: name it under `missing` of the source')
    expect((await rules(text)).word?.forbidden).toEqual(['NA', 'NULL', 'null', 'None', 'nan', 'NaN', '?', '-'])
    expect((await rules(text)).note?.forbidden).toContain('N/A')
  })

  test('NA may be a code', async () => {
    const { code } = await rules(
      csv(
        'code',
        times(120, (i) => [String.fromCharCode(65 + (i % 26), 65 + ((i * 7) % 24)).toLowerCase()]),
      ),
    )
    expect(code?.forbidden ?? []).not.toContain('NA')
  })
})

test('spellings of one value are a question to a person', async () => {
  const text = await inferred(
    csv(
      'c',
      times(100, (i) => [i % 10 === 0 ? 'ok!' : i % 2 ? 'Ok' : 'no']),
    ),
  )
  expect(text).toContain('one value in two spellings? "ok!" for "Ok"')
})

describe('a key', () => {
  const table = csv(
    'store,day,n',
    times(60, (i) => [i % 6, Math.floor(i / 6), 1]),
  )

  test('is written when it is asked for and no two rows are alike in it', async () => {
    expect(await inferred(table, { key: ['store', 'day'] })).toContain(
      'key: [ store, day ] # no two of the 60 rows are alike in it\n',
    )
    expect(await inferred(table)).not.toContain('key:')
  })

  test.each([
    [['store'], 'store cannot be a key: 54 rows are alike in it, of 60'],
    [['store', 'n'], 'store, n cannot be a key: 54 rows are alike in it, of 60'],
    [['shop'], 'there is no column "shop" to be part of a key'],
  ])('%j is refused else', async (key, message) => {
    await expect(inferred(table, { key })).rejects.toThrow(message)
  })

  test('has no missing value', async () => {
    const missing = csv('a,b', [
      [1, 1],
      [null, 2],
      [3, 3],
    ])
    await expect(inferred(missing, { key: ['a'] })).rejects.toThrow('a cannot be a key: a value is missing')
  })
})

describe('slack', () => {
  // Quantiles of the distributions; the reach is that of survival 2e-4 / n.
  test.each([
    ['uniform', 0.75, 0.95, 0.99, 1e9, 0.01, 0.02],
    // −ln(2e-13) − (−ln 0.01) = 24.64
    ['exponential', Math.log(4), Math.log(20), Math.log(100), 1e9, 24.6, 24.7],
    // scipy.stats.pareto.ppf with b = 2: (2e-10)**-0.5 - 10 = 70700.7 for n = 1e6
    ['Pareto 2', 2, 20 ** 0.5, 10, 1e6, 70_000, 71_400],
  ])('of a %s tail goes as far as the tail', (_, p75, p95, p99, n, low, high) => {
    const reach = tailReach(p75, p95, p99, n)
    expect(reach).toBeGreaterThanOrEqual(low)
    expect(reach).toBeLessThanOrEqual(high)
  })

  test('is none where there is no tail', () => {
    expect(tailReach(1, 1, 1, 1000)).toBe(0)
    expect(tailReach(0, 1, 2, 0.01)).toBe(0)
  })

  test('of statistics shrinks with the root of the rows, down to a quarter and a half of the deviation', () => {
    const quantiles = { p01: -2.3, p05: -1.6, p25: -0.7, p50: 0, p75: 0.7, p95: 1.6, p99: 2.3 }
    const numeric = {
      min: -4,
      max: 4,
      mean: 0,
      sd: 1,
      kurtosis: 0,
      quantiles,
      histogram: { kind: 'equal-mass' as const, edges: [-4, 4], counts: [1] },
    }
    expect(statisticBounds(numeric, 99)).toBeNull()
    expect(statisticBounds(numeric, 100)).toEqual({ mean: { min: -0.78, max: 0.78 }, sd: { min: 0.44, max: 1.56 } })
    expect(statisticBounds(numeric, 1_000_000)).toEqual({ mean: { min: -0.25, max: 0.25 }, sd: { min: 0.5, max: 1.5 } })
    expect(statisticBounds({ ...numeric, max: 13 }, 1000)).toBeNull()
    expect(statisticBounds({ ...numeric, sd: 0 }, 1000)).toBeNull()
  })

  test('of a class is half of what was seen, less of few rows', () => {
    expect([smallestShare(50, 200), smallestShare(5, 200), smallestShare(3, 200), smallestShare(5000, 10_000)]).toEqual(
      [0.125, 0.0003, 0, 0.25],
    )
  })
})

describe('what is inferred with a look at the data', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      null,
      'NaN',
      'a',
      'A!',
      'true',
      '2024-02-29',
      '2024-02-29T01:02:03Z',
      '1.7e308',
      '-1.7e308',
      '-0',
      '007',
      "it's: {x} # no",
      '- y',
      '"q"',
      'null',
      '~',
      ' ',
      '-999',
      '?',
    ),
    fc.integer().map(String),
    fc.double({ noNaN: true }).map(String),
  )

  test('is kept by the data that it was made of, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 40 }), async (rows) => {
        const text = csv(
          'a,"b: #",c id',
          rows.map((row, i) => [...row.slice(0, 2), row[2] ?? `v${i % 3}`]),
        )
        const { dataset } = await loaded(text)
        expect(await breachesOf(bench, dataset, await inferred(text))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test('is kept as validate-data judges it', async () => {
    const day = (i: number) => new Date(Date.UTC(2022, 0, 1 + i)).toISOString().slice(0, 10)
    const text = csv(
      'id,mail,start,end,x,kind,note,at,y',
      times(300, (i) => [
        i + 1,
        `a${i}@example.org`,
        day((i * 37) % 500),
        day(((i * 37) % 500) + (i % 9)),
        ((i * 7919) % 1000) / 7,
        ['a', 'b', 'c'][i % 3] as string,
        `some words ${(i * 31) % 97}`,
        `2024-03-01T${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00Z`,
        i % 2,
      ]),
    )
    const contract = await inferred(text, { target: 'y' })
    for (const line of [
      'format: email',
      'unique: true',
      'order: strictly-increasing',
      'check: compare',
      'statistics:',
      'forbidden:',
      'volume:',
      '# freshness:',
    ])
      expect(contract).toContain(line)
    const { findings } = await validate(
      { 'train.csv': text, 'data-contract.yml': contract },
      { train: 'train.csv', target: 'y', id: 'id' },
    )
    expect(
      findings.filter((finding) =>
        / (type-error|value-range|missing-value|unique-error|format|order|compare|statistic|forbidden|volume)/.test(
          finding,
        ),
      ),
    ).toEqual([])
  })
})
