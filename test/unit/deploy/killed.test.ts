import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { runTypeScript } from '../../support/run-typescript.js'
import { publish } from '../serve/package.js'
import { type Workspace, workspace } from './support.js'

let work: Workspace
beforeEach(async () => {
  work = await workspace()
})
afterEach(() => work.cleanup())

const KILLER = `import { readFileSync, writeFileSync } from 'node:fs'
if (process.env.KILL_AT) {
  let start = 1
  try { start += Number(readFileSync('../../starts', 'utf8')) } catch {}
  writeFileSync('../../starts', String(start))
  if (String(start) === process.env.KILL_AT) process.kill(process.ppid, 'SIGKILL')
}`

test.each([
  ['fetched', 'releases/model@v1.0.0', 'deploy model@v1.1.0 success'],
  ['golden-before', 'releases/model@v1.0.0', 'deploy model@v1.1.0 success'],
  ['golden-after', 'releases/model@v1.1.0', 'deploy model@v1.1.0 success'],
  ['before-record', 'releases/model@v1.1.0', 'deploy model@v1.1.0 success'],
  ['after-record', 'releases/model@v1.1.0', 'deploy model@v1.1.0 success'],
])('killed at %s: the next run takes the lock over and finishes', async (at, left, record) => {
  const registry = await work.ctx.registry()
  const one = await publish(registry)
  const two = await publish(registry, { version: '1.1.0', bias: 2, before: KILLER })
  await work.run({ tag: one.tag })

  const killed = await runTypeScript('../unit/deploy/killed.ts', [
    JSON.stringify({ root: work.root, tag: two.tag, at }),
  ])
  expect({ at, ...killed }).toMatchObject({ signal: 'SIGKILL' })
  expect(readlinkSync(join(work.root, 'deployed/current'))).toBe(left)

  const { verdict, document, rules } = await work.run({ tag: two.tag })
  expect(verdict).toBe('pass')
  expect(rules.includes('switched pass')).toBe(left.includes('v1.0.0'))
  expect(document).toMatchObject({ serving: two, confirmed: true })
  expect(readlinkSync(join(work.root, 'deployed/current'))).toBe('releases/model@v1.1.0')
  expect(readdirSync(join(work.root, 'deployed/releases')).sort()).toEqual([one.tag, two.tag])
  expect((await work.history()).filter((line) => line === record)).toHaveLength(1)
})

test('killed after a switch to a version that does not hold: the next run finds out and rolls back', async () => {
  const registry = await work.ctx.registry()
  const one = await publish(registry)
  const two = await publish(registry, {
    version: '1.1.0',
    bias: 2,
    before: KILLER,
    golden: [2, 3, 4],
    body: 'if (!process.env.KILL_AT) row.x += 1',
  })
  await work.run({ tag: one.tag })
  const killed = await runTypeScript('../unit/deploy/killed.ts', [
    JSON.stringify({ root: work.root, tag: two.tag, at: 'golden-after' }),
  ])
  expect(killed.signal).toBe('SIGKILL')
  const { verdict, document, rules } = await work.run({ tag: two.tag })
  expect(verdict).toBe('fail')
  expect(rules).toEqual([
    'version-verified pass',
    'golden-before fail',
    'digest-confirmed pass',
    'golden-after fail',
    'rolled-back pass',
  ])
  expect(document).toMatchObject({ serving: one, rolledBack: true, confirmed: true })
  expect(await work.history()).toEqual(['deploy model@v1.1.0 rolled-back', 'deploy model@v1.0.0 success'])
})

test('two deployments to one folder wait for each other', async () => {
  const registry = await work.ctx.registry()
  const slow = await publish(registry, { body: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150)' })
  const two = await publish(registry, { version: '1.1.0', bias: 2 })
  const order: string[] = []
  const run = async (tag: string) => {
    await work.run({ tag })
    order.push(tag)
  }
  const first = run(slow.tag)
  await new Promise((go) => setTimeout(go, 300))
  await Promise.all([first, run(two.tag)])
  expect(order).toEqual([slow.tag, two.tag])
  expect(readlinkSync(join(work.root, 'deployed/current'))).toBe(`releases/${two.tag}`)
  expect(await work.history()).toEqual(['deploy model@v1.1.0 success', 'deploy model@v1.0.0 success'])
})
