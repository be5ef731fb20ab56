import { printCounts } from './counts.js'
import { ended, type Strikes, strikes, succeeded } from './support.js'

/** post-mortem.yml: started by the end of another run, whose jobs, logs and artifacts it reads. */
let it: Strikes

beforeAll(async () => {
  it = await strikes()
  succeeded(await it.repository.run('train-and-release.yml', { event: 'push' }))
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

const incidents = () => it.repository.state.issues.filter(({ pull }) => pull === null)

test('a run that succeeded is left alone', async () => {
  const run = succeeded(
    await it.repository.run('deploy-by-tag.yml', { event: 'workflow_dispatch', inputs: { tag: 'latest' } }),
  )
  const follow = await it.repository.run('post-mortem.yml', { event: 'workflow_run', payload: ended(it, run) })
  expect(follow.conclusions).toEqual({ 'post-mortem': 'skipped' })
  expect(incidents()).toEqual([])
})

test('a deployment that failed is written up from the documents of its run, in an issue', async () => {
  const staging = it.repository.environments.staging as Record<string, string>
  const { DEPLOY_TARGET: good = '' } = staging
  staging.DEPLOY_TARGET = '{ type: server, url: "http://127.0.0.1:59999" }'
  const run = await it.repository.run('deploy-by-tag.yml', { event: 'workflow_dispatch', inputs: { tag: 'latest' } })
  staging.DEPLOY_TARGET = good
  expect(run.conclusions).toEqual({ staging: 'failure', production: 'skipped' })

  const payload = ended(it, run)
  const follow = succeeded(await it.repository.run('post-mortem.yml', { event: 'workflow_run', payload }))
  const report = follow.step('post-mortem', 'actions/post-mortem-report')
  expect(report.outputs).toMatchObject({ 'failed-stage': 'deploy', class: 'deployment' })
  expect(report.summary).toContain('connection refused')
  expect(incidents()).toMatchObject([{ state: 'open', author: 'github-actions[bot]' }])
  printCounts('post-mortem.yml', follow)

  succeeded(await it.repository.run('post-mortem.yml', { event: 'workflow_run', payload }))
  expect(incidents()).toHaveLength(1)
})

test('a training that failed before any document is found in the log of its job', async () => {
  const broken = it.code.copy()
  broken.write('requirements.txt', 'a-package-that-is-not-there==1.0\n')
  it.repository.push(broken.path)
  const run = await it.repository.run('train-and-release.yml', { event: 'push' })
  expect(run.conclusions).toMatchObject({ validate: 'success', train: 'failure', 'post-mortem': 'success' })
  const follow = succeeded(
    await it.repository.run('post-mortem.yml', { event: 'workflow_run', payload: ended(it, run) }),
  )
  expect(follow.step('post-mortem', 'actions/post-mortem-report').summary).toContain('pip install -r requirements.txt')
  broken.remove()
})
