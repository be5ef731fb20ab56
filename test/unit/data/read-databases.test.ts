import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireSelect } from '../../../shared/data/read/attached.js'
import { explainDuckDb } from '../../../shared/data/read/database.js'
import { digestOfRows, explainPostgres, withoutAddress } from '../../../shared/data/read/postgres.js'
import { type Bench, openBench, typesOf } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const rowsOf = async (source: Parameters<Bench['load']>[0]) => {
  const dataset = await bench.load(source)
  return bench.engine.all(
    `SELECT ${dataset.columns.map(({ sql }) => `CAST(${sql} AS VARCHAR) AS ${sql}`).join(', ')} FROM ${dataset.table} ORDER BY rowid`,
  )
}

describe('DuckDB', () => {
  beforeAll(async () => {
    await bench.engine.run(`ATTACH '${join(bench.root, 'd.duckdb')}' AS made`)
    await bench.engine.run('CREATE SCHEMA made.other')
    await bench.engine.run(
      "CREATE TABLE made.t AS SELECT i AS id, i::HUGEINT * 2 AS twice, 'x' || i AS s FROM range(3) r(i)",
    )
    await bench.engine.run('CREATE VIEW made.other.v AS SELECT 170141183460469231731687303715884105727::HUGEINT AS h')
    await bench.engine.run('DETACH made')
  })

  test('a table, a view of another schema, a query', async () => {
    const dataset = await bench.load({ database: 'd.duckdb', table: 't' })
    expect(typesOf(dataset)).toEqual({ id: 'integer', twice: 'integer', s: 'string' })
    expect(dataset.parts).toEqual([{ file: 'd.duckdb', rows: 3 }])
    expect(dataset.files).toEqual([
      { kind: 'file', name: 'd.duckdb', ...(await bench.files.digest('d.duckdb')), rows: 3 },
    ])
    const view = await bench.load({ database: 'd.duckdb', table: 'other.v' })
    expect(view.notes).toEqual(['"h" (HUGEINT): 1 of 1 value is rounded to the nearest double'])
    expect(
      await rowsOf({ database: 'd.duckdb', query: 'SELECT s, id + 1 AS n FROM t WHERE id > 0 -- done\n;' }),
    ).toEqual([
      { c0: 'x1', c1: '2' },
      { c0: 'x2', c1: '3' },
    ])
    expect(await rowsOf({ database: 'd.duckdb', table: 't', missing: { id: ['2'] } })).toContainEqual({
      c0: null,
      c1: '4',
      c2: 'x2',
    })
  })

  test('a dataset that was read before a query still answers, and tables go where they went before', async () => {
    await bench.write('first.csv', 'a\n1\n2\n')
    const first = await bench.load('first.csv')
    const second = await bench.load({ database: 'd.duckdb', query: 'SELECT s FROM t' })
    const counted = `SELECT (SELECT count(*) FROM ${first.table}) AS a, (SELECT count(*) FROM ${second.table}) AS b`
    expect(await bench.engine.all(counted)).toEqual([{ a: 2, b: 3 }])
    const stores = await bench.engine.all(
      `SELECT DISTINCT database_name AS name FROM duckdb_views() WHERE view_name IN ('${first.table}', '${second.table}')`,
    )
    expect(stores).toEqual([{ name: 'plumbline_store' }])
  })

  test('nothing is left attached, and what was wrong is said', async () => {
    expect(await bench.problems({ database: 'd.duckdb', table: 'tt' })).toEqual([
      'd.duckdb: d.duckdb has no table "tt"',
    ])
    expect((await bench.problems({ database: 'd.duckdb', query: 'SELECT nothing FROM t' }))[0]).toContain(
      '"nothing" not found',
    )
    expect(await bench.problems({ database: 'no.duckdb', table: 't' })).toEqual(['data.train: no.duckdb is not there'])
    await bench.write('text.duckdb', 'not a database at all')
    expect(await bench.problems({ database: 'text.duckdb', table: 't' })).toEqual([
      'text.duckdb: text.duckdb is neither a DuckDB nor a SQLite database',
    ])
    await bench.write(
      'd2.duckdb',
      await import('node:fs').then(({ readFileSync }) => readFileSync(join(bench.root, 'd.duckdb'))),
    )
    await bench.write('d2.duckdb.wal', 'changes')
    expect(await bench.problems({ database: 'd2.duckdb', table: 't' })).toEqual([
      'd2.duckdb: d2.duckdb has changes that lie beside it, in d2.duckdb.wal',
    ])
    expect(await bench.problems('d.duckdb')).toEqual(['data.train: the format of d.duckdb is not clear from its name'])
    expect(await bench.engine.all("SELECT 1 FROM duckdb_databases() WHERE database_name LIKE 'source%'")).toEqual([])
  })

  test('a query is one SELECT and nothing else', async () => {
    for (const query of ['SELECT 1; SELECT 2', 'DROP TABLE t', "COPY t TO 'x'", 'SELECT 1) ; DROP TABLE t --', '']) {
      await expect(requireSelect(bench.engine, query, 'd.duckdb')).rejects.toThrow('the query is not one SELECT')
    }
    await expect(requireSelect(bench.engine, 'WITH a AS (SELECT 1) FROM a', 'd.duckdb')).resolves.toBeUndefined()
  })

  test('a file of a newer version, and one in use', () => {
    const newer =
      'IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 67.'
    expect(explainDuckDb(newer, 'd.duckdb', null).message).toBe('d.duckdb was written by a newer version of DuckDB')
    expect(explainDuckDb('IO Error: Could not set lock on file "d"', 'd.duckdb', null).message).toBe(
      'd.duckdb is in use by another program',
    )
  })
})

describe('SQLite', () => {
  beforeAll(async () => {
    const { default: sqlite } = await import('node-sqlite3-wasm')
    const database = new sqlite.Database(join(bench.root, 's.db'))
    database.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, r REAL, t TEXT, d DATE, b BLOB);
      INSERT INTO t VALUES (1, 9007199254740993, 1.0, '42', '2024-01-31', x'ff41'), (2, NULL, 2.5, 'say "x"' || char(10) || ',', NULL, NULL),
        (3, -7, 9e999, '', '2024-02-01', NULL);
      CREATE TABLE mixed (n INTEGER); INSERT INTO mixed VALUES (1), ('abc'), (2.5);
      CREATE TABLE "odd ""name""" ("a b" TEXT); INSERT INTO "odd ""name""" VALUES ('x' || char(0) || 'y');
      CREATE TABLE broken (t TEXT); INSERT INTO broken VALUES (CAST(x'ff' AS TEXT));`)
    database.close()
  })

  test('every value as it is, by the type that it has', async () => {
    const source = { database: 's.db', table: 't' }
    expect(typesOf(await bench.load(source))).toEqual({
      id: 'integer',
      n: 'integer',
      r: 'number',
      t: 'string',
      d: 'date',
      b: 'string',
    })
    expect(await rowsOf(source)).toEqual([
      { c0: '1', c1: '9007199254740993', c2: '1.0', c3: '42', c4: '2024-01-31', c5: '\\xFFA' },
      { c0: '2', c1: null, c2: '2.5', c3: 'say "x"\n,', c4: null, c5: null },
      { c0: '3', c1: '-7', c2: 'inf', c3: null, c4: '2024-02-01', c5: null },
    ])
    const { files, parts } = await bench.load(source)
    expect(parts).toEqual([{ file: 's.db', rows: 3 }])
    expect(files).toEqual([{ kind: 'file', name: 's.db', ...(await bench.files.digest('s.db')), rows: 3 }])
  })

  test('a text in a column of integers is a value of the wrong type, and never lost', async () => {
    const source = { database: 's.db', table: 'mixed' }
    expect(await rowsOf(source)).toEqual([{ c0: '1' }, { c0: 'abc' }, { c0: '2.5' }])
    const { columns } = await bench.profile(source, { types: new Map([['n', 'integer']]) })
    expect(columns[0]).toMatchObject({ type: 'integer', invalid: 2, missing: 0 })
  })

  test('names of any kind, NUL in a text, a query', async () => {
    expect(await rowsOf({ database: 's.db', table: 'odd "name"' })).toEqual([{ c0: 'x\0y' }])
    expect(
      await rowsOf({ database: 's.db', query: 'SELECT n, count(*) OVER () AS k FROM t ORDER BY id DESC; ' }),
    ).toEqual([
      { c0: '-7', c1: '3' },
      { c0: null, c1: '3' },
      { c0: '9007199254740993', c1: '3' },
    ])
  })

  test('what was wrong is said, and nothing is left behind', async () => {
    expect(await bench.problems({ database: 's.db', table: 'mixd' })).toEqual(['s.db: s.db has no table "mixd"'])
    expect((await bench.problems({ database: 's.db', query: 'SELECT x FROM t' }))[0]).toMatch(
      /^s\.db: s\.db cannot be read: no such column: x/,
    )
    expect((await bench.problems({ database: 's.db', query: 'DELETE FROM t' }))[0]).toMatch(
      /^s\.db: s\.db cannot be read: .*syntax error/,
    )
    expect(await bench.problems({ database: 's.db', table: 'broken' })).toEqual([
      's.db: s.db, row 1, column t: the text is not valid in the encoding of the database',
    ])
    await writeFile(join(bench.root, 's.db-wal'), 'changes')
    expect(await bench.problems({ database: 's.db', table: 't' })).toEqual([
      's.db: s.db has changes that lie beside it, in s.db-wal',
    ])
    const [row] = await bench.engine.all(
      "SELECT count(*) AS n FROM glob(current_setting('temp_directory') || '/read-*')",
    )
    expect(row).toEqual({ n: 0 })
  })
})

describe('Postgres', () => {
  test('without its address, and without the extension', async () => {
    expect(await bench.problems({ postgres: 'NO_SUCH_VARIABLE', table: 't' })).toEqual([
      'postgres:NO_SUCH_VARIABLE/t: the environment variable NO_SUCH_VARIABLE is not set',
    ])
  })

  test('the address and its parts are in no message', () => {
    const address = 'postgresql://ann:p%40ss%20w@db.example.com:5432/shop?sslmode=require'
    const said = `IO Error: Unable to connect to ${address}: password authentication failed for ann with "p@ss w" (p%40ss%20w)`
    const { message } = explainPostgres(`${said}\nmore: p@ss w`, address, 'postgres:URL/t')
    expect(message).toBe(
      'postgres:URL/t cannot be read: IO Error: Unable to connect to ***: password authentication failed for *** with "***" (***)',
    )
    expect(withoutAddress("no: it's x y", "host=h user=u0 password='it\\'s x y' dbname=d")).toBe('no: ***')
    expect(withoutAddress('pw1 and u0', 'host=h user=u0 password=pw1')).toBe('*** and ***')
  })

  test('the digest of rows does not hang on their order, and on everything else', async () => {
    const digest = async (sql: string) => {
      await bench.engine.run(`CREATE OR REPLACE TEMP TABLE rows AS ${sql}`)
      return digestOfRows(bench.engine, 'rows', ['a', 'b'])
    }
    const one = await digest("SELECT * FROM (VALUES (1, 'x'), (2, NULL)) v(a, b)")
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await digest("SELECT * FROM (VALUES (2, NULL), (1, 'x')) v(a, b)")).toBe(one)
    const others = [
      "SELECT * FROM (VALUES (1, 'x'), (2, '')) v(a, b)",
      "SELECT * FROM (VALUES (1, 'x'), (2, NULL), (2, NULL)) v(a, b)",
      "SELECT * FROM (VALUES (1::BIGINT, 'x'), (2, NULL)) v(a, b)",
      "SELECT * FROM (VALUES (2, 'x'), (1, NULL)) v(a, b)",
    ]
    for (const sql of others) expect(await digest(sql)).not.toBe(one)
  })
})
