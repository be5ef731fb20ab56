import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { Config } from '../../../shared/contracts/config.js'
import { UserError } from '../../../shared/core/errors.js'
import { createExec } from '../../../shared/core/exec.js'
import type { Dataset } from '../../../shared/data/dataset.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { profileKey } from '../../../shared/data/profile-cache.js'
import { cellsOf, rowsOf } from '../../../shared/data/spark/answer.js'
import { sparkEngine } from '../../../shared/data/spark/engine.js'
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
    ['SET threads = 1', 'desk'],
    ["SELECT bool_and(true) AS fits0 FROM read_parquet(['/tmp/plumbline-stand-in-x1/0.parquet'])", 'spark'],
    ["DESCRIBE SELECT * FROM read_parquet(['/tmp/plumbline-stand-in-x1/0.parquet'])", 'desk'],
    ["INSERT INTO profile_state (part, col) SELECT 'value', 0 FROM dataset_1", 'pull'],
    ["INSERT INTO profile_state (part, t) VALUES ('head', 'SELECT 1 FROM dataset_1')", 'desk'],
    ["SELECT t AS v, n FROM profile_state WHERE part = 'value'", 'desk'],
    ["COPY profile_state TO 'a.parquet' (FORMAT parquet)", 'desk'],
    ['DROP TABLE profile_state', 'desk'],
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

test('a profile in the cache is that of one engine', () => {
  const dataset = { name: 'train', files: [], columns: [] } as unknown as Dataset
  const key = (engine?: string) =>
    profileKey(dataset, { source: 'a.csv', types: new Map(), ...(engine === undefined ? {} : { engine }) })
  expect(new Set([key(), key('Spark 3.5.6'), key('Spark 4.0.0')]).size).toBe(3)
})

test('what the driver says of a failure becomes an error of its kind', async () => {
  const engineThatSays = (reply: Record<string, unknown>) =>
    sparkEngine({ hello: { spark: '3.5.6' }, ask: async () => reply, close: silent }, {
      version: 'v1.5.5',
    } as DataEngine)
  const told = async (reply: Record<string, unknown>) => {
    try {
      return await engineThatSays(reply).all('SELECT c0 FROM dataset_1')
    } catch (error) {
      const { name, message, problems } = error as UserError
      return [name, problems?.[0]?.message ?? message, problems?.[0]?.cure !== undefined]
    }
  }
  expect(await told({ lost: 'ExecutorLostFailure (executor 3)', trace: '\tat java' })).toEqual([
    'UserError',
    'Spark lost what it worked with: ExecutorLostFailure (executor 3)',
    true,
  ])
  expect(await told({ unsupported: 'the function f()' })).toEqual([
    'UserError',
    'the function f() is not available with `engine: spark`',
    true,
  ])
  expect(await told({ refused: 'no table' })).toEqual(['EngineError', 'no table', false])
  const engine = engineThatSays({ ok: { names: ['c0'], kinds: ['integer'], cells: [[1]] } })
  expect(await engine.all('SELECT c0 FROM dataset_1')).toEqual([{ c0: 1 }])
  expect([engine.version, engine.hashes]).toEqual(['Spark 3.5.6', 'v1.5.5'])
})

test('nothing is left behind where Spark could not be started', async () => {
  const left = async () => (await readdir(tmpdir())).filter((name) => /^plumbline-spark-(?!cluster)/.test(name))
  const before = await left()
  await expect(open(['no-such-spark-submit'])).rejects.toBeInstanceOf(UserError)
  await expect(open([process.execPath, '-e', 'setTimeout(() => {}, 60000)', '--'], 1)).rejects.toMatchObject({
    problems: [{ message: 'Spark did not start within 1 second' }],
  })
  expect((await left()).filter((name) => !before.includes(name))).toEqual([])
})
