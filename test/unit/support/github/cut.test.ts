import { Ajv2019 } from 'ajv/dist/2019.js'
import { buildSchema } from 'graphql'

// Plain JavaScript without declarations.
const { cutGraphql, cutRest } = await import(new URL('../../../../scripts/cut-openapi.mjs', import.meta.url).href)

const DESCRIPTION = {
  paths: {
    '/things': {
      post: {
        externalDocs: { url: 'https://docs.github.com/things' },
        parameters: [{ $ref: '#/components/parameters/page' }, { name: 'id', in: 'path', schema: { type: 'string' } }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/thing' } } } },
        responses: {
          201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/thing' } } } },
          204: { description: 'nothing' },
        },
      },
      get: { responses: { 200: { content: { 'application/json': { schema: { type: 'array' } } } } } },
    },
  },
  components: {
    parameters: { page: { name: 'page', in: 'query', description: 'Page', schema: { type: 'integer', default: 1 } } },
    schemas: {
      thing: {
        type: 'object',
        required: ['description'],
        properties: {
          description: { type: 'string', nullable: true, description: 'What it is', example: 'x' },
          kind: { enum: ['a', 'b'], nullable: true },
          parent: { $ref: '#/components/schemas/thing' },
          free: { type: 'object' },
        },
      },
      unused: { type: 'string' },
    },
  },
}
const NAME = 'POST /things'
const cut = cutRest(DESCRIPTION, [NAME], 'source')

test('only the operations that are wanted and the schemas they use are kept, without words and examples', () => {
  expect(Object.keys(cut.operations)).toEqual([NAME])
  expect(Object.keys(cut.schemas)).toEqual(['thing'])
  expect(cut.operations[NAME]).toMatchObject({
    manual: 'https://docs.github.com/things',
    query: { properties: { page: { type: 'integer' } }, required: [], additionalProperties: false },
    replies: { 204: null },
  })
  expect(JSON.stringify(cut)).not.toMatch(/What it is|example|default/)
})

test.each([
  [{ description: null, kind: null, free: { any: 1 } }, true],
  [{ description: 'x', parent: { description: 'y' } }, true],
  [{ description: 7 }, false],
  [{ kind: 'a' }, false],
  [{ description: 'x', kind: 'c' }, false],
  [{ description: 'x', other: 1 }, false],
  [{ description: 'x', parent: { description: 'y', other: 1 } }, false],
])('%j is of the form: %s', (value, valid) => {
  const ajv = new Ajv2019({ strict: false }).addSchema(cut, 'cut')
  expect(ajv.validate({ $ref: 'cut#/operations/POST%20~1things/body' }, value)).toBe(valid)
})

test('an operation that GitHub does not have is named', () => {
  expect(() => cutRest(DESCRIPTION, ['GET /nothing'], 'source')).toThrow(/has no GET \/nothing/)
})

describe('GraphQL', () => {
  const TEXT = `"The root" type Query { "Who" viewer: User! things(order: Order): [Thing!] other: Other }
    interface Node { id: ID! } type User implements Node { id: ID! login: String! } type Other { x: Int }
    type Thing { name: String } input Order { way: Way! } enum Way { UP DOWN } scalar Unused`

  test('only these fields are kept, with what their arguments need', () => {
    const text = cutGraphql(TEXT, { Query: ['viewer', 'things'], User: ['login'], Thing: ['name'] }, 'source')
    expect(text).toMatch(/^# source\n/)
    expect(text).not.toMatch(/The root|Other|Unused|Node/)
    const schema = buildSchema(text)
    expect(schema.getType('Way')).toBeDefined()
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['viewer', 'things'])
  })

  test.each([
    [{ Query: ['viewer'] }, /chosen too: User/],
    [{ Query: ['nothing'] }, /Query has not all of nothing/],
  ])('%j is refused', (fields, words) => expect(() => cutGraphql(TEXT, fields, 'source')).toThrow(words))
})
