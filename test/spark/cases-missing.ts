import { join } from 'node:path'
import { loadDataset } from '../../shared/data/dataset.js'
import { profileTable } from '../../shared/data/profile.js'
import { fakeContext } from '../support/context.js'
import type { Both } from './support.js'

const CSV = 'a,b,c\n1,,x\n"",NA,"NA"\n-999,"NA",""\n2,y,n/a\n'
const JSON_LINES = '{"a":null,"b":"","n":-999}\n{"b":"NA","n":1}\n{"a":"","b":null,"n":null}\n{"a":"x","b":"y","n":2}\n'
const PARQUET = `SELECT * FROM (VALUES ('a', 1::BIGINT, 1.5::DOUBLE, DATE '2024-01-02'), ('', -999, -999, NULL),
  (NULL, NULL, 'nan', DATE '2024-01-04'), ('NA', 2, NULL, DATE '1900-01-01')) t(s, i, x, d)`

/** Kinds of missing values, in every format. */
export function missingCases(both: Both): void {
  test.each(['k.csv', 'k.jsonl', 'k.parquet'])('missing values of %s are of the same kinds', async (path) => {
    const fake = await fakeContext({ files: { 'k.csv': CSV, 'k.jsonl': JSON_LINES } })
    try {
      await both.duckdb.run(`COPY (${PARQUET}) TO '${join(fake.root, 'k.parquet')}' (FORMAT parquet)`)
      const source = { path, missing: ['NA', '-999', '1900-01-01', 'NaN'] }
      const [expected, found] = await Promise.all(
        [both.duckdb, both.spark].map(async (engine) => {
          const dataset = await loadDataset(engine, fake.ctx.files, 'train', source)
          const { columns, duplicates } = await profileTable(engine, dataset)
          return [duplicates, columns.map(({ name, type, missing, missingBy }) => ({ name, type, missing, missingBy }))]
        }),
      )
      expect(JSON.stringify(expected)).toContain('"token":1')
      expect(found).toEqual(expected)
    } finally {
      await fake.cleanup()
    }
  })
}
