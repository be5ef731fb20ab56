import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitor } from '../../../actions/monitor/action.js'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import { Monitoring } from '../../../shared/contracts/monitoring.js'
import type { Draft, Registry } from '../../../shared/registry/registry.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { PAYLOADS } from '../../support/hostile.js'
import { release, textColumn } from './releases.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

type Overrides = ModelManifest['overrides']
const START = '2026-02-01T00:00:00.000Z'
const LOG = `time,country,clicked\n${Array.from({ length: 1000 }, (_, i) => `${new Date(Date.parse(START) + i * 60_000).toISOString()},${i % 2 ? 'de' : 'fr'},${i % 4 ? 0 : 1}`).join('\n')}\n`

/** Monitors a version that people let through. */
async function watch(overrides: Overrides) {
  const slos = [{ name: 'clicks', good: 'clicked = 1', objective: 0.15, window: '3d', 'min-events': 500 }]
  const config = { monitor: { log: 'log.csv', time: 'time', now: 'log', slos } }
  fake = await fakeContext({ files: { 'log.csv': LOG }, config })
  const registry = await fake.ctx.registry()
  const through: Registry = {
    ...registry,
    publish: (draft: Draft) =>
      registry.publish({
        ...draft,
        propose: async (...known) => ({ ...((await draft.propose(...known)) as ModelManifest), overrides }),
      }),
  }
  await release(through, fake.root, '1.0.0', [textColumn('country', ['de', 'fr'])], START)
  return look()
}

async function look() {
  const { verdict } = await monitor.run({} as never, fake.ctx)
  const read = (name: string) => readFile(join(fake.root, '.plumbline', name), 'utf8')
  const document = Monitoring.parse(JSON.parse(await read('monitoring.json')))
  return { verdict, document, markdown: await read('monitoring.md'), html: await read('monitoring.html') }
}

test('document and reports say who let the deployed version through and why', async () => {
  const overrides = [{ rule: 'evaluate-gate', message: 'recall fell', reason: 'fraud wave', actor: 'ada' }]
  const { verdict, document, markdown, html } = await watch(overrides)
  expect(verdict).toBe('pass')
  expect(document.overrides).toEqual(overrides)
  expect(markdown).toContain('- <strong>Set aside by ada: </strong>recall fell. Reason given: fraud wave')
  expect(html).toContain('Set aside by ada: ')
})

test('a version that needed nobody, and none at all', async () => {
  const { document, markdown } = await watch([])
  expect(document.overrides).toEqual([])
  expect(markdown).not.toContain('Set aside')
  await fake.cleanup()
  const slos = [{ name: 'clicks', good: 'clicked = 1', objective: 0.15, window: '3d', 'min-events': 500 }]
  fake = await fakeContext({
    files: { 'log.csv': LOG },
    config: { monitor: { log: 'log.csv', time: 'time', now: 'log', slos } },
  })
  expect((await look()).document).not.toHaveProperty('overrides')
})

test('names and reasons are text', async () => {
  const { markdown, html } = await watch(
    PAYLOADS.map((text) => ({ rule: text, message: text, reason: text, actor: text })),
  )
  expect(markdown.split('\n').filter((line) => line.includes('Set aside by'))).toHaveLength(PAYLOADS.length)
  expect(markdown).not.toMatch(/^::|<script|<img|<!--/m)
  expect(html).not.toMatch(/<script>alert|<img src=x/)
})
