import type { ReadOptions } from '../../../../actions/validate-data/formats/format.js'
import { readContract } from '../../../../actions/validate-data/formats/read-contract.js'
import { UserError } from '../../../../shared/core/errors.js'
import { type Answers, openAnswers } from '../rules-support.js'

// Contracts as a user has them: read with every check of their soundness, then asked of data. A query that a reader writes
// has to pass the guard of queries.

let answers: Answers
beforeAll(async () => {
  answers = await openAnswers()
})
afterAll(() => answers.close())

/** The worst verdict, and the rules that do not pass. */
async function ask(path: string, text: string, data: string, name = 'data.csv', options: ReadOptions = {}) {
  const { contract, source, notes = [] } = readContract(text, path, options)
  const { checks, problems } = await answers.ask(contract, data, name, source)
  expect(problems).toEqual([])
  const broken = checks.filter(({ verdict }) => verdict !== 'pass')
  return { broken: broken.map(({ rule, verdict }) => `${rule} ${verdict}`), checks, notes }
}

function problemsOf(path: string, text: string): string[] {
  try {
    readContract(text, path)
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(({ where, message }) => `${where} ${message}`)
  }
}

describe('Great Expectations', () => {
  const suite = (type: string, kwargs: object) =>
    JSON.stringify({ name: 's', expectations: [{ type, kwargs: { column: 'a', ...kwargs } }] })

  // Great Expectations 1.24 answers success: true to each, whatever the data.
  test.each([
    ['expect_column_values_to_be_in_set', { value_set: null }],
    ['expect_column_values_to_be_in_type_list', { type_list: null }],
    ['expect_column_mean_to_be_between', {}],
    ['expect_column_unique_value_count_to_be_between', { min_value: null, max_value: null, strict_min: true }],
    ['expect_table_row_count_to_be_between', { column: undefined }],
  ])('%s that asks for nothing passes, with a row condition too', async (type, kwargs) => {
    const only = { row_condition: 'a > 1', condition_parser: 'pandas' }
    for (const more of [{}, only]) {
      const { broken, checks } = await ask('suite.json', suite(type, { ...kwargs, ...more }), 'a\n1\n2\n')
      expect(broken).toEqual([])
      expect(checks).toHaveLength(1)
      expect(checks[0]?.subject).toContain('it asks for nothing')
    }
  })

  test('a condition on missing values that does not say which is an error', () => {
    const row_condition = { type: 'nullity', column: { name: 'a' } }
    const text = suite('expect_column_values_to_be_unique', { row_condition })
    expect(problemsOf('suite.json', text)).toEqual([expect.stringMatching(/cannot be honoured: `is_null` is missing/)])
  })
})

describe('Open Data Contract', () => {
  const contract = (rule: string, at: 'table' | 'a') => {
    const quality = (here: string) => (here === at ? `, quality: [{ ${rule} }]` : '')
    return `apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\nschema: [{ name: t${quality('table')}, properties: [{ name: a${quality('a')} }, { name: b }] }]`
  }
  // One extra copy of (a, b) and of a; two rows without a.
  const DATA = 'a,b\n1,x\n1,x\n2,y\n,y\n,\n'

  // datacontract-cli 1.1 answers the same; it has no percentage of duplicates.
  test.each([
    ['mustBe: 1', true],
    ['mustNotBe: 1', false],
    ['mustBeGreaterThan: 1', false],
    ['mustBeGreaterOrEqualTo: 1', true],
    ['mustBeLessThan: 1', false],
    ['mustBeLessOrEqualTo: 1', true],
    ['mustBeBetween: [1, 2]', true],
    ['mustNotBeBetween: [1, 2]', false],
    ['mustBe: 20, unit: percent', true],
  ])('duplicateValues %s: %s', async (operator, holds) => {
    for (const [rule, at] of [
      ['metric: duplicateValues, arguments: { properties: [a, b] }', 'table'],
      ['metric: duplicateValues', 'a'],
    ] as const) {
      const { broken } = await ask('c.odcs.yaml', contract(`${rule}, ${operator}`, at), DATA)
      expect([rule, broken.length === 0]).toEqual([rule, holds])
    }
  })
})

describe('JSON Schema', () => {
  const schema = (more: object) =>
    JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', ...more })
  const lines = (...rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

  // jsonschema 4.26: null is valid for the first, and "None is not one of [True]" for the second.
  test.each([
    [{ type: ['boolean', 'null'] }, []],
    [{ type: ['boolean', 'null'], enum: [true, null] }, []],
    [{ type: ['boolean', 'null'], enum: [true] }, ['missing-value fail']],
    [{ type: ['boolean', 'null'], const: true }, ['missing-value fail']],
  ])('a required key that is null: %j', async (d, broken) => {
    const text = schema({ required: ['d'], properties: { d, x: { type: 'integer' } } })
    expect((await ask('s.json', text, lines({ d: null, x: 1 }, { d: true, x: 2 }), 'd.jsonl')).broken).toEqual(broken)
  })

  test('that an absent key passes as null, in data that have no null, is told', async () => {
    const text = schema({ required: ['d'], properties: { d: { type: ['integer', 'null'] } } })
    const { notes } = await ask('s.json', text, 'd,e\n,1\n1,2\n', 'd.csv')
    expect(notes).toEqual([
      { line: 1, message: expect.stringMatching(/without "d" passes as one in which it is null/) },
    ])
  })

  test('a length of dates in text', async () => {
    const text = schema({ properties: { d: { type: 'string', format: 'date', maxLength: 10 } } })
    expect((await ask('s.json', text, lines({ d: '2024-01-31' }), 'd.jsonl')).broken).toEqual([])
    expect((await ask('s.json', text, lines({ d: '2024-02-31' }), 'd.jsonl')).broken).toEqual(['value-format fail'])
  })

  test('a dialect that is no text is an error with its line', () => {
    expect(problemsOf('s.json', schema({ $schema: ['a', 'b'], properties: { d: {} } }))).toEqual([
      's.json:1 the dialect ["a","b"] is not read',
    ])
  })

  test('unknown keywords and wrong values in one error', () => {
    const text = schema({
      requird: ['d'],
      properties: { d: { format: 'fooo' }, e: { type: 'strng' }, f: { minLength: 'x' } },
      dependencies: { d: { minimun: 1 } },
    })
    expect(problemsOf('s.json', text)).toEqual([
      expect.stringMatching(/^s\.json:1 the keyword "requird" is not known/),
      expect.stringMatching(/the format "fooo" is not known/),
      expect.stringMatching(/the keyword "minimun" is not known/),
      expect.stringMatching(/properties\.e\.type must be equal to one of the allowed values/),
      expect.stringMatching(/properties\.f\.minLength must be integer/),
    ])
  })
})

describe('dbt', () => {
  const model = (test: object) =>
    `version: 2\nmodels:\n  - name: t\n    columns:\n      - { name: x, data_tests: [${JSON.stringify(test)}] }\n`

  // dbt 1.10 on DuckDB, x DOUBLE: accepted values 0.5 and 1 (quote: false) of 2.5, 2.5 and 1 have one failure.
  test.each([
    [{ severity: 'warn', warn_if: '>1' }, []],
    [{ severity: 'warn', warn_if: '>0' }, ['allowed-values warn']],
    [{ error_if: '=1' }, ['sql-rows fail', 'allowed-values warn']],
  ])('values of a column of fractions are counted as numbers: %j', async (config, broken) => {
    const test = { accepted_values: { arguments: { values: [0.5, 1], quote: false }, config } }
    const data = '{"x":2.5}\n{"x":2.5}\n{"x":1.0}\n'
    expect((await ask('schema.yml', model(test), data, 'd.jsonl')).broken).toEqual(broken)
  })
})

describe('Frictionless', () => {
  const resource = (field: object, more: object = {}) =>
    JSON.stringify({
      name: 'd',
      path: 'd.csv',
      schema: {
        fields: [
          { name: 'a', ...field },
          { name: 'b', type: 'integer' },
        ],
      },
      ...more,
    })

  // frictionless-py 5.21: unique-error "the same as in the row at position 2" for the first of each pair.
  test.each([
    [{ type: 'boolean' }, 'True', 'true', 'false'],
    [{ type: 'number', decimalChar: ',' }, '"1,50"', '"1,5"', '"1,6"'],
    [{ type: 'integer', groupChar: ' ' }, '1 000', '1000', '1001'],
  ])('unique values of %j are compared as what they stand for', async (field, first, same, other) => {
    const text = resource({ ...field, constraints: { unique: true } })
    expect((await ask('r.json', text, `a,b\n${first},1\n${same},2\n`)).broken).toEqual(['sql-rows fail'])
    expect((await ask('r.json', text, `a,b\n${first},1\n${other},2\n`)).broken).toEqual([])
  })

  // frictionless-py 5.21: constraint-error for -INF, minimum 1, and for INF, maximum 5.
  test.each([
    [{ minimum: 1 }, '-INF'],
    [{ maximum: 5 }, 'INF'],
    [{ enum: [1, 2] }, 'inf'],
  ])('infinity breaks %j', async (constraints, value) => {
    const { broken } = await ask('r.json', resource({ type: 'number', constraints }), `a,b\n2,1\n${value},2\n`)
    expect(broken).toHaveLength(1)
  })

  test('rows and fields of `stats` are counted, and what is not compared is told', async () => {
    const text = resource({ type: 'integer' }, { hash: 'md5:abc', bytes: 12, stats: { rows: 3, fields: 2 } })
    const { broken, notes } = await ask('r.json', text, 'a,b\n1,1\n2,2\n')
    expect(broken).toEqual(['row-count fail'])
    expect(notes.map(({ message }) => message.split(' ')[0])).toEqual(['`hash`', '`bytes`'])
  })

  test.each([
    [{ type: 'integer', format: 'email' }, /the format of a integer is "email"/],
    [{ type: 'string', categories: [{ label: 'x' }] }, /null is no category/],
    [{ type: 'string', constraints: { enum: [{ a: 1 }] } }, /{"a":1} is no string/],
    [{ type: 'list', itemType: 'integer', constraints: { minLength: 3, maxLength: 2 } }, /`minLength` is larger/],
  ])('%j is an error', (field, said) => {
    expect(problemsOf('r.json', resource(field))).toEqual([expect.stringMatching(said)])
  })
})
