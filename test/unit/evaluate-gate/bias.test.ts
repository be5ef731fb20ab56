import fc from 'fast-check'
import { cutGroups, type Grouping, groupText, MOST_COMPARED } from '../../../actions/evaluate-gate/bias/groups.js'
import { type BiasReport, runBias } from '../../../actions/evaluate-gate/bias/run.js'
import { explain } from '../../../actions/evaluate-gate/explain.js'
import { BiasConfig, type BiasResult } from '../../../shared/contracts/bias.js'
import { Config } from '../../../shared/contracts/config.js'
import type { Evaluation } from '../../../shared/contracts/evaluation.js'
import type { Cell } from '../../../shared/data/engine/engine.js'
import type { OneClass } from '../../../shared/stats/classification.js'
import type { ClassSample } from '../../../shared/stats/sample.js'
import { seededRandom } from '../../../shared/stats/sampling/rng.js'
import { codesOfCells } from './memory-rows.js'
import {
  byRule,
  cleanUp,
  csv,
  data,
  GOOD,
  gate,
  jsonl,
  problemsOf,
  type Rows,
  SOUTH_BROKEN,
  scores,
} from './support.js'

afterEach(cleanUp)

type Row = Readonly<Record<string, Cell>>

interface Judged {
  readonly row: Row
  readonly truth: number
  readonly label: number
}

/** Rows of a group by truth and answer. */
function group(row: Row, { tp, fp, fn, tn }: OneClass): Judged[] {
  const some = (n: number, truth: number, label: number) => Array.from({ length: n }, () => ({ row, truth, label }))
  return [...some(tp, 1, 1), ...some(fp, 0, 1), ...some(fn, 1, 0), ...some(tn, 0, 0)]
}

function sampleOf(judged: readonly Judged[], classes = ['0', '1'], labels?: readonly number[]): ClassSample {
  const truth = Uint16Array.from(judged, (one) => one.truth)
  const label = Uint16Array.from(labels ?? judged.map((one) => one.label))
  const blocks = new Uint16Array(judged.length)
  const more = { n: judged.length, classes, truth, label, blocks, weights: null, clustered: false }
  return classes.length === 2
    ? { task: 'binary', ...more, score: null }
    : { task: 'multiclass', ...more, probabilities: null }
}

function cut(rows: readonly Row[], bias: unknown[], task: 'binary' | 'multiclass' | 'regression' = 'binary') {
  const columns = Object.keys(rows[0] ?? {})
  const configs = bias.map((one) => BiasConfig.parse(one))
  const codes = new Map(columns.map((name) => [name, codesOfCells(rows.map((row) => row[name] ?? null))]))
  return cutGroups({ task, classes: ['a', 'b', 'c', 'd', 'e'] }, { n: rows.length, columns, codes }, configs)
}

function judge(judged: readonly Judged[], bias: unknown, baseline: readonly number[] | null = null): BiasReport {
  const { groupings, problems } = cut(
    judged.map(({ row }) => row),
    [bias],
  )
  expect(problems).toEqual([])
  const subjects = { candidate: sampleOf(judged), baseline: baseline && sampleOf(judged, ['0', '1'], baseline) }
  return runBias(groupings, subjects, 0.95, (part) => ({ file: 'plumbline.yml', line: 5 + part }))
}

/** Half as many selected in F as in M, each of them large. */
const GAP = [
  ...group({ sex: 'M' }, { tp: 200, fp: 100, fn: 100, tn: 200 }),
  ...group({ sex: 'F' }, { tp: 100, fp: 80, fn: 200, tn: 220 }),
]

describe('groups', () => {
  const rows: Row[] = [
    ...Array.from({ length: 3 }, () => ({ sex: 'F', age: 30 })),
    ...Array.from({ length: 2 }, () => ({ sex: null, age: 30 })),
    { sex: '(missing)', age: 31 },
    { sex: 'F', age: 31 },
  ]
  const named = ({ config, groups, small }: Grouping) => [
    groups.map(({ values, rows }) => [groupText(config.columns, values), rows.length]),
    small.map(({ values, rows }) => [groupText(config.columns, values), rows.length]),
  ]

  test('a missing value is a group of its own, also beside a text that looks like it', () => {
    const { groupings } = cut(rows, [{ columns: 'sex', 'min-rows': 2 }])
    expect(groupings.map(named)).toEqual([
      [
        [
          ['sex = F', 4],
          ['sex = (missing)', 2],
        ],
        [['sex = "(missing)"', 1]],
      ],
    ])
  })

  test('several columns are their intersection; small groups are listed', () => {
    const { groupings } = cut(rows, [{ columns: ['sex', 'age'], 'min-rows': 2 }])
    expect(named(groupings[0] as Grouping)).toEqual([
      [
        ['sex = F, age = 30', 3],
        ['sex = (missing), age = 30', 2],
      ],
      [
        ['sex = "(missing)", age = 31', 1],
        ['sex = F, age = 31', 1],
      ],
    ])
  })

  test('mistakes, all at once, each with its key', () => {
    const { problems } = cut(rows, [
      { columns: 'gender' },
      { columns: ['sex', 'sex'] },
      { columns: 'sex', reference: 'X' },
      { columns: ['sex', 'age'], reference: 'F' },
      { columns: ['sex', 'age'], reference: ['F', 32] },
    ])
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).toEqual([
      'evaluate.bias[0].columns: the test data have no column "gender"',
      'evaluate.bias[1].columns[1]: names "sex" twice',
      'evaluate.bias[2].reference: no row of the test data has sex = X',
      'evaluate.bias[3].reference: has 1 value for 2 columns',
      'evaluate.bias[4].reference: no row of the test data has sex = F, age = 32',
    ])
    expect(problems.every(({ cure }) => cure !== undefined && cure !== '')).toBe(true)
  })

  test('a regression has no rates of classes; an identifier makes too many groups', () => {
    expect(cut(rows, [{ columns: 'sex' }], 'regression').problems[0]?.message).toContain('answers with numbers')
    const ids = Array.from({ length: MOST_COMPARED / 5 + 1 }, (_, id) => ({ id }))
    expect(cut(ids, [{ columns: 'id', 'min-rows': 1 }], 'multiclass').problems[0]?.message).toBe(
      'make 81 groups of 1 rows or more, 405 with every class; at most 400 are compared',
    )
    expect(cut(ids, [{ columns: 'id', 'min-rows': 1 }]).problems).toEqual([])
  })

  test('a value named like a keyword is written as a list, a missing one as null', () => {
    const rows = [{ sex: 'min' }, { sex: null }]
    const references = [['min'], [null], 'min'].map(
      (reference) => cut(rows, [{ columns: 'sex', reference }]).groupings[0]?.reference,
    )
    expect(references).toEqual([{ values: ['min'] }, { values: [null] }, 'min'])
  })
})

describe('configuration', () => {
  const parse = (bias: unknown) => Config.safeParse({ model: 'm', evaluate: { bias: [bias] } })

  test('five words are enough', () => {
    expect(parse({ columns: 'sex' }).data?.evaluate.bias).toEqual([
      {
        columns: ['sex'],
        reference: 'majority',
        tau: 0.8,
        measures: ['selection_rate', 'tpr', 'fpr'],
        'min-rows': 30,
        level: 'fail',
      },
    ])
  })

  test.each([
    ['tau of 1 leaves no room', { columns: 'sex', tau: 1 }],
    ['tau the wrong way round', { columns: 'sex', tau: 1.25 }],
    ['an unknown measure', { columns: 'sex', measures: ['accuracy'] }],
    ['no measure', { columns: 'sex', measures: [] }],
    ['no column', { columns: [] }],
  ])('%s', (_name, bias) => {
    expect(parse(bias).success).toBe(false)
  })
})

describe('the verdict is that of the interval', () => {
  const bias = { columns: 'sex', reference: 'M', measures: ['selection_rate'] }

  test('outside: 180 of 600 against 300 of 600', () => {
    const { checks } = judge(GAP, bias)
    expect(checks).toHaveLength(1)
    expect(checks[0]).toMatchObject({
      rule: 'bias-ratio',
      subject: 'selection rate by sex, against sex = M',
      verdict: 'fail',
      measured: 0.6,
      expected: 'a ratio of 0.8 … 1.25',
      n: 1200,
      where: { file: 'plumbline.yml', line: 5 },
    })
    // The interval of compare.ts for 180/600 and 300/600, statsmodels’ Wilson limits: 0.51806 … 0.69362.
    expect(checks[0]?.interval?.low).toBeCloseTo(0.5180614064080333, 10)
    expect(checks[0]?.message).toBe(
      'the selection rate of sex = F is 0.60 of that of sex = M (95 % interval 0.52 … 0.69, n = 1,200): 0.300 against 0.500; it has to be within 0.8 … 1.25.',
    )
    expect(checks[0]?.cure).toContain('look at the rows of sex = F')
  })

  test('tau binds both ways: 300 of 600 are 1.67 times 180 of 600', () => {
    const [check] = judge(GAP, { ...bias, reference: 'F' }).checks
    expect(check?.verdict).toBe('fail')
    expect(check?.message).toContain('sex = M is 1.67 times that of sex = F')
  })

  test('within, open, and only a warning', () => {
    expect(judge(GAP, { ...bias, tau: 0.5 }).checks[0]).toMatchObject({ verdict: 'pass', cure: null })
    const open = judge(GAP, { ...bias, tau: 0.65 }).checks[0]
    expect(open?.verdict).toBe('inconclusive')
    expect(open?.message).toContain('whether it is within 0.65 … 1.53846 is not decided by these rows')
    // ln(0.6936 / 0.6) = 0.145 of room against ln(0.65 / 0.6) = 0.080: (0.145 / 0.080)² = 3.3.
    expect(open?.cure).toContain('about 3.3 times as many would decide')
    expect(judge(GAP, { ...bias, level: 'warn' }).checks[0]?.verdict).toBe('warn')
    expect(judge(GAP, { ...bias, tau: 0.65, level: 'warn' }).checks[0]?.verdict).toBe('warn')
  })

  test('one of many comparisons may be chance', () => {
    // 150 of 400 against 200 of 400, ratio 0.75, interval 0.64 … 0.88: outside 0.89 alone, p = 0.016.
    const alone = [
      ...group({ sex: 'M' }, { tp: 100, fp: 100, fn: 100, tn: 100 }),
      ...group({ sex: 'F' }, { tp: 75, fp: 75, fn: 125, tn: 125 }),
    ]
    expect(judge(alone, { ...bias, tau: 0.89 }).checks[0]?.verdict).toBe('fail')
    const equal = ['A', 'B', 'C', 'D'].flatMap((sex) => group({ sex }, { tp: 100, fp: 100, fn: 100, tn: 100 }))
    const many = judge([...alone, ...equal], { ...bias, tau: 0.89 }).checks[0]
    expect(many?.verdict).toBe('inconclusive')
    expect(many?.message).toContain('among 5 comparisons it may be chance (Holm)')
  })

  test('a group that the data chose as the lowest counts as one of all', () => {
    const near = [
      ...group({ sex: 'M' }, { tp: 100, fp: 100, fn: 100, tn: 100 }),
      ...group({ sex: 'F' }, { tp: 75, fp: 75, fn: 125, tn: 125 }),
    ]
    expect(judge(near, { ...bias, reference: 'F', tau: 0.89 }).checks[0]?.verdict).toBe('fail')
    expect(judge(near, { ...bias, reference: 'min', tau: 0.89 }).checks[0]).toMatchObject({
      verdict: 'inconclusive',
      details: { reference: 'sex = F', open: 1 },
    })
  })

  test('all rows as reference: the group is a part of them', () => {
    const [check] = judge(GAP, { ...bias, reference: 'overall', tau: 0.85 }).checks
    // 300/600 against 480/1200 and 180/600 against it: 1.25 and 0.75.
    expect(check).toMatchObject({ verdict: 'fail', measured: 0.75, details: { reference: 'all rows', outside: 2 } })
    // 0.51806 and 0.69362 mapped by 1 / (1/2 + 1/2 / ρ).
    expect(check?.interval?.low).toBeCloseTo(0.6825301, 6)
    expect(check?.interval?.high).toBeCloseTo(0.8190978, 6)
  })
})

test('at the bound itself a fail is as rare as the level says: at most 2.5 % of samples, and as few passes', () => {
  const random = seededRandom('a ratio of 0.8')
  const draw = (p: number, n: number) =>
    Array.from({ length: n }, () => Number(random.uniform() < p)).filter(Boolean).length
  const outcomes = Array.from({ length: 1000 }, () => {
    const [men, women] = [draw(0.5, 300), draw(0.4, 300)]
    const rows = [
      ...group({ sex: 'M' }, { tp: men, fp: 0, fn: 0, tn: 300 - men }),
      ...group({ sex: 'F' }, { tp: women, fp: 0, fn: 0, tn: 300 - women }),
    ]
    return judge(rows, { columns: 'sex', reference: 'M', measures: ['selection_rate'] }).checks[0]?.verdict
  })
  // 2.5 % of 1000, and three standard errors.
  expect(outcomes.filter((verdict) => verdict === 'fail').length).toBeLessThan(40)
  expect(outcomes.filter((verdict) => verdict === 'pass').length).toBeLessThan(40)
})

describe('never green for lack of evidence', () => {
  const bias = { columns: 'sex', measures: ['tpr'], tau: 0.5 }
  const men = group({ sex: 'M' }, { tp: 400, fp: 50, fn: 100, tn: 450 })

  test('a group of enough rows with few positive ones leaves the rate open', () => {
    const few = [...men, ...group({ sex: 'F' }, { tp: 12, fp: 5, fn: 3, tn: 80 })]
    const [check] = judge(few, bias).checks
    expect(check?.verdict).toBe('inconclusive')
    expect(check?.message).toBe(
      'the true positive rate of sex = F is not compared with that of sex = M: sex = F has 15 positive rows, and fewer than 30 decide nothing.',
    )
  })

  test('0 of many against few: few rows decide nothing, also when they look bad', () => {
    const few = [...men, ...group({ sex: 'F' }, { tp: 0, fp: 5, fn: 29, tn: 80 })]
    expect(judge(few, bias).checks[0]?.verdict).toBe('inconclusive')
    const enough = [...men, ...group({ sex: 'F' }, { tp: 0, fp: 5, fn: 30, tn: 80 })]
    expect(judge(enough, bias).checks[0]).toMatchObject({ verdict: 'fail', measured: 0 })
  })

  test('a rate of 0 of the reference has no ratio', () => {
    const none = [
      ...group({ sex: 'M' }, { tp: 0, fp: 50, fn: 500, tn: 450 }),
      ...group({ sex: 'F' }, { tp: 40, fp: 5, fn: 40, tn: 80 }),
    ]
    const report = judge(none, bias)
    expect(report.checks[0]).toMatchObject({ verdict: 'inconclusive', measured: null })
    expect(report.checks[0]?.message).toContain('the rate of the reference is 0')
    expect(report.results[0]?.classes[0]?.parity.equal_opportunity.candidate).toBeNull()
  })

  test('groups that are too small are listed with a pass, and one alone is none', () => {
    const rare = group({ sex: 'X' }, { tp: 2, fp: 1, fn: 2, tn: 2 })
    const women = group({ sex: 'F' }, { tp: 390, fp: 60, fn: 110, tn: 440 })
    const passes = judge([...men, ...women, ...rare], bias)
    expect(passes.checks[0]?.verdict).toBe('pass')
    expect(passes.checks[0]?.message).toContain('1 group has fewer than 30 rows and was not compared: sex = X (7).')
    expect(passes.notes).toEqual(['1 group has fewer than 30 rows and was not compared: sex = X (7).'])
    expect(passes.results[0]?.excluded).toEqual({ groups: 1, rows: 7, first: [{ values: ['X'], rows: 7 }] })

    const alone = judge([...men, ...rare], bias)
    expect(alone.checks[0]).toMatchObject({ rule: 'bias-untested', verdict: 'inconclusive' })
    expect(judge([...men, ...rare], { ...bias, level: 'warn' }).checks[0]?.verdict).toBe('warn')
    expect(judge(rare, bias).checks[0]?.message).toContain('0 groups by sex have 30 rows or more')
  })

  test('a reference that is too small decides nothing', () => {
    const rare = group({ sex: 'X' }, { tp: 2, fp: 1, fn: 2, tn: 2 })
    const [check] = judge([...men, ...rare], { ...bias, reference: 'X' }).checks
    expect(check?.verdict).toBe('inconclusive')
    expect(check?.message).toContain('the reference sex = X has 7 rows')
  })
})

describe('rows with weights and in clusters', () => {
  const bias = { columns: 'sex', reference: 'M', measures: ['selection_rate'] }
  interface Counted {
    readonly weight?: (row: number) => number
    readonly cluster?: (row: number) => number
    readonly reference?: string
    readonly tau?: number
  }
  const judgeRows = (judged: readonly Judged[], { weight, cluster, ...more }: Counted): BiasReport => {
    const { groupings } = cut(
      judged.map(({ row }) => row),
      [{ ...bias, ...more }],
    )
    const candidate: ClassSample = {
      ...sampleOf(judged),
      blocks: Uint16Array.from(judged, (_, i) => (cluster === undefined ? i % 1024 : cluster(i))),
      weights: weight === undefined ? null : Float64Array.from(judged, (_, i) => weight(i)),
      clustered: cluster !== undefined,
    }
    return runBias(groupings, { candidate, baseline: candidate }, 0.95, () => null)
  }
  const width = ({ checks }: BiasReport) => (checks[0]?.interval?.high as number) - (checks[0]?.interval?.low as number)

  test('a weight of 2 has the values of a row that is there twice; the rows stay those that there are', () => {
    const rows = [
      ...group({ sex: 'M' }, { tp: 60, fp: 30, fn: 45, tn: 70 }),
      ...group({ sex: 'F' }, { tp: 40, fp: 20, fn: 50, tn: 80 }),
    ]
    const weighted = judgeRows(rows, { weight: (i) => 1 + (i % 2) })
    const repeated = judgeRows(
      rows.flatMap((row, i) => (i % 2 === 0 ? [row] : [row, row])),
      {},
    )
    const values = (report: BiasReport) => {
      const [one] = report.results[0]?.classes ?? []
      return [
        one?.groups.map(({ rates }) => Object.values(rates).map((of) => of.candidate.value)),
        Object.values(one?.overall ?? {}).map((of) => of.candidate.value),
        one?.comparisons.map(({ ratio, difference }) => [ratio.candidate.value, difference.candidate.value]),
        one?.spreads.map(({ ratio, difference }) => [ratio.candidate.value, difference.candidate.value]),
      ]
    }
    const rounded = (of: unknown) =>
      JSON.parse(JSON.stringify(of, (_, v) => (typeof v === 'number' ? Number(v.toFixed(9)) : v)))
    expect(rounded(values(weighted))).toEqual(rounded(values(repeated)))
    expect([weighted.checks[0]?.n, repeated.checks[0]?.n]).toEqual([395, 592])
    const overall = { reference: 'overall' }
    expect(rounded(values(judgeRows(rows, { weight: (i) => 1 + (i % 2), ...overall })))).toEqual(
      rounded(
        values(
          judgeRows(
            rows.flatMap((row, i) => (i % 2 === 0 ? [row] : [row, row])),
            overall,
          ),
        ),
      ),
    )
  })

  test('the same rows in clusters of five alike are no proof of what they would prove alone', () => {
    // Each run of five rows has one answer: 60 clusters of M, 36 of 60 selected, and 60 of F, 20 of 60.
    const rows = [
      ...group({ sex: 'M' }, { tp: 180, fp: 0, fn: 0, tn: 120 }),
      ...group({ sex: 'F' }, { tp: 135, fp: 0, fn: 0, tn: 165 }),
    ]
    const alone = judgeRows(rows, { tau: 0.9 })
    expect(alone.checks[0]).toMatchObject({ verdict: 'fail', measured: 0.75 })
    expect(alone.design).toBeNull()
    const clustered = judgeRows(rows, { cluster: (i) => Math.floor(i / 5), tau: 0.9 })
    expect(clustered.checks[0]).toMatchObject({ verdict: 'inconclusive', measured: 0.75, n: 600 })
    expect(clustered.checks[0]?.interval?.method).toBe(
      'Wilson limits, squares added on the log scale on effective counts (Rao–Scott)',
    )
    expect(width(clustered)).toBeGreaterThan(2 * width(alone))
    expect(clustered.design).toContain('rows of one cluster (data.group) depend on each other')
  })

  test('fewer than 30 clusters decide nothing, however many rows they have', () => {
    const report = judgeRows(GAP, { cluster: (i) => (i < 600 ? i % 200 : 200 + (i % 20)) })
    expect(report.checks[0]?.verdict).toBe('inconclusive')
    expect(report.checks[0]?.message).toBe(
      'the selection rate of sex = F is not compared with that of sex = M: sex = F has 600 rows of 20 clusters, and fewer than 30 decide nothing.',
    )
    expect(report.checks[0]?.cure).toContain('at least 30 clusters (data.group)')
    expect(report.results[0]?.classes[0]?.comparisons[0]?.reason).toBe(
      '600 rows of the group are below the line, of 20 clusters',
    )
    const rest = judgeRows(GAP, { cluster: (i) => (i < 600 ? i % 200 : 200 + (i % 20)), reference: 'overall' })
    const reasons = rest.results[0]?.classes[0]?.comparisons.flatMap(({ reason }) => reason ?? [])
    expect(reasons).toEqual([
      '600 rows of the group are below the line, of 20 clusters',
      '600 rows of the reference are below the line, of 20 clusters',
    ])
  })

  test('min-rows is held against what weights leave of the rows', () => {
    // Of the 600 women 10 have all but a ten-thousandth of the weight.
    const report = judgeRows(GAP, { weight: (i) => (i >= 600 && i % 60 === 0 ? 1000 : 0.001) })
    expect(report.checks[0]?.verdict).toBe('inconclusive')
    expect(report.checks[0]?.message).toMatch(
      /sex = F has 600 rows that count like \d+\.\d by their weights or clusters, and fewer than 30 decide nothing\.$/,
    )
  })

  test('all rows as reference: the rate of all is that of the weights', () => {
    const report = judgeRows(GAP, { weight: (i) => (i < 600 ? 1 : 3), cluster: (i) => i % 600, reference: 'overall' })
    // (0.5 + 3 · 0.3) / 4 = 0.35: 0.5 / 0.35 and 0.3 / 0.35.
    const ratios = report.results[0]?.classes[0]?.comparisons.filter(({ measure }) => measure === 'selection_rate')
    expect(ratios?.map(({ ratio }) => ratio.candidate.value)).toEqual([0.857142857143, 1.42857142857])
  })
})

describe('the document', () => {
  // sex, age: tp, fp, fn, tn
  const rows = [
    ...group({ sex: 'F', age: 'old' }, { tp: 3, fp: 1, fn: 2, tn: 4 }),
    ...group({ sex: 'F', age: 'young' }, { tp: 6, fp: 3, fn: 2, tn: 9 }),
    ...group({ sex: 'M', age: 'old' }, { tp: 5, fp: 2, fn: 1, tn: 2 }),
    ...group({ sex: 'M', age: 'young' }, { tp: 7, fp: 4, fn: 3, tn: 6 }),
  ]
  const bias = { columns: ['sex', 'age'], 'min-rows': 1, reference: ['M', 'young'] }

  test('rates by intersection as fairlearn’s MetricFrame, of both models', () => {
    const [result] = judge(rows, bias, new Array(60).fill(1)).results as [BiasResult]
    const [one] = result.classes as [BiasResult['classes'][number]]
    // fairlearn 0.15.0: MetricFrame(metrics={selection_rate, true_positive_rate, false_positive_rate,
    // false_negative_rate}, sensitive_features=df[['sex', 'age']]).by_group and .overall
    expect(one.groups.map(({ values, rates }) => [...values, rates.selection_rate.candidate.value])).toEqual([
      ['F', 'old', 0.4],
      ['F', 'young', 0.45],
      ['M', 'old', 0.7],
      ['M', 'young', 0.55],
    ])
    expect(one.groups.map(({ rates }) => rates.tpr.candidate.value)).toEqual([0.6, 0.75, 0.833333333333, 0.7])
    expect(one.groups.map(({ rates }) => rates.fpr.candidate.value)).toEqual([0.2, 0.25, 0.5, 0.4])
    expect(one.overall.selection_rate.candidate.value).toBeCloseTo(0.516667, 6)
    expect(one.overall.tpr.candidate.value).toBeCloseTo(0.724138, 6)
    expect(one.overall.fpr.candidate.value).toBeCloseTo(0.322581, 6)
    // A baseline that selects everybody.
    expect(one.groups[0]?.rates.fpr.baseline?.value).toBe(1)
    expect(one.parity.demographic_parity).toEqual({ candidate: false, baseline: true })
    expect(one.spreads.find(({ name }) => name === 'demographic_parity')?.ratio.baseline?.value).toBe(1)
    expect(result.reference).toEqual(['M', 'young'])
    expect(one.comparisons.filter(({ decision }) => decision !== null)).toHaveLength(9)
    expect(one.comparisons).toHaveLength(18)
  })

  test('the order of rows changes nothing; renamed groups keep their numbers; doubled rows keep the rates', () => {
    const numbers = (result: BiasResult | undefined) =>
      result?.classes.map(({ groups, overall }) => [
        groups.map(({ rates }) => Object.values(rates).map(({ candidate }) => candidate.value)),
        Object.values(overall).map(({ candidate }) => candidate.value),
      ])
    const before = judge(rows, bias)
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(judge(shuffled, bias).results).toEqual(before.results)
        expect(judge(shuffled, bias).checks).toEqual(before.checks)
      }),
      { numRuns: 10 },
    )
    const renamed = rows.map((one) => ({ ...one, row: { sex: `z${one.row.sex}`, age: one.row.age as Cell } }))
    const after = judge(renamed, { ...bias, reference: ['zM', 'young'] })
    expect(numbers(after.results[0])).toEqual(numbers(before.results[0]))
    expect(after.checks.map(({ verdict, measured }) => [verdict, measured])).toEqual(
      before.checks.map(({ verdict, measured }) => [verdict, measured]),
    )
    expect(numbers(judge([...rows, ...rows], bias).results[0])).toEqual(numbers(before.results[0]))
  })

  test('of several classes, each against the rest', () => {
    const judged = GAP.map((one, i) => ({ ...one, truth: one.truth + 1, label: i % 7 === 0 ? 0 : one.label + 1 }))
    const { groupings } = cut(
      judged.map(({ row }) => row),
      [{ columns: 'sex', reference: 'M', measures: ['selection_rate'] }],
    )
    const report = runBias(
      groupings,
      { candidate: sampleOf(judged, ['ant', 'bee', 'cat']), baseline: null },
      0.95,
      () => null,
    )
    expect(report.results[0]?.classes.map((one) => one.class)).toEqual(['ant', 'bee', 'cat'])
    // cat is the class that F gets less often, and its false answers are those of the rest.
    expect(report.checks).toHaveLength(1)
    expect(report.checks[0]?.message).toMatch(
      /^the selection rate \(class cat\) of sex = F is 0\.\d+ of that of sex = M/,
    )
  })
})

describe('in the gate', () => {
  const rows = data(4000)
  const files = {
    'test.csv': csv(rows),
    'good.jsonl': scores(rows, GOOD),
    'broken.jsonl': scores(rows, SOUTH_BROKEN),
  }
  const bias = [{ columns: 'group', reference: 'north' }]

  test('a planted gap stops the candidate, and document, comment, page and annotation say where', async () => {
    const { outcome, document, markdown, html, logged } = await gate(
      { predictions: 'broken.jsonl', baseline: 'good.jsonl', rules: [], bias },
      files,
    )
    expect(outcome.verdict).toBe('fail')
    const [selection] = byRule(document, 'bias-ratio')
    expect(selection).toMatchObject({ verdict: 'fail', details: { group: 'group = south', measure: 'selection_rate' } })
    expect(selection?.details.baselineRatio).toBeCloseTo(0.96, 1)
    expect(markdown).toContain(
      '| selection rate by group, against group = north | group = south against group = north |',
    )
    expect(markdown).toContain('<summary>Rates by group</summary>')
    expect(markdown.split('\n')[2]).toMatch(/^the selection rate of group = south is 0\.440 of that of group = north/)
    expect(html).toContain('equalized odds')
    expect(html).toContain('12 comparisons')
    expect(html).toContain('Ratio of the selection rate to group = north')
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'error', message: selection?.message, place: expect.anything() }),
    )
    expect(document.bias?.[0]?.classes[0]?.groups.map(({ values }) => values)).toEqual([['north'], ['south'], ['tiny']])
    expect(await withoutLaw(document, markdown, html)).toEqual([])
  })

  test('a model without the gap passes in four lines; nothing declared, nothing in the document', async () => {
    const good = await gate(
      { predictions: 'good.jsonl', baseline: 'none', rules: [], bias: [{ ...bias[0], 'min-rows': 300 }] },
      files,
    )
    expect(good.outcome.verdict).toBe('pass')
    expect(good.markdown.split('\n').filter((line) => line.trim() !== '')).toHaveLength(4)
    expect(good.document.notMeasured).toContain(
      '1 group has fewer than 300 rows and was not compared: group = tiny (80).',
    )
    const none = await gate({ predictions: 'good.jsonl', baseline: 'none', rules: [] }, files)
    expect(none.document.bias).toBeUndefined()
    expect(none.html).not.toContain('Rates by group')
  })

  test('weights and clusters of the configuration widen the intervals, and the report says how', async () => {
    const evaluate = { predictions: 'broken.jsonl', baseline: 'none', rules: [], bias }
    const table = rows.map((row, i) => ({ ...row, user: `u${i % 400}`, w: 1 + (i % 3) }))
    const withUsers = { ...files, 'test.csv': csv(table) }
    const how = { data: { test: 'test.csv', target: 'y', id: 'id', group: 'user', weight: 'w' } }
    const [plain, designed] = [await gate(evaluate, files), await gate(evaluate, withUsers, how)]
    expect(byRule(designed.document, 'bias-ratio')[0]?.interval?.method).toContain('on effective counts (Rao–Scott)')
    for (const text of [designed.markdown, designed.html])
      expect(text).toContain('Rates by group: rows are weighted and')
    expect(plain.html).not.toContain('Rao–Scott')
    const overall = designed.document.bias?.[0]?.classes[0]?.overall.selection_rate.candidate
    expect(overall?.n).toBe(4000)
    expect(designed.html).toContain('<caption>Rates by group.')
    expect(designed.html).toContain('<caption>How far the groups by group lie apart</caption>')
  })

  test('the same inputs give the same bytes', async () => {
    const evaluate = { predictions: 'broken.jsonl', baseline: 'good.jsonl', bias }
    const [one, two] = [await gate(evaluate, files), await gate(evaluate, files)]
    expect(JSON.stringify(two.document.bias)).toBe(JSON.stringify(one.document.bias))
    expect(two.html).toBe(one.html)
  })

  test('mistakes come with those of the rules, before any model is asked', async () => {
    const problems = await problemsOf(
      gate({ predictions: 'nowhere.jsonl', rules: [{ metric: 'auc', min: 0.5 }], bias: [{ columns: 'sex' }] }, files),
    )
    expect(problems.map(({ where }) => where)).toEqual([
      'evaluate.predictions',
      'evaluate.rules[0].metric',
      'evaluate.bias[0].columns',
    ])
  })

  test('every rule is explained', () => {
    for (const rule of ['bias-ratio', 'bias-untested']) expect(Object.keys(explain)).toContain(rule)
  })

  test.each([
    ['HTML, a cell, a mention and a command', '<img src=x onerror=alert(1)>|@all `x` ::set-output name=a::b'],
    ['a prototype’s names', '__proto__'],
    ['very long', 'long '.repeat(4000)],
    ['line breaks and controls', 'a\n::error::b\r\u001b[31m'],
  ])('hostile group names are inert: %s', async (_name, evil) => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const some = data(400).map((row, i) => ({ ...row, group: quoted(i % 2 ? evil : 'plain "quoted"') }))
    const { outcome, markdown, html, document, logged } = await gate(
      { predictions: 'p.jsonl', baseline: 'none', rules: [], bias: [{ columns: 'group' }] },
      { 'test.csv': csv(some), 'p.jsonl': scores(some as Rows, GOOD) },
    )
    expect(['pass', 'inconclusive', 'fail']).toContain(outcome.verdict)
    expect(document.bias?.[0]?.classes[0]?.groups.map(({ rows: n }) => n)).toEqual([200, 200])
    expect(markdown).not.toContain('<img')
    expect(html).not.toContain('<img')
    expect(markdown).not.toMatch(/^::/m)
    expect(markdown.length).toBeLessThan(65_536)
    expect(logged.length).toBeGreaterThan(0)
  })

  test('a missing group in a file is a group', async () => {
    const some = data(600).map((row, i) => ({ ...row, group: i % 3 === 0 ? '' : row.group }))
    const { document } = await gate(
      { predictions: 'p.jsonl', baseline: 'none', rules: [], bias: [{ columns: ['group'], reference: [null] }] },
      { 'test.csv': csv(some), 'p.jsonl': scores(some, GOOD) },
    )
    expect(document.bias?.[0]?.reference).toEqual([null])
    expect(document.bias?.[0]?.classes[0]?.groups.at(-1)).toMatchObject({ values: [null], rows: 200 })
    expect(byRule(document, 'bias-ratio')[0]?.details.reference).toBe('group = (missing)')
  })

  test('a regression with groups is a mistake that names another way', async () => {
    const some = data(50).map(({ id, x }) => ({ id, x, group: 'a', y: x * 2.5 }))
    const [problem] = await problemsOf(
      gate(
        { predictions: 'p.jsonl', baseline: 'none', bias: [{ columns: 'group' }] },
        { 'test.csv': csv(some), 'p.jsonl': jsonl(some.map(({ id }) => ({ id, value: 1 }))) },
      ),
    )
    expect(problem?.where).toBe('evaluate.bias[0]')
  })
})

/** Words that a measurement does not say. */
async function withoutLaw(document: Evaluation, ...texts: string[]): Promise<string[]> {
  // Of calibration, discrimination is a part of the Brier score and no word of law.
  const { calibration: _, ...others } = document
  const parts = texts.map((text) =>
    text.replace(/<h2[^>]*>Calibration<\/h2>[\s\S]*?(?=<h2)|<summary>Calibration[\s\S]*?<\/details>/g, ''),
  )
  const said = [JSON.stringify(others), ...parts, JSON.stringify(explain)].join('\n')
  return said.match(/discriminat\w+|illegal\w*|unlawful\w*|unfair\w*|\blaw\b|guilty/gi) ?? []
}
