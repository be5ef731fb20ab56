import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { createView, placeOfRow } from '../../../shared/data/dataset.js'
import { identifier } from '../../../shared/data/engine/sql.js'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const rowsOf = async (path: string) => {
  const dataset = await bench.load(path)
  const columns = dataset.columns.map(({ name, sql }) => `CAST(${sql} AS VARCHAR) AS ${identifier(name)}`)
  return bench.engine.all(`SELECT ${columns.join(', ')} FROM ${dataset.table} ORDER BY rowid`)
}

describe('files that cannot be data', () => {
  test.each<[what: string, path: string, content: string | Uint8Array, problems: string[]]>([
    ['an empty file', 'empty.csv', '', ['empty.csv: empty.csv is empty']],
    ['a header alone', 'header.csv', 'a,b\n', ['header.csv: header.csv has no rows']],
    ['a header without line end', 'header2.csv', 'a,b', ['header2.csv: header2.csv has no rows']],
    [
      'blank and duplicate names, all of them',
      'names.csv',
      'a,,b,a,  ,b\n1,2,3,4,5,6\n',
      [
        'names.csv:1: column 2 has no name (blank-header)',
        'names.csv:1: columns 1 and 4 are both named "a" (duplicate-label)',
        'names.csv:1: column 5 has no name (blank-header)',
        'names.csv:1: columns 3 and 6 are both named "b" (duplicate-label)',
      ],
    ],
    [
      'the wrong delimiter',
      'semicolon.csv',
      'a;b;c\n1;2;3\n',
      ['semicolon.csv:1: the whole header is one column, "a;b;c": the delimiter seems to be ";", not ","'],
    ],
    [
      'tabs in a .csv',
      'tabs.csv',
      'a\tb\n1\t2\n',
      ['tabs.csv:1: the whole header is one column, "a\\tb": the delimiter seems to be tab, not ","'],
    ],
    [
      'ragged rows, several at once',
      'ragged.csv',
      'a,b\n1,2\n3\n4,5,6\n7,8\n',
      [
        'ragged.csv:3: line 3 has 1 cell, the header has 2 (missing-cell)',
        'ragged.csv:4: line 4 has 3 cells, the header has 2 (extra-cell)',
      ],
    ],
    [
      'invalid UTF-8',
      'latin.csv',
      Buffer.from('a,b\n1,x\n2,caf\xe9\n', 'latin1'),
      ['latin.csv:3: latin.csv is not valid UTF-8 in line 3'],
    ],
    [
      'invalid UTF-8 in the header',
      'latin2.csv',
      Buffer.from('caf\xe9,b\n1,2\n', 'latin1'),
      ['latin2.csv:1: latin2.csv is not valid UTF-8 in line 1'],
    ],
    [
      'UTF-16 without a byte order mark',
      'wide.csv',
      Buffer.from('a,b\n1,2\n', 'utf16le'),
      ['wide.csv:1: wide.csv seems to be written in UTF-16 without a byte order mark'],
    ],
    [
      'a quotation mark that is not closed',
      'quote.csv',
      'a,b\n"1,2\n3,4\n',
      ['quote.csv:2: quote.csv: a quotation mark in line 2 is not closed'],
    ],
    [
      'a line end in a name',
      'broken.csv',
      '"a\nb",c\r\n1,2\r\n',
      ['broken.csv:1: the name of column 1, "a\\nb", has a line end in it'],
    ],
    [
      'line ends of two kinds',
      'mixed.csv',
      'a,b\r\n1,2\n3,4\r\n',
      ['mixed.csv:2: mixed.csv: line 2 ends with LF, those before it with CRLF'],
    ],
    [
      'a gzip that is cut off',
      'cut.csv.gz',
      gzipSync(Buffer.alloc(200_000, 'a,b\n1,2\n')).subarray(0, 40),
      ['cut.csv.gz: cut.csv.gz cannot be unpacked: unexpected end of file'],
    ],
    [
      'a file that is no gzip',
      'plain.csv.gz',
      'a,b\n1,2\n',
      ['plain.csv.gz: plain.csv.gz cannot be unpacked: incorrect header check'],
    ],
  ])('%s', async (_, path, content, problems) => {
    await bench.write(path, content)
    expect(await bench.problems(path)).toEqual(problems)
  })

  test('a file that is missing, and a glob without a match', async () => {
    expect(await bench.problems('nowhere/x.csv')).toEqual(['data.train: nowhere/x.csv is not there'])
    expect(await bench.problems('nowhere/*.csv')).toEqual(['data.train: no file matches "nowhere/*.csv"'])
  })

  test('a format that the name does not tell, and two formats', async () => {
    await bench.write('formats/a.txt', 'a\n1\n')
    await bench.write('formats/b.csv', 'a\n1\n')
    await bench.write('formats/c.jsonl', '{"a":1}\n')
    expect(await bench.problems('formats/a.txt')).toEqual([
      'data.train: the format of formats/a.txt is not clear from its name',
    ])
    expect(await bench.problems(['formats/b.csv', 'formats/c.jsonl'])).toEqual([
      'data.train: files of different formats: formats/b.csv, formats/c.jsonl',
    ])
    expect((await bench.load({ path: 'formats/a.txt', format: 'csv' })).rows).toBe(1)
  })

  test('files of a glob with different headers are named with the difference', async () => {
    await bench.write('parts/1.csv', 'a,b\n1,2\n')
    await bench.write('parts/2.csv', 'a,c\n1,2\n')
    await bench.write('parts/3.csv', 'b,a\n1,2\n')
    expect(await bench.problems('parts/*.csv')).toEqual([
      'parts/2.csv:1: the header differs from that of parts/1.csv: it lacks "b", it has "c" besides',
      'parts/3.csv:1: the header differs from that of parts/1.csv: its columns stand in another order',
    ])
  })

  test('a ragged row in the second file of a glob is found there', async () => {
    await bench.write('ragged/1.csv', 'a,b\n1,2\n')
    await bench.write('ragged/2.csv', 'a,b\n1,2\n1\n')
    expect(await bench.problems('ragged/*.csv')).toEqual([
      'ragged/2.csv:3: line 3 has 1 cell, the header has 2 (missing-cell)',
    ])
  })
})

describe('files that look odd and are data', () => {
  test('quotes, line ends and delimiters inside values; CRLF; a byte order mark', async () => {
    await bench.write('odd.csv', '\ufeff"first, name","say ""hi"""\r\n"x\r\ny, z","he said ""no"""\r\n,""\r\n"a\nb",c')
    expect(await rowsOf('odd.csv')).toEqual([
      { 'first, name': 'x\r\ny, z', 'say "hi"': 'he said "no"' },
      { 'first, name': null, 'say "hi"': null },
      { 'first, name': 'a\nb', 'say "hi"': 'c' },
    ])
  })

  test('what was written as CSV is what is read', async () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', 'é', ' ', ';', '1', '-'), maxLength: 8 }),
      fc.constantFrom('', 'NA', '=1+1', '::error::x', '1.50'),
    )
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const types = new Map([
      ['a', 'string' as const],
      ['b', 'string' as const],
    ])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (rows, end, last) => {
          const lines = ['a,b', ...rows.map((row) => row.map(quoted).join(','))].join(end)
          await bench.write('property.csv', lines + (last ? end : ''))
          const dataset = await bench.load('property.csv', { types })
          const read = await bench.engine.all(`SELECT c0, c1 FROM ${dataset.table} ORDER BY rowid`)
          expect(read).toEqual(rows.map(([a, b]) => ({ c0: a === '' ? null : a, c1: b === '' ? null : b })))
        },
      ),
      { numRuns: 150 },
    )
  })

  test('columns named like SQL, and names that differ in case alone', async () => {
    const names = ['select', 'x"; DROP TABLE t; --', "it's", 'a', 'A', 'rowid', 'bad', 'file', '$1', 'c1']
    await bench.write(
      'sql.csv',
      `${names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',')}\n${names.map((_, i) => i).join(',')}\n`,
    )
    const dataset = await bench.load('sql.csv')
    expect(dataset.columns.map(({ name }) => name)).toEqual(names)
    expect(
      await bench.engine.all(`SELECT ${dataset.columns.map(({ sql }) => sql).join(', ')} FROM ${dataset.table}`),
    ).toEqual([Object.fromEntries(names.map((_, i) => [`c${i}`, i]))])
    await expect(createView(bench.engine, dataset, 'v')).rejects.toThrow('the columns of train cannot be named in SQL')
  })

  test('a view has the names of the file', async () => {
    await bench.write('view.csv', 'select,"a ""b"""\n1,x\n')
    await createView(bench.engine, await bench.load('view.csv'), 'odd "view"')
    expect(await bench.engine.all('SELECT "select", "a ""b""" FROM "odd ""view"""')).toEqual([
      { select: 1, 'a "b"': 'x' },
    ])
  })

  test('2,000 columns', async () => {
    const width = 2000
    const line = (row: number) => Array.from({ length: width }, (_, i) => (i % 2 === 0 ? row * i : `t${row}`)).join(',')
    await bench.write(
      'wide2.csv',
      `${Array.from({ length: width }, (_, i) => `col ${i}`).join(',')}\n${[1, 2, 3].map(line).join('\n')}\n`,
    )
    const profile = await bench.profile('wide2.csv')
    expect(profile.columns).toHaveLength(width)
    expect(profile.columns[1998]).toMatchObject({
      name: 'col 1998',
      type: 'integer',
      distinct: 3,
      numeric: { min: 1998, max: 5994, mean: 3996 },
    })
    expect(profile.columns[1999]).toMatchObject({ type: 'string', distinct: 3 })
  })

  test('more columns than any table has are a mistake', async () => {
    await bench.write('keys.csv', `${Array.from({ length: 10_001 }, (_, i) => `k${i}`).join(',')}\n`)
    expect(await bench.problems('keys.csv')).toEqual(['keys.csv: keys.csv has 10,001 columns, more than 10,000'])
  })

  test('missing texts besides the empty cell; NA alone stays text', async () => {
    await bench.write('na.csv', 'a\n1\nNA\n\n""\n-\n')
    expect(typesOf(await bench.load('na.csv'))).toEqual({ a: 'string' })
    expect((await bench.profile('na.csv')).columns[0]).toMatchObject({ missing: 2, distinct: 3 })
    expect((await bench.profile({ path: 'na.csv', missing: ['NA', '-'] })).columns[0]).toMatchObject({
      type: 'integer',
      missing: 4,
      distinct: 1,
    })
  })

  test('a delimiter of one’s own, TSV and gzip', async () => {
    await bench.write('d.csv', 'a;b\n1;2\n')
    await bench.write('d.tsv', 'a\tb\n1\t2\n')
    await bench.write('d.csv.gz', gzipSync('a,b\n1,2\n'))
    for (const source of [{ path: 'd.csv', delimiter: ';' }, 'd.tsv', 'd.csv.gz']) {
      expect(typesOf(await bench.load(source))).toEqual({ a: 'integer', b: 'integer' })
    }
  })

  test('rows are counted and placed by file', async () => {
    await bench.write('placed/a.csv', 'x\n1\n2\n')
    await bench.write('placed/b.csv', 'x\n3\n4\n5\n')
    const dataset = await bench.load('placed/*.csv')
    expect(dataset.parts).toEqual([
      { file: 'placed/a.csv', rows: 2 },
      { file: 'placed/b.csv', rows: 3 },
    ])
    expect([0, 1, 2, 4].map((row) => placeOfRow(dataset, row))).toEqual([
      'placed/a.csv row 1',
      'placed/a.csv row 2',
      'placed/b.csv row 1',
      'placed/b.csv row 3',
    ])
    expect(await bench.engine.columns(`SELECT c0 FROM ${dataset.table} ORDER BY rowid`)).toEqual({
      c0: [1, 2, 3, 4, 5],
    })
    expect(dataset.files[1]).toMatchObject({ kind: 'file', name: 'placed/b.csv', bytes: 8, rows: 3 })
  })
})
