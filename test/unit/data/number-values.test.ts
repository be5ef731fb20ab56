import fc from 'fast-check'
import type { ColumnType } from '../../../shared/contracts/data-contract.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { sharedTable, sideBySide } from '../../../shared/data/engine/engine.js'
import { profileColumn } from '../../../shared/data/profile/column.js'
import { detailFor } from '../../../shared/data/profile/detail.js'
import { mostFrequentNumbers, readNumbers } from '../../../shared/data/profile/number-values.js'
import type { ColumnSource } from '../../../shared/data/profile/values.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const SQL = { integer: 'BIGINT', number: 'DOUBLE', date: 'DATE', timestamp: 'TIMESTAMP' } as const

const sourceOf = (type: ColumnType, from: string, rows: number, oneByOne = true): ColumnSource => ({
  name: 'x',
  type,
  raw: `SELECT v, 1 AS n FROM ${from}`,
  values: `SELECT v, count(*) AS n FROM ${from} GROUP BY 1`,
  rows,
  oneByOne,
  invalid: 0,
})

const valuesOf = (type: keyof typeof SQL, texts: readonly (string | null)[]): string =>
  `(SELECT CAST(col0 AS ${SQL[type]}) AS v FROM (VALUES ${texts.map((text) => `(${text === null ? 'NULL' : `'${text}'`})`).join(', ')}))`

async function read(type: keyof typeof SQL, texts: readonly (string | null)[]) {
  const found = await readNumbers(bench.engine, sourceOf(type, valuesOf(type, texts), texts.length))
  return found === null ? null : { numbers: [...found.numbers], ends: [...found.ends], nonFinite: found.nonFinite }
}

const FINITE = { nan: 0, positive: 0, negative: 0 }

// Days since 1970-01-01 by Python 3.12: (datetime.date(2024, 2, 29) - datetime.date(1970, 1, 1)).days is 19782.
test('numbers ascend, each once, with how many are at most as large; what is not finite is counted apart', async () => {
  expect(await read('integer', ['3', null, '-2', '3', '0'])).toEqual({
    numbers: [-2, 0, 3],
    ends: [1, 2, 4],
    nonFinite: FINITE,
  })
  expect(await read('number', ['0.5', 'nan', 'inf', '-inf', 'nan', '-0.5', '0.5'])).toEqual({
    numbers: [-0.5, 0.5],
    ends: [1, 3],
    nonFinite: { nan: 2, positive: 1, negative: 1 },
  })
  expect(await read('date', ['2024-02-29', '1969-12-31'])).toEqual({
    numbers: [-1, 19782],
    ends: [1, 2],
    nonFinite: FINITE,
  })
  expect(await read('timestamp', ['2024-02-29 12:00:00', '2024-02-29 06:00:00'])).toEqual({
    numbers: [19782.25, 19782.5],
    ends: [1, 2],
    nonFinite: FINITE,
  })
  expect(await read('number', [null, null])).toEqual({ numbers: [], ends: [], nonFinite: FINITE })
})

test('what is not a double of its own is left to the engine, and so is what stands there more than once', async () => {
  expect(await read('integer', ['9007199254740991', '1'])).toMatchObject({ numbers: [1, 9007199254740991] })
  // 2⁵³ + 1 would be 2⁵³.
  expect(await read('integer', ['9007199254740993', '9007199254740992'])).toBeNull()
  expect(await read('timestamp', ['9999-12-31 00:00:00'])).toBeNull()
  const source = sourceOf('integer', valuesOf('integer', ['1']), 1, false)
  expect(await readNumbers(bench.engine, source)).toBeNull()
  expect(await readNumbers(bench.engine, { ...source, oneByOne: true, rows: 8_000_001 })).toBeNull()
})

const VALUES: Readonly<Record<keyof typeof SQL, string>> = {
  integer: '(hash(i + s) % 60000)::BIGINT - 30000',
  number: `CASE WHEN i % 97 = 0 THEN 'nan'::DOUBLE WHEN i % 89 = 0 THEN NULL ELSE ((hash(i + s) % 90000)::DOUBLE - 45000) / 7 END`,
  date: `CASE WHEN i % 5 = 0 THEN NULL ELSE DATE '1700-01-01' + (hash(i + s) % 100000)::INT END`,
  timestamp: `TIMESTAMP '1999-12-31 23:59:59.5' + to_microseconds((hash(i + s) % 90000000000)::BIGINT)`,
}

test('the profile is the same to the last bit whether the numbers are in memory or in the engine', async () => {
  const detail = detailFor(1)
  const rows = 40_000
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('integer', 'number', 'date', 'timestamp'),
      fc.integer({ min: 1, max: 1e6 }),
      async (type, seed) => {
        const from = `(SELECT ${VALUES[type].replaceAll('s)', `${seed})`)} AS v FROM range(${rows}) t(i))`
        const [own, engines] = [true, false].map((oneByOne) => sourceOf(type, from, rows, oneByOne)) as [
          ColumnSource,
          ColumnSource,
        ]
        expect(await readNumbers(bench.engine, own)).not.toBeNull()
        expect(await profileColumn(bench.engine, own, { detail })).toEqual(
          await profileColumn(bench.engine, engines, { detail }),
        )
      },
    ),
    { numRuns: 12, seed: 3 },
  )
})

describe('two lines of one engine', () => {
  test('see the same tables, but not the temporary ones of each other', async () => {
    await bench.engine.run('CREATE OR REPLACE TABLE seen AS SELECT 42 AS x')
    const [a, b] = await sideBySide(
      bench.engine,
      true,
      async (own) => {
        await own.run('CREATE OR REPLACE TEMP TABLE mine AS SELECT 1 AS x')
        return own.all('SELECT x FROM mine')
      },
      async (own) => {
        await own.run('CREATE OR REPLACE TEMP TABLE mine AS SELECT x FROM seen')
        return own.all("SELECT x, current_setting('TimeZone') AS zone FROM mine")
      },
    )
    expect([a, b]).toEqual([[{ x: 1 }], [{ x: 42, zone: 'UTC' }]])
  })

  test('both come to an end before the first error is told', async () => {
    const done: string[] = []
    const second = async (own: DataEngine) => {
      await own.all('SELECT sum(range) FROM range(100000)')
      done.push('second')
    }
    await expect(sideBySide(bench.engine, true, (own) => own.all('SELECT no_such_column'), second)).rejects.toThrow(
      /no_such_column/,
    )
    expect(done).toEqual(['second'])
  })

  test('there is one line where two are not wanted', async () => {
    const lines = await sideBySide(
      bench.engine,
      false,
      async (own) => own,
      async (own) => own,
    )
    expect(lines).toEqual([bench.engine, bench.engine])
  })
})

// By hand: counts fall, and among equal counts texts ascend by their bytes.
test('the most frequent whole numbers come by their count, ties by their text', async () => {
  const texts = ['10', '9', '2', '-1', '2', '-1', '9007199254740991']
  const found = await readNumbers(bench.engine, sourceOf('integer', valuesOf('integer', texts), texts.length))
  expect(found === null ? null : await mostFrequentNumbers(bench.engine, 'integer', found, 4)).toEqual([
    { value: '-1', count: 2 },
    { value: '2', count: 2 },
    { value: '10', count: 1 },
    { value: '9', count: 1 },
  ])
})

test('so they do where they stand there very often, and where there are fewer than are asked for', async () => {
  const often = {
    kind: 'numbers' as const,
    distinct: 4,
    numbers: Float64Array.of(1, 2, 3, 4),
    ends: Uint32Array.of(70_000, 70_001, 140_001, 205_536),
    table: '(SELECT 0 AS v, 0 AS n)',
    values: '(SELECT 0 AS v, 0 AS n)',
    nonFinite: FINITE,
  }
  const top = (most: number) => mostFrequentNumbers(bench.engine, 'integer', often, most)
  expect(await top(1)).toEqual([{ value: '1', count: 70_000 }])
  expect(await top(9)).toEqual([
    { value: '1', count: 70_000 },
    { value: '3', count: 70_000 },
    { value: '4', count: 65_535 },
    { value: '2', count: 1 },
  ])
})

test('a shared table is seen by both lines, whichever made it', async () => {
  const { engine } = bench
  const other = (await engine.beside?.()) ?? engine
  const { create, name } = sharedTable(other, 'seen_by_both')
  await other.run(`${create} AS SELECT 7 AS x`)
  expect(await engine.all(`SELECT x FROM ${sharedTable(engine, 'seen_by_both').name}`)).toEqual([{ x: 7 }])
  await engine.run(`DROP TABLE ${name}`)
})
