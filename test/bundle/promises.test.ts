import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, project } from '../support/project.js'
import { type BundleOptions, runBundle, workspace } from '../support/run-bundle.js'

const CHAIN = 'validate-data, train, evaluate-gate, package-model, deploy'

/** Version 1, released and deployed; every test works on its own copy. */
let released: Project
const copies: Project[] = []
const copy = () => {
  const next = released.copy()
  copies.push(next)
  return next
}

const chain = (cwd: string, options: Partial<BundleOptions> = {}) =>
  runBundle('pipeline', { cwd, ...options, inputs: { stages: CHAIN, ...options.inputs } })

beforeAll(async () => {
  released = project()
  const run = await chain(released.path)
  if (run.code !== 0) throw new Error(`the chain failed:\n${run.stdout}\n${run.stderr}`)
})
afterAll(() => {
  for (const { remove } of [released, ...copies]) remove()
})

/** The candidate that knows only the speed: clearly worse than the released one. */
async function worseCandidate(): Promise<Project> {
  const it = copy()
  it.configure({ train: { params: { features: ['speed'] } } })
  const trained = await runBundle('train', { cwd: it.path })
  expect(trained.outputs.verdict).not.toBe('error')
  return it
}

test('promise 1: verdict first: outputs, summary and documents are written although the step fails', async () => {
  const it = await worseCandidate()
  const run = await runBundle('evaluate-gate', { cwd: it.path })
  expect(run.code).toBe(1)
  expect(run.outputs.verdict).toBe('fail')
  const document = it.readJson('.plumbline/evaluation.json')
  expect(document.verdict).toBe('fail')
  expect(run.outputs.summary).toBe(document.summary)
  expect(run.summary).toContain(it.read('.plumbline/evaluation.md').trim())
})

describe('promise 2: never green for lack of evidence', () => {
  const HEAD = 'id,day,size,speed,hit\n'

  test.each([
    ['an empty file', ''],
    ['a header without rows', HEAD],
  ])('%s is no pass for validate-data', async (_, content) => {
    const it = copy()
    it.write('data/train.csv', content)
    const run = await runBundle('validate-data', { cwd: it.path })
    expect(run.code).toBe(1)
    expect(['fail', 'inconclusive', 'error']).toContain(run.outputs.verdict)
  })

  test('no test rows are no pass for evaluate-gate', async () => {
    const it = copy()
    it.write('data/test.csv', HEAD)
    const run = await runBundle('evaluate-gate', { cwd: it.path })
    expect(run.code).toBe(1)
    expect(['fail', 'inconclusive', 'error']).toContain(run.outputs.verdict)
  })

  test('a handful of test rows does not decide', async () => {
    const it = copy()
    it.write('data/test.csv', it.read('data/test.csv').split('\n').slice(0, 9).join('\n'))
    const run = await runBundle('evaluate-gate', { cwd: it.path })
    expect(run.code).toBe(1)
    expect(['inconclusive', 'fail', 'error']).toContain(run.outputs.verdict)
  })

  test('no log, and an empty one, are no pass for monitor', async () => {
    const it = copy()
    const slos = [{ name: 'hits', good: 'hit = 1', objective: 0.1 }]
    it.configure({ monitor: { log: 'log.csv', time: 'day', slos } })
    expect((await runBundle('monitor', { cwd: it.path })).outputs.verdict).toBe('error')
    it.write('log.csv', HEAD)
    const run = await runBundle('monitor', { cwd: it.path })
    expect(run.code).toBe(1)
    expect(['inconclusive', 'fail', 'error']).toContain(run.outputs.verdict)
  })
})

describe('promise 3: the baseline is the model that is deployed', () => {
  test('the first version says that there was none', () => {
    expect(released.readJson('.plumbline/evaluation.json').baselineStatus).toBe('first-version')
  })

  test('a newer version that was only published is not the baseline', async () => {
    const it = copy()
    it.configure({ train: { seed: 7, params: { features: ['size', 'speed'], note: 'again' } } })
    const second = await chain(it.path, { inputs: { stages: 'validate-data, train, evaluate-gate, package-model' } })
    expect(second.outputs.tag).not.toBe('')
    expect(second.outputs.tag).not.toBe('strikes@v1.0.0')
    it.configure({ train: { seed: 8 } })
    await runBundle('train', { cwd: it.path })
    await runBundle('evaluate-gate', { cwd: it.path })
    const { baseline, baselineStatus } = it.readJson('.plumbline/evaluation.json')
    expect(baseline?.tag ?? baselineStatus).toBe(released.readJson('.plumbline/model-package.json').model.tag)
  })

  test('a package of it that was changed on disk is refused, not compared with', async () => {
    const it = await worseCandidate()
    const model = Object.keys(it.snapshot('.plumbline-registry')).filter((path) => path.endsWith('model.json'))
    expect(model.length).toBeGreaterThan(0)
    for (const path of model) overwrite(join(it.path, '.plumbline-registry', path), '{"features":[],"cells":{}}')
    const run = await runBundle('evaluate-gate', { cwd: it.path })
    expect(run.code).toBe(1)
    expect(run.outputs.verdict).not.toBe('pass')
    expect(run.outputs.verdict).not.toBe('warn')
  })
})

test('promise 4: a version is written once: the same run again changes nothing and succeeds', async () => {
  const it = copy()
  const before = it.snapshot('.plumbline-registry/models')
  const run = await runBundle('package-model', { cwd: it.path })
  expect(run.code).toBe(0)
  expect(it.readJson('.plumbline/model-package.json').outcome).toBe('unchanged')
  expect(it.snapshot('.plumbline-registry/models')).toEqual(before)
})

test('promise 5: a deployment has succeeded only when the target itself names the wanted digest', () => {
  const deployment = released.readJson('.plumbline/deployment.json')
  expect(deployment.confirmed).toBe(true)
  expect(deployment.serving.digest).toBe(deployment.wanted.digest)
  expect(deployment.serving.digest).toBe(released.readJson('.plumbline/model-package.json').model.digest)
})

describe('promise 6: nothing leaves', () => {
  test('no stage of the chain, nor a program it starts, opens a connection to another machine', async () => {
    const it = copy()
    it.configure({ train: { seed: 11 } })
    const guard = workspace({ 'guard.cjs': GUARD })
    const calls = join(guard.path, 'calls')
    writeFileSync(calls, '')
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(join(guard.path, 'guard.cjs'))}`, GUARD_CALLS: calls }
    const run = await chain(it.path, { env })
    expect(run.code).toBe(0)
    expect(readFileSync(calls, 'utf8')).toBe('')
    guard.remove()
  })

  test('HTML reports load nothing from anywhere', () => {
    const reports = Object.entries(released.snapshot('.plumbline')).filter(([path]) => path.endsWith('.html'))
    expect(reports.length).toBeGreaterThan(0)
    for (const [, content] of reports) {
      const html = Buffer.from(content, 'base64').toString('utf8')
      expect(
        html.match(/<(?:link|iframe|object|embed|base)\b|\bsrc\s*=|@import|url\(\s*["']?(?:https?:)?\/\//gi),
      ).toBeNull()
    }
  })
})

test('promise 7: nothing from data, names or logs is trusted', async () => {
  const it = copy()
  const hostile = '::error::PWNED <script>alert(1)</script> | `x` [a](javascript:b) $(touch pwned)'
  const lines = it.read('data/train.csv').trim().split('\n')
  it.write(
    'data/train.csv',
    `${lines.map((line, index) => `${line},${index === 0 ? '"a""; DROP TABLE x; --"' : `"${hostile}"`}`).join('\n')}\n`,
  )
  const env = { GITHUB_REF: 'refs/heads/$(touch pwned)', GITHUB_REF_NAME: '$(touch pwned)', GITHUB_WORKFLOW: hostile }
  const run = await runBundle('validate-data', { cwd: it.path, env })
  expect(run.outputs.summary).not.toBe('unexpected error')
  expect(it.has('pwned')).toBe(false)
  expect(run.annotations.filter(({ message }) => message.startsWith('PWNED'))).toEqual([])
  const texts = Object.entries(it.snapshot('.plumbline')).filter(([path]) => /\.(md|html)$/.test(path))
  expect(texts.length).toBeGreaterThan(0)
  for (const text of [run.summary, ...texts.map(([, content]) => Buffer.from(content, 'base64').toString('utf8'))]) {
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain('](javascript:')
  }
})

test('promise 8: every formula is named in the output', () => {
  const { metrics } = released.readJson('.plumbline/evaluation.json')
  expect(metrics.length).toBeGreaterThan(0)
  const unnamed = metrics.filter(({ definition }: { definition: string }) => definition.trim().length < 10)
  expect(unnamed).toEqual([])
})

test('the same inputs give the same documents but for the time', async () => {
  const it = copy()
  // The time of a document is in its bytes, and so in the digest by which a later one names it.
  const timeless = () =>
    it
      .read('.plumbline/data-validation.json')
      .replace(/"createdAt": "[^"]*"/, '')
      .replace(/("name": "\.plumbline\/[^"]*",\s*"digest": )"[^"]*"/g, '$1')
  await runBundle('validate-data', { cwd: it.path })
  const first = timeless()
  await runBundle('validate-data', { cwd: it.path })
  expect(timeless()).toBe(first)
})

test('no document holds a path of the machine', () => {
  const documents = Object.entries(released.snapshot('.plumbline')).filter(([path]) => /\.(json|md|html)$/.test(path))
  const found = documents.filter(([, content]) => Buffer.from(content, 'base64').includes(released.path))
  expect(found.map(([path]) => path)).toEqual([])
})

/** As somebody with a shell would: the registry's files are read-only. */
function overwrite(path: string, content: string): void {
  chmodSync(path, 0o644)
  writeFileSync(path, content)
}

/** Records every connection to something that is not this machine. */
const GUARD = `const net = require('node:net')
const { appendFileSync } = require('node:fs')
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  const host = typeof options === 'object' ? options.host : args[1]
  const here = (typeof options === 'object' && options.path) || host === undefined || /^(localhost|127\\.|::1$)/.test(host)
  if (!here) appendFileSync(process.env.GUARD_CALLS, host + '\\n')
  return connect.apply(this, args)
}
`
