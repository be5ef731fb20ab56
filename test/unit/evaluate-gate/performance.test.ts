import { explainPerformance } from '../../../actions/evaluate-gate/performance/explain.js'
import type { PerformancePorts } from '../../../actions/evaluate-gate/performance/measure.js'
import { performanceComment, performancePage } from '../../../actions/evaluate-gate/performance/render.js'
import { performanceProblems, runPerformance } from '../../../actions/evaluate-gate/performance/run.js'
import { PERFORMANCE_KEYS, PerformanceResult } from '../../../shared/contracts/evaluate-performance.js'
import { UserError } from '../../../shared/core/errors.js'
import { createExec } from '../../../shared/core/exec.js'
import { createMemoryProbe } from '../../../shared/predict/memory.js'
import { openPredictor } from '../../../shared/predict/predictor.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { type FakeModel, type FakeOptions, fakeClock, fakeModel } from '../../support/fake-models.js'
import { memoryRows } from './memory-rows.js'
import { noisy } from './noisy-times.js'

const ROWS = memoryRows(Array.from({ length: 50 }, (_, i) => ({ id: `r${i}`, x: i })))
const SETTINGS = { level: 0.95, seed: 'seed', replicates: 1000 }
const configOf = (given: unknown) => PERFORMANCE_KEYS.performance.parse(given) ?? null

interface Options {
  readonly baseline?: FakeModel | null
  readonly compared?: boolean
  readonly memory?: PerformancePorts['memory']
}

async function run(given: unknown, candidate: FakeModel | null, clock = fakeClock(), options: Options = {}) {
  const baseline = options.baseline ?? null
  const compared = options.compared ?? baseline !== null
  const ports = { now: clock.now, memory: options.memory ?? (async () => null) }
  return runPerformance(
    configOf(given),
    { rows: ROWS, id: 'id', candidate, baseline, compared },
    SETTINGS,
    ports,
    (i) => ({
      file: 'plumbline.yml',
      line: 20 + i,
    }),
  )
}

/** Candidate and baseline on one clock. */
function pair(ours: FakeOptions, theirs: FakeOptions) {
  const clock = fakeClock()
  const candidate = fakeModel(() => 0.5, { ...ours, clock })
  const baseline = fakeModel(() => 0.5, { name: 'm@v1.0.0', ...theirs, clock })
  return { clock, candidate, baseline }
}

describe('one run', () => {
  test('models take turns as ABBA on the same rows, after warming up, and are started anew', async () => {
    const order: string[] = []
    const told = (name: string) => {
      const cost = (rows: number) => {
        order.push(`${name}${rows}`)
        return 1
      }
      return { name, cost }
    }
    const { clock, candidate, baseline } = pair(told('c'), told('b'))
    const given = { 'batch-sizes': [2, 3], requests: 4, 'warm-up': 1, starts: 2 }
    const { result } = await run(given, candidate, clock, { baseline })
    const [c, b] = ['c', 'b']
    // The first rows, one request to warm up, then the half of the requests of a start.
    const turns = (size: number) => [c, b, c, b, b, c].map((name) => `${name}${size}`)
    expect(order).toEqual(['c1', 'b1', ...turns(2), ...turns(3), 'b1', 'c1', ...turns(2), ...turns(3)])
    expect(candidate.calls).toEqual(baseline.calls)
    expect([candidate.opened, baseline.opened]).toEqual(Array(2).fill({ count: 2, closed: 2 }))
    expect(result).toMatchObject({ order: 'ABBA', starts: 2, warmUp: 1, rows: 50, reproducible: false })
    expect(result?.candidate.batches.map(({ batch, requests }) => [batch, requests])).toEqual([
      [2, 4],
      [3, 4],
    ])
  })

  test('requests go round the rows', async () => {
    const clock = fakeClock()
    const candidate = fakeModel(() => 0.5, { clock, cost: () => 1 })
    await run({ 'batch-sizes': [40], requests: 3, 'warm-up': 0, starts: 1 }, candidate, clock)
    const seen = candidate.calls.slice(1).flatMap((rows) => rows.map(({ x }) => x))
    expect(new Set(seen).size).toBe(50)
    expect(seen.slice(50, 100)).toEqual(seen.slice(0, 50))
  })

  test('numbers of a clock that stands still between calls', async () => {
    const clock = fakeClock()
    let call = 0
    const cost = () => {
      call += 1
      return call === 1 ? 70 : (call % 100) + 1
    }
    const candidate = fakeModel(() => 0.5, { clock, cost, openCost: 30, bytes: 5_000_000 })
    const given = { 'batch-sizes': [10], requests: 100, 'warm-up': 0, starts: 1 }
    const { result } = await run(given, candidate, clock)
    expect(result?.candidate.coldStart).toMatchObject({ n: 1, interval: null })
    expect(result?.candidate.coldStart.value).toBeCloseTo(100, 0)
    const [batch] = result?.candidate.batches ?? []
    // Every whole number of ms from 1 to 100 once: p50 50, p90 90, p95 95, p99 99, 100 requests of 10 rows in 5.05 s.
    expect(batch?.latency.p50.value).toBeCloseTo(50, 0)
    expect(batch?.latency.p90.value).toBeCloseTo(90, 0)
    expect(batch?.latency.p95.value).toBeCloseTo(95, 0)
    expect(batch?.latency.p99).toMatchObject({ n: 100, interval: null })
    expect(batch?.latency.p99.reason).toBe('100 values have no bound on both sides: 368 are needed')
    expect(batch?.latency.max).toBe(100)
    expect(batch?.throughput.value).toBeCloseTo(1000 / 5.05, 8)
    expect(result?.candidate.size).toEqual({ bytes: 5_000_000, reason: null })
    expect(result?.baseline).toBeNull()
    expect(() => PerformanceResult.parse(result)).not.toThrow()
  })

  test('the time is shared by the batch sizes, and a slow model still answers once', async () => {
    const clock = fakeClock()
    const candidate = fakeModel(() => 0.5, { clock, cost: (rows) => (rows === 1 ? 100 : 20_000) })
    const given = { 'batch-sizes': [1, 10], requests: 1000, seconds: 4, 'warm-up': 0, starts: 1 }
    const { result } = await run(given, candidate, clock)
    expect(result?.candidate.batches.map(({ requests }) => requests)).toEqual([20, 1])
  })
})

describe('memory', () => {
  const process = () => ({ pid: 7 })
  const given = { 'batch-sizes': [1], requests: 100, 'warm-up': 0, starts: 1, rules: [{ measure: 'memory', max: 100 }] }

  test('the most that was seen, or that one process says of itself', async () => {
    const seen = [
      { resident: 40e6, highest: 30e6 },
      { resident: 90e6, highest: 95e6 },
      { resident: 50e6, highest: null },
    ]
    let look = 0
    const { result, checks } = await run(
      given,
      fakeModel(() => 0.5, { process }),
      fakeClock(),
      {
        memory: async () => seen[look++] ?? null,
      },
    )
    expect(result?.candidate.memory).toEqual({ bytes: 95e6, reason: null })
    expect(checks[0]).toMatchObject({
      verdict: 'pass',
      measured: 95,
      message: 'peak memory: 95 MB; wanted at most 100 MB',
    })
  })

  test('unknown stays open, with the reason', async () => {
    const http = fakeModel(() => 0.5, { process: () => ({ none: 'it answers over HTTP' }) })
    const { result, checks } = await run(given, http)
    expect(result?.candidate.memory).toEqual({ bytes: null, reason: 'it answers over HTTP' })
    expect(checks[0]).toMatchObject({
      verdict: 'inconclusive',
      message: 'peak memory: not known: it answers over HTTP; wanted at most 100 MB',
    })
  })
})

describe('rules', () => {
  const given = (rules: readonly Record<string, unknown>[]) => ({ 'batch-sizes': [1], rules })
  const verdicts = async (rules: readonly Record<string, unknown>[], ours = 10, theirs = 10) => {
    const { clock, candidate, baseline } = pair({ cost: noisy(ours, 'ours') }, { cost: noisy(theirs, 'theirs') })
    const { checks } = await run(given(rules), candidate, clock, { baseline })
    return checks
  }

  test('absolute bounds, by the interval of the percentile', async () => {
    const of = (max: number) => ({ measure: 'latency_p95', max })
    // 9 + Exp(1): the p95 is 9 − ln 0.05 = 11.996 ms.
    const checks = await verdicts([of(13), of(12), of(11)])
    expect(checks.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive', 'fail'])
    expect(checks[0]).toMatchObject({ rule: 'performance-bound', subject: 'latency p95 of single rows', n: 500 })
    expect(checks[0]?.message).toMatch(
      /^latency p95 of single rows: 1[12]\.\d ms \(95 % interval 1[12]\.\d ms … 1[23]\.\d ms, 500 requests\); wanted at most 13 ms$/,
    )
    expect(checks[1]?.cure).toBe('raise `requests` and `seconds`, run on a quieter machine, or move the bound')
    expect(checks.map(({ where }) => where?.line)).toEqual([20, 21, 22])
  })

  test('ratios to the baseline', async () => {
    const of = (measure: string) => ({ measure, 'max-ratio': 1.1 })
    expect((await verdicts([of('latency_p50'), of('latency_p95')])).map(({ verdict }) => verdict)).toEqual([
      'pass',
      'pass',
    ])
    const slower = await verdicts([of('latency_p50'), { ...of('latency_p90'), level: 'warn' }], 13)
    expect(slower.map(({ verdict }) => verdict)).toEqual(['fail', 'warn'])
    expect(slower[0]?.message).toMatch(
      /^latency p50 of single rows: 1\.\d+× the baseline \(95 % interval 1\.\d+× … 1\.\d+×, 500 rounds\); wanted at most 1\.1× the baseline$/,
    )
  })

  test('throughput has to be high', async () => {
    const rules = [
      { measure: 'throughput', min: 90 },
      { measure: 'throughput', min: 110 },
      { measure: 'throughput', 'min-ratio': 0.95 },
    ]
    expect((await verdicts(rules)).map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'pass'])
  })

  test('a model against itself fails in no more than the stated share of runs', async () => {
    let fails = 0
    for (let i = 0; i < 20; i++) {
      const { clock, candidate, baseline } = pair({ cost: noisy(10, `c ${i}`) }, { cost: noisy(10, `b ${i}`) })
      const rules = ['latency_p50', 'latency_p95', 'throughput'].map((measure) =>
        measure === 'throughput' ? { measure, 'min-ratio': 1 } : { measure, 'max-ratio': 1 },
      )
      const { checks } = await run({ ...given(rules), requests: 120 }, candidate, clock, { baseline })
      if (checks.some(({ verdict }) => verdict === 'fail')) fails += 1
    }
    expect(fails).toBeLessThanOrEqual(2)
  })

  test('cold start: seven starts with a rule on it, set against each other', async () => {
    const rule = { measure: 'cold_start', 'max-ratio': 1.5 }
    const of = async (openCost: number) => {
      const { clock, candidate, baseline } = pair(
        { openCost, cost: noisy(10, 'c') },
        { openCost: 1000, cost: noisy(10, 'b') },
      )
      const report = await run({ ...given([rule]), requests: 1 }, candidate, clock, { baseline })
      expect(report.result?.starts).toBe(7)
      return report.checks[0]?.verdict
    }
    expect([await of(1000), await of(1505), await of(2000)]).toEqual(['pass', 'inconclusive', 'fail'])
    const few = await run(
      { ...given([{ measure: 'cold_start', max: 5000 }]), requests: 1, starts: 3 },
      fakeModel(() => 0.5),
    )
    expect(few.checks[0]).toMatchObject({ verdict: 'inconclusive', cure: 'raise `starts`, or move the bound' })
  })

  test('size, by its value', async () => {
    const { clock, candidate, baseline } = pair({ bytes: 12e6 }, { bytes: 10e6 })
    const rules = [
      { measure: 'size', max: 12 },
      { measure: 'size', 'max-ratio': 1.1 },
    ]
    const { checks } = await run({ ...given(rules), requests: 1 }, candidate, clock, { baseline })
    expect(checks.map(({ verdict, measured }) => [verdict, measured])).toEqual([
      ['pass', 12],
      ['fail', 1.2],
    ])
  })

  test('each batch size that is not named', async () => {
    const clock = fakeClock()
    const candidate = fakeModel(() => 0.5, { clock, cost: noisy(1, 'c') })
    const { checks } = await run({ rules: [{ measure: 'latency_p50', max: 100 }] }, candidate, clock)
    expect(checks.map(({ subject }) => subject)).toEqual([
      'latency p50 of single rows',
      'latency p50 of batches of 100',
    ])
  })
})

describe('models that cannot be measured', () => {
  const given = {
    requests: 2,
    rules: [
      { measure: 'latency_p50', 'max-ratio': 1.1 },
      { measure: 'size', max: 1, level: 'warn' },
    ],
  }

  test('a candidate known by a file alone: every rule stays open, by its level', async () => {
    const { checks, result, notes } = await run(given, null)
    expect(result).toBeNull()
    expect(checks.map(({ rule, verdict }) => [rule, verdict])).toEqual([
      ['performance-untested', 'inconclusive'],
      ['performance-untested', 'warn'],
    ])
    expect(notes).toEqual([
      'Performance was not measured, because the candidate is known by a file of predictions only.',
    ])
  })

  test('no baseline at all is no rule; one known by a file stays open', async () => {
    const alone = await run(
      given,
      fakeModel(() => 0.5),
    )
    expect(alone.checks.map(({ rule }) => rule)).toEqual(['performance-bound'])
    expect(alone.notes).toEqual(['Ratios of performance were not judged, for there is no baseline to compare with.'])
    const file = await run(
      given,
      fakeModel(() => 0.5),
      fakeClock(),
      { compared: true },
    )
    expect(file.checks.map(({ rule, verdict }) => [rule, verdict])).toEqual([
      ['performance-bound', 'warn'],
      ['performance-untested', 'inconclusive'],
    ])
  })

  test('a baseline that does not answer is left out, a candidate that does not is an error', async () => {
    const silent = () =>
      fakeModel(() => {
        throw new UserError('no such module')
      })
    const ours = fakeModel(() => 0.5)
    const { result, checks } = await run(given, ours, fakeClock(), { baseline: silent() })
    expect(result?.baseline).toBeNull()
    expect(checks[1]?.message).toBe('latency p50: not measured, because the baseline did not answer: no such module')
    expect(ours.opened.count).toBe(ours.opened.closed)
    await expect(run(given, silent(), fakeClock(), { baseline: ours })).rejects.toThrow(UserError)
  })
})

describe('configuration', () => {
  test('off, on, and how', () => {
    expect([configOf(undefined), configOf(false)]).toEqual([null, null])
    expect(configOf(true)).toMatchObject({ 'batch-sizes': [1, 100], requests: 500, seconds: 10, rules: [] })
  })

  test.each([
    [{ rules: [{ measure: 'latency_p95' }] }],
    [{ rules: [{ measure: 'latency_p95', min: 3 }] }],
    [{ rules: [{ measure: 'throughput', max: 3 }] }],
    [{ rules: [{ measure: 'throughput', min: 3, 'max-ratio': 1 }] }],
    [{ 'batch-sizes': [] }],
  ])('refuses %j', (given) => {
    expect(() => configOf(given)).toThrow()
  })

  test('batch sizes of rules are those that are measured', () => {
    const rules = [
      { measure: 'latency_p95', batch: 10, max: 1 },
      { measure: 'memory', batch: 1, max: 1 },
      { measure: 'throughput', batch: 100, min: 1 },
    ]
    expect(performanceProblems(configOf({ rules })).map(({ where, message, cure }) => [where, message, cure])).toEqual([
      [
        'evaluate.performance.rules[0].batch',
        'batches of 10 are not measured',
        'it is one of: 1, 100; or add it to batch-sizes',
      ],
      ['evaluate.performance.rules[1].batch', 'memory has no batch size', 'take `batch` away'],
    ])
  })
})

test('report: rules, every number, how it was measured and that it is not steady', async () => {
  const { clock, candidate, baseline } = pair({ cost: noisy(10, 'c'), bytes: 12e6 }, { cost: noisy(10, 'b') })
  const given = { 'batch-sizes': [1], rules: [{ measure: 'latency_p95', max: 13, 'max-ratio': 1.2 }] }
  const report = await run(given, candidate, clock, { baseline })
  const comment = renderMarkdown({ title: 'T', blocks: performanceComment(report) })
  expect(comment).toContain('| latency p95 of single rows |')
  expect(comment).toContain('at most 1.2× the baseline | ✓ pass |')
  expect(comment).toContain('both models in turns (ABBA), 500 requests of 1 after 10 to warm up, 50 rows, 5 starts')
  expect(comment).toContain('differ from run to run')
  expect(comment).toMatch(/\| model size, MB \| +12 \| +– \(nobody knows its files\)/)
  const page = renderMarkdown({ title: 'T', blocks: performancePage(report, 0.95) })
  expect(page).toContain('HDR histogram')
  expect(performanceComment({ result: null, checks: [], judged: [], notes: [] })).toEqual([])
  for (const rule of ['performance-bound', 'performance-ratio', 'performance-untested']) {
    expect(explainPerformance[rule]).toBeDefined()
  }
})

test('a real process: its latency, memory and start', async () => {
  const script = `
    import { createInterface } from 'node:readline'
    const held = Buffer.alloc(60e6, 1)
    createInterface({ input: process.stdin }).on('line', (line) => console.log(held[0] * JSON.parse(line).x / 100))`
  const exec = createExec(process.cwd(), process.env)
  const log = { debug: () => undefined, warning: () => undefined }
  const model: FakeModel = {
    name: 'candidate',
    columns: ['x'],
    bytes: null,
    calls: [],
    opened: { count: 0, closed: 0 },
    open: () =>
      openPredictor(
        { command: [process.execPath, '--input-type=module', '-e', script], protocol: 'jsonl', timeout: 30 },
        { exec, cwd: process.cwd(), task: 'binary', log },
      ),
  }
  const given = { 'batch-sizes': [1, 20], requests: 30, starts: 1 }
  const clock = { now: () => performance.now(), pass: () => undefined }
  const { result } = await run(given, model, clock, { memory: createMemoryProbe(exec) })
  expect(result?.candidate.coldStart.value).toBeGreaterThan(0)
  expect(result?.candidate.batches.map(({ requests }) => requests)).toEqual([30, 30])
  if (process.platform !== 'win32') expect(result?.candidate.memory.bytes).toBeGreaterThan(60e6)
})
