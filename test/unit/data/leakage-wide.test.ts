import { loadDataset } from '../../../shared/data/dataset.js'
import { measureNearRows } from '../../../shared/data/leakage/near-rows.js'
import { measurePowerChange } from '../../../shared/data/leakage/power-change.js'
import type { Side } from '../../../shared/data/leakage/sides.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** A table of so many columns `c0 …` and a label, straight from a query of the row number i. */
async function side(name: string, rows: number, columns: number, cell: (c: number) => string): Promise<Side> {
  const cells = Array.from({ length: columns }, (_, c) => `${cell(c)} AS c${c}`)
  await bench.parquet(
    `${name}.parquet`,
    `SELECT ${cells.join(', ')}, ['no', 'yes'][1 + i % 2] AS y FROM range(${rows}) r(i)`,
  )
  const dataset = await loadDataset(bench.engine, bench.files, name, `${name}.parquet`)
  // What is known of a few columns is enough.
  const some = dataset.columns.filter((column) => ['c0', 'c1', 'y'].includes(column.name))
  return { dataset, profile: await profileTable(bench.engine, { ...dataset, columns: some }) }
}

test('rows of 2,100 features are compared: the engine takes expressions of 1,000 levels', async () => {
  const names = Array.from({ length: 2100 }, (_, c) => `c${c}`)
  // Flags: what is compared of them is the shortest.
  const train = await side('train', 3, 2100, (c) => `(i + ${c}) % 3 = 0`)
  const test = await side('test', 1, 2100, (c) => `(i + ${c}) % 3 = 1`)
  const found = await measureNearRows(bench.engine, train, test, names)
  expect(found).toMatchObject({ reason: null, features: 2100, leftOut: 40, rows: 1 })
})

test('of many features those of a kind are hashed together, with what a few would give', async () => {
  const kinds = (c: number) => [
    `(i * ${c + 7919}) % 10007 / 7.0`,
    `(i * ${c + 31}) % 89`,
    `'Word ' || (i * ${c + 3}) % 53 || '.'`,
    `(i + ${c}) % 3 = 0`,
  ]
  const cell = (c: number) => kinds(c)[c % 4] as string
  const planted = (c: number) => {
    if (c === 2) return `CASE WHEN i = 1 THEN upper(${cell(c)}) ELSE ${cell(c)} END`
    // One value in a thousand and less is rounded away.
    if (c === 4) return `CASE WHEN i = 2 THEN (${cell(c)}) * 1.00001 ELSE ${cell(c)} END`
    return c === 0 ? `CASE WHEN i IN (3, 4) THEN 5.5 ELSE ${cell(c)} END` : cell(c)
  }
  for (const columns of [60, 160]) {
    const names = Array.from({ length: columns }, (_, c) => `c${c}`)
    const train = await side(`many${columns}`, 50, columns, cell)
    const test = await side(`more${columns}`, 8, columns, planted)
    const found = await measureNearRows(bench.engine, train, test, names)
    // Rows 0 and 5 to 7 are equal, 1 and 2 but for spelling and rounding, 3 and 4 in all features but one.
    expect(found).toMatchObject({ reason: null, features: columns, rows: 8, normalised: 2, allButOne: 2, inTrain: 0 })
  }
})

test('power is compared between tables that lie in the catalog of wide ones', async () => {
  const cell = (c: number) => (c === 0 ? 'i % 2' : `(i * ${c + 3}) % 7`)
  const [train, test] = [await side('wide', 240, 510, cell), await side('wider', 240, 510, cell)]
  expect(train.dataset.table).toContain('.')
  const found = await measurePowerChange(bench.engine, train, test, { name: 'y', kind: 'class' }, ['c0', 'c1'])
  expect(found.map(({ feature, n }) => [feature, n])).toEqual([
    ['c0', 240],
    ['c1', 240],
  ])
  expect(found[0]).toMatchObject({ train: 1, test: 1 })
})
