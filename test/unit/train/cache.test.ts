import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { train } from '../../../actions/train/action.js'
import { openTrainingCache, trainingKey } from '../../../actions/train/cache.js'
import { TrainingRun } from '../../../shared/contracts/index.js'
import { defaultInputs } from '../../../shared/core/action.js'
import { readDocument } from '../../../shared/core/documents.js'
import { digestOf } from '../../../shared/core/hash.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { type FolderCache, folderCache } from '../../support/folder-cache.js'

const SCRIPT = `import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('model/deep', { recursive: true })
writeFileSync('model/deep/a.json', process.env.PLUMBLINE_PARAMS)
writeFileSync('metrics.json', '{"auc":0.75}')
console.log('trained')
`
const RUN = {
  kind: 'github',
  repository: 'acme/strikes',
  commit: '0123456789abcdef0123456789abcdef01234567',
  ref: 'refs/heads/main',
  event: 'push',
  workflow: 'model',
  job: 'train',
  runId: '1000',
  attempt: 1,
  url: 'https://github.com/acme/strikes/actions/runs/1000',
} as const

let cache: FolderCache
const jobs: FakeContext[] = []
beforeEach(() => {
  cache = folderCache()
})
afterEach(async () => {
  cache.remove()
  await Promise.all(jobs.splice(0).map((job) => job.cleanup()))
})

interface Job {
  files?: Record<string, string>
  train?: Record<string, unknown>
  without?: true
}
async function job({ files = {}, train: config = {}, without }: Job = {}) {
  const fake = await fakeContext({
    files: { 'train.mjs': SCRIPT, 'data/train.csv': 'a,y\n1,0\n2,1\n', ...files },
    config: {
      data: { train: 'data/train.csv' },
      train: { command: 'node train.mjs', metrics: 'metrics.json', cache: true, ...config },
    },
    run: RUN,
    ...(without ? {} : { cache }),
  })
  jobs.push(fake)
  const outcome = await train.run(defaultInputs(train) as never, fake.ctx)
  await outcome.publish?.(null)
  const document = (await readDocument(fake.ctx, TrainingRun))?.document as TrainingRun
  return { ...fake, outcome, document, ran: fake.logged.some(({ message }) => message === 'trained') }
}
const key = () => cache.calls.findLast((call) => call.startsWith('restore'))?.replace('restore ', '') as string
const entry = (path: string) => join(cache.folder, key(), path)

test('outputs are kept, and restored with their metrics instead of training again', async () => {
  const first = await job()
  expect(first.ran).toBe(true)
  expect(first.document.cache).toEqual({ key: key(), trainedBy: null })

  const second = await job()
  expect(second.ran).toBe(false)
  expect(second.document).toMatchObject({
    verdict: 'pass',
    summary:
      'the command did not run: its outputs were restored from the cache, as run 1000 (https://github.com/acme/strikes/actions/runs/1000) left them',
    status: 'succeeded',
    exitCode: null,
    durationSeconds: 0,
    cache: { key: key(), trainedBy: RUN },
    metrics: { auc: 0.75 },
  })
  expect(second.document.outputs).toEqual(first.document.outputs)
  expect(readFileSync(join(second.root, 'model/deep/a.json'), 'utf8')).toBe('{}')
  expect(second.summaries.join()).toContain('restored from')
  expect(cache.calls).toEqual([`restore ${key()}`, `save ${key()}`, `restore ${key()}`])
  expect(existsSync(join(second.root, '.plumbline/.cache/training'))).toBe(false)
})

test('it is off unless it is asked for', async () => {
  await job({ train: { cache: false } })
  expect(cache.calls).toEqual([])
})

test('where there is no cache, as on a laptop, the command runs', async () => {
  const { ran, document } = await job({ without: true })
  expect([ran, document.cache]).toEqual([true, undefined])
})

test.each<[string, Job]>([
  ['the code', { files: { 'train.mjs': `${SCRIPT}// changed` } }],
  ['the data', { files: { 'data/train.csv': 'a,y\n1,1\n2,1\n' } }],
  ['a lock file', { files: { 'package-lock.json': '{}' } }],
  ['a parameter', { train: { params: { depth: 3 } } }],
  ['the seed', { train: { seed: 7 } }],
  ['the command', { train: { command: 'node train.mjs --fast' } }],
  ['the outputs', { train: { outputs: ['model/deep'] } }],
])('the command runs again when %s changed', async (_title, change) => {
  await job()
  expect((await job(change)).ran).toBe(true)
})

test('the key knows the environment and the version of Plumbline', async () => {
  const { ctx } = await job()
  const makings = {
    command: ['node', 'train.mjs'],
    code: [],
    data: [],
    environment: { os: 'linux 6', arch: 'x64', node: 'v24', program: 'v24', runnerImage: 'ubuntu24 1' },
  }
  const one = trainingKey(ctx.config.train, makings)
  expect(one).toMatch(/^plumbline-training-[0-9a-f]{64}$/)
  const other = { ...makings, environment: { ...makings.environment, runnerImage: 'ubuntu24 2' } }
  expect(trainingKey(ctx.config.train, other)).not.toBe(one)
})

test('nothing is kept of a training that failed, or that left an output unwritten', async () => {
  await job({ files: { 'train.mjs': 'process.exit(3)' } })
  await job({ train: { outputs: ['model', 'nothing'] } })
  expect(cache.calls.filter((call) => call.startsWith('save'))).toEqual([])
})

test('without data and code of the training the cache is not used, and that is said', async () => {
  const fake = await fakeContext({ config: { train: { command: 'make', cache: true } }, cache })
  jobs.push(fake)
  const environment = { os: 'linux', arch: 'x64', node: 'v24', program: null, runnerImage: null }
  expect(await openTrainingCache(fake.ctx, { command: ['make'], code: [], data: [], environment })).toBeNull()
  expect(fake.logged).toEqual([
    {
      level: 'warning',
      message: 'train.cache is not used: neither data nor code of this training are named (data.train, train.code)',
    },
  ])
})

describe('an entry that cannot be trusted is not used: the command runs', () => {
  const said = (logged: FakeContext['logged']) =>
    logged
      .map(({ message }) => message)
      .find((message) => message.startsWith('The cached training') || message.startsWith('The training is not'))

  test('a file that is not the one that was kept', async () => {
    await job()
    writeFileSync(entry('files/model/deep/a.json'), 'poison')
    const { ran, logged } = await job()
    expect(ran).toBe(true)
    expect(said(logged)).toBe(`The cached training ${key()} is not used: model/deep/a.json is damaged.`)
  })

  test.each([
    ['cut off', '{"schema":'],
    ['of something else', '{"schema":"other/1"}'],
  ])('an entry that is %s', async (_title, text) => {
    await job()
    writeFileSync(entry('entry.json'), text)
    expect((await job()).ran).toBe(true)
  })

  test('an entry of another key', async () => {
    await job()
    const content = JSON.parse(readFileSync(entry('entry.json'), 'utf8'))
    writeFileSync(entry('entry.json'), JSON.stringify({ ...content, key: 'plumbline-training-0' }))
    const { ran, logged } = await job()
    expect(ran).toBe(true)
    expect(said(logged)).toMatch(/is not used: it is not an entry of this training\.$/)
  })

  test('a place outside the workspace', async () => {
    await job()
    const content = JSON.parse(readFileSync(entry('entry.json'), 'utf8'))
    const outputs = [{ path: '../evil', bytes: 1, digest: digestOf('x') }]
    writeFileSync(entry('entry.json'), JSON.stringify({ ...content, outputs }))
    const { ran, logged } = await job()
    expect(ran).toBe(true)
    expect(said(logged)).toMatch(/"\.\.\/evil" is no place for a file of it\.$/)
  })

  test('a file among the outputs that the entry does not have', async () => {
    await job()
    const { ran, logged } = await job({ files: { 'model/old.bin': 'old' } })
    expect(ran).toBe(true)
    expect(said(logged)).toMatch(/model\/old\.bin lies among the outputs and is not of it\.$/)
  })

  test('an entry without its files', async () => {
    await job()
    writeFileSync(
      entry('entry.json'),
      readFileSync(entry('entry.json'), 'utf8').replaceAll('deep/a.json', 'deep/b.json'),
    )
    const { ran, logged } = await job()
    expect(ran).toBe(true)
    expect(said(logged)).toMatch(/^The training is not taken from the cache: /)
  })
})
