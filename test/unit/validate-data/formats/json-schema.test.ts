import { compileSchema } from '../../../../actions/validate-data/formats/json-schema/compile.js'
import { jsonSchema } from '../../../../actions/validate-data/formats/json-schema/read.js'
import { readContract } from '../../../../actions/validate-data/formats/read-contract.js'
import { UserError } from '../../../../shared/core/errors.js'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const read = (schema: object) =>
  readContract(JSON.stringify({ $schema: DIALECT, ...schema }, null, 1), 'row.schema.json')
const one = (property: unknown, required = true) =>
  read({ type: 'object', properties: { a: property }, ...(required ? { required: ['a'] } : {}) }).contract
const problems = (schema: object): string[] => {
  try {
    read(schema)
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(({ where, message }) => `${where} ${message}`)
  }
}

test.each([
  ['{"$schema":"http://json-schema.org/draft-07/schema#"}', true],
  ['{"type":"object","properties":{"a":{}}}', true],
  ['type: object\nproperties: { a: { type: string } }', true],
  ['{"properties":{"a":{}}}', false],
  ['{"fields":[{"name":"a"}]}', false],
  ['{"$schema":"https://datapackage.org/profiles/2.0/datapackage.json","resources":[]}', false],
  ['{', false],
])('%s is taken for a schema: %s', (text, is) => {
  expect(jsonSchema.detect('x', text)).toBe(is)
})

test.each([
  [
    { type: 'integer', minimum: 0, exclusiveMaximum: 10 },
    { type: 'integer', range: { min: 0, max: 10, 'strict-max': true } },
  ],
  [
    { type: 'string', minLength: 1, maxLength: 5 },
    { type: 'string', length: { min: 1, max: 5 } },
  ],
  [{ type: 'string', pattern: '^[a-z]+$' }, { pattern: '[a-z]+' }],
  [{ type: 'string', enum: ['x', 'y'] }, { values: ['x', 'y'] }],
  [{ enum: ['x', 'y'] }, { values: ['x', 'y'], missing: { 'max-count': 0 } }],
  [
    { type: 'boolean', const: true },
    { type: 'boolean', values: ['true'] },
  ],
  [{ type: 'string', format: 'email' }, { format: 'email' }],
  [{ type: 'string', format: 'date' }, { type: 'date' }],
  [{ type: 'string', format: 'date-time' }, { format: 'datetime' }],
  [{ type: 'number', description: 'weight' }, { description: 'weight' }],
])('%j is a rule of the column alone', (property, rule) => {
  const { columns, checks } = one(property)
  expect(columns).toMatchObject([{ name: 'a', required: true, missing: { 'max-count': 0 }, ...rule }])
  expect(checks).toEqual([])
})

test('null and absence', () => {
  expect(one({ type: 'string' }, false).columns).toMatchObject([{ required: false }])
  expect(one({ type: 'string' }, false).columns[0]?.missing).toBeUndefined()
  for (const nullable of [
    { type: ['integer', 'null'], minimum: 1 },
    { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 1 }] },
  ]) {
    expect(one(nullable, false)).toMatchObject({ columns: [{ type: 'integer', range: { min: 1 } }], checks: [] })
    // A table cannot tell null, which is valid, from an absent key: the column has to be there, and a note says so.
    expect(one(nullable)).toMatchObject({ columns: [{ required: true }], checks: [] })
    expect(one(nullable).columns[0]?.missing).toBeUndefined()
  }
})

test('a pattern matches anywhere', () => {
  expect(one({ type: 'string', pattern: '^a|b$' }).checks).toMatchObject([
    { check: 'pattern', column: 'a', patterns: ['^a|b$'], match: 'anywhere' },
  ])
})

test.each([
  [{ type: 'integer', multipleOf: 5 }, { multipleOf: 5 }],
  [{ type: 'string', pattern: 'a(?=b)' }, { pattern: 'a(?=b)' }],
  [{ type: 'string', format: 'regex' }, { format: 'regex' }],
  [{ type: ['string', 'integer'] }, { type: ['string', 'integer'] }],
  [
    { type: 'array', items: { type: 'integer' }, uniqueItems: true },
    { type: 'array', items: { type: 'integer' }, uniqueItems: true },
  ],
  [{ enum: ['x', 1] }, { enum: ['x', 1] }],
  [{ minimum: 3 }, { minimum: 3 }],
])('%j is judged on the row', (property, rest) => {
  expect(one(property).checks).toMatchObject([
    { check: 'row-schema', schema: { $schema: DIALECT, type: 'object', properties: { a: rest } } },
  ])
})

test('no other keys', () => {
  expect(
    read({ type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } }).contract,
  ).toMatchObject({
    'extra-columns': 'fail',
    checks: [],
  })
})

test('nested objects are columns with dots, and their structure is judged on the row', () => {
  const { contract } = read({
    type: 'object',
    required: ['user'],
    additionalProperties: false,
    properties: {
      user: {
        type: 'object',
        required: ['id', 'home'],
        properties: {
          id: { type: 'integer', minimum: 1 },
          home: { type: ['object', 'null'], required: ['zip'], properties: { zip: { type: 'string', maxLength: 5 } } },
        },
      },
      note: { type: 'string' },
    },
  })
  expect(contract.columns).toMatchObject([
    { name: 'user.id', required: true, missing: { 'max-count': 0 }, range: { min: 1 } },
    { name: 'user.home.zip', required: false, length: { max: 5 } },
    { name: 'note', required: false },
  ])
  expect(contract['extra-columns']).toBe('allow')
  const [check] = contract.checks
  expect(check).toMatchObject({
    check: 'row-schema',
    schema: { additionalProperties: false, required: ['user'], properties: { note: true } },
  })
  const judge = compileSchema((check as { schema: Record<string, unknown> }).schema)
  expect(judge({ user: { id: 1, home: null } })).toEqual([])
  expect(judge({ user: { id: 1, home: { zip: '1' } }, note: 'x' })).toEqual([])
  expect(judge({ user: { id: 1, home: {} } })).toMatchObject([{ path: ['user', 'home'] }])
  expect(judge({ user: { id: 1, home: { zip: null } } })).toMatchObject([{ path: ['user', 'home', 'zip'] }])
  expect(judge({ user: 5 })).toMatchObject([{ path: ['user'] }])
  expect(judge({ user: { id: 1, home: null }, other: 1 })).toMatchObject([{ path: [] }])
})

test('references are followed, and definitions go along where the row needs them', () => {
  const { contract } = read({
    $ref: '#/$defs/row',
    $defs: {
      row: {
        type: 'object',
        required: ['a'],
        properties: { a: { $ref: '#/$defs/id' }, b: { items: { $ref: '#/$defs/id' } } },
      },
      id: { type: 'integer', minimum: 1 },
    },
  })
  expect(contract.columns).toMatchObject([{ name: 'a', type: 'integer', range: { min: 1 } }, { name: 'b' }])
  const [check] = contract.checks
  const judge = compileSchema((check as { schema: Record<string, unknown> }).schema)
  expect(judge({ b: [0] })).toMatchObject([{ path: ['b', 0], message: 'must be >= 1' }])
  expect(judge({ b: [1] })).toEqual([])
})

test('conditions between keys stay whole', () => {
  const condition = JSON.parse('{ "if": { "required": ["a"] }, "then": { "required": ["b"] } }')
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, ...condition }
  expect(read(schema).contract.checks).toMatchObject([{ schema: condition }])
})

test.each([
  ['http://json-schema.org/draft-07/schema#', { items: [{ type: 'integer' }], additionalItems: false }],
  ['https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'integer' }], additionalItems: false }],
  [DIALECT, { prefixItems: [{ type: 'integer' }], items: false }],
])('the dialect %s is kept', ($schema, list) => {
  const [check] = read({ $schema, type: 'object', properties: { a: { type: 'array', ...list } } }).contract.checks
  const judge = compileSchema((check as { schema: Record<string, unknown> }).schema)
  expect([judge({ a: [1] }).length, judge({ a: [1, 2] }).length, judge({ a: ['x'] }).length]).toEqual([0, 1, 1])
})

test('what cannot be honoured is an error with its line, all at once', () => {
  expect(
    problems({
      type: 'object',
      properties: {
        a: { type: 'string', nullable: true },
        b: { minimun: 3 },
        c: { $ref: 'other.json' },
        d: { $ref: '#/$defs/no' },
      },
    }),
  ).toEqual([
    'row.schema.json:7 the keyword "nullable" is not known: nothing would check it',
    'row.schema.json:10 the keyword "minimun" is not known: nothing would check it',
    'row.schema.json:13 "other.json" lies in another file',
    'row.schema.json:16 there is nothing at "#/$defs/no"',
  ])
  expect(problems({ type: 'object', properties: { a: { minimum: 'five' } } })).toEqual([
    'row.schema.json:6 properties.a.minimum must be number',
  ])
  expect(problems({ type: 'array', items: { type: 'object' } })).toEqual([
    'row.schema.json:3 the schema describes "array"',
  ])
  expect(problems({ $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' })).toEqual([
    'row.schema.json:2 the dialect "http://json-schema.org/draft-04/schema#" is not read',
  ])
  expect(problems({ type: 'object', properties: { a: { type: 'string', format: 'postcode' } } })).toEqual([
    'row.schema.json:7 the format "postcode" is not known: nothing would check it',
  ])
})

test('hostile schemas end in an error or a contract', () => {
  const loop = {
    type: 'object',
    properties: { a: { $ref: '#/$defs/a' } },
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
  }
  expect(problems(loop)).toEqual(['row.schema.json:1 the schema refers to itself without end'])
  const name = 'a"\n::set-output name=x::y<script>'
  expect(read({ type: 'object', properties: { [name]: { type: 'integer' } } }).contract.columns[0]?.name).toBe(name)
})
