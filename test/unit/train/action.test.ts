import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { train } from '../../../actions/train/action.js'
import { TrainingRun } from '../../../shared/contracts/training-run.js'
import { digestOf } from '../../../shared/core/hash.js'
import { type FakeContext, fakeContext } from '../../support/context.js'

let fake: FakeContext
afterEach(() => fake.cleanup())

const TRAIN_DATA = 'x,y\n1,0\n2,1\n'

async function run(script: string, config: Record<string, unknown> = {}, files: Record<string, string> = {}) {
  fake = await fakeContext({
    files: { 'train.mjs': script, 'data/train.csv': TRAIN_DATA, ...files },
    config: {
      data: { train: 'data/train.csv' },
      train: { command: ['node', 'train.mjs'], outputs: ['model'], ...config },
    },
    env: { PLUMBLINE_TEST: '1' },
  })
  const outcome = await train.run({} as never, fake.ctx)
  const document = TrainingRun.parse(
    JSON.parse(await readFile(join(fake.root, '.plumbline/training-run.json'), 'utf8')),
  )
  return { outcome, document, markdown: await readFile(join(fake.root, '.plumbline/training-run.md'), 'utf8') }
}

const WRITES_MODEL = `
  import { mkdirSync, writeFileSync } from 'node:fs'
  mkdirSync('model', { recursive: true })
  writeFileSync('model/model.json', '{"bias":1}')
`

test('a training that works is recorded with everything that made it', async () => {
  const { outcome, document } = await run(
    `${WRITES_MODEL}
     writeFileSync('metrics.json', JSON.stringify({ auc: 0.9, seed: Number(process.env.PLUMBLINE_SEED), depth: JSON.parse(process.env.PLUMBLINE_PARAMS).depth, hash: Number(process.env.PYTHONHASHSEED) }))
     console.log('trained')`,
    { seed: 7, params: { depth: 3, features: ['a', 'b'] }, metrics: 'metrics.json' },
    { 'package-lock.json': '{}' },
  )
  expect(outcome).toEqual({
    verdict: 'pass',
    summary: 'the command ended without error',
    outputs: { status: 'succeeded', 'exit-code': 0, document: '.plumbline/training-run.json' },
  })
  expect(document).toMatchObject({
    status: 'succeeded',
    exitCode: 0,
    seed: 7,
    params: { depth: 3, features: ['a', 'b'] },
    metrics: { auc: 0.9, seed: 7, depth: 3, hash: 7 },
    outputs: [{ path: 'model/model.json', bytes: 10, digest: digestOf('{"bias":1}') }],
    inputs: [{ kind: 'file', name: 'data/train.csv', digest: digestOf(TRAIN_DATA) }],
    firstError: null,
    tail: ['trained'],
  })
  expect(document.code.map(({ path }) => path)).toEqual(['package-lock.json', 'train.mjs'])
  expect(document.environment.program).toBe(process.version)
  expect(fake.logged).toContainEqual({ level: 'info', message: 'trained' })
})

test('a failure is reported with its exit code and its first error, secrets masked', async () => {
  const { outcome, document, markdown } = await run(`
    console.error('ValueError: cannot log in with password=hunter22secret')
    console.error('cleanup: RuntimeError: aftermath')
    process.exit(3)
  `)
  expect(outcome.verdict).toBe('fail')
  expect(outcome.summary).toBe(
    'the command reported an error (exit code 3): ValueError: cannot log in with password=***',
  )
  expect(document.firstError).toBe('ValueError: cannot log in with password=***')
  expect(document.checks[0]).toMatchObject({ rule: 'training-failed', measured: 3 })
  expect(JSON.stringify(document) + markdown).not.toContain('hunter22secret')
})

test('paths of this machine do not get into the document', async () => {
  const { document } = await run(`console.log(process.cwd() + '/data/train.csv'); throw new Error(process.cwd())`)
  expect(document.firstError).toBe('Error: .')
  expect(document.tail[0]).toBe('data/train.csv')
  expect(JSON.stringify(document)).not.toContain(fake.root)
})

test('a failed command did not make what lay there before', async () => {
  const { document } = await run('process.exit(1)', {}, { 'model/model.json': 'old' })
  expect(document.outputs).toEqual([])
})

test('a program that is not there ends as an error with a cure, and is recorded', async () => {
  const { outcome, document } = await run('', { command: ['no-such-program-here', 'x'] })
  expect(outcome.verdict).toBe('error')
  expect(outcome.summary).toBe('the command did not start: cannot start "no-such-program-here": no such program')
  expect(document).toMatchObject({ status: 'not-started', exitCode: null })
  expect(document.checks[0]?.cure).toMatch(/install it in an earlier step/)
})

test('no command is one error with the line to write', async () => {
  fake = await fakeContext()
  await expect(train.run({} as never, fake.ctx)).rejects.toMatchObject({
    message: '`train.command` is missing: there is nothing to run',
    problems: [{ cure: expect.stringContaining('train: { command:') }],
  })
})

test('success without a model is a failure', async () => {
  const { outcome } = await run(`console.log('done')`)
  expect(outcome.verdict).toBe('fail')
  expect(outcome.summary).toBe('the command ended without error, but model is not there: no model came out of it')
})

test('a model that lay there before is not taken for a new one', async () => {
  const { outcome, document } = await run(`console.log('done')`, {}, { 'model/model.json': 'old' })
  expect(outcome.verdict).toBe('warn')
  expect(document.checks.map(({ rule }) => rule)).toEqual(['training-ended', 'output-not-written'])
})

test('the same bytes written again are a new output', async () => {
  const { outcome } = await run(WRITES_MODEL, {}, { 'model/model.json': '{"bias":1}' })
  expect(outcome.verdict).toBe('pass')
})

test.each([
  ['is missing', '', 'metrics.json is not there'],
  ['is binary', `writeFileSync('metrics.json', Buffer.from([0, 1, 255, 254]))`, 'metrics.json is not text in UTF-8'],
  ['is no JSON', `writeFileSync('metrics.json', 'auc=0.9')`, 'metrics.json is not JSON'],
  [
    'is huge',
    `writeFileSync('metrics.json', Buffer.alloc(11_000_000, 32))`,
    'metrics.json has 11000000 bytes; at most 10000000 are read',
  ],
])('a metrics file that %s is a warning that says so', async (_, line, message) => {
  const { outcome, document } = await run(`${WRITES_MODEL}${line}`, { metrics: 'metrics.json' })
  expect(outcome.verdict).toBe('warn')
  expect(outcome.summary).toContain(message)
  expect(document.metrics).toEqual({})
})

test('a loss of NaN is a warning, other metrics stay', async () => {
  const { outcome, document } = await run(
    `${WRITES_MODEL}writeFileSync('m.json', '{"loss": NaN, "auc": 0.5, "curve": [1]}')`,
    {
      metrics: 'm.json',
    },
  )
  expect(outcome).toMatchObject({ verdict: 'warn', summary: 'metric loss is NaN: the training may have diverged' })
  expect(document.metrics).toEqual({ auc: 0.5 })
  expect(document.metricsIgnored).toEqual([
    { key: 'loss', reason: 'is NaN' },
    { key: 'curve', reason: 'is a list of 1 values, not a number' },
  ])
})

test('invalid UTF-8, terminal codes and markup in the output stay inert and readable', async () => {
  const { document, markdown } = await run(`${WRITES_MODEL}
    process.stdout.write(Buffer.from([0x61, 0xff, 0xfe, 0x62, 10]))
    console.log('\\u001b[31mred\\u001b[0m ::error::x\\n\\x60\\x60\\x60\\n<img src=x onerror=alert(1)>')`)
  expect(document.tail[0]).toBe('a\ufffd\ufffdb')
  // A fence inside the output does not end the block that shows it.
  expect(markdown).toMatch(/^````text\n[\s\S]*```\n<img src=x[^\n]*\n````$/m)
  expect(markdown).not.toContain('\u001b')
})

test('an output of many megabytes is passed on and only its end is kept', async () => {
  const { document } = await run(`${WRITES_MODEL}
    const line = 'y'.repeat(1000)
    for (let i = 0; i < 5000; i++) process.stdout.write(line + i + '\\n')
    process.stdout.write('z'.repeat(2_000_000))`)
  expect(document.tail).toHaveLength(40)
  expect(document.tail.at(-1)).toBe(`${'z'.repeat(500)} …(2000000 characters)`)
})

test('after the time limit the whole tree is gone, also a child that ignores SIGTERM', async () => {
  const { outcome, document } = await run(
    `import { spawn } from 'node:child_process'
     import { writeFileSync } from 'node:fs'
     const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')"
     const child = spawn(process.execPath, ['-e', stubborn], { stdio: 'inherit' })
     writeFileSync('pid', String(child.pid))
     process.on('SIGTERM', () => {})
     setInterval(() => {}, 1000)`,
    { timeout: 1.5 },
  )
  expect(outcome).toMatchObject({ verdict: 'fail', outputs: { status: 'timed-out' } })
  expect(document.exitMeaning).toBe('was stopped after the time limit of 1.5 s')
  const pid = Number(await readFile(join(fake.root, 'pid'), 'utf8'))
  await expect(isGone(pid)).resolves.toBe(true)
})

/** A process that has ended but was not waited for yet is a zombie: gone for our purpose. */
async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
    if (status === null || / Z /.test(status)) return true
    await new Promise((go) => setTimeout(go, 20))
  }
  return false
}

test('arguments reach the command as they are, through no shell', async () => {
  const { document } = await run(`${WRITES_MODEL}writeFileSync('args.json', JSON.stringify(process.argv.slice(2)))`, {
    command: `node train.mjs "two words" '$HOME' a;b '*'`,
  })
  expect(JSON.parse(await readFile(join(fake.root, 'args.json'), 'utf8'))).toEqual(['two words', '$HOME', 'a;b', '*'])
  expect(document.command).toEqual(['node', 'train.mjs', 'two words', '$HOME', 'a;b', '*'])
})

test('data that changed after their validation are named', async () => {
  const profile = {
    schema: 'plumbline.data-profile/1',
    createdAt: '2026-01-01T00:00:00.000Z',
    plumblineVersion: '0.1.0',
    run: { kind: 'local', commit: null, dirty: false },
    verdict: 'pass',
    summary: '',
    inputs: [],
    checks: [],
    target: 'y',
    features: ['x'],
    datasets: [
      {
        name: 'train',
        files: [{ kind: 'file', name: 'data/train.csv', digest: digestOf('other bytes'), bytes: 11, rows: 2 }],
        rows: 2,
        duplicates: { extra: 0, groups: 0, members: 0 },
        columns: [],
      },
    ],
  }
  const { outcome, document } = await run(WRITES_MODEL, {}, { '.plumbline/data-profile.json': JSON.stringify(profile) })
  expect(outcome.verdict).toBe('warn')
  expect(outcome.summary).toBe('the training data are not those that validate-data saw: data/train.csv')
  expect(document.inputs.map(({ name }) => name)).toEqual(['data/train.csv', '.plumbline/data-profile.json'])
  expect(document.inputs[0]).not.toHaveProperty('rows')
})

test('data that still are the validated ones keep their row count', async () => {
  const { outcome, document } = await run(
    WRITES_MODEL,
    {},
    {
      '.plumbline/data-profile.json': JSON.stringify({
        schema: 'plumbline.data-profile/1',
        createdAt: '2026-01-01T00:00:00.000Z',
        plumblineVersion: '0.1.0',
        run: { kind: 'local', commit: null, dirty: false },
        verdict: 'pass',
        summary: '',
        inputs: [],
        checks: [],
        target: 'y',
        features: ['x'],
        datasets: [
          {
            name: 'train',
            files: [{ kind: 'file', name: 'data/train.csv', digest: digestOf(TRAIN_DATA), rows: 2 }],
            rows: 2,
            duplicates: { extra: 0, groups: 0, members: 0 },
            columns: [],
          },
        ],
      }),
    },
  )
  expect(outcome.verdict).toBe('pass')
  expect(document.inputs[0]).toMatchObject({ name: 'data/train.csv', rows: 2 })
})

test('the same run twice gives the same document but for the time it took', async () => {
  const first = (await run(WRITES_MODEL)).document
  await fake.cleanup()
  const second = (await run(WRITES_MODEL)).document
  expect({ ...second, durationSeconds: 0 }).toEqual({ ...first, durationSeconds: 0 })
  expect(JSON.stringify(first)).not.toContain(fake.root)
})

test('params that no environment variable holds are refused before anything runs', async () => {
  fake = await fakeContext({
    config: { train: { command: 'node x.mjs', params: { text: 'x'.repeat(130_000) } } },
  })
  await expect(train.run({} as never, fake.ctx)).rejects.toThrow(/130011 bytes of JSON/)
  await expect(stat(join(fake.root, '.plumbline'))).rejects.toThrow()
})
