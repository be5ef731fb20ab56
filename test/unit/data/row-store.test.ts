import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { storedColumns } from '../../../shared/data/dataset.js'
import { dropRows } from '../../../shared/data/engine/row-store.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const csv = (columns: number, rows: number) =>
  [
    Array.from({ length: columns }, (_, i) => `k${i}`).join(','),
    ...Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, i) => row * columns + i).join(',')),
  ].join('\n')

/** Parquet files in the folder that the engine spills to. */
async function kept(): Promise<string[]> {
  const [row] = await bench.engine.all("SELECT current_setting('temp_directory') AS folder")
  const folder = String(row?.folder)
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^dataset_.*\.parquet$/.test(name)) : []
}

test.each([
  [3, 1],
  [100, 1],
  [101, 0],
  [501, 0],
])('%i columns lie in %i file, every row with its index, and go when they are let go', async (columns, files) => {
  const dataset = await bench.load(await bench.write('wide.csv', csv(columns, 300)), { apart: ['k0'] })
  expect(await kept()).toHaveLength(files)
  const { table } = dataset
  expect(
    await bench.engine.all(
      `SELECT count(*) AS n, count(*) FILTER (WHERE c1 = rowid * ${columns} + 1) AS right FROM ${table}`,
    ),
  ).toEqual([{ n: 300, right: 300 }])
  const copied = await bench.engine.all(`SELECT * FROM (SELECT ${storedColumns(dataset)} FROM ${table}) LIMIT 1`)
  expect(Object.keys(copied[0] ?? {}).slice(-1)).toEqual(['content'])
  await dropRows(bench.engine, table, columns)
  expect(await kept()).toEqual([])
  await expect(bench.engine.all(`SELECT 1 FROM ${table}`)).rejects.toThrow(/does not exist/)
})

test('values of every type come back as they went in', async () => {
  const path = await bench.parquet(
    'types.parquet',
    `SELECT * FROM (VALUES (1::BIGINT, 'nan'::DOUBLE, DATE '0001-01-01', TIMESTAMP '9999-12-31 23:59:59.999999', true, 'a' || chr(10) || '"é𝄞'),
      (-9223372036854775808, '-inf'::DOUBLE, DATE '9999-12-31', TIMESTAMP '1969-12-31 23:59:59.999999', false, ' '),
      (9223372036854775807, -0.0::DOUBLE, NULL, NULL, NULL, NULL)) t(i, x, d, ts, b, s)`,
  )
  const { table } = await bench.load(path)
  expect(
    await bench.engine.all(
      `SELECT c0::VARCHAR AS i, c1::VARCHAR AS x, c2::VARCHAR AS d, c3::VARCHAR AS ts, c4 AS b, c5 AS s FROM ${table} ORDER BY rowid`,
    ),
  ).toEqual([
    { i: '1', x: 'nan', d: '0001-01-01', ts: '9999-12-31 23:59:59.999999', b: true, s: 'a\n"é𝄞' },
    { i: '-9223372036854775808', x: '-inf', d: '9999-12-31', ts: '1969-12-31 23:59:59.999999', b: false, s: ' ' },
    { i: '9223372036854775807', x: '-0.0', d: null, ts: null, b: null, s: null },
  ])
  // Statistics of row groups must not hide what is not finite.
  expect(
    await bench.engine.all(
      `SELECT count(*) FILTER (WHERE NOT isfinite(c1)) AS some, count(*) FILTER (WHERE c1 < 0) AS low FROM ${table}`,
    ),
  ).toEqual([{ some: 2, low: 1 }])
  expect(await bench.engine.all(`SELECT rowid AS row FROM ${table} WHERE c1 > 1e300 OR isnan(c1)`)).toEqual([
    { row: 0 },
  ])
})

describe('rows that may stay in their file', () => {
  const VALUES = `SELECT i AS id, i / 7 AS x, CASE WHEN i % 5 = 0 THEN NULL ELSE 'é' || i END AS s, DATE '2020-01-01' + (i % 900)::INTEGER AS d, (i / 3)::DECIMAL(9, 2) AS m FROM range(9000) t(i)`
  const rowsOf = (table: string) =>
    bench.engine.all(`SELECT c0, c1, c2, c3::VARCHAR AS c3, c4, rowid AS row FROM ${table} ORDER BY rowid`)

  test('are not copied, and are the same as a copy', async () => {
    const path = await bench.parquet('stay.parquet', VALUES)
    const before = await kept()
    const staying = await bench.load(path, { inPlace: true })
    expect(await kept()).toEqual(before)
    const copied = await bench.load(path)
    expect((await kept()).length).toBe(before.length + 1)
    expect({ ...staying, table: '' }).toEqual({ ...copied, table: '' })
    expect(await rowsOf(staying.table)).toEqual(await rowsOf(copied.table))
    for (const { table } of [staying, copied]) await dropRows(bench.engine, table, 5)
  })

  test.each([
    ['a column needs a look at its values', 'declared.parquet', { types: new Map([['s', 'number' as const]]) }],
    ['texts stand for missing values', 'missing.parquet', {}],
    ['whole rows are compared', 'apart.parquet', { apart: ['id'] }],
  ])('are copied where %s', async (_, name, options) => {
    const path = await bench.parquet(name, VALUES)
    const before = (await kept()).length
    const { table } = await bench.load(
      { path, missing: name === 'missing.parquet' ? ['é7'] : [] },
      { ...options, inPlace: true },
    )
    expect((await kept()).length).toBe(before + 1)
    await dropRows(bench.engine, table, 5)
  })

  test('are copied out of several files', async () => {
    for (const part of ['a', 'b']) await bench.parquet(`parts/${part}.parquet`, VALUES)
    const { table, rows } = await bench.load('parts/*.parquet', { inPlace: true })
    expect(rows).toBe(18_000)
    expect(await bench.engine.all(`SELECT count(DISTINCT rowid) AS n FROM ${table}`)).toEqual([{ n: 18_000 }])
    await dropRows(bench.engine, table, 5)
  })

  test('a page that cannot be read is told when they are loaded', async () => {
    const path = await bench.parquet('torn.parquet', VALUES)
    const bytes = readFileSync(join(bench.root, path))
    bytes.fill(0xff, 2000, 6000)
    await bench.write('torn.parquet', bytes)
    await expect(bench.load(path, { inPlace: true })).rejects.toThrow(/torn\.parquet/)
  })
})
