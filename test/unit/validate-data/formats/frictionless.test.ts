import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { frictionless } from '../../../../actions/validate-data/formats/frictionless/read.js'
import { readContract } from '../../../../actions/validate-data/formats/read-contract.js'
import { UserError } from '../../../../shared/core/errors.js'

const read = (schema: unknown, path = 'schema.json', options = {}) =>
  frictionless.read(JSON.stringify(schema, null, 2), path, options)
const problems = (schema: unknown, path = 'schema.json', options = {}): string[] => {
  try {
    read(schema, path, options)
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(({ where, message }) => `${where} ${message}`)
  }
}
const column = (field: object) => read({ fields: [{ name: 'x', ...field }] }).contract.columns[0]
const checks = (field: object) => read({ fields: [{ name: 'x', ...field }] }).contract.checks

const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'frictionless-cases.json'), 'utf8')) as {
  version: string
  cases: { name: string; schema: object; data: string; errors: { code: string }[] }[]
}

describe('tables that frictionless-py has judged', () => {
  test('there are enough of them, of one version', () => {
    expect(CASES.version).toBe('5.21.0')
    expect(CASES.cases.length).toBeGreaterThanOrEqual(50)
  })
  test.each(CASES.cases)('$name: the schema is read without a problem', ({ schema }) => {
    const text = JSON.stringify(schema)
    expect(frictionless.detect('schema.json', text)).toBe(true)
    const { contract } = readContract(text, 'schema.json')
    expect(contract.columns.map(({ name }) => name)).toEqual(
      (schema as { fields: { name: string }[] }).fields.map(({ name }) => name),
    )
  })
})

test.each([
  ['string', {}, { type: 'string' }],
  ['string', { format: 'email' }, { type: 'string', format: 'email' }],
  ['string', { format: 'binary' }, { format: 'base64' }],
  ['integer', {}, { type: 'integer' }],
  ['number', {}, { type: 'number' }],
  ['boolean', {}, { type: 'string', values: ['true', 'True', 'TRUE', '1', 'false', 'False', 'FALSE', '0'] }],
  ['boolean', { trueValues: ['y'], falseValues: ['n'] }, { values: ['y', 'n'] }],
  ['boolean', { constraints: { enum: [false] } }, { values: ['false', 'False', 'FALSE', '0'] }],
  ['date', {}, { type: 'date' }],
  ['date', { format: 'fmt:%d/%m/%Y' }, { type: 'date', 'date-format': '%d/%m/%Y' }],
  ['datetime', {}, { type: 'timestamp' }],
  ['time', {}, { format: 'time' }],
  ['year', { constraints: { minimum: '2000' } }, { type: 'integer', format: 'year', range: { min: 2000 } }],
  ['yearmonth', {}, { format: 'year-month' }],
  ['duration', {}, { format: 'duration' }],
  ['integer', { bareNumber: false }, { type: 'string', pattern: '[^0-9-]*-?[0-9]+[^0-9]*' }],
  [
    'list',
    { itemType: 'integer', delimiter: '|' },
    { pattern: '(?:\\s*[+-]?[0-9]+\\s*)(?:\\|(?:\\s*[+-]?[0-9]+\\s*))*' },
  ],
])('a field of the type %s %j', (type, more, wanted) => {
  expect(column({ type, ...more })).toMatchObject(wanted)
})

test('a field without a type is of any', () => {
  expect(column({})).toEqual({ name: 'x', required: true, 'max-unknown': 0, level: 'fail' })
})

test('constraints become rules of the column', () => {
  expect(
    column({
      type: 'number',
      constraints: {
        required: true,
        unique: true,
        minimum: 1,
        exclusiveMinimum: '1',
        exclusiveMaximum: 9,
        enum: [2, 3],
      },
    }),
  ).toMatchObject({
    missing: { 'max-count': 0 },
    unique: true,
    range: { min: 1, 'strict-min': true, max: 9, 'strict-max': true },
    values: ['2', '3'],
  })
  expect(column({ type: 'string', constraints: { minLength: 1, maxLength: 4, pattern: '^[a-z]+$' } })).toMatchObject({
    length: { min: 1, max: 4 },
    pattern: '[a-z]+',
  })
  expect(
    column({ type: 'date', format: '%d.%m.%Y', constraints: { minimum: '31.01.2024', maximum: '01.02.2024' } }),
  ).toMatchObject({ range: { min: '2024-01-31', max: '2024-02-01' } })
})

test('numbers with signs of their own are compared as what they stand for', () => {
  expect(
    checks({ type: 'number', decimalChar: ',', groupChar: '.', constraints: { minimum: '1.000,5' } }),
  ).toMatchObject([
    {
      check: 'rows',
      condition: `TRY_CAST(replace(replace(CAST("x" AS VARCHAR), '.', ''), ',', '.') AS DOUBLE) >= 1000.5`,
    },
  ])
})

test('objects and arrays are JSON, whose lengths count members', () => {
  expect(
    checks({ type: 'array', constraints: { minLength: 1, jsonSchema: { items: { type: 'integer' } } } }),
  ).toMatchObject([{ check: 'json', schema: { type: 'array', minItems: 1, allOf: [{ items: { type: 'integer' } }] } }])
  expect(checks({ type: 'object', constraints: { maxLength: 2 } })).toMatchObject([
    { check: 'json', schema: { type: 'object', maxProperties: 2 } },
  ])
})

test.each([
  ['exact', 'fail', 'fail', true],
  ['equal', 'fail', 'allow', true],
  ['subset', 'allow', 'allow', true],
  ['superset', 'fail', 'allow', false],
  ['partial', 'allow', 'allow', false],
])('fieldsMatch %s', (fieldsMatch, extra, order, required) => {
  const { contract } = read({ fields: [{ name: 'a' }], fieldsMatch })
  expect([contract['extra-columns'], contract['column-order'], contract.columns[0]?.required]).toEqual([
    extra,
    order,
    required,
  ])
  expect(contract.checks.map(({ check }) => check)).toEqual(fieldsMatch === 'partial' ? ['columns'] : [])
})

test('keys: primary, unique, foreign, and to itself', () => {
  const pack = {
    resources: [
      { name: 'people', path: 'people.csv', schema: { fields: [{ name: 'id' }] } },
      {
        name: 'orders',
        path: 'orders.csv',
        schema: {
          fields: [{ name: 'id' }, { name: 'of' }, { name: 'after' }],
          primaryKey: 'id',
          uniqueKeys: [['of', 'after']],
          foreignKeys: [
            { fields: 'of', reference: { resource: 'people', fields: 'id' } },
            { fields: ['after'], reference: { resource: '', fields: ['id'] } },
          ],
        },
      },
    ],
  }
  const { contract, line } = read(pack, 'pack/datapackage.json', { data: 'data/orders.csv.gz' })
  expect(contract.key).toEqual(['id'])
  expect(contract.checks).toMatchObject([
    { check: 'key', columns: ['of', 'after'], 'pass-over': 'any-missing' },
    { check: 'foreign-key', columns: ['of'], to: { data: 'pack/people.csv', columns: ['id'] } },
    { check: 'foreign-key', columns: ['after'], to: { data: 'train', columns: ['id'] }, on: 'train' },
    { check: 'foreign-key', columns: ['after'], to: { data: 'test', columns: ['id'] }, on: 'test' },
  ])
  expect(line(['key'])).toBe(29)
  expect(problems(pack, 'datapackage.json')).toEqual(['datapackage.json:3 it describes 2 tables: "people", "orders"'])
  expect(read(pack, 'datapackage.json', { table: 'people' }).contract.columns).toHaveLength(1)
  expect(problems(pack, 'datapackage.json', { table: 'nobody' })).toEqual([
    'datapackage.json:3 there is no table "nobody" in this file',
  ])
})

test('how the data are read is told apart', () => {
  const { source } = read({
    name: 'r',
    path: 'r.csv',
    encoding: 'ISO-8859-1',
    dialect: { delimiter: ';', quoteChar: "'", commentChar: '#', header: true },
    schema: { fields: [{ name: 'a' }, { name: 'b', missingValues: ['', '-99'] }], missingValues: ['', 'NA'] },
  })
  expect(source).toEqual({
    encoding: 'latin-1',
    delimiter: ';',
    quote: "'",
    comment: '#',
    missing: { a: ['NA'], b: ['-99'] },
  })
  expect(read({ fields: [{ name: 'a' }, { name: 'b' }], missingValues: ['', '-'] }).source).toEqual({ missing: ['-'] })
})

test('without a header the fields name the columns', () => {
  const { source } = read({
    path: 'r.csv',
    dialect: { header: false },
    schema: { fields: [{ name: 'a' }, { name: 'b' }] },
  })
  expect(source).toEqual({ header: false, columns: ['a', 'b'] })
  expect(
    problems({
      path: 'r.csv',
      encoding: 'koi8-r',
      dialect: { delimiter: '||', doubleQuote: false, sheetName: 'x', nullSequence: '\\N', colour: 1 },
      schema: { fields: [{ name: 'a' }] },
    }).map((text) => text.replace(/^\S+ /, '')),
  ).toEqual([
    'the encoding is "koi8-r"',
    '`delimiter` is "||"',
    '`nullSequence` is "\\\\N"',
    '`doubleQuote` is false',
    '`sheetName` is "x"',
    '`colour` is not known here',
  ])
})

test('what cannot be honoured is an error with its line, all at once', () => {
  expect(
    problems({
      fields: [
        { name: 'a', type: 'geojson' },
        { name: 'b', type: 'string', format: 'wkt' },
        { name: 'c', type: 'string', constraints: { pattern: '(?=x)y', minimun: 3 } },
        { name: 'd', type: 'duration', constraints: { minimum: 'P1D' } },
        { name: 'a' },
      ],
      missingValues: ['-'],
      primaryKey: ['nobody'],
      strict: true,
    }),
  ).toEqual([
    'schema.json:5 the type "geojson" is not checked here',
    'schema.json:10 the format of a string is "wkt"',
    'schema.json:16 the pattern "(?=x)y": it looks ahead or behind',
    'schema.json:17 `minimun` is not known here',
    'schema.json:24 `minimum` of a duration is not checked',
    'schema.json:27 two fields are called "a"',
    'schema.json:31 the empty cell is a value, by `missingValues`',
    'schema.json:34 there is no field "nobody"',
    'schema.json:37 `strict` is not known here',
  ])
})

test.each([
  'not: [json',
  '{',
  '{"fields": 3}',
  '{"columns": []}',
  'schema: plumbline.data-contract/1\ncolumns: []',
  '\0\0',
])('%j is not taken for a descriptor', (text) => {
  expect(frictionless.detect('x.json', text)).toBe(false)
})

test('hostile names stay data', () => {
  const name = '"; DROP TABLE data; --\n::set-output name=x::y'
  const { contract } = read({
    fields: [{ name, type: 'number', decimalChar: "'", constraints: { minimum: '1' } }],
  })
  expect(contract.checks).toMatchObject([
    {
      condition: `TRY_CAST(replace(CAST("""; DROP TABLE data; --\n::set-output name=x::y" AS VARCHAR), '''', '.') AS DOUBLE) >= 1`,
    },
  ])
})
