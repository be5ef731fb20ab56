import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Source } from '../../../shared/contracts/config.js'
import { linesOf } from '../../../shared/data/read/lines.js'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** Names and values, as text, of a source. */
async function tableOf(source: Source): Promise<[names: string[], ...rows: (string | null)[][]]> {
  const dataset = await bench.load(source)
  const rows = await bench.engine.all(
    `SELECT ${dataset.columns.map(({ sql }) => `CAST(${sql} AS VARCHAR) AS ${sql}`).join(', ')} FROM ${dataset.table} ORDER BY rowid`,
  )
  return [dataset.columns.map(({ name }) => name), ...rows.map((row) => Object.values(row) as (string | null)[])]
}

describe('quotes, comments, lines to skip, names', () => {
  test.each<[what: string, content: string, options: object, table: unknown]>([
    [
      'another quote',
      "a,b\n1,'x, y'\n2,'it''s'\n",
      { quote: "'" },
      [
        ['a', 'b'],
        ['1', 'x, y'],
        ['2', "it's"],
      ],
    ],
    [
      'no quotes',
      'a,b\n1,"x\n2,y"\n',
      { quote: 'none' },
      [
        ['a', 'b'],
        ['1', '"x'],
        ['2', 'y"'],
      ],
    ],
    [
      'an escape of its own, in the header too',
      '"a\\"1",b\n"x\\"y",1\n',
      { escape: '\\' },
      [
        ['a"1', 'b'],
        ['x"y', '1'],
      ],
    ],
    [
      'comments are lines; a sign behind a value, or inside quotes, is part of it',
      '\ufeff# made by hand\na,b\n#x\nC#,1\n"p\n# q",2\n',
      { comment: '#' },
      [
        ['a', 'b'],
        ['C#', '1'],
        ['p\n# q', '2'],
      ],
    ],
    [
      'lines before the header',
      'Report of May\n\na,b\n1,2\n',
      { skip: 2 },
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no header',
      '1,x\n2,y\n',
      { header: false, columns: ['n', 't'] },
      [
        ['n', 't'],
        ['1', 'x'],
        ['2', 'y'],
      ],
    ],
    [
      'all at once',
      "skip\r\n%c\r\n1|'a|b'\r\n%d\r\n2|\r\n",
      { skip: 1, comment: '%', header: false, columns: ['n', 't'], delimiter: '|', quote: "'" },
      [
        ['n', 't'],
        ['1', 'a|b'],
        ['2', null],
      ],
    ],
  ])('%s', async (_, content, options, table) => {
    await bench.write('d.csv', content)
    expect(await tableOf({ path: 'd.csv', ...options })).toEqual(table)
  })

  test('a bad row is placed by its line in the file, whatever was left out before it', async () => {
    await bench.write('placed.csv', 'title\n#c\na,b\n1,2\n#c\n#d\n3\n4,5\n#e\n6,7,8\n')
    expect(await bench.problems({ path: 'placed.csv', skip: 1, comment: '#' })).toEqual([
      'placed.csv:7: line 7 has 1 cell, the header has 2 (missing-cell)',
      'placed.csv:10: line 10 has 3 cells, the header has 2 (extra-cell)',
    ])
    await bench.write('columns.csv', '1,2\n3\n')
    expect(await bench.problems({ path: 'columns.csv', header: false, columns: ['a', 'b'] })).toEqual([
      'columns.csv:2: line 2 has 1 cell, `columns` has 2 (missing-cell)',
    ])
  })

  test('a file of comments alone, and one shorter than `skip`', async () => {
    await bench.write('comments.csv', '#a\n#b\n')
    expect(await bench.problems({ path: 'comments.csv', comment: '#' })).toEqual([
      'comments.csv: comments.csv has 2 lines, all of which are left out',
    ])
    expect(await bench.problems({ path: 'comments.csv', skip: 5 })).toEqual([
      'comments.csv: comments.csv has 2 lines, all of which are left out',
    ])
  })

  test('what the schema refuses', () => {
    const refuses = (source: unknown) => expect(Source.safeParse(source).success).toBe(false)
    refuses({ path: 'a.csv', header: false })
    refuses({ path: 'a.csv', columns: ['a'] })
    refuses({ path: 'a.csv', encoding: 'shift-jis' })
    refuses({ path: 'a.csv', quote: '""' })
    refuses({ database: 'a.db' })
    refuses({ database: 'a.db', table: 't', query: 'SELECT 1' })
    refuses({ postgres: 'postgres://u:p@h/d', table: 't' })
    expect(Source.safeParse({ path: 'a.csv', missing: { '*': ['NA'], age: ['-999'] } }).success).toBe(true)
  })
})

describe('missing values', () => {
  test('tokens by column; a name that is not there', async () => {
    await bench.write('m.csv', 'age,note\n-999,-999\n5,NA\n,x\n')
    expect(await tableOf({ path: 'm.csv', missing: { age: ['-999'], '*': ['NA'] } })).toEqual([
      ['age', 'note'],
      [null, '-999'],
      ['5', null],
      [null, 'x'],
    ])
    expect(await bench.problems({ path: 'm.csv', missing: { agee: ['-1'] } })).toEqual([
      'm.csv:1: `missing` names the column "agee", and there is none',
    ])
  })

  test('the same tokens in JSON Lines and Parquet, where numbers are compared as numbers', async () => {
    await bench.write('m.jsonl', '{"n":-999,"s":"NA"}\n{"n":1,"s":"x"}\n')
    await bench.parquet(
      'm.parquet',
      "SELECT unnest([-999.0, 1.5]) AS n, unnest(['NA', 'x']) AS s, unnest([DATE '1900-01-01', DATE '2024-01-01']) AS d",
    )
    const missing = { '*': ['NA'], n: ['-999'] }
    expect(await tableOf({ path: 'm.jsonl', missing })).toEqual([
      ['n', 's'],
      [null, null],
      ['1', 'x'],
    ])
    expect(await tableOf({ path: 'm.parquet', missing: { ...missing, d: ['1900-01-01'] } })).toEqual([
      ['n', 's', 'd'],
      [null, null, null],
      ['1.5', 'x', '2024-01-01'],
    ])
  })
})

describe('encodings', () => {
  const text = 'name,n\nMünchen €5,1\n日本,2\n'
  const utf16be = (value: string) => Buffer.from(value, 'utf16le').swap16()

  test.each<[what: string, bytes: Buffer, encoding: string | undefined]>([
    ['utf-8 with a mark', Buffer.from(`\ufeff${text}`), undefined],
    ['utf-16 by its mark, little end first', Buffer.from(`\ufeff${text}`, 'utf16le'), undefined],
    ['utf-16 by its mark, big end first', utf16be(`\ufeff${text}`), 'utf-16'],
    ['utf-16le without a mark', Buffer.from(text, 'utf16le'), 'utf-16le'],
    ['utf-16be without a mark', utf16be(text), 'utf-16be'],
  ])('%s', async (_, bytes, encoding) => {
    const table = [
      ['name', 'n'],
      ['München €5', '1'],
      ['日本', '2'],
    ]
    const options = encoding === undefined ? {} : { encoding: encoding as 'utf-16' }
    await bench.write('e.csv', bytes)
    expect(await tableOf({ path: 'e.csv', ...options })).toEqual(table)
    await bench.write('e.csv.gz', gzipSync(bytes))
    expect(await tableOf({ path: 'e.csv.gz', ...options })).toEqual(table)
  })

  test('latin-1 is not windows-1252: 0x80 is a control sign in one and the euro in the other', async () => {
    await bench.write('l.csv', Buffer.from('t\n\x80caf\xe9\n', 'latin1'))
    expect(await tableOf({ path: 'l.csv', encoding: 'latin-1' })).toEqual([['t'], ['\x80café']])
    expect(await tableOf({ path: 'l.csv', encoding: 'windows-1252' })).toEqual([['t'], ['€café']])
  })

  test('JSON Lines in UTF-16 and with a mark', async () => {
    await bench.write('e.jsonl', Buffer.from('\ufeff{"a":"ä"}\n', 'utf16le'))
    expect(await tableOf('e.jsonl')).toEqual([['a'], ['ä']])
    await bench.write('e.jsonl', '\ufeff{"a":"ä"}\n')
    expect(await tableOf('e.jsonl')).toEqual([['a'], ['ä']])
  })

  test('half a surrogate, an odd number of bytes, utf-16 without a mark', async () => {
    const bytes = Buffer.from('a,b\n1,2\n3,x\n', 'utf16le')
    bytes.writeUInt16LE(0xd800, bytes.length - 4)
    await bench.write('bad.csv', bytes)
    expect(await bench.problems({ path: 'bad.csv', encoding: 'utf-16le' })).toEqual([
      expect.stringMatching(/^bad\.csv:\d: bad\.csv is not valid UTF-16LE in line \d or soon after it$/) as never,
    ])
    await bench.write('odd.csv', Buffer.from('a\n1\n', 'utf16le').subarray(0, -1))
    expect(await bench.problems({ path: 'odd.csv', encoding: 'utf-16le' })).toHaveLength(1)
    expect(await bench.problems({ path: 'bad.csv', encoding: 'utf-16' })).toEqual([
      'bad.csv:1: bad.csv has no byte order mark, and is said to be UTF-16',
    ])
  })

  test('no copy is left behind', async () => {
    await bench.write('l.csv', Buffer.from('t\ncaf\xe9\n', 'latin1'))
    await bench.load({ path: 'l.csv', encoding: 'latin-1' })
    const [row] = await bench.engine.all(
      "SELECT count(*) AS n FROM glob(current_setting('temp_directory') || '/read-*')",
    )
    expect(row).toEqual({ n: 0 })
  })
})

describe('text that nobody means', () => {
  test('NUL bytes and byte order marks in the middle, all of them, with their lines', async () => {
    await bench.write('s.csv', 'a,b\n1,x\n2,y\0z\n\ufeffa,b\n3,\0\n')
    expect(await bench.problems('s.csv')).toEqual([
      's.csv:3: line 3 has a NUL byte in it',
      's.csv:4: line 4 begins with a byte order mark: files seem to be joined there',
      's.csv:5: line 5 has a NUL byte in it',
    ])
    await bench.write('s.csv', 'a\0,b\n1,2\n')
    expect(await bench.problems('s.csv')).toEqual([
      's.csv:1: the name of column 1, "a\\u0000", has a NUL byte or a byte order mark in it',
    ])
    await bench.write('s.jsonl', '{"a":1}\n\ufeff{"a":2}\n')
    expect(await bench.problems('s.jsonl')).toEqual([
      's.jsonl:2: s.jsonl: line 2 begins with a byte order mark: files seem to be joined there',
    ])
  })

  test('line ends of every two kinds are told by the first line that is another', async () => {
    for (const [content, message] of [
      ['a,b\n1,2\r\n3,4\n', 'line 2 ends with CRLF, those before it with LF'],
      ['a,b\n"1\r\n",2\n3,4\r5,6\n', 'line 4 ends with CR, those before it with LF'],
    ] as const) {
      await bench.write('ends.csv', content)
      expect((await bench.problems('ends.csv'))[0]).toContain(message)
    }
  })

  test('a header of very many columns costs an error and not the memory', async () => {
    await bench.write('million.csv', `${'a,'.repeat(3_000_000)}a\n`)
    expect(await bench.problems('million.csv')).toEqual([
      'million.csv: million.csv has 3,000,001 columns, more than 10,000',
    ])
    await bench.write('endless.csv', 'a,'.repeat(9_000_000))
    expect(await bench.problems('endless.csv')).toEqual(['endless.csv:1: endless.csv: line 1 is longer than 8 MB'])
  })

  test('a line that does not end', async () => {
    await bench.write('long.csv', `a,b\n1,${'x'.repeat(20_000_000)}`)
    expect(await bench.problems('long.csv')).toEqual(['long.csv:2: long.csv: line 2 is longer than 8 MB'])
    await bench.write('long.jsonl', `{"a":1}\n{"a":"${'x'.repeat(40_000_000)}`)
    expect(await bench.problems('long.jsonl')).toEqual(['long.jsonl:2: long.jsonl: line 2 is longer than 16 MB'])
    await bench.write('long.csv', `a,b\n#${'x'.repeat(20_000_000)}`)
    expect(await bench.problems({ path: 'long.csv', comment: '#' })).toEqual([
      'long.csv:2: long.csv: line 2 is longer than 8 MB',
    ])
  })
})

test('lines are the same however the bytes come in pieces', async () => {
  const sign = fc.constantFrom('a', '\n', '\r', '\r\n', 'b')
  await fc.assert(
    fc.asyncProperty(fc.array(sign, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (signs, size) => {
      const bytes = Buffer.from(signs.join(''))
      async function* pieces() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      const ends: string[] = []
      for await (const line of linesOf(pieces(), 100, { ends: true })) ends.push(line.bytes.toString())
      expect(ends.join('')).toBe(bytes.toString())
      const lines: string[] = []
      for await (const line of linesOf(pieces(), 100)) lines.push(line.bytes.toString())
      const expected = bytes.toString().split(/\r\n|\n|\r/)
      expect(lines).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected)
    }),
  )
})

describe('the engine’s own reading would change these in silence', () => {
  // Values and reasons: /traps of DuckDB 1.5/: its sniffer looks at 20,480 rows and casts the rest loosely.
  test.each<[first: string, late: string, type: string, read: string]>([
    ['7', '3.99', 'number', '3.99'],
    ['7', '00042', 'string', '00042'],
    ['7', '1_000', 'string', '1_000'],
    ['7', '0x1F', 'string', '0x1F'],
    ['7', 'NA', 'string', 'NA'],
    ['2024-02-03', '2024-02-03 23:59:59', 'timestamp', '2024-02-03 23:59:59'],
    ['2024-02-03 10:00:00', '2024-02-03 10:00:00+05:00', 'timestamp', '2024-02-03 05:00:00'],
    ['true', '1', 'string', '1'],
    ['01/02/2024', '13/02/2024', 'string', '13/02/2024'],
    ['1.5', '1e3', 'number', '1000.0'],
    ['1.5', 'inf', 'number', 'inf'],
  ])('50,000 times %s, then %s', async (first, late, type, read) => {
    await bench.write('late.csv', `v\n${`${first}\n`.repeat(50_000)}${late}\n`)
    const dataset = await bench.load('late.csv')
    expect(typesOf(dataset)).toEqual({ v: type })
    expect(await bench.engine.all(`SELECT CAST(c0 AS VARCHAR) AS v FROM ${dataset.table} WHERE rowid = 50000`)).toEqual(
      [{ v: read }],
    )
  })

  test('a quoted empty cell is empty; dates that could be day or month first stay text', async () => {
    await bench.write('q.csv', 'd,e\n01/01/2024,""\n12/01/2024,x\n')
    expect(await tableOf('q.csv')).toEqual([
      ['d', 'e'],
      ['01/01/2024', null],
      ['12/01/2024', 'x'],
    ])
    expect(typesOf(await bench.load('q.csv'))).toEqual({ d: 'string', e: 'string' })
  })
})
