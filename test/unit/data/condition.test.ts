import * as fc from 'fast-check'
import { conditionSql } from '../../../actions/monitor/log.js'
import { probe, readCondition } from '../../../shared/data/engine/condition.js'
import { type DataEngine, EngineError } from '../../../shared/data/engine/engine.js'
import { queryProblem } from '../../../shared/data/engine/query.js'
import { pureFunctions, queryTree, syntaxTree } from '../../../shared/data/engine/syntax.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

let fake: FakeContext
let engine: DataEngine
let functions: Set<string>
beforeAll(async () => {
  fake = await fakeContext()
  engine = await fake.ctx.data()
  functions = await pureFunctions(engine)
})
afterAll(() => fake.cleanup())

const read = async (sql: string) => readCondition(sql, await syntaxTree(engine, sql), functions)

test.each([
  ['clicked = 1', ['clicked']],
  ['clicked', ['clicked']],
  [
    `lower("Phase of flight") IN ('approach', 'climb') AND NOT (speed IS NULL OR speed BETWEEN 1 AND 2)`,
    ['Phase of flight', 'speed'],
  ],
  [`CASE WHEN a > 0 THEN b ELSE c END = 1 -- why`, ['a', 'b', 'c']],
  [`name LIKE 'x%' AND abs(score - 0.5) < 0.1 AND t > now() - INTERVAL 1 DAY`, ['name', 'score', 't']],
  [`"a""; DROP TABLE log; --" = '''; --'`, ['a"; DROP TABLE log; --']],
])('%s is a condition', async (sql, columns) => {
  expect(await read(sql)).toEqual({ sql, columns })
})

test.each([
  ['', 'is empty'],
  [' \n', 'is empty'],
  ['clicked =', 'is no SQL expression'],
  ['clicked = 1 /* open', 'is no SQL expression'],
  ['1; SELECT 2', 'is no SQL expression'],
  ['1) FROM log --', 'is no SQL expression'],
  ['1) UNION SELECT (2', 'is more than one expression'],
  ['clicked), (other', 'is more than one expression'],
  ['1) LIMIT (1', 'is more than one expression'],
  ["(SELECT count(*) FROM read_text('/etc/passwd')) > 0", 'contains a query'],
  ['EXISTS (FROM log)', 'contains a query'],
  ['count(*) OVER () > 1', 'contains a window function'],
  ['count(*) > 1', 'calls count_star()'],
  ['*', 'contains `*`'],
  ["COLUMNS('x') = 1", 'contains `*`'],
  ['$1 = 1', 'contains parameter'],
  ['log.clicked = 1', 'names log.clicked; write the column alone'],
  ["write_log('x') IS NULL", 'calls write_log()'],
  ["nextval('s') = 1", 'calls nextval()'],
  ["main.lower('x') = 'x'", 'calls lower()'],
  ['random() < 0.5', 'calls random()'],
  ["getenv('HOME') = 'x'", 'calls getenv()'],
])('%s is refused: %s', async (sql, problem) => {
  expect(await read(sql)).toEqual({ problem: expect.stringContaining(problem) })
})

const FRAGMENTS = [
  'clicked',
  '1',
  "'x'",
  '=',
  'AND',
  'NOT',
  '(',
  ')',
  ',',
  ';',
  '--',
  '\n',
  '/*',
  '*/',
  "'",
  '"',
  'SELECT',
  'FROM',
  'log',
  'CASE',
  'WHEN',
  'THEN',
  'END',
  "read_text('/etc/passwd')",
  'count(*)',
  '*',
  '::INT',
  'IN',
  '->',
  '$$',
  '\\',
  'é',
  '\u0000',
]

test('whatever is accepted is one expression: it can neither end the query around it nor name anything but columns', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 8 }), async (parts) => {
      const condition = await read(parts.join(' '))
      if ('problem' in condition) return
      expect(condition.columns.every((name) => name !== 'read_text')).toBe(true)
      try {
        const rows = await engine.all(
          `SELECT count(*) AS n, 'end' AS mark FROM (SELECT 1 AS clicked) WHERE ${conditionSql(condition.sql)}`,
        )
        expect(rows).toHaveLength(1)
        expect(rows[0]?.mark).toBe('end')
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError)
        expect((error as Error).message).not.toMatch(/Parser Error/)
      }
    }),
    { numRuns: 300 },
  )
})

test('a NUL byte, at which the engine stops reading, is refused wherever it stands', async () => {
  for (const text of ['clicked ) \0 clicked', 'clicked\0', '\0', "clicked = '\0'"]) {
    expect(await read(text)).toEqual({ problem: 'is no SQL expression: it has a NUL byte in it' })
    expect(queryProblem(await queryTree(engine, `SELECT ${text}`), new Set(), new Set())).toBe(
      'is no SQL: it has a NUL byte in it',
    )
  }
})

test('a comment at the end does not swallow what follows', () => {
  expect(probe('a -- b')).toBe('SELECT (a -- b\n)')
})
