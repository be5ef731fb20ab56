import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validateData } from '../../actions/validate-data/action.js'
import * as inference from '../../actions/validate-data/infer/data.js'
import { infer } from '../../cli/infer.js'
import type { CommandContext } from '../../cli/main.js'
import { profile } from '../../cli/profile.js'
import { fakeContext } from '../support/context.js'
import { type Cluster, startCluster } from './cluster.js'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster?.close())

test('`data.engine` of plumbline.yml is what judges the data', async () => {
  const fake = await fakeContext({
    files: {
      'train.csv': 'a,b\n1,x\n2,y\n-3,y\n',
      'data-contract.yml':
        'schema: plumbline.data-contract/1\ncolumns:\n  - { name: a, type: integer, range: { min: 0 } }\n  - { name: b }\n',
    },
    config: { data: { train: 'train.csv', engine: { type: 'spark', submit: [...cluster.submit] } } },
    env: { ...cluster.env },
  })
  try {
    const { verdict } = await validateData.run({} as never, fake.ctx)
    expect(verdict).toBe('fail')
    expect(fake.logged.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Spark [34]\.\d+\.\d+ on spark:\/\/127\.0\.0\.1:\d+$/),
    )
    expect((await fake.ctx.configuredData()).version).toMatch(/^Spark /)
    expect((await fake.ctx.data()).version).not.toMatch(/^Spark/)
  } finally {
    await fake.cleanup()
  }
})

test('a master that is not there is an error with a cure, within the time for the start', async () => {
  const submit = cluster.submit.map((part) => (part === cluster.master ? 'spark://127.0.0.1:1' : part))
  const fake = await fakeContext({
    files: { 'train.csv': 'a\n1\n' },
    config: { data: { train: 'train.csv', engine: { type: 'spark', submit, 'start-timeout': 20 } } },
    env: { ...cluster.env },
  })
  try {
    await expect(validateData.run({} as never, fake.ctx)).rejects.toMatchObject({
      name: 'UserError',
      problems: [{ message: expect.stringMatching(/^Spark (did not start within 20 seconds|has ended)/) }],
    })
  } finally {
    await fake.cleanup()
  }
})

test('infer and profile of the command write with Spark what they write with DuckDB', async () => {
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i},${(i * 7) % 11},${['red', 'green'][i % 2]},2024-01-0${1 + (i % 9)}`,
  )
  const written = async (engine: unknown) => {
    const fake = await fakeContext({
      files: { 'train.csv': `id,n,color,day\n${rows.join('\n')}\n` },
      config: { data: { train: 'train.csv', id: 'id', engine } },
      env: { ...cluster.env },
    })
    const stream = { write: () => true }
    const command = {
      terminal: { out: stream, err: stream, color: false, quiet: false },
      json: () => false,
      catalogue: { inference: async () => inference },
    } as unknown as CommandContext
    try {
      expect(await profile(command, fake.ctx, [], { out: 'profile.json' })).toBe(0)
      expect(await infer(command, fake.ctx, {})).toBe(0)
      return {
        version: (await fake.ctx.configuredData()).version,
        profile: JSON.parse(await readFile(join(fake.root, 'profile.json'), 'utf8')).datasets,
        contract: await readFile(join(fake.root, 'data-contract.yml'), 'utf8'),
      }
    } finally {
      await fake.cleanup()
    }
  }
  const expected = await written('duckdb')
  const found = await written({ type: 'spark', submit: [...cluster.submit] })
  expect(found.version).toMatch(/^Spark /)
  expect(found.contract).toBe(expected.contract)
  expect(found.profile).toEqual(expected.profile)
})
