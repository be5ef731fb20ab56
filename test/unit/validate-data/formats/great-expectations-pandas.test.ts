import { fromPandasQuery } from '../../../../actions/validate-data/formats/great-expectations/pandas.js'
import { type Bench, openBench } from '../../data/support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
  await bench.engine.run(`CREATE TABLE t AS SELECT * FROM (VALUES
    (0, 1.0, 'x', true, 1), (1, 5.0, 'y', false, 2), (2, NULL, NULL, true, 3), (3, 7.0, 'it''s', false, 4)
  ) AS v(place, a, b, c, "my col")`)
})
afterAll(() => bench.close())

// pandas 3.1.1: list(df.query(q).index) of
// df = pd.DataFrame({'a': [1, 5, None, 7], 'b': ['x', 'y', None, "it's"], 'c': [True, False, True, False], 'my col': [1, 2, 3, 4]})
const FOUND: readonly (readonly [query: string, rows: readonly number[]])[] = [
  ['a > 1', [1, 3]],
  ['a > 1 and a < 7', [1]],
  ['1 < a <= 7', [1, 3]],
  ['a != 5', [0, 2, 3]],
  ['not a > 1', [0, 2]],
  ['~(a > 1)', [0, 2]],
  ['a > 1 | c', [0, 1, 2, 3]],
  ['not (a > 1) & c', [0, 2]],
  ['a == [1, 7]', [0, 3]],
  ['a in [1, 7]', [0, 3]],
  ['a not in [1, 7]', [1, 2]],
  ['a.isnull()', [2]],
  ['a.notnull()', [0, 1, 3]],
  ['b == "x"', [0]],
  ['b != "x"', [1, 2, 3]],
  ["b == 'it\\'s'", [3]],
  ['`my col` > 2', [2, 3]],
  ['a + 1 > 5', [1, 3]],
  ['a * 2 == 10', [1]],
  ['-a < -4', [1, 3]],
  ['a == 1 or b == "y" and c', [0]],
  ['(a == 1 or b == "y") and c', [0]],
  ['b in ("x", "y")', [0, 1]],
  ['not a == 5', [0, 2, 3]],
  ['not (a == 5 or a == 1)', [2, 3]],
  ['a.isin([1, 5])', [0, 1]],
  ['c', [0, 2]],
  ['not c', [1, 3]],
  ['c == True', [0, 2]],
  ['not a != 5', [1]],
  ['`my col` / 2 > 1.4', [2, 3]],
  ['a >= 1e0', [0, 1, 3]],
]

test.each(FOUND)('%s', async (query, rows) => {
  const sql = query === 'c' ? '"c"' : fromPandasQuery(query)
  const found = await bench.engine.all(`SELECT place FROM t WHERE ${sql} ORDER BY place`)
  expect(found.map(({ place }) => Number(place))).toEqual(rows)
})

test('names and texts are quoted', async () => {
  expect(fromPandasQuery('`a"; DROP TABLE t` == "\'; DROP TABLE t; --"')).toBe(
    '"a""; DROP TABLE t" = \'\'\'; DROP TABLE t; --\'',
  )
})
