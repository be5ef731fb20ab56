import { cleanUp, csv, gate, problemsOf } from './support.js'

afterEach(cleanUp)

const DATA = { train: 'train.csv', test: 'test.csv', target: 'y', id: 'id', time: 'day' }
const day = (i: number) => `2026-01-${String(i + 1).padStart(2, '0')}`

/** Two shops, 20 days of training and 30 rows each; north has twice the steps of south. */
const SHOPS = ['north', 'south']
const step = (shop: string) => (shop === 'north' ? 2 : 1)
const TRAIN = SHOPS.flatMap((shop) =>
  Array.from({ length: 20 }, (_, i) => ({ shop, day: day(i), y: 100 + step(shop) * (i % 2) })),
)
const TEST = SHOPS.flatMap((shop, k) =>
  Array.from({ length: 30 }, (_, i) => ({
    id: `r${30 * k + i}`,
    shop,
    day: `2026-02-${String((i % 28) + 1).padStart(2, '0')}`,
    y: 100 + i,
  })),
)
/** Off by 1 and 3 in turns. */
const ANSWERS = TEST.map(({ id, y }, i) => ({ id, value: y + (i % 2 ? 3 : 1) }))
const FILES = { 'train.csv': csv(TRAIN), 'test.csv': csv(TEST), 'p.csv': csv(ANSWERS) }

const judged = (evaluate: Record<string, unknown>, files: Record<string, string> = FILES, data = DATA) =>
  gate({ predictions: 'p.csv', baseline: 'none', ...evaluate }, files, { data, task: 'regression' })
const maseOf = async (...args: Parameters<typeof judged>) =>
  (await judged(...args)).document.metrics.find(({ metric, slice }) => metric === 'mase' && slice === null)

describe('MASE in a gate', () => {
  test('scales by the training rows of each series, and is shown with the usual metrics', async () => {
    // Mean of 1 and 3, halved in the north: (2 / 2 + 2 / 1) / 2.
    const forecast = { series: ['shop'] }
    expect((await maseOf({ forecast }))?.candidate).toMatchObject({ value: 1.5, n: 60, reason: null })
    const shuffled = {
      ...FILES,
      'train.csv': csv(TRAIN.map((_, i) => TRAIN[(i * 7 + 3) % 40] as (typeof TRAIN)[number])),
    }
    expect(await maseOf({ forecast }, shuffled)).toEqual(await maseOf({ forecast }))
  })

  test('a rule is enough to ask for it: one series, and the row before', async () => {
    const { document, outcome } = await judged(
      { rules: [{ metric: 'mase', max: 3 }] },
      { ...FILES, 'train.csv': csv(TRAIN.slice(0, 20)) },
    )
    // Every step of the north is 2.
    expect(document.metrics.find(({ metric }) => metric === 'mase')?.candidate.value).toBe(1)
    expect(document.inputs.map(({ name }) => name)).toContain('train.csv')
    expect(outcome.verdict).toBe('pass')
    expect((await judged({})).document.metrics.some(({ metric }) => metric === 'mase')).toBe(false)
  })

  test('slices have the scales of their rows', async () => {
    const evaluate = {
      forecast: { series: ['shop'] },
      slices: ['shop'],
      rules: [{ metric: 'mase', slice: 'shop', max: 9 }],
    }
    const { document } = await judged(evaluate)
    const of = (value: string) =>
      document.metrics.find(({ metric, slice }) => metric === 'mase' && slice?.value === value)
    expect([of('north')?.candidate.value, of('south')?.candidate.value]).toEqual([1, 2])
  })

  test.each([
    [
      'a season longer than the series',
      { series: ['shop'], seasonality: 20 },
      TRAIN,
      '2 of 2 series have no scale: "north" has 20 training rows, and a naive forecast of 20 rows before needs 21',
    ],
    [
      'a season that repeats exactly',
      { series: ['shop'], seasonality: 2 },
      TRAIN,
      '2 of 2 series have no scale: "north" is forecast without any error on its training rows, and a scale of 0 divides nothing',
    ],
    [
      'a series without training rows',
      { series: ['shop'] },
      TRAIN.slice(0, 20),
      '1 of 2 series have no scale: "south" has no training rows',
    ],
    [
      'one series of too few rows',
      { seasonality: 2 },
      TRAIN.slice(0, 2),
      'the target has 2 training rows, and a naive forecast of 2 rows before needs 3',
    ],
  ])('%s: no number, and the reason', async (_name, forecast, train, reason) => {
    const { document, outcome } = await judged(
      { forecast, rules: [{ metric: 'mase', max: 9 }] },
      { ...FILES, 'train.csv': csv(train) },
    )
    expect(document.metrics.find(({ metric }) => metric === 'mase')?.candidate).toMatchObject({ value: null, reason })
    expect(outcome.verdict).toBe('inconclusive')
  })

  test('what is missing for it is said at once', async () => {
    const { train: _train, time: _time, ...bare } = DATA
    const problems = await problemsOf(judged({ forecast: {} }, FILES, bare as typeof DATA))
    expect(problems.map(({ where }) => where)).toEqual(['data.train', 'data.time'])
    const odd = await problemsOf(
      judged(
        { forecast: { series: ['shop', 'till'] } },
        { ...FILES, 'train.csv': csv(TRAIN.map(({ shop, day }) => ({ shop, day, till: 1, y: shop }))) },
        { ...DATA, time: 'shop' },
      ),
    )
    expect(odd.map(({ where, message }) => [where, message])).toEqual([
      ['evaluate.forecast.series', 'the test data have no column till'],
      ['data.train', '"y" is string there'],
      ['data.time', '"shop" is string in the training data, and has no order of time'],
    ])
    const [lacking] = await problemsOf(
      judged({ forecast: {} }, { ...FILES, 'train.csv': 'shop,day\nnorth,2026-01-01\n' }),
    )
    expect(lacking).toMatchObject({ where: 'data.train', message: 'has no column y', cure: 'it has: shop, day' })
  })
})
