import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { printCounts } from './counts.js'
import { historyOf, plain, type Strikes, strikes, succeeded } from './support.js'

/** monitor-and-retrain.yml over the life of two versions. The tests go on where the one before has left the repository. */
let it: Strikes
const [first, second] = ['strikes@v1.0.0', 'strikes@v1.0.1']

const MONITOR = {
  log: 'logs/*.csv',
  time: 'at',
  version: 'tag',
  now: 'log',
  slos: [{ name: 'right answers', good: 'correct = 1', objective: 0.8, window: '30d' }],
}

beforeAll(async () => {
  it = await strikes()
  it.code.write('plumbline.yml', stringify({ ...parse(it.code.read('plumbline.yml')), monitor: MONITOR }))
  it.code.write('fetch-log.sh', 'mkdir -p logs && cp incoming.csv logs/log.csv\n')
  it.repository.push(it.code.path)
  succeeded(await it.repository.run('train-and-release.yml', { event: 'push' }))
})
afterAll(() => it.close())
afterEach(() => expect(it.repository.github.violations).toEqual([]))

interface Days {
  readonly tag: string
  readonly from: number
  readonly to: number
  /** Share of right answers, in percent. */
  readonly right: number
  readonly speed?: number
}

/** A log in which each hour of those days answers ten times. */
function log(...parts: readonly Days[]): string {
  let row = 0
  const lines = parts.flatMap(({ tag, from, to, right, speed = 0 }) =>
    Array.from({ length: (to - from) * 240 }, (_, index) => {
      row += 1
      const at = new Date(Date.UTC(2026, 0, 1 + from) + index * 360_000).toISOString()
      const [size, correct] = [row % 5 < 2 ? 'large' : 'small', (row * 37) % 100 < right ? 1 : 0]
      return `${at},${tag},${size},${speed + ((row * 61) % 100)},${correct}`
    }),
  )
  return ['at,tag,size,speed,correct', ...lines, ''].join('\n')
}

const monitor = (text: string) => {
  it.code.write('incoming.csv', text)
  it.repository.push(it.code.path)
  return it.repository.run('monitor-and-retrain.yml', { event: 'schedule' })
}
const inProduction = () => readlinkSync(join(it.repository.folder, 'production/current'))

test('all is well: green, and nothing is started', async () => {
  const run = succeeded(await monitor(log({ tag: first, from: 0, to: 5, right: 90 })))
  expect(run.conclusions).toEqual({ monitor: 'success', rollback: 'skipped' })
  expect(run.step('monitor', 'monitor').outputs).toMatchObject({ action: 'none', deployed: first })
  expect(it.repository.state.dispatches).toEqual([])
  printCounts('monitor-and-retrain.yml', run)
})

test('production has moved away from the training: the run is red, an issue says so, and the training is started', async () => {
  const days = [
    { tag: first, from: 0, to: 5, right: 90 },
    { tag: first, from: 5, to: 15, right: 40, speed: 200 },
  ]
  const run = await monitor(log(...days))
  expect(run.conclusions).toEqual({ monitor: 'failure', rollback: 'skipped' })
  expect(run.step('monitor', 'monitor').outputs).toMatchObject({ action: 'retrain', retrain: 'true' })
  expect(it.repository.state.dispatches).toMatchObject([
    { event: 'workflow_dispatch', name: '.github/workflows/train-and-release.yml' },
  ])
  const issues = it.repository.state.issues.filter(({ pull }) => pull === null)
  expect(issues).toMatchObject([{ state: 'open', author: 'github-actions[bot]' }])

  // The next morning finds the same, and starts nothing twice.
  await monitor(log(...days))
  expect(it.repository.state.dispatches).toHaveLength(1)
  expect(it.repository.state.issues.filter(({ pull }) => pull === null)).toHaveLength(1)
})

test('what was started trains, passes the gate and serves', async () => {
  const next = it.code.copy()
  next.configure({ train: { seed: 7 } })
  next.write('plumbline.yml', stringify({ ...parse(next.read('plumbline.yml')), monitor: MONITOR }))
  const run = succeeded(
    await it.repository.run('train-and-release.yml', { event: 'workflow_dispatch', files: next.path, inputs: {} }),
  )
  expect(run.step('release', 'package').outputs).toMatchObject({ tag: second })
  expect(inProduction()).toContain(second)
  next.remove()
})

test('a version that was bad from its first answer on is rolled back to the one before', async () => {
  const run = await monitor(
    log({ tag: first, from: 0, to: 10, right: 95 }, { tag: second, from: 10, to: 15, right: 30 }),
  )
  if (run.conclusions.rollback !== 'success') throw new Error(plain(run))
  expect(run.conclusions).toEqual({ monitor: 'failure', rollback: 'success' })
  expect(run.step('monitor', 'monitor').outputs).toMatchObject({ action: 'rollback', 'rollback-to': first })
  expect(inProduction()).toContain(first)
  const history = historyOf(it, 'production')
  expect(history.at(-1)).toEqual([first, 'success'])
  expect(history.filter(([, state]) => state === 'success')).toHaveLength(1)
})
