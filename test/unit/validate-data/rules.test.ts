import { explain } from '../../../actions/validate-data/explain.js'
import { allowedRows, CODES } from '../../../actions/validate-data/rules/rule.js'
import { contract, csv, problemsOf, validate } from './support.js'

// n: numbers with an outlier; s: words; e: e-mails; d: dates in order but one; a, b, t: a + b = t but in one row.
const ROWS: (string | number | null)[][] = [
  [1, 'red', 'ann@example.org', '2024-01-01', 1, 2, 3, 'x', '31.01.2024', '{"k": 1}'],
  [2, 'Red', 'bob@example.org', '2024-01-02', 2, 2, 4, 'x', '01.02.2024', '{"k": 2}'],
  [3, 'blue', 'carl', '2024-01-05', 3, 1, 4, 'y', '2024-02-03', '{"k": "three"}'],
  [4, 'blue', 'dora@example.org', '2024-01-03', 4, 4, 9, 'y', '05.02.2024', '{'],
  [100, null, null, null, null, 5, 5, 'y', null, null],
  [4, 'blue', 'ed@example.org', '2024-01-06', 6, 7, 13, 'y', '06.02.2024', '[]'],
]
const DATA = csv('n,s,e,d,a,b,t,g,z,j', ROWS)

/** Verdict, what was measured and n of each check of a list. */
async function ask(checks: string[], data = DATA, more: Record<string, string> = {}) {
  const text = contract(`extra-columns: allow\nchecks:\n${checks.map((check) => `  - ${check}`).join('\n')}`)
  const { validation } = await validate(
    { 'train.csv': data, 'data-contract.yml': text, ...more },
    { train: 'train.csv', ...('test.csv' in more ? { test: 'test.csv' } : {}) },
  )
  return validation.checks.filter(
    ({ where, subject }) => where?.file === 'data-contract.yml' && subject.startsWith('train'),
  )
}

const short = ({ rule, verdict, measured, n }: Awaited<ReturnType<typeof ask>>[number]) => [rule, verdict, measured, n]

test('checks of one column: what is bad, of how many that are judged', async () => {
  const asked: [check: string, expected: unknown[]][] = [
    ['{ check: missing, column: s }', ['missing-value', 'fail', 1, 6]],
    ['{ check: missing, column: s, max-bad: 1 }', ['missing-value', 'pass', 1, 6]],
    ['{ check: empty, column: s, mostly: 0.1 }', ['unexpected-value', 'pass', 5, 6]],
    ['{ check: type, column: e, types: [integer, string] }', ['type-error', 'pass', 0, 5]],
    ['{ check: type, column: z, types: [date] }', ['type-error', 'fail', 4, 5]],
    ['{ check: type, column: n, types: [number] }', ['type-error', 'pass', 0, 6]],
    ['{ check: values, column: s, values: [red, blue] }', ['allowed-values', 'fail', 1, 5]],
    ['{ check: values, column: n, values: [1, 2, 3, 4], mostly: 0.8 }', ['allowed-values', 'pass', 1, 6]],
    ['{ check: forbidden, column: n, values: [100] }', ['forbidden-value', 'fail', 1, 6]],
    ['{ check: range, column: n, min: 1, max: 4 }', ['value-range', 'fail', 1, 6]],
    ['{ check: range, column: n, min: 1, strict-min: true }', ['value-range', 'fail', 1, 6]],
    ['{ check: range, column: d, max: "2024-01-05" }', ['value-range', 'fail', 1, 5]],
    ['{ check: range, column: d, max: "2024-01-06", strict-max: true }', ['value-range', 'fail', 1, 5]],
    ['{ check: length, column: s, max: 3 }', ['value-length', 'fail', 3, 5]],
    ['{ check: pattern, column: s, patterns: "[a-z]+" }', ['value-pattern', 'fail', 1, 5]],
    [
      '{ check: pattern, column: s, patterns: ["^r", "e$"], match: anywhere, of: all }',
      ['value-pattern', 'fail', 5, 5],
    ],
    ['{ check: pattern, column: s, patterns: ["^r", "e$"], match: anywhere }', ['value-pattern', 'fail', 1, 5]],
    ['{ check: pattern, column: s, patterns: "b%", syntax: like, not: true }', ['value-pattern', 'fail', 3, 5]],
    ['{ check: format, column: e, format: email }', ['value-format', 'fail', 1, 5]],
    ['{ check: date-format, column: z, format: "%d.%m.%Y" }', ['date-format', 'fail', 1, 5]],
    ['{ check: date-format, column: z }', ['date-format', 'pass', 0, 5]],
    ['{ check: json, column: j }', ['json-error', 'fail', 1, 5]],
    [
      '{ check: json, column: j, schema: { type: object, properties: { k: { type: integer } } } }',
      ['json-error', 'fail', 3, 5],
    ],
    ['{ check: unique, column: n }', ['unique-error', 'fail', 1, 6]],
    ['{ check: unique, column: n, count: members }', ['unique-error', 'fail', 2, 6]],
    ['{ check: order, column: d }', ['sequential-value', 'fail', 1, 5]],
    ['{ check: order, column: n, strictly: true }', ['sequential-value', 'fail', 1, 6]],
    ['{ check: order, column: b, direction: decreasing }', ['sequential-value', 'fail', 3, 6]],
    // mean 19, sample sd 39.699: z of 100 is 2.04.
    ['{ check: outliers, column: n, limit: 2 }', ['deviated-value', 'fail', 1, 6]],
    ['{ check: outliers, column: n, limit: 2.1 }', ['deviated-value', 'pass', 0, 6]],
    ['{ check: outliers, column: n, limit: 2, side: below }', ['deviated-value', 'pass', 0, 6]],
    // median 3.5, MAD 1: (100 − 3.5) / 1.4826 = 65.1.
    ['{ check: outliers, column: n, method: robust-z, limit: 65 }', ['deviated-value', 'fail', 1, 6]],
    ['{ check: outliers, column: n, method: robust-z, limit: 65.2 }', ['deviated-value', 'pass', 0, 6]],
    // Quartiles 2.25 and 4: 4 + 54.8 · 1.75 = 99.9.
    ['{ check: outliers, column: n, method: iqr, limit: 54.8 }', ['deviated-value', 'fail', 1, 6]],
    ['{ check: outliers, column: n, method: iqr, limit: 54.9 }', ['deviated-value', 'pass', 0, 6]],
    ['{ check: variants, column: s }', ['string-variants', 'fail', 1, 5]],
    ['{ check: not-constant, column: g }', ['constant-column', 'pass', 2, 6]],
  ]
  const found = await ask(asked.map(([check]) => check))
  expect(found.map(short)).toEqual(asked.map(([, expected]) => expected))
})

test('checks of several columns', async () => {
  const asked: [check: string, expected: unknown[]][] = [
    ['{ check: key, columns: [g, s] }', ['primary-key', 'fail', 2, 6]],
    ['{ check: key, columns: [g, s], count: members }', ['primary-key', 'fail', 3, 6]],
    ['{ check: key, columns: [a, b] }', ['primary-key', 'pass', 0, 6]],
    ['{ check: foreign-key, columns: [s], to: { data: colors.csv, columns: [name] } }', ['foreign-key', 'fail', 1, 5]],
    ['{ check: compare, columns: [a, b], operator: "<=" }', ['column-comparison', 'fail', 1, 5]],
    ['{ check: compare, columns: [a, b], operator: "=", pass-over: never }', ['column-comparison', 'fail', 4, 6]],
    ['{ check: compare, columns: [a, t], operator: "!=" }', ['column-comparison', 'pass', 0, 5]],
    ['{ check: pairs, columns: [s, g], pairs: [[red, x], [blue, y], [null, y]] }', ['column-pairs', 'fail', 1, 6]],
    ['{ check: sum, columns: [a, b], total: t }', ['column-sum', 'fail', 1, 5]],
    ['{ check: sum, columns: [a, b], total: 4, mostly: 0.4 }', ['column-sum', 'pass', 3, 5]],
    ['{ check: differ, columns: [a, b, t] }', ['equal-columns', 'fail', 3, 6]],
    ['{ check: rows, condition: "a + b = t" }', ['row-constraint', 'fail', 1, 5]],
    ['{ check: rows, condition: "n < 50", where: "g = \'x\'" }', ['row-constraint', 'pass', 0, 2]],
    [
      '{ check: row-schema, schema: { required: [s], properties: { n: { maximum: 50 } } } }',
      ['row-schema', 'fail', 1, 6],
    ],
    ['{ check: sql, query: "SELECT g FROM data GROUP BY g HAVING count(*) > 3" }', ['sql-rows', 'fail', 1, 6]],
    ['{ check: sql, query: "SELECT * FROM data WHERE n < 0;" }', ['sql-rows', 'pass', 0, 6]],
  ]
  const found = await ask(
    asked.map(([check]) => check),
    DATA,
    { 'colors.csv': 'name\nred\nblue\n' },
  )
  expect(found.map(short)).toEqual(asked.map(([, expected]) => expected))
})

test('statistics, sets, the table', async () => {
  // numpy: mean 19.0, median 3.5, std(ddof=1) 39.698866482558415, quantile(0.9) 52.0, quantile(0.9, method='inverted_cdf') 100.
  const asked: [check: string, expected: unknown[]][] = [
    ['{ check: statistic, column: n, statistic: mean, min: 19, max: 19 }', ['statistic-range', 'pass', 19, 6]],
    ['{ check: statistic, column: n, statistic: median, max: 3 }', ['statistic-range', 'fail', 3.5, 6]],
    ['{ check: statistic, column: n, statistic: median, nearest: true, max: 3 }', ['statistic-range', 'pass', 3, 6]],
    ['{ check: statistic, column: n, statistic: sum, max: 114 }', ['statistic-range', 'pass', 114, 6]],
    [
      '{ check: statistic, column: n, statistic: quantile, quantile: 0.9, max: 52 }',
      ['statistic-range', 'pass', 52, 6],
    ],
    ['{ check: statistic, column: n, statistic: distinct, min: 5, max: 5 }', ['statistic-range', 'pass', 5, 6]],
    [
      '{ check: statistic, column: n, statistic: distinct-share, max: 0.8 }',
      ['statistic-range', 'fail', 0.833333333333, 6],
    ],
    ['{ check: statistic, column: n, statistic: duplicated, max: 0 }', ['statistic-range', 'fail', 1, 6]],
    ['{ check: statistic, column: s, statistic: missing, max: 0 }', ['statistic-range', 'fail', 1, 6]],
    ['{ check: statistic, column: s, statistic: max, min: red, max: red }', ['statistic-range', 'pass', 'red', 5]],
    [
      '{ check: statistic, column: d, statistic: max, max: "2024-01-06" }',
      ['statistic-range', 'pass', '2024-01-06', 5],
    ],
    [
      '{ check: statistic, column: d, statistic: min, min: "2024-01-02" }',
      ['statistic-range', 'fail', '2024-01-01', 5],
    ],
    ['{ check: statistic, column: s, statistic: mean-length, max: 4 }', ['statistic-range', 'pass', 3.6, 5]],
    ['{ check: statistic, column: n, statistic: mean, max: 3, where: "n < 50" }', ['statistic-range', 'pass', 2.8, 5]],
    ['{ check: statistic, column: n, statistic: mean, max: 3, group-by: g }', ['statistic-range', 'fail', 27.75, 6]],
    ['{ check: value-set, column: g, values: [x, y, z] }', ['value-set', 'pass', 2, 6]],
    ['{ check: value-set, column: g, values: [x, y, z], relation: superset }', ['value-set', 'fail', 2, 6]],
    ['{ check: value-set, column: g, values: [x], relation: equal }', ['value-set', 'fail', 2, 6]],
    ['{ check: most-common, column: s, values: [blue] }', ['most-common-value', 'pass', 'blue', 5]],
    ['{ check: most-common, column: a, values: [1] }', ['most-common-value', 'fail', '1', 5]],
    ['{ check: most-common, column: a, values: [1], ties: true }', ['most-common-value', 'pass', '1', 5]],
    // scipy.stats.entropy([2/6, 4/6], [0.5, 0.5]) = 0.056633012265132454
    [
      '{ check: divergence, column: g, expected: { values: [x, y], weights: [0.5, 0.5] }, max: 0.05 }',
      ['value-divergence', 'fail', 0.0566330122651, 6],
    ],
    // numpy.corrcoef([1,2,3,4,6], [2,2,1,4,7])[0,1] = 0.8601195237109508
    ['{ check: correlation, columns: [a, b], min: 0.8 }', ['column-correlation', 'pass', 0.860119523711, 5]],
    // scipy.stats.spearmanr([1,2,3,4,6], [2,2,1,4,7]) = 0.6668859288553503
    [
      '{ check: correlation, columns: [a, b], method: spearman, max: 0.5 }',
      ['column-correlation', 'fail', 0.666885928855, 5],
    ],
    // scipy.stats.contingency.association([[1, 0], [1, 0], [0, 3]], method='cramer') = 1.0
    ['{ check: correlation, columns: [s, g], method: cramers-v, min: 1 }', ['column-correlation', 'pass', 1, 5]],
    ['{ check: row-count, min: 6, max: 7, strict-max: true }', ['row-count', 'pass', 6, 6]],
    ['{ check: column-count, max: 9 }', ['field-count', 'fail', 10, null]],
    ['{ check: column, column: s, index: 1 }', ['missing-label', 'pass', 1, null]],
    ['{ check: column, column: s, index: 2 }', ['missing-label', 'fail', 1, null]],
    ['{ check: columns, columns: [n, s], match: superset, ordered: true }', ['incorrect-label', 'pass', 10, null]],
    ['{ check: columns, columns: [s, n], match: superset, ordered: true }', ['incorrect-label', 'fail', 10, null]],
    ['{ check: columns, columns: [n, s], match: subset }', ['incorrect-label', 'fail', 10, null]],
    ['{ check: volume, max-decrease: 0.5 }', ['row-volume', 'pass', null, 6]],
  ]
  const found = await ask(asked.map(([check]) => check))
  expect(found.map(short)).toEqual(asked.map(([, expected]) => expected))
})

test('in groups the worst decides, and is named', async () => {
  const [check] = await ask(['{ check: range, column: n, max: 50, mostly: 0.8, group-by: g }'])
  expect(check).toMatchObject({
    verdict: 'fail',
    measured: 1,
    n: 6,
    details: { groups: 2, brokenGroups: 1 },
    message: '1 of 6 values of "n" (16.7 %) is outside the range; too many in 1 of 2 groups: g = "y" (1 of 4)',
  })
})

test('row filters and groups stand on every check of rows, values and sets', async () => {
  // numpy.corrcoef([3,4,6], [1,4,7])[0,1] = 0.9819805060619657; statistics.stdev([3,4,100,4]) = 48.16897341650536.
  // The clock of these tests is 2026-01-02T03:04:05Z.
  const asked: [check: string, expected: unknown[]][] = [
    ['{ check: unique, column: s, group-by: g }', ['unique-error', 'fail', 2, 5]],
    ['{ check: unique, column: s, where: "n < 4" }', ['unique-error', 'pass', 0, 3]],
    ['{ check: key, columns: [s], count: members, group-by: g }', ['primary-key', 'fail', 3, 5]],
    ['{ check: order, column: d, group-by: g }', ['sequential-value', 'fail', 1, 5]],
    ['{ check: outliers, column: n, limit: 1.4, group-by: g }', ['deviated-value', 'fail', 1, 6]],
    ['{ check: variants, column: s, where: "n > 2" }', ['string-variants', 'pass', 0, 3]],
    [
      '{ check: foreign-key, columns: [g], to: { data: train, columns: [s] }, where: "n = 1" }',
      ['foreign-key', 'fail', 1, 1],
    ],
    ['{ check: json, column: j, schema: { type: object }, group-by: g }', ['json-error', 'fail', 2, 5]],
    ['{ check: row-count, min: 3, group-by: g }', ['row-count', 'fail', 2, 6]],
    ['{ check: row-count, min: 2, max: 2, where: "g = \'x\'" }', ['row-count', 'pass', 2, 2]],
    ['{ check: value-set, column: s, values: [red, Red], group-by: g }', ['value-set', 'fail', 1, 5]],
    ['{ check: most-common, column: s, values: [blue], where: "g = \'y\'" }', ['most-common-value', 'pass', 'blue', 3]],
    [
      '{ check: divergence, column: s, expected: { values: [blue], weights: [1] }, max: 0, where: "n = 4" }',
      ['value-divergence', 'pass', 0, 2],
    ],
    ['{ check: correlation, columns: [a, b], min: 2, group-by: g }', ['column-correlation', 'fail', 0.981980506062, 5]],
    ['{ check: not-constant, column: g, where: "n > 2" }', ['constant-column', 'fail', 1, 4]],
    ['{ check: not-constant, column: s, group-by: g }', ['constant-column', 'fail', 1, 5]],
    ['{ check: freshness, column: d, max-age: 104w, where: "n < 2" }', ['freshness', 'fail', 17571.07, 1]],
    ['{ check: freshness, column: d, max-age: 105w, group-by: g }', ['freshness', 'pass', 17547.07, 5]],
    [
      '{ check: statistic, column: n, statistic: sd, max: 1, group-by: g }',
      ['statistic-range', 'fail', 48.16897341650536, 6],
    ],
  ]
  const found = await ask(asked.map(([check]) => check))
  expect(found.map(short)).toEqual(
    asked.map(([, expected]) => expected.map((one) => (typeof one === 'number' ? expect.closeTo(one, 2) : one))),
  )
})

test('what a filter says nothing to is a mistake', async () => {
  const text = contract(
    'checks: [{ check: volume, max-decrease: 0.5, group-by: g }, { check: column, column: n, where: "n > 1" }]',
  )
  expect(await problemsOf({ 'train.csv': DATA, 'data-contract.yml': text }, { train: 'train.csv' })).toEqual([
    'data-contract.yml:2: `group-by` says nothing to the check volume → take it out, or write it into the query',
    'data-contract.yml:2: `where` says nothing to the check column → take it out, or write it into the query',
  ])
})

test('nothing to judge is inconclusive, unless the contract says that it may be so', async () => {
  const found = await ask([
    '{ check: range, column: n, max: 50, where: "g = \'nowhere\'" }',
    '{ check: range, column: n, max: 50, where: "g = \'nowhere\'", on-empty: pass }',
    '{ check: statistic, column: n, statistic: mean, max: 50, where: "g = \'nowhere\'" }',
    '{ check: foreign-key, columns: [s], to: { data: test } }',
  ])
  expect(found.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass', 'inconclusive', 'inconclusive'])
})

test('a column that is not there, and one of another type, are findings', async () => {
  const found = await ask([
    '{ check: range, column: gone, max: 50 }',
    '{ check: range, column: s, max: 50 }',
    '{ check: compare, columns: [n, s], operator: "<" }',
    '{ check: statistic, column: s, statistic: mean, max: 50, level: warn }',
  ])
  expect(found.map(({ rule, verdict, message }) => [rule, verdict, message])).toEqual([
    ['missing-label', 'fail', 'column "gone" is not in the train data, and value-range asks for it'],
    ['type-error', 'fail', 'the range of "s" needs numbers, and the column is string'],
    ['type-error', 'fail', 'the comparison with "n" of "s" needs integer, and the column is string'],
    ['type-error', 'warn', 'the mean of "s" needs numbers, and the column is string'],
  ])
})

test('mistakes in SQL and patterns are told with their lines, all at once', async () => {
  const text = contract(`checks:
  - { check: rows, condition: "n <" }
  - { check: range, column: n, max: 5, where: "nothing = 1" }
  - { check: pattern, column: s, patterns: "(?=x)" }
  - { check: sql, query: "DROP TABLE data" }
  - { check: range, column: n }
`)
  const files = { 'train.csv': DATA, 'data-contract.yml': text }
  expect(await problemsOf(files, { train: 'train.csv' })).toEqual([
    'data-contract.yml:7: the check range has neither min nor max → write one of them',
  ])
  const rest = text.replace('  - { check: range, column: n }\n', '')
  const problems = await problemsOf({ ...files, 'data-contract.yml': rest }, { train: 'train.csv' })
  expect(problems.map((problem) => problem.split(' → ')[0]).sort()).toEqual([
    expect.stringContaining('data-contract.yml:3: of the check "rows", `condition` is no SQL expression: syntax error'),
    expect.stringContaining(
      'data-contract.yml:4: of the check "range", `where` is refused by the engine: Binder Error',
    ),
    expect.stringContaining(
      'data-contract.yml:5: of the check "pattern", `patterns` is refused by the engine: Invalid',
    ),
    expect.stringContaining('data-contract.yml:6: of the check "sql", `query` is no SELECT'),
  ])
})

test.each([
  ["SELECT * FROM read_csv('/etc/passwd')", 'reads from read_csv(), and may read nothing but the data'],
  ["SELECT * FROM 'other.csv'", 'reads from other.csv; it may read from data, train, test'],
  ['SELECT * FROM duckdb_settings()', 'reads from duckdb_settings()'],
  ['SELECT * FROM information_schema.tables', 'reads from tables'],
  ['SELECT * FROM dataset_1', 'reads from dataset_1'],
  ["SELECT (SELECT content FROM read_text('/etc/passwd')) FROM data", 'reads from read_text()'],
  ['SELECT nextval(n) FROM data', 'calls nextval(), which has side effects'],
  ["COPY data TO 'x.csv'", 'is no SELECT'],
  ['SELECT 1; SELECT 2', 'is more than one statement'],
])('a query reads nothing but the data: %s', async (query, said) => {
  const text = contract(`checks: [{ check: sql, query: ${JSON.stringify(query)} }]`)
  const [problem] = await problemsOf({ 'train.csv': DATA, 'data-contract.yml': text }, { train: 'train.csv' })
  expect(problem).toContain(`of the check "sql", \`query\` ${said}`)
})

test('a query may have names of its own, windows, aggregates and subqueries', async () => {
  const query =
    'WITH late AS (SELECT *, row_number() OVER (ORDER BY d DESC) AS k FROM data) SELECT g, count(*) FILTER (WHERE k < 3) AS c, list(s) FROM late WHERE n IN (SELECT max(n) FROM train) GROUP BY g HAVING count(*) > 0'
  const [check] = await ask([`{ check: sql, query: ${JSON.stringify(query)} }`])
  expect(check).toMatchObject({ verdict: 'fail', measured: 1, examples: [{ where: 'row 1 of the query' }] })
})

test('names of the data that look like ours, or like SQL, are only names', async () => {
  const data = csv('plumbline_row,"say ""hi""; --",c0,holds,Größe', [
    [1, 'a', 2, 'x', 3],
    [2, 'b', 1, 'y', 4],
  ])
  const found = await ask(
    [
      '{ check: rows, condition: "\\"plumbline_row\\" < 2 AND c0 > 1 AND holds = \'x\' AND \\"Größe\\" = 3" }',
      `{ check: order, column: c0, where: '"say ""hi""; --" = ''a''' }`,
      `{ check: values, column: 'say "hi"; --', values: [a] }`,
    ],
    data,
  )
  expect(found.map(short)).toEqual([
    ['row-constraint', 'fail', 1, 2],
    ['sequential-value', 'pass', 0, 1],
    ['allowed-values', 'fail', 1, 2],
  ])
})

test('every code has an explanation', () => {
  for (const code of Object.values(CODES)) expect(explain).toHaveProperty(code)
})

test.each([
  // GX 1.2: 0.9 of 10 allows one; its own 0.18 test had to write 0.8999.
  [{ mostly: 0.9 }, 10, 1],
  [{ mostly: 0.95 }, 100, 5],
  [{ mostly: 1 }, 100, 0],
  [{ mostly: 0 }, 7, 7],
  [{}, 7, 0],
  [{ 'max-bad': 3 }, 7, 3],
  [{ mostly: 0.7 }, 10, 3],
  [{ mostly: 0.999999 }, 50_000_000, 50],
])('allowed rows of %j of %d', (tolerance, n, allowed) => {
  expect(allowedRows(tolerance, n)).toBe(allowed)
})
