import fc from 'fast-check'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import { UserError } from '../../../shared/core/errors.js'
import type { ProfileOptions } from '../../../shared/data/profile.js'
import { mergeProfileStates, writeProfileState } from '../../../shared/data/profile-state.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const quoted = (cell: string | null) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)
const csv = (header: readonly string[], rows: readonly (readonly (string | null)[])[]) =>
  `${header.join(',')}\n${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`

const withoutFiles = ({ files: _, ...profile }: DatasetProfile) => JSON.stringify(profile)

/** The profile of the parts, put together in the order that is given, and of the whole. */
async function both(
  header: readonly string[],
  parts: readonly (readonly (readonly (string | null)[])[])[],
  order: readonly number[],
  options: ProfileOptions = {},
) {
  const names = parts.map((_, i) => `part-${i}.csv`)
  const states: string[] = []
  for (const [i, rows] of parts.entries()) {
    await bench.write(names[i] as string, csv(header, rows))
    const input = { name: 'train', source: names[i] as string, options, shard: null }
    await writeProfileState(bench.engine, bench.files, input, `state-${i}.parquet`)
    states.push(`state-${i}.parquet`)
  }
  const merged = await mergeProfileStates(
    bench.engine,
    bench.files,
    order.map((i) => states[i] as string),
  )
  return { merged: merged.profile, whole: await bench.profile(names, options) }
}

describe('parts put together are the whole, to the byte', () => {
  /** Texts that look like every type, and like none, in several ways of writing. */
  const cell = fc.option(
    fc.constantFrom(
      '1',
      '2',
      '1.0',
      '01',
      '-0',
      '0',
      '+1',
      '1e0',
      '0.1',
      '0.30000000000000004',
      '1e300',
      '-1e300',
      '9007199254740993',
      '9007199254740992',
      'nan',
      'NaN',
      'inf',
      '-inf',
      'true',
      'True',
      'false',
      '2024-01-01',
      '2024-01-01T00:00:00Z',
      '2024-01-01 00:00:00',
      '2024-02-30',
      'a',
      'A',
      'ü😀',
      'say "hi"',
      '<b>',
      '::set-output name=x::y',
      'x@example.org',
    ),
    { freq: 6 },
  )
  const few = fc.constantFrom('1', '2', '3.5', '2024-01-01', 'red', 'blue')
  const integers = fc.integer({ min: -5, max: 5 }).map(String)
  const numbers = fc.oneof(
    integers,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('1.50', 'nan'),
  )
  const dates = fc.constantFrom('2024-01-01', '2024-03-05', '2024-01-01T10:00:00+02:00')
  const row = fc.tuple(cell, fc.option(integers), fc.option(numbers), fc.option(dates), few)
  const parts = fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
  const header = ['any', 'i', 'x', 'd', 's']

  test('for any division, in any order, with types that only the whole shows', async () => {
    await fc.assert(
      fc.asyncProperty(
        parts.chain((data) =>
          fc.tuple(
            fc.constant(data),
            fc.shuffledSubarray(
              data.map((_, i) => i),
              { minLength: data.length },
            ),
          ),
        ),
        async ([data, order]) => {
          const { merged, whole } = await both(header, data, order, { slices: ['s', 'any'], target: 'x' })
          expect(withoutFiles(merged)).toBe(withoutFiles(whole))
          expect(merged.files).toEqual(whole.files)
        },
      ),
      { numRuns: 12 },
    )
  }, 120_000)
})

describe('what does not fit into memory takes the same way', () => {
  test('numbers, texts and rows by the ten thousand, in parts by files and by rows', async () => {
    const row = `SELECT i AS id, (hash(i) % 100003) / 8.0 AS x, 'text ' || hash(i + 1) % 30000 AS t, hash(i + 2) % 7 AS k,
      CASE WHEN i % 100 = 0 THEN '1.50' WHEN i % 3 = 0 THEN NULL ELSE CAST(hash(i + 3) % 50 AS VARCHAR) END AS m,
      md5(CAST(i % 110000 AS VARCHAR)) AS u, DATE '2020-01-01' + CAST(hash(i + 4) % 2000 AS INTEGER) AS d FROM range(130000) r(i)`
    const names = ['big-1.csv', 'big-2.csv', 'big-3.csv']
    for (const [i, name] of names.entries()) {
      await bench.engine.run(
        `COPY (SELECT * FROM (${row}) WHERE id % 3 = ${i}) TO '${bench.files.resolve(name)}' (FORMAT csv, HEADER)`,
      )
    }
    const options = { id: 'id', target: 'k', slices: ['k'] }
    const whole = await bench.profile(names, options)
    expect(whole.associations?.sample).toMatchObject({ of: 130_000 })
    expect(whole.associations?.sample.rows).toBeGreaterThanOrEqual(5000)
    expect(whole.associations?.sample.rows).toBeLessThan(5100)
    for (const count of [2, 5]) {
      const states: string[] = []
      for (let index = 1; index <= count; index++) {
        const path = `big-${index}.parquet`
        const input = { name: 'train', source: names, options, shard: { index, of: count } }
        const head = await writeProfileState(bench.engine, bench.files, input, path)
        expect(head.shard?.by).toBe(count === 2 ? 'files' : 'rows')
        states.unshift(path)
      }
      const { profile } = await mergeProfileStates(bench.engine, bench.files, states)
      expect(withoutFiles(profile)).toBe(withoutFiles(whole))
      expect(profile.files).toEqual(whole.files)
    }
  }, 120_000)
})

describe('types that parts see differently', () => {
  const types = async (...parts: string[][]) => {
    const { merged, whole } = await both(
      ['a'],
      parts.map((values) => values.map((value) => [value])),
      parts.map((_, i) => i).reverse(),
    )
    expect(withoutFiles(merged)).toBe(withoutFiles(whole))
    return merged.columns[0]
  }
  // Python: 2**53 + 1 is no double, so that as numbers both are 9007199254740992.
  test.each([
    [
      'integers and numbers',
      [
        ['1', '2'],
        ['2.50', '1.0'],
      ],
      'number',
      3,
    ],
    ['integers beyond 2⁵³', [['9007199254740993'], ['9007199254740992']], 'integer', 2],
    ['the same beside a fraction', [['9007199254740993'], ['9007199254740992'], ['0.5']], 'number', 2],
    ['dates and timestamps', [['2024-01-01'], ['2024-01-01T00:00:00Z', '2024-01-02 03:04:05']], 'timestamp', 2],
    ['numbers and text keep the texts', [['1.0', '1', '1e0'], ['x']], 'string', 4],
    [
      'truth values and text',
      [
        ['true', 'True'],
        ['TRUE', 'maybe'],
      ],
      'string',
      4,
    ],
    ['nothing but nan here, numbers there', [['nan', 'NaN'], ['1']], 'number', 1],
    ['nothing here, dates there', [['', ''], ['2024-01-01']], 'date', 1],
    ['dates and numbers', [['2024-01-01'], ['5']], 'string', 2],
  ])('%s', async (_, parts, type, distinct) => {
    expect(await types(...parts)).toMatchObject({ type, distinct })
  })

  test('rows are the same when their typed values are, however they are written', async () => {
    const { merged } = await both(
      ['a', 'b'],
      [
        [
          ['1', '1.0'],
          ['1', '1'],
        ],
        [
          ['1.0', '1'],
          ['2', 'x'],
        ],
      ],
      [0, 1],
    )
    // pandas 3.0: a is a number, b is text: ("1", "1.0"), ("1", "1") and ("1.0", "1"), of which the last two are one.
    expect(merged.duplicates).toEqual({ extra: 1, groups: 1, members: 2 })
  })

  test('declared types, with what is not written so', async () => {
    const types = new Map([['a', 'integer' as const]])
    await bench.write('d1.csv', 'a,b\n1,x\n1.0,x\n,y\n')
    await bench.write('d2.csv', 'a,b\nz,x\n1,x\n01,x\n1.0,x\n')
    for (const name of ['d1', 'd2']) {
      const input = { name: 'train', source: `${name}.csv`, types, options: {}, shard: null }
      await writeProfileState(bench.engine, bench.files, input, `${name}.parquet`)
    }
    const { profile } = await mergeProfileStates(bench.engine, bench.files, ['d2.parquet', 'd1.parquet'])
    expect(withoutFiles(profile)).toBe(withoutFiles(await bench.profile(['d1.csv', 'd2.csv'], { types })))
    expect(profile.columns[0]).toMatchObject({ type: 'integer', invalid: 4, missing: 1, distinct: 1 })
    expect(profile.duplicates).toEqual({ extra: 2, groups: 2, members: 4 })
  })

  test('Parquet keeps its types', async () => {
    await bench.parquet(
      'p1.parquet',
      "SELECT 9007199254740993 AS i, 1.5::DOUBLE AS x, '1.0' AS s, true AS b UNION ALL SELECT 9007199254740992, '-0'::DOUBLE, '1', NULL",
    )
    await bench.parquet(
      'p2.parquet',
      "SELECT 9007199254740993 AS i, 1.5::DOUBLE AS x, '1.0' AS s, true AS b UNION ALL SELECT 5, 'nan'::DOUBLE, 'x', false",
    )
    for (const i of [1, 2]) {
      const input = { name: 'train', source: `p${i}.parquet`, options: {}, shard: null }
      await writeProfileState(bench.engine, bench.files, input, `s${i}.parquet`)
    }
    const { profile } = await mergeProfileStates(bench.engine, bench.files, ['s1.parquet', 's2.parquet'])
    expect(withoutFiles(profile)).toBe(withoutFiles(await bench.profile(['p1.parquet', 'p2.parquet'])))
    expect(profile.duplicates.extra).toBe(1)
    expect(profile.columns.map(({ type }) => type)).toEqual(['integer', 'number', 'string', 'boolean'])
  })
})

describe('states that are not the parts of one dataset', () => {
  const state = async (name: string, text: string, more: Partial<Parameters<typeof writeProfileState>[2]> = {}) => {
    await bench.write(`${name}.csv`, text)
    const input = { name: 'train', source: `${name}.csv`, options: {}, shard: null, ...more }
    await writeProfileState(bench.engine, bench.files, input, `${name}.parquet`)
    return `${name}.parquet`
  }
  const refusal = async (...paths: string[]): Promise<string[]> => {
    const error: unknown = await mergeProfileStates(bench.engine, bench.files, paths).catch((thrown) => thrown)
    if (!(error instanceof UserError)) throw error
    for (const { cure } of error.problems) expect(cure).toBeTruthy()
    return error.problems.map(({ where, message }) => `${where ?? ''}: ${message}`)
  }

  test('every difference is named', async () => {
    const a = await state('a', 'x,y\n1,2\n')
    const b = await state('b', 'x,z\n1,2\n', { options: { id: 'x' }, types: new Map([['x', 'string']]) })
    expect(await refusal(a, b)).toEqual([
      'b.parquet: `id` is "x", and null in a.parquet',
      'b.parquet: `reading` is "{\\"types\\":[[\\"x\\",\\"string\\"]]}", and "{\\"types\\":[]}" in a.parquet',
      'b.parquet: the column "x" is string, and text in a.parquet',
      'b.parquet: the column "y" of a.parquet is not there',
      'b.parquet: the column "z" is not in a.parquet',
    ])
  })

  test('rows never count twice, and no part is missing', async () => {
    const a = await state('a', 'x\n1\n')
    expect(await refusal(a, a)).toEqual(['a.parquet: a.csv is in a.parquet too: its rows would count twice'])
    const third = await state('c', 'x\n1\n2\n3\n', { shard: { index: 3, of: 4 } })
    expect(await refusal(third)).toEqual([': parts 1, 2, 4 of 4 are missing'])
    expect(await refusal(a, third)).toEqual(['a.parquet: it is not one of the 4 parts by rows that c.parquet is of'])
  })

  test('a file that is no state, is cut off or was changed', async () => {
    const a = await state('a', 'x\n1\n2\n')
    await bench.write('no.parquet', 'PAR1 this is not Parquet PAR1')
    expect(await refusal('no.parquet')).toEqual(['no.parquet: no.parquet is not the state of a profile'])
    await bench.parquet('other.parquet', 'SELECT 1 AS x')
    expect(await refusal('other.parquet')).toEqual(['other.parquet: other.parquet is not the state of a profile'])
    const at = bench.files.resolve(a)
    await bench.parquet(
      'changed.parquet',
      `SELECT * REPLACE (CASE WHEN t = '2' THEN '3' ELSE t END AS t) FROM read_parquet('${at}')`,
    )
    expect(await refusal('changed.parquet')).toEqual([
      'changed.parquet: changed.parquet is damaged: its digest is not that of its content',
    ])
    await bench.parquet(
      'newer.parquet',
      `SELECT * REPLACE (replace(t, 'profile-state/1', 'profile-state/2') AS t) FROM read_parquet('${at}')`,
    )
    expect(await refusal('newer.parquet')).toEqual([
      'newer.parquet: newer.parquet has schema "plumbline.profile-state/2", expected "plumbline.profile-state/1"',
    ])
    await bench.parquet(
      'version.parquet',
      `SELECT * REPLACE (replace(t, '"engine":"', '"engine":"0') AS t) FROM read_parquet('${at}')`,
    )
    expect((await refusal('version.parquet'))[0]).toMatch(/^version.parquet: version.parquet was written by Plumbline /)
    expect(await refusal()).toEqual([': no state is named'])
  })
})

test('hostile names and values go through a state unharmed', async () => {
  const header = ['"; DROP TABLE x; --', "it's", '<b>', '::set-output name=a::b']
  const rows = [
    ["'); DROP TABLE t; --", 'a\tb', '\u202e', '{"a":[1]}'],
    ['"', '', '[1, 2]', 'NULL'],
  ]
  const { merged, whole } = await both(
    header.map((name) => `"${name.replaceAll('"', '""')}"`),
    [rows, rows],
    [1, 0],
  )
  expect(withoutFiles(merged)).toBe(withoutFiles(whole))
  expect(merged.columns.map(({ name }) => name)).toEqual(header)
})
