import { type LocalGitHub, startGitHub } from '../support/github/index.js'
import { type Project, project } from '../support/project.js'
import { nodes, runBundle } from '../support/run-bundle.js'

const from = process.env.PLUMBLINE_BUNDLE === undefined ? {} : { from: process.env.PLUMBLINE_BUNDLE }
const PULL = { identity: { ref: 'refs/pull/7/merge', base: 'refs/heads/main' } }

let github: LocalGitHub
const workspaces: Project[] = []
beforeEach(async () => {
  github = await startGitHub()
})
afterEach(async () => {
  for (const { remove } of workspaces.splice(0)) remove()
  await github.close()
  expect(github.violations).toEqual([])
})

/** Trains in a fresh checkout, with `train.cache`. */
async function train(options: { at?: typeof PULL; node?: string; seed?: number } = {}) {
  const work = project()
  workspaces.push(work)
  work.configure({ train: { cache: true, ...(options.seed === undefined ? {} : { seed: options.seed }) } })
  const run = await runBundle('train', {
    cwd: work.path,
    ...from,
    ...(options.node === undefined ? {} : { node: options.node }),
    inputs: { artifacts: 'false' },
    env: { ...github.env({ job: 'train', ...options.at }), 'INPUT_GITHUB-TOKEN': '' },
    timeoutSeconds: 120,
  })
  const { cache, metrics } = work.readJson('.plumbline/training-run.json')
  return { run, work, metrics, ran: run.stdout.includes('trained on 3000 rows'), key: cache?.key as string, cache }
}

describe.each(nodes())('on $name', ({ node }) => {
  test('a training with the same makings is restored, with its metrics, and says from where', async () => {
    const first = await train({ node })
    expect([first.ran, first.cache.trainedBy]).toEqual([true, null])
    const second = await train({ node })
    expect([second.ran, second.run.code, second.run.outputs.verdict]).toEqual([false, 0, first.run.outputs.verdict])
    expect(second.work.read('model/model.json')).toBe(first.work.read('model/model.json'))
    expect(second.metrics).toEqual(first.metrics)
    expect(second.cache).toMatchObject({ key: first.key, trainedBy: { kind: 'github', repository: 'acme/strikes' } })
    expect(second.run.summary).toContain(first.key)
  })
})

test('a pull request takes what main trained, and main does not take what a pull request trained', async () => {
  await train()
  expect((await train({ at: PULL })).ran).toBe(false)
  await train({ at: PULL, seed: 7 })
  expect((await train({ seed: 7 })).ran).toBe(true)
})

test('entries that are gone, damaged or of somebody else: the command runs, and the step is as without a cache', async () => {
  const first = await train()
  const repository = github.state.repository()
  const [entry] = repository.caches
  if (entry) entry.stored = github.state.keep('no archive')
  const damaged = await train()
  expect([damaged.ran, damaged.run.code]).toEqual([true, 0])
  repository.caches.splice(0)
  expect((await train()).ran).toBe(true)
  expect(first.key).toBe(damaged.key)
})

test('a cache that refuses: the command runs', async () => {
  github.fault({ on: /CacheService/ }, { status: 403 })
  const { ran, run } = await train()
  expect([ran, run.code]).toEqual([true, 0])
})
