import fc from 'fast-check'
import { typedValue } from '../../../shared/data/column-types.js'
import { identifier, literal, literalList } from '../../../shared/data/engine/sql.js'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

async function typed(type: Parameters<typeof typedValue>[0], texts: readonly string[]): Promise<(string | null)[]> {
  const rows = await bench.engine.all(
    `SELECT CAST(${typedValue(type, 'x')} AS VARCHAR) AS v FROM (SELECT unnest(${literalList(texts)}) AS x)`,
  )
  return rows.map(({ v }) => (v === null ? null : String(v)))
}

describe('a value has a type only when it is written that way', () => {
  // Each of the refused ones is taken by DuckDB's own cast: '3.99' as 4, '0x1F' as 31, '1_000' as 1000, 'inf' as a date.
  test('integer', async () => {
    expect(await typed('integer', ['0', '-7', '9223372036854775807'])).toEqual(['0', '-7', '9223372036854775807'])
    const refused = [
      '3.99',
      '1e3',
      '0x1F',
      '1_000',
      '00042',
      '007',
      '+5',
      ' 1',
      '1 ',
      '-0',
      '9223372036854775808',
      'true',
      '١',
    ]
    expect(await typed('integer', refused)).toEqual(refused.map(() => null))
  })

  test('number', async () => {
    expect(await typed('number', ['3.50', '-.5', '5.', '1e3', '+2', 'NaN', '-inf', 'Infinity', '1e400'])).toEqual([
      '3.5',
      '-0.5',
      '5.0',
      '1000.0',
      '2.0',
      'nan',
      '-inf',
      'inf',
      'inf',
    ])
    const refused = ['.', '1_000', '0x1F', '00.5', '1,5', '1e', '--1', '+-1', ' 1', '1\n', 'nan(1)', 'abc']
    expect(await typed('number', refused)).toEqual(refused.map(() => null))
  })

  test('boolean', async () => {
    expect(await typed('boolean', ['true', 'False', 'TRUE'])).toEqual(['true', 'false', 'true'])
    const refused = ['1', '0', 'yes', 't', 'on', 'tRUE']
    expect(await typed('boolean', refused)).toEqual(refused.map(() => null))
  })

  test('date', async () => {
    expect(await typed('date', ['2024-02-29', '0001-01-01'])).toEqual(['2024-02-29', '0001-01-01'])
    const refused = [
      '2023-02-29',
      '2024-2-9',
      '01/02/2024',
      '2024-02-03 23:59:59',
      'infinity',
      '-infinity',
      'epoch',
      '20240203',
    ]
    expect(await typed('date', refused)).toEqual(refused.map(() => null))
  })

  test('timestamp, with offsets brought to UTC', async () => {
    expect(
      await typed('timestamp', [
        '2024-01-01 00:00:00',
        '2024-01-01T12:30:00.25Z',
        '2024-01-01T00:00:00+05:30',
        '2024-01-01 00:00:00-08',
        '2024-01-01',
      ]),
    ).toEqual([
      '2024-01-01 00:00:00',
      '2024-01-01 12:30:00.25',
      '2023-12-31 18:30:00',
      '2024-01-01 08:00:00',
      '2024-01-01 00:00:00',
    ])
    const refused = [
      '2024-01-01 24:00:00',
      '2024-01-01 23:60:00',
      '2024-02-30 00:00:00',
      'infinity',
      '2024-01-01 0:00',
      '12:00',
    ]
    expect(await typed('timestamp', refused)).toEqual(refused.map(() => null))
  })

  test('an integer read back is the text that was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 50 }),
        async (values) => {
          expect(await typed('integer', values.map(String))).toEqual(values.map(String))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('types of columns', () => {
  // duckdb#25824: the sniffer looks at 20,480 rows and then reads 3.99 as 4, 00042 as 42, a time stamp as its date.
  test.each<[first: string, late: string, type: string]>([
    ['7', '3.99', 'number'],
    ['7', '00042', 'string'],
    ['7', '1_000', 'string'],
    ['2024-02-03', '2024-02-03 23:59:59', 'timestamp'],
    ['true', '1', 'string'],
    ['0.5', 'abc', 'string'],
    ['', '42', 'integer'],
    ['', '2024-01-01', 'date'],
  ])('%j in 50,000 rows and %j after them is %s', async (first, late, type) => {
    await bench.write('late.csv', `a,b\n${`${first},x\n`.repeat(50_000)}${late},x\n`)
    const dataset = await bench.load('late.csv')
    expect(typesOf(dataset)).toEqual({ a: type, b: 'string' })
    const [last] = await bench.engine.all(`SELECT CAST(c0 AS VARCHAR) AS v FROM ${dataset.table} WHERE rowid = 50000`)
    expect(last?.v).toBe(late)
  })

  test('a declared type stays, and what is written otherwise is kept as invalid', async () => {
    await bench.write('declared.csv', 'n,zip\n1,01234\n3.5,99999\nx,\n')
    const dataset = await bench.load('declared.csv', {
      types: new Map([
        ['n', 'integer'],
        ['zip', 'string'],
      ]),
    })
    expect(typesOf(dataset)).toEqual({ n: 'integer', zip: 'string' })
    expect(
      await bench.engine.all(
        `SELECT c0, bad[${dataset.columns[0]?.badIndex}] AS bad FROM ${dataset.table} ORDER BY rowid`,
      ),
    ).toEqual([
      { c0: 1, bad: null },
      { c0: null, bad: '3.5' },
      { c0: null, bad: 'x' },
    ])
  })

  test('nothing but nan is no number', async () => {
    await bench.write('nan.csv', 'a,b\nnan,1\nNaN,nan\n')
    expect(typesOf(await bench.load('nan.csv'))).toEqual({ a: 'string', b: 'number' })
  })
})

describe('quoting', () => {
  test('any text is one literal and one identifier', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 30 }), async (text) => {
        const [row] = await bench.engine.all(`SELECT ${literal(text)} AS v`)
        expect(row?.v).toBe(text)
        if (text === '' || text.includes('\0')) return
        expect(Object.keys((await bench.engine.all(`SELECT 1 AS ${identifier(text)}`))[0] ?? {})).toEqual([text])
      }),
      { numRuns: 200, examples: [["'; DROP TABLE x; --"], ['a\0b'], ['"'], ["\\'"], ['$$']] },
    )
  })
})
