import type { DeploymentRecord } from '../../../shared/contracts/deployment.js'
import { githubRunRef } from '../../../shared/core/run-ref.js'
import type { GitHub } from '../../../shared/github/github.js'
import type { DeploymentIntent } from '../../../shared/registry/registry.js'
import { openDeploymentHistory } from '../../../shared/registry/releases-history.js'
import {
  addDeployment,
  addRelease,
  addRun,
  type Deployment,
  type LocalGitHub,
  type Permissions,
  type Run,
  startGitHub,
} from '../../support/github/index.js'
import { githubOf, logTo } from '../../support/github-client.js'

let local: LocalGitHub
let said: string[]
beforeEach(async () => {
  local = await startGitHub()
  said = []
  // Time goes on by a second with each thing that is made: GitHub's times have no parts of seconds.
  let second = 0
  Object.assign(local.state, { now: () => new Date(Date.UTC(2026, 0, 2, 3, 0, second++)) })
  for (const tag of ['fraud@v1.0.0', 'fraud@v1.1.0', 'spam@v2.0.0']) addRelease(repository(), { tag })
})
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

const repository = () => local.state.repository()
const DIGEST = { 'fraud@v1.0.0': 'a', 'fraud@v1.1.0': 'b', 'spam@v2.0.0': 'c' } as const
type Tag = keyof typeof DIGEST
const digest = (tag: string) => `sha256:${(DIGEST[tag as Tag] ?? 'd').repeat(64)}`

const NOW = new Date('2026-01-02T04:00:00.000Z')

/** The history as a step of a run sees it. */
async function open(
  options: {
    run?: Run
    runner?: string
    job?: string
    permissions?: Permissions
    now?: Date
    wrap?: (github: GitHub) => GitHub
  } = {},
) {
  const { run = addRun(repository()), permissions, wrap = (same) => same, now = NOW } = options
  const token = local.token(permissions === undefined ? {} : { permissions })
  const { runner = `Runner of ${run.id}`, job = 'deploy' } = options
  const env = local.env({ run, token, runner, job })
  const log = logTo((message) => void said.push(message))
  const github = wrap(await githubOf(env))
  return openDeploymentHistory({ github, run: githubRunRef(env), env, log, now: () => now })
}
type History = Awaited<ReturnType<typeof open>>

const intent = (tag: string, over: Partial<DeploymentIntent> = {}): DeploymentIntent => ({
  environment: 'production',
  tag,
  manifestDigest: digest(tag),
  action: 'deploy',
  ...over,
})
const record = (tag: string, over: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  ...intent(tag),
  state: 'success',
  at: '2026-01-02T03:04:05.678Z',
  reason: null,
  ...over,
})
async function deploy(history: History, tag: string, over: Partial<DeploymentRecord> = {}) {
  const { environment = 'production', action = 'deploy' } = over
  const ticket = await history.announceDeployment(intent(tag, { environment, action }))
  return history.recordDeployment(record(tag, over), ticket)
}

const states = ({ statuses }: Deployment) => statuses.map(({ state }) => state)
const rows = () => repository().deployments.map((row) => `${row.ref} ${row.environment}: ${states(row).join(', ')}`)
const told = async (history: History, ...args: Parameters<History['deployments']>) =>
  (await history.deployments(...args)).map(({ tag, action, state }) => `${action} ${tag} ${state}`)
const only = <T>(items: readonly T[]): T => {
  expect(items).toHaveLength(1)
  return items[0] as T
}

describe('a deployment', () => {
  test('is announced before it is done, and ends with what became of it', async () => {
    const history = await open({ run: addRun(repository(), { id: 7001 }) })
    const ticket = await history.announceDeployment(
      intent('fraud@v1.0.0', { run: '7001', url: 'https://fraud.acme.example' }),
    )
    const row = only(repository().deployments)
    expect(ticket).toEqual({ id: row.id, url: 'https://github.com/acme/strikes/deployments/production' })
    expect(row).toMatchObject({
      ref: 'fraud@v1.0.0',
      environment: 'production',
      production: true,
      transient: false,
      task: 'deploy',
      description: 'deploy of fraud@v1.0.0',
      payload: {
        schema: 'plumbline.deployment/1',
        tag: 'fraud@v1.0.0',
        manifestDigest: digest('fraud@v1.0.0'),
        action: 'deploy',
        run: '7001',
        by: { run: '7001', attempt: 1, job: 'deploy', runner: 'Runner of 7001' },
      },
    })
    const runUrl = 'https://github.com/acme/strikes/actions/runs/7001'
    expect(row.statuses).toMatchObject([
      { state: 'in_progress', description: 'plumbline: deploy of fraud@v1.0.0', logUrl: runUrl },
    ])
    expect(await history.deployments('production')).toEqual([])

    await history.recordDeployment(record('fraud@v1.0.0', { run: '7001' }), ticket)
    expect(row.statuses.slice(1)).toMatchObject([
      {
        state: 'success',
        description: 'plumbline: fraud@v1.0.0 serves',
        logUrl: runUrl,
        environmentUrl: 'https://fraud.acme.example',
      },
    ])
    const at = row.statuses[1]?.createdAt
    expect(await history.deployments('production')).toEqual([record('fraud@v1.0.0', { run: '7001', at: at ?? '' })])
    expect(await history.environments()).toEqual(['production'])
    expect(local.log.filter((line) => line.startsWith('POST /repos'))).toHaveLength(3)
  })

  test('makes the one before it inactive, of the same model alone', async () => {
    const history = await open()
    for (const tag of ['fraud@v1.0.0', 'spam@v2.0.0', 'fraud@v1.1.0']) await deploy(history, tag)
    await deploy(history, 'fraud@v1.0.0', { environment: 'staging' })
    expect(rows()).toEqual([
      'fraud@v1.0.0 production: in_progress, success, inactive',
      'spam@v2.0.0 production: in_progress, success',
      'fraud@v1.1.0 production: in_progress, success',
      'fraud@v1.0.0 staging: in_progress, success',
    ])
    expect(repository().deployments[0]?.statuses.at(-1)?.description).toBe('plumbline: followed by fraud@v1.1.0')
    expect(await told(history, 'production', 'fraud')).toEqual([
      'deploy fraud@v1.1.0 success',
      'deploy fraud@v1.0.0 success',
    ])
    expect(await told(history, 'production')).toHaveLength(3)
    expect(repository().deployments.map(({ production }) => production)).toEqual([true, true, true, false])
  })

  test('that failed leaves the one before it active', async () => {
    const history = await open()
    await deploy(history, 'fraud@v1.0.0')
    const reason = `3 of 50 golden rows were not answered as recorded:\n${'far off '.repeat(40)}`
    await deploy(history, 'fraud@v1.1.0', { state: 'failure', reason })
    expect(rows()).toEqual([
      'fraud@v1.0.0 production: in_progress, success',
      'fraud@v1.1.0 production: in_progress, failure',
    ])
    const [failed] = await history.deployments('production')
    expect(failed).toMatchObject({ tag: 'fraud@v1.1.0', state: 'failure' })
    expect(failed?.reason).toMatch(/^3 of 50 golden rows were not answered as recorded: far off .*…$/)
    expect(repository().deployments[1]?.statuses.at(-1)?.description).toHaveLength(140)
  })

  test('that was rolled back is a failure on GitHub, and the one before it serves again', async () => {
    const history = await open()
    await deploy(history, 'fraud@v1.0.0')
    // As GitHub does for the job of an environment.
    repository().deployments[0]?.statuses.push({
      ...repository().deployments[0]?.statuses[1],
      state: 'inactive',
    } as never)
    await deploy(history, 'fraud@v1.1.0', { state: 'rolled-back', reason: 'golden rows differ' })
    expect(rows()).toEqual([
      'fraud@v1.0.0 production: in_progress, success, inactive, success',
      'fraud@v1.1.0 production: in_progress, failure',
    ])
    expect(repository().deployments[1]?.statuses.at(-1)?.description).toBe('plumbline: rolled back: golden rows differ')
    expect(await history.deployments('production')).toMatchObject([
      { tag: 'fraud@v1.1.0', state: 'rolled-back', reason: 'golden rows differ' },
      { tag: 'fraud@v1.0.0', state: 'success', reason: null },
    ])
    await deploy(history, 'fraud@v1.1.0')
    expect(rows()[0]).toBe('fraud@v1.0.0 production: in_progress, success, inactive, success, inactive')
  })

  test('a rollback is a deployment of the older version', async () => {
    const history = await open()
    for (const tag of ['fraud@v1.0.0', 'fraud@v1.1.0']) await deploy(history, tag)
    await deploy(history, 'fraud@v1.0.0', { action: 'rollback' })
    expect(await told(history, 'production')).toEqual([
      'rollback fraud@v1.0.0 success',
      'deploy fraud@v1.1.0 success',
      'deploy fraud@v1.0.0 success',
    ])
    expect(rows().slice(1)).toEqual([
      'fraud@v1.1.0 production: in_progress, success, inactive',
      'fraud@v1.0.0 production: in_progress, success',
    ])
  })

  test('that was never announced is recorded whole, with its own time and reason', async () => {
    const history = await open()
    const failed = record('fraud@v1.0.0', { state: 'failure', reason: 'two\nlines, and more than 140 '.repeat(9) })
    await history.recordDeployment(failed)
    expect(rows()).toEqual(['fraud@v1.0.0 production: failure'])
    expect(await history.deployments('production')).toEqual([failed])
  })

  test('of a version without a tag is of the commit, on a laptop of the default branch', async () => {
    await deploy(await open(), 'fraud@v9.0.0')
    expect(repository().deployments[0]?.ref).toBe(repository().refs.get('refs/heads/main'))
    const env = local.env()
    const laptop = openDeploymentHistory({
      github: await githubOf(env),
      run: { kind: 'local', commit: 'f'.repeat(40), dirty: true },
      env,
      log: logTo(() => undefined),
      now: () => NOW,
    })
    await deploy(laptop, 'fraud@v9.0.0')
    expect(repository().deployments[1]).toMatchObject({ ref: 'main', statuses: [{ logUrl: '' }, { logUrl: '' }] })
    expect(await told(laptop, 'production')).toHaveLength(2)
  })

  test.each(['', '  ', 'x'.repeat(256), '\ud800'])('to the environment %j is refused', async (environment) => {
    const history = await open()
    for (const refused of [
      history.announceDeployment(intent('fraud@v1.0.0', { environment })),
      history.recordDeployment(record('fraud@v1.0.0', { environment })),
      history.deployments(environment),
    ]) {
      await expect(refused).rejects.toThrow('is not the name of an environment')
    }
    expect(local.log).toEqual([])
  })
})

describe('the deployment that GitHub makes for a job with an environment', () => {
  const ofJob = (run: Run, over: Partial<Parameters<typeof addDeployment>[1]> = {}) =>
    addDeployment(repository(), {
      ref: 'main',
      statuses: [{ state: 'in_progress', logUrl: `https://github.com/acme/strikes/actions/runs/${run.id}/job/1` }],
      ...over,
    })

  test('is taken up, so that there is one', async () => {
    const run = addRun(repository(), { id: 7001 })
    const own = ofJob(run)
    const history = await open({ run })
    const ticket = await history.announceDeployment(intent('fraud@v1.0.0'))
    expect(ticket?.id).toBe(own.id)
    expect(own.statuses.at(-1)).toMatchObject({
      state: 'in_progress',
      description: `plumbline deploy fraud@v1.0.0 ${digest('fraud@v1.0.0')}`,
    })
    expect(await history.deployments('production')).toEqual([])
    await history.recordDeployment(record('fraud@v1.0.0'), ticket)
    const serves = await history.deployments('production')
    expect(serves).toMatchObject([
      { tag: 'fraud@v1.0.0', manifestDigest: digest('fraud@v1.0.0'), state: 'success', run: '7001' },
    ])
    // A later step of the job fails: what serves is not changed by it.
    own.statuses.push({ ...(own.statuses[0] as never as object), state: 'failure', description: '' } as never)
    expect(await history.deployments('production')).toEqual(serves)
    expect(repository().deployments).toHaveLength(1)
  })

  test('is that of this run, this commit and this environment', async () => {
    const run = addRun(repository())
    ofJob(addRun(repository()))
    ofJob(run, { environment: 'staging' })
    ofJob(run, { sha: 'e'.repeat(40) })
    ofJob(run, { statuses: ['queued'] })
    await deploy(await open({ run }), 'fraud@v1.0.0')
    expect(repository().deployments).toHaveLength(5)
    expect(said).toEqual([])
  })

  test('is not taken up when two could be it, nor a second time', async () => {
    const run = addRun(repository())
    ofJob(run)
    ofJob(run)
    await deploy(await open({ run }), 'fraud@v1.0.0')
    expect(repository().deployments).toHaveLength(3)

    const other = addRun(repository())
    ofJob(other)
    const history = await open({ run: other })
    await deploy(history, 'fraud@v1.1.0')
    await deploy(history, 'spam@v2.0.0')
    expect(repository().deployments).toHaveLength(5)
    expect(await told(history, 'production')).toEqual([
      'deploy spam@v2.0.0 success',
      'deploy fraud@v1.1.0 success',
      'deploy fraud@v1.0.0 success',
    ])
  })

  test('has no room for a long tag: then there are two, and that is said', async () => {
    const run = addRun(repository())
    ofJob(run)
    const tag = `${'a'.repeat(60)}@v1.0.0`
    await deploy(await open({ run }), tag)
    expect(repository().deployments).toHaveLength(2)
    expect(said).toEqual([
      `${tag} has a deployment of its own beside that of the job, whose statuses have no room for the tag.`,
    ])
  })

  test('of a job that was cut is a failure once GitHub has ended it', async () => {
    const run = addRun(repository(), { id: 7001 })
    const own = ofJob(run)
    await (await open({ run })).announceDeployment(intent('fraud@v1.0.0'))
    const next = await open()
    expect(await next.deployments('production')).toEqual([])
    Object.assign(run, { status: 'completed', conclusion: 'cancelled' })
    own.statuses.push({ ...(own.statuses[0] as never as object), state: 'error', description: '' } as never)
    expect(await next.deployments('production')).toMatchObject([
      { tag: 'fraud@v1.0.0', state: 'failure', reason: 'its run ended before it said what became of it', run: '7001' },
    ])
  })
})

describe('a deployment whose run was cut', () => {
  const CUT = 'its run ended before it said what became of it'
  /** A process that announces and is never heard of again. */
  async function cut(run: Run, options: { runner?: string; job?: string } = {}) {
    const history = await open({ run, ...options })
    await history.announceDeployment(intent('fraud@v1.0.0'))
    const row = repository().deployments.at(-1) as Deployment
    // Another process than this one, on another machine.
    Object.assign((row.payload as { by: object }).by, { pid: 1, machine: 'elsewhere' })
    return row
  }
  const ended = (run: Run) => Object.assign(run, { status: 'completed', conclusion: 'cancelled' })

  test('is a failure in the history, and ended by the next run of the environment', async () => {
    const run = addRun(repository())
    const row = await cut(run)
    ended(run)
    const history = await open()
    expect(await history.deployments('production')).toMatchObject([
      { tag: 'fraud@v1.0.0', state: 'failure', reason: CUT },
    ])
    expect(states(row)).toEqual(['in_progress'])
    await deploy(history, 'fraud@v1.1.0')
    expect(states(row)).toEqual(['in_progress', 'error'])
    expect(row.statuses.at(-1)?.description).toBe(`plumbline: failed: ${CUT}`)
    expect(await told(history, 'production')).toEqual(['deploy fraud@v1.1.0 success', 'deploy fraud@v1.0.0 failure'])
    expect(said.join()).toContain('The deployment of fraud@v1.0.0 to production')
  })

  test('is left alone while its run goes on, or nobody can tell', async () => {
    const row = await cut(addRun(repository(), { id: 7001 }))
    for (const permissions of [undefined, { deployments: 'write' } as const]) {
      const history = await open(permissions === undefined ? {} : { permissions })
      expect(await history.deployments('production')).toEqual([])
      await history.announceDeployment(intent('spam@v2.0.0', { environment: 'production' }))
      expect(states(row)).toEqual(['in_progress'])
    }
    expect(said).toContain('fraud@v1.0.0 is being deployed to production at the same time.')
    repository().runs.splice(0)
  })

  test.each([
    ['another job of the same run goes on', { job: 'other' }, {}, false],
    ['another runner of the same job goes on', { runner: 'B' }, {}, false],
    ['an earlier step of the same job is over', {}, {}, true],
    ['an earlier attempt is over', { runner: 'B' }, { attempt: 2 }, true],
  ])('%s', async (_, place, later, over) => {
    const run = addRun(repository())
    await cut(run, { runner: 'A' })
    const history = await open({ run: { ...run, ...later }, runner: 'A', ...place })
    expect(await told(history, 'production')).toEqual(over ? ['deploy fraud@v1.0.0 failure'] : [])
  })

  test('is over after a day, whatever its run says', async () => {
    await cut(addRun(repository()))
    const history = await open({ now: new Date('2026-01-03T04:01:00.000Z') })
    expect(await told(history, 'production')).toEqual(['deploy fraud@v1.0.0 failure'])
  })

  test('keeps the place of its beginning, also when it is ended much later', async () => {
    const run = addRun(repository())
    await cut(run)
    ended(run)
    const other = await open({ job: 'other' })
    await other.recordDeployment(record('fraud@v1.1.0'))
    await (await open()).announceDeployment(intent('spam@v2.0.0'))
    expect(await told(other, 'production')).toEqual(['deploy fraud@v1.1.0 success', 'deploy fraud@v1.0.0 failure'])
  })
})

describe('what others have written', () => {
  test.each([
    ['another tool', { app: 'web' }],
    ['text', 'v1.0.0'],
    ['nothing', {}],
    ['an array', []],
    ['a newer version of the payload', { schema: 'plumbline.deployment/2', tag: 'fraud@v1.0.0' }],
  ])('%s is none of ours', async (_, payload) => {
    addDeployment(repository(), { payload, statuses: ['success'] })
    const history = await open()
    expect([await history.deployments('production'), await history.environments()]).toEqual([[], []])
    expect(said).toEqual([])
    await deploy(history, 'fraud@v1.0.0')
    expect(states(repository().deployments[0] as Deployment)).toEqual(['success'])
  })

  test.each([
    ['no tag', { tag: 'nothing' }],
    ['no digest', { manifestDigest: 'sha256:1' }],
    ['nobody', { by: null }],
  ])('a payload that was put together by hand, with %s, is left out and named for debugging', async (_, over) => {
    await deploy(await open(), 'fraud@v1.0.0')
    const payload = { ...(repository().deployments[0]?.payload as object), ...over }
    addDeployment(repository(), { payload, statuses: ['success'] })
    expect(await told(await open(), 'production')).toEqual(['deploy fraud@v1.0.0 success'])
    expect(said.join()).toMatch(/Deployment \d+ of production cannot be read; left out\./)
  })

  test('a payload that was sent as text is read', async () => {
    await deploy(await open(), 'fraud@v1.0.0')
    const row = repository().deployments[0] as Deployment
    Object.assign(row, { payload: JSON.stringify(row.payload) })
    expect(await told(await open(), 'production')).toEqual(['deploy fraud@v1.0.0 success'])
  })

  test('states that a person sets afterwards change no result', async () => {
    const history = await open()
    await deploy(history, 'fraud@v1.0.0')
    for (const state of ['inactive', 'failure', 'success'] as const) {
      repository().deployments[0]?.statuses.push({
        ...(repository().deployments[0]?.statuses[1] as object),
        description: '',
        state,
      } as never)
      expect(await told(history, 'production')).toEqual(['deploy fraud@v1.0.0 success'])
    }
  })

  test('an announced deployment that a person ends has failed', async () => {
    const history = await open()
    await history.announceDeployment(intent('fraud@v1.0.0'))
    repository().deployments[0]?.statuses.push({
      ...(repository().deployments[0]?.statuses[0] as object),
      description: '',
      state: 'failure',
    } as never)
    expect(await told(history, 'production')).toEqual(['deploy fraud@v1.0.0 failure'])
  })
})

describe('many', () => {
  test('a hundred in one question, and ours are found behind those of others', async () => {
    const history = await open()
    await deploy(history, 'fraud@v1.0.0')
    for (let i = 0; i < 230; i += 1) addDeployment(repository(), { payload: { i }, statuses: ['success'] })
    const before = local.requests.length
    expect(await told(history, 'production')).toEqual(['deploy fraud@v1.0.0 success'])
    expect(local.log.slice(before)).toEqual(['POST /graphql', 'POST /graphql', 'POST /graphql'])
  })

  test('an id that is too large for the query is asked for', async () => {
    const wrap = (github: GitHub): GitHub => ({
      ...github,
      graphql: async (...args) =>
        JSON.parse(JSON.stringify(await github.graphql(...args)).replace(/"databaseId":\d+/g, '"databaseId":null')),
    })
    const history = await open({ wrap })
    for (const tag of ['fraud@v1.0.0', 'fraud@v1.1.0']) await deploy(history, tag)
    expect(rows()).toEqual([
      'fraud@v1.0.0 production: in_progress, success, inactive',
      'fraud@v1.1.0 production: in_progress, success',
    ])
    expect(local.log.filter((line) => line === 'GET /repos/acme/strikes/deployments')).toHaveLength(1)
  })

  test('requests of a deployment that follows another', async () => {
    const history = await open()
    await deploy(history, 'fraud@v1.0.0')
    const before = local.requests.length
    await deploy(history, 'fraud@v1.1.0')
    expect(local.log.slice(before).map((line) => line.replace(/\d+/, '{id}'))).toEqual([
      'POST /graphql',
      'POST /repos/acme/strikes/deployments',
      'POST /repos/acme/strikes/deployments/{id}/statuses',
      'POST /repos/acme/strikes/deployments/{id}/statuses',
      'POST /repos/acme/strikes/deployments/{id}/statuses',
    ])
  })
})

describe('what is refused', () => {
  test('without deployments: read nothing is told, and not that nothing is deployed', async () => {
    const history = await open({ permissions: { contents: 'read' } })
    await expect(history.deployments('production')).rejects.toMatchObject({
      problems: [
        {
          message:
            'what is deployed to production cannot be told: GitHub answered 200, "Request failed due to following response errors: - Resource not accessible by integration"',
          cure: expect.stringContaining('add `deployments: read` to the permissions of the job'),
        },
      ],
    })
    await expect(history.environments()).rejects.toThrow('the environments cannot be told')
  })

  test('without deployments: write nothing is announced or recorded', async () => {
    const history = await open({ permissions: { deployments: 'read' } })
    await expect(history.announceDeployment(intent('fraud@v1.0.0'))).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringContaining(
            'the deployment of fraud@v1.0.0 to production is not announced: GitHub answered 403',
          ),
          cure: expect.stringContaining('add `deployments: write` to the permissions of the job'),
        },
      ],
    })
    await expect(history.recordDeployment(record('fraud@v1.0.0'))).rejects.toThrow('is not in its history')
    expect(await history.deployments('production')).toEqual([])
  })
})

describe('a fault at the k-th request', () => {
  const FAULTS = [
    ['500 before', { status: 500 }, 'before'],
    ['502 after the effect', { status: 502 }, 'after'],
    [
      'a limit',
      { status: 403, message: 'You have exceeded a secondary rate limit.', headers: { 'retry-after': '900' } },
      'before',
    ],
    ['a cut connection', 'cut', 'before'],
    ['a connection cut after the effect', 'cut', 'after'],
  ] as const

  test.each(FAULTS)(
    '%s: one deployment for each try, and a true last success',
    async (_, fault, moment) => {
      const first = await open()
      await deploy(first, 'fraud@v1.0.0')
      for (let k = 1; k <= 5; k += 1) {
        const { deployments } = repository()
        deployments.splice(1)
        deployments[0]?.statuses.splice(2)
        const run = addRun(repository())
        const history = await open({ run })
        local.fault({ at: local.requests.length + k }, fault, moment)
        // As the stage does it: what is refused is said, and the deployment goes on.
        const ticket = await history.announceDeployment(intent('fraud@v1.1.0')).catch(() => null)
        const recorded = await history.recordDeployment(record('fraud@v1.1.0'), ticket).catch(() => null)
        Object.assign(run, { status: 'completed', conclusion: 'success' })
        // A process of its own would be gone now.
        for (const row of deployments.slice(1))
          Object.assign((row.payload as { by: object }).by, { pid: 1, machine: 'elsewhere' })

        const next = await open()
        const before = await told(next, 'production')
        expect(before[0]).toBe(`deploy fraud@v1.1.0 ${recorded === null ? 'failure' : 'success'}`)
        await deploy(next, 'fraud@v1.1.0')
        const after = await told(next, 'production')
        expect(after).toEqual(['deploy fraud@v1.1.0 success', ...before])
        expect(deployments.filter((row) => states(row).at(-1) === 'in_progress')).toEqual([])
        expect(deployments.filter((row) => states(row).at(-1) === 'success')).toHaveLength(1)
        expect(new Set(deployments.map(({ payload }) => (payload as { by: { nonce: string } }).by.nonce)).size).toBe(
          deployments.length,
        )
      }
    },
    60_000,
  )
})
