import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { postMortemReport } from '../../../actions/post-mortem-report/action.js'
import { Chain } from '../../../shared/contracts/chain.js'
import { PostMortem } from '../../../shared/contracts/post-mortem.js'
import { checkOf } from '../../../shared/core/check.js'
import { writeDocument } from '../../../shared/core/documents.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import { release, textColumn } from '../monitor/releases.js'
import { DAY, evaluation, monitoring, profile, training, validation } from './incidents.js'

let fake: FakeContext
beforeEach(async () => {
  fake = await fakeContext({ now: new Date(DAY(20)) })
  await mkdir(join(fake.root, '.plumbline'))
})
afterEach(() => fake.cleanup())

async function put(...documents: { schema: string }[]) {
  for (const document of documents) {
    const name = document.schema.replace(/^plumbline\.(.*)\/1$/, '$1')
    await writeFile(join(fake.root, `.plumbline/${name}.json`), JSON.stringify(document))
  }
}

async function run() {
  const outcome = await postMortemReport.run({} as never, fake.ctx)
  const document = PostMortem.parse(JSON.parse(await readFile(join(fake.root, '.plumbline/post-mortem.json'), 'utf8')))
  return { outcome, document }
}

const leak = checkOf('fail', {
  rule: 'label-leak',
  subject: 'train: cost',
  message: 'cost alone tells the label',
  cure: 'exclude it',
})

test('an empty run directory is inconclusive', async () => {
  const { outcome } = await run()
  expect(outcome).toMatchObject({
    verdict: 'inconclusive',
    outputs: { 'failed-stage': null, class: 'none', signature: '' },
  })
})

test('a failed chain is reported with links to the documents it was made from, as Markdown and HTML', async () => {
  await put(profile(DAY(10), { cost: 0, speed: 0 }), validation(DAY(10), [leak], 'fail'))
  const { outcome, document } = await run()
  expect(outcome).toMatchObject({
    verdict: 'warn',
    summary: 'validate-data failed first: cost alone tells the label',
    outputs: {
      'failed-stage': 'validate-data',
      class: 'data',
      'rollback-to': null,
      document: '.plumbline/post-mortem.json',
    },
  })
  expect(document.inputs.map(({ name }) => name)).toEqual([
    '.plumbline/data-profile.json',
    '.plumbline/data-validation.json',
  ])
  expect(await readFile(join(fake.root, '.plumbline/post-mortem.md'), 'utf8')).toMatch(/What failed first/)
  expect(await readFile(join(fake.root, '.plumbline/post-mortem.html'), 'utf8')).toMatch(/^<!doctype html>/i)
})

test('the registry gives the last good version and the profile of its training data', async () => {
  const registry = await fake.ctx.registry()
  const good = await release(registry, fake.root, '1.0.0', [textColumn('phase', ['a', 'b'], 1000, 10)], DAY(1))
  const candidate = profile(DAY(10), { phase: 400, speed: 0 }, 'new data')
  const loss = checkOf('fail', { rule: 'metric-loss', subject: 'auc', message: 'worse than the deployed model' })
  await put(candidate, validation(DAY(10)), training(DAY(10, 1)), evaluation(DAY(10, 2), [loss]))
  const { document } = await run()
  expect(document.lastGood).toEqual({ tag: good, at: DAY(1) })
  expect(document.changes).toContainEqual({
    group: 'schema',
    what: 'missing share of phase',
    good: 0.01,
    bad: 0.4,
    changed: true,
    source: `data-profile.json of ${good}, .plumbline/data-profile.json`,
  })
  expect(document.findings).toContain(
    'The data changed: type of phase, missing share of phase, type of speed, missing share of speed.',
  )
})

test('a stage that ended without a document is known from the record of the chain', async () => {
  const stages = [
    { stage: 'validate-data', verdict: 'error' as const, summary: 'data/train.csv is not there', startedAt: DAY(19) },
    { stage: 'train', verdict: null, summary: 'not run, because an earlier stage failed', startedAt: null },
  ]
  await writeDocument(fake.ctx, Chain, { verdict: 'error', summary: '', inputs: [], checks: [], stages })
  // Left over from the run before.
  await put(validation(DAY(10)), training(DAY(10, 1)))
  const { document } = await run()
  expect(document.failure).toMatchObject({
    stage: 'validate-data',
    rule: null,
    message: 'data/train.csv is not there',
    source: '.plumbline/chain.json',
  })
  expect(document.class).toBe('configuration')
  expect(document.consequences).toEqual([{ stage: 'train', message: 'did not run' }])
  expect(document.notCollected).toContainEqual({
    what: 'train in .plumbline/training-run.json',
    reason: 'it is older than validate-data, so it belongs to an earlier run',
  })
})

test('damaged documents are named and do not end the report', async () => {
  await put(validation(DAY(10), [leak], 'fail'))
  await writeFile(join(fake.root, '.plumbline/training-run.json'), '{"schema": "plumbline.training-run/1"')
  await writeFile(join(fake.root, '.plumbline/monitoring.json'), '{"schema": "plumbline.monitoring/2"}')
  const { document } = await run()
  expect(document.failure?.stage).toBe('validate-data')
  expect(document.notCollected).toEqual(
    expect.arrayContaining([
      { what: 'training-run.json', reason: '.plumbline/training-run.json is not JSON' },
      { what: 'monitoring.json', reason: expect.stringMatching(/has schema "plumbline.monitoring\/2"/) },
    ]),
  )
})

test('a document that cannot be read is never taken for a pass', async () => {
  await put(validation(DAY(10)))
  await writeFile(join(fake.root, '.plumbline/evaluation.json'), '{}')
  const { outcome } = await run()
  expect(outcome).toMatchObject({
    verdict: 'inconclusive',
    summary: 'evaluation.json cannot be read, so it is not known whether anything failed',
  })
})

test('a bad release is rolled back to the version that the registry still holds', async () => {
  const registry = await fake.ctx.registry()
  const columns = [textColumn('phase', ['a', 'b'])]
  await release(registry, fake.root, '1.0.0', columns, DAY(1))
  await release(registry, fake.root, '2.0.0', columns, DAY(5))
  const to = 'model@v1.0.0'
  const deployed = { model: 'model', version: '2.0.0', tag: 'model@v2.0.0', digest: null }
  await put(
    monitoring(DAY(12), {
      deployed,
      versions: [],
      decision: { action: 'rollback', reasons: ['worse', `${to} met the objective in the same log`], to },
    }),
  )
  const { outcome, document } = await run()
  expect(outcome.outputs).toMatchObject({ 'failed-stage': 'monitor', class: 'objective', 'rollback-to': to })
  expect(document).toMatchObject({ bad: 'model@v2.0.0', lastGood: { tag: to, at: DAY(1) } })
  expect(document.timeline.map(({ event }) => event)).toEqual(
    expect.arrayContaining([
      'deployment of model@v2.0.0 to production: success',
      expect.stringMatching(/^First failure\. monitor: fail/),
    ]),
  )
})

test('the same evidence gives the same document', async () => {
  await put(validation(DAY(10), [leak], 'fail'))
  const first = (await run()).document
  expect((await run()).document).toEqual(first)
})
