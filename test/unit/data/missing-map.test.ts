import { measureMissingMap } from '../../../shared/data/missing-map.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

test('counts by column and block, most missing first', async () => {
  // Ten rows in three blocks by floor(r · 3 / 10): rows 1–4, 5–7, 8–10.
  await bench.write(
    'm.csv',
    'full,few,most,odd\n1,1,,1.5\n1,,,nan\n1,1,,2.5\n1,1,,inf\n1,1,1,3.5\n1,1,1,4.5\n1,1,,5.5\n1,1,,6.5\n1,1,,\n1,1,,7.5\n',
  )
  const map = await measureMissingMap(bench.engine, await bench.load('m.csv'), { blocks: 3 })
  expect(map).toEqual({
    blocks: [
      { first: 1, rows: 4 },
      { first: 5, rows: 3 },
      { first: 8, rows: 3 },
    ],
    columns: [
      { name: 'most', missing: 8, counts: [4, 1, 3] },
      { name: 'odd', missing: 3, counts: [2, 0, 1] },
      { name: 'few', missing: 1, counts: [1, 0, 0] },
    ],
    more: 0,
  })
})

test('a value that is there but not of its type is not missing', async () => {
  await bench.write('t.csv', 'a\n1\nx\n""\n')
  const dataset = await bench.load('t.csv', { types: new Map([['a', 'integer']]) })
  expect((await measureMissingMap(bench.engine, dataset)).columns).toEqual([
    { name: 'a', missing: 1, counts: [0, 0, 1] },
  ])
})

test('fewer rows than blocks, and nothing missing', async () => {
  await bench.write('s.csv', 'a\n1\n2\n')
  expect(await measureMissingMap(bench.engine, await bench.load('s.csv'))).toEqual({
    blocks: [
      { first: 1, rows: 1 },
      { first: 2, rows: 1 },
    ],
    columns: [],
    more: 0,
  })
})

test('of 250 columns the worst sixty, and how many more there are', async () => {
  const names = Array.from({ length: 250 }, (_, i) => `c${i}`)
  // Column i is missing in the first i of 250 rows.
  const rows = Array.from({ length: 250 }, (_, r) => names.map((_, i) => (r < i ? '' : '1')).join(','))
  await bench.write('w.csv', `${names.join(',')}\n${rows.join('\n')}\n`)
  const map = await measureMissingMap(bench.engine, await bench.load('w.csv'), { blocks: 50, columns: 60 })
  expect(map.columns.map(({ name }) => name)).toEqual(Array.from({ length: 60 }, (_, i) => `c${249 - i}`))
  expect(map.more).toBe(189)
  expect(map.blocks).toHaveLength(50)
  for (const { missing, counts } of map.columns) expect(counts.reduce((sum, n) => sum + n, 0)).toBe(missing)
  expect(map.columns[0]?.counts.slice(-2)).toEqual([5, 4])
})
