import { findPartitions } from '../../../shared/data/read/partitions.js'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

test('keys and values of paths', () => {
  expect(
    findPartitions(
      ['d/year=2024/city=New%20York/a.csv', 'd/year=2023/city=__HIVE_DEFAULT_PARTITION__/b.csv'],
      undefined,
    ),
  ).toEqual({
    names: ['year', 'city'],
    values: [
      ['2024', 'New York'],
      ['2023', null],
    ],
  })
  expect(findPartitions(['d/a.csv'], undefined)).toBeNull()
  expect(findPartitions(['y=1/a.csv', 'y=1/m=2/a.csv'], undefined)).toBeNull()
  expect(findPartitions(['m=1/y=1/a.csv', 'y=1/m=2/a.csv'], undefined)).toBeNull()
  expect(findPartitions(['y=1/a.csv'], false)).toBeNull()
  expect(findPartitions(['p=100%/a=b=c/=x/f.csv'], true)).toEqual({ names: ['p', 'a'], values: [['100%', 'b=c']] })
  expect(() => findPartitions(['d/a.csv'], true)).toThrow('the folders of the data are not Hive partitions')
  expect(() => findPartitions(['y=1/y=2/a.csv'], true)).toThrow('the folders of the data are not Hive partitions')
})

test.each(['csv', 'jsonl', 'parquet'])('columns of folders are typed by their text, in %s', async (format) => {
  const folders = ['month=01/day=2024-01-31/it%27s=a%2Fb', 'month=2/day=2024-02-01/it%27s=x']
  for (const [i, folder] of folders.entries()) {
    const path = `${format}/${folder}/part.${format}`
    if (format === 'csv') await bench.write(path, `v\n${i}\n`)
    else if (format === 'jsonl') await bench.write(path, `{"v":${i}}\n`)
    else await bench.parquet(path, `SELECT ${i} AS v`)
  }
  const dataset = await bench.load(`${format}/**/*.${format}`)
  expect(typesOf(dataset)).toEqual({ v: 'integer', month: 'string', day: 'date', "it's": 'string' })
  expect(
    await bench.engine.all(`SELECT c0, c1, CAST(c2 AS VARCHAR) AS c2, c3 FROM ${dataset.table} ORDER BY rowid`),
  ).toEqual([
    { c0: 0, c1: '01', c2: '2024-01-31', c3: 'a/b' },
    { c0: 1, c1: '2', c2: '2024-02-01', c3: 'x' },
  ])
  expect((await bench.load({ path: `${format}/**/*.${format}`, hive: false })).columns.map(({ name }) => name)).toEqual(
    ['v'],
  )
})

test('folders with other keys', async () => {
  await bench.write('o/k=1/a.csv', 'v\n1\n')
  await bench.write('o/k=2/j=1/a.csv', 'v\n1\n')
  expect(await bench.problems({ path: 'o/**/*.csv', hive: true })).toEqual([
    'o/k=2/j=1/a.csv: its partition keys (k/j) are not those of o/k=1/a.csv (k)',
  ])
})

test('a partition is a column for missing tokens, and one that is in the file too is an error with both places', async () => {
  await bench.write('t/k=NA/a.csv', 'v\n1\n')
  await bench.write('t/k=5/a.csv', 'v\n2\n')
  expect(typesOf(await bench.load({ path: 't/**/*.csv', missing: { k: ['NA'] } }))).toEqual({
    v: 'integer',
    k: 'integer',
  })
  await bench.write('c/v=1/a.csv', 'v,w\n1,2\n')
  expect(await bench.problems('c/**/*.csv')).toEqual([
    'c/v=1/a.csv:1: the column "v" stands in the file and in its path c/v=1/a.csv',
  ])
  await bench.write('m/k=1/a.csv', 'v\n1\n')
  await bench.write('m/b.csv', 'v\n1\n')
  expect(await bench.problems({ path: 'm/**/*.csv', hive: true })).toEqual([
    'm/b.csv: no folder of it is named like year=2024',
  ])
})
