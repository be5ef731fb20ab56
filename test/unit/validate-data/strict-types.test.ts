import { times, validate } from './support.js'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')
const schema = JSON.stringify(
  {
    $schema: DIALECT,
    type: 'object',
    required: ['id', 'city'],
    properties: {
      id: { type: 'integer' },
      city: { type: 'string' },
      score: { type: 'number' },
      day: { type: 'string', format: 'date' },
    },
  },
  null,
  1,
)
const data = { train: 'train.jsonl', contract: 'row.schema.json' }
const ROWS = times(60, (i) => ({ id: i, city: i % 3 === 0 ? '' : `n${i}`, score: i / 4, day: '2024-01-31' }))
const broken = (findings: readonly string[]) => findings.filter((one) => !/no-target/.test(one))

test('data that a JSON Schema allows pass: an empty text is a text', async () => {
  const { findings, profile } = await validate(
    { 'train.jsonl': lines(ROWS), 'row.schema.json': schema },
    { ...data, id: 'id' },
  )
  expect(broken(findings)).toEqual([])
  expect(profile.datasets[0]?.columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
    ['id', 'integer', 0],
    ['city', 'string', 0],
    ['score', 'number', 0],
    ['day', 'date', 0],
  ])
})

test('values of another JSON type are told with row and value, null and absent keys apart', async () => {
  const rows: object[] = [...ROWS]
  rows[3] = { id: '3', city: 'x' }
  rows[4] = { id: 4.0, city: 17 }
  rows[5] = { id: 5, city: 'y', score: '1.5' }
  rows[6] = { id: 6, city: 'z', score: null }
  rows[7] = { id: 7, score: 1 }
  rows[8] = { id: 8, city: 'v', day: 20240131 }
  const { findings, check } = await validate({ 'train.jsonl': lines(rows), 'row.schema.json': schema }, data)
  expect(broken(findings)).toEqual([
    'fail type-error train: id',
    'fail type-error train: city',
    'fail missing-value train: city',
    'fail type-error train: score',
    'fail type-error train: day',
    'fail row-schema train: schema of the row',
  ])
  expect(check('type-error', 'train: id').examples).toEqual([{ where: 'train.jsonl row 4', value: '"3"' }])
  expect(check('type-error', 'train: city').examples).toEqual([{ where: 'train.jsonl row 5', value: '17' }])
  expect(check('type-error', 'train: score').examples).toEqual([{ where: 'train.jsonl row 6', value: '"1.5"' }])
  expect(check('row-schema').examples).toEqual([{ where: 'train.jsonl row 7', value: '/score must not be null' }])
})

test('strict-types: false reads them by what is written, also with a JSON Schema', async () => {
  const rows = [{ id: '3', city: 17, score: '1.5' }, ...ROWS.slice(1)]
  const { findings } = await validate(
    { 'train.jsonl': lines(rows), 'row.schema.json': schema },
    { ...data, train: { path: 'train.jsonl', 'strict-types': false } },
  )
  // An empty text is missing again.
  expect(broken(findings)).toEqual(['fail missing-value train: city'])
})

test('strict-types: true with a contract of our own', async () => {
  const rows = [
    { n: 1, s: 'a' },
    { n: '2', s: 'b' },
    { n: 3, s: 3 },
  ]
  const contract =
    'schema: plumbline.data-contract/1\ncolumns: [{ name: n, type: integer }, { name: s, type: string }]\n'
  const judge = async (more: object) => {
    const files = { 'train.jsonl': lines(rows), 'data-contract.yml': contract }
    return broken((await validate(files, { train: { path: 'train.jsonl', ...more } })).findings)
  }
  expect(await judge({})).toEqual([])
  expect(await judge({ 'strict-types': true })).toEqual(['fail type-error train: n', 'fail type-error train: s'])
})

test('a baseline is read as the data are: by the types and the missing texts of the contract', async () => {
  const baseline = { data: 'before.jsonl' }
  const files = { 'train.jsonl': lines(ROWS), 'before.jsonl': lines(ROWS), 'row.schema.json': schema }
  expect(broken((await validate(files, { ...data, baseline })).findings)).toEqual([])

  const fields = [
    { name: 'n', type: 'integer' },
    { name: 's', type: 'string' },
  ]
  const table = `n,s\n${times(60, (i) => `${i % 4 === 0 ? '-' : i},${i % 5 === 0 ? '-' : 'x'}`).join('\n')}\n`
  const resource = { name: 'train', path: 'train.csv', schema: { fields, missingValues: ['', '-'] } }
  const { findings, profile } = await validate(
    { 'train.csv': table, 'before.csv': table, 'resource.json': JSON.stringify(resource) },
    { train: 'train.csv', contract: 'resource.json', baseline: { data: 'before.csv' } },
  )
  expect(profile.datasets[0]?.columns.map(({ missing }) => missing)).toEqual([15, 12])
  expect(broken(findings)).toEqual([])
})
