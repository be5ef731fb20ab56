import { validateData } from '../../actions/validate-data/action.js'
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
