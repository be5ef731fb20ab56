import { Deployment } from '../../../shared/contracts/deployment.js'
import type { ModelManifest } from '../../../shared/contracts/model-manifest.js'
import type { Draft, Registry } from '../../../shared/registry/registry.js'
import { PAYLOADS } from '../../support/hostile.js'
import { type PackageOptions, publish } from '../serve/package.js'
import { type Workspace, workspace } from './support.js'

let work: Workspace
beforeEach(async () => {
  work = await workspace()
})
afterEach(() => work.cleanup())

type Overrides = ModelManifest['overrides']
const ADA: Overrides = [
  {
    rule: 'evaluate-gate',
    message: 'the verdict of evaluate-gate was fail: recall fell',
    reason: 'fraud wave',
    actor: 'ada',
  },
]
const LINE =
  '<strong>Set aside by ada: </strong>the verdict of evaluate-gate was fail: recall fell. Reason given: fraud wave'

/** Publishes a version that people let through. */
async function release(overrides: Overrides, options: PackageOptions = {}) {
  const registry = await work.ctx.registry()
  const through = (draft: Draft) =>
    registry.publish({
      ...draft,
      propose: async (...known) => ({ ...((await draft.propose(...known)) as ModelManifest), overrides }),
    })
  return publish({ publish: through } as Registry, options)
}

async function deployed(...given: Parameters<Workspace['run']>) {
  const outcome = await work.run(...given)
  return {
    ...outcome,
    document: Deployment.parse(outcome.document),
    markdown: await work.ctx.files.readText('.plumbline/deployment.md'),
  }
}

test('document and report of a deployment say who let the version through and why', async () => {
  const { tag } = await release(ADA)
  const dry = await deployed({ tag, 'dry-run': true })
  expect(dry.document.overrides).toEqual(ADA)
  const { verdict, document, markdown } = await deployed({ tag })
  expect(verdict).toBe('pass')
  expect(document.overrides).toEqual(ADA)
  expect(markdown).toContain(LINE)
  expect(work.summaries.at(-1)).toContain(LINE)

  const again = await deployed({ tag })
  expect(again.rules).toEqual(['already-serving pass'])
  expect(again.document.overrides).toEqual(ADA)
  expect(again.markdown).toContain(LINE)
})

test('so does a rollback to it, and one of a version that needed nobody says nothing', async () => {
  await work.run({ tag: (await release(ADA)).tag })
  const { document, markdown } = await deployed({ tag: (await release([], { version: '1.1.0', bias: 2 })).tag })
  expect(document.overrides).toEqual([])
  expect(markdown).not.toContain('Set aside')
  const back = await deployed({ rollback: true })
  expect(back.document.wanted?.tag).toBe('model@v1.0.0')
  expect(back.document.overrides).toEqual(ADA)
})

test('a version that does not hold, and a target that cannot be asked, keep it said', async () => {
  const { tag } = await release(ADA, { golden: [9, 9, 9] })
  const { verdict, document } = await deployed({ tag })
  expect(verdict).toBe('fail')
  expect(document.overrides).toEqual(ADA)
  const closed = await workspace({ type: 'server', url: 'http://127.0.0.1:9' }, { timeout: 1 })
  try {
    const registry = await work.ctx.registry()
    const { document } = await closed.run({ tag }, { ...closed.ctx, registry: async () => registry })
    expect(document.checks.map(({ rule, verdict }) => `${rule} ${verdict}`)).toEqual(['target-usable error'])
    expect(document.overrides).toEqual(ADA)
  } finally {
    await closed.cleanup()
  }
})

test('what cannot be read is not said to be nothing, and changes no verdict', async () => {
  const { tag } = await release(ADA)
  await work.run({ tag })
  const registry = await work.ctx.registry()
  const { UserError } = await import('../../../shared/core/errors.js')
  const deaf = {
    ...registry,
    manifest: async () => {
      throw new UserError('GitHub does not answer')
    },
  }
  const { verdict, document } = await work.run({ tag }, { ...work.ctx, registry: async () => deaf })
  expect(verdict).toBe('pass')
  expect(document).not.toHaveProperty('overrides')
})

test('names and reasons are text', async () => {
  const { tag } = await release(PAYLOADS.map((text) => ({ rule: text, message: text, reason: text, actor: text })))
  const { markdown } = await deployed({ tag })
  expect(markdown.split('\n').filter((line) => line.includes('Set aside by'))).toHaveLength(PAYLOADS.length)
  expect(markdown).not.toMatch(/^::|<script|<img|<!--/m)
  expect(markdown.replace(/`[^`\n]*`/g, '')).not.toMatch(/(^|[^&\w/;])@[a-z]/m)
})
