import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

interface Step {
  readonly name: string
  readonly verdict: string
  readonly exitCode: number
  readonly summary: string
  // The facts differ from step to step; each test names the ones that it reads.
  readonly facts: Record<string, unknown>
}

const ROOT = resolve(import.meta.dirname ?? '.', '../..')

/** The story that the README tells, played once; every verdict in it comes from the data. */
describe('npm run demo tells a true story', () => {
  let folder: string
  let output: string
  let steps: Map<string, Step>

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-demo-'))
    const target = join(folder, 'story.json')
    const result = spawnSync(process.execPath, ['scripts/demo.mjs', '--json', target], { cwd: ROOT, encoding: 'utf8' })
    output = result.stdout + result.stderr
    if (result.status !== 0) throw new Error(`the demo ended with ${result.status}:\n${output}`)
    const told: Step[] = JSON.parse(readFileSync(target, 'utf8'))
    steps = new Map(told.map((step) => [step.name, step]))
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const step = (name: string): Step => steps.get(name) as Step

  test('validate-data stops the first attempt, because the repair-cost columns give the label away', () => {
    expect(step('first-attempt')).toMatchObject({
      verdict: 'fail',
      exitCode: 1,
      facts: { failedStage: 'validate-data' },
    })
    const leaks = step('first-attempt').facts.leaks as string[]
    expect(leaks.map((subject) => /cost_\w+/.exec(subject)?.[0]).sort()).toEqual([
      'cost_other',
      'cost_repair',
      'cost_total',
    ])
  })

  test('without them version 1 is trained, released and deployed', () => {
    expect(step('version-1')).toMatchObject({
      exitCode: 0,
      facts: {
        tag: 'birdstrikes@v1.0.0',
        deployment: {
          action: 'deploy',
          confirmed: true,
          rolledBack: false,
          serving: 'birdstrikes@v1.0.0',
          before: null,
        },
      },
    })
  })

  test('the gate stops a change that is better on average and breaks one slice', () => {
    const { verdict, exitCode, facts } = step('change')
    expect({ verdict, exitCode }).toEqual({ verdict: 'fail', exitCode: 1 })
    expect(facts.failedStage).toBe('evaluate-gate')
    expect(facts.broken).toHaveLength(1)
    expect((facts.broken as string[])[0]).toMatch(/recall.*size = Large/)
    expect((facts.aucGain as { interval: { low: number } }).interval.low).toBeGreaterThan(0)
  })

  test('what a reviewer reads of it: the verdict first, then the slice that broke, with its rows and its interval', () => {
    const link = /look: (file:\S*3-change\S*evaluation\.md)/.exec(output)?.[1] as string
    const lines = readFileSync(new URL(link), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    expect(lines[0]).toMatch(
      /✗ fail · evaluate-gate: \*\*do not replace\*\* `birdstrikes@v1\.0\.0`, deployed in production/,
    )
    expect(lines[1]).toMatch(/recall, size = Large is .* against .* \(95 % interval .*, n = \d/i)
    const rows = lines.filter((line) => line.startsWith('| '))
    expect(rows.find((row) => /recall, size = Large \|/i.test(row))).toMatch(/✗ fail \|$/)
    expect(rows.filter((row) => row.includes('✗ fail'))).toHaveLength(1)
  })

  test('the repaired change keeps the gain, holds the slice and becomes version 2', () => {
    const { exitCode, facts } = step('version-2')
    expect(exitCode).toBe(0)
    expect(facts.tag).toBe('birdstrikes@v2.0.0')
    expect(facts.deployment).toMatchObject({
      confirmed: true,
      serving: 'birdstrikes@v2.0.0',
      before: 'birdstrikes@v1.0.0',
    })
    expect((facts.aucGain as { interval: { low: number } }).interval.low).toBeGreaterThan(0)
  })

  test('a later year as traffic: the objectives hold, the inputs drift, and the decision follows from both', () => {
    const { facts } = step('production')
    expect(facts.slos).toEqual([
      { name: 'found', state: 'ok', value: expect.any(Number) },
      { name: 'left-alone', state: 'ok', value: expect.any(Number) },
    ])
    expect(facts.drifted).toEqual(expect.arrayContaining(['operator', 'aircraft']))
    expect(facts.broken).toEqual([])
    expect(facts.decision).toMatchObject({ action: 'observe', to: null })
  })

  test('a feature that arrives empty is detected, and the version that does not read it is proposed', () => {
    const { exitCode, facts } = step('fault')
    expect(exitCode).toBe(1)
    expect(facts.slos).toContainEqual({ name: 'left-alone', state: 'breach', value: expect.any(Number) })
    expect(facts.broken).toEqual(['phase'])
    expect(facts.decision).toMatchObject({ action: 'rollback', to: 'birdstrikes@v1.0.0' })
  })

  test('the rollback is confirmed by the server, and the post-mortem proposed it', () => {
    const { exitCode, facts } = step('rollback')
    expect(exitCode).toBe(0)
    expect(facts.deployment).toMatchObject({ action: 'rollback', confirmed: true, serving: 'birdstrikes@v1.0.0' })
    expect(facts.proposal).toMatchObject({ helps: true, to: 'birdstrikes@v1.0.0' })
  })

  test('each step links reports that are there', () => {
    const links = [...output.matchAll(/look: (file:\S+)/g)].map((match) => match[1] as string)
    expect(links.length).toBeGreaterThanOrEqual(7)
    for (const link of links) expect(readFileSync(new URL(link), 'utf8')).not.toBe('')
  })
})
