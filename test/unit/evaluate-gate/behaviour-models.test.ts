import { chooseRows } from '../../../actions/evaluate-gate/behaviour/choose.js'
import { explainBehaviour } from '../../../actions/evaluate-gate/behaviour/explain.js'
import { RULES } from '../../../actions/evaluate-gate/behaviour/judge.js'
import { behaviourComment, behaviourPage } from '../../../actions/evaluate-gate/behaviour/render.js'
import { UserError } from '../../../shared/core/errors.js'
import { createExec } from '../../../shared/core/exec.js'
import { openPredictor } from '../../../shared/predict/predictor.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { hash32 } from '../../../shared/stats/sampling/rng.js'
import { answer, fakeModel } from '../../support/fake-models.js'
import { run } from './behaviour-support.js'
import { memoryRows } from './memory-rows.js'

const ROWS = Array.from({ length: 300 }, (_, i) => ({ id: `r${i}`, x: i, old: i }))
const rows = memoryRows(ROWS)

describe('the choice of rows', () => {
  const names = Array.from({ length: 5000 }, (_, i) => `r${i}`)
  const of = (ids: readonly string[]) => memoryRows(ids.map((id) => ({ id })))
  const hashOf = (name: string) => hash32(`${hash32('s').toString(36)} ${name}`)
  const expected = [...names].sort((a, b) => hashOf(a) - hashOf(b))

  test.each([['id'], [null]])('is that of the smallest hashes, whatever the order (names by %s)', async (id) => {
    const chosen = await chooseRows(of(names), 100, 's', id)
    expect(chosen.names).toEqual(expected.slice(0, 100))
    expect(Array.from(chosen.rows, (row) => names[row])).toEqual(chosen.names)
    expect((await chooseRows(of([...names].reverse()), 100, 's', id)).names).toEqual(chosen.names)
  })

  test('a smaller one is the beginning of a larger one, and more than there are is all', async () => {
    expect((await chooseRows(of(names), 7, 's', 'id')).names).toEqual(expected.slice(0, 7))
    expect((await chooseRows(of(names), 9999, 's', 'id')).names).toEqual(expected)
    expect((await chooseRows(of(names), 0, 's', 'id')).names).toEqual([])
  })

  test('of many rows, by their numbers, with the memory of few', async () => {
    let most = 0
    const many = {
      ...rows,
      n: 300_000,
      namesOf: async (some: Uint32Array) => {
        most = Math.max(most, some.length)
        return Array.from(some, (row) => `row ${row + 1}`)
      },
    }
    const { rows: chosen } = await chooseRows(many, 50, 's', null)
    const all = Array.from({ length: 300_000 }, (_, i) => hashOf(`row ${i + 1}`))
    const limit = [...all].sort((a, b) => a - b)[49] as number
    expect(Array.from(chosen, (row) => all[row] as number).every((hash) => hash <= limit)).toBe(true)
    expect(most).toBeLessThan(100_000)
  })
})

describe('the same rows again', () => {
  test('the same answers pass, on the rows that were asked', async () => {
    const model = fakeModel((row) => Number(row.x) / 1000)
    const { checks, results } = await run({ determinism: true }, rows, model)
    expect(checks[0]).toMatchObject({ rule: 'determinism', verdict: 'pass', n: 100, measured: 0, interval: null })
    expect(checks[0]?.message).toBe(
      'the same rows asked again: the answer differs by more than 0.000001 on 0 of 100 rows; allowed 0 %',
    )
    expect(results[0]?.basis).toBe('every')
    expect(model.calls).toHaveLength(3)
    expect(model.opened).toEqual({ count: 2, closed: 2 })
  })

  test('one row that differs is proof enough', async () => {
    const model = fakeModel((row, call) => (row.x === 7 && call === 1 ? 0.51 : 0.5))
    const { checks } = await run({ determinism: { rows: 300 } }, rows, model)
    expect(checks[0]).toMatchObject({ verdict: 'fail', measured: 1 / 300 })
    expect(checks[0]?.examples).toEqual([{ where: 'r7', value: '0.5 → 0.51' }])
  })

  test('a new process that answers otherwise is seen', async () => {
    const model = fakeModel(() => model.opened.count / 10)
    const { checks } = await run({ determinism: { level: 'warn' } }, rows, model)
    expect(checks[0]).toMatchObject({ verdict: 'warn', measured: 1 })
  })

  test('a tolerance, and a share of rows that may differ', async () => {
    const noisy = () => fakeModel((row, call) => 0.5 + (Number(row.x) % 10 === 0 ? call / 1000 : 0))
    expect((await run({ determinism: { tolerance: 0.01 } }, rows, noisy())).checks[0]?.verdict).toBe('pass')
    const given = { determinism: { rows: 300, 'max-failures': 0.1 } }
    expect((await run(given, rows, noisy())).checks[0]?.verdict).toBe('pass')
    expect((await run({ determinism: { rows: 300, 'max-failures': 0.09 } }, rows, noisy())).checks[0]?.verdict).toBe(
      'fail',
    )
  })
})

describe('a batch against single rows', () => {
  test('an answer that depends on the batch fails', async () => {
    const model = fakeModel((_, __, all) => (all.length > 1 ? 0.6 : 0.5))
    const { checks } = await run({ batching: { rows: 20 } }, rows, model)
    expect(checks[0]).toMatchObject({ rule: 'batching', verdict: 'fail', n: 20, measured: 1 })
    expect(model.calls.map((call) => call.length)).toEqual([20, ...Array(20).fill(1)])
  })

  test('one that does not passes', async () => {
    const { checks } = await run(
      { batching: true },
      rows,
      fakeModel((row) => Number(row.x) / 300),
    )
    expect(checks[0]).toMatchObject({ verdict: 'pass', n: 100 })
  })
})

describe('churn', () => {
  const candidate = () => fakeModel((row) => (Number(row.x) < 150 ? 0.2 : 0.8))
  const baseline = (limit: number) =>
    fakeModel((row) => (Number(row.old) < limit ? 0.4 : 0.6), { name: 'm@v1.0.0', columns: ['old'] })

  test('labels that differ, by Wilson: 30/300 is 7.1 … 13.9 % by statsmodels 0.15.0', async () => {
    const of = (max: number) => run({ churn: { max } }, rows, candidate(), { baseline: baseline(180) })
    expect((await of(0.14)).checks[0]).toMatchObject({ rule: 'churn', verdict: 'pass', n: 300, measured: 0.1 })
    expect((await of(0.1)).checks[0]?.verdict).toBe('inconclusive')
    const { checks, results } = await of(0.07)
    expect(checks[0]?.verdict).toBe('fail')
    expect(results[0]?.examples[0]).toMatchObject({ from: 'no · 0.4', to: 'yes · 0.8' })
    expect(checks[0]?.interval?.low).toBeCloseTo(0.07093, 4)
  })

  test('each model gets its own columns', async () => {
    const [ours, theirs] = [candidate(), baseline(150)]
    await run({ churn: { max: 0.1 } }, rows, ours, { baseline: theirs })
    expect(Object.keys(ours.calls[0]?.[0] ?? {})).toEqual(['x'])
    expect(Object.keys(theirs.calls[0]?.[0] ?? {})).toEqual(['old'])
  })

  test('answers that move by more than a tolerance; of values relative to the baseline’s', async () => {
    const given = { churn: { max: 0.1, tolerance: 0.25 } }
    expect((await run(given, rows, candidate(), { baseline: baseline(150) })).checks[0]?.measured).toBe(0)
    const value = (x: number) => fakeModel(() => answer({ value: x }))
    const question = { task: 'regression', classes: [], positive: null, threshold: null } as const
    const of = (x: number) => run({ churn: { max: 0.1 } }, rows, value(x), { baseline: value(100), question })
    expect((await of(109)).checks[0]).toMatchObject({ verdict: 'pass', measured: 0 })
    expect((await of(111)).checks[0]).toMatchObject({ verdict: 'fail', measured: 1 })
  })

  test('without a baseline it is no rule; with one that cannot be asked, or does not answer, it stays open', async () => {
    const given = { churn: { max: 0.1 } }
    const none = await run(given, rows, candidate())
    expect(none.checks).toEqual([])
    expect(none.notes).toContain(
      'answers against the baseline: not measured, for there is no baseline to compare with.',
    )
    const file = await run(given, rows, candidate(), { compared: true })
    expect(file.checks[0]).toMatchObject({ rule: 'behaviour-untested', verdict: 'inconclusive' })
    const silent = fakeModel(() => {
      throw new UserError('no such module')
    })
    const failed = await run(given, rows, candidate(), { baseline: silent })
    expect(failed.checks[0]?.message).toContain('because the baseline did not answer: no such module')
  })
})

describe('a real process', () => {
  const script = `
    import { createInterface } from 'node:readline'
    let seen = 0
    createInterface({ input: process.stdin }).on('line', (line) => {
      const { x } = JSON.parse(line)
      if (x === null) throw new Error('cannot do with null')
      seen += 1
      console.log(JSON.stringify({ score: process.argv[1] === 'counts' ? seen / 1e4 : x / 1000 }))
    })`
  const model = (how: string) => ({
    name: 'candidate',
    columns: ['x'],
    bytes: null,
    open: () =>
      openPredictor(
        { command: [process.execPath, '--input-type=module', '-e', script, how], protocol: 'jsonl', timeout: 30 },
        {
          exec: createExec(process.cwd(), process.env),
          cwd: process.cwd(),
          task: 'binary',
          log: { debug: () => undefined, warning: () => undefined },
        },
      ),
  })
  const asked = (how: string, given: Record<string, unknown>) =>
    run(given, rows, { ...model(how), calls: [], opened: { count: 0, closed: 0 } })

  test('answers before and after a change, twice, alone and in batches; one that dies on a missing value fails', async () => {
    const { checks } = await asked('steady', {
      perturbation: [{ scale: 0.01 }, { kind: 'missing' }],
      determinism: { rows: 20 },
      batching: { rows: 20 },
    })
    expect(checks.map(({ rule, verdict }) => [rule, verdict])).toEqual([
      ['perturbation', 'pass'],
      ['perturbation', 'fail'],
      ['determinism', 'pass'],
      ['batching', 'pass'],
    ])
    expect(checks[1]?.message).toContain('cannot do with null')
  })

  test('one that keeps a state between rows is found out', async () => {
    const { checks } = await asked('counts', { determinism: { rows: 20 }, batching: { rows: 20 } })
    expect(checks.map(({ verdict }) => verdict)).toEqual(['fail', 'fail'])
  })
})

describe('report', () => {
  const hostile = '<img src=x onerror=alert(1)> | @everyone `a` '.repeat(20)

  test('tests, counts and failures with their rows; what comes from data is cut and escaped', async () => {
    const bad = memoryRows(ROWS.map((row) => ({ ...row, id: `${hostile}${row.id}`, t: hostile })))
    const model = fakeModel((row) => (row.t === hostile ? 0.1 : 0.9), { columns: ['x', 't'] })
    const report = await run({ perturbation: { kind: 'case', columns: ['t'] }, determinism: true }, bad, model)
    const markdown = (blocks: ReturnType<typeof behaviourComment>) => renderMarkdown({ title: 'T', blocks })
    const comment = markdown(behaviourComment(report))
    expect(comment).toContain(
      '| Perturbation | capital letters in t | 300 | 300 | 100 % (98.7 % … 100 %) | 5 % | ✗ fail |',
    )
    expect(comment).toContain('| Determinism | the same rows asked again | 100 | 0 | 0 % | 0 % | ✓ pass |')
    expect(comment).toContain('0.1')
    for (const text of [comment, markdown(behaviourPage(report))]) {
      expect(text).not.toContain('<img')
      expect(text).not.toContain(hostile)
    }
    expect(behaviourPage({ results: [], checks: [], judged: [], notes: [] })).toEqual([])
  })

  test('every rule is explained', () => {
    for (const rule of [...Object.values(RULES), 'behaviour-untested']) expect(explainBehaviour[rule]).toBeDefined()
  })
})
