import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataConfig } from '../../../shared/contracts/config.js'
import { typedColumn } from '../../../shared/data/read/parquet-types.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const UNNAMED =
  'UEFSMRUAFRQVFCwVAhUAFQYVBhwAAAACAAAAAgEBAAAAFQAVFBUULBUCFQAVBhUGHAAAAAIAAAACAQIAAAAVABUUFRQsFQIVABUG' +
  'FQYcAAAAAgAAAAIBAwAAABUAFRQVFCwVAhUAFQYVBhwAAAACAAAAAgEEAAAAFQQZXDUAGAZzY2hlbWEVCAAVAiUCGAAAFQIlAhgB' +
  'YQAVAiUCGAFhABUCJQIYASAAFgIZHBlMJgAcFQIZJQYAGRgAFQAWAhY6FjomCEkcFQAVABUCADwpBhkmAAIAAAAmABwVAhklBgAZ' +
  'GAFhFQAWAhY6FjomQkkcFQAVABUCADwpBhkmAAIAAAAmABwVAhklBgAZGAFhFQAWAhY6FjomfEkcFQAVABUCADwpBhkmAAIAAAAm' +
  'ABwVAhklBgAZGAEgFQAWAhY6FjomtgFJHBUAFQAVAgA8KQYZJgACAAAAFugBFgImCBboAQAoIHBhcnF1ZXQtY3BwLWFycm93IHZl' +
  'cnNpb24gMjYuMC4xGUwcAAAcAAAcAAAcAAAAGgEAAFBBUjE='

const readBack = async (path: string) => {
  const dataset = await bench.load(path)
  const [row = {}] = await bench.engine.all(
    `SELECT ${dataset.columns.map(({ sql }) => `CAST(${sql} AS VARCHAR) AS ${sql}`).join(', ')} FROM ${dataset.table} ORDER BY rowid`,
  )
  return {
    values: Object.fromEntries(dataset.columns.map(({ name, type, sql }) => [name, [type, row[sql]]])),
    notes: dataset.notes,
  }
}

describe('Parquet', () => {
  test('no value changes in silence', async () => {
    await bench.parquet(
      't.parquet',
      `SELECT 9007199254740993::BIGINT AS big, 42::UBIGINT AS u, 42::DECIMAL(38, 0) AS whole, 12::DECIMAL(9, 0) AS small,
       1.10::DECIMAL(9, 2) AS price, 0.1::DECIMAL(38, 20) AS fine, 12345678901234567890.123::DECIMAL(38, 3) AS wide,
       TIMESTAMP_NS '2024-01-01 00:00:00.123456789' AS ns, TIMESTAMPTZ '2024-01-01 00:00:00+05' AS tz, TIME '10:00:00.5' AS t,
       'b0a1e2f3-0000-4000-8000-000000000001'::UUID AS id, 'a'::ENUM('a', 'b') AS e, [1, 2] AS l, {'a': {'b': 1}} AS s,
       MAP {'k': 1} AS m, '\\xFF\\x00'::BLOB AS y, 'nan'::DOUBLE AS nan, 0.1::FLOAT AS f, NULL::DECIMAL(38, 2) AS nothing`,
    )
    const { values, notes } = await readBack('t.parquet')
    expect(values).toEqual({
      big: ['integer', '9007199254740993'],
      u: ['integer', '42'],
      whole: ['integer', '42'],
      small: ['integer', '12'],
      price: ['number', '1.1'],
      fine: ['number', '0.1'],
      wide: ['number', '1.2345678901234567e+19'],
      ns: ['timestamp', '2024-01-01 00:00:00.123456'],
      tz: ['timestamp', '2023-12-31 19:00:00'],
      t: ['string', '10:00:00.5'],
      id: ['string', 'b0a1e2f3-0000-4000-8000-000000000001'],
      e: ['string', 'a'],
      l: ['string', '[1, 2]'],
      s: ['string', "{'a': {'b': 1}}"],
      m: ['string', '{k=1}'],
      y: ['string', '\\xFF\\x00'],
      nan: ['number', 'nan'],
      // The float nearest to 0.1, as IEEE 754 has it.
      f: ['number', '0.10000000149011612'],
      nothing: ['number', null],
    })
    expect(notes).toEqual([
      '"wide" (DECIMAL(38,3)): 1 of 1 value is rounded to the nearest double',
      '"ns" (TIMESTAMP_NS): 1 of 1 value is cut to microseconds',
    ])
  })

  // The first and last letters of a file with an encrypted footer: Parquet Modular Encryption, apache/parquet-format, Encryption.md.
  test('an encrypted file is said to be one', async () => {
    await bench.write('secret.parquet', 'PARE, and what nobody can read, 1234PARE')
    expect(await bench.problems('secret.parquet')).toEqual([
      'secret.parquet: secret.parquet is encrypted, and there is no key to read it',
    ])
  })

  test('names are there, and each is another', async () => {
    // pyarrow 26.0.1: pq.write_table(pa.table([pa.array([i], pa.int32()) for i in (1, 2, 3, 4)], names=['', 'a', 'a', ' ']), …,
    // store_schema=False, use_dictionary=False, write_statistics=False, compression='none')
    await bench.write('names.parquet', Buffer.from(UNNAMED, 'base64'))
    expect(await bench.problems('names.parquet')).toEqual([
      'names.parquet: column 1 has no name (blank-header)',
      'names.parquet: column 4 has no name (blank-header)',
      'names.parquet: two columns are named "a" (duplicate-label)',
    ])
  })

  test('types of columns', () => {
    expect(typedColumn('DECIMAL(18,0)')).toEqual({ type: 'integer', width: 'plain' })
    expect(typedColumn('DECIMAL(15,2)')).toEqual({ type: 'number', width: 'plain' })
    expect(typedColumn('DECIMAL(16,2)')).toEqual({ type: 'number', width: 'wide-decimal' })
    expect(typedColumn('STRUCT(a TIMESTAMP)')).toEqual({ type: 'string', width: 'plain' })
    expect(typedColumn('DECIMAL(9,2)[]')).toEqual({ type: 'string', width: 'plain' })
  })

  test('files with other types: the wider one where that keeps every value, else an error', async () => {
    await bench.parquet('w/1.parquet', 'SELECT 1::INTEGER AS a, 1.5::FLOAT AS b')
    await bench.parquet('w/2.parquet', 'SELECT 1099511627776::BIGINT AS a, 0.1::DOUBLE AS b')
    const dataset = await bench.load('w/*.parquet')
    expect(await bench.engine.columns(`SELECT c0, c1 FROM ${dataset.table} ORDER BY rowid`)).toEqual({
      c0: [1, 1099511627776],
      c1: [1.5, 0.1],
    })
    // By the type of the first file the engine reads 3.5 as 4, and 1.25 as 1.3.
    await bench.parquet('x/1.parquet', 'SELECT 1 AS a, 1.5::DECIMAL(9, 1) AS d')
    await bench.parquet('x/2.parquet', 'SELECT 3.5::DOUBLE AS a, 1.5::DECIMAL(9, 1) AS d')
    await bench.parquet('x/3.parquet', 'SELECT 1 AS a, 1.25::DECIMAL(9, 2) AS d')
    expect(await bench.problems('x/*.parquet')).toEqual([
      'x/2.parquet: "a" is DOUBLE, and INTEGER in x/1.parquet',
      'x/3.parquet: "d" is DECIMAL(9,2), and DECIMAL(9,1) in x/1.parquet',
    ])
  })

  test('a footer that says another number of rows', async () => {
    await bench.parquet('honest.parquet', 'SELECT i AS a FROM range(1000) r(i)')
    const bytes = await readFile(join(bench.root, 'honest.parquet'))
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
    // 1,000 as a zigzag varint of Thrift; each of its places says the same number.
    const places: number[] = []
    for (
      let at = bytes.indexOf(Buffer.from([0xd0, 0x0f]), footer);
      at >= 0;
      at = bytes.indexOf(Buffer.from([0xd0, 0x0f]), at + 1)
    )
      places.push(at)
    expect(places.length).toBeGreaterThanOrEqual(3)
    for (const place of places) {
      const lying = Buffer.from(bytes)
      lying[place] = 0xce
      await bench.write('lying.parquet', lying)
      const [problem] = await bench.problems('lying.parquet')
      expect(problem).toMatch(/^lying\.parquet: (its footer says|its columns have|lying\.parquet cannot be read)/)
    }
    const everywhere = Buffer.from(bytes)
    for (const place of places) everywhere[place] = 0xce
    await bench.write('everywhere.parquet', everywhere)
    expect(await bench.problems('everywhere.parquet')).toEqual([
      'everywhere.parquet: its footer says 999 rows, its pages hold 1,000',
    ])
  })
})

describe('memory', () => {
  test.each<[given: unknown, megabytes: number | null]>([
    ['256MB', 256],
    ['4 GB', 4000],
    [600, 600],
    ['lots', null],
    [0, null],
  ])('data.memory-limit: %s', (given, megabytes) => {
    const read = DataConfig.safeParse({ 'memory-limit': given })
    expect(read.data?.['memory-limit'] ?? null).toBe(megabytes)
  })

  test('a limit of 256 MB is kept by the engine', async () => {
    const small = await openBench({ memoryMb: 256 })
    try {
      const [row] = await small.engine.all("SELECT current_setting('memory_limit') AS m")
      expect(row?.m).toBe('244.1 MiB')
    } finally {
      await small.close()
    }
  })
})
