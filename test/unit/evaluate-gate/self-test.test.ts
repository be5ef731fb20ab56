import fc from 'fast-check'
import type { Decision } from '../../../actions/evaluate-gate/decide.js'
import { usualMetrics } from '../../../actions/evaluate-gate/measure.js'
import { type TrialDemand, trialDemands, trialJudge } from '../../../actions/evaluate-gate/self-test/demands.js'
import { drawRows, exchanger } from '../../../actions/evaluate-gate/self-test/exchange.js'
import { MOST_ROWS, runSelfTest } from '../../../actions/evaluate-gate/self-test/run.js'
import { explainSelfTest, selfTestChecks, selfTestText } from '../../../actions/evaluate-gate/self-test/words.js'
import { trivialOf } from '../../../actions/evaluate-gate/trivial.js'
import { SelfTestConfig, SelfTestResult } from '../../../shared/contracts/evaluate-self-test.js'
import type { Metric } from '../../../shared/stats/metrics/metric.js'
import { type Sample, selectRows } from '../../../shared/stats/sample.js'
import { BLOCKS } from '../../../shared/stats/sampling/bootstrap.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { byRule, cleanUp, csv, data, GOOD, gate, scores } from './support.js'

type Small = 'binary' | 'multiclass' | 'regression'

const SETTINGS = { seeds: 100, confidence: 0.95, seed: 'rows' }
const WARN = { seeds: 100, level: 'warn' } as const

/** Two models on n rows, the second much worse: what is exchanged is equal all the same. */
function models(task: Small, n: number, seed: string, clustered = false): [Sample, Sample] {
  const random = seededRandom(seed)
  const blocks = Uint16Array.from({ length: n }, (_, i) => (clustered ? i % 60 : random.below(BLOCKS)))
  const own = { n, blocks, weights: null, clustered }
  if (task === 'regression') {
    const truth = Float64Array.from({ length: n }, () => 5 + random.normal())
    const model = (sd: number, off: number): Sample => ({
      ...own,
      task: 'regression',
      truth,
      value: truth.map((y) => y + off + sd * random.normal()),
    })
    return [model(0.5, 0), model(1, 0.3)]
  }
  const classes = task === 'binary' ? ['no', 'yes'] : ['a', 'b', 'c']
  const truth = Uint16Array.from({ length: n }, () => random.below(classes.length))
  const model = (skill: number): Sample => {
    const rows = Array.from(truth, (t) => {
      const parts = classes.map((_, k) => random.uniform() + (k === t ? skill : 0))
      const sum = parts.reduce((total, part) => total + part, 0)
      return parts.map((part) => part / sum)
    })
    const label = Uint16Array.from(rows, (row) => row.indexOf(Math.max(...row)))
    return task === 'binary'
      ? { ...own, task, classes, truth, label, score: Float64Array.from(rows, (row) => row[1] as number) }
      : { ...own, task: 'multiclass', classes, truth, label, probabilities: Float64Array.from(rows.flat()) }
  }
  return [model(0.6), model(0.3)]
}

/** The hardest demand: no loss at all. */
function noLoss(metric: Metric, rows: Uint32Array | null = null): TrialDemand {
  const side = metric.direction === 'higher-is-better' ? 'at-least' : 'at-most'
  return { metric, demanded: { side, bound: 0 }, rows }
}

describe('equal models are refused no more often than the confidence allows', () => {
  const cases = (['binary', 'multiclass', 'regression'] as const).flatMap((task) =>
    usualMetrics(models(task, 10, 'x')[0]).map((metric) => [task, metric.name, metric] as const),
  )

  test.each(cases)('%s, %s', (task, name, metric) => {
    const [candidate, baseline] = models(task, 400, name)
    const judge = trialJudge([noLoss(metric)], 0.95)
    // Its intervals take the longest by far.
    const seeds = name === 'ece' ? 20 : 100
    const result = runSelfTest({ candidate, baseline }, 1, judge, { ...SETTINGS, seeds, seed: name })
    expect(result.interval?.low).toBeLessThanOrEqual(0.025)
    expect(result.identical).toEqual({ seeds: 20, failed: 0 })
    expect(selfTestChecks(result, WARN, null).map(({ verdict }) => verdict)).toEqual(['pass'])
  })

  test('all together, with slices, and with clusters', () => {
    for (const clustered of [false, true]) {
      const [candidate, baseline] = models('binary', 400, 'together', clustered)
      const metrics = usualMetrics(candidate).filter(({ name }) => name !== 'ece')
      const slice = Uint32Array.from({ length: 200 }, (_, i) => 2 * i)
      const demands = metrics.flatMap((metric) => [noLoss(metric), noLoss(metric, slice)])
      const result = runSelfTest({ candidate, baseline }, demands.length, trialJudge(demands, 0.95), {
        ...SETTINGS,
        seeds: 20,
      })
      expect(result.interval?.low).toBeLessThanOrEqual(0.025)
    }
  })
})

test('an interval that is too short is found out', () => {
  const [candidate, baseline] = models('regression', 300, 'short')
  const [metric] = usualMetrics(candidate) as [Metric]
  const hasty: Metric = {
    ...metric,
    difference(a, b, settings) {
      const found = metric.difference(a, b, settings)
      const { value, interval } = found
      return { ...found, interval: interval && { ...interval, low: value - 1e-6, high: value + 1e-6 } }
    },
  }
  const result = runSelfTest({ candidate, baseline }, 1, trialJudge([noLoss(hasty)], 0.95), SETTINGS)
  expect(result.rate).toBeGreaterThan(0.3)
  const [check] = selfTestChecks(result, WARN, null)
  expect(check).toMatchObject({ rule: 'self-test', verdict: 'warn', n: 100, expected: 'at most 2.5 %' })
  expect(check?.message).toMatch(/^an equal model was refused in \d+ of 100 seeds \(.*and this is proven to be more\.$/)
  expect(selfTestChecks(result, { ...WARN, level: 'fail' }, null)[0]?.verdict).toBe('fail')
})

test('a gate that refuses the same answers fails', () => {
  const [candidate, baseline] = models('binary', 100, 'identical')
  const judge = (trial: { candidate: Sample; baseline: Sample }): Decision[] => [
    trial.candidate === trial.baseline ? 'broken' : 'kept',
  ]
  const result = runSelfTest({ candidate, baseline }, 1, judge, SETTINGS)
  expect(result).toMatchObject({ failed: 0, identical: { seeds: 20, failed: 20 } })
  expect(selfTestChecks(result, WARN, null)[0]).toMatchObject({ verdict: 'fail' })
})

test('what stays open is counted apart, and a broken demand counts once', () => {
  const [candidate, baseline] = models('binary', 100, 'open')
  const decisions: Decision[][] = [['broken', 'broken'], ['open', 'broken'], ['kept', 'open'], ['kept'], ['open']]
  let at = 0
  const judge = (trial: { candidate: Sample; baseline: Sample }): Decision[] =>
    trial.candidate === trial.baseline ? ['kept'] : (decisions[at++ % 5] as Decision[])
  const result = runSelfTest({ candidate, baseline }, 2, judge, SETTINGS)
  expect(result).toMatchObject({ seeds: 100, failed: 40, inconclusive: 40, rate: 0.4, alpha: 0.025, rows: 100 })
  // statsmodels 0.15.0: proportion_confint(40, 100, method='wilson')
  expect(result.interval?.low).toBeCloseTo(0.30940128643245896, 9)
  expect(result.interval?.high).toBeCloseTo(0.49799741320893826, 9)
  expect(selfTestText(result)).toBe(
    'Self-test: an equal model was refused in 40 of 100 seeds (40 %, 95 % interval 30.9 % … 49.8 %); 40 of 100 seeds stayed undecided. Judged by 2 demands on 100 rows each; the candidate against its own answers was refused in 0 of 20.',
  )
  expect(SelfTestResult.parse(result)).toEqual(result)
})

test('nothing to test: no number, no check, and the reason', () => {
  const [candidate, baseline] = models('binary', 50, 'none')
  const judge = () => ['kept'] as Decision[]
  const unruled = runSelfTest({ candidate, baseline }, 0, judge, SETTINGS)
  expect(unruled.reason).toBe('no rule allows a loss against the baseline')
  const empty = new Uint32Array()
  const rowless = { candidate: selectRows(candidate, empty), baseline: selectRows(baseline, empty) }
  expect(runSelfTest(rowless, 1, judge, SETTINGS).reason).toBe('there are no rows')
  expect(selfTestChecks(unruled, WARN, null)).toEqual([])
  expect(selfTestText(unruled)).toBe('Self-test: nothing was tested: no rule allows a loss against the baseline.')
  expect(selfTestText(null)).toBeNull()
})

describe('without a baseline', () => {
  test('equal models are made of the candidate and the trivial model, which disagree', () => {
    const [candidate] = models('binary', 400, 'alone')
    const judge = trialJudge([noLoss(usualMetrics(candidate)[0] as Metric)], 0.95)
    const result = runSelfTest({ candidate, baseline: null, trivial: trivialOf(candidate, 0.5) }, 1, judge, SETTINGS)
    expect(result).toMatchObject({ seeds: 100, against: 'trivial', reason: null, identical: { seeds: 20, failed: 0 } })
    expect(result.interval?.low).toBeLessThanOrEqual(0.025)
    // With a demand that allows no loss, two models that differ leave most seeds undecided.
    expect(result.inconclusive).toBeGreaterThan(50)
    expect(selfTestText(result)).toMatch(
      /^Self-test: there is no baseline, so that equal models were made of the candidate and the trivial model: an equal model was refused in \d/,
    )
    expect(selfTestChecks(result, WARN, null)[0]).toMatchObject({ verdict: 'pass', details: { against: 'trivial' } })
    expect(SelfTestResult.parse(result)).toEqual(result)
  })

  test('without a trivial model, of the candidate alone: the same answers are never refused', () => {
    const [candidate] = models('regression', 100, 'alone')
    const judge = trialJudge([noLoss(usualMetrics(candidate)[0] as Metric)], 0.95)
    const result = runSelfTest({ candidate, baseline: null, trivial: null }, 1, judge, { ...SETTINGS, seeds: 20 })
    expect(result).toMatchObject({ against: 'itself', failed: 0, inconclusive: 0, rate: 0 })
    expect(selfTestText(result)).toContain('the candidate was compared with its own answers: an equal model')
  })

  test('the gate judges by the rules that would compare, a share of the candidate’s own value among them', async () => {
    const rows = data(300)
    const files = { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) }
    const evaluate = { predictions: 'p.jsonl', baseline: 'none', 'self-test': { seeds: 20 } }
    const rules = [
      { metric: 'roc_auc', 'max-loss': 0.02 },
      { metric: 'log_loss', 'max-loss': '5%' },
      { metric: 'brier', max: 0.5 },
    ]
    const { document, markdown } = await gate({ ...evaluate, rules }, files)
    expect(document.selfTest).toMatchObject({ seeds: 20, demands: 2, against: 'trivial', failed: 0, reason: null })
    expect(byRule(document, 'self-test')).toHaveLength(1)
    // What is judged of the candidate is what it was: nothing compares it with itself.
    expect(document.metrics.every(({ baseline, difference }) => baseline === null && difference === null)).toBe(true)
    expect(byRule(document, 'metric-loss')).toEqual([])
    expect(markdown).toContain('the candidate and the trivial model')
    const usual = await gate(evaluate, files)
    expect(usual.document.selfTest).toMatchObject({ demands: 1, against: 'trivial' })
    await cleanUp()
  })
})

test('the same rows and seed give the same numbers', () => {
  const [candidate, baseline] = models('multiclass', 200, 'same')
  const judge = trialJudge([noLoss(usualMetrics(candidate)[0] as Metric)], 0.95)
  const once = () => runSelfTest({ candidate, baseline }, 1, judge, { ...SETTINGS, seeds: 20 })
  expect(once()).toEqual(once())
})

describe('demands that are tested', () => {
  const [candidate] = models('binary', 10, 'demands')
  const [metric] = usualMetrics(candidate) as [Metric]
  const none = { value: 0, reason: null, n: 10, interval: null }
  const demand = (
    code: 'metric-loss' | 'metric-gain' | 'metric-min',
    bound: number,
    level: 'fail' | 'warn' = 'fail',
  ) => ({
    code,
    level,
    measurement: {
      metric,
      slice: { column: 'size', value: 'Large' },
      candidate: none,
      baseline: none,
      difference: none,
      trivial: none,
    },
    demanded: { side: 'at-least' as const, bound },
  })

  test('allowed losses of level fail, with the rows of their slice', () => {
    const rows = Uint32Array.of(1, 4)
    const all = [
      demand('metric-loss', -0.01),
      demand('metric-loss', 0),
      demand('metric-loss', -0.01, 'warn'),
      demand('metric-gain', 0.01),
      demand('metric-min', -1),
    ]
    const found = trialDemands(all, () => rows)
    expect(found.map(({ demanded }) => demanded.bound)).toEqual([-0.01, 0])
    expect(found[0]?.rows).toBe(rows)
    expect(
      trialDemands(
        all,
        () => rows,
        () => true,
      ),
    ).toEqual([])
  })
})

describe('exchange', () => {
  test('each row keeps both answers, and its truth, on one side or the other; clusters move together', () => {
    for (const clustered of [false, true]) {
      const [candidate, baseline] = models('binary', 300, 'sides', clustered)
      const made = exchanger({ candidate, baseline })('seed')
      if (candidate.task !== 'binary' || baseline.task !== 'binary') throw new Error('binary')
      if (made.candidate.task !== 'binary' || made.baseline.task !== 'binary') throw new Error('binary')
      expect([...made.candidate.truth]).toEqual([...candidate.truth])
      const swapped = Array.from(candidate.truth, (_, i) => {
        const [one, other] = [
          (made.candidate as typeof candidate).score?.[i],
          (made.baseline as typeof candidate).score?.[i],
        ]
        const [a, b] = [candidate.score?.[i], baseline.score?.[i]]
        expect([one, other].sort()).toEqual([a, b].sort())
        return one === b
      })
      const share = swapped.filter(Boolean).length / 300
      expect(share).toBeGreaterThan(0.3)
      expect(share).toBeLessThan(0.7)
      if (clustered) for (let i = 60; i < 300; i++) expect(swapped[i]).toBe(swapped[i % 60])
    }
  })

  test('every task', () => {
    const own = { n: 4, blocks: Uint16Array.of(0, 1, 2, 3), weights: Float64Array.of(1, 2, 3, 4), clustered: false }
    const f = (...values: number[]) => Float64Array.from(values)
    const both: [Sample, Sample][] = [
      [
        {
          ...own,
          task: 'multilabel',
          classes: ['a'],
          truth: Uint8Array.of(0, 1, 0, 1),
          label: Uint8Array.of(1, 1, 1, 1),
          scores: null,
        },
        {
          ...own,
          task: 'multilabel',
          classes: ['a'],
          truth: Uint8Array.of(0, 1, 0, 1),
          label: Uint8Array.of(0, 0, 0, 0),
          scores: null,
        },
      ],
      [
        { ...own, task: 'quantile', truth: f(1, 2, 3, 4), levels: [0.5], values: f(1, 1, 1, 1) },
        { ...own, task: 'quantile', truth: f(1, 2, 3, 4), levels: [0.5], values: f(9, 9, 9, 9) },
      ],
      [
        { ...own, task: 'text', references: [['a'], ['b'], ['c'], ['d']], output: ['1', '1', '1', '1'] },
        { ...own, task: 'text', references: [['a'], ['b'], ['c'], ['d']], output: ['9', '9', '9', '9'] },
      ],
      [1, 9].map(
        (score): Sample => ({
          ...own,
          task: 'ranking',
          offsets: Uint32Array.of(0, 1, 1, 3, 4),
          item: Uint32Array.of(0, 1, 2, 3),
          score: f(score, score, score, score),
          relevance: f(1, 0, 0, 1),
          idealOffsets: Uint32Array.of(0, 1, 2, 3, 4),
          ideal: f(1, 1, 1, 1),
          catalogue: 5,
          popularity: null,
        }),
      ) as [Sample, Sample],
    ]
    for (const [candidate, baseline] of both) {
      const made = exchanger({ candidate, baseline })('x')
      const again = exchanger({ candidate: made.candidate, baseline: made.baseline })('x')
      // The same coins a second time put every answer back.
      expect(again).toEqual({ candidate, baseline })
      expect(made.candidate.weights).toEqual(own.weights)
    }
    const [[labels], [quantiles]] = both as [[Sample, Sample], [Sample, Sample]]
    expect(() => exchanger({ candidate: labels, baseline: quantiles })).toThrow('are of different tasks')
  })

  test('scores that one model lacks are left out on both sides', () => {
    const [candidate, baseline] = models('binary', 30, 'labels')
    if (baseline.task !== 'binary') throw new Error('binary')
    const made = exchanger({ candidate, baseline: { ...baseline, score: null } })('x')
    expect(made).toMatchObject({ candidate: { score: null }, baseline: { score: null } })
  })

  test('of very many rows some are drawn, ascending, each as likely as another', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 200_000 }), (seed, n) => {
        const rows = drawRows(n, 1000, seed)
        expect(rows.every((row, i) => i === 0 || row > (rows[i - 1] as number))).toBe(true)
        if (n <= 1000) expect(rows).toHaveLength(n)
        else expect(Math.abs(rows.length - 1000)).toBeLessThan(200)
        expect(rows.at(-1)).toBeLessThan(n)
      }),
      { numRuns: 50 },
    )
    const halves = drawRows(1_000_000, MOST_ROWS, 'halves').filter((row) => row < 500_000).length
    expect(Math.abs(halves - MOST_ROWS / 2)).toBeLessThan(500)
  })
})

test('configuration', () => {
  expect(SelfTestConfig.parse(undefined)).toBeNull()
  expect(SelfTestConfig.parse(false)).toBeNull()
  expect(SelfTestConfig.parse(true)).toEqual({ seeds: 200, level: 'warn' })
  expect(SelfTestConfig.parse({ seeds: 500, level: 'fail' })).toEqual({ seeds: 500, level: 'fail' })
  expect(SelfTestConfig.safeParse({ seeds: 5 }).success).toBe(false)
  expect(SelfTestConfig.safeParse('yes').success).toBe(false)
})

test('plumbline explain knows the rule', () => {
  expect(Object.keys(explainSelfTest)).toEqual(['self-test'])
})
