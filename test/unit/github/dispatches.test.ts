import { startWorkflow, type WorkflowStart } from '../../../shared/github/dispatches.js'
import {
  addRun,
  addWorkflow,
  type LocalGitHub,
  type LocalGitHubOptions,
  startGitHub,
} from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

const FILE = '.github/workflows/train.yml'
const POST = 'POST /repos/acme/strikes/actions/workflows/train.yml/dispatches'
const NOW = new Date('2026-02-01T12:00:00Z')

let local: LocalGitHub
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

async function open(options: LocalGitHubOptions = {}) {
  local = await startGitHub(options)
  local.state.now = () => NOW
  addWorkflow(local.state.repository(), FILE, { dispatch: ['reason'] })
}

let pauses = 0
async function start(wanted: Partial<WorkflowStart> = {}, token?: string) {
  pauses = 0
  const github = await githubOf(local.env({ run: addRun(local.state.repository()), ...(token && { token }) }))
  const clock = {
    now: () => NOW,
    pause: async () => {
      pauses += 1
    },
  }
  const all = { workflow: 'train.yml', ref: 'refs/heads/main', inputs: {}, cooldown: 3_600_000, own: 0, ...wanted }
  return startWorkflow(github, all, clock)
}
const starts = () => local.state.repository().dispatches
const runs = () => local.state.repository().runs.filter(({ workflow }) => workflow.path === FILE)
const mistake = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    ({ name, problems }) => ({ name, problems }),
  )

test('it is started with its inputs, and the run is known', async () => {
  await open()
  const result = await start({ inputs: { reason: 'drift' } })
  expect(starts()).toMatchObject([{ name: FILE, ref: 'refs/heads/main', payload: { reason: 'drift' } }])
  const [run] = runs()
  expect(result).toEqual({
    state: 'started',
    run: { id: run?.id, url: `https://github.com/acme/strikes/actions/runs/${run?.id}`, at: NOW.toISOString() },
  })
  expect(pauses).toBe(0)
})

test('a server of one’s own says nothing of the run, which is then looked for', async () => {
  await open({ prefix: '/api/v3' })
  expect(await start()).toMatchObject({ state: 'started', run: { id: runs()[0]?.id } })
  expect(pauses).toBe(1)
})

test.each(['queued', 'in_progress', 'waiting'] as const)('one that is %s is not joined by another', async (status) => {
  await open()
  const run = addRun(local.state.repository(), { workflow: FILE, event: 'push', status })
  expect(await start()).toMatchObject({ state: 'in-flight', run: { id: run.id } })
  expect(starts()).toEqual([])
})

test('a run that checks a pull request is none, and neither is the one that asks', async () => {
  await open()
  const own = addRun(local.state.repository(), { workflow: FILE, event: 'schedule' })
  addRun(local.state.repository(), { workflow: FILE, event: 'pull_request' })
  expect(await start({ own: own.id })).toMatchObject({ state: 'started' })
})

test('within the cooldown of the last start none follows; after it, and after a push, one does', async () => {
  await open()
  const ended = { workflow: FILE, conclusion: 'success' } as const
  const repository = local.state.repository()
  addRun(repository, { ...ended, event: 'push', createdAt: new Date('2026-02-01T11:50:00Z') })
  const last = addRun(repository, { ...ended, event: 'workflow_dispatch', createdAt: new Date('2026-02-01T11:30:00Z') })
  expect(await start()).toMatchObject({ state: 'cooling-down', run: { id: last.id, at: '2026-02-01T11:30:00.000Z' } })
  expect(starts()).toEqual([])
  expect(await start({ cooldown: 1_200_000 })).toMatchObject({ state: 'started' })
})

describe('an answer that is lost', () => {
  test.each([
    [{ status: 502 }, 'after'],
    ['cut', 'after'],
  ] as const)('%j %s the effect: the run is found, and started once', async (kind, moment) => {
    await open()
    local.fault({ on: /dispatches$/ }, kind, moment)
    expect(await start()).toMatchObject({ state: 'started', run: { id: runs()[0]?.id } })
    expect(local.log.filter((line) => line === POST)).toHaveLength(1)
  })

  test('without an effect it is said that this is not known, and the next call starts it', async () => {
    await open()
    local.fault({ on: /dispatches$/, times: 1 }, { status: 500 })
    expect(await mistake(start())).toMatchObject({
      name: 'UserError',
      problems: [{ message: 'it is not known whether train.yml was started: the answer of GitHub was lost' }],
    })
    expect(pauses).toBe(3)
    expect(local.log.filter((line) => line === POST)).toHaveLength(1)
    expect(await start()).toMatchObject({ state: 'started' })
    expect(starts()).toHaveLength(1)
  })

  test('a run that shows late is found by the next call, which starts no second one', async () => {
    await open()
    local.fault({ on: /dispatches$/, times: 1 }, { status: 502 }, 'after')
    for (let k = 3; k <= 5; k++) local.fault({ at: k }, { status: 404, message: 'Not Found' })
    expect(await mistake(start())).not.toBeNull()
    expect(await start()).toMatchObject({ state: 'in-flight', run: { id: runs()[0]?.id } })
    expect(starts()).toHaveLength(1)
  })
})

describe('what cannot be started is said with its cure', () => {
  test('a workflow that is not there', async () => {
    await open()
    expect(await mistake(start({ workflow: 'gone.yml' }))).toMatchObject({
      problems: [{ cure: expect.stringMatching(/^there is no workflow gone\.yml on the default branch/) }],
    })
  })

  test('one without the trigger', async () => {
    await open()
    addWorkflow(local.state.repository(), FILE, { dispatch: null })
    expect(await mistake(start())).toMatchObject({
      problems: [
        {
          message: expect.stringContaining("Workflow does not have 'workflow_dispatch' trigger"),
          cure: 'add `workflow_dispatch:` to `on:` of train.yml',
        },
      ],
    })
  })

  test('a branch that is not there, and inputs that it does not know', async () => {
    await open()
    expect(await mistake(start({ ref: 'nowhere' }))).toMatchObject({
      problems: [{ cure: 'check the branch or tag nowhere' }],
    })
    expect(await mistake(start({ inputs: { other: '1' } }))).toMatchObject({
      problems: [{ cure: 'check that train.yml declares the inputs that are sent' }],
    })
  })

  test('a token that may only read', async () => {
    await open()
    expect(await mistake(start({}, local.token({ permissions: { actions: 'read' } })))).toMatchObject({
      problems: [{ cure: expect.stringContaining('`actions: write`') }],
    })
    expect(starts()).toEqual([])
  })
})
