import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodes, runBundle, runCommand, workspace } from '../support/run-bundle.js'

const ACTIONS = [
  'validate-data',
  'train',
  'evaluate-gate',
  'package-model',
  'deploy',
  'monitor',
  'post-mortem-report',
  'pipeline',
]

/** A frame of a stack trace. */
const STACK = /^ +at .+:\d+:\d+\)?$/m

/** Writes down which parts of Node a process has loaded. */
const PROBE = `process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.PROBE_FILE, process.moduleLoadList.join('\\n'))
})
`

const TEN_MISTAKES = `model: "not a name"
task: guess
colour: blue
data:
  train: []
  exclude: name
train:
  seed: soon
  timeout: -1
evaluate:
  metrics: accuracy
deploy:
  environment: 7
monitor: tomorrow
`

const MISTAKEN = workspace({ 'plumbline.yml': TEN_MISTAKES })
const TORN = workspace({ 'plumbline.yml': 'model: strikes\ndata:\n  train: "unclosed\n' })
let empty: ReturnType<typeof workspace>
beforeEach(() => {
  empty = workspace()
})
afterEach(() => empty.remove())
afterAll(() => {
  for (const { remove } of [MISTAKEN, TORN]) remove()
})

describe.each(nodes())('on $name', ({ node }) => {
  describe.each(ACTIONS)('dist of %s, started as the runner does', (name) => {
    test('lists every mistake of plumbline.yml at once, each with its line, and no stack trace', async () => {
      const run = await runBundle(name, { cwd: MISTAKEN.path, node })
      expect(run.code).toBe(1)
      expect(run.outputs.verdict).toBe('error')
      const [error, ...others] = run.annotations.filter(({ level }) => level === 'error')
      expect(others).toEqual([])
      const lines = [...(error?.message ?? '').matchAll(/plumbline\.yml:(\d+)/g)].map(([, line]) => Number(line))
      expect(new Set(lines)).toEqual(new Set([1, 2, 3, 5, 6, 8, 9, 11, 13, 14]))
      expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK)
    })

    test('says where a plumbline.yml that is not YAML breaks', async () => {
      const run = await runBundle(name, { cwd: TORN.path, node })
      expect(run.code).toBe(1)
      expect(run.outputs.verdict).toBe('error')
      expect(run.annotations[0]?.message).toMatch(/plumbline\.yml:\d+/)
      expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK)
    })

    test('is never green in an empty repository, and says what is missing', async () => {
      const run = await runBundle(name, { cwd: empty.path, node })
      expect(run.code).toBe(1)
      expect(['error', 'fail', 'inconclusive']).toContain(run.outputs.verdict)
      expect(run.outputs.summary).not.toBe('')
      expect(run.outputs.summary).not.toBe('unexpected error')
      expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK)
    })

    test('names a wrong input as it is called in the workflow', async () => {
      const run = await runBundle(name, { cwd: empty.path, node, inputs: { 'fail-on': 'sometimes' } })
      expect(run.code).toBe(1)
      expect(run.annotations[0]?.message).toContain('input "fail-on"')
      expect(run.annotations[0]?.message).toContain('sometimes')
    })
  })

  test.each(ACTIONS)('%s starts without loading an HTTP client', async (name) => {
    const probe = workspace({ 'probe.cjs': PROBE })
    const loaded = join(probe.path, 'loaded')
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(join(probe.path, 'probe.cjs'))}`, PROBE_FILE: loaded }
    await runBundle(name, { cwd: MISTAKEN.path, node, env })
    const modules = readFileSync(loaded, 'utf8').split('\n')
    probe.remove()
    expect(modules).toContain('NativeModule fs')
    expect(modules.filter((name) => /^NativeModule (https?|http2)$/.test(name))).toEqual([])
  })

  describe('the plumbline command', () => {
    test('explains itself', async () => {
      const { code, stdout } = await runCommand(['--help'], { cwd: empty.path, node })
      expect(code).toBe(0)
      for (const name of ACTIONS.filter((name) => name !== 'pipeline')) expect(stdout).toContain(name)
    })

    test('lists every mistake of plumbline.yml, without a stack trace', async () => {
      const { code, stdout, stderr } = await runCommand(['train'], { cwd: MISTAKEN.path, node })
      expect(code).not.toBe(0)
      expect(`${stdout}${stderr}`).toContain('plumbline.yml:14')
      expect(`${stdout}${stderr}`).not.toMatch(STACK)
    })

    test('tells an unknown stage from a known one', async () => {
      const { code, stderr } = await runCommand(['trian'], { cwd: empty.path, node })
      expect(code).not.toBe(0)
      expect(stderr).toContain('trian')
      expect(stderr).not.toMatch(STACK)
    })
  })
})
