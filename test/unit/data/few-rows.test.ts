import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Config } from '../../../shared/contracts/config.js'
import { createFiles } from '../../../shared/core/files.js'
import { areFew } from '../../../shared/data/read/few-rows.js'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plumbline-few-'))
  for (const name of ['a.csv', 'b.jsonl', 'c.parquet', 'd.csv.gz']) await writeFile(join(root, name), 'a\n1\n')
  await writeFile(join(root, 'half.csv'), '')
  await truncate(join(root, 'half.csv'), 12_000_000)
})
afterAll(() => rm(root, { recursive: true, force: true }))

test.each([
  [true, { train: 'a.csv' }],
  [true, { train: ['a.csv', 'b.jsonl'], test: { path: 'a.csv', delimiter: ';' } }],
  [true, { train: 'half.csv', baseline: { data: 'a.csv' } }],
  [false, { train: 'half.csv', baseline: { data: 'half.csv' } }],
  [false, { train: ['half.csv', 'half.csv'] }],
  [false, { train: 'c.parquet' }],
  [false, { train: 'd.csv.gz' }],
  [false, { train: '*.csv' }],
  [false, { train: 'none.csv' }],
  [false, { train: 'a.csv', test: { database: 'x.duckdb', table: 't' } }],
  [false, {}],
])('%s for %j', async (few, data) => {
  const config = Config.parse({ model: 'm', data })
  expect(await areFew(createFiles(root), config.data)).toBe(few)
})
