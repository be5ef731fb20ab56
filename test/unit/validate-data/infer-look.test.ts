import fc from 'fast-check'
import { parse } from 'yaml'
import { smallestShare, statisticBounds } from '../../../actions/validate-data/infer/bounds.js'
import { inferFromData } from '../../../actions/validate-data/infer/data.js'
import { lookAtData } from '../../../actions/validate-data/infer/look.js'
import { namesRows } from '../../../actions/validate-data/infer/order.js'
import { tailReach, tailSlack } from '../../../actions/validate-data/infer/tail.js'
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

test('a place on the earth lies within 90 and 180 degrees, on either side', async () => {
  const text = await inferred(
    csv(
      'latitude,pickup_lon,flat',
      times(400, (i) => [7 + ((i * 37) % 401) / 5, ((i * 53) % 397) / 2.3, 7 + ((i * 37) % 401) / 5]),
    ),
  )
  expect([...text.matchAll(/range: \{.*?\}/g)].map(([range]) => range)).toEqual([
    'range: { min: -1, max: 90 }',
    'range: { min: -18, max: 180 }',
    'range: { min: 0, max: 95 }',
  ])
})

describe('a range', () => {
  const rangeLine = async (values: readonly (string | number)[]) => {
    const text = await inferred(
      csv(
        'x',
        values.map((value) => [value]),
      ),
    )
    return /range: .*/.exec(text)?.[0]
  }
  /** The quantiles of a distribution, in an order of their own. */
  const spread = (n: number, of: (p: number) => number) => times(n, (i) => of((((i * 7919) % n) + 0.5) / n))

  test.each<[string, (string | number)[], string]>([
    [
      'a percentage does not go on beyond 100',
      times(300, (i) => ((i * 37) % 101) + (i % 7 === 0 && i % 101 !== 0 && (i * 37) % 101 < 100 ? 0.5 : 0)),
      'range: { min: 0, max: 100 } # seen: 0 to 100; slack above: none, for shares end there',
    ],
    [
      'a pile at the end is no tail',
      times(1000, (i) => (i % 20 === 0 ? 500 : Math.round(Math.exp((((i * 7919) % 1000) / 1000) * 5)))),
      'range: { min: 0, max: 550 } # seen: 1 to 500; slack above: 10 % of the width',
    ],
    [
      'whole numbers are rounded by less than a fifth of the slack',
      times(400, (i) => 1871 + ((i * 37) % 137)),
      'range: { min: 1857, max: 2021 } # seen: 1871 to 2007; slack: 10 % of the width',
    ],
    [
      // scipy.stats.expon(scale=30).isf(2e-4 / 2000) is 483.5, and the shape is not known to be zero.
      'an exponential tail goes on',
      spread(2000, (p) => Number((-Math.log(1 - p) * 30).toFixed(3))),
      'range: { min: 0, max: 530 } # seen: 0.008 to 248.821; slack above: for the tail of 2,000 values',
    ],
    [
      // 1003.961 + 30 · (1003.961 − 1.782), upwards
      'a heavy tail has a bound that is some use',
      spread(2000, (p) => Number(((1 - p) ** (-1 / 1.2)).toFixed(3))),
      'range: { min: 0, max: 32000 } # seen: 1 to 1003.961; slack above: 30 times as far from the median',
    ],
    [
      'dates begin no earlier than as long again before the first',
      times(600, (i) =>
        new Date(Date.UTC(2000, 0, 1) - Math.floor(-Math.log((((i * 7919) % 600) + 0.5) / 600) * 2000) * 864e5)
          .toISOString()
          .slice(0, 10),
      ),
      'range: { min: "1922-01-01", max: "2003-12-31" } # seen: 1961-03-06 to 1999-12-31; slack below: as long again, above: 10 % of the width',
    ],
  ])('%s', async (_, values, line) => {
    expect(await rangeLine(values)).toBe(line)
  })
})

test('two zeros are no sign that one column ends at the other', async () => {
  // Independent but for the zeros: that the one never passed the other is chance.
  const rows = times(120, (i) => (i < 8 ? [0, 0] : [((i * 37) % 101) / 1000, 0.11 + ((i * 53) % 97) / 90]))
  const text = await inferred(csv('a,b', rows))
  expect(text).not.toContain('check: compare')
})

test('a few rows of few values may be alike though none was', async () => {
  const few = csv(
    'a,b',
    times(75, (i) => [i % 25, Math.floor(i / 25)]),
  )
  expect(await inferred(few)).toContain(
    'max-share: 0.04 # extra copies seen: 0 of 75 rows; no column tells the rows apart\n',
  )
  const told = csv(
    'a,b',
    times(75, (i) => [i / 7, Math.floor(i / 25)]),
  )
  expect(await inferred(told)).toContain('max-share: 0 # extra copies seen: 0 of 75 rows\n')
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

  // Quantiles and the expected largest of n = 100,000 by scipy 1.16: stats.lognorm(1).ppf, stats.pareto(b).ppf(1 - ln(2) / n).
  test.each([
    ['log-normal', { p50: 1, p75: 1.963, p95: 5.18, p99: 10.24, most: 76.8 }, 100_000, 5, 12],
    ['Pareto 3', { p50: 1.26, p75: 1.587, p95: 2.714, p99: 4.642, most: 52.4 }, 100_000, 12, 20],
    ['Pareto 1.2', { p50: 1.782, p75: 3.175, p95: 12.14, p99: 46.42, most: 19_900 }, 100_000, 30, 30],
    // The rows in the middle spread far and the farthest do not: votes of films.
    ['bent', { p50: 30, p75: 112, p95: 2000, p99: 12_000, most: 134_640 }, 50_000, 2, 30],
  ])('beyond the farthest value of a %s tail is so many distances from the median', (_, tail, n, low, high) => {
    const { slack, isHeavy } = tailSlack(tail, n)
    const distances = slack / (tail.most - tail.p50)
    expect(distances).toBeGreaterThanOrEqual(low)
    expect(distances).toBeLessThanOrEqual(high)
    expect(isHeavy).toBe(distances === 30)
  })

  test('never leaves the largest number to a tail that cannot be told', () => {
    const any = fc.double({ min: -1e300, max: 1e300, noNaN: true })
    fc.assert(
      fc.property(fc.tuple(any, any, any, any, any), fc.integer({ min: 1, max: 1e9 }), (some, n) => {
        const [p50, p75, p95, p99, most] = [...some].sort((a, b) => a - b) as [number, number, number, number, number]
        const { slack } = tailSlack({ p50, p75, p95, p99, most }, n)
        return !Number.isNaN(slack) && slack <= 30 * (most - p50)
      }),
    )
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
