import { existsSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { printCounts } from './counts.js'
import { examples, historyOf, type Strikes, strikes, succeeded } from './support.js'

/** deploy-by-tag.yml and rollback.yml, with two versions released and none of them deployed yet. */
let it: Strikes
const [first, second] = ['strikes@v1.0.0', 'strikes@v1.0.1']

/** train-and-release.yml as its comment says for staging and approval: the deployment is called. */
const CALLED = calledDeployment(examples()['train-and-release.yml'] as string)

beforeAll(async () => {
  it = await strikes({ 'called.yml': CALLED, 'release-only.yml': withoutDeployment(CALLED) })
  succeeded(await it.repository.run('release-only.yml', { event: 'push' }))
  const next = it.code.copy()
  next.configure({ train: { seed: 7 } })
  it.repository.push(next.path)
  succeeded(await it.repository.run('release-only.yml', { event: 'push' }))
  next.remove()
  it.repository.push(it.code.path)
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

const serving = (environment: string) => {
  const link = join(it.repository.folder, environment, 'current')
  return existsSync(link) ? readlinkSync(link) : null
}
const history = (environment: string) => historyOf(it, environment)

test('a tag goes to staging and then to production, and both histories say so', async () => {
  const run = succeeded(
    await it.repository.run('deploy-by-tag.yml', { event: 'workflow_dispatch', inputs: { tag: first } }),
  )
  expect(run.conclusions).toEqual({ staging: 'success', production: 'success' })
  for (const environment of ['staging', 'production']) {
    expect(serving(environment)).toContain(first)
    expect(history(environment)).toEqual([[first, 'success']])
  }
  printCounts('deploy-by-tag.yml', run)
})

test('what does not hold on staging never reaches production', async () => {
  const target = it.repository.environments.staging as Record<string, string>
  const { DEPLOY_TARGET: good = '' } = target
  // A path that cannot be a folder.
  target.DEPLOY_TARGET = `{ type: directory, path: ${JSON.stringify(join(it.code.path, 'plumbline.yml'))} }`
  const run = await it.repository.run('deploy-by-tag.yml', { event: 'workflow_dispatch', inputs: { tag: second } })
  target.DEPLOY_TARGET = good
  expect(run.conclusions).toEqual({ staging: 'failure', production: 'skipped' })
  expect(serving('production')).toContain(first)
})

test('a release that a person publishes is deployed; one of something else is not', async () => {
  const release = (tag_name: string) => ({ action: 'published', release: { tag_name } })
  const software = await it.repository.run('deploy-by-tag.yml', { event: 'release', payload: release('v2.0.0') })
  expect(software.conclusions).toEqual({ staging: 'skipped', production: 'skipped' })
  succeeded(await it.repository.run('deploy-by-tag.yml', { event: 'release', payload: release(second) }))
  expect(serving('production')).toContain(second)
  expect(history('production')).toEqual([
    [first, 'inactive'],
    [second, 'success'],
  ])
})

test('a rollback goes to the version that served before, and stands in the history', async () => {
  const inputs = { environment: 'production', tag: '' }
  const run = succeeded(await it.repository.run('rollback.yml', { event: 'workflow_dispatch', inputs }))
  expect(run.step('rollback', 'actions/deploy').outputs).toMatchObject({ tag: first, previous: second, serving: first })
  expect(serving('production')).toContain(first)
  expect(serving('staging')).toContain(second)
  expect(history('production').at(-1)).toEqual([first, 'success'])
  printCounts('rollback.yml', run)
})

test('a rollback to a tag takes that one', async () => {
  const inputs = { environment: 'production', tag: second }
  succeeded(await it.repository.run('rollback.yml', { event: 'workflow_dispatch', inputs }))
  expect(serving('production')).toContain(second)
})

test('train-and-release.yml hands the tag over to deploy-by-tag.yml when it is told to', async () => {
  const next = it.code.copy()
  next.configure({ train: { seed: 11 } })
  it.repository.push(next.path)
  const run = succeeded(await it.repository.run('called.yml', { event: 'push' }))
  const { tag } = run.step('release', 'package').outputs
  expect(tag).not.toBe(second)
  expect(serving('staging')).toContain(tag)
  expect(serving('production')).toContain(tag)
  next.remove()
})

/** Puts the job of the comment in place of the one that it speaks of. */
function calledDeployment(text: string): string {
  const comment = /((?: {2}#.*\n)+) {2}deploy:\n[\s\S]*?(?=\n {2}post-mortem:)/.exec(text) as RegExpExecArray
  const lines = (comment[1] as string).split('\n').filter((line) => line.startsWith('  #   '))
  return text.replace(comment[0], lines.map((line) => line.replace('#   ', '')).join('\n'))
}

function withoutDeployment(text: string): string {
  return text.replace(/\n {2}deploy:[\s\S]*?(?=\n {2}post-mortem:)/, '').replace(', release, deploy]', ', release]')
}
