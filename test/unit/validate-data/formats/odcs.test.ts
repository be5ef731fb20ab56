import { odcs } from '../../../../actions/validate-data/formats/odcs/read.js'
import { readContract } from '../../../../actions/validate-data/formats/read-contract.js'
import { UserError } from '../../../../shared/core/errors.js'

const HEAD = 'apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.2.3\nstatus: active\n'
const read = (text: string, options = {}) => readContract(text, 'c.odcs.yaml', options)
const problems = (text: string, options = {}): string[] => {
  try {
    read(text, options)
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(({ where, message }) => `${where} ${message}`)
  }
}
/** A contract of one table `t` with the properties, as YAML in flow style, one a line from line 9. */
const table = (properties: readonly string[], more = '') =>
  `${HEAD}schema:\n  - name: t\n    properties:\n${properties.map((one) => `      - ${one}\n`).join('')}${more}`
const column = (property: string, head = '') => read(head + table([property])).contract.columns[0]
const checks = (property: string) => read(table([property])).contract.checks

test('it is known by its kind, in YAML and JSON', () => {
  expect(odcs.detect('a', HEAD)).toBe(true)
  expect(odcs.detect('a', '{"apiVersion":"v3.1.0","kind":"DataContract"}')).toBe(true)
  expect(odcs.detect('a', 'kind: Deployment')).toBe(false)
  expect(odcs.detect('a', '# kind: DataContract is another format\nschema: x')).toBe(false)
  expect(read(`${HEAD}schema: [{ name: t, properties: [{ name: a }] }]`)).toMatchObject({
    format: 'odcs',
    contract: { version: '1.2.3', 'extra-columns': 'allow', columns: [{ name: 'a' }] },
  })
})

test.each([
  [
    '{ name: a, logicalType: integer, required: true, unique: true }',
    { type: 'integer', missing: { 'max-count': 0 }, unique: true },
  ],
  ['{ name: a, physicalName: col_a, logicalType: date }', { name: 'col_a', type: 'date' }],
  ['{ name: a, logicalType: time }', { format: 'time' }],
  [
    '{ name: a, logicalType: string, logicalTypeOptions: { minLength: 1, maxLength: 3 } }',
    { length: { min: 1, max: 3 } },
  ],
  ['{ name: a, logicalType: string, logicalTypeOptions: { format: email } }', { format: 'email' }],
  ['{ name: a, logicalType: string, logicalTypeOptions: { pattern: "^[A-Z]{2}$" } }', { pattern: '[A-Z]{2}' }],
  [
    '{ name: a, logicalType: number, logicalTypeOptions: { minimum: 1, exclusiveMaximum: 9.5 } }',
    { range: { min: 1, max: 9.5, 'strict-max': true } },
  ],
  [
    '{ name: a, logicalType: integer, logicalTypeOptions: { format: i8, minimum: 0 } }',
    { range: { min: 0, max: 127 } },
  ],
  [
    '{ name: a, logicalType: date, logicalTypeOptions: { format: yyyy-MM-dd, minimum: "2024-01-01" } }',
    { type: 'date', range: { min: '2024-01-01' } },
  ],
  ['{ name: a, logicalType: date, logicalTypeOptions: { format: dd.MM.yyyy } }', { 'date-format': '%d.%m.%Y' }],
  ['{ name: a, classification: restricted }', { sensitive: true }],
  ['{ name: a, enum: [{ value: x }, { value: y }] }', { values: ['x', 'y'] }],
  [
    '{ name: a, quality: [{ metric: nullValues, mustBeLessOrEqualTo: 5, unit: percent }] }',
    { missing: { 'max-share': 0.05 } },
  ],
  [
    '{ name: a, quality: [{ metric: invalidValues, arguments: { validValues: [kg, 1] }, mustBe: 0 }] }',
    { values: ['kg', '1'] },
  ],
])('a property %s', (property, wanted) => {
  expect(column(property)).toMatchObject(wanted)
  expect(checks(property)).toEqual([])
})

test('in 3.0 an exclusive bound is a switch', () => {
  const text = table([
    '{ name: a, logicalType: integer, logicalTypeOptions: { minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false } }',
  ]).replace('v3.1.0', 'v3.0.2')
  expect(read(text).contract.columns[0]?.range).toEqual({ min: 1, 'strict-min': true, max: 5 })
})

test.each([
  [
    '{ name: a, quality: [{ metric: nullValues, mustBe: 0, name: n, severity: warning }] }',
    { check: 'missing', column: 'a', 'max-bad': 0, name: 'n', level: 'warn' },
  ],
  [
    '{ name: a, quality: [{ metric: nullValues, mustBeLessThan: 1, unit: percent }] }',
    {
      check: 'sql',
      query:
        'SELECT 100.0 * (count(*) FILTER (WHERE "a" IS NULL)) / count(*) AS value FROM data HAVING (100.0 * (count(*) FILTER (WHERE "a" IS NULL)) / count(*) < 1::DOUBLE) IS NOT TRUE',
    },
  ],
  [
    '{ name: a, quality: [{ metric: missingValues, arguments: { missingValues: [null, "", "N/A"] }, mustBeLessThan: 100 }] }',
    {
      check: 'rows',
      condition: `"a" IS NOT NULL AND coalesce(NOT CAST("a" AS VARCHAR) IN ('N/A'), true)`,
      'max-bad': 99,
    },
  ],
  [
    '{ name: a, quality: [{ metric: invalidValues, arguments: { validValues: [pounds, kg] }, mustBeLessThan: 5, unit: rows }] }',
    { check: 'values', values: ['pounds', 'kg'], 'max-bad': 4 },
  ],
  [
    '{ name: a, quality: [{ metric: invalidValues, arguments: { validValues: [1, 2] }, mustBeLessOrEqualTo: 5, unit: percent }] }',
    {
      check: 'rows',
      condition: '"a" IS NULL OR coalesce(TRY_CAST("a" AS DOUBLE) IN (1::DOUBLE, 2::DOUBLE), false)',
      mostly: 0.95,
    },
  ],
  [
    `{ name: a, quality: [{ metric: invalidValues, mustBe: 0, pattern: '^[A-Z]{2}[0-9]{2}$' }] }`,
    { check: 'pattern', patterns: ['[A-Z]{2}[0-9]{2}'], match: 'whole', 'max-bad': 0 },
  ],
  [
    `{ name: a, quality: [{ metric: invalidValues, mustBe: 0, arguments: { pattern: 'ab|^c' } }] }`,
    { check: 'pattern', patterns: ['ab|^c'], match: 'anywhere' },
  ],
  [
    '{ name: a, quality: [{ metric: duplicateValues, mustBeLessThan: 10, unit: rows }] }',
    { check: 'unique', 'max-bad': 9, count: 'copies' },
  ],
  [
    '{ name: a, quality: [{ metric: duplicateValues, mustBeGreaterThan: 2 }] }',
    {
      check: 'sql',
      query:
        'SELECT count("a") - count(DISTINCT "a") AS value FROM data HAVING (count("a") - count(DISTINCT "a") > 2::DOUBLE) IS NOT TRUE',
    },
  ],
  ['{ name: a, quality: [{ rule: duplicateCount, mustBe: 0 }] }', { check: 'unique', 'max-bad': 0 }],
  ['{ name: a, quality: [{ rule: nullCheck }] }', { check: 'missing', 'max-bad': 0 }],
  [
    '{ name: a, logicalType: integer, logicalTypeOptions: { multipleOf: 5 } }',
    { check: 'rows', condition: 'abs("a" / 5::DOUBLE - round("a" / 5::DOUBLE)) < 1e-9' },
  ],
  [
    '{ name: a, quality: [{ type: sql, query: "SELECT COUNT(*) FROM {object} WHERE {property} IS NULL;", mustBeLessThan: 3600 }] }',
    {
      check: 'sql',
      query:
        'SELECT * FROM (\nSELECT COUNT(*) FROM data WHERE "a" IS NULL\n) AS q(value) WHERE (value < 3600::DOUBLE) IS NOT TRUE',
    },
  ],
  [
    `{ name: a, quality: [{ type: sql, query: 'SELECT max("\${column}") FROM \${table}', mustNotBeBetween: [1, 2] }] }`,
    {
      query:
        'SELECT * FROM (\nSELECT max("a") FROM data\n) AS q(value) WHERE (value NOT BETWEEN 1::DOUBLE AND 2::DOUBLE) IS NOT TRUE',
    },
  ],
])('a rule of quality %s', (property, wanted) => {
  expect(checks(property)).toMatchObject([wanted])
})

test('rules of the table: rows, keys over several columns, foreign keys, words', () => {
  const { contract } = read(
    `${HEAD}schema:
  - name: orders
    id: orders_tbl
    quality:
      - { metric: rowCount, mustBeBetween: [100, 120] }
      - { metric: rowCount, mustBeGreaterThan: 10, severity: warning }
      - { metric: duplicateValues, mustBe: 0, arguments: { properties: [tenant_id, order_id] } }
      - { type: text, description: The clerk has looked at it. }
    relationships:
      - { from: orders.customer, to: customers.id }
      - { from: [schema/orders_tbl/properties/pre], to: [schema/orders_tbl/properties/oid] }
    properties:
      - { name: tenant_id, primaryKey: true, primaryKeyPosition: 2 }
      - { name: order_id, id: oid, primaryKey: true, primaryKeyPosition: 1 }
      - { name: customer }
      - { name: previous, id: pre, relationships: [{ to: orders.order_id }] }
  - { name: customers, physicalName: data/customers.csv, properties: [{ name: id, physicalName: cid }] }
`,
    { data: 'data/orders.csv' },
  )
  expect(contract.rows).toEqual({ min: 100, max: 120 })
  expect(contract.key).toEqual(['order_id', 'tenant_id'])
  expect(contract.checks).toMatchObject([
    { check: 'foreign-key', columns: ['previous'], to: { data: 'train', columns: ['order_id'] }, on: 'train' },
    { check: 'foreign-key', columns: ['previous'], to: { data: 'test', columns: ['order_id'] }, on: 'test' },
    { check: 'row-count', on: 'train', min: 11, level: 'warn' },
    { check: 'key', columns: ['tenant_id', 'order_id'], 'pass-over': 'all-missing', 'max-bad': 0 },
    { check: 'foreign-key', columns: ['customer'], to: { data: 'data/customers.csv', columns: ['cid'] } },
    { check: 'foreign-key', columns: ['previous'], on: 'train' },
    { check: 'foreign-key', columns: ['previous'], on: 'test' },
  ])
})

test.each([
  ['{ property: latency, value: 4, unit: d, element: t.day }', { column: 'day', 'max-age': '4d' }],
  ['{ property: freshness, value: 36, unit: h, element: day }', { column: 'day', 'max-age': '36h' }],
  ['{ property: ly, value: PT90M, element: t.day }', { column: 'day', 'max-age': '90m' }],
  ['{ property: latency, value: "1.5", unit: h }', { 'max-age': '90m' }],
])('the service level %s is freshness', (level, wanted) => {
  expect(read(table(['{ name: day }'], `slaProperties: [${level}]`)).contract.freshness).toEqual({
    ...wanted,
    level: 'fail',
  })
})

test('what is about operations is told, not checked', () => {
  const { notes } = read(
    table(
      ['{ name: a, physicalType: varchar(18) }'],
      'servers: [{ server: s, type: local, path: x }]\nslaProperties: [{ property: retention, value: 3, unit: y }, { property: latency, value: 1, element: other.day }]',
    ),
  )
  expect(notes?.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '10 `servers` is ignored: the data are those of plumbline.yml',
    '9 `physicalType` is about the storage: without `logicalType` no type is checked',
    '11 the service level "retention" is about operations and is not checked',
    '11 the service level of "other.day" is about another table',
  ])
})

test('nested properties are columns with dots; what no column says is judged on the row', () => {
  const { contract } = read(
    table([
      '{ name: user, logicalType: object, required: true, properties: [{ name: id, logicalType: integer, required: true }, { name: home, logicalType: object, properties: [{ name: zip, logicalType: string, required: true }] }] }',
      '{ name: tags, logicalType: array, logicalTypeOptions: { minItems: 1 }, items: { logicalType: string, required: true, logicalTypeOptions: { maxLength: 3 } } }',
    ]),
  )
  expect(contract.columns.map(({ name, required, missing }) => [name, required, missing])).toEqual([
    ['user.id', true, { 'max-count': 0 }],
    ['user.home.zip', false, undefined],
    ['tags', true, undefined],
  ])
  expect(contract.checks).toMatchObject([
    {
      check: 'row-schema',
      schema: {
        required: ['user'],
        properties: {
          user: {
            type: 'object',
            required: ['id'],
            properties: {
              home: { type: ['object', 'null'], required: ['zip'], properties: { zip: { not: { type: 'null' } } } },
            },
          },
        },
      },
    },
    {
      check: 'row-schema',
      schema: {
        properties: { tags: { type: ['array', 'null'], minItems: 1, items: { type: 'string', maxLength: 3 } } },
      },
    },
  ])
})

test('a rule of Great Expectations is translated as one of a suite', () => {
  const implementation = 'type: expect_column_values_to_be_between, kwargs: { column: a, min_value: 1, max_value: 5 }'
  expect(
    checks(
      `{ name: a, quality: [{ type: custom, engine: greatExpectations, implementation: { ${implementation} } }] }`,
    ),
  ).toMatchObject([{ check: 'range', column: 'a', min: 1, max: 5 }])
})

test('what cannot be honoured is an error with its line, all at once', () => {
  expect(
    problems(
      table(
        [
          '{ name: a, logicalType: text }',
          '{ name: b, logicalType: string, logicalTypeOptions: { pattern: "a(?=b)", minimum: 3 } }',
          '{ name: c, logicalType: integer, logicalTypeOptions: { format: u64 } }',
          '{ name: d, logicalType: timestamp, logicalTypeOptions: { defaultTimezone: Europe/Berlin } }',
          '{ name: e, quality: [{ type: custom, engine: soda, implementation: "x" }] }',
          '{ name: f, quality: [{ metric: nullValues }] }',
          '{ name: g, quality: [{ metric: rowCount, mustBe: 3 }] }',
          '{ name: h, quality: [{ metric: nullValues, mustBe: 0, mustBeLessThan: 4 }] }',
          '{ name: i, relationships: [{ to: nowhere.id }] }',
          '{ name: j, requird: true }',
          '{ name: k, quality: [{ type: sql, query: "DELETE FROM {object}", mustBe: 0 }] }',
        ],
        'slaProperties: [{ property: latency, value: soon }]\ncontract: 1\n',
      ),
    ),
  ).toEqual([
    'c.odcs.yaml:9 `logicalType` is "text"',
    'c.odcs.yaml:10 the pattern "a(?=b)": it looks ahead or behind',
    'c.odcs.yaml:10 `minimum` is not known here',
    'c.odcs.yaml:11 the format "u64" is not known here',
    'c.odcs.yaml:12 times without a zone are "Europe/Berlin"',
    'c.odcs.yaml:13 a rule of the engine "soda" cannot be run here',
    'c.odcs.yaml:14 the rule says nothing to compare with',
    'c.odcs.yaml:15 rowCount stands at a property',
    'c.odcs.yaml:16 the rule has mustBe and mustBeLessThan',
    'c.odcs.yaml:17 there is no property "nowhere.id"',
    'c.odcs.yaml:18 `requird` is not known here',
    'c.odcs.yaml:19 the query is no SELECT',
    'c.odcs.yaml:20 the value of latency is "soon"',
    'c.odcs.yaml:21 `contract` is not known here',
  ])
})

test('several tables: named, like the data, or an error that lists them', () => {
  const text = `${HEAD}schema:\n  - { name: a, properties: [{ name: x }] }\n  - { name: b, properties: [{ name: y }] }\n`
  expect(problems(text)).toEqual(['c.odcs.yaml:7 it describes 2 tables: "a", "b"'])
  expect(read(text, { table: 'b' }).contract.columns[0]?.name).toBe('y')
  expect(read(text, { data: 'data/B.parquet' }).contract.columns[0]?.name).toBe('y')
  expect(problems(text.replace('v3.1.0', 'v2.2.2'), { table: 'a' })).toEqual(['c.odcs.yaml:1 `apiVersion` is "v2.2.2"'])
})

test('hostile names and values stay data', () => {
  const { contract } = read(
    table([
      `{ name: 'x"; DROP TABLE data; --', quality: [{ metric: invalidValues, arguments: { validValues: ["'); ATTACH '"] }, mustBeGreaterThan: 1 }] }`,
    ]),
  )
  expect(contract.checks[0]).toMatchObject({
    query: expect.stringContaining(`CAST("x""; DROP TABLE data; --" AS VARCHAR) IN ('''); ATTACH ''')`),
  })
})
