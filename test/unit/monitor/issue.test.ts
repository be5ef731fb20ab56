import { monitor } from '../../../actions/monitor/action.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { addPull, type LocalGitHub, startGitHub, type TokenOptions } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

let local: LocalGitHub
let fake: FakeContext | undefined
beforeEach(async () => {
  local = await startGitHub()
})
afterEach(async () => {
  await fake?.cleanup()
  await local.close()
  expect(local.violations).toEqual([])
})

const issues = () => local.state.repository().issues
const comments = () => local.state.repository().comments.map(({ body }) => body)
const warnings = () => fake?.logged.filter(({ level }) => level === 'warning').map(({ message }) => message) ?? []

/** A log in which so many of a thousand rows are clicks, the newest of them `hours` ago. */
function logOf(clicks: number, hours = 1): string {
  const newest = Date.parse('2026-01-02T03:04:05Z') - hours * 3_600_000
  const row = (i: number) => `${new Date(newest - i * 1000).toISOString()},${i < clicks ? 1 : 0}`
  return `time,clicked\n${Array.from({ length: 1000 }, (_, i) => row(i)).join('\n')}\n`
}

interface Options {
  clicks?: number
  hours?: number
  issue?: 'update' | 'off'
  token?: TokenOptions
  pull?: number
  name?: string
}

async function run(options: Options = {}) {
  await fake?.cleanup()
  const env = local.env({
    ...(options.token && { token: local.token(options.token) }),
    ...(options.pull && { pull: options.pull }),
  })
  const github = await githubOf(env)
  fake = await fakeContext({
    files: { 'log.csv': logOf(options.clicks ?? 200, options.hours) },
    github,
    config: {
      model: 'strikes',
      registry: '.plumbline-registry',
      monitor: {
        log: 'log.csv',
        time: 'time',
        slos: [{ name: options.name ?? 'clicks', good: 'clicked = 1', objective: 0.15, 'min-events': 500 }],
      },
    },
  })
  const outcome = await monitor.run({ issue: options.issue ?? 'update' } as never, fake.ctx)
  return { outcome, published: await outcome.publish?.(null) }
}

test('nothing is opened while all is well', async () => {
  const { published } = await run()
  expect(published).toMatchObject({ 'issue-url': null })
  expect(issues()).toEqual([])
})

test('one issue is opened, kept up to date, and closed with a comment when the objective is met again', async () => {
  const { outcome, published } = await run({ clicks: 80 })
  expect(outcome.verdict).toBe('fail')
  expect(published).toMatchObject({ 'issue-url': expect.stringMatching(/\/issues\/1$/) })
  expect(issues()).toMatchObject([
    { title: 'Monitoring of strikes in production', state: 'open', labels: ['plumbline-monitor'] },
  ])
  expect(issues()[0]?.body).toMatch(/clicks: 8 % \(80 of 1,000/)

  await run({ clicks: 90 })
  expect(issues()).toHaveLength(1)
  expect(issues()[0]?.body).toMatch(/clicks: 9 % \(90 of 1,000/)
  expect(comments()).toEqual([])

  const recovered = await run({ clicks: 300 })
  expect(recovered.published).toMatchObject({ 'issue-url': expect.stringMatching(/\/issues\/1$/) })
  expect(issues()).toMatchObject([{ state: 'closed', stateReason: 'completed' }])
  expect(comments()).toEqual([expect.stringContaining('every objective is met again')])

  await run({ clicks: 80 })
  expect(issues()).toMatchObject([{ state: 'open' }])
})

test('a log that stopped opens it too', async () => {
  const { outcome } = await run({ hours: 100 })
  expect(outcome.verdict).toBe('inconclusive')
  expect(issues()).toMatchObject([{ state: 'open', body: expect.stringContaining('what happens now is not known') }])
})

test('what does not decide opens no issue, and closes none', async () => {
  expect((await run({ clicks: 150 })).outcome.verdict).toBe('inconclusive')
  expect(issues()).toEqual([])
  await run({ clicks: 80 })
  await run({ clicks: 150 })
  expect(issues()).toMatchObject([{ state: 'open' }])
})

test('a pull request and `off` touch none', async () => {
  addPull(local.state.repository(), { number: 7 })
  await run({ clicks: 80, pull: 7 })
  await run({ clicks: 80, issue: 'off' })
  expect(issues().filter(({ pull }) => pull === null)).toEqual([])
  expect(warnings()).toEqual([])
})

test('without the permission the verdict stands, and one warning has the line to add', async () => {
  const { outcome, published } = await run({ clicks: 80, token: { permissions: { contents: 'read' } } })
  expect(outcome.verdict).toBe('fail')
  expect(published).toMatchObject({ 'issue-url': null })
  expect(warnings()).toEqual([
    expect.stringMatching(
      /^monitor: the issue "Monitoring of strikes in production" is not written: .*\n.*`issues: write`/,
    ),
  ])
})

test('hostile names are inert in the issue', async () => {
  await run({ clicks: 80, name: 'x --> <script>alert(1)</script> @everyone #1 ::error::PWNED' })
  const body = issues()[0]?.body ?? ''
  expect(body).not.toMatch(/<script|(?<![\w>])@everyone|^::error/m)
})

/** How often GitHub is asked without a fault. */
const CALLS = 6

describe('a fault at any request leaves one issue after the next run', () => {
  const faults = [
    [{ status: 500 }, 'before'],
    [{ status: 502 }, 'after'],
    [{ status: 403, message: 'You have exceeded a secondary rate limit' }, 'before'],
    ['cut', 'after'],
  ] as const
  for (const [kind, moment] of faults) {
    for (let k = 1; k <= CALLS; k++) {
      test(`${JSON.stringify(kind)} ${moment} request ${k}`, async () => {
        local.fault({ at: k }, kind, moment)
        const { outcome } = await run({ clicks: 80 })
        expect(outcome.verdict).toBe('fail')
        expect(warnings().length).toBeLessThanOrEqual(1)
        await run({ clicks: 80 })
        expect(issues().filter(({ state }) => state === 'open')).toHaveLength(1)
        expect(warnings()).toEqual([])
      })
    }
  }
})

test('so many requests are made', async () => {
  await run({ clicks: 80 })
  expect(local.log).toHaveLength(CALLS)
})
