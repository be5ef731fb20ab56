import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import * as fc from 'fast-check'
import { parse } from 'yaml'
import { convertContract, type Target } from '../../../../actions/validate-data/formats/convert/convert.js'
import { readContract } from '../../../../actions/validate-data/formats/read-contract.js'
import { DataContract } from '../../../../shared/contracts/data-contract.js'

const schemaOf = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'))
const options = { strict: false, allErrors: true, logger: false } as const
const isOdcs = new Ajv2019(options).compile(schemaOf('odcs-3.1.0.schema.json'))
const isTableSchema = new Ajv(options).compile(schemaOf('frictionless-5.21.0.schema.json'))

const contractOf = (contract: object): DataContract =>
  DataContract.parse({ schema: 'plumbline.data-contract/1', 'extra-columns': 'allow', ...contract })
const convert = (contract: object, to: Target) => convertContract(contractOf(contract), to, { name: 'orders' })
const lost = (contract: object, to: Target) =>
  convert(contract, to).losses.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)

const RICH = {
  version: '2.1.0',
  rows: { min: 10, max: 99 },
  key: ['id', 'day'],
  freshness: { column: 'day', 'max-age': '2w' },
  columns: [
    { name: 'id', type: 'integer', missing: { 'max-count': 0 }, unique: true, range: { min: 1, 'strict-min': true } },
    { name: 'day', type: 'date', range: { min: '2024-01-01', max: '2024-12-31' }, description: 'of the order' },
    { name: 'code', type: 'string', length: { min: 2, max: 4 }, pattern: 'a|b', missing: { 'max-share': 0.07 } },
    { name: 'unit', type: 'string', values: ['kg', '1', 'a "b"'], sensitive: true },
    { name: 'mail', type: 'string', format: 'email' },
    { name: 'at', type: 'timestamp', 'date-format': '%d.%m.%Y %H:%M' },
  ],
  checks: [
    { check: 'missing', column: 'code', 'max-bad': 3, name: 'few', level: 'warn' },
    { check: 'unique', column: 'code', 'max-bad': 2 },
    { check: 'key', columns: ['code', 'unit'] },
    { check: 'pattern', column: 'unit', patterns: ['[a-z]'], match: 'anywhere' },
    { check: 'sql', query: 'SELECT * FROM data WHERE id > 5' },
  ],
}

test('ODCS: the text is literal, valid against the schema of the standard, and nothing is lost', () => {
  const { text, losses } = convert(RICH, 'odcs')
  expect(losses).toEqual([])
  expect(isOdcs(parse(text)) ? [] : isOdcs.errors).toEqual([])
  expect(parse(text)).toMatchObject({
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    version: '2.1.0',
    schema: [
      {
        name: 'orders',
        quality: [
          { metric: 'rowCount', mustBeBetween: [10, 99] },
          { metric: 'duplicateValues', arguments: { properties: ['code', 'unit'] }, mustBe: 0 },
          { type: 'sql', query: 'SELECT count(*) FROM (\nSELECT * FROM {object} WHERE id > 5\n) AS bad', mustBe: 0 },
        ],
        properties: [
          {
            name: 'id',
            logicalType: 'integer',
            primaryKey: true,
            primaryKeyPosition: 1,
            required: true,
            unique: true,
            logicalTypeOptions: { exclusiveMinimum: 1 },
          },
          {
            name: 'day',
            primaryKeyPosition: 2,
            logicalTypeOptions: { minimum: '2024-01-01', maximum: '2024-12-31' },
            description: 'of the order',
          },
          { name: 'code', logicalTypeOptions: { minLength: 2, maxLength: 4, pattern: '^(?:a|b)$' } },
          {
            name: 'unit',
            classification: 'confidential',
            quality: [
              { metric: 'invalidValues', arguments: { validValues: ['kg', '1', 'a "b"'] }, mustBe: 0 },
              { metric: 'invalidValues' },
            ],
          },
          { name: 'mail', logicalTypeOptions: { format: 'email' } },
          { name: 'at', logicalTypeOptions: { format: 'dd.MM.yyyy HH:mm' } },
        ],
      },
    ],
    slaProperties: [{ property: 'latency', value: 14, unit: 'd', element: 'orders.day' }],
  })
})

test('Frictionless: the text is valid against the profile, and the rest is told with its key', () => {
  const { columns, key } = RICH
  const { text, losses } = convert(
    { columns: columns.slice(0, 2), key, 'extra-columns': 'fail', 'column-order': 'fail' },
    'frictionless',
  )
  expect(losses).toEqual([])
  expect(JSON.parse(text)).toEqual({
    $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
    name: 'orders',
    fieldsMatch: 'exact',
    fields: [
      { name: 'id', type: 'integer', constraints: { required: true, unique: true, exclusiveMinimum: 1 } },
      {
        name: 'day',
        type: 'date',
        description: 'of the order',
        constraints: { minimum: '2024-01-01', maximum: '2024-12-31' },
      },
    ],
    primaryKey: ['id', 'day'],
  })
  const whole = convert(RICH, 'frictionless')
  for (const one of [text, whole.text]) expect(isTableSchema(JSON.parse(one)) ? [] : isTableSchema.errors).toEqual([])
  expect(whole.losses.map(({ path }) => path.map(String).join('.'))).toEqual([
    ...['checks.0', 'checks.1', 'checks.2', 'checks.3', 'checks.4', 'version', 'rows', 'freshness'],
    ...['columns.2.missing', 'columns.3.sensitive'],
  ])
})

test.each([
  [{ duplicates: { 'max-share': 0 } }, 'duplicates: copies of whole rows'],
  [{ 'extra-columns': 'fail' }, 'extra-columns: what other columns mean'],
  [{ drift: { warn: 0.2 } }, 'drift: settings of drift'],
  [{ columns: [{ name: 'a', forbidden: ['x'] }] }, 'columns.0.forbidden: forbidden values'],
  [{ columns: [{ name: 'a', required: false }] }, 'columns.0.required: a column that may be lacking'],
  [{ columns: [{ name: 'a', type: 'string', format: 'iban' }] }, 'columns.0.format: the format iban'],
  [
    { columns: [{ name: 'a', values: ['x'], 'max-unknown': 0.1 }] },
    'columns.0.max-unknown: a share of the rows with a value: it became one of all rows',
  ],
  [{ checks: [{ check: 'order', column: 'a' }] }, 'checks.0: the check order'],
  [{ checks: [{ check: 'missing', column: 'a', where: 'b > 1' }] }, 'checks.0: a row filter (`where`) of missing'],
  [{ checks: [{ check: 'missing', column: 'nobody' }] }, 'checks.0: the column "nobody" is not declared'],
])('ODCS has no words for %j', (contract, message) => {
  expect(lost(contract, 'odcs')).toEqual([message])
})

/** Contracts of what ODCS can say. */
const name = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  .filter((text) => text.trim() === text && !text.includes('.'))
const bound = fc.integer({ min: -1000, max: 1000 })
const column = fc.record(
  {
    kind: fc.constantFrom('integer', 'number', 'string', 'date', 'boolean'),
    missing: fc.constantFrom({ 'max-count': 0 }, { 'max-count': 4 }, { 'max-share': 0.29 }),
    unique: fc.constant(true),
    values: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    description: fc.string({ minLength: 1 }),
    range: fc.tuple(bound, bound, fc.boolean(), fc.boolean()),
    length: fc.tuple(fc.nat(9), fc.nat(9)),
    pattern: fc.constantFrom('[a-z]+', 'a|b', '\\d{2}\\$', '(x|y)z'),
  },
  { requiredKeys: ['kind'] },
)
const contracts = fc
  .record(
    {
      rows: fc.constantFrom({ min: 1 }, { max: 5 }, { min: 2, max: 5 }, { min: 3, max: 3 }),
      version: fc.constant('3.0.1'),
      keys: fc.nat(2),
      columns: fc.array(fc.tuple(name, column), { minLength: 1, maxLength: 5 }),
    },
    { requiredKeys: ['columns', 'version'] },
  )
  .map(({ columns, keys, ...top }) => {
    const unique = [...new Map(columns).entries()].map(([name, { kind, range, length, pattern, ...rest }]) => {
      const numeric = kind === 'integer' || kind === 'number'
      const [low, high, strictMin, strictMax] = range ?? [0, 0, false, false]
      return {
        name,
        type: kind,
        ...rest,
        ...(range !== undefined && numeric
          ? {
              range: {
                min: Math.min(low, high),
                max: Math.max(low, high),
                ...(strictMin ? { 'strict-min': true } : {}),
                ...(strictMax ? { 'strict-max': true } : {}),
              },
            }
          : {}),
        ...(length !== undefined && kind === 'string'
          ? { length: { min: Math.min(...length), max: Math.max(...length) } }
          : {}),
        ...(pattern !== undefined && kind === 'string' ? { pattern } : {}),
      }
    })
    const key = unique.slice(0, keys ?? 0).map((rule) => rule.name)
    return contractOf({ ...top, columns: unique, ...(key.length > 0 ? { key } : {}) })
  })

/** A pattern comes back in the group that its anchors need. */
const plain = (contract: DataContract) =>
  JSON.parse(JSON.stringify(contract), (key, value) =>
    key === 'pattern' ? String(value).replace(/^\(\?:(.*)\)$/, '$1') : value,
  )

test('what ODCS can express comes back from it, and the text is valid', () => {
  fc.assert(
    fc.property(contracts, (contract) => {
      const { text, losses } = convertContract(contract, 'odcs', { name: 'orders' })
      expect(losses).toEqual([])
      expect(isOdcs(parse(text)) ? [] : isOdcs.errors).toEqual([])
      expect(plain(readContract(text, 'c.yaml').contract)).toEqual(plain(contract))
    }),
    { numRuns: 150 },
  )
})

test('Frictionless keeps types and constraints', () => {
  fc.assert(
    fc.property(contracts, (contract) => {
      const { text } = convertContract(contract, 'frictionless', { name: 'orders' })
      expect(isTableSchema(JSON.parse(text)) ? [] : isTableSchema.errors).toEqual([])
      const back = readContract(text, 'schema.json').contract
      const keep = (one: DataContract) =>
        plain(one)
          .columns.filter((rule: { type: string }) => rule.type === 'string')
          .map((rule: Record<string, unknown>) => [rule.name, rule.length, rule.pattern, rule.unique])
      const strings = new Set(contract.columns.filter(({ type }) => type === 'string').map((rule) => rule.name))
      expect(keep(back).filter(([name]: [string]) => strings.has(name))).toEqual(keep(contract))
      expect(back.key).toEqual(contract.key)
    }),
    { numRuns: 60 },
  )
})

test('Plumbline’s own text says the same contract, without its defaults', () => {
  const { text } = convert(RICH, 'plumbline')
  expect(readContract(text, 'c.yml').contract).toEqual(contractOf(RICH))
  expect(text).toMatch(/^schema: plumbline\.data-contract\/1\n/)
  expect(text).not.toMatch(/level: fail|max-unknown|strict-min: false|drift/)
  expect(text).toContain('min: "2024-01-01"')
  expect(text).toContain('  - check: key\n    columns:\n      - code\n      - unit\n')
})

test.each([
  [{ operator: '<=' }, 'NOT ("a ""x""" <= "b")', { mustBe: 0 }],
  [
    { operator: '!=', 'pass-over': 'never', 'max-bad': 2 },
    '("a ""x""" <> "b") IS NOT TRUE',
    { mustBeLessOrEqualTo: 2 },
  ],
  [
    { operator: '=', 'pass-over': 'all-missing' },
    '("a ""x""" = "b") IS NOT TRUE AND ("a ""x""" IS NOT NULL OR "b" IS NOT NULL)',
    { mustBe: 0 },
  ],
])('ODCS: a comparison of columns is a query that counts the rows which break it: %j', (more, broken, limit) => {
  const { text, losses } = convert({ checks: [{ check: 'compare', columns: ['a "x"', 'b'], ...more }] }, 'odcs')
  expect(losses).toEqual([])
  expect(isOdcs(parse(text)) ? [] : isOdcs.errors).toEqual([])
  const query = `SELECT count(*) FROM {object} WHERE ${broken}`
  expect(parse(text).schema[0].quality).toEqual([{ type: 'sql', query, ...limit }])
  const [read] = readContract(text, 'orders.yaml').contract.checks
  expect(read).toMatchObject({ check: 'sql', query: expect.stringContaining(query.replace('{object}', 'data')) })
})

test.each([
  [{ mostly: 0.9 }, 'a share of the rows that are compared'],
  [{ columns: ['{object}', 'b'] }, 'a comparison of columns with braces in their names'],
  [{ columns: ['at', 'b'] }, 'a comparison of dates that are not written in ISO'],
])('ODCS: a comparison that no query can say: %j', (more, message) => {
  const columns = [{ name: 'at', 'date-format': '%d.%m.%Y' }]
  const checks = [{ check: 'compare', columns: ['a', 'b'], operator: '<', ...more }]
  expect(lost({ columns, checks }, 'odcs')).toEqual([`checks.0: ${message}`])
})

// A day as upper bound of a timestamp ends with the day here, and with its midnight there.
test('Frictionless: the upper bound of a timestamp is the same instant', () => {
  const at = { name: 'at', type: 'timestamp', range: { min: '2024-01-01', max: '2024-02-29' } }
  const { text, losses } = convert({ columns: [at] }, 'frictionless')
  expect(losses).toEqual([])
  expect(parse(text).fields[0].constraints).toEqual({
    minimum: '2024-01-01T00:00:00',
    exclusiveMaximum: '2024-03-01T00:00:00',
  })
})

test('ODCS: a level of missing values stays, and that of a format is told', () => {
  const warned = { columns: [{ name: 'a', missing: { 'max-count': 0 }, level: 'warn' }] }
  const { text } = convert(warned, 'odcs')
  expect(parse(text).schema[0].properties).toEqual([
    { name: 'a', quality: [{ metric: 'nullValues', mustBe: 0, severity: 'warning' }] },
  ])
  expect(readContract(text, 'c.odcs.yaml').contract.checks).toMatchObject([
    { check: 'missing', column: 'a', 'max-bad': 0, level: 'warn' },
  ])
  expect(lost({ columns: [{ name: 'a', format: 'email', level: 'warn' }] }, 'odcs')).toEqual([
    'columns.0.level: a level of type, options or uniqueness',
  ])
})
