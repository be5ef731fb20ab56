import { Config } from '../../../shared/contracts/config.js'
import { UserError } from '../../../shared/core/errors.js'
import { createExec } from '../../../shared/core/exec.js'
import type { DataEngine } from '../../../shared/data/engine.js'
import { cellsOf, rowsOf } from '../../../shared/data/spark/answer.js'
import { openSpark } from '../../../shared/data/spark/open.js'
import { routeOf } from '../../../shared/data/spark/route.js'

test('what looks at no rows stays at hand, whatever stands in texts and names', () => {
  const routes: [sql: string, route: string][] = [
    ['SELECT count(*) AS n FROM dataset_1', 'spark'],
    ["SELECT CAST(json_serialize_sql('SELECT 1') AS VARCHAR) AS tree", 'desk'],
    ["SELECT c1 FROM dataset_1 WHERE c1 = 'json_serialize_sql('", 'spark'],
    ['SELECT "DESCRIBE" FROM dataset_1', 'spark'],
    ["DESCRIBE SELECT * FROM read_parquet(['a'])", 'desk'],
    ["SELECT bool_and(true) AS fits0\nFROM read_parquet(['a'])", 'desk'],
    ["CREATE OR REPLACE TABLE dataset_1 AS SELECT v0 AS c0 FROM (SELECT * FROM read_parquet(['a']))", 'spark'],
    ['CREATE OR REPLACE TEMP TABLE plumbline_bad_rows ("rule" VARCHAR)', 'desk'],
    ['CREATE OR REPLACE TEMP TABLE plumbline_bad_rows_files AS SELECT 1', 'desk'],
    ["INSERT INTO plumbline_bad_rows SELECT 'FROM plumbline_bad_rows' FROM dataset_1", 'pull'],
    ['SELECT count(*) AS n FROM plumbline_bad_rows', 'desk'],
    ['DROP TABLE IF EXISTS plumbline_bad_rows', 'desk'],
    ["SELECT 'FROM plumbline_bad_rows' FROM dataset_1", 'spark'],
  ]
  expect(routes.map(([sql]) => [sql, routeOf(sql)])).toEqual(routes)
})

test('cells are what the interface of engines promises', () => {
  const columns = cellsOf({
    names: ['i', 'f', 't', 'b'],
    kinds: ['integer', 'float', 'text', 'boolean'],
    cells: [
      [1, '9223372036854775807', null],
      [1.5, 'nan', '-inf'],
      ['nan', '1', null],
      [true, false, null],
    ],
  })
  expect(columns).toEqual({
    i: [1, 9223372036854775807n, null],
    f: [1.5, Number.NaN, Number.NEGATIVE_INFINITY],
    t: ['nan', '1', null],
    b: [true, false, null],
  })
  expect(rowsOf({ a: [1, 2], b: ['x', null] })).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: null },
  ])
  expect(rowsOf({})).toEqual([])
})

test('the engine is DuckDB unless the configuration says otherwise', () => {
  const engineOf = (engine: unknown) => Config.parse({ model: 'm', data: { engine } }).data.engine
  const usual = { type: 'spark', submit: ['spark-submit'], 'start-timeout': 600, 'one-line-records': false }
  expect(engineOf(undefined)).toBe('duckdb')
  expect(engineOf('spark')).toEqual(usual)
  expect(engineOf({ type: 'spark', submit: 'spark-submit --master yarn' })).toEqual({
    ...usual,
    submit: 'spark-submit --master yarn',
  })
  expect(() => engineOf('presto')).toThrow()
})

const silent = () => undefined
const open = (submit: string[], timeout = 20) =>
  openSpark(
    { type: 'spark', submit, 'start-timeout': timeout, 'one-line-records': false },
    {
      desk: {} as DataEngine,
      exec: createExec(process.cwd(), process.env),
      log: { debug: silent, info: silent, progress: silent } as never,
    },
  )

test('what cannot be started is an error with a cure', async () => {
  const told = async (submit: string[]) => {
    try {
      await open(submit)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return error.problems.map(({ message, cure }) => [message, cure !== undefined])
    }
    throw new Error('it was started')
  }
  expect(await told(['no-such-spark-submit'])).toEqual([
    [expect.stringMatching(/^cannot start "no-such-spark-submit": /), true],
  ])
  expect(await told([process.execPath, '-e', 'console.error("Error: no master"); process.exit(3)', '--'])).toEqual([
    ['Spark has ended (3): Error: no master', true],
  ])
  expect(await told(['spark-submit', '--deploy-mode', 'cluster'])).toEqual([
    [expect.stringMatching(/^`--deploy-mode cluster` runs the driver elsewhere/), true],
  ])
})
