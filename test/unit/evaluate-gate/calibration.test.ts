import { calibrationComment, calibrationPage } from '../../../actions/evaluate-gate/calibration/render.js'
import { calibrationCurves, calibrationReport } from '../../../actions/evaluate-gate/calibration/report.js'
import { compare, type Subjects } from '../../../actions/evaluate-gate/compare.js'
import { CalibrationResult } from '../../../shared/contracts/evaluate-calibration.js'
import type { Block } from '../../../shared/report/blocks.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import type { BinarySample, RegressionSample } from '../../../shared/stats/sample.js'
import { manyRows, threeClasses, twoClasses } from '../stats/calibration-samples.js'

const SETTINGS = { level: 0.95, seed: 'rows', replicates: 200 }

function reportOf(subjects: Pick<Subjects, 'candidate' | 'baseline'>): CalibrationResult | null {
  return calibrationReport(subjects.candidate, calibrationCurves(subjects, SETTINGS), (metric) =>
    compare(metric, { ...subjects, trivial: null }, SETTINGS),
  )
}

const { truth, score, weights } = manyRows()
const candidate = twoClasses(truth, score)
const baseline: BinarySample = { ...candidate, score: Float64Array.from(score, (p) => p * p) }

describe('document', () => {
  const result = reportOf({ candidate, baseline }) as CalibrationResult

  test('fits its schema, byte for byte the same twice', () => {
    expect(CalibrationResult.parse(result)).toEqual(result)
    expect(JSON.stringify(reportOf({ candidate, baseline }))).toBe(JSON.stringify(result))
  })

  test('CORP parts and steps, against scikit-learn’s IsotonicRegression', () => {
    expect(result.candidate).toMatchObject({
      brier: 0.1812755,
      miscalibration: 0.0411765413055,
      discrimination: 0.0942760413055,
      uncertainty: 0.234375,
    })
    const rates = [0, 0.065217391304, 0.263157894737, 0.333333333333, 0.386363636364, 0.684210526316, 0.777777777778, 1]
    expect(result.candidate.steps.map(({ rate }) => rate)).toEqual(rates.map((rate) => expect.closeTo(rate, 11)))
    expect(result.groups).toBeNull()
  })

  test('bins of equal mass with Wilson’s intervals hold every row', () => {
    expect(result.of).toBe('positive')
    expect(result.candidate.bins.reduce((sum, { n }) => sum + n, 0)).toBe(200)
    for (const { rate, interval } of result.candidate.bins) {
      expect(interval?.low).toBeLessThanOrEqual(rate)
      expect(interval?.high).toBeGreaterThanOrEqual(rate)
      expect(interval?.method).toBe('Wilson score')
    }
  })

  test('figures of both models and their difference', () => {
    expect(result.figures.map(({ metric }) => metric)).toEqual([
      'ece',
      'calibration_bias',
      'brier_miscalibration',
      'brier_discrimination',
      'calibration_slope',
      'calibration_intercept',
    ])
    const slope = result.figures.find(({ metric }) => metric === 'calibration_slope')
    // statsmodels, as in calibration-logistic.test.ts; the logit of the baseline is another.
    expect(slope?.candidate.value).toBeCloseTo(1.1495382506934482, 9)
    expect(slope?.difference?.value).toBeCloseTo(
      (slope?.candidate.value as number) - (slope?.baseline?.value as number),
      9,
    )
  })
})

test('weighted rows have no Wilson interval', () => {
  const weighted = reportOf({ candidate: twoClasses(truth, score, weights), baseline: null })
  expect(weighted?.candidate.bins.every(({ interval }) => interval === null)).toBe(true)
  expect(weighted?.baseline).toBeNull()
  expect(weighted?.figures.every(({ difference }) => difference === null)).toBe(true)
})

test('several classes: the top label', () => {
  const result = reportOf({ candidate: threeClasses(), baseline: null })
  expect(result?.of).toBe('toplabel')
  const [brier] = result?.figures.filter(({ metric }) => metric === 'brier_miscalibration') ?? []
  expect(brier?.candidate.value).toBeCloseTo(0.08723525468935744, 11)
})

test('a model without scores, another task and no rows have no calibration', () => {
  const regression: RegressionSample = {
    task: 'regression',
    n: 1,
    truth: Float64Array.of(1),
    value: Float64Array.of(1),
    blocks: Uint16Array.of(0),
    weights: null,
    clustered: false,
  }
  expect(reportOf({ candidate: regression, baseline: null })).toBeNull()
  expect(reportOf({ candidate: { ...candidate, score: null }, baseline: null })).toBeNull()
  expect(reportOf({ candidate: twoClasses([], []), baseline: null })).toBeNull()
  const half = reportOf({ candidate, baseline: { ...baseline, score: null } })
  expect(half?.baseline).toBeNull()
})

test('a few rows: numbers without intervals say why', () => {
  const result = reportOf({ candidate: twoClasses([0, 1], [0.2, 0.9]), baseline: null })
  const slope = result?.figures.find(({ metric }) => metric === 'calibration_slope')
  expect(slope?.candidate).toMatchObject({
    value: null,
    interval: null,
    reason: 'the scores separate the outcomes: the slope has no finite value',
  })
})

describe('report', () => {
  const result = reportOf({ candidate, baseline })
  const markdown = (blocks: Block[]) => renderMarkdown({ title: 'x', blocks })

  test('comment: the curve, and the numbers folded', () => {
    const blocks = calibrationComment(result, 'version 1.0.0', 0.95)
    expect(blocks.map(({ kind }) => kind)).toEqual(['chart', 'details'])
    const text = markdown(blocks)
    expect(text).toContain('calibration slope')
    expect(text).toContain('version 1.0.0')
    expect(text).toContain('Brier score = miscalibration − discrimination + uncertainty')
  })

  test('page: both curves, numbers and definitions', () => {
    const blocks = calibrationPage(result, 'version 1.0.0', 0.95)
    expect(blocks.filter(({ kind }) => kind === 'chart')).toHaveLength(2)
    const text = markdown(blocks)
    expect(text).toContain('Expected calibration error in 15 equal-mass bins')
    expect(text).toContain('Isotonic regression is of every row')
  })

  test('nothing measured, nothing said', () => {
    expect(calibrationComment(null, 'x', 0.95)).toEqual([])
    expect(calibrationPage(null, 'x', 0.95)).toEqual([])
  })
})
