import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publishMonitoring } from '../../../actions/monitor/publish.js'
import { plannedRetraining } from '../../../actions/monitor/retrain.js'
import { type Monitoring, Monitoring as Schema } from '../../../shared/contracts/monitoring.js'
import { githubRunRef } from '../../../shared/core/run-ref.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import {
  addPull,
  addRun,
  addWorkflow,
  type LocalGitHub,
  startGitHub,
  type TokenOptions,
} from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'
import { monitoring } from '../post-mortem-report/incidents.js'

const NOW = new Date('2026-01-12T12:00:00Z')
const FILE = '.github/workflows/train-and-release.yml'

let local: LocalGitHub
let fake: FakeContext | undefined
beforeEach(async () => {
  local = await startGitHub()
  local.state.now = () => NOW
  addWorkflow(local.state.repository(), FILE, { dispatch: ['reason', 'days'] })
})
afterEach(async () => {
  await fake?.cleanup()
  await local.close()
  expect(local.violations).toEqual([])
})

const repository = () => local.state.repository()
const starts = () => repository().dispatches
const warnings = () => fake?.logged.filter(({ level }) => level === 'warning').map(({ message }) => message) ?? []

interface Options {
  action?: Monitoring['decision']['action']
  retrain?: Record<string, unknown>
  token?: TokenOptions
  pull?: number
  laptop?: boolean
}

async function publish({ action = 'retrain', retrain = {}, token, pull, laptop }: Options = {}) {
  await fake?.cleanup()
  const run = addRun(repository(), { workflow: '.github/workflows/monitor.yml', event: 'schedule' })
  const env = local.env({ run, ...(token && { token: local.token(token) }), ...(pull && { pull }) })
  fake = await fakeContext({
    now: NOW,
    run: githubRunRef(env),
    ...(laptop ? {} : { github: await githubOf(env) }),
    config: {
      model: 'm',
      registry: '.plumbline-registry',
      monitor: { retrain: { workflow: 'train-and-release.yml', ...retrain } },
    },
  })
  const { schema: _, createdAt: __, plumblineVersion: ___, run: ____, ...body } = monitoring('2026-01-12T11:59:00.000Z')
  const decision = { ...body.decision, action }
  const planned = { ...body, decision, retraining: plannedRetraining(fake.ctx, action) }
  const report = { title: 'monitor', blocks: [] }
  const outputs = await publishMonitoring(fake.ctx, planned, report, { issue: true, pause: async () => undefined })
  const path = join(fake.root, '.plumbline/monitoring.json')
  const document = await readFile(path, 'utf8').then(
    (text) => Schema.parse(JSON.parse(text)),
    () => null,
  )
  return { outputs, retraining: document?.retraining ?? null, summaries: fake.summaries }
}

const issueBody = () => repository().issues.find(({ pull }) => pull === null)?.body ?? ''

test('a decision to retrain starts the workflow; document, outputs, summary and issue name the run', async () => {
  const { outputs, retraining, summaries } = await publish({ retrain: { inputs: { reason: 'drift', days: 14 } } })
  expect(starts()).toMatchObject([{ name: FILE, ref: 'refs/heads/main', payload: { reason: 'drift', days: '14' } }])
  const url = `https://github.com/acme/strikes/actions/runs/${repository().runs.at(-1)?.id}`
  expect(outputs).toMatchObject({ 'retrain-run': url, 'issue-url': expect.stringMatching(/issues\/\d+$/) })
  expect(retraining).toMatchObject({ state: 'started', workflow: 'train-and-release.yml', run: { url } })
  expect(issueBody()).toContain(url)
  expect(summaries.join()).toContain('Training was started by')
})

test('any other decision starts nothing', async () => {
  expect((await publish({ action: 'rollback' })).retraining).toBeNull()
  expect(starts()).toEqual([])
})

test('a second run of monitor finds the first training, and starts none', async () => {
  await publish()
  const { retraining, outputs } = await publish()
  expect(retraining).toMatchObject({ state: 'in-flight' })
  expect(outputs['retrain-run']).toMatch(/actions\/runs\/\d+$/)
  const training = repository().runs.find(({ event }) => event === 'workflow_dispatch')
  Object.assign(training ?? {}, { status: 'completed', conclusion: 'success' })
  expect((await publish()).retraining).toMatchObject({ state: 'cooling-down' })
  expect(starts()).toHaveLength(1)
  expect(issueBody()).toContain('was started a short time ago')
})

test('without the permission the issue is written all the same, and one warning has the line to add', async () => {
  const { retraining, outputs } = await publish({ token: { permissions: { actions: 'read', issues: 'write' } } })
  expect(retraining).toMatchObject({ state: 'refused', reason: expect.stringContaining('403') })
  expect(outputs).toMatchObject({ 'retrain-run': null, 'issue-url': expect.any(String) })
  expect(warnings()).toEqual([expect.stringMatching(/train-and-release\.yml was not started[\s\S]*`actions: write`/)])
  const none = await publish({ token: { permissions: {} } })
  expect(none.outputs).toEqual({ 'retrain-run': null, 'issue-url': null })
  expect(warnings()).toEqual([expect.stringMatching(/`actions: write`[\s\S]*`issues: write`/)])
})

test('a pull request and a laptop start none', async () => {
  addPull(repository(), { number: 7 })
  expect((await publish({ pull: 7 })).retraining).toMatchObject({ state: 'not-asked' })
  expect((await publish({ laptop: true })).retraining).toMatchObject({ state: 'not-asked' })
  expect(starts()).toEqual([])
  expect(warnings()).toEqual([])
})

test('a ref and a file that are no names are mistakes of the configuration', async () => {
  await expect(publish({ retrain: { workflow: '../x' } })).rejects.toThrow('use the name of a file')
  await expect(publish({ retrain: { cooldown: '1 day' } })).rejects.toThrow('use a number and m, h, d or w')
})

/** How often GitHub is asked without a fault: the training, then the issue. */
const CALLS = 8

describe('a fault at any request: one training and one issue after the next run', () => {
  const faults = [
    [{ status: 500 }, 'before'],
    [{ status: 502 }, 'after'],
    [{ status: 403, message: 'You have exceeded a secondary rate limit' }, 'before'],
    ['cut', 'before'],
    ['cut', 'after'],
  ] as const
  for (const [kind, moment] of faults) {
    for (let k = 1; k <= CALLS; k++) {
      test(`${JSON.stringify(kind)} ${moment} request ${k}`, async () => {
        local.fault({ at: k }, kind, moment)
        await publish()
        expect(warnings().length).toBeLessThanOrEqual(1)
        await publish()
        expect(warnings()).toEqual([])
        expect(starts()).toHaveLength(1)
        expect(repository().issues.filter(({ state }) => state === 'open')).toHaveLength(1)
      })
    }
  }
})

test('so many requests are made', async () => {
  await publish()
  expect(local.log).toHaveLength(CALLS)
})
