import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname ?? '.', '../..')

/** The model case: a recommender whose click-through rate must stay at 15 % or more, on simulated logs with planted drift. */
describe('the streaming recommender, from simulated history to the decision', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-recommender-'))
    cpSync(join(ROOT, 'examples/streaming-recommender'), folder, { recursive: true })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const plumbline = (...args: string[]) => node(join(ROOT, 'dist/plumbline.js'), '--json', ...args)
  const monitoring = () => JSON.parse(readFileSync(join(folder, '.plumbline/monitoring.json'), 'utf8'))

  test('the chain deploys a first version', () => {
    expect(node('simulate.mjs', 'history').status).toBe(0)
    const run = plumbline('run')
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toMatchObject({ verdict: 'pass', outputs: { tag: 'streaming-recommender@v1.0.0' } })
  })

  test('before the planted change the objective of 15 % is met, and nothing is to be done', () => {
    expect(node('simulate.mjs', 'production').status).toBe(0)
    const lines = readFileSync(join(folder, 'production-log.jsonl'), 'utf8').trimEnd().split('\n')
    const before = lines.filter((line) => JSON.parse(line).time < '2026-04-05')
    writeFileSync(join(folder, 'before.jsonl'), `${before.join('\n')}\n`)
    expect(plumbline('monitor', '--log', 'before.jsonl').status).toBe(0)
    const { slos, decision } = monitoring()
    expect(slos[0]).toMatchObject({ name: 'click-through', state: 'ok' })
    expect(decision).toMatchObject({ action: 'none', to: null })
  })

  test('after it the rate is below 15 %, the newcomers show as drift, and retraining is the decision', () => {
    const run = plumbline('monitor')
    expect(run.status).toBe(1)
    const { slos, features, decision } = monitoring()
    // Counted by the simulator's own log: 432 clicks in the last 14 days (README of the example).
    expect(slos[0]).toMatchObject({ name: 'click-through', state: 'breach', good: 432, total: 3500 })
    expect(features.find(({ name }: { name: string }) => name === 'user')).toMatchObject({ level: 'drifted' })
    expect(decision).toMatchObject({ action: 'retrain', to: null })
  })
})
