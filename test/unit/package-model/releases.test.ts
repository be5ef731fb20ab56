import { join } from 'node:path'
import { packageModel } from '../../../actions/package-model/action.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { addRelease, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { openTestRegistry, releasesIn } from '../../support/release-registry.js'
import { CONFIG, documents, PROJECT } from './support.js'

let github: LocalGitHub
const contexts: FakeContext[] = []
beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  await Promise.all(contexts.splice(0).map(({ cleanup }) => cleanup()))
  await github.close()
  expect(github.violations).toEqual([])
})

/** The stage on a runner, with the requests that it made. */
async function run(model = PROJECT['model/model.json'], config: object = {}) {
  const files = { ...PROJECT, 'model/model.json': model }
  const fake = await fakeContext({ files: { ...files, ...documents(files) }, config: { ...CONFIG, ...config } })
  contexts.push(fake)
  const registry = await openTestRegistry(github.env())
  const before = github.requests.length
  const inputs = { 'override-reason': undefined } as Parameters<typeof packageModel.run>[0]
  const { outputs, verdict } = await packageModel.run(inputs, { ...fake.ctx, registry: async () => registry })
  return { outputs, verdict, registry, asked: github.requests.length - before, root: fake.root }
}

it('publishes an accepted model as a release, in 25 requests at most, the next version too', async () => {
  const first = await run()
  expect(first.outputs).toMatchObject({ outcome: 'published', tag: 'demo@v1.0.0' })
  expect(first.asked).toBeLessThanOrEqual(25)
  const second = await run('{"weight":0.02}')
  expect(second.outputs).toMatchObject({ outcome: 'published', tag: 'demo@v1.0.1' })
  expect(second.asked).toBeLessThanOrEqual(25)
  const again = await run('{"weight":0.02}')
  expect(again.outputs).toMatchObject({ outcome: 'unchanged', tag: 'demo@v1.0.1' })
  expect(again.asked).toBeLessThanOrEqual(8)
  expect(releasesIn(github)).toEqual({ published: ['demo@v1.0.0', 'demo@v1.0.1'], drafts: 0 })
  await second.registry.fetch('demo@v1.0.1', join(second.root, 'out'))
  expect(github.state.repository().releases[1]?.body).toContain('Version before: `demo@v1.0.0`')
})

it('passes over a number that a person has given to a release', async () => {
  addRelease(github.state.repository(), { tag: 'demo@v1.0.0', body: 'by hand' })
  const { outputs, registry } = await run()
  expect(outputs).toMatchObject({ outcome: 'published', tag: 'demo@v1.0.1' })
  expect((await registry.manifest('demo@v1.0.1'))?.manifest.bump.evidence).toContain(
    '1.0.0 is taken by a release or tag that is no model version',
  )
})

it('says so when the number that is asked for is taken', async () => {
  addRelease(github.state.repository(), { tag: 'demo@v3.0.0', body: 'by hand' })
  await expect(run(undefined, { package: { ...CONFIG.package, version: '3.0.0' } })).rejects.toThrow(
    'demo@v3.0.0 cannot be published: a release of that name is no model version',
  )
  expect(releasesIn(github).drafts).toBe(0)
})
