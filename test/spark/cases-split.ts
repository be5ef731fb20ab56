import { EngineError } from '../../shared/data/engine/engine.js'
import { literal } from '../../shared/data/engine/sql.js'
import { csv } from '../unit/validate-data/support.js'
import type { Both } from './support.js'

export function splitCases(both: Both): void {
  test('duplicates, overlap, leakage and the balance of labels are those of DuckDB', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => [
      i,
      i % 40,
      `word ${i % 20}`,
      i % 4 === 0 ? 'yes' : 'no',
      `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    ])
    const files = {
      'train.csv': csv('id,n,s,y,d', rows.slice(0, 60)),
      'test.csv': csv('id,n,s,y,d', rows.slice(50)),
    }
    const data = { train: 'train.csv', test: 'test.csv', target: 'y', id: 'id', time: 'd' }
    const [expected, found] = await both.validate(files, data)
    expect(found.validation.checks).toEqual(expected.validation.checks)
    expect(found.profile.datasets).toEqual(expected.profile.datasets)
    expect(expected.profile.datasets[0]?.power?.length).toBe(2)
  })

  test('what Spark has no like of is an error that names it', async () => {
    await expect(both.spark.all("SELECT levenshtein('a', 'b')")).rejects.toMatchObject({
      name: 'UserError',
      problems: [{ message: 'the function levenshtein() is not available with `engine: spark`' }],
    })
    await expect(both.spark.all("SELECT 1 FROM read_xlsx('a')")).rejects.toMatchObject({
      problems: [{ message: 'reading by read_xlsx() is not available with `engine: spark`' }],
    })
    await expect(both.spark.all('SELECT nothing FROM nowhere')).rejects.toBeInstanceOf(EngineError)
    await expect(both.spark.all("SELECT regexp_matches('a', '(?=a)')")).rejects.toThrow('invalid perl operator')
  })

  test('texts of any kind come back as they were', async () => {
    const hostile = [
      "it's",
      'back\\slash',
      'a"b`c',
      '\u0000nul',
      '😀',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Spark takes it for a variable unless told otherwise.
      '${spark}',
      '%d',
      'x\ny\r\n',
      "'; DROP TABLE t; --",
    ]
    for (const text of hostile) expect(await both.spark.all(`SELECT ${literal(text)} AS t`)).toEqual([{ t: text }])
  })

  test('numbers come back as they were', async () => {
    const sql = `SELECT 9223372036854775807 AS big, CAST(sum(9223372036854775807::HUGEINT) AS HUGEINT) AS sum, 'nan'::DOUBLE AS nan,
      '-inf'::DOUBLE AS low, 1e16::DOUBLE AS x, CAST(1e16::DOUBLE AS VARCHAR) AS t, 7 / 2 AS half, 7 // 2 AS whole, 1 / 0 AS endless,
      1.5::DOUBLE::BIGINT AS even, NULL AS nothing, true AS yes, DATE '2024-02-29' AS d, TIMESTAMP '2024-02-29 01:02:03.5' AS at`
    expect(await both.spark.all(sql)).toEqual(await both.duckdb.all(sql))
  })
}
