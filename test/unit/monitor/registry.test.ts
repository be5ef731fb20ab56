import { monitor } from '../../../actions/monitor/action.js'
import { postMortemReport } from '../../../actions/post-mortem-report/action.js'
import { githubRunRef } from '../../../shared/core/run-ref.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { addRun, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'
import { release, textColumn } from './releases.js'

const NOW = Date.now()
const HOUR = 3_600_000

let local: LocalGitHub
let fake: FakeContext
beforeEach(async () => {
  local = await startGitHub()
})
afterEach(async () => {
  await fake?.cleanup()
  await local.close()
  expect(local.violations).toEqual([])
})

/** A thousand rows of the first version, well, and a thousand of the second, badly. */
function log(): string {
  const rows = Array.from({ length: 2000 }, (_, i) => {
    const [version, clicks] = i < 1000 ? ['1.0.0', 400] : ['2.0.0', 80]
    const time = new Date(NOW - 2 * HOUR + i * 3000).toISOString()
    return `${time},${version},${['be', 'de'][i % 2]},${i % 1000 < clicks ? 1 : 0}`
  })
  return `time,model_version,country,clicked\n${rows.join('\n')}\n`
}

const config = {
  monitor: {
    log: 'log.csv',
    time: 'time',
    version: 'model_version',
    slos: [{ name: 'clicks', good: 'clicked = 1', objective: 0.15, window: '1d', 'min-events': 500 }],
  },
}

test('monitor and the post-mortem work with releases and deployments of GitHub as registry', async () => {
  const env = local.env({ run: addRun(local.state.repository(), { event: 'schedule' }) })
  const open = async (files: Record<string, string>) => {
    await fake?.cleanup()
    fake = await fakeContext({
      files,
      now: new Date(NOW),
      env,
      run: githubRunRef(env),
      github: await githubOf(env),
      config,
    })
  }
  await open({ 'log.csv': log() })
  const registry = await fake.ctx.registry()
  expect(registry.kind).toBe('github-releases')
  for (const version of ['1.0.0', '2.0.0'])
    await release(
      registry,
      fake.root,
      version,
      [textColumn('country', ['be', 'de'])],
      new Date(NOW - HOUR).toISOString(),
    )
  const before = local.log.length
  const outcome = await monitor.run({ issue: 'update' } as never, fake.ctx)
  await outcome.publish?.(null)
  const ofMonitor = local.log.length - before
  expect(outcome).toMatchObject({
    verdict: 'fail',
    outputs: { action: 'rollback', deployed: 'model@v2.0.0', 'rollback-to': 'model@v1.0.0' },
  })
  // A step of its own, which knows nothing yet.
  await open({ '.plumbline/monitoring.json': await fake.ctx.files.readText('.plumbline/monitoring.json') })
  const report = await postMortemReport.run({ issue: 'update' } as never, fake.ctx)
  await report.publish?.(null)
  const ofReport = local.log.length - before - ofMonitor
  expect(report.outputs).toMatchObject({ 'failed-stage': 'monitor', 'rollback-to': 'model@v1.0.0' })
  expect(local.state.repository().issues).toHaveLength(2)
  // Downloads are counted twice, at GitHub and at the storage that it redirects to.
  expect(ofMonitor).toBeLessThanOrEqual(14)
  expect(ofReport).toBeLessThanOrEqual(20)
})
