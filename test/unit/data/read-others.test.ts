import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

describe('JSON Lines', () => {
  test('keys of the first row first, then the others by name; names of any kind; nested values as text', async () => {
    await bench.write('a.jsonl', '{"z":1,"say \\"x\\"/~":2.5,"Z":"t"}\n\n{"b":null,"a":[1,{"k":"v"}],"z":"7"}\n')
    const dataset = await bench.load('a.jsonl')
    expect(typesOf(dataset)).toEqual({ z: 'integer', 'say "x"/~': 'number', Z: 'string', a: 'string', b: 'string' })
    expect(dataset.columns.map(({ name }) => name)).toEqual(['z', 'say "x"/~', 'Z', 'a', 'b'])
    const rows = await bench.engine.all(
      `SELECT ${dataset.columns.map(({ sql }) => sql).join(', ')} FROM ${dataset.table} ORDER BY rowid`,
    )
    expect(rows).toEqual([
      { c0: 1, c1: 2.5, c2: 't', c3: null, c4: null },
      { c0: 7, c1: null, c2: null, c3: '[1,{"k":"v"}]', c4: null },
    ])
  })

  test('several files, packed and not, with different keys', async () => {
    await bench.write('logs/1.jsonl', '{"a":1}\n{"a":2}\n')
    await bench.write('logs/2.ndjson.gz', gzipSync('{"a":3,"b":"NA"}\n'))
    const dataset = await bench.load({ path: 'logs/*', missing: ['NA'] })
    expect(dataset.parts).toEqual([
      { file: 'logs/1.jsonl', rows: 2 },
      { file: 'logs/2.ndjson.gz', rows: 1 },
    ])
    expect(await bench.engine.columns(`SELECT c0, c1 FROM ${dataset.table} ORDER BY rowid`)).toEqual({
      c0: [1, 2, 3],
      c1: [null, null, null],
    })
  })

  test.each<[what: string, content: string | Uint8Array, problems: string[]]>([
    [
      'broken JSON',
      '{"a":1}\n{"a":\n{"a":3}\n',
      ['x.jsonl:2: x.jsonl: line 2 is not JSON: Unexpected end of JSON input'],
    ],
    ['a line that is no object', '{"a":1}\n[1,2]\n', ['x.jsonl:2: x.jsonl: line 2 is not a JSON object']],
    [
      'invalid UTF-8',
      Buffer.from('{"a":1}\n{"a":"\xff"}\n', 'latin1'),
      ['x.jsonl:2: x.jsonl is not valid UTF-8 in line 2'],
    ],
    ['an empty file', '', ['x.jsonl: x.jsonl has no rows']],
    [
      'a CSV file by mistake',
      'a,b\n1,2\n',
      [expect.stringContaining('x.jsonl:1: x.jsonl: line 1 is not JSON') as never],
    ],
  ])('%s', async (_, content, problems) => {
    await bench.write('x.jsonl', content)
    expect(await bench.problems('x.jsonl')).toEqual(problems)
  })
})

describe('Parquet', () => {
  test('types as they are; nested values and bytes as text; time zones as UTC', async () => {
    await bench.parquet(
      't.parquet',
      `SELECT 1::UTINYINT AS i, 1.5::DECIMAL(9, 2) AS n, true AS b, DATE '2024-01-31' AS d, TIMESTAMPTZ '2024-01-31 12:00:00+02' AS t,
       '5' AS s, [1, 2] AS l, {'k': 'v'} AS o, '\\xAB'::BLOB AS y, '' AS e, 18446744073709551615::UBIGINT AS u`,
    )
    const dataset = await bench.load('t.parquet')
    expect(typesOf(dataset)).toEqual({
      i: 'integer',
      n: 'number',
      b: 'boolean',
      d: 'date',
      t: 'timestamp',
      s: 'string',
      l: 'string',
      o: 'string',
      y: 'string',
      e: 'string',
      u: 'number',
    })
    const [row] = await bench.engine.all(
      `SELECT ${dataset.columns.map(({ sql }) => `CAST(${sql} AS VARCHAR) AS ${sql}`).join(', ')} FROM ${dataset.table}`,
    )
    expect(Object.values(row ?? {})).toEqual([
      '1',
      '1.5',
      'true',
      '2024-01-31',
      '2024-01-31 10:00:00',
      '5',
      '[1, 2]',
      "{'k': v}",
      '\\xAB',
      null,
      '1.8446744073709552e+19',
    ])
  })

  test('a declared type wins over that of the file', async () => {
    await bench.parquet(
      'd.parquet',
      "SELECT unnest([1.0, 2.5]) AS x, unnest([1, 2]) AS n, unnest(['2024-01-01', 'soon']) AS d",
    )
    const dataset = await bench.load('d.parquet', {
      types: new Map([
        ['x', 'integer'],
        ['n', 'number'],
        ['d', 'date'],
      ]),
    })
    expect(typesOf(dataset)).toEqual({ x: 'integer', n: 'number', d: 'date' })
    expect(await bench.engine.all(`SELECT c1, bad FROM ${dataset.table} ORDER BY rowid`)).toEqual([
      { c1: 1, bad: expect.stringContaining('1.0') },
      { c1: 2, bad: expect.stringContaining('soon') },
    ])
  })

  test('a file that was cut in half, one that lies about itself, one that is something else', async () => {
    await bench.parquet('whole.parquet', 'SELECT i, i * 2 AS j FROM range(1000) r(i)')
    const bytes = await readFile(join(bench.root, 'whole.parquet'))
    await bench.write('half.parquet', bytes.subarray(0, bytes.length / 2))
    expect(await bench.problems('half.parquet')).toEqual([
      'half.parquet: half.parquet is cut off: the end of a Parquet file is missing',
    ])
    const lying = Buffer.from(bytes)
    lying.writeUInt32LE(0x7fffffff, lying.length - 8)
    await bench.write('lying.parquet', lying)
    const [lie] = await bench.problems('lying.parquet')
    expect(lie).toMatch(/^lying\.parquet: lying\.parquet cannot be read: .*Footer length error/)
    expect(lie).not.toContain(bench.root)
    await bench.write('csv.parquet', 'a,b\n1,2\n')
    expect(await bench.problems('csv.parquet')).toEqual(['csv.parquet: csv.parquet is not a Parquet file'])
    await bench.write('empty.parquet', '')
    expect(await bench.problems('empty.parquet')).toEqual(['empty.parquet: empty.parquet is empty'])
  })

  test('no rows, and files with different columns', async () => {
    await bench.parquet('none.parquet', 'SELECT 1 AS a WHERE false')
    expect(await bench.problems('none.parquet')).toEqual(['none.parquet: none.parquet has no rows'])
    await bench.parquet('q/1.parquet', 'SELECT 1 AS a')
    await bench.parquet('q/2.parquet', 'SELECT unnest([2, 3]) AS a')
    expect((await bench.load('q/*.parquet')).parts).toEqual([
      { file: 'q/1.parquet', rows: 1 },
      { file: 'q/2.parquet', rows: 2 },
    ])
    await bench.parquet('p/1.parquet', 'SELECT 1 AS a, 2 AS b')
    await bench.parquet('p/2.parquet', 'SELECT 1 AS a, 2 AS c')
    expect(await bench.problems('p/*.parquet')).toEqual([
      'p/2.parquet: the columns differ from those of p/1.parquet: lacks "b", has "c" besides',
    ])
  })
})

test('memory that does not suffice is said, and is not blamed on the file', async () => {
  const tiny = await openBench({ memoryMb: 1, threads: 1 })
  try {
    await tiny.write('x.csv', 'a,b\n1,2\n')
    await expect(tiny.load('x.csv')).rejects.toThrow('the data need more memory than this machine has')
  } finally {
    await tiny.close()
  }
})

test('memory: data larger than the limit spill and give the same profile', async () => {
  const small = await openBench({ memoryMb: 60, threads: 2 })
  try {
    const sql = 'SELECT i AS id, md5(i::VARCHAR) AS t, hash(i) % 1000 / 8 AS x FROM range(600000) r(i)'
    await small.parquet('big.parquet', sql)
    await bench.parquet('big.parquet', sql)
    const [a, b] = [await small.profile('big.parquet'), await bench.profile('big.parquet')]
    expect(a.columns).toEqual(b.columns)
  } finally {
    await small.close()
  }
})
