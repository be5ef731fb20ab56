import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const rowsOf = async (source: Parameters<Bench['load']>[0]) => {
  const dataset = await bench.load(source)
  const rows = await bench.engine.all(
    `SELECT ${dataset.columns.map(({ sql }) => `CAST(${sql} AS VARCHAR) AS ${sql}`).join(', ')} FROM ${dataset.table} ORDER BY rowid`,
  )
  return { names: dataset.columns.map(({ name }) => name), rows: rows.map((row) => Object.values(row)) }
}

describe('nested fields', () => {
  const NESTED =
    '{"id":1,"user":{"name":"a","at":{"city":"x","zip":"01"}},"tags":["p",{"q":1}]}\n' +
    '{"id":2,"user":{"name":"b","age":7},"extra":{}}\n{"id":3,"user":null}\n'

  test('objects become columns with dots, lists stay JSON, an object that is always empty stays one', async () => {
    await bench.write('n.jsonl', NESTED)
    expect(await rowsOf('n.jsonl')).toEqual({
      names: ['id', 'user.name', 'user.at.city', 'user.at.zip', 'user.age', 'tags', 'extra'],
      rows: [
        ['1', 'a', 'x', '01', null, '["p",{"q":1}]', null],
        ['2', 'b', null, null, '7', null, '{}'],
        ['3', null, null, null, null, null, null],
      ],
    })
    expect(typesOf(await bench.load('n.jsonl'))).toMatchObject({ 'user.age': 'integer', 'user.at.zip': 'string' })
  })

  test('flatten: false keeps them', async () => {
    await bench.write('n.jsonl', NESTED)
    const { names, rows } = await rowsOf({ path: 'n.jsonl', flatten: false })
    expect(names).toEqual(['id', 'user', 'tags', 'extra'])
    expect(rows[1]).toEqual(['2', '{"name":"b","age":7}', null, '{}'])
  })

  test('a field that is an object in some rows and a value in others loses neither', async () => {
    await bench.write('m.jsonl', '{"a":5}\n{"a":{"b":6}}\n{"a":[1]}\n')
    expect(await rowsOf('m.jsonl')).toEqual({
      names: ['a', 'a.b'],
      rows: [
        ['5', null],
        [null, '6'],
        ['[1]', null],
      ],
    })
  })

  test('a key with a dot beside a field of the same name, and a key that stands twice', async () => {
    await bench.write('c.jsonl', '{"a.b":1,"a":{"b":2}}\n')
    expect(await bench.problems('c.jsonl')).toEqual([
      'c.jsonl: "a.b" and "a" → "b" would both be the column "a.b" (duplicate-label)',
    ])
    expect((await rowsOf({ path: 'c.jsonl', flatten: false })).names).toEqual(['a.b', 'a'])
    await bench.write('c.jsonl', '{"a":1}\n{"a":1,"b":2,"a":3}\n')
    expect(await bench.problems('c.jsonl')).toEqual([
      'c.jsonl: the key "a" stands twice in one object (duplicate-label)',
    ])
    await bench.write('c.jsonl', '{"o":{"x":1,"x":2}}\n')
    expect(await bench.problems('c.jsonl')).toEqual([
      'c.jsonl: the key "o.x" stands twice in one object (duplicate-label)',
    ])
  })

  test('very deep JSON is text below the eighth level', async () => {
    await bench.write('deep.jsonl', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`)
    const { names, rows } = await rowsOf('deep.jsonl')
    expect(names).toEqual(['a.a.a.a.a.a.a.a'])
    expect(String(rows[0]?.[0])).toHaveLength(99_992 * 6 + 1)
    await bench.write('deep.jsonl', `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}\n`)
    expect((await rowsOf('deep.jsonl')).names).toEqual(['a'])
  })

  test('keys that are data are too many columns, at any level', async () => {
    const keys = Array.from({ length: 10_001 }, (_, i) => `"k${i}":1`).join(',')
    await bench.write('keys.jsonl', `{"a":{${keys}}}\n`)
    expect(await bench.problems('keys.jsonl')).toEqual(['keys.jsonl: keys.jsonl has 10,001 columns, more than 10,000'])
  })

  test('names of any kind are found', async () => {
    await bench.write(
      'odd.jsonl',
      `${JSON.stringify({ '': 1, 'a/b': { '~': 2, "'": { '"': 3 } }, 'x\ny': 4, '0': 5 })}\n`,
    )
    expect(await rowsOf('odd.jsonl')).toEqual({
      names: ['0', '', 'a/b.~', 'a/b.\'."', 'x\ny'],
      rows: [['5', '1', '2', '3', '4']],
    })
  })
})

describe('values', () => {
  test('integers are whole, as wide as they are; NaN as Python writes it is a number that is not finite', async () => {
    await bench.write(
      'v.jsonl',
      '{"i":9007199254740993,"j":123456789012345678901234567890,"x":NaN}\n{"i":-1,"j":1,"x":1.5}\n',
    )
    expect(await rowsOf('v.jsonl')).toEqual({
      names: ['i', 'j', 'x'],
      rows: [
        ['9007199254740993', '1.2345678901234568e+29', 'nan'],
        ['-1', '1.0', '1.5'],
      ],
    })
    const [, , x] = (await bench.profile('v.jsonl')).columns
    expect(x).toMatchObject({ type: 'number', nonFinite: 1, missing: 0 })
  })
})

describe('.json files', () => {
  test('an array, pretty or not, packed or not; objects one after the other', async () => {
    const rows = [{ a: 1, b: { c: 'x' } }, { a: 2 }]
    const expected = {
      names: ['a', 'b.c'],
      rows: [
        ['1', 'x'],
        ['2', null],
      ],
    }
    await bench.write('a.json', JSON.stringify(rows))
    await bench.write('p.json', `\n  ${JSON.stringify(rows, null, 2)}\n`)
    await bench.write('z.json.gz', gzipSync(JSON.stringify(rows)))
    await bench.write('o.json', rows.map((row) => JSON.stringify(row, null, 2)).join('\n'))
    for (const path of ['a.json', 'p.json', 'z.json.gz', 'o.json']) expect(await rowsOf(path)).toEqual(expected)
    const both = await bench.load(['a.json', 'p.json'])
    expect(both.parts.map((part) => part.rows)).toEqual([2, 2])
  })

  test.each<[what: string, content: string, problem: RegExp]>([
    ['cut off', '[{"a":1},{"a":', /^x\.json: x\.json cannot be read as JSON: .*unexpected end of data/],
    ['something behind it', '[{"a":1}] {"a":2}', /^x\.json: x\.json cannot be read as JSON: .*unexpected character/],
    ['a value among objects', '[{"a":1},2]', /^x\.json: x\.json cannot be read as JSON: a row is not an object but/],
    ['an empty array', '[]', /^x\.json: x\.json has no rows$/],
    ['an empty file', '', /^x\.json: x\.json has no rows$/],
    ['an array of lists', '[[1,2],[3]]', /a row is not an object but ARRAY/],
  ])('%s', async (_, content, problem) => {
    await bench.write('x.json', content)
    const [first, ...others] = await bench.problems('x.json')
    expect(first).toMatch(problem)
    expect(first).not.toContain(bench.root)
    expect(others).toEqual([])
  })

  test('an array and single objects in one dataset', async () => {
    await bench.write('d/1.json', '[{"a":1}]')
    await bench.write('d/2.json', '{"a":1}')
    expect(await bench.problems('d/*.json')).toEqual(['d/2.json: d/1.json is an array, d/2.json is not'])
  })
})

test('CSV, JSON Lines and Parquet of the same rows are the same typed dataset', async () => {
  const word = fc.constantFrom('x', 'NA', "it's", '=1+1', 'ü"q"', 'a,b', '00042', '1_000')
  const row = fc.record({
    i: fc.option(fc.integer()),
    n: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0.5 : value))),
    b: fc.option(fc.boolean()),
    s: fc.option(word),
    d: fc.option(
      fc.integer({ min: 0, max: 20_000 }).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
    ),
    t: fc.option(
      fc
        .integer({ min: 0, max: 2 ** 31 })
        .map((second) => `${new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')}`),
    ),
  })
  const first = { i: 1, n: 0.5, b: true, s: 'x', d: '2024-02-29', t: '2024-02-29 10:00:00' }
  const types = ['BIGINT', 'DOUBLE', 'BOOLEAN', 'VARCHAR', 'DATE', 'TIMESTAMP']
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (more) => {
      const rows = [first, ...more]
      const names = Object.keys(first) as (keyof typeof first)[]
      const cell = (value: unknown) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`)
      await bench.write(
        'same.csv',
        `${names.join(',')}\n${rows.map((one) => names.map((name) => cell(one[name])).join(',')).join('\n')}\n`,
      )
      await bench.write(
        'same.jsonl',
        rows.map((one) => `${JSON.stringify(Object.fromEntries(names.map((name) => [name, one[name]])))}\n`).join(''),
      )
      const text = (value: unknown) => (value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`)
      const values = rows.map((one) => `(${names.map((name) => text(one[name])).join(', ')})`).join(', ')
      const columns = names.map((name, i) => `CAST(${name} AS ${types[i]}) AS ${name}`).join(', ')
      await bench.parquet('same.parquet', `SELECT ${columns} FROM (VALUES ${values}) v(${names.join(', ')})`)
      const read = async (path: string) => {
        const dataset = await bench.load(path)
        const rows = await bench.engine.all(
          `SELECT c0, c1, c2, c3, CAST(c4 AS VARCHAR) AS c4, CAST(c5 AS VARCHAR) AS c5 FROM ${dataset.table} ORDER BY rowid`,
        )
        return { types: typesOf(dataset), rows }
      }
      const [csv, jsonl, parquet] = await Promise.all(['same.csv', 'same.jsonl', 'same.parquet'].map(read))
      expect(jsonl).toEqual(csv)
      expect(parquet).toEqual(csv)
      expect(csv?.types).toEqual({ i: 'integer', n: 'number', b: 'boolean', s: 'string', d: 'date', t: 'timestamp' })
      expect(csv?.rows.map(({ c1 }) => c1)).toEqual(rows.map(({ n }) => n))
    }),
    { numRuns: 40 },
  )
})
