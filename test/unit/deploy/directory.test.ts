import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { githubRunRef } from '../../../shared/core/run-ref.js'
import { type PackageOptions, publish } from '../serve/package.js'
import { type Workspace, workspace } from './support.js'

let work: Workspace
beforeEach(async () => {
  work = await workspace()
})
afterEach(() => work.cleanup())

const release = async (options: PackageOptions = {}) => publish(await work.ctx.registry(), options)
const deployed = (...path: string[]) => join(work.root, 'deployed', ...path)
const current = () => readlinkSync(deployed('current'))
const registryFile = (version: string, file: string) =>
  join(work.root, '.plumbline-registry/models/model', `v${version}`, file)
const log = () => work.logged.filter(({ level }) => level === 'info').map(({ message }) => message)

test('the first deployment: verified, proven before and after, on record', async () => {
  const { tag, digest } = await release()
  const { verdict, summary, outputs, document, rules } = await work.run({ tag })
  expect(verdict).toBe('pass')
  expect(summary).toBe(
    'model@v1.0.0 serves in production, confirmed by the target itself; 3 of 3 golden rows as recorded; before: nothing',
  )
  expect(rules).toEqual([
    'version-verified pass',
    'golden-before pass',
    'switched pass',
    'digest-confirmed pass',
    'golden-after pass',
  ])
  expect(outputs).toEqual({
    tag,
    previous: null,
    serving: tag,
    environment: 'production',
    address: 'deployed',
    confirmed: true,
    'rolled-back': false,
    'deployment-id': null,
    'deployment-url': null,
    document: '.plumbline/deployment.json',
  })
  expect(current()).toBe(join('releases', tag))
  expect(readdirSync(deployed('current')).sort()).toEqual(['golden.jsonl', 'manifest.json', 'predict.mjs'])
  expect(document).toMatchObject({
    action: 'deploy',
    target: { type: 'directory', address: 'deployed' },
    wanted: { tag, digest },
    before: null,
    serving: { tag, digest },
    confirmed: true,
    rolledBack: false,
    golden: { rows: 3, before: 3, after: 3, tolerance: 1e-6 },
    inputs: [{ kind: 'release', name: tag, digest }],
  })
  expect(JSON.stringify(document)).not.toContain(work.root)
  expect(await work.history()).toEqual(['deploy model@v1.0.0 success'])
  expect(log()).toContain('  if it fails: nothing serves; there is no version before it')
  expect(work.summaries.at(-1)).toContain('model@v1.0.0')
})

test('deploying what serves already changes nothing', async () => {
  const { tag } = await release()
  await work.run({ tag })
  const before = lstatSync(deployed('current')).ino
  const plans = () => log().filter((line) => line.startsWith('  if it fails')).length
  const told = plans()
  const { verdict, summary, rules, document } = await work.run({ tag })
  expect(plans()).toBe(told)
  expect([verdict, summary, rules]).toEqual([
    'pass',
    'model@v1.0.0 serves already in production; nothing was changed',
    ['already-serving pass'],
  ])
  expect(document).toMatchObject({ action: 'none', confirmed: true, serving: { tag } })
  expect(lstatSync(deployed('current')).ino).toBe(before)
  expect(await work.history()).toHaveLength(1)
})

test('a dry run verifies and plans, and touches nothing', async () => {
  const { tag } = await release()
  const { verdict, summary, rules } = await work.run({ tag, 'dry-run': true })
  expect(verdict).toBe('warn')
  expect(summary).toBe('model@v1.0.0 would serve in production, after nothing; nothing was changed')
  expect(rules).toEqual(['version-verified pass', 'dry-run warn'])
  expect(() => readdirSync(deployed())).toThrow('ENOENT')
  expect(await work.history()).toEqual([])
  expect(log()).toContain('  serves now:  nothing')
})

test('tag, version, latest, and the document of package-model', async () => {
  await release()
  const second = await release({ version: '1.1.0', bias: 2 })
  await release({ version: '1.2.0', bias: 3 })
  expect((await work.run()).outputs.tag).toBe('model@v1.2.0')
  expect((await work.run({ tag: 'v1.0.0' })).outputs).toMatchObject({ tag: 'model@v1.0.0', previous: 'model@v1.2.0' })
  expect((await work.run({ tag: 'latest' })).outputs.tag).toBe('model@v1.2.0')
  const made = (outcome: string) =>
    JSON.stringify({
      schema: 'plumbline.model-package/1',
      createdAt: '2026-01-01T00:00:00.000Z',
      plumblineVersion: '0.1.0',
      run: { kind: 'local', commit: null, dirty: false },
      verdict: outcome === 'refused' ? 'fail' : 'pass',
      summary: 'it holds a dangerous pickle',
      inputs: [],
      checks: [],
      model: { model: 'model', version: '1.1.0', tag: second.tag, digest: second.digest },
      outcome,
      registry: 'x',
      bump: null,
      files: [],
    })
  await work.ctx.files.write('.plumbline/model-package.json', made('published'))
  const { outputs, document } = await work.run()
  expect(outputs.tag).toBe('model@v1.1.0')
  expect(document.inputs.map(({ name }) => name)).toEqual(['.plumbline/model-package.json', 'model@v1.1.0'])
  await work.ctx.files.write('.plumbline/model-package.json', made('refused'))
  await expect(work.run()).rejects.toThrow('package-model has refused the model: it holds a dangerous pickle')
})

test.each([
  [{ tag: 'model@v9.0.0' }, 'model@v9.0.0 is not published in the registry .plumbline-registry'],
  [{ tag: 'main' }, '"main" is neither a release tag nor a version'],
  [{ tag: 'v1.0.0', rollback: true }, 'rollback chooses the version itself, and the tag "v1.0.0" was given too'],
])('%j is a mistake of the user', async (given, message) => {
  await release()
  await expect(work.run(given)).rejects.toThrow(message)
})

test('a version that was damaged in the registry is never switched to', async () => {
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 2 })
  await work.run({ tag: one.tag })
  writeFileSync(registryFile('1.1.0', 'predict.mjs'), 'changed', { mode: 0o644 })
  const { verdict, summary, rules, document } = await work.run({ tag: two.tag })
  expect([verdict, rules]).toEqual(['fail', ['version-verified fail']])
  expect(summary).toMatch(
    /^model@v1.1.0 was not switched to in production: model@v1.1.0 cannot be used: .*has been changed since it was published: predict.mjs.*; model@v1.0.0 serves as before$/,
  )
  expect(document).toMatchObject({ action: 'none', confirmed: true, serving: { tag: one.tag } })
  expect(readdirSync(deployed('releases'))).toEqual([one.tag])
  expect(await work.history()).toEqual(['deploy model@v1.1.0 failure', 'deploy model@v1.0.0 success'])
})

test('a model that answers otherwise than recorded is stopped before the switch', async () => {
  const one = await release()
  const bad = await release({ version: '1.1.0', bias: 2, golden: [2, 3, 5] })
  await work.run({ tag: one.tag })
  const { verdict, summary, rules, document } = await work.run({ tag: bad.tag })
  expect([verdict, rules]).toEqual(['fail', ['version-verified pass', 'golden-before fail']])
  expect(summary).toBe(
    'model@v1.1.0 was not switched to in production: 1 of 3 golden rows was not answered as recorded; model@v1.0.0 serves as before',
  )
  expect(document.golden).toEqual({ rows: 3, before: 2, after: null, tolerance: 1e-6 })
  expect(document.checks[1]?.examples).toEqual([{ where: 'golden row 3, value: recorded 5', value: 4 }])
  expect(current()).toBe(join('releases', one.tag))
})

test('a model that crashes at its start is stopped before the switch', async () => {
  const { tag } = await release({ before: 'console.error("no module named torch"); process.exit(1)' })
  const { verdict, summary } = await work.run({ tag })
  expect(verdict).toBe('fail')
  expect(summary).toMatch(
    /golden rows could not be asked: .*ended with exit code 1.*no module named torch.*; nothing serves as before$/s,
  )
  expect(() => current()).toThrow('ENOENT')
})

/** Answers well beside the target and badly inside it, as a model does whose target lacks something. */
const WORSE_INSIDE = "if (process.cwd().includes('releases') && ++globalThis.asked > 0 && started > 1) row.x += 7"
const COUNT_STARTS = `import { readFileSync, writeFileSync } from 'node:fs'
globalThis.asked = 0
let started = 1
try { started += Number(readFileSync('../../starts', 'utf8')) } catch {}
writeFileSync('../../starts', String(started))`

test('a model that does not hold after the switch is rolled back, and the rollback is confirmed', async () => {
  const one = await release()
  const bad = await release({ version: '1.1.0', bias: 2, body: WORSE_INSIDE, before: COUNT_STARTS })
  await work.run({ tag: one.tag })
  const { verdict, summary, rules, document, outputs } = await work.run({ tag: bad.tag })
  expect(verdict).toBe('fail')
  expect(rules).toEqual([
    'version-verified pass',
    'golden-before pass',
    'switched pass',
    'digest-confirmed pass',
    'golden-after fail',
    'rolled-back pass',
  ])
  expect(summary).toBe(
    'model@v1.1.0 failed in production: 3 of 3 golden rows were not answered as recorded; model@v1.0.0 serves again, as the target itself reports',
  )
  expect(document).toMatchObject({
    action: 'deploy',
    confirmed: true,
    rolledBack: true,
    serving: { tag: one.tag },
    golden: { before: 3, after: 0 },
  })
  expect(outputs).toMatchObject({ tag: bad.tag, previous: one.tag, serving: one.tag, 'rolled-back': true })
  expect(current()).toBe(join('releases', one.tag))
  expect(await work.history()).toEqual(['deploy model@v1.1.0 rolled-back', 'deploy model@v1.0.0 success'])
})

test('a first deployment that does not hold is switched off', async () => {
  const { tag } = await release({ body: WORSE_INSIDE, before: COUNT_STARTS })
  const { verdict, summary, document } = await work.run({ tag })
  expect(verdict).toBe('fail')
  expect(summary).toContain(
    'there was no version before it to return to, so it was switched off; the target itself reports that nothing serves',
  )
  expect(document).toMatchObject({ serving: null, confirmed: true, rolledBack: true })
  expect(() => current()).toThrow('ENOENT')
  expect(await work.history()).toEqual(['deploy model@v1.0.0 rolled-back'])
})

test('without golden rows the deployment is worth a warning, not a pass', async () => {
  const { tag } = await release({ golden: null, predict: null })
  const { verdict, summary, rules, document } = await work.run({ tag })
  expect(verdict).toBe('warn')
  expect(summary).toContain('confirmed by the target itself; no golden rows')
  expect(rules).toContain('golden-after warn')
  expect(document).toMatchObject({ golden: null, confirmed: true })
  expect(await work.history()).toEqual(['deploy model@v1.0.0 success'])
})

test('files damaged in the folder of the current release are seen, and it is deployed anew beside it', async () => {
  const { tag } = await release()
  await work.run({ tag })
  writeFileSync(deployed('current', 'predict.mjs'), 'changed')
  const { verdict, document } = await work.run({ tag })
  expect(verdict).toBe('pass')
  expect(document).toMatchObject({ action: 'deploy', before: null, serving: { tag } })
  expect(current()).toBe(join('releases', `${tag}~2`))
})

test('old releases go, but never the current or the one before', async () => {
  await work.cleanup()
  work = await workspace({ type: 'directory', path: 'deployed', keep: 2 })
  const tags: string[] = []
  for (const [index, version] of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].entries()) {
    const { tag } = await release({ version, bias: index })
    tags.push(tag)
    await work.run({ tag })
    utimesSync(deployed('releases', tag), index, index)
  }
  expect(readdirSync(deployed('releases'))).toEqual([tags[2], tags[3]])
  await work.run({ tag: tags[0] as string })
  expect(readdirSync(deployed('releases'))).toEqual([tags[0], tags[3]])
})

test('a target that cannot be written, and one where current is no link', async () => {
  const { tag } = await release()
  await work.ctx.files.write('file', '')
  const blocked = {
    ...work.ctx,
    config: {
      ...work.ctx.config,
      deploy: { ...work.ctx.config.deploy, target: { type: 'directory', path: 'file/deployed', keep: 5 } as const },
    },
  }
  const first = await work.run({ tag }, blocked)
  expect(first).toMatchObject({
    verdict: 'error',
    summary: expect.stringContaining('file/deployed'),
    rules: ['target-usable error'],
  })
  expect(first.document).toMatchObject({ confirmed: false, action: 'none', serving: null })
  mkdirSync(deployed('current'), { recursive: true })
  const second = await work.run({ tag })
  expect(second).toMatchObject({ verdict: 'error', rules: ['target-usable error'] })
  expect(second.summary).toContain('deployed/current is not a link that deploy has made')
  expect(await work.history()).toEqual([])
})

test('a history that cannot be written changes no verdict', async () => {
  const { tag } = await release()
  const registry = await work.ctx.registry()
  const { UserError } = await import('../../../shared/core/errors.js')
  const readOnly = { ...registry, recordDeployment: async () => Promise.reject(new UserError('read-only token')) }
  const { verdict } = await work.run({ tag }, { ...work.ctx, registry: async () => readOnly })
  expect(verdict).toBe('pass')
  expect(work.logged.filter(({ level }) => level === 'warning').map(({ message }) => message)).toEqual([
    'deploy: read-only token',
  ])
})

test('rollback goes to the newest version that served well, and says why others were refused', async () => {
  const tags: string[] = []
  for (const [index, version] of ['1.0.0', '1.1.0', '1.2.0'].entries()) {
    tags.push((await release({ version, bias: index })).tag)
    await work.run({ tag: tags[index] as string })
  }
  const first = await work.run({ rollback: true })
  expect(first).toMatchObject({
    verdict: 'pass',
    document: { action: 'rollback', refused: [{ tag: tags[2], reason: 'it serves now' }] },
  })
  expect(first.summary).toBe(
    'production was rolled back to model@v1.1.0, confirmed by the target itself; 3 of 3 golden rows as recorded; before: model@v1.2.0',
  )
  expect(current()).toBe(join('releases', tags[1] as string))
  const second = await work.run({ rollback: true })
  expect(second.outputs.tag).toBe(tags[0])
  expect(second.document.refused).toEqual([
    { tag: tags[1], reason: 'it serves now' },
    { tag: tags[2], reason: 'it was rolled back from at 2026-01-02T03:04:00.000Z' },
  ])
  const third = await work.run({ rollback: true })
  expect(third).toMatchObject({
    verdict: 'fail',
    rules: ['no-rollback-version fail'],
    document: { wanted: null, action: 'none', confirmed: true, serving: { tag: tags[0] } },
  })
  expect(third.summary).toContain('there is no version to roll back to in production')
  expect(await work.history()).toEqual([
    `rollback ${tags[0]} success`,
    `rollback ${tags[1]} success`,
    ...[2, 1, 0].map((i) => `deploy ${tags[i]} success`),
  ])
})

test('rollback passes over versions that do not verify, and says nothing was deployed where nothing was', async () => {
  expect((await work.run({ rollback: true })).summary).toBe(
    'production: nothing was ever deployed to production, so there is nothing to roll back to',
  )
  const one = await release()
  const two = await release({ version: '1.1.0', bias: 2 })
  const three = await release({ version: '1.2.0', bias: 3 })
  for (const { tag } of [one, two, three]) await work.run({ tag })
  for (const folder of [registryFile('1.1.0', 'predict.mjs'), deployed('releases', two.tag, 'predict.mjs')])
    writeFileSync(folder, 'changed', { mode: 0o644 })
  const { verdict, outputs, document } = await work.run({ rollback: true })
  expect([verdict, outputs.tag]).toEqual(['pass', one.tag])
  expect(document.refused).toEqual([
    { tag: three.tag, reason: 'it serves now' },
    { tag: two.tag, reason: expect.stringContaining('has been changed since it was published') },
  ])
})

test('the report names what serves and how it is known', async () => {
  const { tag } = await release()
  await work.run({ tag })
  const report = readFileSync(join(work.root, '.plumbline/deployment.md'), 'utf8')
  expect(report).toContain('confirmed by the target itself')
  expect(report).toContain('before the switch 3 of 3 · through the target 3 of 3')
})

test('a relative path that leaves the workspace is refused, an absolute one is taken', async () => {
  const { tag } = await release()
  const at = (path: string) => ({
    ...work.ctx,
    config: {
      ...work.ctx.config,
      deploy: { ...work.ctx.config.deploy, target: { type: 'directory' as const, path, keep: 5 } },
    },
  })
  await expect(work.run({ tag }, at('a/../../x'))).rejects.toMatchObject({
    problems: [{ where: 'deploy.target.path', message: '"a/../../x" leaves the workspace' }],
  })
  expect((await work.run({ tag }, at(join(work.root, 'elsewhere')))).verdict).toBe('pass')
})

test('a pull request from a fork deploys nothing, whatever token its event gives', async () => {
  const { tag } = await release()
  const side = (name: string) => ({ repo: { full_name: name } })
  const payload = { pull_request: { number: 7, head: side('mona/strikes'), base: side('acme/strikes') } }
  await work.ctx.files.write('event.json', JSON.stringify(payload))
  const env = { ...work.ctx.env, GITHUB_EVENT_PATH: join(work.root, 'event.json') }
  await expect(work.run({ tag }, { ...work.ctx, env })).rejects.toThrow(
    'pull request #7 comes from a fork, and a fork deploys nothing',
  )
  expect(await work.history()).toEqual([])
})

test('an older run does not overwrite what a newer one has deployed; a rollback may', async () => {
  const { tag } = await release()
  const { tag: next } = await release({ version: '1.1.0', bias: 2 })
  const as = (runId: string) => ({ ...work.ctx, run: githubRunRef({ GITHUB_RUN_ID: runId }) })
  await work.run({ tag }, as('50'))
  await work.run({ tag: next }, as('102'))
  const { verdict, rules, summary, document } = await work.run({ tag }, as('99'))
  expect([verdict, rules]).toEqual(['fail', ['newer-run fail']])
  expect(summary).toContain('run 102 began after this one and has deployed model@v1.1.0 already')
  expect(document.checks[0]?.cure).toContain('start a new run')
  expect(await work.history()).toHaveLength(2)
  expect((await work.run({ rollback: true }, as('99'))).verdict).toBe('pass')
  expect((await work.run({ tag: next }, as('103'))).verdict).toBe('pass')
})
