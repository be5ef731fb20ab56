import { contract } from '../unit/validate-data/support.js'
import type { Both } from './support.js'

const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T

/** Every type, with what is hard about it: no end, signs, offsets, quotes, line breaks, late and wrong values. */
const ROW = (i: number): string =>
  [
    i % 13 === 5
      ? ''
      : i % 11 === 3
        ? 'nan'
        : i % 17 === 4
          ? pick(['inf', '-Infinity'], i)
          : String(((i * 7919) % 101) / 7),
    i % 9 === 0 ? '9007199254740993' : String(i * 1000003 - 5),
    pick(['true', 'False', 'TRUE', 'false', ''], i),
    i % 3 ? `2024-0${1 + (i % 9)}-1${i % 10}T0${i % 10}:30:00.${i}` : `2023-12-31 23:5${i % 10}:00+05:30`,
    pick(['"a\nb"', '"say ""hi"""', 'Zürich', ' pad ', '😀x', '', '"x,y"', 'Z-rich', 'ZURICH'], i),
    i === 55 ? 'x1' : String(i),
    pick(['1e5', '-0', '0.1', '1e-7', '123456789.123', '1e300', '12', '5e15', '1e16', '0.30000000000000004'], i),
    pick(
      [
        'NL91ABNA0417164300',
        'NL91ABNA0417164301',
        '192.0.2.1',
        '2024-02-29',
        'https://example.org/a?b=1',
        '018f3a5c-7d2e-7c1a-9b1f-0242ac120002',
        'nope',
        '12:30:60',
        'P1DT12H',
        '4111 1111 1111 1111',
        '::1',
        'a.b@c.de',
        '"{""a"":1}"',
        'aGVsbG8=',
        'en-US',
        '978-0-306-40615-7',
        '100 %',
      ],
      i,
    ),
    pick(['a', 'b', 'c'], i),
    String(Math.floor(i / 4)),
    `${1900 + (i % 30)}-01-01`,
  ].join(',')

const file = (from: number, to: number) =>
  `f,i,b,t,s,m,x,w,g,k,d\n${Array.from({ length: to - from }, (_, i) => ROW(from + i)).join('\n')}\n`

const FORMATS =
  'email uuid url uri hostname ip ipv4 ipv6 cidr mac date time datetime duration year year-month country currency language phone iban bic card isbn ean semver json base64 hex md5 latitude percentage ascii slug'
const STATISTICS =
  'min max mean median sd sum skewness kurtosis distinct distinct-share duplicated missing missing-share present-share zero-share negative-share'

const CHECKS = [
  ...FORMATS.split(' ').map((format) => `{ check: format, column: w, format: ${format} }`),
  ...STATISTICS.split(' ').flatMap((name) => [
    `{ check: statistic, column: f, statistic: ${name}, min: 0, max: 1, group-by: g }`,
  ]),
  '{ check: statistic, column: x, statistic: quantile, quantile: 0.37, max: 1, where: "x < 1e6" }',
  '{ check: statistic, column: x, statistic: quantile, quantile: 0.37, nearest: true, max: 1, group-by: g }',
  '{ check: statistic, column: s, statistic: mean-length, max: 1, group-by: g }',
  '{ check: statistic, column: t, statistic: max, max: "2024-01-06" }',
  '{ check: outliers, column: f, method: z, limit: 1, group-by: g }',
  '{ check: outliers, column: f, method: robust-z, limit: 1, group-by: g }',
  '{ check: outliers, column: x, method: robust-z, limit: 1, where: "i > 3" }',
  '{ check: order, column: k, group-by: g }',
  '{ check: unique, column: f, group-by: g }',
  '{ check: variants, column: s }',
  '{ check: pattern, column: s, patterns: "\\\\s", match: anywhere, not: true }',
  '{ check: pattern, column: s, patterns: "^[[:alpha:]]+$" }',
  '{ check: pattern, column: s, patterns: "(?i)z.rich" }',
  '{ check: pattern, column: s, patterns: "a.b" }',
  '{ check: pattern, column: s, patterns: "\\\\bhi\\\\b", match: anywhere }',
  '{ check: type, column: x, types: [integer] }',
  '{ check: type, column: w, types: [date, integer] }',
  '{ check: correlation, columns: [f, i], method: spearman, max: 0.1, group-by: g }',
  '{ check: divergence, column: f, expected: { bins: [0, 5, 10, null], weights: [0.5, 0.25, 0.25] }, max: 0.05 }',
  "{ check: rows, condition: \"i // 7 = 3 OR i / 7 > 3.5 OR coalesce(s, '') = ''\" }",
  '{ check: rows, condition: "t > TIMESTAMP \'2024-03-01\' AND f IS NOT NULL AND year(t) = 2024" }',
  '{ check: sql, query: "SELECT g, b, max(x) AS m FROM data WHERE isfinite(f) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL" }',
  '{ check: compare, columns: [d, t], operator: "<" }',
  '{ check: value-set, column: f, values: ["0", "1"], relation: subset }',
  '{ check: values, column: x, values: ["0.1", "12", "1e-07"] }',
  '{ check: range, column: t, min: "2024-01-01T00:00:00", max: "2024-05-01" }',
  '{ check: date-format, column: w }',
]

/** Every JSON type in columns of every declared one, and rows that only the schema of the whole can judge. */
const KINDS = [
  '"x"',
  '"5"',
  '""',
  '5',
  '5.0',
  '5.5',
  '1e3',
  'true',
  'null',
  '[1,"a"]',
  '{"b":1}',
  '-0.0',
  '12345678901',
]
const SCHEMA = JSON.stringify({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['string', 'either'],
  properties: {
    ...Object.fromEntries(['string', 'integer', 'number', 'boolean', 'array'].map((type) => [type, { type }])),
    either: { type: ['string', 'integer'] },
    day: { type: ['string', 'null'], format: 'date' },
    in: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
  },
})
const KIND_ROWS = Array.from({ length: 60 }, (_, i) => {
  const names = ['string', 'integer', 'number', 'boolean', 'array', 'either']
  const fields = names.map((name, at) => `"${name}": ${pick(KINDS, i + at)}`)
  const inner = pick(['{"n": 1}', '{"n": "1"}', '{}', 'null', '{"n": 2.0}'], i)
  return `{${[...fields, ...(i % 4 ? [`"in": ${inner}`] : []), `"day": "2024-01-${10 + i}"`].join(', ')}}`
})

export function typeCases(both: Both): void {
  test('JSON under a JSON Schema, by the types as they are written', async () => {
    const files = { 'train.jsonl': KIND_ROWS.join('\n'), 'row.schema.json': SCHEMA }
    const [duckdb, spark] = await both.validate(files, { train: 'train.jsonl', contract: 'row.schema.json' })
    expect(spark).toEqual(duckdb)
    const rules = new Set(duckdb.validation.checks.flatMap(({ verdict, rule }) => (verdict === 'fail' ? [rule] : [])))
    expect([...rules].sort()).toEqual(['missing-value', 'row-schema', 'type-error'])
  })

  test('types, formats, statistics and places of rows in several files are those of DuckDB', async () => {
    const files = {
      'part-2.csv': file(0, 25),
      'part-10 ü [1].csv': file(25, 60),
      'data-contract.yml': contract(
        `extra-columns: allow\ncolumns:\n  - { name: m, type: integer }\nchecks:\n${CHECKS.map((check) => `  - ${check}`).join('\n')}`,
      ),
    }
    const [expected, found] = await both.validate(files, { train: 'part-*.csv', slices: ['g'], 'bad-rows': 'off' })
    expect(found.profile.datasets).toEqual(expected.profile.datasets)
    expect(found.validation.checks).toEqual(expected.validation.checks)
  })
}
