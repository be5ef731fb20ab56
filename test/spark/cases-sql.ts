import type { Both } from './support.js'

/** Statements whose answers differ in silence where nobody takes care. */
const STATEMENTS = [
  // The hash that samples are chosen by.
  `SELECT hash(a) AS a, hash(b) AS b, hash(a, b, NULL) AS c, hash(-5::BIGINT) AS d FROM (VALUES (1::BIGINT, 'x'), (-7::BIGINT, 'Zürich 😀, a longer text'), (9007199254740993::BIGINT, '')) t(a, b) ORDER BY a`,
  `SELECT hash(1.5::DOUBLE) AS a, hash(-0.0::DOUBLE) AS b, hash('nan'::DOUBLE) AS c, hash(true) AS d, hash(DATE '1969-12-30') AS e, hash(TIMESTAMP '2024-02-29 01:02:03.5') AS f`,
  "SELECT hash(l) AS h, hash(l)::UBIGINT % 7 AS r, hash(l) // 10 AS q FROM (SELECT ['a', NULL] AS l UNION ALL SELECT ['b']) ORDER BY h",
  "SELECT xor(xor(hash('a'), hash('b')), hash('c')) AS x",
  "SELECT list_sort(list_distinct(list_transform(string_split('a b a c', ' '), lambda w: hash(w))))[1:2] AS l",
  // Sums beyond 64 bits.
  'SELECT sum(x) AS s, sum(x) FILTER (WHERE x > 0) AS f FROM (VALUES (9223372036854775807), (9223372036854775807)) t(x)',
  'SELECT x, sum(x) OVER (ORDER BY y) AS s FROM (VALUES (9223372036854775807, 1), (9223372036854775807, 2)) t(x, y) ORDER BY s',
  'SELECT sum(x) AS s, sum(y) AS n FROM (VALUES (0.5::DOUBLE, NULL::BIGINT)) t(x, y)',
  // Days and periods.
  "SELECT strftime(date_trunc('month', d), '%Y-%m-%d') AS m, strftime(date_trunc('week', t) - INTERVAL 1 WEEK, '%Y-%m-%d') AS w, last_day(CAST(d - INTERVAL 1 YEAR AS DATE)) AS l FROM (VALUES (DATE '2024-02-29', TIMESTAMP '2024-03-03 23:59:59')) t(d, t)",
  "SELECT list_position(['a', 'b'], x) AS p FROM (VALUES ('b'), ('c'), (NULL)) t(x) ORDER BY x",
  // What lies below the cuts of a histogram; a frame that means nothing.
  'SELECT map_values(histogram(-x, [-3.0, -1.5]::DOUBLE[]))[1:2] AS h FROM (VALUES (1.0::DOUBLE), (1.5), (2), (3), (9), (NULL)) t(x)',
  'SELECT x, lead(x) OVER w AS n, sum(x) OVER w AS s FROM (VALUES (1, 1), (2, 1), (3, 2)) t(x, y) WINDOW w AS (PARTITION BY y ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) ORDER BY x',
  // NULL in a set, where IN stands alone, below OR, and as a value.
  ...['x NOT IN (SELECT y FROM s)', 'x > 5 OR x NOT IN (SELECT y FROM s)', 'x > 5 OR x IN (SELECT y FROM s)'].flatMap(
    (condition) =>
      ['(1), (NULL)', '(1), (3)'].map(
        (set) =>
          `WITH s AS (SELECT * FROM (VALUES ${set}) t(y)) SELECT x FROM (VALUES (1), (2), (NULL), (9)) t(x) WHERE ${condition} ORDER BY x`,
      ),
  ),
  'WITH s AS (SELECT * FROM (VALUES (1), (NULL)) t(y)) SELECT x, x IN (SELECT y FROM s) AS i FROM (VALUES (1), (2), (NULL)) t(x) ORDER BY x',
  'WITH s AS (SELECT * FROM (VALUES (1)) t(y) WHERE y > 1) SELECT x, x IN (SELECT y FROM s) AS i FROM (VALUES (1), (NULL)) t(x) ORDER BY x',
]

export function sqlCases(both: Both): void {
  test.each(STATEMENTS)('%s', async (sql) => {
    expect(await both.spark.all(sql)).toEqual(await both.duckdb.all(sql))
  })

  test.each(['x * y', 'x + y', '(-x) - y'])('%s beyond 64 bits is refused by both', async (sum) => {
    const sql = `SELECT ${sum} AS z FROM (VALUES (9223372036854775807, 9223372036854775807)) t(x, y)`
    for (const engine of [both.duckdb, both.spark]) await expect(engine.all(sql)).rejects.toThrow(/overflow/i)
  })
}
