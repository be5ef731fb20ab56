import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { storedColumns } from '../../../shared/data/dataset.js'
import { mergeProfileStates, writeProfileState } from '../../../shared/data/profile-state.js'
import { missingByKind, sumByKind } from '../../../shared/data/read/missing-kinds.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** `empty token null unknown` of each column. */
const kinds = ({ columns }: DatasetProfile): Record<string, string> =>
  Object.fromEntries(
    columns.map(({ name, missing, missingBy }) => {
      const { empty = 0, token = 0, null: none = 0, unknown = 0 } = missingBy ?? {}
      expect(empty + token + none + unknown).toBe(missing)
      return [name, [empty, token, none, unknown].join(' ')]
    }),
  )
const kindsOf = async (source: Parameters<Bench['profile']>[0], options: Parameters<Bench['profile']>[1] = {}) =>
  kinds(await bench.profile(source, options))

describe('text files', () => {
  test('cells are empty, quoted or not, or one of the texts that mean a missing value', async () => {
    await bench.write('k.csv', 'a,b,c\n1,,x\n"",NA,"NA"\n-999,"NA",""\n2,y,n/a\n')
    expect(await kindsOf('k.csv')).toEqual({ a: '1 0 0 0', b: '1 0 0 0', c: '1 0 0 0' })
    const source = { path: 'k.csv', missing: { '*': ['NA'], a: ['-999'], c: ['n/a'] } }
    expect(await kindsOf(source)).toEqual({ a: '1 1 0 0', b: '1 2 0 0', c: '1 2 0 0' })
    const [a] = (await bench.profile(source)).columns
    expect(a).toMatchObject({ type: 'integer', missing: 2, distinct: 2 })
  })

  test('TSV, and a column of nothing but such texts', async () => {
    await bench.write('k.tsv', 'a\tb\n-\t1\n-\t\n-\t3\n')
    expect(await kindsOf({ path: 'k.tsv', missing: ['-'] })).toEqual({ a: '0 3 0 0', b: '1 0 0 0' })
  })

  test.each([
    `it's`,
    'a"b',
    'a,b',
    'line\nbreak',
    '::set-output name=x::1',
    '<b>',
    "'); DROP TABLE x; --",
    'ü'.repeat(5000),
  ])('a text that means a missing value may be anything: %#', async (token) => {
    await bench.write('odd.csv', `a,b\n"${token.replaceAll('"', '""')}",1\n,2\nx,3\n`)
    expect(await kindsOf({ path: 'odd.csv', missing: [token] })).toEqual({ a: '1 1 0 0', b: '0 0 0 0' })
  })

  test('a value that is not of its type is no missing one', async () => {
    await bench.write('bad.csv', 'a,b\nx,1\nNA,2\n,3\n4,5\n')
    const options = { types: new Map([['a', 'integer' as const]]) }
    const profile = await bench.profile({ path: 'bad.csv', missing: ['NA'] }, options)
    expect(kinds(profile)).toEqual({ a: '1 1 0 0', b: '0 0 0 0' })
    expect(profile.columns[0]).toMatchObject({ invalid: 1, missing: 2 })
  })

  test('without such texts a table has no list of them', async () => {
    await bench.write('plain.csv', 'a,b\n1,\n2,x\n')
    const plain = await bench.load('plain.csv')
    expect(plain.hasGone).toBe(false)
    expect(storedColumns(plain)).toBe('c0, c1, bad')
    expect(plain.columns.map(({ gone }) => gone)).toEqual([
      { nothing: 'empty', index: null },
      { nothing: 'empty', index: null },
    ])
    const told = await bench.load({ path: 'plain.csv', missing: ['x'] })
    expect(storedColumns(told)).toBe('c0, c1, bad, gone')
    expect(told.columns.map(({ gone }) => gone?.index)).toEqual([null, 2])
  })

  test('JSON Lines: null and a key that is not there, the empty text, texts and numbers that mean it', async () => {
    await bench.write(
      'k.jsonl',
      '{"a":null,"b":"","n":-999,"o":{"p":null}}\n{"b":"NA","n":1}\n{"a":"","b":null,"n":null,"o":{"p":""}}\n{"a":"x","b":"y","n":2,"o":7}\n',
    )
    expect(await kindsOf('k.jsonl')).toEqual({
      a: '1 0 2 0',
      b: '1 0 1 0',
      n: '0 0 1 0',
      // An object is in its fields, and nothing in the column of the other values.
      o: '0 0 3 0',
      'o.p': '1 0 3 0',
    })
    expect(await kindsOf({ path: 'k.jsonl', missing: { '*': ['NA'], n: ['-999'] } })).toMatchObject({
      a: '1 0 2 0',
      b: '1 1 1 0',
      n: '0 1 1 0',
    })
  })

  test('a folder of Hive that stands for nothing is null', async () => {
    await bench.write('h/k=NA/1.csv', 'a\n1\n')
    await bench.write('h/k=__HIVE_DEFAULT_PARTITION__/1.csv', 'a\n2\n3\n')
    const source = { path: 'h/*/1.csv', missing: { k: ['NA'] } }
    expect(await kindsOf(source)).toMatchObject({ k: '0 1 2 0' })
    expect(await kindsOf('h/*/1.csv')).toMatchObject({ k: '0 0 2 0' })
  })
})

describe('typed sources', () => {
  const ROWS = `SELECT * FROM (VALUES ('a', 1::BIGINT, 1.5::DOUBLE, DATE '2024-01-02'), ('', -999, -999, NULL),
    (NULL, NULL, 'nan', DATE '2024-01-04'), ('NA', 2, NULL, DATE '1900-01-01')) t(s, i, x, d)`
  const PLAIN = { s: '1 0 1 0', i: '0 0 1 0', x: '0 0 1 0', d: '0 0 1 0' }
  const missing = ['NA', '-999', 'NaN', '1900-01-01']
  const TOLD = { s: '1 1 1 0', i: '0 1 1 0', x: '0 2 1 0', d: '0 1 1 0' }

  test('Parquet', async () => {
    await bench.parquet('k.parquet', ROWS)
    expect(await kindsOf('k.parquet')).toEqual(PLAIN)
    expect(await kindsOf({ path: 'k.parquet', missing })).toEqual(TOLD)
  })

  test('what the statistics of Parquet files rule out is not looked for', async () => {
    await bench.parquet(
      'clean.parquet',
      "SELECT 'x' || i AS s, DATE '2024-01-01' + i::INTEGER AS d, NULL::VARCHAR AS e FROM range(3) r(i)",
    )
    expect((await bench.load('clean.parquet')).hasGone).toBe(false)
    await bench.parquet('two/1.parquet', "SELECT 'x' AS s")
    await bench.parquet('two/2.parquet', "SELECT '' AS s")
    expect(await kindsOf('two/*.parquet')).toEqual({ s: '1 0 0 0' })
  })

  test('a table of DuckDB', async () => {
    await bench.engine.run(`ATTACH '${join(bench.root, 'k.duckdb')}' AS kinds`)
    await bench.engine.run(`CREATE TABLE kinds.t AS ${ROWS}`)
    await bench.engine.run('DETACH kinds')
    expect(await kindsOf({ database: 'k.duckdb', table: 't' })).toEqual(PLAIN)
    expect(await kindsOf({ database: 'k.duckdb', table: 't', missing })).toEqual(TOLD)
  })

  test('SQLite tells NULL from the empty text, in a table of one column too', async () => {
    const { default: sqlite } = await import('node-sqlite3-wasm')
    const database = new sqlite.Database(join(bench.root, 'k.db'))
    database.exec(
      "CREATE TABLE t (s TEXT, i INTEGER); INSERT INTO t VALUES ('', NULL), (NULL, 1), ('NA', -999), ('\"', 2)",
    )
    database.exec("CREATE TABLE one (s TEXT); INSERT INTO one VALUES (''), (NULL), (NULL), ('x')")
    database.close()
    await rm(join(bench.root, 'k.db.lock'), { recursive: true, force: true })
    expect(await kindsOf({ database: 'k.db', table: 't', missing: ['NA', '-999'] })).toEqual({
      s: '1 1 1 0',
      i: '0 1 1 0',
    })
    expect(await kindsOf({ database: 'k.db', table: 'one' })).toEqual({ s: '1 0 2 0' })
  })
})

describe('infinite dates and times', () => {
  // What Postgres and Parquet call infinity: the greatest and least number of days or microseconds.
  const ROWS = `SELECT i AS id, CASE i WHEN 0 THEN 'infinity'::DATE WHEN 1 THEN '-infinity'::DATE WHEN 2 THEN NULL ELSE DATE '2024-01-01' + i::INTEGER END AS d,
    CASE i WHEN 0 THEN 'infinity'::TIMESTAMP ELSE TIMESTAMP '2024-01-01 00:00:00' + to_hours(i) END AS t,
    CASE i WHEN 4 THEN '-infinity'::TIMESTAMP_NS ELSE '2024-01-01 00:00:00'::TIMESTAMP_NS END AS n FROM range(1200) r(i)`

  const check = async (source: Parameters<Bench['profile']>[0]) => {
    const dataset = await bench.load(source)
    expect(dataset.notes).toEqual([
      '"d": infinite, or too far off for a timestamp, in 2 of 1,200 rows, and missing there',
      '"t": infinite, or too far off for a timestamp, in 1 of 1,200 rows, and missing there',
      '"n": infinite, or too far off for a timestamp, in 1 of 1,200 rows, and missing there',
    ])
    const profile = await bench.profile(source)
    expect(kinds(profile)).toEqual({ id: '0 0 0 0', d: '0 0 1 2', t: '0 0 0 1', n: '0 0 0 1' })
    const [, d, t] = profile.columns
    // 2024-01-04 is day 19,726, and 2027-04-14 day 20,922: date(2024, 1, 4) − date(1970, 1, 1) of Python.
    expect(d?.numeric).toMatchObject({ min: 19726, max: 20922, mean: 20324 })
    // From one o'clock on day 19,723 to 23 o'clock on day 19,772.
    expect(t?.numeric?.min).toBeCloseTo(19723 + 1 / 24, 8)
    expect(t?.numeric?.max).toBeCloseTo(19772 + 23 / 24, 8)
    expect(d?.time).toMatchObject({ first: '2024-01-04', last: '2027-04-14' })
  }

  test('of Parquet', async () => {
    await bench.parquet('inf.parquet', ROWS)
    await check('inf.parquet')
  })

  test('of a database', async () => {
    await bench.engine.run(`ATTACH '${join(bench.root, 'inf.duckdb')}' AS endless`)
    await bench.engine.run(`CREATE TABLE endless.t AS ${ROWS}`)
    await bench.engine.run('DETACH endless')
    await check({ database: 'inf.duckdb', table: 't' })
    await check({ database: 'inf.duckdb', query: 'SELECT * FROM t' })
  })

  // Days from 1970-01-01 to 2941825-11-17 are 1,073,760,310: a damaged number of a file, beyond the timestamps of the engine.
  test('dates that no timestamp reaches', async () => {
    const rows = `SELECT i AS id, CASE i WHEN 0 THEN DATE '2941825-11-17' WHEN 1 THEN DATE '300000-01-01 (BC)' WHEN 2 THEN DATE '290000-01-01' ELSE DATE '2024-01-01' END AS d FROM range(40) r(i)`
    await bench.parquet('far.parquet', rows)
    const { notes } = await bench.load('far.parquet')
    expect(notes).toEqual(['"d": infinite, or too far off for a timestamp, in 2 of 40 rows, and missing there'])
    const profile = await bench.profile('far.parquet')
    expect(kinds(profile)).toEqual({ id: '0 0 0 0', d: '0 0 0 2' })
    // The days of 290000-01-01: duckdb's epoch, 9,089,348,860,800 seconds, by 86,400.
    expect(profile.columns[1]?.numeric).toMatchObject({ min: 19723, max: 105200797 })
    expect(profile.duplicates).toEqual({ extra: 0, groups: 0, members: 0 })
    await bench.parquet('far-apart.parquet', `SELECT d FROM (${rows}) WHERE id IN (2, 3)`)
    expect((await bench.load('far-apart.parquet')).notes).toEqual([])
  })

  test('named as missing, they are what the user said', async () => {
    await bench.parquet('inf2.parquet', "SELECT unnest(['infinity'::DATE, '-infinity'::DATE, DATE '2024-01-01']) AS d")
    expect(await kindsOf({ path: 'inf2.parquet', missing: ['infinity'] })).toEqual({ d: '0 1 0 1' })
  })

  test('a column that a contract declares to be text has none either', async () => {
    const options = { types: new Map([['d', 'string' as const]]) }
    expect(await kindsOf('inf2.parquet', options)).toEqual({ d: '0 0 0 2' })
  })
})

test('rows that differ only in how a value is missing are equal', async () => {
  await bench.write('same-rows.csv', 'id,a,b\n1,NA,x\n2,,x\n3,-,x\n4,1,x\n')
  const source = { path: 'same-rows.csv', missing: ['NA', '-'] }
  const expected = { extra: 2, groups: 1, members: 3 }
  expect((await bench.profile(source, { id: 'id' })).duplicates).toEqual(expected)
  expect((await bench.profile(source, { id: 'id', apart: ['id'] })).duplicates).toEqual(expected)
})

describe('parts put together are the whole', () => {
  const cell = fc.constantFrom('', '""', 'NA', '-9', '1', '2.5', 'x', '2024-01-01')
  const table = fc.array(fc.tuple(cell, cell, fc.constantFrom('p', 'NA')), { minLength: 2, maxLength: 12 })

  // The engine may hold what it has read of a file of the same name.
  let made = 0
  const merged = async (sources: readonly Parameters<Bench['profile']>[0][], shards: number | null) => {
    const paths: string[] = []
    for (const source of sources) {
      for (const index of shards === null ? [null] : Array.from({ length: shards }, (_, at) => at + 1)) {
        made += 1
        const path = `kinds-${made}.state`
        const shard = index === null ? null : { index, of: shards as number }
        await writeProfileState(bench.engine, bench.files, { name: 'train', source, options: {}, shard }, path)
        paths.push(path)
      }
    }
    const { profile } = await mergeProfileStates(bench.engine, bench.files, paths.reverse())
    return profile
  }
  const text = ({ files: _, ...profile }: DatasetProfile) => JSON.stringify(profile)

  test('for files with texts for missing', async () => {
    await fc.assert(
      fc.asyncProperty(table, table, async (one, other) => {
        const missing = { '*': ['NA'], b: ['-9'] }
        const csv = (rows: readonly (readonly string[])[]) => `a,b,c\n${rows.map((row) => row.join(',')).join('\n')}\n`
        await bench.write('m/1.csv', csv(one))
        await bench.write('m/2.csv', csv(other))
        const whole = await bench.profile({ path: 'm/*.csv', missing })
        const parts = await merged(
          [
            { path: 'm/1.csv', missing },
            { path: 'm/2.csv', missing },
          ],
          null,
        )
        expect(text(parts)).toBe(text(whole))
        // By hand: what was written.
        const all = [...one, ...other]
        const count = (at: number, ...cells: string[]) => all.filter((row) => cells.includes(row[at] as string)).length
        expect(kinds(parts)).toEqual({
          a: `${count(0, '', '""')} ${count(0, 'NA')} 0 0`,
          b: `${count(1, '', '""')} ${count(1, 'NA', '-9')} 0 0`,
          c: `0 ${count(2, 'NA')} 0 0`,
        })
      }),
      { numRuns: 15 },
    )
  })

  test('for every third row of Parquet and JSON Lines', async () => {
    await bench.parquet(
      'third.parquet',
      "SELECT CASE i % 5 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE 'v' || i END AS s, CASE i % 7 WHEN 0 THEN 'infinity'::DATE WHEN 1 THEN NULL ELSE DATE '2024-01-01' END AS d FROM range(35) r(i)",
    )
    const parquet = await merged(['third.parquet'], 3)
    expect(kinds(parquet)).toEqual({ s: '7 0 7 0', d: '0 0 5 5' })
    expect(text(parquet)).toBe(text(await bench.profile('third.parquet')))
    const line = (i: number) => `{"id":${i}${i % 2 === 0 ? '' : `,"a":${i % 3 === 0 ? '""' : 'null'}`}}\n`
    await bench.write('third.jsonl', Array.from({ length: 12 }, (_, i) => line(i)).join(''))
    const json = await merged(['third.jsonl'], 3)
    // Odd numbers below 12 that three divides: 3 and 9.
    expect(kinds(json)).toEqual({ id: '0 0 0 0', a: '2 0 10 0' })
    expect(text(json)).toBe(text(await bench.profile('third.jsonl')))
  })
})

test('what nobody told of is unknown, and sums are by kind', () => {
  expect(missingByKind({}, 3)).toEqual({ empty: 0, token: 0, null: 0, unknown: 3 })
  const gone = { nothing: 'null', index: 1 } as const
  const by = missingByKind({ gone }, 6, { empty: 1, token: 2, unknown: 0 })
  expect(by).toEqual({ empty: 1, token: 2, null: 3, unknown: 0 })
  expect(sumByKind([by, { empty: 1, token: 1, null: 1, unknown: 1 }])).toEqual({
    empty: 2,
    token: 3,
    null: 4,
    unknown: 1,
  })
  expect(sumByKind([])).toEqual({ empty: 0, token: 0, null: 0, unknown: 0 })
})
