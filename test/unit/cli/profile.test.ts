import { Writable } from 'node:stream'
import type { CommandContext } from '../../../cli/main.js'
import { mergeProfile, type ProfileFlags, profile } from '../../../cli/profile.js'
import { DataProfile } from '../../../shared/contracts/data-profile.js'
import { UserError } from '../../../shared/core/errors.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

const FILES = {
  'a.csv': 'id,x,mail\n1,1,a@example.org\n2,2,b@example.org\n3,3,\n',
  'b.csv': 'id,x,mail\n4,1.5,a@example.org\n5,,c@example.org\n',
  'data-contract.yml': 'schema: plumbline.data-contract/1\n',
}

const open = async (files: Record<string, string> = FILES) => {
  fake = await fakeContext({ files, env: { PLUMBLINE_HASH_KEY: 'secret' } })
}

async function run(
  body: (command: CommandContext) => Promise<number>,
  columns: object[] = [{ name: 'mail', sensitive: 'hash' }],
  contracts?: () => Promise<object>,
): Promise<{ code: number; result: unknown }> {
  let text = ''
  const out = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  const catalogue = {
    contracts:
      contracts ??
      (async () => ({
        readContract: () => ({ contract: { columns } }),
        readOptions: () => ({}),
        withHints: (source: unknown) => source,
      })),
  }
  const code = await body({ terminal: { out, color: false }, json: () => true, catalogue } as unknown as CommandContext)
  return { code, result: JSON.parse(text) }
}
const make = (paths: string[], flags: ProfileFlags = {}) => run((command) => profile(command, fake.ctx, paths, flags))
const merge = (paths: string[], flags: ProfileFlags = {}) =>
  run((command) => mergeProfile(command, fake.ctx, paths, flags))
const read = async (path: string) => DataProfile.parse(JSON.parse(await fake.ctx.files.readText(path)))

test('states of parts, merged by a glob, are the profile of all files', async () => {
  await open()
  expect(await make(['b.csv', 'a.csv'])).toEqual({
    code: 0,
    result: { profile: '.plumbline/profile.json', rows: 5, columns: 3, sensitive: ['mail'] },
  })
  for (const index of [1, 2]) {
    const { result } = await make(['*.csv'], { state: `parts/${index}.parquet`, shard: `${index}/2` })
    expect(result).toMatchObject({ rows: index === 1 ? 3 : 2, shard: { index, of: 2, by: 'files' } })
  }
  await merge(['parts/*.parquet'], { out: 'merged.json' })
  const [whole, merged] = [await read('.plumbline/profile.json'), await read('merged.json')]
  expect(merged).toEqual(whole)
  expect(whole).toMatchObject({ verdict: 'inconclusive', features: ['id', 'x', 'mail'] })
  const [dataset] = whole.datasets
  expect(dataset?.columns[1]).toMatchObject({ type: 'number', missing: 1, distinct: 4 })
  // The contract of the project has it hashed.
  expect(dataset?.columns[2]?.sensitive).toMatchObject({ how: 'hash', by: 'declaration' })
  expect(dataset?.columns[2]?.top[0]).toEqual({ value: expect.stringMatching(/^hmac:[0-9a-f]{16}$/), count: 2 })
  expect(JSON.stringify(whole)).not.toContain('@')
})

test('flags say more than the contract', async () => {
  await open()
  await make(['a.csv'], { type: ['id=string'], sensitive: ['mail=none'], name: 'test', out: 'p.json' })
  const [dataset] = (await read('p.json')).datasets
  expect([dataset?.name, dataset?.columns[0]?.type, dataset?.columns[2]?.sensitive]).toEqual(['test', 'string', null])
})

test.each<[string, string[], ProfileFlags, string]>([
  ['no files', [], {}, 'there is nothing to profile: no file is named, and `data.train` is not set'],
  ['a file that is not there', ['no.csv'], {}, 'no.csv is not there'],
  [
    'a part without a state',
    ['a.csv'],
    { shard: '1/2' },
    '--shard needs --state: the profile of a part alone is not that of the data',
  ],
  ['a part of nothing', ['a.csv'], { shard: '3/2', state: 's' }, '--shard "3/2" is not a part'],
  ['a type that is none', ['a.csv'], { type: ['x=float'] }, '--type "x=float" is not column=value'],
  ['a way that is none', ['a.csv'], { sensitive: ['x'] }, '--sensitive "x" is not column=value'],
  [
    'a column kept out that is none',
    ['a.csv'],
    { sensitive: ['mial=omit'] },
    '--sensitive names "mial", which is no column of the data',
  ],
  [
    'the same of a part',
    ['a.csv'],
    { sensitive: ['mial=omit'], state: 's' },
    '--sensitive names "mial", which is no column of the data',
  ],
  ['a type of no column', ['a.csv'], { type: ['idd=string'] }, '--type names "idd", which is no column of the data'],
  ['a name that is a path', ['a.csv'], { name: '../x' }, '--name "../x" is not the name of a dataset'],
])('%s', async (_, paths, flags, message) => {
  await open()
  const error: unknown = await make(paths, flags).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).problems[0]?.message).toBe(message)
  expect((error as UserError).problems[0]?.cure).toBeTruthy()
  // A state would hold the values that were to stay out.
  if (flags.state !== undefined) expect(await fake.ctx.files.exists(flags.state)).toBe(false)
})

test.each<[string[], ProfileFlags]>([
  [['no.csv'], {}],
  [['no.csv'], { state: 's.parquet' }],
  [['no.csv'], { state: 's.parquet', shard: '1/2' }],
])('what the command line names is looked for there, not in plumbline.yml: %j %j', async (paths, flags) => {
  await open()
  await expect(make(paths, flags)).rejects.toMatchObject({
    problems: [
      {
        where: 'command line',
        message: 'no.csv is not there',
        cure: 'check the path: it is relative to the working directory',
      },
    ],
  })
})

test('a date that the contract says is not written in ISO is read as text, as validate-data reads it', async () => {
  await open({
    'a.csv': 'mail,day\na@example.org,2024-01-31\nb@example.org,2024-02-01\n',
    'data-contract.yml': 'x: 1\n',
  })
  await run(
    (command) => profile(command, fake.ctx, ['a.csv'], {}),
    [{ name: 'day', type: 'date', 'date-format': '%Y-%m-%d' }],
  )
  const [dataset] = (await read('.plumbline/profile.json')).datasets
  expect(dataset?.columns[1]).toMatchObject({ name: 'day', type: 'string' })
})

test('a contract of another tool says what is missing too, as validate-data reads it', async () => {
  const fields = [{ name: 'n', type: 'integer' }]
  await open({
    'a.csv': 'n\n1\n-\n3\n',
    'data-contract.yml': JSON.stringify({ name: 'a', path: 'a.csv', schema: { fields, missingValues: ['', '-'] } }),
  })
  const tools = () => import('../../../actions/validate-data/contract-tools.js')
  await run((command) => profile(command, fake.ctx, ['a.csv'], {}), [], tools)
  const [dataset] = (await read('.plumbline/profile.json')).datasets
  expect(dataset?.columns[0]).toMatchObject({ type: 'integer', missing: 1, invalid: 0 })
})

test('a state that is not there', async () => {
  await open()
  await expect(merge(['s.parquet'])).rejects.toThrow('s.parquet is not there')
})
