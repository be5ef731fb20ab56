import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { printCounts, totalOf } from './counts.js'
import { historyOf, type Strikes, strikes, succeeded } from './support.js'

/** train-and-release.yml, one push after another. The tests go on where the one before has left the repository. */
let it: Strikes

beforeAll(async () => {
  it = await strikes()
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

const releases = () => it.repository.state.releases
const published = () => releases().filter(({ draft }) => !draft)
const inProduction = () => readlinkSync(join(it.repository.folder, 'production/current'))
const history = () => historyOf(it, 'production')

test('the first push becomes a release that is complete, and serves', async () => {
  const run = succeeded(await it.repository.run('train-and-release.yml', { event: 'push' }))
  expect(run.conclusions).toEqual({
    validate: 'success',
    train: 'success',
    gate: 'success',
    release: 'success',
    deploy: 'success',
    'post-mortem': 'skipped',
  })
  const [release, ...others] = releases()
  expect(others).toEqual([])
  expect(release).toMatchObject({ tag: 'strikes@v1.0.0', draft: false })
  const assets = release?.assets ?? []
  expect(assets.every(({ state, digest }) => state === 'uploaded' && digest?.startsWith('sha256:'))).toBe(true)
  expect(assets.map(({ name }) => name)).toEqual(expect.arrayContaining(['manifest.json', 'MODEL_CARD.md']))
  expect(it.repository.state.refs.get('refs/tags/strikes@v1.0.0')).toBe(run.run.sha)

  expect(run.step('deploy', 'actions/deploy').outputs).toMatchObject({ serving: 'strikes@v1.0.0', confirmed: 'true' })
  expect(inProduction()).toContain('strikes@v1.0.0')
  expect(history()).toEqual([['strikes@v1.0.0', 'success']])

  const artifacts = it.repository.state.artifacts.map(({ name }) => name)
  const stages = ['validate-data', 'train', 'evaluate-gate', 'package-model', 'deploy']
  expect(artifacts).toEqual(expect.arrayContaining(stages.map((stage) => `plumbline-${stage}`)))

  printCounts('train-and-release.yml, first version', run)
  expect(totalOf(run).api).toBeLessThan(120)
})

test('the same run once more changes nothing', async () => {
  const assets = published()[0]?.assets.map(({ id }) => id)
  const [first] = it.repository.state.runs
  const run = succeeded(
    await it.repository.run('train-and-release.yml', { event: 'push', ...(first && { again: first }) }),
  )
  expect(run.run.attempt).toBe(2)
  expect(run.step('release', 'package').outputs).toMatchObject({ outcome: 'unchanged', tag: 'strikes@v1.0.0' })
  expect(releases()).toHaveLength(1)
  expect(releases()[0]?.assets.map(({ id }) => id)).toEqual(assets)
  expect(history().filter(([, state]) => state === 'success')).toHaveLength(1)
  printCounts('train-and-release.yml, nothing new', run)
})

test('a worse model fails the gate: no release, the report is kept, and the post-mortem tells why', async () => {
  const worse = it.code.copy()
  worse.configure({ train: { params: { features: ['speed'] } } })
  it.repository.push(worse.path)
  const run = await it.repository.run('train-and-release.yml', { event: 'push' })
  expect(run.conclusion).toBe('failure')
  expect(run.conclusions).toMatchObject({
    train: 'success',
    gate: 'failure',
    release: 'skipped',
    deploy: 'skipped',
    'post-mortem': 'success',
  })
  expect(run.step('gate', 'actions/evaluate-gate').outputs).toMatchObject({
    verdict: 'fail',
    baseline: 'strikes@v1.0.0',
  })
  expect(releases()).toHaveLength(1)
  expect(inProduction()).toContain('strikes@v1.0.0')
  const kept = it.repository.state.artifacts.filter((artifact) => artifact.run === run.run.id).map(({ name }) => name)
  expect(kept).toContain('plumbline-evaluate-gate')

  const report = run.step('post-mortem', 'actions/post-mortem-report')
  expect(report.outputs).toMatchObject({ 'failed-stage': 'evaluate-gate', class: 'quality-gate' })
  expect(report.summary).toContain('ROC AUC')
  printCounts('train-and-release.yml, gate failed', run)
  worse.remove()
})

test('a better model replaces the one that serves, which becomes inactive', async () => {
  const better = it.code.copy()
  better.append(
    'data/train.csv',
    better
      .read('data/train.csv')
      .split('\n')
      .slice(1)
      .map((row) => row.replace(/^1-/, '3-'))
      .join('\n'),
  )
  it.repository.push(better.path)
  const run = succeeded(await it.repository.run('train-and-release.yml', { event: 'push' }))
  const { tag } = run.step('release', 'package').outputs
  expect(published().map((release) => release.tag)).toEqual(['strikes@v1.0.0', tag])
  expect(inProduction()).toContain(tag)
  expect(history()).toEqual([
    ['strikes@v1.0.0', 'inactive'],
    [tag, 'success'],
  ])
  printCounts('train-and-release.yml, next version', run)
  better.remove()
})

test('cut off in the middle of the release, the next run finishes it: one release, nothing left over', async () => {
  const other = it.code.copy()
  other.configure({ package: { description: 'Rates of hits.' }, train: { seed: 7 } })
  it.repository.push(other.path)
  const before = published().length
  it.repository.github.fault({ on: /^POST .*\/assets$/, times: 1 }, 'cut', 'after')
  // What a machine that is lost leaves behind: the process is ended while it uploads.
  const killed = new AbortController()
  const cut = it.repository.run('train-and-release.yml', { event: 'push', signal: killed.signal })
  const uploads = () => it.repository.github.log.filter((line) => /^POST .*\/assets$/.test(line)).length
  const from = uploads()
  while (uploads() < from + 3) await new Promise((resolve) => setTimeout(resolve, 20))
  killed.abort()
  const { run } = await cut
  expect(published()).toHaveLength(before)

  const again = succeeded(await it.repository.run('train-and-release.yml', { event: 'push', again: run }))
  expect(published()).toHaveLength(before + 1)
  expect(releases().filter(({ draft }) => draft)).toEqual([])
  expect(inProduction()).toContain(again.step('release', 'package').outputs.tag)
  other.remove()
})
