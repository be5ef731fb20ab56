import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profileTable } from '../../../shared/data/profile.js'
import { addRun, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { workspace } from '../../support/run-bundle.js'
import { runTypeScript } from '../../support/run-typescript.js'
import { type Bench, openBench } from '../data/support.js'

let github: LocalGitHub
let bench: Bench
let temporary: string
beforeAll(async () => {
  bench = await openBench({ threads: 1 })
  github = await startGitHub()
  temporary = mkdtempSync(join(tmpdir(), 'plumbline-runs-'))
})
afterAll(async () => {
  await bench.close()
  await github.close()
  rmSync(temporary, { recursive: true, force: true })
  expect(github.violations).toEqual([])
})

async function profileOf(rows: number): Promise<string> {
  const text = `x\n${Array.from({ length: rows }, (_, i) => i).join('\n')}\n`
  const dataset = await bench.load(await bench.write(`r${rows}.csv`, text))
  return JSON.stringify({
    schema: 'plumbline.data-profile/1',
    createdAt: '2026-01-01T00:00:00.000Z',
    plumblineVersion: '0.0.0',
    run: { kind: 'local', commit: null, dirty: false },
    verdict: 'pass',
    summary: 'made',
    inputs: [],
    checks: [],
    target: null,
    features: ['x'],
    datasets: [await profileTable(bench.engine, dataset)],
  })
}

const child = async (file: string, args: string[], env: Record<string, string>) => {
  const ended = await runTypeScript(file, args, { env: { PATH: process.env.PATH, RUNNER_TEMP: temporary, ...env } })
  if (ended.code !== 0) throw new Error(ended.stderr)
  return JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '')
}

/** A finished run that has left a profile, as the stage hands it over. */
async function finished(rows: number, options: { event?: string; conclusion?: 'success' | 'failure' } = {}) {
  const { event = 'push', conclusion = 'success' } = options
  const run = addRun(github.state.repository(), { event, createdAt: new Date('2026-01-01T00:00:00Z') })
  const folder = workspace({ '.plumbline/data-profile.json': await profileOf(rows) })
  const steps = [['upload', 'plumbline-validate-data', folder.path, ['.plumbline/data-profile.json']]]
  await child('./artifacts-child.ts', [JSON.stringify(steps), ''], github.env({ run }))
  folder.remove()
  Object.assign(run, { status: 'completed', conclusion })
}

test('the last runs of a real conversation with GitHub: pooled, newest first, without strangers and failures', async () => {
  const current = () => addRun(github.state.repository(), { createdAt: new Date('2026-01-02T00:00:00Z') })
  const ask = (runs: number, token: string) =>
    child('./baseline-child.ts', [String(runs), token], github.env({ run: current() }))
  const token = github.token({ permissions: { actions: 'read' } })
  expect(await ask(2, token)).toMatchObject({ state: 'first-run' })
  await finished(100)
  await finished(200)
  await finished(400, { event: 'pull_request' })
  await finished(800, { conclusion: 'failure' })
  expect(await ask(1, token)).toMatchObject({ state: 'found', rows: [200] })
  expect(await ask(5, token)).toEqual({
    state: 'found',
    words: 'the last 2 successful runs of this workflow on main, of 5 wanted',
    rows: [300],
  })
  // A token that may not read runs is no first run.
  expect((await ask(2, github.token({ permissions: {} }))).state).toBe('unreadable')
})
