import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { parse } from 'yaml'
import * as tools from '../../../actions/validate-data/contract-tools.js'
import { type ConvertOptions, convert, diff } from '../../../cli/contract.js'
import type { CommandContext } from '../../../cli/main.js'
import { describeError } from '../../../shared/core/errors.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

const CONTRACT = `schema: plumbline.data-contract/1
version: 1.0.0
extra-columns: allow
columns:
  - name: age
    type: integer
    missing: { max-share: 0 }
    range: { min: 0, max: 120 }
`

async function run(
  files: Record<string, string>,
  body: (command: CommandContext) => Promise<number>,
  { json = false, data = {} }: { json?: boolean; data?: object } = {},
): Promise<{ code: number; text: string }> {
  fake = await fakeContext({ files, config: { data } })
  let text = ''
  const out = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  const command = {
    terminal: { out, color: false },
    json: () => json,
    catalogue: { contracts: async () => tools },
  } as unknown as CommandContext
  return { code: await body(command), text }
}
const converted = (files: Record<string, string>, from: string, options: ConvertOptions = {}, more = {}) =>
  run(files, (command) => convert(command, fake.ctx, from, options), more)
const refused = (files: Record<string, string>, from: string, options: ConvertOptions = {}) =>
  converted(files, from, options).then(
    () => 'done',
    (error) => describeError(error),
  )

test('a contract goes to stdout as ODCS, called by its file', async () => {
  const { code, text } = await converted({ 'people.yml': CONTRACT }, 'people.yml')
  expect(code).toBe(0)
  expect(parse(text)).toMatchObject({
    kind: 'DataContract',
    version: '1.0.0',
    schema: [{ name: 'people', properties: [{ name: 'age', required: true, logicalType: 'integer' }] }],
  })
})

test('or into a file, which is not overwritten unasked', async () => {
  const files = { 'people.yml': CONTRACT.replace('version: 1.0.0\n', ''), 'there.json': '{}' }
  const { text } = await converted(files, 'people.yml', { to: 'frictionless', out: 'schemas/people.json' })
  expect(text).toBe('wrote  schemas/people.json, frictionless from plumbline\n')
  expect(JSON.parse(await readFile(join(fake.root, 'schemas/people.json'), 'utf8'))).toMatchObject({
    fields: [{ name: 'age', type: 'integer', constraints: { required: true, minimum: 0, maximum: 120 } }],
  })
  await fake.cleanup()
  expect(await refused(files, 'people.yml', { to: 'frictionless', out: 'there.json' })).toMatch(
    /^there\.json is there already\n {4}→ .*--force/,
  )
})

test('what the target has no words for is an error with its line, and a warning with --lossy', async () => {
  const lossy = CONTRACT.replace('extra-columns: allow', 'extra-columns: fail').concat('    order: increasing\n')
  expect(await refused({ 'c.yml': lossy }, 'c.yml')).toBe(
    'c.yml:3: odcs has no words for this: what other columns mean\n' +
      'c.yml:9: odcs has no words for this: the order of values\n    → take these out, or convert without them: --lossy',
  )
  await fake.cleanup()
  const { code, text } = await converted({ 'c.yml': lossy }, 'c.yml', { lossy: true }, { json: true })
  expect(code).toBe(0)
  expect(JSON.parse(text)).toMatchObject({ from: 'plumbline', to: 'odcs', lost: 2, out: null })
  expect(fake.logged.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warning c.yml:3: odcs has no words for this: what other columns mean',
    'warning c.yml:9: odcs has no words for this: the order of values',
  ])
})

test('from a package of several tables, the one like the data; reading is told apart', async () => {
  const pack = JSON.stringify({
    resources: ['a', 'b'].map((name) => ({
      name,
      path: `${name}.csv`,
      dialect: { delimiter: ';' },
      schema: { fields: [{ name: `${name}1`, type: 'integer' }], fieldsMatch: 'subset' },
    })),
  })
  const { text } = await converted({ 'p.json': pack }, 'p.json', { to: 'plumbline' }, { data: { train: 'data/b.csv' } })
  expect(parse(text)).toEqual({
    schema: 'plumbline.data-contract/1',
    'extra-columns': 'allow',
    columns: [{ name: 'b1', type: 'integer' }],
  })
  expect(fake.logged[0]?.message).toBe('how the data are read goes into plumbline.yml: {"delimiter":";"}')
  await fake.cleanup()
  expect(await refused({ 'p.json': pack }, 'p.json')).toMatch(/it describes 2 tables: "a", "b"/)
})

test.each([
  [{ 'c.yml': CONTRACT }, { to: 'avro' }, '--to is "avro"'],
  [{ 'c.yml': 'kind: DataContract\napiVersion: v2.2.0\n' }, {}, '`apiVersion` is "v2.2.0"'],
  [{ 'c.yml': 'columns: []\n' }, {}, '`schema` is missing'],
  [{ 'c.yml': 'a,b\n1,2\n' }, {}, 'c.yml:1: c.yml is no contract: it is not a map of keys'],
  [{ 'c.yml': '- a\n' }, {}, 'c.yml is no contract'],
])('mistakes are told: %j %j', async (files, options, message) => {
  expect(await refused(files as unknown as Record<string, string>, 'c.yml', options)).toContain(message)
})

test.each(['data.csv', 'data.csv.gz', 'data.parquet', 'data.jsonl', 'd.duckdb'])(
  '%s is data, whatever it holds',
  async (path) => {
    const said = `${path} is data and no contract\n    → name a contract; \`plumbline infer\` writes one for these data`
    expect(await refused({ [path]: CONTRACT }, path)).toBe(said)
    const files = { [path]: CONTRACT, 'c.yml': CONTRACT }
    const compared = run(files, (command) => diff(command, fake.ctx, { old: 'c.yml', next: path }, {}))
    expect(await compared.catch(describeError)).toBe(said)
  },
)

const compare = (old: string, next: string, json = false) =>
  run(
    { 'old.yml': old, 'new.yml': next },
    (command) => diff(command, fake.ctx, { old: 'old.yml', next: 'new.yml' }, {}),
    { json },
  )

test('changes are listed, and a breaking one without a new version fails', async () => {
  const next = CONTRACT.replace('max: 120', 'max: 100').replace('version: 1.0.0', 'version: 1.1.0')
  const { code, text } = await compare(CONTRACT, next)
  expect(code).toBe(1)
  expect(text).toBe(
    'documentation        version: the version 1.0.0 became 1.1.0\n' +
      'breaking (producer)  columns.age.range: column "age": the range became narrower: max 120 became 100\n' +
      'fail: 1 of 2 changes of the contract breaks who relies on it, and its version is still 1.1.0\n' +
      '    → set `version: 2.0.0`, or take the changes back\n',
  )
  await fake.cleanup()
  expect((await compare(CONTRACT, next.replace('1.1.0', '2.0.0'))).code).toBe(0)
  await fake.cleanup()
  const { text: json } = await compare(CONTRACT, CONTRACT, true)
  expect(JSON.parse(json)).toMatchObject({ verdict: 'pass', changes: [] })
})

test('control characters of a contract do not steer the terminal', async () => {
  const hostile = CONTRACT.replace('name: age', 'name: "a\\e[31m\\a"')
  const { text } = await compare(CONTRACT, hostile)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0007\u001b]/)
})
